/* build_tokens.c: which tokens an endpoint shows, sets and forgets, by their
 * roles, and which endpoint may be called before it, from nodes. */
#include "base/codes.h"
#include "base/nearest.h"
#include "base/str.h"
#include "model/build.h"

/* ---- Roles --------------------------------------------------------------- */

/* [a-z][a-z0-9]*(_[a-z0-9]+)* */
static bool is_role(bell_string name)
{
    enum { ROLE_BYTES_MAX = 64 };
    bool letter = false; /* a letter or a digit came before */
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.text[i];
        bool digit = byte >= '0' && byte <= '9';
        bool word = (byte >= 'a' && byte <= 'z') || (digit && i != 0);
        if (!word && !(byte == '_' && letter && i + 1 < name.size)) {
            return false;
        }
        letter = word;
    }
    return name.size != 0 && name.size <= ROLE_BYTES_MAX;
}

static struct role *add_role(struct builder *builder, bell_string name,
                             struct place place)
{
    struct service *service = builder->service;
    struct role **last = &service->roles;
    while (*last != NULL && !bell__str_equal((*last)->name, name)) {
        last = &(*last)->next;
    }
    if (*last != NULL) {
        return *last;
    }
    if (service->role_count == ROLES_MAX) {
        diag_add(builder->diags, CODE_TOO_MANY, place,
                 "a service has at most %d roles", ROLES_MAX);
        return NULL;
    }
    struct role *role = build_take(builder, sizeof *role);
    if (role != NULL) {
        role->name = name;
        role->place = place;
        role->number = (uint32_t)++service->role_count;
        *last = role;
    }
    return role;
}

static const struct role *take_role(struct builder *builder, bell_string name,
                                    struct place place, bool meant)
{
    if (!is_role(name)) {
        diag_add(builder->diags, CODE_ENDPOINT, place,
                 "a role consists of lower-case letters, digits and single "
                 "'_', such as admin");
        return NULL;
    }
    struct role *role = add_role(builder, name, place);
    if (role != NULL) {
        role->meant |= meant;
    }
    return role;
}

/* Behind the others; one that is there already is told. */
static struct role_use *put_use(struct builder *builder, struct role_use **uses,
                                const struct role *role, struct place place)
{
    struct role_use **last = uses;
    while (*last != NULL && (*last)->role != role) {
        last = &(*last)->next;
    }
    if (*last != NULL) {
        struct diag *diag = diag_add(builder->diags, CODE_ENDPOINT, place,
                                     "the role '%.*s' appears twice",
                                     (int)role->name.size, role->name.text);
        diag_second(builder->diags, diag, (*last)->place,
                    "the other one is here");
        return NULL;
    }
    struct role_use *use = build_take(builder, sizeof *use);
    if (use != NULL) {
        use->role = role;
        use->place = place;
        *last = use;
    }
    return use;
}

static void take_use(struct builder *builder, const struct node *node,
                     bool meant, struct role_use **uses)
{
    bell_string name;
    if (!take_text(builder, node, &name)) {
        return;
    }
    const struct role *role =
        take_role(builder, name, node->spot->place, meant);
    if (role != NULL) {
        put_use(builder, uses, role, node->spot->place);
    }
}

/* ROLE | [ROLE, ...] */
static void take_uses(struct builder *builder, const struct node *node,
                      bool meant, struct role_use **uses)
{
    if (node->kind != NODE_LIST) {
        take_use(builder, node, meant, uses);
        return;
    }
    for (const struct node *at = node->first; at != NULL; at = at->next) {
        take_use(builder, at, meant, uses);
    }
    if (node->first == NULL) {
        diag_add(builder->diags, CODE_ENDPOINT, node->spot->place,
                 "this list needs a role");
    }
}

struct role_use *build_roles(struct builder *builder, const struct node *node)
{
    struct role_use *uses = NULL;
    take_uses(builder, node, true, &uses);
    return uses;
}

/* ---- What an endpoint says of them --------------------------------------- */

/* {bearer: ROLE | [ROLE, ...], fingerprint: HEADER} */
static void build_auth_map(struct builder *builder, struct endpoint *endpoint,
                           const struct node *map)
{
    static const char *const known[] = {"bearer", "fingerprint", NULL};
    const struct node *bearer = node_member(map, "bearer");
    const struct node *fingerprint = node_member(map, "fingerprint");
    take_known(builder, map, known, "auth");
    if (bearer != NULL) {
        endpoint->bearer = true;
        endpoint->shows = build_roles(builder, bearer);
    }
    if (fingerprint != NULL &&
        take_text(builder, fingerprint, &endpoint->fingerprint)) {
        endpoint->fingerprint_place = fingerprint->spot->place;
    }
    if (map->first == NULL) {
        diag_add(builder->diags, CODE_ENDPOINT, map->spot->place,
                 "this map needs 'bearer' or 'fingerprint'");
    }
}

static void build_auth(struct builder *builder, struct endpoint *endpoint,
                       const struct node *node)
{
    bell_string text;
    if (node->kind == NODE_MAP) {
        build_auth_map(builder, endpoint, node);
        return;
    }
    if (!take_text(builder, node, &text)) {
        return;
    }
    endpoint->bearer = bell__str_is(text, "bearer");
    if (!endpoint->bearer && !bell__str_is(text, "none")) {
        diag_add(builder->diags, CODE_ENDPOINT, node->spot->place,
                 "'auth' is bearer, none or a map such as {bearer: admin}");
    }
}

/* member | {ROLE: member, ...} */
static void build_sets(struct builder *builder, struct endpoint *endpoint,
                       const struct node *node)
{
    bell_string member;
    if (node->kind != NODE_MAP) {
        struct role_use *use = NULL;
        if (take_text(builder, node, &member)) {
            use = put_use(builder, &endpoint->sets, NULL, node->spot->place);
        }
        if (use != NULL) {
            use->member = member;
        }
        return;
    }
    for (const struct node *at = node->first; at != NULL; at = at->next) {
        const struct role *role =
            take_role(builder, at->key, at->spot->key_place, true);
        struct role_use *use = NULL;
        if (take_text(builder, at, &member) && role != NULL) {
            use = put_use(builder, &endpoint->sets, role, at->spot->place);
        }
        if (use != NULL) {
            use->member = member;
        }
    }
    if (node->first == NULL) {
        diag_add(builder->diags, CODE_ENDPOINT, node->spot->place,
                 "this map needs a role and the result's field with its token");
    }
}

/* true | ROLE | [ROLE, ...] */
static void build_clears(struct builder *builder, struct endpoint *endpoint,
                         const struct node *node)
{
    bool truth =
        node->kind == NODE_BOOL || (node->kind == NODE_TEXT && node->plain &&
                                    (bell__str_is(node->text, "true") ||
                                     bell__str_is(node->text, "false")));
    if (truth) {
        take_bool(builder, node, &endpoint->clears_all);
        return;
    }
    take_uses(builder, node, false, &endpoint->clears);
}

void build_tokens(struct builder *builder, struct endpoint *endpoint,
                  const struct node *map)
{
    const struct node *auth = node_member(map, "auth");
    const struct node *sets = node_member(map, "sets_token");
    const struct node *clears = node_member(map, "clears_token");
    const struct node *login = node_member(map, "login");
    if (auth != NULL) {
        build_auth(builder, endpoint, auth);
    }
    if (sets != NULL) {
        build_sets(builder, endpoint, sets);
    }
    if (clears != NULL) {
        build_clears(builder, endpoint, clears);
    }
    if (login != NULL && take_text(builder, login, &endpoint->login)) {
        endpoint->login_place = login->spot->place;
    }
}

/* ---- Logins -------------------------------------------------------------- */

static const struct method *find_endpoint(struct builder *builder,
                                          const struct endpoint *endpoint)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    nearest_open(&nearest, endpoint->login);
    for (const struct method *at = builder->service->calls; at != NULL;
         at = at->next) {
        if (at->section != SECTION_REST) {
            continue;
        }
        if (bell__str_equal(at->wire, endpoint->login)) {
            return at;
        }
        nearest_offer(&nearest, at->wire);
    }
    diag_add(builder->diags, CODE_ENDPOINT, endpoint->login_place,
             "'login' must name an endpoint, and there is none of that name%s",
             nearest_hint(&nearest, room));
    return NULL;
}

static void build_login(struct builder *builder, struct method *call)
{
    struct endpoint *endpoint = call->endpoint;
    const struct method *login = find_endpoint(builder, endpoint);
    const char *wrong = NULL;
    if (login == NULL) {
        return;
    }
    if (login->endpoint->login.size != 0) {
        wrong = "'login' must name an endpoint that has no 'login' itself";
    } else if (login->params == NULL) {
        wrong = "'login' must name an endpoint that takes something";
    }
    if (wrong != NULL) {
        struct diag *diag = diag_add(builder->diags, CODE_ENDPOINT,
                                     endpoint->login_place, "%s", wrong);
        diag_second(builder->diags, diag, login->place, "this endpoint");
        return;
    }
    endpoint->login_call = login;
    build_params_login(builder, call, login->params);
}

void build_logins(struct builder *builder)
{
    for (struct method *at = builder->service->calls; at != NULL;
         at = at->next) {
        if (at->endpoint != NULL && at->endpoint->login.size != 0) {
            build_login(builder, at);
        }
    }
}

/* ---- All roles ----------------------------------------------------------- */

static void clear_all(struct builder *builder, struct method *call)
{
    struct role_use **clears = &call->endpoint->clears;
    put_use(builder, clears, NULL, call->place);
    for (const struct role *at = builder->service->roles; at != NULL;
         at = at->next) {
        put_use(builder, clears, at, call->place);
    }
}

void build_clears_all(struct builder *builder)
{
    for (struct method *at = builder->service->calls; at != NULL;
         at = at->next) {
        if (at->endpoint != NULL && at->endpoint->clears_all) {
            clear_all(builder, at);
        }
    }
}
