/* ws.c: a WebSocket line's beginning and end: the upgrade, goodbye. It knows
 * no names and no TLS: a connection does. */
#include "transport/ws.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "transport/headers.h"
#include "transport/ws_line.h"

enum {
    TLS_ALERT = 0x15,
    CODE_NORMAL = 1000,
    INTERIMS_MAX = 5 /* responses before the final one */
};

static const char *offered(const struct bell__ws *ws)
{
    return ws->program == NULL ? NULL : ws->program->offered;
}

static bool check(struct bell__ws *ws, char *text, size_t size)
{
    struct bell__handshake_answer answer = {
        .key = ws->key, .hint_404 = ws->hint_404, .offered = offered(ws)};
    bool good =
        bell__handshake_check(&ws->answer, ws->in.bytes, &answer, text, size);
    ws->chosen = answer.chosen;
    return good;
}

/* What came of the answer makes no upgrade; `text` says why. */
static bool is_refused(struct bell__ws *ws, enum bell__http_read read,
                       const char *trouble, char *text, size_t size)
{
    if (!ws->url.secure && ws->in.bytes[0] == TLS_ALERT) {
        snprintf(text, size, "the server speaks TLS: write wss://");
        return true;
    }
    switch (read) {
    case BELL__HTTP_PART:
        return false;
    case BELL__HTTP_WHOLE:
        return !check(ws, text, size);
    case BELL__HTTP_LONG:
        snprintf(text, size,
                 "the server's answer to the upgrade is longer than 16 KiB");
        return true;
    default:
        bell__handshake_wrong(&ws->answer, trouble, text, size);
        return true;
    }
}

/* What lies in `in` of the answer. True: a response before the final one was
 * passed over, and the next may lie behind it (RFC 9110 15.2). */
static bool take_head(struct bell__ws *ws)
{
    char text[sizeof ws->head.end.text];
    const char *trouble = NULL;
    enum bell__http_read read = bell__http_head_read(
        &ws->answer, ws->in.bytes, ws->in.size, BELL__HEAD_BYTES_MAX, &trouble);
    bool interim = read == BELL__HTTP_WHOLE && ws->answer.status < 200 &&
                   ws->answer.status != 101 && ws->interims < INTERIMS_MAX;
    if (interim) {
        size_t left = ws->in.size - ws->answer.size;
        memmove(ws->in.bytes, ws->in.bytes + ws->answer.size, left);
        ws->in.size = left;
        ws->interims++;
        memset(&ws->answer, 0, sizeof ws->answer);
        return left != 0;
    }
    if (is_refused(ws, read, trouble, text, sizeof text)) {
        bell__ws_down(ws, 0, 0, "%s", text);
    } else if (read == BELL__HTTP_WHOLE) {
        ws->in_at = ws->answer.size;
        ws->phase = BELL__PHASE_UP;
        ws->head.line = BELL__LINE_UP;
        ws->head.idle = true;
        bell__loop_due(ws->loop, ws->guest);
    }
    return false;
}

/* The head of the answer; what stands behind it is the first frame's. */
static void take_answer(struct bell__ws *ws)
{
    while (ws->phase == BELL__PHASE_ASKING && bell__ws_fill(ws)) {
        while (take_head(ws)) {
        }
    }
}

static struct bell__ws *owner(struct bell__connection *connection)
{
    return (struct bell__ws *)(void *)((char *)connection -
                                       offsetof(struct bell__ws, connection));
}

static void connected(struct bell__connection *connection)
{
    struct bell__ws *ws = owner(connection);
    unsigned char nonce[BELL__NONCE_BYTES];
    ws->phase = BELL__PHASE_ASKING;
    if (!bell__random_take(&ws->loop->random, nonce, sizeof nonce)) {
        bell__ws_down(ws, 0, 0, "the system gives no random bytes");
        return;
    }
    bell__handshake_key(nonce, ws->key);
    struct bell__handshake handshake = {
        .url = &ws->url,
        .path = bell__url_path(&ws->url, ws->path_default),
        .origin = ws->origin,
        .offered = offered(ws),
        .headers = ws->headers,
        .key = ws->key,
    };
    if (bell__handshake_ask(&ws->control, &handshake) != BELL_OK) {
        bell__ws_down(ws, 0, 0, "no memory for the upgrade");
        return;
    }
    bell__ws_push(ws);
}

static void not_connected(struct bell__connection *connection, int os_error,
                          const char *text)
{
    bell__ws_down(owner(connection), 0, os_error, "%s", text);
}

static void socket_ready(struct bell__connection *connection, uint32_t events)
{
    struct bell__ws *ws = owner(connection);
    if ((events & BELL__WRITABLE) != 0) {
        bell__ws_push(ws);
    }
    if ((events & BELL__READABLE) != 0) {
        ws->readable = true;
        ws->budget = BELL__TURN_BYTES_MAX;
    }
    if (ws->phase == BELL__PHASE_ASKING) {
        take_answer(ws);
        return;
    }
    bell__loop_due(ws->loop, ws->guest);
}

static const struct bell__connection_ops connection_ops = {
    connected, not_connected, socket_ready};

static bell_status ws_open(struct bell__transport *transport)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    assert(ws->phase == BELL__PHASE_DOWN);
    bell__ws_renew(ws);
    ws->phase = BELL__PHASE_CONNECTING;
    ws->head.line = BELL__LINE_OPENING;
    struct bell__way way = {&ws->url, ws->tls, ws->proxy};
    bell__connection_start(&ws->connection, &way);
    return BELL_OK;
}

/* What has not left stays here: its calls have heard so. False where a part
 * of a frame has left: a close frame could only follow the rest of it. */
static bool keep_back(struct bell__ws *ws)
{
    if (ws->out_at != 0 || ws->connection.socket.held != 0) {
        return false;
    }
    bell__outbox_clear(&ws->out);
    ws->out_span = 0;
    return true;
}

static void ws_close(struct bell__transport *transport, uint16_t code)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    bool speaks = ws->phase == BELL__PHASE_UP && code != 0 &&
                  (code == CODE_NORMAL || keep_back(ws));
    if (speaks) {
        unsigned char payload[2] = {(unsigned char)(code >> 8),
                                    (unsigned char)(code & 0xff)};
        if (bell__ws_said_close(ws) ||
            bell__ws_say_close(ws, payload, sizeof payload)) {
            ws->head.idle = false;
            bell__ws_push(ws);
        }
        if (code == CODE_NORMAL) {
            bell__ws_goodbye(ws);
        }
    }
    bell__ws_down(ws, 0, 0, "closed by this client");
}

static void ws_free(struct bell__transport *transport)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    const bell_allocator *memory = ws->memory;
    ws_close(transport, 0);
    bell__loop_take_back(ws->loop, &ws->in);
    bell__buf_close(&ws->message);
    bell__buf_close(&ws->control);
    bell__outbox_close(&ws->out);
    bell__tls_close(ws->tls);
    bell__proxy_free(ws->proxy);
    bell__memory_free(memory, ws->texts, ws->texts_size);
    bell__memory_free(memory, ws, sizeof *ws);
}

static void ws_rest(struct bell__transport *transport)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    if (ws->out.count == 0) {
        bell__outbox_close(&ws->out);
    }
    if (ws->control.size == 0) {
        bell__buf_close(&ws->control);
    }
    if (ws->message.size == 0) {
        bell__buf_close(&ws->message);
    }
}

static const struct bell__transport_ops ops = {
    .name = "websocket",
    .open = ws_open,
    .send = bell__ws_send,
    .receive = bell__ws_receive,
    .close = ws_close,
    .rest = ws_rest,
    .free = ws_free,
};

/* Copies the texts: the options' may go. */
static bell_status copy_texts(struct bell__ws *ws,
                              const struct bell__ws_options *options)
{
    size_t url = strlen(options->url) + 1;
    size_t origin = options->origin == NULL ? 0 : strlen(options->origin) + 1;
    size_t headers =
        bell__headers_size(options->headers, options->header_count) + 1;
    ws->texts = bell__memory_take(ws->memory, url + origin + headers);
    if (ws->texts == NULL) {
        return BELL_NO_MEMORY;
    }
    ws->texts_size = url + origin + headers;
    memcpy(ws->texts, options->url, url);
    if (origin != 0) {
        memcpy(ws->texts + url, options->origin, origin);
        ws->origin = ws->texts + url;
    }
    char *lines = ws->texts + url + origin;
    *bell__headers_put(options->headers, options->header_count, lines) = '\0';
    ws->headers = lines;
    return BELL_OK;
}

static bell_status prepare(struct bell__ws *ws,
                           const struct bell__ws_options *options,
                           bell_error *error)
{
    if (copy_texts(ws, options) != BELL_OK) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a connection");
    }
    bell_status status = bell__url_read(ws->texts, &ws->url, error);
    if (status == BELL_OK && options->proxy != NULL) {
        status =
            bell__proxy_make(ws->memory, options->proxy, &ws->proxy, error);
    }
    if (status == BELL_OK && ws->url.secure) {
        static const struct bell__tls_options standard;
        status = bell__tls_open(ws->loop,
                                options->tls != NULL ? options->tls : &standard,
                                &ws->tls, error);
    }
    return status;
}

bell_status bell__ws_make(const struct bell__ws_options *options,
                          struct bell__transport **transport, bell_error *error)
{
    struct bell__ws *made = bell__memory_take(options->memory, sizeof *made);
    *transport = NULL;
    if (made == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a connection");
    }
    memset(made, 0, sizeof *made);
    made->head.ops = &ops;
    made->memory = options->memory;
    made->loop = options->loop;
    made->guest = options->guest;
    made->message_bytes_max = options->message_bytes_max;
    made->close_at = SIZE_MAX;
    made->program = options->program;
    made->path_default = options->path_default;
    made->hint_404 = options->hint_404;
    bell__connection_make(&made->connection, &connection_ops, made->loop);
    bell__buf_open(&made->in, &made->loop->memory, 0);
    bell__buf_open(&made->message, made->memory, 0);
    bell__buf_open(&made->control, made->memory, 0);
    bell__outbox_open(&made->out, made->memory, 0);
    bell_status status = prepare(made, options, error);
    if (status != BELL_OK) {
        ws_free(&made->head);
        return status;
    }
    *transport = &made->head;
    return BELL_OK;
}
