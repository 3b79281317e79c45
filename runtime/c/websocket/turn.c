/* turn.c: a WebSocket's turn in its loop. Whatever calls a function of the
 * program looks afterwards whether that closed the WebSocket. */
#include "websocket/websocket.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

enum { REST_MS = 1000 };

int64_t bell__websocket_until(const struct bell_ws *ws, int64_t ms)
{
    int64_t now = ws->loop->now;
    return ms < 0 || ms > INT64_MAX - now ? INT64_MAX : now + ms;
}

/* ---- The program's functions --------------------------------------------- */

static void tell_open(struct bell_ws *ws)
{
    if (ws->options.on_open != NULL) {
        bell__loop_hold(ws->loop);
        ws->options.on_open(ws->options.context, ws);
        bell__loop_let_go(ws->loop);
    }
}

static void tell_message(struct bell_ws *ws, const struct bell__frame *frame)
{
    bell_ws_message message = {frame->binary ? BELL_WS_BINARY : BELL_WS_TEXT,
                               frame->bytes, frame->size};
    bell__loop_hold(ws->loop);
    ws->options.on_message(ws->options.context, ws, &message);
    bell__loop_let_go(ws->loop);
}

static void tell_drained(struct bell_ws *ws)
{
    if (ws->options.on_drain != NULL) {
        bell__loop_hold(ws->loop);
        ws->options.on_drain(ws->options.context, ws);
        bell__loop_let_go(ws->loop);
    }
}

static void tell_over(struct bell_ws *ws)
{
    if (ws->options.on_close != NULL) {
        bell__loop_hold(ws->loop);
        ws->options.on_close(ws->options.context, ws, &ws->end);
        bell__loop_let_go(ws->loop);
    }
}

/* ---- Its end ------------------------------------------------------------- */

static void end(struct bell_ws *ws)
{
    ws->state = BELL_WS_CLOSED;
    ws->deadline = INT64_MAX;
    ws->stuffed = false;
    bell__outbox_close(&ws->outbox);
    bell__loop_hurry(ws->loop);
    tell_over(ws);
}

/* The line is down: why, as far as it says. */
static void end_with_line(struct bell_ws *ws)
{
    const struct bell__line_end *why = &ws->transport->end;
    bool asked = ws->state == BELL_WS_CLOSING && !ws->will_shut;
    if (asked && !ws->opened) {
        bell__error_set(&ws->end, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                        "closed before it was open");
    } else if (why->code == 0) {
        bell__error_set(&ws->end, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL, "%s",
                        why->text);
        ws->end.code = why->os_error;
    } else {
        bell__error_set(&ws->end, asked ? BELL_CLOSED : BELL_DISCONNECTED,
                        BELL_ORIGIN_CLOSE, "the server closed with %d%s%s",
                        (int)why->code, why->text[0] == '\0' ? "" : ": ",
                        why->text);
        ws->end.code = why->code;
        ws->close_code = (uint16_t)why->code;
        size_t size = strnlen(why->text, sizeof ws->close_reason - 1);
        memcpy(ws->close_reason, why->text, size);
        ws->close_reason[size] = '\0';
    }
    end(ws);
}

static void end_late(struct bell_ws *ws)
{
    bool closing = ws->state == BELL_WS_CLOSING;
    bell__error_set(&ws->end, BELL_DEADLINE, BELL_ORIGIN_LOCAL,
                    closing ? "the server did not close within %" PRId64 " ms"
                            : "could not connect within %" PRId64 " ms",
                    closing ? ws->options.close_deadline_ms
                            : ws->options.connect_deadline_ms);
    ws->transport->ops->close(ws->transport, 0);
    end(ws);
}

/* ---- Rest ---------------------------------------------------------------- */

static void note_busy(struct bell_ws *ws)
{
    ws->stuffed = true;
    ws->busy_at = ws->loop->now;
}

/* What much took is freed when there is nothing for a moment. */
static void rest(struct bell_ws *ws)
{
    if (!ws->transport->idle || ws->outbox.count != 0 || ws->holds) {
        note_busy(ws);
        return;
    }
    ws->stuffed = false;
    ws->transport->ops->rest(ws->transport);
    bell__outbox_close(&ws->outbox);
    bell__loop_rest(ws->loop);
}

static int64_t next_deadline(const struct bell_ws *ws)
{
    int64_t resting = ws->stuffed ? ws->busy_at + REST_MS : INT64_MAX;
    return ws->deadline < resting ? ws->deadline : resting;
}

/* ---- Frames -------------------------------------------------------------- */

void bell__websocket_hand_over(struct bell_ws *ws)
{
    struct bell__transport *line = ws->transport;
    if (line->line != BELL__LINE_UP) {
        return;
    }
    if (ws->outbox.count != 0 && line->idle) {
        note_busy(ws);
        ws->flying = ws->outbox.bytes.size;
        line->ops->send(line, &ws->outbox);
    }
    if (ws->outbox.count == 0 && ws->will_shut &&
        bell__ws_shut(line, ws->shut_code, bell_str(ws->shut_reason)) !=
            BELL_NO_MEMORY) {
        ws->will_shut = false;
    }
}

bool bell__websocket_take(struct bell_ws *ws)
{
    if (ws->holds || ws->transport->line != BELL__LINE_UP) {
        return false;
    }
    ws->holds = ws->transport->ops->receive(ws->transport, &ws->held);
    if (ws->holds) {
        note_busy(ws);
    }
    return ws->holds;
}

/* False: the program closed it. */
static bool read_messages(struct bell_ws *ws)
{
    while (bell__websocket_take(ws)) {
        if (ws->options.on_message == NULL) {
            bell__loop_hurry(ws->loop);
            break;
        }
        ws->holds = false;
        tell_message(ws, &ws->held);
        if (ws->gone) {
            return false;
        }
    }
    return true;
}

/* ---- The turn ------------------------------------------------------------ */

static void dial(struct bell_ws *ws)
{
    ws->dialed = true;
    ws->deadline = bell__websocket_until(ws, ws->options.connect_deadline_ms);
    if (ws->transport->ops->open(ws->transport) != BELL_OK) {
        bell__error_set(&ws->end, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                        "no memory for a connection");
        end(ws);
    }
}

/* False: the program closed it. */
static bool note_open(struct bell_ws *ws)
{
    if (ws->state != BELL_WS_CONNECTING ||
        ws->transport->line != BELL__LINE_UP) {
        return true;
    }
    ws->state = BELL_WS_OPEN;
    ws->opened = true;
    ws->deadline = INT64_MAX;
    bell__loop_hurry(ws->loop);
    tell_open(ws);
    return !ws->gone;
}

/* False: the program closed it. */
static bool write_messages(struct bell_ws *ws)
{
    bell__websocket_hand_over(ws);
    if (ws->owes_drain && ws->outbox.count == 0 && ws->transport->idle) {
        ws->owes_drain = false;
        bell__loop_hurry(ws->loop);
        tell_drained(ws);
        if (ws->gone) {
            return false;
        }
        bell__websocket_hand_over(ws);
    }
    return true;
}

void bell__websocket_turn(struct bell__guest *guest)
{
    struct bell_ws *ws = (struct bell_ws *)(void *)guest;
    if (ws->gone || ws->state == BELL_WS_CLOSED) {
        return;
    }
    if (!ws->dialed) {
        dial(ws);
    }
    if (!note_open(ws) || !read_messages(ws) || !write_messages(ws) ||
        ws->state == BELL_WS_CLOSED) {
        return;
    }
    if (ws->transport->line == BELL__LINE_DOWN) {
        end_with_line(ws);
    } else if (ws->loop->now >= ws->deadline) {
        end_late(ws);
    } else if (ws->stuffed && ws->loop->now >= ws->busy_at + REST_MS) {
        rest(ws);
    }
    if (!ws->gone) {
        bell__loop_remind(ws->loop, guest, next_deadline(ws));
    }
}
