/* renewal.c: tokens that the program is asked for: before a line is dialed, as
 * a server cuts off who dials first and then looks for a token, and before the
 * token of a line that is up runs out. What it answers is found in question.c.
 */
#include "client/client.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

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
        bell__log_link(link, BELL_LEVEL_WARN, "token", "%s", reason);
        return;
    }
    bell__session_refused(link->session, final, reason, now);
}

static void nothing_came(struct bell__link *link)
{
    char what[64];
    snprintf(what, sizeof what, "no token came within %" PRId64 " ms",
             link->client->options.connect_deadline_ms);
    refuse(link, false, what, NULL);
}

/* ---- Answers ---------------------------------------------------------------
 */

static void done(struct bell__link *link)
{
    link->renewal.stand = BELL__RENEWAL_DONE;
    bell__question_close(&link->renewal.question);
    bell__session_renew_at(link->session, INT64_MAX);
}

static void take(struct bell__link *link, const char *token)
{
    bell_status status = link->protocol->ops->token(link->protocol, token);
    if (status != BELL_OK) {
        refuse(link, false,
               status == BELL_INVALID ? bell__token_unprintable
                                      : "no memory for the token",
               NULL);
        return;
    }
    int64_t now = link->client->loop->now;
    bell__session_token_taken(link->session);
    bell__session_kick(link->session, now);
    /* There is no way to tell the server "none": it ends the line in time. */
    done(link);
    if (token != NULL && token[0] != '\0') {
        bell__session_renew(link->session, now);
    }
}

/* What the program has said, if it has: on time, or of a request before. */
static bool hear(struct bell__link *link)
{
    struct bell__answer answer;
    if (!bell__question_take(&link->renewal.question, &answer)) {
        return false;
    }
    switch (answer.kind) {
    case BELL_TOKEN_SET:
        if (bell__token_wrong(answer.text) != NULL) {
            refuse(link, false, "no token", bell__token_wrong(answer.text));
            break;
        }
        take(link, answer.text);
        break;
    case BELL_TOKEN_ANONYMOUS:
        take(link, NULL);
        break;
    case BELL_TOKEN_UNAUTHORIZED:
        refuse(link, true, "no token: not authorized", answer.text);
        break;
    default:
        refuse(link, false, "no token", answer.text);
        break;
    }
    bell__answer_forget(&answer);
    return true;
}

/* The session looks after its token in the next turn, whatever it waits for. */
static void woken(struct bell__sleeper *sleeper)
{
    struct bell__link *link =
        (struct bell__link *)(void *)((char *)sleeper -
                                      offsetof(struct bell__link,
                                               renewal.question.sleeper));
    bell_client *client = link->client;
    if (bell__question_answered(&link->renewal.question)) {
        bell__session_kick(link->session, client->loop->now);
        bell__session_renew_at(link->session, client->loop->now);
        bell__loop_due(client->loop, &client->guest);
    }
}

/* ---- Questions -------------------------------------------------------------
 */

/* The user's function runs outside of any state change; it may answer, cancel,
 * call, and close the client. */
static void ask(struct bell__link *link)
{
    bell_client *client = link->client;
    struct bell__renewal *renewal = &link->renewal;
    int64_t now = client->loop->now;
    renewal->stand = BELL__RENEWAL_ASKED;
    renewal->until = now + client->options.connect_deadline_ms;
    renewal->question.sleeper.woken = woken;
    renewal->question.loop = client->loop;
    renewal->question.client = client;
    renewal->question.link = link->table->name;
    uint64_t request = bell__question_ask(&renewal->question);
    bell__session_hold(link->session, renewal->until);
    bell__session_renew_at(link->session, renewal->until);
    bell__log_link(link, BELL_LEVEL_INFO, "token", "asking for a token");
    if (client->closed) {
        return;
    }
    bell__loop_hold(client->loop);
    client->options.token_get(client->options.token_context, client, request);
    bell__loop_let_go(client->loop);
    woken(&renewal->question.sleeper); /* it may have answered at once */
}

bool bell__renewal_ready(struct bell__link *link)
{
    struct bell__renewal *renewal = &link->renewal;
    if (!link->asks) {
        return true;
    }
    if (hear(link)) {
        return renewal->stand == BELL__RENEWAL_DONE;
    }
    int64_t now = link->client->loop->now;
    if (renewal->stand == BELL__RENEWAL_DONE &&
        !bell__session_token_spent(link->session, now)) {
        return true;
    }
    if (renewal->stand != BELL__RENEWAL_ASKED) {
        ask(link);
    } else if (now >= renewal->until) {
        nothing_came(link);
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

bool bell__renewal_outlived(const struct bell__link *link)
{
    return link->asks && link->renewal.stand == BELL__RENEWAL_DONE &&
           bell__session_token_spent(link->session, link->client->loop->now);
}

void bell__renewal_due(struct bell__link *link)
{
    if (!is_ready(link) || hear(link)) {
        return; /* not ready: the next line asks */
    }
    if (link->renewal.stand != BELL__RENEWAL_ASKED) {
        ask(link);
    } else if (link->client->loop->now >= link->renewal.until) {
        nothing_came(link);
    } else {
        bell__session_renew_at(link->session, link->renewal.until);
    }
}
