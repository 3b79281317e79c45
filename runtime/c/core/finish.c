/* finish.c: how calls end, each once. A call leaves the table before anybody
 * hears of it; completions are fetched one by one. */
#include "core/frames.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

void bell__forget_params(struct bell__session *session, struct bell__slot *slot)
{
    if (slot->kept != NULL) {
        bell__kept_give(session, slot->kept, slot->params_size);
        slot->kept = NULL;
    }
}

void bell__leave_found(struct bell__session *session, uint32_t index)
{
    const struct bell__slot *slot = &session->table.slots[index];
    if (bell__is_quiet(slot)) {
        bell__queue_remove(&session->told, &session->table, index);
    } else if (bell__is_asked(slot)) {
        bell__queue_remove(&session->asked, &session->table, index);
    }
}

static void leave_unsent(struct bell__session *session, uint32_t index)
{
    const struct bell__slot *slot = &session->table.slots[index];
    bell__queue_remove(&session->unsent, &session->table, index);
    session->unfound -= bell__is_quiet(slot) || bell__is_asked(slot);
}

static void unlink_call(struct bell__session *session, uint32_t index)
{
    struct bell__slot *slot = &session->table.slots[index];
    if (slot->stand == BELL__CALL_WAITING) {
        bell__queue_remove(slot->parked ? &session->parked : &session->waiting,
                           &session->table, index);
        session->waiting_bytes -= slot->params_size;
    } else if (slot->stand == BELL__CALL_RESTING) {
        session->waiting_bytes -= slot->params_size;
    } else if (slot->frame > session->frames_taken) {
        leave_unsent(session, index);
    } else {
        bell__leave_found(session, index);
    }
    bell__forget_params(session, slot);
}

void bell__release(struct bell__session *session, struct bell__slot *slot)
{
    uint32_t index = bell__table_index(&session->table, slot);
    if (bell__is_asked(slot) || bell__is_quiet(slot)) {
        bell__leave_found(session, index);
    }
    bell__wheel_remove(&session->wheel, &session->table, index);
    bell__forget_params(session, slot);
    bell__table_forget(&session->table, slot);
    bell__table_release(&session->table, index);
}

void bell__finish(struct bell__session *session, uint32_t index,
                  bell_status status, bell_sent sent)
{
    struct bell__slot *slot = &session->table.slots[index];
    bell__frames_taken(session);
    unlink_call(session, index);
    bell__wheel_remove(&session->wheel, &session->table, index);
    bell__table_forget(&session->table, slot);
    slot->was = slot->stand;
    slot->stand = BELL__CALL_FINISHED;
    slot->status = (uint8_t)status;
    slot->sent = (uint8_t)(slot->left ? BELL_SENT_UNKNOWN : sent);
    bell__queue_push(&session->finished, &session->table, index);
}

/* A call that is over before its command left: the command is withdrawn, be
 * it with all others where a client closes or the server ends it for good.
 * Where there is no memory to note that, it may still leave. */
static bell_sent call_off(struct bell__session *session,
                          const struct bell__slot *slot, bell_status status)
{
    if (slot->stand != BELL__CALL_WRITTEN) {
        return BELL_SENT_NO;
    }
    bool all = status == BELL_TERMINAL || status == BELL_CLOSED;
    if (slot->frame > session->frames_taken) {
        return all || bell__withdraw(session, slot) ? BELL_SENT_NO
                                                    : BELL_SENT_UNKNOWN;
    }
    if (session->ops->exchanges) {
        (void)bell__withdraw_exchange(session, slot);
    }
    bool kept_back = status == BELL_TERMINAL && !session->ops->exchanges &&
                     slot->frame > session->frames_written;
    return kept_back ? BELL_SENT_NO : BELL_SENT_UNKNOWN;
}

void bell__finish_alone(struct bell__session *session, uint32_t index,
                        bell_status status)
{
    const struct bell__slot *slot = &session->table.slots[index];
    bell__frames_taken(session);
    bell__finish(session, index, status, call_off(session, slot, status));
}

void bell__finish_all(struct bell__session *session, bell_status status)
{
    for (uint32_t i = 0; i < session->table.capacity; i++) {
        uint8_t stand = session->table.slots[i].stand;
        if (stand == BELL__CALL_WAITING || stand == BELL__CALL_WRITTEN ||
            stand == BELL__CALL_RESTING) {
            bell__finish_alone(session, i, status);
        }
    }
    bell__queue_sort(&session->finished, &session->table);
}

bool bell__session_cancel(struct bell__session *session, bell_call call)
{
    const struct bell__slot *slot = bell__table_find(&session->table, call);
    if (slot == NULL || slot->stand == BELL__CALL_OPEN) {
        return false;
    }
    bell__finish_alone(session, bell__table_index(&session->table, slot),
                       BELL_CANCELLED);
    return true;
}

bool bell__session_waits(const struct bell__session *session, bell_call call)
{
    return bell__table_find(&session->table, call) != NULL;
}

static const char *colon(const bell_error *trouble)
{
    return trouble->message[0] == '\0' ? "" : ": ";
}

/* What the caller of an ended call reads. */
static void tell(const struct bell__session *session,
                 const struct bell__slot *slot, bell_error *error)
{
    const bell_error *trouble = &session->trouble;
    const char *name = slot->method->name;
    bell_status status = (bell_status)slot->status;
    if (status == BELL_OK) {
        return;
    }
    int64_t waited = slot->deadline - slot->started;
    bool written = slot->was == BELL__CALL_WRITTEN;
    switch (status) {
    case BELL_DEADLINE:
        if (written) {
            bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                            slot->sent == BELL_SENT_NO
                                ? "%s: not sent within %" PRId64 " ms"
                                : "%s: no reply within %" PRId64 " ms",
                            name, waited);
            return;
        }
        if (slot->parked) {
            bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                            "%s: no token came within %" PRId64 " ms", name,
                            waited);
            return;
        }
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "%s: not connected within %" PRId64 " ms%s%s", name,
                        waited, colon(trouble), trouble->message);
        return;
    case BELL_CANCELLED:
        bell__error_set(error, status, BELL_ORIGIN_LOCAL, "%s was cancelled",
                        name);
        return;
    case BELL_CLOSED:
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "%s: the client was closed", name);
        return;
    case BELL_DISCONNECTED:
    case BELL_TERMINAL:
        bell__error_set(error, status, trouble->origin, "%s: %s%s%s", name,
                        slot->sent == BELL_SENT_NO
                            ? "it was not sent"
                            : "sent, but no reply came; whether it was "
                              "executed is unknown",
                        colon(trouble), trouble->message);
        error->code = trouble->code;
        return;
    case BELL_LIMIT:
        bell__error_set(
            error, status, BELL_ORIGIN_LOCAL,
            "%s: request_bytes_max (%zu) is reached: nothing was sent", name,
            session->options.request_bytes_max);
        return;
    default:
        bell__error_set(error, status, BELL_ORIGIN_LOCAL, "%s: out of memory",
                        name);
    }
}

void bell__name_call(bell_error *error, const struct bell__slot *slot)
{
    error->call = slot->number;
    error->sent = (bell_sent)slot->sent;
    bell__error_method(error, slot->method->name, slot->method->name_size);
}

void bell__take_finished(struct bell__session *session,
                         struct bell__completion *completion)
{
    uint32_t index = session->finished.first;
    struct bell__slot *slot = &session->table.slots[index];
    bell__describe(slot, completion);
    completion->status = (bell_status)slot->status;
    completion->payload = (bell_string){NULL, 0};
    completion->guessed = false;
    tell(session, slot, &completion->error);
    bell__name_call(&completion->error, slot);
    bell__queue_remove(&session->finished, &session->table, index);
    bell__table_release(&session->table, index);
}
