/* renewal.c: tokens that the program is asked for: before a line is dialed, as
 * a server cuts off who dials first and then looks for a token, and before the
 * token of a line that is up runs out. */
#include "client/client.h"

#include <stdio.h>
#include <string.h>

static const char nothing_came[] = "no token came within connect_deadline_ms";

static bool is_ready(const struct bell__link *link)
{
    return bell__session_state(link->session) == BELL__SESSION_READY;
}

static void refuse(struct bell__link *link, bool final, const char *what,
                   const char *why)
{
    char reason[160];
    bell_client *client = link->client;
    int64_t now = client->loop->now;
    snprintf(reason, sizeof reason, "%s%s%s", what,
             why != NULL && why[0] != '\0' ? ": " : "", why != NULL ? why : "");
    link->renewal.stand = BELL__RENEWAL_NEEDED;
    if (is_ready(link) && !final) { /* it lives on while the server lets it */
        bell__session_renew_later(link->session, now);
        bell__log(client, BELL_LEVEL_WARN, "token", "%s", reason);
        return;
    }
    bell__session_refused(link->session, final, reason, now);
}

/* The user's function runs outside of any state change; it may answer, cancel,
 * call, and close the client. */
static void ask(struct bell__link *link)
{
    bell_client *client = link->client;
    struct bell__renewal *renewal = &link->renewal;
    int64_t now = client->loop->now;
    renewal->stand = BELL__RENEWAL_ASKED;
    renewal->request = ++client->token_requests;
    renewal->until = now + client->options.connect_deadline_ms;
    bell__session_hold(link->session, renewal->until);
    bell__session_renew_at(link->session, renewal->until);
    bell__log(client, BELL_LEVEL_INFO, "token", "asking for a token");
    bell__loop_hold(client->loop);
    client->options.token_get(client->options.token_context, client,
                              renewal->request);
    bell__loop_let_go(client->loop);
}

bool bell__renewal_ready(struct bell__link *link)
{
    struct bell__renewal *renewal = &link->renewal;
    if (!link->asks || renewal->stand == BELL__RENEWAL_DONE) {
        return true;
    }
    if (renewal->stand == BELL__RENEWAL_NEEDED) {
        ask(link);
    } else if (link->client->loop->now >= renewal->until) {
        refuse(link, false, nothing_came, NULL);
    } else {
        bell__session_hold(link->session, renewal->until);
    }
    return false; /* an answer that is there already gets a turn of its own */
}

void bell__renewal_spent(struct bell__link *link)
{
    /* A program that was asked already has an answer on its way. */
    if (link->renewal.stand != BELL__RENEWAL_ASKED) {
        link->renewal.stand = BELL__RENEWAL_NEEDED;
    }
}

void bell__renewal_due(struct bell__link *link)
{
    if (!is_ready(link)) {
        return; /* the next line asks */
    }
    if (link->renewal.stand == BELL__RENEWAL_ASKED) {
        refuse(link, false, nothing_came, NULL);
    } else {
        ask(link);
    }
}

static void take(struct bell__link *link, const char *token)
{
    if (link->protocol->ops->token(link->protocol, token) != BELL_OK) {
        refuse(link, false, "no memory for the token", NULL);
        return;
    }
    link->renewal.stand = BELL__RENEWAL_DONE;
    int64_t now = link->client->loop->now;
    bell__session_kick(link->session, now);
    /* There is no way to tell the server "none": it ends the line in time. */
    bell__session_renew_at(link->session, INT64_MAX);
    if (token != NULL && token[0] != '\0') {
        bell__session_renew(link->session, now);
    }
}

/* The link that this was asked for; NULL: it is over. */
static struct bell__link *asked(const bell_client *client, uint64_t request)
{
    for (uint32_t i = 0; i < client->link_count; i++) {
        struct bell__link *link = &client->links[i];
        if (link->renewal.stand == BELL__RENEWAL_ASKED &&
            link->renewal.request == request) {
            return link;
        }
    }
    return NULL;
}

const char *bell_token_link(const bell_client *client, uint64_t request)
{
    const struct bell__link *link = asked(client, request);
    return link == NULL ? NULL : link->table->name;
}

void bell_token_answer(bell_client *client, uint64_t request,
                       bell_token_kind kind, const char *text)
{
    struct bell__link *link = asked(client, request);
    if (client->closed || link == NULL) {
        return;
    }
    bell__loop_clock(client->loop);
    switch (kind) {
    case BELL_TOKEN_SET:
        take(link, text);
        break;
    case BELL_TOKEN_ANONYMOUS:
        take(link, NULL);
        break;
    case BELL_TOKEN_UNAUTHORIZED:
        refuse(link, true, "no token: not authorized", text);
        break;
    default:
        refuse(link, false, "no token", text);
        break;
    }
    bell__loop_due(client->loop, &client->guest);
}
