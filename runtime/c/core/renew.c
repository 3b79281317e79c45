/* renew.c: a session whose token runs out while it is READY: a new one is due,
 * told to the server, taken or refused. It knows no token. */
#include "core/frames.h"

#include <string.h>

void bell__renew_event(struct bell__session *session,
                       const struct bell__event *event)
{
    if (event->id != 0) { /* else the server spoke unasked */
        bell__own_end(session, BELL__OWN_RENEW);
    }
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
    session->token_ends = session->renew_at;
}

bool bell__session_token_spent(const struct bell__session *session, int64_t now)
{
    return now >= session->token_ends;
}

void bell__session_token_taken(struct bell__session *session)
{
    session->token_ends = INT64_MAX;
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
    if (session->ops->renew == NULL) {
        return; /* the next line or exchange shows it */
    }
    bell__own_give_up(session, BELL__OWN_RENEW);
    uint32_t id = bell__own_take(session, BELL__OWN_RENEW,
                                 now + session->options.connect_deadline_ms);
    if (id == 0 || bell__frames_own(session, BELL__OWN_RENEW, &id) != BELL_OK) {
        bell__own_end(session, BELL__OWN_RENEW);
        bell__session_renew_later(session, now);
    }
}

void bell__renew_late(struct bell__session *session)
{
    static const char late[] = "the server did not answer the new token";
    bell__own_give_up(session, BELL__OWN_RENEW);
    memcpy(session->news.warning, late, sizeof late);
    bell__session_renew_later(session, session->now);
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
                           now + bell__wait(session, session->refused));
    session->refused++;
}
