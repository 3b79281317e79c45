/* websocket.c: a program's own WebSocket: its beginning, what it is asked, its
 * end. It knows no frames. */
#include "websocket/websocket.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

enum {
    CODE_NORMAL = 1000,
    CODE_ABNORMAL = 1006,
    PING_BYTES_MAX = 125,
    SPAN_BYTES = BELL__FRAME_HEADROOM + (int)sizeof(struct bell__span)
};

/* ---- Its beginning ------------------------------------------------------- */

static void free_websocket(struct bell__guest *guest)
{
    struct bell_ws *ws = (struct bell_ws *)(void *)guest;
    bell_allocator memory = ws->memory;
    if (ws->transport != NULL) {
        ws->transport->ops->free(ws->transport);
    }
    bell__outbox_close(&ws->outbox);
    bell__memory_free(&memory, ws->offered, ws->offered_size);
    if (ws->own_loop) {
        ws->loop->orphan = true;
    }
    bell__memory_free(&memory, ws, sizeof *ws);
}

static void ponged(void *context, const char *payload, size_t size)
{
    struct bell_ws *ws = context;
    if (ws->options.on_pong != NULL && !ws->gone) {
        bell__loop_hold(ws->loop);
        ws->options.on_pong(ws->options.context, ws, payload, size);
        bell__loop_let_go(ws->loop);
    }
}

static bell_status no_memory(bell_error *error)
{
    return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                           "no memory for a WebSocket");
}

static bell_status make_line(struct bell_ws *ws, bell_error *error)
{
    const bell_ws_options *options = &ws->options;
    if (!bell__websocket_options_offer(options, &ws->memory, &ws->offered,
                                       &ws->offered_size)) {
        return no_memory(error);
    }
    ws->program = (struct bell__ws_program){.offered = ws->offered,
                                            .good = bell__websocket_text,
                                            .pong = ponged,
                                            .context = ws};
    struct bell__tls_options tls = {
        .ca_file = options->tls_ca_file,
        .ca_folder = options->tls_ca_folder,
        .certificate_file = options->tls_certificate_file,
        .key_file = options->tls_key_file,
        .version_min = options->tls_version_min == BELL_TLS_1_3 ? BELL_TLS_1_3
                                                                : BELL_TLS_1_2,
        .unverified = options->tls_insecure_accept_anybody,
    };
    struct bell__ws_options line = {
        .memory = &ws->memory,
        .loop = ws->loop,
        .guest = &ws->guest,
        .url = options->url,
        .path_default = "/",
        .origin = options->origin,
        .headers = options->headers,
        .header_count = options->header_count,
        .tls = &tls,
        .proxy = options->proxy,
        .message_bytes_max = options->message_bytes_max,
        .program = &ws->program,
    };
    return bell__ws_make(&line, &ws->transport, error);
}

/* The caller's texts may go. */
static void forget_texts(bell_ws_options *options)
{
    options->url = NULL;
    options->subprotocols = NULL;
    options->subprotocol_count = 0;
    options->headers = NULL;
    options->header_count = 0;
    options->origin = NULL;
    options->proxy = NULL;
    options->tls_ca_file = NULL;
    options->tls_ca_folder = NULL;
    options->tls_certificate_file = NULL;
    options->tls_key_file = NULL;
}

static bell_status make(const bell_ws_options *options, size_t error_size,
                        struct bell_ws **ws, bell_error *error)
{
    const bell_allocator *memory =
        options->allocator != NULL ? options->allocator : &bell__memory_default;
    bell_status status = bell__websocket_options_check(options, error);
    if (status != BELL_OK) {
        return status;
    }
    if (options->loop != NULL && bell__loop_is_others(options->loop)) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "options: another thread runs the loop: see "
                               "bell_loop_release()");
    }
    struct bell_ws *made = bell__memory_take(memory, sizeof *made);
    if (made == NULL) {
        return no_memory(error);
    }
    memset(made, 0, sizeof *made);
    made->memory = *memory;
    made->loop = options->loop;
    if (options->loop == NULL) {
        status = bell_loop_open(memory, &made->loop, error);
        made->own_loop = status == BELL_OK;
    }
    if (status != BELL_OK) {
        bell__memory_free(memory, made, sizeof *made);
        return status;
    }
    made->guest.turn = bell__websocket_turn;
    made->guest.free = free_websocket;
    made->options = *options;
    bell__websocket_options_fill(&made->options);
    made->error_size = error_size;
    made->state = BELL_WS_CONNECTING;
    made->deadline = INT64_MAX;
    made->close_code = CODE_ABNORMAL;
    bell__outbox_open(&made->outbox, &made->memory, 0);
    status = make_line(made, error);
    forget_texts(&made->options);
    if (status != BELL_OK) {
        struct bell_loop *loop = made->loop;
        free_websocket(&made->guest);
        bell__loop_end(loop);
        return status;
    }
    bell__loop_join(made->loop, &made->guest);
    bell__loop_due(made->loop, &made->guest);
    *ws = made;
    return BELL_OK;
}

bell_status bell_ws_make(const bell_ws_options *options, size_t options_size,
                         bell_ws **ws, bell_error *error, size_t error_size)
{
    bell_error trouble;
    bell_ws_options filled;
    bell_status status = BELL_OK;
    memset(&filled, 0, sizeof filled);
    bell__error_clear(&trouble);
    if (options == NULL || ws == NULL) {
        status =
            bell__error_set(&trouble, BELL_INVALID, BELL_ORIGIN_LOCAL,
                            options == NULL ? "options is NULL" : "ws is NULL");
    } else {
        *ws = NULL;
        memcpy(&filled, options,
               options_size < sizeof filled ? options_size : sizeof filled);
        status = make(&filled, error_size, ws, &trouble);
    }
    if (error != NULL) {
        memset(error, 0, error_size);
        memcpy(error, &trouble,
               error_size < sizeof trouble ? error_size : sizeof trouble);
    }
    return status;
}

/* ---- Sending ------------------------------------------------------------- */

/* What each function looks at first. */
static bell_status enter(struct bell_ws *ws, bell_error *error)
{
    if (ws == NULL) {
        return BELL_INVALID; /* of its error's size nothing is known */
    }
    bell__websocket_clear(ws, error);
    if (bell__loop_is_others(ws->loop)) {
        return bell__websocket_fail(ws, error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                                    "another thread runs the WebSocket's loop");
    }
    return BELL_OK;
}

static bell_status refuse_closed(const struct bell_ws *ws, bell_error *error)
{
    return bell__websocket_fail(ws, error, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                                ws->state == BELL_WS_CLOSING
                                    ? "the WebSocket is closing"
                                    : "the WebSocket is closed: %s",
                                ws->end.message);
}

static bell_status queue(struct bell_ws *ws, bool binary, const void *bytes,
                         size_t size)
{
    struct bell__outbox *outbox = &ws->outbox;
    size_t before = outbox->bytes.size;
    bell_status status = bell__outbox_begin(outbox);
    if (status != BELL_OK) {
        return status;
    }
    status = bell__buf_append(&outbox->bytes, bytes, size);
    if (status != BELL_OK) {
        outbox->bytes.size = before;
        outbox->count--;
        return status;
    }
    outbox->spans[outbox->count - 1].binary = binary;
    bell__outbox_end(outbox);
    return BELL_OK;
}

/* Now, where nothing of the loop runs; else when its callbacks are done. */
static void pass_on(struct bell_ws *ws)
{
    if (ws->state == BELL_WS_CONNECTING) {
        ws->owes_drain = true;
    } else if (bell__loop_held(ws->loop)) {
        bell__loop_due(ws->loop, &ws->guest);
        ws->owes_drain = true;
    } else {
        bell__websocket_hand_over(ws);
        ws->owes_drain = ws->outbox.count != 0 || !ws->transport->idle;
    }
}

bell_status bell_ws_send(bell_ws *ws, bell_ws_kind kind, const void *bytes,
                         size_t size, bell_error *error)
{
    bell_status status = enter(ws, error);
    if (status != BELL_OK) {
        return status;
    }
    if ((kind != BELL_WS_TEXT && kind != BELL_WS_BINARY) ||
        (bytes == NULL && size != 0)) {
        return bell__websocket_fail(
            ws, error, BELL_INVALID, BELL_ORIGIN_LOCAL,
            bytes == NULL && size != 0
                ? "send: bytes is NULL"
                : "send: the kind is neither text nor binary");
    }
    if (kind == BELL_WS_TEXT &&
        bell__websocket_text(bytes, size, true) == SIZE_MAX) {
        return bell__websocket_fail(
            ws, error, BELL_INVALID, BELL_ORIGIN_LOCAL,
            "send: the text is not UTF-8; bytes are sent as "
            "BELL_WS_BINARY");
    }
    if (ws->state == BELL_WS_CLOSING || ws->state == BELL_WS_CLOSED) {
        return refuse_closed(ws, error);
    }
    size_t limit = ws->options.queue_bytes_max;
    size_t queued = bell_ws_queued(ws) + SPAN_BYTES;
    if (queued > limit || size > limit - queued) {
        return bell__websocket_fail(
            ws, error, BELL_LIMIT, BELL_ORIGIN_LOCAL,
            "send: with this message more than queue_bytes_max (%zu) would "
            "wait to be sent",
            limit);
    }
    status = queue(ws, kind == BELL_WS_BINARY, bytes, size);
    if (status != BELL_OK) {
        return bell__websocket_fail(ws, error, BELL_NO_MEMORY,
                                    BELL_ORIGIN_LOCAL,
                                    "send: no memory for the message");
    }
    pass_on(ws);
    return BELL_OK;
}

size_t bell_ws_queued(const bell_ws *ws)
{
    bool writing = ws->transport->line == BELL__LINE_UP && !ws->transport->idle;
    return ws->outbox.bytes.size +
           ws->outbox.count * sizeof(struct bell__span) +
           (writing ? ws->flying : 0);
}

bell_status bell_ws_ping(bell_ws *ws, const void *payload, size_t size,
                         bell_error *error)
{
    bell_status status = enter(ws, error);
    if (status != BELL_OK) {
        return status;
    }
    if (size > PING_BYTES_MAX || (payload == NULL && size != 0)) {
        return bell__websocket_fail(
            ws, error, BELL_INVALID, BELL_ORIGIN_LOCAL,
            "ping: the payload is missing, or longer than 125 "
            "bytes");
    }
    if (ws->state != BELL_WS_OPEN) {
        return ws->state == BELL_WS_CONNECTING
                   ? bell__websocket_fail(ws, error, BELL_DISCONNECTED,
                                          BELL_ORIGIN_LOCAL,
                                          "ping: the WebSocket is not open yet")
                   : refuse_closed(ws, error);
    }
    status = bell__ws_ping(ws->transport, payload, size);
    return status == BELL_OK
               ? BELL_OK
               : bell__websocket_fail(
                     ws, error, status, BELL_ORIGIN_LOCAL, "ping: %s",
                     status == BELL_LIMIT ? "64 KiB of pings wait to be sent"
                     : status == BELL_NO_MEMORY ? "no memory for it"
                                                : "the connection is lost");
}

/* ---- Its end ------------------------------------------------------------- */

/* RFC 6455 7.4: those that a client may send. */
static const char *wrong_close(uint16_t code, const char *reason)
{
    bool known = code == 0 || code == CODE_NORMAL || code == 1001 ||
                 code == 1002 || code == 1003 || code == 1007 || code == 1008 ||
                 code == 1009 || code == 1010 || code == 1011 ||
                 (code >= 3000 && code < 5000);
    size_t size = reason == NULL ? 0 : strlen(reason);
    if (!known) {
        return "the code is none that a client may send";
    }
    if (size > BELL__WS_REASON_MAX) {
        return "the reason is longer than 123 bytes";
    }
    if (size != 0 && code == 0) {
        return "a reason needs a code";
    }
    return size == 0 || bell__utf8_good(reason, size) == size
               ? NULL
               : "the reason is not UTF-8";
}

bell_status bell_ws_shut(bell_ws *ws, uint16_t code, const char *reason,
                         bell_error *error)
{
    bell_status status = enter(ws, error);
    if (status != BELL_OK) {
        return status;
    }
    const char *wrong = wrong_close(code, reason);
    if (wrong != NULL) {
        return bell__websocket_fail(ws, error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                                    "shut: %s", wrong);
    }
    if (ws->state == BELL_WS_CLOSING || ws->state == BELL_WS_CLOSED) {
        return refuse_closed(ws, error);
    }
    if (reason != NULL) {
        memcpy(ws->shut_reason, reason, strlen(reason) + 1);
    }
    ws->shut_code = code;
    ws->will_shut = ws->state == BELL_WS_OPEN;
    if (!ws->will_shut) {
        ws->dialed = true; /* or never will be */
        ws->transport->ops->close(ws->transport, 0);
    }
    ws->state = BELL_WS_CLOSING;
    if (!bell__loop_held(ws->loop)) {
        bell__loop_clock(ws->loop); /* the program may have been elsewhere */
    }
    ws->deadline = bell__websocket_until(ws, ws->options.close_deadline_ms);
    bell__loop_due(ws->loop, &ws->guest);
    if (!bell__loop_held(ws->loop)) {
        bell__websocket_hand_over(ws);
    }
    return BELL_OK;
}

void bell_ws_close(bell_ws *ws)
{
    if (ws == NULL || !bell__owner_seize(&ws->loop->owner) || ws->gone) {
        return;
    }
    struct bell_loop *loop = ws->loop;
    ws->gone = true;
    bell__loop_hold(loop);
    bell__websocket_hand_over(ws);
    ws->transport->ops->close(ws->transport, CODE_NORMAL);
    ws->state = BELL_WS_CLOSED;
    bell__loop_let_go(loop);
    bell__loop_leave(loop, &ws->guest);
    bell__loop_end(loop);
}

/* ---- How it stands ------------------------------------------------------- */

bell_ws_state bell_ws_state_of(const bell_ws *ws)
{
    return ws->state;
}

uint16_t bell_ws_close_code(const bell_ws *ws)
{
    return ws->close_code;
}

const char *bell_ws_close_reason(const bell_ws *ws)
{
    return ws->close_reason;
}

bell_string bell_ws_subprotocol(const bell_ws *ws)
{
    return bell__ws_chosen(ws->transport);
}

bell_loop *bell_ws_loop(bell_ws *ws)
{
    return ws->loop;
}
