/* connect.c: waiting for a client's links, and hurrying them. It makes no call.
 */
#include "client/client.h"

#include <inttypes.h>

#include "base/error.h"
#include "client/pump.h"

void bell_kick(bell_client *client)
{
    if (client == NULL || bell__loop_is_others(client->loop)) {
        return;
    }
    bell__loop_clock(client->loop);
    for (uint32_t i = 0; i < client->link_count; i++) {
        if (client->links[i].session != NULL) {
            bell__session_kick(client->links[i].session, client->loop->now);
        }
    }
    bell__loop_due(client->loop, &client->guest);
}

static bell_status not_connected(const bell_client *client,
                                 const struct bell__link *link,
                                 int64_t deadline_ms, bell_error *error)
{
    bell_error trouble;
    if (client->closed) {
        bell__error_set(&trouble, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                        "the client was closed");
    } else if (bell__state_is_over(link)) {
        trouble = *bell__session_reason(link->session);
        trouble.status = BELL_TERMINAL;
    } else {
        const char *why = bell__session_trouble(link->session);
        bell__error_set(&trouble, BELL_DEADLINE, BELL_ORIGIN_LOCAL,
                        "not connected within %" PRId64 " ms%s%s", deadline_ms,
                        why[0] == '\0' ? "" : ": ", why);
    }
    trouble.sent = BELL_SENT_NO;
    bell__client_tell(client, error, &trouble);
    return trouble.status;
}

/* The link that the wait was in vain for; NULL: the client is connected. */
static const struct bell__link *wait_for_links(bell_client *client,
                                               int64_t deadline)
{
    struct bell_loop *loop = client->loop;
    const struct bell__link *link = NULL;
    while (bell__state_of(client, &link) == BELL_STATE_CONNECTING &&
           loop->now < deadline) {
        int64_t left = deadline == INT64_MAX ? -1 : deadline - loop->now;
        bell__loop_pump(loop, left);
        if (left < 0 && bell__loop_stuck(loop)) {
            break;
        }
    }
    return link;
}

bell_status bell_connect(bell_client *client, int64_t deadline_ms,
                         bell_error *error)
{
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell__client_clear(client, error);
    if (!bell__owner_take(&client->loop->owner)) {
        return bell__client_refuse_thread(client, error);
    }
    if (bell__loop_held(client->loop)) {
        return bell__client_refuse_inside(client, error);
    }
    if (deadline_ms == 0) {
        deadline_ms = client->options.connect_wait_ms;
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
