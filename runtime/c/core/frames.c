/* frames.c: what stands in the outbox: which frames have left it, and frames
 * of the protocol's own. It knows no call's end. */
#include "core/frames.h"

/* Those of the unsent that have to be found later without an id: no reply
 * ends them, or one that names only its kind. */
static void keep_found(struct bell__session *session)
{
    uint32_t index = session->unsent.first;
    while (index != BELL__NO_SLOT) {
        const struct bell__slot *slot = &session->table.slots[index];
        uint32_t next = slot->next;
        if (bell__is_quiet(slot)) {
            bell__queue_push(&session->told, &session->table, index);
        } else if (bell__is_asked(slot)) {
            bell__queue_push(&session->asked, &session->table, index);
        }
        index = next;
    }
    session->unfound = 0;
}

void bell__frames_left(struct bell__session *session)
{
    session->frames_taken += session->frames_shown;
    session->frames_shown = session->outbox.count;
    session->frame_open = false;
    session->holes.size = 0;
    session->pong_waits = false;
    if (session->unfound != 0) {
        keep_found(session);
    }
    bell__queue_open(&session->unsent);
}

void bell__frames_fall_back(struct bell__session *session,
                            struct bell__outbox_mark mark)
{
    session->outbox.bytes.size = mark.size;
    session->outbox.count = mark.count;
    bell__frames_show(session);
}

void bell__frames_forget(struct bell__session *session)
{
    bell__outbox_clear(&session->outbox);
    session->holes.size = 0;
    session->pong_waits = false;
    session->frames_shown = 0;
}

bell_status bell__frames_own(struct bell__session *session,
                             enum bell__own_command command,
                             const uint32_t *ids)
{
    const struct bell__protocol_ops *ops = session->ops;
    struct bell__protocol *protocol = session->protocol;
    struct bell__outbox_mark mark = bell__frames_mark(session);
    struct bell__buf *out = &session->outbox.bytes;
    session->holds = true;
    bell_status status = bell__frames_begin(session, 0);
    if (status == BELL_OK) {
        status = command == BELL__OWN_HELLO   ? ops->hello(protocol, out, ids)
                 : command == BELL__OWN_RENEW ? ops->renew(protocol, out, *ids)
                                              : ops->pong(protocol, out);
    }
    if (status != BELL_OK) {
        bell__frames_fall_back(session, mark);
        return status;
    }
    bell__outbox_end(&session->outbox);
    bell__frames_show(session);
    session->frame_open = false;
    return BELL_OK;
}
