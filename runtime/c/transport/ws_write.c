/* ws_write.c: frames on their way out: sealed in place, written together. */
#include "transport/ws_line.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/memory.h"

/* Pieces of one write; more spans than this are rare and take a second. */
enum { PIECES_MAX = 64 };

static void add_piece(struct iovec *pieces, int *count, char *bytes,
                      size_t size)
{
    if (size != 0 && *count < PIECES_MAX) {
        pieces[*count].iov_base = bytes;
        pieces[*count].iov_len = size;
        (*count)++;
    }
}

/* Control bytes that go before the frames which have not begun. */
static size_t control_first(const struct bell__ws *ws)
{
    if (ws->control.size == 0) {
        return 0;
    }
    size_t end =
        ws->close_at < ws->control.size ? ws->close_at : ws->control.size;
    return end > ws->control_at ? end - ws->control_at : 0;
}

/* A frame that has begun goes on before anything else; control frames go
 * between frames, a close behind them all. */
static int gather(struct bell__ws *ws, struct iovec *pieces)
{
    int count = 0;
    size_t next = ws->out_span;
    size_t first = control_first(ws);
    char *bytes = ws->out.bytes.bytes;
    if (ws->out_at != 0) {
        const struct bell__span *span = &ws->out.spans[next++];
        add_piece(pieces, &count, bytes + span->offset + ws->out_at,
                  span->size - ws->out_at);
    }
    if (first != 0) {
        add_piece(pieces, &count, ws->control.bytes + ws->control_at, first);
    }
    for (; next < ws->out.count && count < PIECES_MAX; next++) {
        const struct bell__span *span = &ws->out.spans[next];
        add_piece(pieces, &count, bytes + span->offset, span->size);
    }
    size_t left = ws->control.size - ws->control_at - first;
    if (next == ws->out.count && left != 0) {
        add_piece(pieces, &count, ws->control.bytes + ws->control_at + first,
                  left);
    }
    return count;
}

/* The same order as gather(). */
static size_t settle_span(struct bell__ws *ws, size_t moved)
{
    assert(ws->out_span < ws->out.count);
    const struct bell__span *span = &ws->out.spans[ws->out_span];
    size_t left = span->size - ws->out_at;
    if (moved < left) {
        ws->out_at += moved;
        return 0;
    }
    ws->out_at = 0;
    ws->out_span++;
    ws->settled++;
    return moved - left;
}

static void settle(struct bell__ws *ws, size_t moved)
{
    size_t control = control_first(ws);
    if (ws->out_at != 0) {
        moved = settle_span(ws, moved);
    }
    size_t taken = moved < control ? moved : control;
    ws->control_at += taken;
    moved -= taken;
    while (moved != 0 && ws->out_span < ws->out.count) {
        moved = settle_span(ws, moved);
    }
    ws->control_at += moved;
    if (ws->control_at == ws->control.size) {
        ws->control_at = 0;
        ws->control.size = 0;
    }
    if (ws->out_span == ws->out.count) {
        bell__outbox_clear(&ws->out);
        ws->out_span = 0;
    }
}

static bool is_empty(const struct bell__ws *ws)
{
    return ws->out.count == 0 && ws->control.size == 0 &&
           ws->connection.socket.held == 0;
}

/* The peer may have said why before it hung up: that is still to be read, and
 * the line ends behind it. */
static void note_broken(struct bell__ws *ws)
{
    ws->broken = ws->connection.socket.os_error != 0
                     ? ws->connection.socket.os_error
                     : EPROTO;
    ws->readable = true;
    ws->head.idle = false;
    bell__connection_watch(&ws->connection, false);
    bell__loop_due(ws->loop, ws->guest);
}

void bell__ws_push(struct bell__ws *ws)
{
    if (ws->broken != 0) {
        return;
    }
    while (!is_empty(ws)) {
        struct iovec pieces[PIECES_MAX];
        size_t moved = 0;
        int count = gather(ws, pieces);
        enum bell__flow flow = ws->connection.socket.ops->write(
            &ws->connection.socket, pieces, count, &moved);
        if (flow == BELL__FLOW_MOVED) {
            settle(ws, moved);
        }
        if (ws->connection.socket.held == 0) {
            ws->head.written = ws->settled;
        } else if (flow == BELL__FLOW_MOVED) {
            flow = BELL__FLOW_BLOCKED;
        }
        if (flow == BELL__FLOW_MOVED) {
            continue;
        }
        if (flow == BELL__FLOW_BLOCKED) {
            bell__connection_watch(&ws->connection, true);
            return;
        }
        note_broken(ws);
        return;
    }
    bell__connection_watch(&ws->connection, false);
    ws->head.idle = ws->phase == BELL__PHASE_UP;
}

/* Heads go into the headroom, keys over the payload: nothing is copied. */
static bool seal(struct bell__ws *ws)
{
    for (size_t i = 0; i < ws->out.count; i++) {
        struct bell__span *span = &ws->out.spans[i];
        unsigned char key[4];
        if (!bell__random_take(&ws->loop->random, key, sizeof key)) {
            return false;
        }
        assert(span->tag == 0 && span->head_size == 0); /* no exchange */
        unsigned char *payload =
            (unsigned char *)ws->out.bytes.bytes + span->offset;
        int opcode = span->binary ? BELL__OPCODE_BINARY : BELL__OPCODE_TEXT;
        size_t head = bell__frame_head_seal(payload, span->size, opcode, key);
        assert(head <= BELL__FRAME_HEADROOM && head <= span->offset);
        span->offset -= head;
        span->size += head;
    }
    return true;
}

void bell__ws_send(struct bell__transport *transport,
                   struct bell__outbox *outbox)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    if (ws->phase != BELL__PHASE_UP || !ws->head.idle ||
        bell__ws_said_close(ws)) {
        return;
    }
    struct bell__outbox empty = ws->out;
    ws->out = *outbox;
    *outbox = empty;
    ws->head.idle = false;
    if (!seal(ws)) {
        bell__ws_down(ws, 0, EIO, "the system gives no random bytes");
        return;
    }
    bell__ws_push(ws);
}

bool bell__ws_say_close(struct bell__ws *ws, const void *payload, size_t size)
{
    size_t at = ws->control.size;
    if (!bell__ws_control(ws, BELL__OPCODE_CLOSE, payload, size)) {
        return false;
    }
    ws->close_at = at;
    return true;
}

bool bell__ws_control(struct bell__ws *ws, int opcode, const void *payload,
                      size_t size)
{
    unsigned char key[4];
    if (bell__ws_said_close(ws) ||
        bell__buf_reserve(&ws->control, BELL__FRAME_HEAD_MAX + size) !=
            BELL_OK ||
        !bell__random_take(&ws->loop->random, key, sizeof key)) {
        return false;
    }
    unsigned char *start =
        (unsigned char *)ws->control.bytes + ws->control.size;
    unsigned char *body = start + BELL__FRAME_HEAD_MAX;
    if (size != 0) {
        memcpy(body, payload, size);
    }
    size_t head = bell__frame_head_seal(body, size, opcode, key);
    memmove(start, body - head, head + size);
    ws->control.size += head + size;
    return true;
}
