/* asking.c: tokens by role that the program is asked for: each role for itself,
 * when a call waits that nothing else can be shown for. What it answers is
 * found in question.c. */
#include "client/tokens.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static uint32_t wanted_role(const bell_route *route)
{
    return route->role_count != 0 ? route->roles[0] : 0;
}

static const char *role_name(const bell_client *client, uint32_t role)
{
    return role != 0 ? client->service->roles[role - 1] : NULL;
}

/* ---- Who waits -------------------------------------------------------------
 */

static bool is_usable(const struct bell__tokens *tokens, uint32_t role)
{
    const struct bell__token *token = &tokens->held.tokens[role];
    return token->line != NULL &&
           !bell__token_is_past(token, bell__tokens_now());
}

/* What the program has answered is taken, whatever it says of itself. */
static bool is_answered(const struct bell__tokens *tokens, uint32_t role)
{
    const struct bell__ask *ask = &tokens->asks[role];
    return ask->stand == BELL__RENEWAL_DONE &&
           (ask->anonymous || ask->stale || is_usable(tokens, role));
}

static bool needs(const struct bell__link *link, const bell_method *method)
{
    const struct bell__tokens *tokens = link->client->tokens;
    const bell_route *route = method->route;
    if (!link->asks || (route->flags & BELL_ROUTE_BEARER) == 0) {
        return false;
    }
    for (uint32_t i = 0; i < route->role_count; i++) {
        if (is_usable(tokens, route->roles[i])) {
            return false;
        }
    }
    bool own = route->role_count != 0 ? tokens->held.tokens[0].line != NULL
                                      : is_usable(tokens, 0);
    return !own && !is_answered(tokens, wanted_role(route));
}

bool bell__asking_parks(struct bell__link *link, const bell_method *method)
{
    if (!needs(link, method)) {
        return false;
    }
    bell__session_renew_at(link->session, link->client->loop->now);
    return true;
}

static void let_go(struct bell__link *link)
{
    struct bell__session *session = link->session;
    const bell_method *method = NULL;
    uint32_t at = bell__session_parked(session, BELL__PARKED_END, &method);
    while (at != BELL__PARKED_END) {
        const bell_method *next_method = NULL;
        uint32_t next = bell__session_parked(session, at, &next_method);
        if (!needs(link, method)) {
            bell__session_unpark(session, at, link->client->loop->now);
        }
        at = next;
        method = next_method;
    }
}

void bell__asking_news(struct bell__link *link)
{
    bell__transport_forget(link->transport); /* what others may not see */
    let_go(link);
}

/* ---- Answers ---------------------------------------------------------------
 */

static void refuse(struct bell__link *link, uint32_t role, bool final,
                   const char *what, const char *why)
{
    char reason[160];
    struct bell__ask *ask = &link->client->tokens->asks[role];
    int64_t now = link->client->loop->now;
    snprintf(reason, sizeof reason, "%s%s%s", what,
             why != NULL && why[0] != '\0' ? ": " : "", why != NULL ? why : "");
    ask->stand = BELL__RENEWAL_NEEDED;
    ask->until = now + bell__session_pause(link->session, ask->failed++);
    if (final) {
        bell__session_refused(link->session, true, reason, now);
        return;
    }
    bell__log_link(link, BELL_LEVEL_WARN, "token", "%s", reason);
}

static void take(struct bell__link *link, uint32_t role, const char *text)
{
    struct bell__tokens *tokens = link->client->tokens;
    const char *wrong = bell__token_wrong(text);
    if (wrong != NULL) {
        refuse(link, role, false, "no token", wrong);
        return;
    }
    bell_status status = bell__held_set(&tokens->held, role, text);
    if (status != BELL_OK) {
        refuse(link, role, false,
               status == BELL_INVALID ? bell__token_unprintable
                                      : "no memory for the token",
               NULL);
        return;
    }
    bell__tokens_answered(tokens, role);
    tokens->asks[role].stale = !is_usable(tokens, role);
    bell__tokens_news(link->client);
}

/* What the program has said, if it has: on time, or of a request before. */
static void hear(struct bell__link *link, uint32_t role)
{
    struct bell__ask *ask = &link->client->tokens->asks[role];
    struct bell__answer answer;
    if (!bell__question_take(&ask->question, &answer)) {
        return;
    }
    switch (answer.kind) {
    case BELL_TOKEN_SET:
        take(link, role, answer.text);
        break;
    case BELL_TOKEN_ANONYMOUS:
        take(link, role, NULL);
        break;
    case BELL_TOKEN_UNAUTHORIZED:
        refuse(link, role, true, "no token: not authorized", answer.text);
        break;
    default:
        refuse(link, role, false, "no token", answer.text);
        break;
    }
    bell__answer_forget(&answer);
}

/* The link looks at its answers in the next turn. */
static void woken(struct bell__sleeper *sleeper)
{
    const struct bell__ask *ask =
        (const struct bell__ask *)(void *)((char *)sleeper -
                                           offsetof(struct bell__ask,
                                                    question.sleeper));
    struct bell__link *link = ask->link;
    bell_client *client = link->client;
    if (bell__question_answered(&ask->question)) {
        bell__session_renew_at(link->session, client->loop->now);
        bell__loop_due(client->loop, &client->guest);
    }
}

/* ---- Questions -------------------------------------------------------------
 */

/* The user's function runs outside of any state change; it may answer, cancel,
 * call, and close the client. */
static void ask(struct bell__link *link, uint32_t role)
{
    bell_client *client = link->client;
    struct bell__ask *ask = &client->tokens->asks[role];
    struct bell__question *question = &ask->question;
    ask->stand = BELL__RENEWAL_ASKED;
    ask->until = client->loop->now + client->options.connect_deadline_ms;
    ask->link = link;
    question->sleeper.woken = woken;
    question->loop = client->loop;
    question->client = client;
    question->link = link->table->name;
    question->role = role_name(client, role);
    uint64_t request = bell__question_ask(question);
    bell__log_link(link, BELL_LEVEL_INFO, "token", "asking for a token");
    if (client->closed) {
        return;
    }
    bell__loop_hold(client->loop);
    client->options.token_get(client->options.token_context, client, request);
    bell__loop_let_go(client->loop);
    if (!client->closed) {
        woken(&question->sleeper); /* it may have answered at once */
    }
}

/* Of the roles that calls wait for, the first that may be asked for now; false
 * where there is none. */
static bool find_wanted(const struct bell__link *link, uint32_t *role)
{
    const bell_client *client = link->client;
    const struct bell__ask *asks = client->tokens->asks;
    const bell_method *method = NULL;
    uint32_t at =
        bell__session_parked(link->session, BELL__PARKED_END, &method);
    for (; at != BELL__PARKED_END;
         at = bell__session_parked(link->session, at, &method)) {
        *role = wanted_role(method->route);
        if (needs(link, method) && asks[*role].stand != BELL__RENEWAL_ASKED &&
            asks[*role].until <= client->loop->now) {
            return true;
        }
    }
    return false;
}

static void hear_all(struct bell__link *link)
{
    bell_client *client = link->client;
    for (uint32_t i = 0; i <= client->service->role_count && !client->closed;
         i++) {
        struct bell__ask *ask = &client->tokens->asks[i];
        hear(link, i);
        if (!client->closed && ask->stand == BELL__RENEWAL_ASKED &&
            ask->until <= client->loop->now) {
            char what[64];
            snprintf(what, sizeof what, "no token came within %" PRId64 " ms",
                     client->options.connect_deadline_ms);
            refuse(link, i, false, what, NULL);
        }
    }
}

/* When there is something to look at again: answers that do not come, and roles
 * that are wanted still. */
static void look_again(struct bell__link *link)
{
    const bell_client *client = link->client;
    const struct bell__ask *asks = client->tokens->asks;
    const bell_method *method = NULL;
    int64_t next = INT64_MAX;
    uint32_t at =
        bell__session_parked(link->session, BELL__PARKED_END, &method);
    for (; at != BELL__PARKED_END;
         at = bell__session_parked(link->session, at, &method)) {
        int64_t until = asks[wanted_role(method->route)].until;
        next = until < next ? until : next;
    }
    for (uint32_t i = 0; i <= client->service->role_count; i++) {
        bool answered = bell__question_answered(&asks[i].question);
        bool asked =
            asks[i].stand == BELL__RENEWAL_ASKED && asks[i].link == link;
        int64_t until = answered ? client->loop->now
                        : asked  ? asks[i].until
                                 : INT64_MAX;
        next = until < next ? until : next;
    }
    bell__session_renew_at(link->session, next);
}

void bell__asking_due(struct bell__link *link)
{
    bell_client *client = link->client;
    uint32_t role;
    if (!link->asks) {
        return;
    }
    hear_all(link);
    if (client->closed) {
        return;
    }
    let_go(link);
    while (!client->closed && find_wanted(link, &role)) {
        ask(link, role);
    }
    if (!client->closed) {
        look_again(link);
    }
}

void bell__asking_shut(struct bell__link *link)
{
    const bell_client *client = link->client;
    struct bell__tokens *tokens = client->tokens;
    for (uint32_t i = 0;
         tokens->asks != NULL && i <= client->service->role_count; i++) {
        if (tokens->asks[i].link == link) {
            bell__question_close(&tokens->asks[i].question);
        }
    }
}
