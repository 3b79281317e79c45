/* login.c: calls that another call goes before, which brings their token: both
 * end as one, by the same deadline. It knows no protocol. */
#include "client/login.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/str.h"
#include "client/deliver.h"

/* From when the call is begun until both have ended. Another login may bring
 * another token of the same role, so the call keeps its own. */
struct bell__login {
    struct bell__login *next;
    bell_call login;           /* 0: not begun, or over */
    bell_call call;            /* the same */
    const bell_method *method; /* of the call */
    int64_t deadline;
    int users; /* who is at work with it: calls may end meanwhile */
    bool failed;
    bell_error error; /* failed: why */
    struct bell__failure failure;
    struct bell__token own; /* what the call shows; zero: what others do */
};

static void forget(struct bell__tokens *tokens, struct bell__login *login)
{
    struct bell__login **at = &tokens->logins;
    if (login->users != 0 || login->login != 0 || login->call != 0) {
        return;
    }
    while (*at != login) {
        at = &(*at)->next;
    }
    *at = login->next;
    bell__token_forget(&login->own, &tokens->client->memory);
    bell__failure_close(&login->failure);
    bell__memory_free(&tokens->client->memory, login, sizeof *login);
}

void bell__logins_close(struct bell__tokens *tokens)
{
    while (tokens->logins != NULL) {
        struct bell__login *login = tokens->logins;
        login->users = 0;
        login->login = 0;
        login->call = 0;
        forget(tokens, login);
    }
}

/* ---- Beginning -------------------------------------------------------------
 */

static struct bell__login *make_login(struct bell__tokens *tokens,
                                      const struct bell__order *order)
{
    const bell_allocator *memory = &tokens->client->memory;
    struct bell__login *login = bell__memory_take(memory, sizeof *login);
    if (login == NULL) {
        return NULL;
    }
    memset(login, 0, sizeof *login);
    login->method = order->method;
    login->deadline = order->deadline;
    login->users = 1;
    login->next = tokens->logins;
    tokens->logins = login;
    return login;
}

/* The login's params are a part of the call's. */
static void put_behind(char *text, size_t size)
{
    static const char whole[] = "params";
    static const char part[] = "params.login";
    enum { WHOLE = sizeof whole - 1, PART = sizeof part - 1 };
    if (strncmp(text, whole, WHOLE) != 0) {
        return;
    }
    size_t rest = strlen(text) - WHOLE;
    rest = rest < size - PART ? rest : size - PART - 1;
    memmove(text + PART, text + WHOLE, rest);
    memcpy(text, part, PART);
    text[PART + rest] = '\0';
}

static bell_status begin_login(struct bell__link *link,
                               const struct bell__order *order,
                               const void *params, struct bell__login *login,
                               bell_error *error)
{
    const bell_service *service = link->client->service;
    struct bell__order first = *order;
    first.method = &service->methods[order->method->route->login - 1];
    first.done = NULL;
    first.context = NULL;
    first.parked = bell__asking_parks(link, first.method);
    bell_status status =
        bell__call_submit(link, &first, params, &login->login, error);
    if (status != BELL_OK) {
        put_behind(error->path, sizeof error->path);
        put_behind(error->message, sizeof error->message);
    }
    return status;
}

static bell_status begin_call(struct bell__link *link,
                              const struct bell__order *order,
                              const void *params, struct bell__login *login,
                              bell_call *call, bell_error *error)
{
    struct bell__order held = *order;
    held.deadline = INT64_MAX; /* the login has it */
    held.parked = true;
    held.held = true;
    bell_status status = bell__call_submit(link, &held, params, call, error);
    /* A log that closed the client has ended it. */
    if (status == BELL_OK && bell__session_waits(link->session, *call)) {
        login->call = *call;
    }
    return status;
}

bell_status bell__login_submit(struct bell__link *link,
                               const struct bell__order *order,
                               const void *params, const void *login,
                               bell_call *call, bell_error *error)
{
    bell_client *client = link->client;
    struct bell__login *both = make_login(client->tokens, order);
    if (both == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for the request");
    }
    bell_status status = begin_login(link, order, login, both, error);
    if (status == BELL_OK) {
        status = begin_call(link, order, params, both, call, error);
    }
    if (both->call == 0 && both->login != 0) {
        bell__session_cancel(link->session, both->login);
        bell__loop_due(client->loop, &client->guest);
    }
    both->users--;
    forget(client->tokens, both);
    return status;
}

/* ---- The token -------------------------------------------------------------
 */

const struct bell__token *bell__login_token(const struct bell__tokens *tokens,
                                            uint32_t id)
{
    const struct bell__login *at = tokens->logins;
    while (at != NULL && (at->call == 0 || (uint32_t)at->call != id)) {
        at = at->next;
    }
    return at != NULL && at->own.line != NULL ? &at->own : NULL;
}

void bell__logins_refused(struct bell__tokens *tokens, uint32_t serial)
{
    for (struct bell__login *at = tokens->logins; at != NULL; at = at->next) {
        if (at->own.serial == serial) {
            bell__token_forget(&at->own, &tokens->client->memory);
        }
    }
}

/* The first of what the login brought that the call would show. Where memory is
 * short for it the call shows what others do. */
static void take_token(const struct bell__tokens *tokens,
                       struct bell__login *login)
{
    const bell_route *route = login->method->route;
    uint32_t count = route->role_count != 0 ? route->role_count : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t role = route->role_count != 0 ? route->roles[i] : 0;
        if ((tokens->brought >> role & 1) != 0) {
            (void)bell__token_copy(&login->own, &tokens->held.tokens[role],
                                   tokens->held.memory);
            return;
        }
    }
}

/* ---- Ends ------------------------------------------------------------------
 */

/* The login's error, named after it, becomes the call's. */
static void keep_error(struct bell__login *login,
                       const struct bell__completion *completion)
{
    const bell_method *method = completion->method;
    const bell_error *from = &completion->error;
    bell_error *to = &login->error;
    size_t size = method->name_size;
    bool named = strncmp(from->message, method->name, size) == 0 &&
                 from->message[size] == ':';
    bell__error_set(to, from->status, from->origin, "%s%s%s",
                    named ? "" : method->name, named ? "" : ": ",
                    from->message);
    to->code = from->code;
    to->temporary = from->temporary;
    to->offset = from->offset;
    memcpy(to->path, from->path, sizeof to->path);
    to->sent = BELL_SENT_NO; /* the call itself */
    login->failed = true;
}

static void login_ended(struct bell__link *link, struct bell__login *login,
                        struct bell__completion *completion)
{
    bell_client *client = link->client;
    login->login = 0;
    login->users++; /* a log that closes the client ends the call */
    completion->status = bell__deliver_unheard(link, completion);
    login->users--;
    if (completion->status == BELL_OK) {
        take_token(client->tokens, login);
        if (login->call != 0) {
            bell__session_release(link->session, login->call, login->deadline,
                                  client->loop->now);
        }
        return;
    }
    keep_error(login, completion);
    if (completion->status == BELL_REFUSED) {
        bell__failure_read(client, &login->failure, completion);
    }
    if (login->call != 0) {
        bell__session_cancel(link->session, login->call);
    }
}

static void call_ended(struct bell__link *link, struct bell__login *login,
                       struct bell__completion *completion)
{
    bell_client *client = link->client;
    login->call = 0;
    if (!login->failed) {
        if (login->login != 0) {
            bell__session_cancel(link->session, login->login);
        }
        return;
    }
    bell_error *error = &completion->error;
    completion->status = login->error.status;
    *error = login->error;
    error->call = completion->call;
    bell__error_method(error, login->method->name, login->method->name_size);
    if (login->failure.call != 0) {
        bell__failure_move(&client->failure, &login->failure);
        client->failure.call = completion->call;
    }
}

bool bell__login_ended(struct bell__link *link,
                       struct bell__completion *completion)
{
    struct bell__tokens *tokens = link->client->tokens;
    struct bell__login *at = tokens->logins;
    while (at != NULL && at->login != completion->call &&
           at->call != completion->call) {
        at = at->next;
    }
    if (at == NULL) {
        return false;
    }
    bool own = at->login == completion->call;
    if (own) {
        login_ended(link, at, completion);
    } else {
        call_ended(link, at, completion);
    }
    forget(tokens, at);
    return own;
}
