/* renewal.c: tokens that the program is asked for: before a line is dialed, as
 * a server cuts off who dials first and then looks for a token, and before the
 * token of a line that is up runs out. */
#include "client/client.h"

#include <stdio.h>
#include <string.h>

#include "protocol/centrifugo.h"

static const char nothing_came[] = "no token came within connect_deadline_ms";

static bool asks(const bell_client *client)
{
    return client->options.token_get != NULL;
}

static bool is_ready(const bell_client *client)
{
    return bell__session_state(client->session) == BELL__SESSION_READY;
}

static void refuse(bell_client *client, bool final, const char *what,
                   const char *why)
{
    char reason[160];
    int64_t now = client->loop->now;
    snprintf(reason, sizeof reason, "%s%s%s", what,
             why != NULL && why[0] != '\0' ? ": " : "", why != NULL ? why : "");
    client->renewal.stand = BELL__RENEWAL_NEEDED;
    if (is_ready(client) && !final) { /* it lives on while the server lets it */
        bell__session_renew_later(client->session, now);
        bell__log(client, BELL_LEVEL_WARN, "token", "%s", reason);
        return;
    }
    bell__session_refused(client->session, final, reason, now);
}

/* The user's function runs outside of any state change; it may answer, cancel,
 * call, and close the client. */
static void ask(bell_client *client)
{
    struct bell__renewal *renewal = &client->renewal;
    int64_t now = client->loop->now;
    renewal->stand = BELL__RENEWAL_ASKED;
    renewal->request++;
    renewal->until = now + client->options.connect_deadline_ms;
    bell__session_hold(client->session, renewal->until);
    bell__session_renew_at(client->session, renewal->until);
    bell__log(client, BELL_LEVEL_INFO, "token", "asking for a token");
    bell__loop_hold(client->loop);
    client->options.token_get(client->options.token_context, client,
                              renewal->request);
    bell__loop_let_go(client->loop);
}

bool bell__renewal_ready(bell_client *client)
{
    struct bell__renewal *renewal = &client->renewal;
    if (!asks(client) || renewal->stand == BELL__RENEWAL_DONE) {
        return true;
    }
    if (renewal->stand == BELL__RENEWAL_NEEDED) {
        ask(client);
    } else if (client->loop->now >= renewal->until) {
        refuse(client, false, nothing_came, NULL);
    } else {
        bell__session_hold(client->session, renewal->until);
    }
    return false; /* an answer that is there already gets a turn of its own */
}

void bell__renewal_spent(bell_client *client)
{
    /* A program that was asked already has an answer on its way. */
    if (client->renewal.stand != BELL__RENEWAL_ASKED) {
        client->renewal.stand = BELL__RENEWAL_NEEDED;
    }
}

void bell__renewal_due(bell_client *client)
{
    if (!is_ready(client)) {
        return; /* the next line asks */
    }
    if (client->renewal.stand == BELL__RENEWAL_ASKED) {
        refuse(client, false, nothing_came, NULL);
    } else {
        ask(client);
    }
}

static void take(bell_client *client, const char *token)
{
    if (bell__centrifugo_token(client->greeter, token) != BELL_OK) {
        refuse(client, false, "no memory for the token", NULL);
        return;
    }
    client->renewal.stand = BELL__RENEWAL_DONE;
    bell__session_kick(client->session, client->loop->now);
    /* There is no way to tell the server "none": it ends the line in time. */
    bell__session_renew_at(client->session, INT64_MAX);
    if (token != NULL && token[0] != '\0') {
        bell__session_renew(client->session, client->loop->now);
    }
}

void bell_token_answer(bell_client *client, uint64_t request,
                       bell_token_kind kind, const char *text)
{
    const struct bell__renewal *renewal = &client->renewal;
    if (client->closed || renewal->stand != BELL__RENEWAL_ASKED ||
        renewal->request != request) {
        return;
    }
    bell__loop_clock(client->loop);
    switch (kind) {
    case BELL_TOKEN_SET:
        take(client, text);
        break;
    case BELL_TOKEN_ANONYMOUS:
        take(client, NULL);
        break;
    case BELL_TOKEN_UNAUTHORIZED:
        refuse(client, true, "no token: not authorized", text);
        break;
    default:
        refuse(client, false, "no token", text);
        break;
    }
    bell__loop_due(client->loop, &client->guest);
}
