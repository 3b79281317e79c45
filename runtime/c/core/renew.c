/* renew.c: a session whose token runs out while it is READY: a new one is due,
 * told to the server, taken or refused. It knows no token. */
#include "core/inside.h"

#include <string.h>

void bell__renew_event(struct bell__session *session,
                       const struct bell__event *event)
{
    if (session->state != BELL__SESSION_READY || !session->options.renews) {
        return;
    }
    if (event->code != 0) {
        memcpy(session->news.warning, event->text, sizeof event->text);
        bell__session_renew_later(session, session->now);
        return;
    }
    session->refused = 0;
    session->renew_at =
        event->ttl_ms != 0 ? session->now + event->ttl_ms : INT64_MAX;
}

void bell__renew_due(struct bell__session *session)
{
    session->renew_at = INT64_MAX;
    session->news.token_due = session->state == BELL__SESSION_READY;
}

void bell__session_renew(struct bell__session *session, int64_t now)
{
    session->now = now;
    if (session->state != BELL__SESSION_READY) {
        return;
    }
    session->renew_at = INT64_MAX;
    if (bell__submit_own(session, session->protocol->ops->renew) != BELL_OK) {
        bell__session_renew_later(session, now);
    }
}

void bell__session_renew_at(struct bell__session *session, int64_t at)
{
    if (session->state == BELL__SESSION_READY) {
        session->renew_at = at;
    }
}

void bell__session_renew_later(struct bell__session *session, int64_t now)
{
    session->now = now;
    bell__session_renew_at(session,
                           now + bell__connect_wait(session, session->refused));
    session->refused++;
}
