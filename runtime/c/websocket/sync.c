/* sync.c: a program that waits for its WebSocket. Functions of others in the
 * loop run meanwhile, and one of them may close it. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "websocket/websocket.h"

typedef bool (*websocket_is)(struct bell_ws *ws);

/* BELL_OK: the loop is held, and leave() must follow. */
static bell_status enter(struct bell_ws *ws, bell_error *error)
{
    if (ws == NULL) {
        return BELL_INVALID;
    }
    bell__websocket_clear(ws, error);
    if (!bell__owner_take(&ws->loop->owner)) {
        return bell__websocket_fail(ws, error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                                    "another thread runs the WebSocket's loop");
    }
    if (bell__loop_held(ws->loop)) {
        return bell__websocket_fail(ws, error, BELL_REENTRANT,
                                    BELL_ORIGIN_LOCAL,
                                    "this waits, which a callback may not do");
    }
    bell__loop_hold(ws->loop);
    bell__loop_clock(ws->loop);
    return BELL_OK;
}

static bell_status leave(struct bell_ws *ws, bell_status status)
{
    struct bell_loop *loop = ws->loop;
    bell__loop_let_go(loop);
    bell__loop_reap(loop);
    bell__loop_end(loop);
    return status;
}

/* BELL_OK, BELL_DEADLINE; BELL_CLOSED: a callback closed it. */
static bell_status wait_for(struct bell_ws *ws, websocket_is done,
                            int64_t deadline)
{
    struct bell_loop *loop = ws->loop;
    while (!done(ws)) {
        bool never = deadline == INT64_MAX;
        if (!never && loop->now >= deadline) {
            return BELL_DEADLINE;
        }
        bell__loop_pump(loop, never ? -1 : deadline - loop->now);
        if (ws->gone) {
            return BELL_CLOSED;
        }
    }
    return BELL_OK;
}

static bell_status tell_gone(const struct bell_ws *ws, bell_error *error)
{
    return bell__websocket_fail(ws, error, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                                "a callback closed the WebSocket");
}

static bool is_connected(struct bell_ws *ws)
{
    return ws->opened || ws->state == BELL_WS_CLOSED;
}

bell_status bell_ws_connect(bell_ws *ws, bell_error *error)
{
    bell_status status = enter(ws, error);
    if (status != BELL_OK) {
        return status;
    }
    status = wait_for(ws, is_connected, INT64_MAX);
    if (status == BELL_CLOSED) {
        tell_gone(ws, error);
    } else if (ws->state == BELL_WS_CLOSED) {
        status = bell__websocket_tell(ws, error, &ws->end);
    }
    return leave(ws, status);
}

static bool is_flushed(struct bell_ws *ws)
{
    return ws->state == BELL_WS_CLOSED ||
           (ws->outbox.count == 0 && ws->transport->idle);
}

bell_status bell_ws_flush(bell_ws *ws, int64_t deadline_ms, bell_error *error)
{
    bell_status status = enter(ws, error);
    if (status != BELL_OK) {
        return status;
    }
    ws->owes_drain = true; /* its end hurries the loop */
    status = wait_for(ws, is_flushed, bell__websocket_until(ws, deadline_ms));
    if (status == BELL_CLOSED) {
        tell_gone(ws, error);
    } else if (status == BELL_DEADLINE) {
        bell__websocket_fail(ws, error, status, BELL_ORIGIN_LOCAL,
                             "flush: %zu bytes still wait after %" PRId64 " ms",
                             bell_ws_queued(ws), deadline_ms);
    } else if (ws->state == BELL_WS_CLOSED) {
        status = bell__websocket_tell(ws, error, &ws->end);
    }
    return leave(ws, status);
}

static bool has_come(struct bell_ws *ws)
{
    return ws->holds || ws->state == BELL_WS_CLOSED || bell__websocket_take(ws);
}

bell_status bell_ws_receive(bell_ws *ws, bell_ws_message *message,
                            int64_t deadline_ms, bell_error *error)
{
    bell_status status = enter(ws, error);
    if (status != BELL_OK) {
        return status;
    }
    if (message == NULL || ws->options.on_message != NULL) {
        bell__websocket_fail(ws, error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                             message == NULL
                                 ? "receive: message is NULL"
                                 : "receive: on_message gets all of them");
        return leave(ws, BELL_INVALID);
    }
    int64_t ms =
        deadline_ms == 0 ? ws->options.receive_deadline_ms : deadline_ms;
    memset(message, 0, sizeof *message);
    status = wait_for(ws, has_come, bell__websocket_until(ws, ms));
    if (status == BELL_CLOSED) {
        tell_gone(ws, error);
    } else if (status == BELL_DEADLINE) {
        bell__websocket_fail(ws, error, status, BELL_ORIGIN_LOCAL,
                             "receive: no message came within %" PRId64 " ms",
                             ms);
    } else if (ws->holds) {
        ws->holds = false;
        message->kind = ws->held.binary ? BELL_WS_BINARY : BELL_WS_TEXT;
        message->bytes = ws->held.bytes;
        message->size = ws->held.size;
    } else {
        status = bell__websocket_tell(ws, error, &ws->end);
    }
    return leave(ws, status);
}
