/* late.c: programs that come back late to their loop, and what still comes for
 * them then. It knows no line and no call. */
#include "client/client.h"

/* Who is so late was stopped, or busy with something else. */
enum { LATE_MS = 50, QUIET_MS = 20, CATCH_UP_MS_MAX = 250 };

bool bell__link_catches_up(struct bell__link *link)
{
    struct bell__transport *transport = link->transport;
    int64_t looked_at = link->client->loop->looked_at;
    if (transport->heard) {
        transport->heard = false;
        link->heard_at = looked_at;
        bell__session_heard(link->session, link->client->loop->now);
    }
    if (!link->catches_up) {
        if (looked_at - link->client->guest.deadline < LATE_MS) {
            return false; /* the usual */
        }
        link->late_since = looked_at;
    }
    link->catches_up =
        transport->line == BELL__LINE_UP &&
        looked_at - bell__session_deadline(link->session) >= LATE_MS &&
        (looked_at - link->heard_at < QUIET_MS ||
         bell__session_reading(link->session)) &&
        looked_at - link->late_since < CATCH_UP_MS_MAX;
    return link->catches_up;
}
