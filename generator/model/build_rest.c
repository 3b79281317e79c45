/* build_rest.c: HTTP endpoints from nodes. It knows no types from inside. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"

const char *const verb_names[VERB_COUNT] = {
    [VERB_GET] = "GET",         [VERB_HEAD] = "HEAD", [VERB_PUT] = "PUT",
    [VERB_DELETE] = "DELETE",   [VERB_POST] = "POST", [VERB_PATCH] = "PATCH",
    [VERB_OPTIONS] = "OPTIONS",
};

/* Exactly one of the verbs is a key; its value is the path. */
static void build_verb(struct builder *builder, const struct method *call,
                       const struct node *map)
{
    struct endpoint *endpoint = call->endpoint;
    const struct node *found = NULL;
    for (size_t i = 0; i < VERB_COUNT; i++) {
        const struct node *node = node_member(map, verb_names[i]);
        if (node == NULL) {
            continue;
        }
        if (found != NULL) {
            struct diag *diag = diag_add(
                builder->diags, CODE_ENDPOINT, node->spot->key_place,
                "an endpoint has only one verb, so it cannot have %s too",
                verb_names[i]);
            diag_second(builder->diags, diag, found->spot->key_place,
                        "the other one is here");
            return;
        }
        found = node;
        endpoint->verb = (enum verb)i;
    }
    if (found == NULL) {
        diag_add(builder->diags, CODE_ENDPOINT, call->place,
                 "an endpoint needs a verb and its path, such as GET: "
                 "/agents/{agent_id}");
        return;
    }
    build_path(builder, found, &endpoint->path, &endpoint->parameters);
}

/* RFC 9110 9.2.2 says which requests may be repeated; RFC 9110 9.3.1 and
 * 9.3.2 that nobody counts on the body of some. */
static void judge(struct builder *builder, struct method *call,
                  const struct node *map)
{
    const struct endpoint *endpoint = call->endpoint;
    bool reads = endpoint->verb == VERB_GET || endpoint->verb == VERB_HEAD;
    const struct node *body = node_member(map, "body");
    const struct node *result = node_member(map, "result");
    if (node_member(map, "idempotent") == NULL) {
        call->idempotent =
            endpoint->verb <= VERB_DELETE || endpoint->verb == VERB_OPTIONS;
    }
    if (reads && body != NULL) {
        diag_add(builder->diags, CODE_ENDPOINT, body->spot->key_place,
                 "a %s request has no body: use 'query'",
                 verb_names[endpoint->verb]);
    }
    if (endpoint->verb == VERB_HEAD && result != NULL) {
        diag_add(builder->diags, CODE_ENDPOINT, result->spot->key_place,
                 "a HEAD request has no result: only headers come back");
    }
}

/* `result: text` is the reply's body as it is: a string to programs. */
static void build_result(struct builder *builder, struct method *call,
                         const struct node *map)
{
    struct endpoint *endpoint = call->endpoint;
    const struct node *node = node_member(map, "result");
    endpoint->text = node != NULL && node->kind == NODE_TEXT &&
                     bell__str_is(node->text, "text");
    if (!endpoint->text) {
        call->result =
            build_member_shape(builder, map, "result", call->name, false);
        return;
    }
    call->result = build_shape_make(builder, SHAPE_SCALAR, node->spot->place);
    if (call->result != NULL) {
        call->result->scalar = SCALAR_STRING;
    }
}

static void build_body(struct builder *builder, struct method *call,
                       const struct node *map)
{
    static const char *const known[] = {
        "GET",      "HEAD",         "PUT",    "DELETE",     "POST",
        "PATCH",    "OPTIONS",      "query",  "body",       "headers",
        "auth",     "sets_token",   "doc",    "name",       "result",
        "deadline", "idempotent",   "errors", "deprecated", "examples",
        "login",    "clears_token", NULL};
    struct endpoint *endpoint = call->endpoint;
    if (!take_map(builder, map)) {
        return;
    }
    call->said = map;
    take_known(builder, map, known, "an endpoint");
    name_take(builder, map, &call->name);
    build_verb(builder, call, map);
    endpoint->query =
        build_member_shape(builder, map, "query", call->name, true);
    endpoint->body = build_member_shape(builder, map, "body", call->name, true);
    endpoint->headers =
        build_member_shape(builder, map, "headers", call->name, true);
    build_result(builder, call, map);
    build_params(builder, call, map);
    build_tokens(builder, endpoint, map);
    build_call(builder, call, map);
    judge(builder, call, map);
}

void build_rest(struct builder *builder, const struct node *rest)
{
    if (rest == NULL || !take_map(builder, rest)) {
        return;
    }
    for (const struct node *at = rest->first; at != NULL; at = at->next) {
        struct endpoint *endpoint = build_take(builder, sizeof *endpoint);
        struct method *call =
            build_call_open(builder, at, SECTION_REST, "this endpoint");
        if (call == NULL || endpoint == NULL) {
            continue;
        }
        call->endpoint = endpoint;
        builder->service->endpoint_count++;
        build_body(builder, call, at);
    }
    build_logins(builder);
}
