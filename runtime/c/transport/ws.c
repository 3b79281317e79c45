/* ws.c: a WebSocket line's beginning and end: dialing, the upgrade, goodbye. */
#include "transport/ws.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "transport/ws_line.h"

enum { HOST_BYTES_MAX = 256, TLS_ALERT = 0x15, CODE_NORMAL = 1000 };

void bell__ws_down(struct bell__ws *ws, int32_t code, int os_error,
                   const char *format, ...)
{
    if (ws->phase == BELL__PHASE_DOWN) {
        return;
    }
    if (ws->phase == BELL__PHASE_DIALING) {
        bell__dial_stop(&ws->dial);
    } else {
        bell__loop_unwatch(ws->loop, &ws->watch);
        ws->socket.ops->close(&ws->socket);
    }
    ws->phase = BELL__PHASE_DOWN;
    ws->readable = false;
    ws->head.line = BELL__LINE_DOWN;
    ws->head.idle = false;
    ws->head.end.code = code;
    ws->head.end.os_error = os_error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(ws->head.end.text, sizeof ws->head.end.text, format, arguments);
    va_end(arguments);
    bell__loop_due(ws->loop, ws->guest);
}

/* The head of the answer; what stands behind it is the first frame's. */
static void take_answer(struct bell__ws *ws)
{
    while (ws->phase == BELL__PHASE_ASKING && bell__ws_fill(ws)) {
        size_t head = bell__handshake_head(ws->in.bytes, ws->in.size);
        char text[sizeof ws->head.end.text];
        if (!ws->url.secure && ws->in.bytes[0] == TLS_ALERT) {
            bell__ws_down(ws, 0, 0, "the server speaks TLS: write wss://");
            return;
        }
        if (head == 0) {
            continue;
        }
        if (head == SIZE_MAX) {
            bell__ws_down(ws, 0, 0,
                          "the server's answer to the upgrade is "
                          "longer than 16 KiB");
            return;
        }
        if (!bell__handshake_check(ws->in.bytes, head, ws->key, text,
                                   sizeof text)) {
            bell__ws_down(ws, 0, 0, "%s", text);
            return;
        }
        ws->in_at = head;
        ws->phase = BELL__PHASE_UP;
        ws->head.line = BELL__LINE_UP;
        ws->head.idle = true;
        bell__loop_due(ws->loop, ws->guest);
    }
}

/* The socket is open for the upgrade: plain, or secured. */
static void ask(struct bell__ws *ws)
{
    unsigned char nonce[BELL__NONCE_BYTES];
    ws->phase = BELL__PHASE_ASKING;
    if (!bell__random_take(ws->random, nonce, sizeof nonce)) {
        bell__ws_down(ws, 0, 0, "the system gives no random bytes");
        return;
    }
    bell__handshake_key(nonce, ws->key);
    if (bell__handshake_ask(&ws->control, &ws->url, ws->origin, ws->key) !=
        BELL_OK) {
        bell__ws_down(ws, 0, 0, "no memory for the upgrade");
        return;
    }
    bell__ws_push(ws);
}

static void secure(struct bell__ws *ws)
{
    enum bell__flow flow = bell__tls_shake(&ws->socket);
    if (flow == BELL__FLOW_MOVED) {
        ask(ws);
    } else if (flow == BELL__FLOW_BLOCKED) {
        bell__loop_change(ws->loop, &ws->watch,
                          ws->socket.wants_write ? EPOLLIN | EPOLLOUT
                                                 : EPOLLIN);
    } else {
        bell__ws_down(ws, 0, ws->socket.os_error, "%s", ws->socket.trouble);
    }
}

static void socket_ready(struct bell__watch *watch, uint32_t events)
{
    struct bell__ws *ws =
        (struct bell__ws *)(void *)((char *)watch -
                                    offsetof(struct bell__ws, watch));
    if (ws->phase == BELL__PHASE_SECURING) {
        secure(ws);
        if (ws->phase != BELL__PHASE_ASKING) {
            return;
        }
        events |= EPOLLIN; /* the answer may lie in TLS already */
    }
    if ((events & EPOLLOUT) != 0) {
        bell__ws_push(ws);
    }
    if ((events & ~(uint32_t)EPOLLOUT) != 0) {
        ws->readable = true;
        ws->budget = BELL__TURN_BYTES_MAX;
    }
    if (ws->phase == BELL__PHASE_ASKING) {
        take_answer(ws);
        return;
    }
    bell__loop_due(ws->loop, ws->guest);
}

static void dialed(struct bell__dial *dial, int fd)
{
    struct bell__ws *ws =
        (struct bell__ws *)(void *)((char *)dial -
                                    offsetof(struct bell__ws, dial));
    if (fd < 0) {
        bell__ws_down(ws, 0, dial->os_error, "cannot connect to %.*s: %s",
                      (int)ws->url.authority.size, ws->url.authority.text,
                      dial->trouble);
        return;
    }
    char host[HOST_BYTES_MAX];
    snprintf(host, sizeof host, "%.*s", (int)ws->url.host.size,
             ws->url.host.text);
    bool good = true;
    if (ws->url.secure) {
        good = bell__tls_start(&ws->socket, fd, ws->tls, host);
    }
    if (!ws->url.secure || !good) {
        bell__socket_plain(&ws->socket, fd);
    }
    ws->phase = ws->url.secure ? BELL__PHASE_SECURING : BELL__PHASE_ASKING;
    if (!good) {
        bell__ws_down(ws, 0, 0, "no memory for TLS");
        return;
    }
    int failed = bell__loop_watch(ws->loop, &ws->watch, fd, EPOLLIN | EPOLLOUT);
    if (failed != 0) {
        bell__ws_down(ws, 0, failed, "the socket cannot be watched: %s",
                      strerror(failed));
        return;
    }
    if (ws->url.secure) {
        secure(ws);
    } else {
        ask(ws);
    }
}

/* Nothing of an older line reaches a newer one. */
static void forget_line(struct bell__ws *ws)
{
    ws->in.size = 0;
    ws->in_at = 0;
    ws->readable = false;
    ws->broken = 0;
    ws->message.size = 0;
    ws->in_message = false;
    ws->message_lent = false;
    bell__outbox_clear(&ws->out);
    ws->out_span = 0;
    ws->out_at = 0;
    ws->control.size = 0;
    ws->control_at = 0;
}

static bell_status ws_open(struct bell__transport *transport)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    forget_line(ws);
    ws->phase = BELL__PHASE_DIALING;
    ws->head.line = BELL__LINE_OPENING;
    ws->head.written = 0;
    ws->settled = 0;
    ws->head.idle = false;
    ws->head.heard = false;
    memset(&ws->head.end, 0, sizeof ws->head.end);
    char host[HOST_BYTES_MAX];
    snprintf(host, sizeof host, "%.*s", (int)ws->url.host.size,
             ws->url.host.text);
    bell__dial_start(&ws->dial, ws->loop, host, ws->url.port, dialed);
    return BELL_OK;
}

static void ws_close(struct bell__transport *transport, uint16_t code)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    if (ws->phase == BELL__PHASE_UP && code != 0) {
        unsigned char payload[2] = {(unsigned char)(code >> 8),
                                    (unsigned char)(code & 0xff)};
        if (bell__ws_control(ws, BELL__OPCODE_CLOSE, payload, sizeof payload)) {
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
    bell__buf_close(&ws->in);
    bell__buf_close(&ws->message);
    bell__buf_close(&ws->control);
    bell__outbox_close(&ws->out);
    bell__tls_close(ws->tls);
    bell__memory_free(memory, ws->texts, ws->texts_size);
    bell__memory_free(memory, ws, sizeof *ws);
}

static const struct bell__transport_ops ops = {
    .name = "websocket",
    .open = ws_open,
    .send = bell__ws_send,
    .receive = bell__ws_receive,
    .close = ws_close,
    .free = ws_free,
};

/* Copies the texts: the options' may go. */
static bell_status copy_texts(struct bell__ws *ws,
                              const struct bell__ws_options *options)
{
    size_t url = strlen(options->url) + 1;
    size_t origin = options->origin == NULL ? 0 : strlen(options->origin) + 1;
    ws->texts = bell__memory_take(ws->memory, url + origin);
    if (ws->texts == NULL) {
        return BELL_NO_MEMORY;
    }
    ws->texts_size = url + origin;
    memcpy(ws->texts, options->url, url);
    if (origin != 0) {
        memcpy(ws->texts + url, options->origin, origin);
        ws->origin = ws->texts + url;
    }
    return BELL_OK;
}

static bool is_header_text(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

static bell_status prepare(struct bell__ws *ws,
                           const struct bell__ws_options *options,
                           bell_error *error)
{
    if (!is_header_text(options->origin)) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "origin holds a control character");
    }
    if (copy_texts(ws, options) != BELL_OK) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a connection");
    }
    bell_status status = bell__url_read(ws->texts, &ws->url, error);
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
    made->random = options->random;
    made->message_bytes_max = options->message_bytes_max;
    made->watch.ready = socket_ready;
    made->watch.fd = -1;
    bell__buf_open(&made->in, made->memory, 0);
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
