/* check_tokens.c: what an endpoint may say of tokens: those that it sets are
 * texts of its result, those that it forgets are somebody's, and a login brings
 * one that is shown. */
#include "base/codes.h"
#include "base/str.h"
#include "model/check.h"

static bool is_string(const struct shape *shape)
{
    return shape != NULL && shape->kind == SHAPE_SCALAR &&
           shape->scalar == SCALAR_STRING;
}

static void check_sets(struct checker *checker, const struct method *call)
{
    const struct shape *result = call->result;
    if (result != NULL && check_unknown(result)) {
        return;
    }
    for (const struct role_use *at = call->endpoint->sets; at != NULL;
         at = at->next) {
        const struct field *field = check_find_field(result, at->member);
        if (field == NULL || !is_string(field->shape)) {
            diag_add(checker->diags, CODE_ENDPOINT, at->place,
                     "'sets_token' must name a string of the result");
        }
    }
}

static void check_clears(struct checker *checker,
                         const struct endpoint *endpoint)
{
    for (const struct role_use *at = endpoint->clears; at != NULL;
         at = at->next) {
        if (!endpoint->clears_all && !at->role->meant) {
            diag_add(checker->diags, CODE_ENDPOINT, at->place,
                     "no endpoint shows or sets a token of the role '%.*s'",
                     (int)at->role->name.size, at->role->name.text);
        }
    }
}

static void check_fingerprint(struct checker *checker,
                              const struct endpoint *endpoint)
{
    bell_string name = endpoint->fingerprint;
    if (name.size == 0) {
        return;
    }
    if (!check_header_name(name)) {
        diag_add(checker->diags, CODE_ENDPOINT, endpoint->fingerprint_place,
                 "'%.*s' cannot be the name of a header", (int)name.size,
                 name.text);
    } else if (check_own_header(name, true)) {
        diag_add(checker->diags, CODE_ENDPOINT, endpoint->fingerprint_place,
                 "the header '%.*s' is written by the client itself",
                 (int)name.size, name.text);
    }
}

static bool has_role(const struct role_use *uses, const struct role *role)
{
    while (uses != NULL && uses->role != role) {
        uses = uses->next;
    }
    return uses != NULL;
}

/* An endpoint without roles shows the default token. */
static bool brings(const struct endpoint *login, const struct role_use *shows)
{
    if (shows == NULL) {
        return has_role(login->sets, NULL);
    }
    while (shows != NULL && !has_role(login->sets, shows->role)) {
        shows = shows->next;
    }
    return shows != NULL;
}

static void check_login(struct checker *checker,
                        const struct endpoint *endpoint)
{
    const struct method *login = endpoint->login_call;
    if (login == NULL ||
        (endpoint->bearer && brings(login->endpoint, endpoint->shows))) {
        return;
    }
    struct diag *diag =
        diag_add(checker->diags, CODE_ENDPOINT, endpoint->login_place, "%s",
                 endpoint->bearer
                     ? "'login' must name an endpoint that sets a token which "
                       "this one shows"
                     : "'login' is for endpoints that show a token: write "
                       "'auth' too");
    diag_second(checker->diags, diag, login->place, "this endpoint");
}

void check_tokens(struct checker *checker, const struct method *call)
{
    check_sets(checker, call);
    check_clears(checker, call->endpoint);
    check_fingerprint(checker, call->endpoint);
    check_login(checker, call->endpoint);
}
