/* submit.c: calls on their way out: into the outbox, or waiting for a line. It
 * knows the order of commands and frames and nothing of their bytes. */
#include "core/frames.h"
#include "core/places.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* Where the open frame is an exchange's, its head ends behind the route. */
static void show_head(struct bell__session *session,
                      const struct bell__slot *slot)
{
    struct bell__outbox *outbox = &session->outbox;
    struct bell__span *span = &outbox->spans[outbox->count - 1];
    span->lead_size = session->open_params - span->offset;
    span->head_size = span->lead_size + slot->head_size;
}

/* Where the exchange goes, and whether an answer of before will do. */
static void address(struct bell__session *session, struct bell__slot *slot)
{
    struct bell__outbox *outbox = &session->outbox;
    struct bell__span *span = &outbox->spans[outbox->count - 1];
    struct bell__places *places = session->options.places;
    if (places != NULL) {
        places->pick(places, slot, session->now);
    }
    span->place = slot->place;
    span->fresh = slot->fresh;
}

/* Begins a command in the open frame or in one of its own. */
static bell_status command_begin(struct bell__session *session,
                                 struct bell__slot *slot)
{
    struct bell__buf *out = &session->outbox.bytes;
    const char *join = session->ops->join;
    session->open_joined = session->frame_open && join != NULL;
    bell_status status =
        session->open_joined
            ? bell__buf_append(out, join, strlen(join))
            : bell__frames_begin(session,
                                 session->ops->exchanges ? slot->number : 0);
    if (status != BELL_OK) {
        return status;
    }
    if (session->ops->exchanges) {
        address(session, slot);
    }
    session->open_command = out->size;
    status = session->ops->begin(session->protocol, out, (uint32_t)slot->number,
                                 slot->method);
    slot->shown = session->protocol->shown;
    session->open_params = out->size;
    return status;
}

/* The command does not fit into the open frame: it moves into a new one. The
 * headroom is wider than the join was. */
static bell_status move_command(struct bell__session *session)
{
    struct bell__outbox *outbox = &session->outbox;
    struct bell__buf *bytes = &outbox->bytes;
    size_t from = session->open_command;
    size_t size = bytes->size - from;
    bell_status status = bell__buf_reserve(bytes, BELL__FRAME_HEADROOM);
    if (status != BELL_OK) {
        return status;
    }
    size_t to = session->open_mark.size + BELL__FRAME_HEADROOM;
    memmove(bytes->bytes + to, bytes->bytes + from, size);
    bytes->size = session->open_mark.size;
    status = bell__frames_begin(session, 0);
    if (status != BELL_OK) {
        return status;
    }
    bytes->size = to + size;
    session->open_params += to - from;
    session->open_command = to;
    session->open_joined = false;
    return BELL_OK;
}

/* For another try. Where memory is short there is none. */
static void keep_copy(struct bell__session *session, struct bell__slot *slot)
{
    if (slot->params_size == 0) {
        return;
    }
    slot->kept = bell__kept_take(session, slot->params_size);
    if (slot->kept == NULL) {
        slot->retries = 0;
        return;
    }
    memcpy(slot->kept, session->outbox.bytes.bytes + slot->params_at,
           slot->params_size);
}

static void note_written(struct bell__session *session, struct bell__slot *slot,
                         size_t params_size, size_t tail)
{
    slot->stand = BELL__CALL_WRITTEN;
    slot->frame = bell__frames_last(session);
    slot->params_at = session->open_params;
    slot->params_size = (uint32_t)params_size;
    slot->lead = (uint32_t)(session->open_params - session->open_command);
    slot->tail = (uint32_t)tail;
    bell__queue_push(&session->unsent, &session->table,
                     bell__table_index(&session->table, slot));
    session->unfound += bell__is_quiet(slot) || bell__is_asked(slot);
}

/* Ends the command and the frame around it. BELL_LIMIT: too large to send. */
static bell_status command_end(struct bell__session *session,
                               struct bell__slot *slot)
{
    struct bell__outbox *outbox = &session->outbox;
    size_t params_end = outbox->bytes.size;
    bell_status status = session->ops->end(session->protocol, &outbox->bytes);
    if (status != BELL_OK) {
        return status;
    }
    size_t limit = session->options.request_bytes_max;
    if (outbox->bytes.size - session->open_command > limit) {
        return BELL_LIMIT;
    }
    size_t params_size = params_end - session->open_params;
    size_t tail = outbox->bytes.size - params_end;
    size_t frame_at = outbox->spans[outbox->count - 1].offset;
    if (outbox->bytes.size - frame_at - session->frame_gone > limit) {
        status = move_command(session);
        if (status != BELL_OK) {
            return status;
        }
    }
    bell__outbox_end(outbox);
    bell__frames_show(session);
    session->frame_open = true;
    note_written(session, slot, params_size, tail);
    if (slot->retries != 0 && slot->kept == NULL) {
        keep_copy(session, slot);
    }
    return BELL_OK;
}

static bell_status refuse_limit(const char *name, size_t limit,
                                bell_error *error)
{
    return bell__error_set(error, BELL_LIMIT, BELL_ORIGIN_LOCAL,
                           "%s (%zu) is reached: nothing was sent", name,
                           limit);
}

/* What waits is more than may. What is withdrawn does not wait any more. */
static bool is_full(struct bell__session *session)
{
    size_t most = session->options.queue_bytes_max;
    size_t queued = session->outbox.bytes.size + session->waiting_bytes;
    if (queued > most && session->holes.size != 0) {
        bell__withdraw_all(session);
        session->open_mark = bell__frames_mark(session);
        queued = session->outbox.bytes.size + session->waiting_bytes;
    }
    return queued > most &&
           queued - session->outbox.count * BELL__FRAME_HEADROOM > most;
}

/* Why a call may not begin now; BELL_OK: it may. */
static bell_status may_begin(struct bell__session *session,
                             const struct bell__order *order, bell_error *error)
{
    if (session->state == BELL__SESSION_CLOSED) {
        return bell__error_set(error, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                               "the client is closed");
    }
    if (session->state == BELL__SESSION_TERMINAL) {
        bell_error trouble = session->trouble;
        bell__error_set(error, BELL_TERMINAL, trouble.origin,
                        "%s: it was not sent: %s", order->method->name,
                        trouble.message);
        if (error != NULL) {
            error->code = trouble.code;
            error->sent = BELL_SENT_NO;
        }
        return BELL_TERMINAL;
    }
    bool fail_fast = order->fail_fast || session->options.fail_fast;
    if (order->parked && !order->held && fail_fast) {
        bell__error_set(error, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                        "there is no token yet");
        if (error != NULL) {
            error->sent = BELL_SENT_NO;
        }
        return BELL_DISCONNECTED;
    }
    if (session->state != BELL__SESSION_READY && fail_fast) {
        bell__error_set(error, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                        "not connected%s%s",
                        session->trouble.status == BELL_OK ? "" : ": ",
                        session->trouble.message);
        if (error != NULL) {
            error->sent = BELL_SENT_NO;
        }
        return BELL_DISCONNECTED;
    }
    return is_full(session)
               ? refuse_limit("queue_bytes_max",
                              session->options.queue_bytes_max, error)
               : BELL_OK;
}

struct bell__buf *bell__session_begin(struct bell__session *session,
                                      const struct bell__order *order,
                                      int64_t now, bell_error *error)
{
    session->now = now;
    session->open_mark = bell__frames_mark(session);
    if (may_begin(session, order, error) != BELL_OK) {
        return NULL;
    }
    session->holds = true;
    bell_status status = bell__wheel_ready(&session->wheel);
    if (status == BELL_OK) {
        status = bell__table_take(&session->table, &session->open_slot);
    }
    if (status == BELL_LIMIT) {
        refuse_limit("calls_max", session->options.calls_max, error);
        return NULL;
    }
    if (status != BELL_OK) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL, "out of memory");
        return NULL;
    }
    struct bell__slot *slot = &session->table.slots[session->open_slot];
    slot->stand = BELL__CALL_OPEN;
    slot->method = order->method;
    slot->done = order->done;
    slot->context = order->context;
    slot->started = now;
    slot->deadline = order->deadline;
    slot->due = order->deadline;
    slot->fail_fast = order->fail_fast || session->options.fail_fast;
    bool again = (order->method->flags & BELL_METHOD_IDEMPOTENT) != 0;
    slot->retries = again || session->ops->exchanges ? order->retries : 0;
    slot->parked = order->parked;
    slot->fresh = order->fresh;
    slot->held = order->held;
    if (session->state != BELL__SESSION_READY || slot->parked) {
        session->scratch.size = 0;
        return &session->scratch;
    }
    status = command_begin(session, slot);
    if (status != BELL_OK) {
        bell__session_abort(session);
        bell__error_set(error, status, BELL_ORIGIN_LOCAL, "out of memory");
        return NULL;
    }
    return &session->outbox.bytes;
}

bell_status bell__session_body(struct bell__session *session,
                               struct bell__buf *out)
{
    struct bell__slot *slot = &session->table.slots[session->open_slot];
    assert(slot->stand == BELL__CALL_OPEN);
    bell_status status = BELL_OK;
    if (session->ops->body != NULL) {
        status = session->ops->body(session->protocol, out, slot->method);
    }
    bool kept = out == &session->scratch;
    slot->head_size = (uint32_t)(out->size - (kept ? 0 : session->open_params));
    if (!kept) {
        show_head(session, slot);
    }
    return status;
}

void bell__session_abort(struct bell__session *session)
{
    bell__frames_fall_back(session, session->open_mark);
    bell__table_forget(&session->table,
                       &session->table.slots[session->open_slot]);
    bell__table_release(&session->table, session->open_slot);
}

/* Copies params that have no line to go to. */
static bell_status keep(struct bell__session *session, struct bell__slot *slot,
                        const char *params, size_t size)
{
    slot->params_size = (uint32_t)size;
    if (size != 0 && slot->kept == NULL) {
        slot->kept = bell__kept_take(session, size);
        if (slot->kept == NULL) {
            return BELL_NO_MEMORY;
        }
        memcpy(slot->kept, params, size);
    }
    slot->stand = BELL__CALL_WAITING;
    session->waiting_bytes += size;
    bell__queue_push(slot->parked ? &session->parked : &session->waiting,
                     &session->table, bell__table_index(&session->table, slot));
    return BELL_OK;
}

/* What the protocol writes around the params is written behind them, and
 * forgotten: a call is refused at once that could never be sent. */
static bell_status commit_waiting(struct bell__session *session,
                                  struct bell__slot *slot)
{
    struct bell__buf *out = &session->scratch;
    size_t size = out->size;
    bell_status status = session->ops->begin(
        session->protocol, out, (uint32_t)slot->number, slot->method);
    if (status == BELL_OK) {
        status = session->ops->end(session->protocol, out);
    }
    size_t whole = out->size;
    out->size = size;
    if (status != BELL_OK) {
        return status;
    }
    if (whole > session->options.request_bytes_max) {
        return BELL_LIMIT;
    }
    return keep(session, slot, out->bytes, size);
}

bell_status bell__session_commit(struct bell__session *session, bell_call *call,
                                 bell_error *error)
{
    struct bell__slot *slot = &session->table.slots[session->open_slot];
    bell_status status = session->state == BELL__SESSION_READY && !slot->parked
                             ? command_end(session, slot)
                             : commit_waiting(session, slot);
    if (status != BELL_OK) {
        bell__session_abort(session);
    }
    if (status == BELL_LIMIT) {
        return refuse_limit("request_bytes_max",
                            session->options.request_bytes_max, error);
    }
    if (status != BELL_OK) {
        return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                               "out of memory");
    }
    bell__wheel_add(&session->wheel, &session->table, session->open_slot);
    *call = slot->number;
    return BELL_OK;
}

static bell_status write_waiting(struct bell__session *session,
                                 struct bell__slot *slot)
{
    bell_status status = command_begin(session, slot);
    if (status != BELL_OK) {
        return status;
    }
    status =
        bell__buf_append(&session->outbox.bytes, slot->kept, slot->params_size);
    if (slot->head_size != 0) {
        show_head(session, slot);
    }
    return status == BELL_OK ? command_end(session, slot) : status;
}

void bell__submit_waiting(struct bell__session *session)
{
    while (session->waiting.first != BELL__NO_SLOT) {
        uint32_t index = session->waiting.first;
        struct bell__slot *slot = &session->table.slots[index];
        session->open_mark = bell__frames_mark(session);
        bell__queue_remove(&session->waiting, &session->table, index);
        char *kept = slot->kept;
        size_t kept_size = slot->params_size;
        bell_status status = write_waiting(session, slot);
        if (status != BELL_OK) {
            bell__frames_fall_back(session, session->open_mark);
            bell__queue_push(&session->waiting, &session->table, index);
            bell__finish(session, index, status, BELL_SENT_NO);
            continue;
        }
        if (slot->retries == 0) {
            slot->kept = NULL;
            bell__kept_give(session, kept, kept_size);
        }
        session->waiting_bytes -= kept_size;
    }
}

/* The unsent calls, in order; their bytes are still in the outbox. Those that
 * do not wait for a line end. */
static void wait_again(struct bell__session *session)
{
    uint32_t index = session->unsent.first;
    bell__queue_open(&session->unsent);
    session->unfound = 0;
    while (index != BELL__NO_SLOT) {
        struct bell__slot *slot = &session->table.slots[index];
        uint32_t next = slot->next;
        bell_status status = BELL_DISCONNECTED;
        if (!slot->fail_fast) {
            status = keep(session, slot,
                          session->outbox.bytes.bytes + slot->params_at,
                          slot->params_size);
        }
        if (status != BELL_OK) {
            bell__queue_push(&session->unsent, &session->table, index);
            session->unfound += bell__is_quiet(slot) || bell__is_asked(slot);
            bell__finish(session, index, status, BELL_SENT_NO);
        }
        index = next;
    }
}

/* What may be sent again waits for the next line, under the same number: no
 * reply of a line that is gone can reach it. */
bool bell__submit_again(struct bell__session *session, uint32_t index,
                        bool left)
{
    struct bell__slot *slot = &session->table.slots[index];
    bool again = (slot->method->flags & BELL_METHOD_IDEMPOTENT) != 0;
    if (slot->retries == 0 || slot->fail_fast || (left && !again)) {
        return false;
    }
    slot->retries--;
    slot->tries++;
    slot->left |= left;
    bell__leave_found(session, index);
    bell_status status = keep(session, slot, slot->kept, slot->params_size);
    assert(status == BELL_OK); /* it has been kept */
    return status == BELL_OK;
}

void bell__submit_lost(struct bell__session *session)
{
    bell__frames_taken(session);
    wait_again(session);
    /* What of an exchange the kernel has is not counted. */
    uint64_t gone = session->ops->exchanges ? session->frames_taken
                                            : session->frames_written;
    for (uint32_t i = 0; i < session->table.capacity; i++) {
        const struct bell__slot *slot = &session->table.slots[i];
        if (slot->stand != BELL__CALL_WRITTEN) {
            continue;
        }
        bool left = slot->frame <= gone;
        if (!bell__submit_again(session, i, left)) {
            bell__finish(session, i, BELL_DISCONNECTED,
                         left ? BELL_SENT_UNKNOWN : BELL_SENT_NO);
        }
    }
    bell__queue_sort(&session->waiting, &session->table);
    bell__queue_sort(&session->finished, &session->table);
    bell__frames_forget(session);
    session->frames_taken = 0;
    session->frames_written = 0;
    session->frame_open = false;
}
