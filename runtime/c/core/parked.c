/* parked.c: calls that wait for a token, or for another call, whatever the
 * line: which there are, and how they go out. It knows no token. */
#include "core/frames.h"

uint32_t bell__session_parked(const struct bell__session *session, uint32_t at,
                              const bell_method **method)
{
    const struct bell__slot *slots = session->table.slots;
    uint32_t next =
        at == BELL__PARKED_END ? session->parked.first : slots[at].next;
    while (next != BELL__NO_SLOT && slots[next].held) {
        next = slots[next].next;
    }
    if (next == BELL__NO_SLOT) {
        return BELL__PARKED_END;
    }
    *method = slots[next].method;
    return next;
}

void bell__session_unpark(struct bell__session *session, uint32_t at,
                          int64_t now)
{
    session->now = now;
    session->table.slots[at].parked = false;
    bell__queue_remove(&session->parked, &session->table, at);
    bell__queue_push(&session->waiting, &session->table, at);
    if (session->state == BELL__SESSION_READY) {
        bell__submit_waiting(session);
    }
}

void bell__session_release(struct bell__session *session, bell_call call,
                           int64_t deadline, int64_t now)
{
    struct bell__slot *slot = bell__table_find(&session->table, call);
    if (slot == NULL || !slot->held) {
        return;
    }
    uint32_t index = bell__table_index(&session->table, slot);
    slot->held = false;
    bell__wheel_remove(&session->wheel, &session->table, index);
    slot->deadline = deadline;
    slot->due = deadline;
    bell__wheel_add(&session->wheel, &session->table, index);
    bell__session_unpark(session, index, now);
}

int64_t bell__session_pause(struct bell__session *session, uint32_t failed)
{
    return bell__wait(session, failed);
}
