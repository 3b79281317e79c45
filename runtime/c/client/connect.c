/* connect.c: waiting for a client's links, and hurrying them. It makes no call.
 */
#include "client/client.h"

#include <inttypes.h>

#include "base/error.h"
#include "client/pump.h"

/* The first link in use that is not ready; NULL: all are. */
static const struct bell__link *unready(const bell_client *client)
{
    for (uint32_t i = 0; i < client->link_count; i++) {
        const struct bell__link *link = &client->links[i];
        if (link->session != NULL && !bell__link_is_ready(link)) {
            return link;
        }
    }
    return NULL;
}

bool bell_connected(const bell_client *client)
{
    return !client->closed && unready(client) == NULL;
}

void bell_kick(bell_client *client)
{
    bell__loop_clock(client->loop);
    for (uint32_t i = 0; i < client->link_count; i++) {
        if (client->links[i].session != NULL) {
            bell__session_kick(client->links[i].session, client->loop->now);
        }
    }
    bell__loop_due(client->loop, &client->guest);
}

static bool is_over(const struct bell__link *link)
{
    enum bell__session_state state = bell__session_state(link->session);
    return state == BELL__SESSION_TERMINAL || state == BELL__SESSION_CLOSED;
}

static bell_status not_connected(const bell_client *client,
                                 const struct bell__link *link,
                                 int64_t deadline_ms, bell_error *error)
{
    bell_error trouble;
    if (client->closed) {
        bell__error_set(&trouble, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                        "the client was closed");
    } else if (is_over(link)) {
        trouble = *bell__session_reason(link->session);
        trouble.status = BELL_TERMINAL;
    } else {
        const char *why = bell__session_trouble(link->session);
        bell__error_set(&trouble, BELL_DEADLINE, BELL_ORIGIN_LOCAL,
                        "not connected within %" PRId64 " ms%s%s", deadline_ms,
                        why[0] == '\0' ? "" : ": ", why);
    }
    bell__client_tell(client, error, &trouble);
    return trouble.status;
}

/* The link that the wait was in vain for; NULL: all are ready. */
static const struct bell__link *wait_for_links(bell_client *client,
                                               int64_t deadline)
{
    struct bell_loop *loop = client->loop;
    const struct bell__link *link = unready(client);
    while (link != NULL && !is_over(link) && !client->closed &&
           loop->now < deadline) {
        int64_t left = deadline == INT64_MAX ? -1 : deadline - loop->now;
        bell__loop_pump(loop, left);
        if (left < 0 && bell__loop_stuck(loop)) {
            break;
        }
        link = unready(client);
    }
    return link;
}

bell_status bell_connect(bell_client *client, int64_t deadline_ms,
                         bell_error *error)
{
    bell__client_clear(client, error);
    if (bell__loop_held(client->loop)) {
        return bell__client_refuse_inside(client, error);
    }
    if (deadline_ms == 0) {
        deadline_ms = client->options.connect_deadline_ms;
    }
    bell__pump_enter(client);
    bell__loop_clock(client->loop);
    int64_t deadline = INT64_MAX;
    if (deadline_ms > 0 && deadline_ms < INT64_MAX - client->loop->now) {
        deadline = client->loop->now + deadline_ms;
    }
    const struct bell__link *link = wait_for_links(client, deadline);
    bell_status status = BELL_OK;
    if (link != NULL || client->closed) {
        status = not_connected(client, link, deadline_ms, error);
    }
    bell__pump_leave(client);
    return status;
}
