/* own.c: commands of the session's own that wait for an answer: which ids they
 * have, and until when they wait. It knows no bytes. */
#include "core/frames.h"

#include <assert.h>

static void find_due(struct bell__session *session)
{
    session->own_due = INT64_MAX;
    for (uint32_t i = 0; i < session->ops->own_max; i++) {
        const struct bell__own *own = &session->own[i];
        if (own->command != BELL__OWN_NONE &&
            own->deadline < session->own_due) {
            session->own_due = own->deadline;
        }
    }
}

uint32_t bell__own_take(struct bell__session *session,
                        enum bell__own_command command, int64_t deadline)
{
    for (uint32_t i = 0; i < session->ops->own_max; i++) {
        struct bell__own *own = &session->own[i];
        if (own->command != BELL__OWN_NONE) {
            continue;
        }
        uint32_t id = own->owed ? bell__table_skip(&session->table) : i + 1;
        if (id != 0) {
            own->command = command;
            own->deadline = deadline;
            find_due(session);
        }
        return id;
    }
    return 0;
}

void bell__own_end(struct bell__session *session,
                   enum bell__own_command command)
{
    for (uint32_t i = 0; i < session->ops->own_max; i++) {
        struct bell__own *own = &session->own[i];
        if (own->command == command) {
            own->command = BELL__OWN_NONE;
        }
    }
    find_due(session);
}

void bell__own_give_up(struct bell__session *session,
                       enum bell__own_command command)
{
    for (uint32_t i = 0; i < session->ops->own_max; i++) {
        session->own[i].owed |= session->own[i].command == command;
    }
    bell__own_end(session, command);
}

bell_status bell__own_hello(struct bell__session *session)
{
    uint32_t ids[BELL__OWN_MAX] = {0};
    assert(session->ops->own_max <= BELL__OWN_MAX);
    bell__own_end(session, BELL__OWN_RENEW); /* of a line before */
    for (uint32_t i = 0; i < session->ops->own_max; i++) {
        session->own[i].owed = false;
        ids[i] = bell__own_take(session, BELL__OWN_HELLO, INT64_MAX);
        assert(ids[i] == i + 1);
    }
    return bell__frames_own(session, BELL__OWN_HELLO, ids);
}
