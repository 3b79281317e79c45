/* state.c: how a client's links stand, and who is told when that changes: the
 * log, who counts, and the program's own function. It moves no link. */
#include "client/client.h"

#include <inttypes.h>

/* ---- How they stand --------------------------------------------------------
 */

static bool is_over(const struct bell__link *link)
{
    enum bell__session_state state = bell__session_state(link->session);
    return state == BELL__SESSION_TERMINAL || state == BELL__SESSION_CLOSED;
}

bool bell__state_is_over(const struct bell__link *link)
{
    return link->session != NULL && is_over(link);
}

/* One that the client cannot do without: the service opens it at once. */
static bool is_needed(const struct bell__link *link)
{
    return (link->table->flags & BELL_LINK_AT_OPEN) != 0;
}

bell_connection_state bell__state_of(const bell_client *client,
                                     const struct bell__link **why)
{
    const struct bell__link *waits = NULL;
    const struct bell__link *over = NULL;
    bool lives = false;
    for (uint32_t i = 0; i < client->link_count; i++) {
        const struct bell__link *link = &client->links[i];
        if (link->session == NULL || link->idle) {
            continue;
        }
        if (!is_over(link)) {
            bool ready =
                link->table->kind->lineless ||
                bell__session_state(link->session) == BELL__SESSION_READY;
            lives |= ready;
            waits = waits == NULL && !ready ? link : waits;
        } else if (over == NULL || (is_needed(link) && !is_needed(over))) {
            over = link;
        }
    }
    bool ended = over != NULL && (is_needed(over) || (!lives && waits == NULL));
    *why = ended ? over : waits;
    if (client->closed || ended) {
        return BELL_STATE_DISCONNECTED;
    }
    return waits != NULL ? BELL_STATE_CONNECTING : BELL_STATE_CONNECTED;
}

bell_connection_state bell_client_state(const bell_client *client)
{
    const struct bell__link *why = NULL;
    return bell__loop_is_others(client->loop) ? BELL_STATE_DISCONNECTED
                                              : bell__state_of(client, &why);
}

bool bell_connected(const bell_client *client)
{
    return bell_client_state(client) == BELL_STATE_CONNECTED;
}

/* ---- Who is told -----------------------------------------------------------
 */

static void tell(struct bell__link *link, bell_state_change *change)
{
    bell_client *client = link->client;
    if (client->options.state_changed == NULL) {
        return;
    }
    change->link = link->table->name;
    bell__loop_hold(client->loop);
    client->options.state_changed(client->options.state_context, change);
    bell__loop_let_go(client->loop);
}

void bell__state_connecting(struct bell__link *link)
{
    bell_state_change change = {.kind = BELL_CHANGE_CONNECTING};
    if (link->table->kind->lineless) {
        return;
    }
    change.attempt = bell__session_attempt(link->session);
    bell__log_link(link, BELL_LEVEL_INFO, "connecting", "connecting");
    if (!link->client->closed) {
        tell(link, &change);
    }
}

static void tell_connected(struct bell__link *link)
{
    bell_client *client = link->client;
    const struct bell__protocol_ops *ops = link->protocol->ops;
    struct bell__greeting greeting = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    bell__log_line(link, BELL_METRIC_CONNECTED, 0);
    bell__log_link(link, BELL_LEVEL_INFO, "connected", "connected");
    if (client->options.state_changed != NULL && ops->greeting != NULL &&
        !ops->greeting(link->protocol, &greeting)) {
        bell__log_link(link, BELL_LEVEL_WARN, "refused",
                       "no memory for what the server says with its greeting");
    }
    bell_state_change change = {.kind = BELL_CHANGE_CONNECTED,
                                .client = greeting.client,
                                .version = greeting.version,
                                .data = greeting.data};
    if (!client->closed) {
        tell(link, &change);
    }
}

static void tell_lost(struct bell__link *link,
                      const struct bell__session_news *news)
{
    const char *reason = news->reason.message;
    bool final = news->retry_at == INT64_MAX;
    int64_t wait = final ? 0 : news->retry_at - link->client->loop->now;
    bell_state_change change = {.kind = final ? BELL_CHANGE_DISCONNECTED
                                              : BELL_CHANGE_LOST,
                                .origin = news->reason.origin,
                                .code = news->reason.code,
                                .reason = reason,
                                .next_try_ms = wait < 0 ? 0 : wait,
                                .terminal = final};
    bell__log_line(link, BELL_METRIC_LOST, news->reason.code);
    if (final) {
        bell__log_link(link, BELL_LEVEL_ERROR, "terminal", "ended for good: %s",
                       reason);
    } else {
        bell__log_link(link, BELL_LEVEL_WARN, "lost",
                       "not connected: %s; next try in %" PRId64 " ms", reason,
                       change.next_try_ms);
    }
    if (!link->client->closed) {
        tell(link, &change);
    }
}

/* Between two looks at a line it may have come up and broken: never the other
 * way round, as it is dialed behind a look. */
void bell__state_news(struct bell__link *link,
                      const struct bell__session_news *news)
{
    if (news->ready && !link->table->kind->lineless) {
        tell_connected(link);
    }
    if (news->lost && !link->client->closed) {
        tell_lost(link, news);
    }
    if (news->warning[0] != '\0' && !link->client->closed) {
        bell__log_link(link, BELL_LEVEL_WARN, "refused", "%s", news->warning);
    }
}

void bell__state_closed(struct bell__link *link)
{
    if (link->table->kind->lineless) {
        return;
    }
    bell_state_change change = {.kind = BELL_CHANGE_DISCONNECTED,
                                .origin = BELL_ORIGIN_LOCAL,
                                .reason = "the client was closed"};
    tell(link, &change);
}
