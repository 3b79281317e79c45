/* finish.c: how calls end, each once. A call leaves the table before anybody
 * hears of it; completions are fetched one by one. */
#include "core/inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

void bell__forget_params(struct bell__session *session, struct bell__slot *slot)
{
    if (slot->kept != NULL) {
        bell__memory_free(session->memory, slot->kept, slot->params_size);
        slot->kept = NULL;
    }
}

static void unlink_call(struct bell__session *session, uint32_t index)
{
    struct bell__slot *slot = &session->table.slots[index];
    if (slot->stand == BELL__CALL_WAITING) {
        bell__queue_remove(&session->waiting, &session->table, index);
        session->waiting_bytes -= slot->params_size;
        bell__forget_params(session, slot);
        return;
    }
    bell__forget_params(session, slot);
    bell__submit_taken(session);
    bool quiet = bell__is_quiet(slot);
    if (slot->frame > session->frames_taken) {
        bell__queue_remove(&session->unsent, &session->table, index);
        session->untold -= quiet;
    } else if (quiet) {
        bell__queue_remove(&session->told, &session->table, index);
    }
}

void bell__finish(struct bell__session *session, uint32_t index,
                  bell_status status, bell_sent sent)
{
    struct bell__slot *slot = &session->table.slots[index];
    unlink_call(session, index);
    bell__wheel_remove(&session->wheel, &session->table, index);
    bell__table_forget(&session->table, slot);
    slot->was = slot->stand;
    slot->stand = BELL__CALL_FINISHED;
    slot->status = (uint8_t)status;
    slot->sent = (uint8_t)sent;
    bell__queue_push(&session->finished, &session->table, index);
}

/* Commands that were written leave later even where their call is over, be it
 * with the goodbye of a client that closes: only what is thrown away with the
 * outbox or the line was not sent. */
static bell_sent sent_of(const struct bell__session *session,
                         const struct bell__slot *slot, bell_status status)
{
    if (slot->stand == BELL__CALL_WAITING) {
        return BELL_SENT_NO;
    }
    if (status == BELL_TERMINAL) {
        return slot->frame > session->frames_written ? BELL_SENT_NO
                                                     : BELL_SENT_UNKNOWN;
    }
    bool thrown_away =
        status == BELL_CLOSED && slot->frame > session->frames_taken;
    return thrown_away ? BELL_SENT_NO : BELL_SENT_UNKNOWN;
}

void bell__finish_alone(struct bell__session *session, uint32_t index,
                        bell_status status)
{
    const struct bell__slot *slot = &session->table.slots[index];
    bell__finish(session, index, status, sent_of(session, slot, status));
}

void bell__finish_all(struct bell__session *session, bell_status status)
{
    for (uint32_t i = 0; i < session->table.capacity; i++) {
        uint8_t stand = session->table.slots[i].stand;
        if (stand == BELL__CALL_WAITING || stand == BELL__CALL_WRITTEN) {
            bell__finish_alone(session, i, status);
        }
    }
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
                            "%s: no reply within %" PRId64 " ms", name, waited);
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
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "%s: request_bytes_max (%zu) is met: nothing was sent",
                        name, session->options.request_bytes_max);
        return;
    default:
        bell__error_set(error, status, BELL_ORIGIN_LOCAL, "%s: out of memory",
                        name);
    }
}

static void name_call(bell_error *error, const struct bell__slot *slot)
{
    error->call = slot->number;
    error->sent = (bell_sent)slot->sent;
    size_t size = slot->method->name_size;
    if (size >= sizeof error->method) {
        size = sizeof error->method - 1;
    }
    memcpy(error->method, slot->method->name, size);
    error->method[size] = '\0';
}

static void describe(const struct bell__slot *slot,
                     struct bell__completion *completion)
{
    completion->call = slot->number;
    completion->method = slot->method;
    completion->done = slot->done;
    completion->context = slot->context;
    completion->started = slot->started;
}

static void take_finished(struct bell__session *session,
                          struct bell__completion *completion)
{
    uint32_t index = session->finished.first;
    struct bell__slot *slot = &session->table.slots[index];
    describe(slot, completion);
    completion->status = (bell_status)slot->status;
    completion->payload = (bell_string){NULL, 0};
    completion->guessed = false;
    tell(session, slot, &completion->error);
    name_call(&completion->error, slot);
    bell__queue_remove(&session->finished, &session->table, index);
    bell__table_release(&session->table, index);
}

/* A reply ends a call only where the call is on the line. */
static bool take_reply(struct bell__session *session,
                       const struct bell__event *event,
                       struct bell__completion *completion)
{
    struct bell__slot *slot = bell__table_find_id(&session->table, event->id);
    bell__submit_taken(session);
    if (slot == NULL || slot->stand != BELL__CALL_WRITTEN ||
        slot->frame > session->frames_taken || bell__is_quiet(slot)) {
        session->ignored++;
        return false;
    }
    uint32_t index = bell__table_index(&session->table, slot);
    describe(slot, completion);
    completion->payload = event->payload;
    completion->guessed = event->guessed;
    completion->status = BELL_OK;
    if (event->kind == BELL__EVENT_ERROR) {
        completion->status = BELL_REFUSED;
        bell__error_set(&completion->error, BELL_REFUSED, event->origin, "%s",
                        event->text);
        completion->error.code = event->code;
        completion->error.temporary = event->temporary;
        slot->sent = BELL_SENT_UNKNOWN;
        name_call(&completion->error, slot);
    }
    bell__wheel_remove(&session->wheel, &session->table, index);
    bell__forget_params(session, slot);
    bell__table_forget(&session->table, slot);
    bell__table_release(&session->table, index);
    return true;
}

void bell__session_feed(struct bell__session *session,
                        const struct bell__frame *frame, int64_t now)
{
    session->now = now;
    session->lived = session->state == BELL__SESSION_READY;
    session->heard_at = now;
    session->frame = *frame;
    session->frame_at = 0;
    session->frame_fed = session->state == BELL__SESSION_READY ||
                         session->state == BELL__SESSION_GREETING;
}

bool bell__session_next(struct bell__session *session,
                        struct bell__completion *completion)
{
    if (session->finished.first != BELL__NO_SLOT) {
        take_finished(session, completion);
        return true;
    }
    struct bell__event event;
    while (session->frame_fed) {
        if (!session->protocol->ops->decode(session->protocol, &session->frame,
                                            &session->frame_at, &event)) {
            session->frame_fed = false;
            break;
        }
        if (event.kind == BELL__EVENT_REPLY ||
            event.kind == BELL__EVENT_ERROR) {
            if (take_reply(session, &event, completion)) {
                return true;
            }
            continue;
        }
        bell__connect_event(session, &event);
        if (session->finished.first != BELL__NO_SLOT) {
            take_finished(session, completion);
            return true;
        }
    }
    return false;
}
