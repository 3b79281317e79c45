/* tokens.c: the tokens of a client by their roles: the program sets and asks
 * for them, replies bring them, calls show them. It knows no protocol. */
#include "client/tokens.h"

#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"

int64_t bell__tokens_now(void)
{
    return (int64_t)time(NULL);
}

/* ---- Beginning and end -----------------------------------------------------
 */

static size_t asks_size(const bell_client *client)
{
    return (client->service->role_count + 1) * sizeof(struct bell__ask);
}

static struct bell__tokens *make_tokens(bell_client *client)
{
    struct bell__tokens *tokens =
        bell__memory_take(&client->memory, sizeof *tokens);
    if (tokens == NULL) {
        return NULL;
    }
    memset(tokens, 0, sizeof *tokens);
    tokens->client = client;
    tokens->held.memory = &client->memory;
    client->tokens = tokens;
    return tokens;
}

static bell_status make_asks(struct bell__tokens *tokens)
{
    bell_client *client = tokens->client;
    if (client->options.token_get == NULL || tokens->asks != NULL) {
        return BELL_OK;
    }
    tokens->asks = bell__memory_take(&client->memory, asks_size(client));
    if (tokens->asks == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(tokens->asks, 0, asks_size(client));
    return BELL_OK;
}

bell_status bell__tokens_open(struct bell__link *link, const char *token,
                              bell_error *error)
{
    bell_client *client = link->client;
    struct bell__tokens *tokens =
        client->tokens != NULL ? client->tokens : make_tokens(client);
    bell_status status = BELL_NO_MEMORY;
    if (tokens != NULL) {
        tokens->users++;
        status = make_asks(tokens);
    }
    if (status == BELL_OK) {
        status = bell__fingerprint_note(tokens, &client->options);
    }
    if (status == BELL_OK && token != NULL) {
        status = bell__held_set(&tokens->held, 0, token);
        tokens->own_serial =
            link->own_token ? tokens->held.tokens[0].serial : 0;
    }
    if (status == BELL_INVALID) {
        return bell__error_set(error, status, BELL_ORIGIN_LOCAL, "options: %s",
                               bell__token_unprintable);
    }
    return status == BELL_OK ? status
                             : bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                                               "no memory for a client");
}

void bell__tokens_close(struct bell__link *link)
{
    bell_client *client = link->client;
    struct bell__tokens *tokens = client->tokens;
    if (tokens == NULL || --tokens->users != 0) {
        return;
    }
    bell__held_close(&tokens->held);
    bell__memory_free(&client->memory, tokens->own_headers,
                      tokens->own_headers_size);
    bell__memory_free(&client->memory, tokens->asks, asks_size(client));
    bell__memory_free(&client->memory, tokens, sizeof *tokens);
    client->tokens = NULL;
}

/* ---- Which one -------------------------------------------------------------
 */

bool bell__tokens_role(const bell_client *client, const char *role,
                       uint32_t *number)
{
    const bell_service *service = client->service;
    *number = 0;
    if (role == NULL || role[0] == '\0') {
        return true;
    }
    for (uint32_t i = 0; i < service->role_count; i++) {
        if (strcmp(service->roles[i], role) == 0) {
            *number = i + 1;
            return true;
        }
    }
    return false;
}

const struct bell__token *bell__tokens_choose(const struct bell__tokens *tokens,
                                              const bell_route *route)
{
    const struct bell__token *own = &tokens->held.tokens[0];
    const struct bell__token *past = NULL;
    for (uint32_t i = 0; i < route->role_count; i++) {
        const struct bell__token *token = &tokens->held.tokens[route->roles[i]];
        if (token->line == NULL) {
            continue;
        }
        if (!bell__token_is_past(token, bell__tokens_now())) {
            return token;
        }
        past = past == NULL ? token : past;
    }
    return past != NULL ? past : own->line != NULL ? own : NULL;
}

/* ---- They come and go ------------------------------------------------------
 */

void bell__tokens_news(bell_client *client)
{
    for (uint32_t i = 0; i < client->link_count && !client->closed; i++) {
        struct bell__link *link = &client->links[i];
        if (link->session != NULL && link->table->kind->ways != NULL) {
            link->table->kind->ways->news(link);
        }
    }
}

void bell__tokens_answered(struct bell__tokens *tokens, uint32_t role)
{
    const struct bell__token *token = &tokens->held.tokens[role];
    if (tokens->asks == NULL) {
        return;
    }
    struct bell__ask *ask = &tokens->asks[role];
    /* Whoever was asked has nothing better. */
    ask->stale = ask->stand == BELL__RENEWAL_ASKED && token->line != NULL &&
                 bell__token_is_past(token, bell__tokens_now());
    bell__question_close(&ask->question);
    ask->stand = BELL__RENEWAL_DONE;
    ask->failed = 0;
    ask->until = INT64_MIN;
    ask->anonymous = token->line == NULL;
}

static void need(struct bell__tokens *tokens, uint32_t role)
{
    if (tokens->asks == NULL) {
        return;
    }
    struct bell__ask *ask = &tokens->asks[role];
    /* A program that was asked already has an answer on its way. */
    if (ask->stand != BELL__RENEWAL_ASKED) {
        ask->stand = BELL__RENEWAL_NEEDED;
        ask->until = INT64_MIN;
    }
}

void bell__tokens_refused(struct bell__tokens *tokens, uint32_t serial)
{
    for (uint32_t i = 0; i <= tokens->client->service->role_count; i++) {
        if (tokens->held.tokens[i].serial == serial) {
            bell__held_set(&tokens->held, i, NULL);
            need(tokens, i);
        }
    }
}

void bell__tokens_clear(struct bell__tokens *tokens, uint32_t roles)
{
    for (uint32_t i = 0; i <= tokens->client->service->role_count; i++) {
        if ((roles >> i & 1) != 0) {
            bell__held_set(&tokens->held, i, NULL);
            need(tokens, i);
        }
    }
}

/* ---- The program -----------------------------------------------------------
 */

static bell_status refuse(const bell_client *client, bell_error *error,
                          bell_status status, const char *format,
                          const char *what)
{
    bell_error trouble;
    bell__error_set(&trouble, status, BELL_ORIGIN_LOCAL, format, what);
    trouble.sent = BELL_SENT_NO;
    bell__client_tell(client, error, &trouble);
    return status;
}

static bell_status set_token(bell_client *client, const char *role,
                             const char *token, bell_error *error)
{
    uint32_t number;
    if (client->tokens == NULL) {
        return refuse(client, error, BELL_INVALID, "%s",
                      "the service has no endpoints that show tokens");
    }
    if (!bell__tokens_role(client, role, &number)) {
        return refuse(client, error, BELL_INVALID,
                      "the service has no role '%s'", role);
    }
    if (bell__token_wrong(token) != NULL) {
        return refuse(client, error, BELL_INVALID, "%s",
                      bell__token_wrong(token));
    }
    bell_status status = bell__held_set(&client->tokens->held, number, token);
    if (status != BELL_OK) {
        return refuse(client, error, status, "%s",
                      status == BELL_INVALID ? bell__token_unprintable
                                             : "no memory for the token");
    }
    if (token != NULL && token[0] != '\0') {
        bell__tokens_answered(client->tokens, number);
    } else {
        need(client->tokens, number);
    }
    return BELL_OK;
}

bell_status bell_token_set(bell_client *client, const char *role,
                           const char *token, bell_error *error)
{
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell__client_clear(client, error);
    if (bell__loop_is_others(client->loop)) {
        return bell__client_refuse_thread(client, error);
    }
    bell_status status = set_token(client, role, token, error);
    if (status == BELL_OK) {
        bell__tokens_news(client);
        bell__loop_due(client->loop, &client->guest);
    }
    return status;
}

/* NULL: there is none, or the client is another thread's. */
static const struct bell__token *find_token(const bell_client *client,
                                            const char *role)
{
    uint32_t number;
    if (client == NULL || bell__loop_is_others(client->loop) ||
        client->tokens == NULL || !bell__tokens_role(client, role, &number)) {
        return NULL;
    }
    const struct bell__token *token = &client->tokens->held.tokens[number];
    return token->line != NULL ? token : NULL;
}

bool bell_is_authenticated(const bell_client *client, const char *role)
{
    const struct bell__token *token = find_token(client, role);
    return token != NULL && !bell__token_is_past(token, bell__tokens_now());
}

int64_t bell_token_expires(const bell_client *client, const char *role)
{
    const struct bell__token *token = find_token(client, role);
    return token != NULL ? token->expires : 0;
}
