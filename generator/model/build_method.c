/* build_method.c: the methods of rpc from nodes. It knows no types from inside.
 */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"

/* `reply: none`: nothing comes back, so nothing can be said of it. */
static void build_reply(struct builder *builder, struct method *method,
                        const struct node *map)
{
    const struct node *reply = node_member(map, "reply");
    if (reply == NULL) {
        return;
    }
    if (reply->kind != NODE_TEXT || !bell__str_is(reply->text, "none")) {
        diag_add(
            builder->diags, CODE_REPLY, reply->spot->place,
            "'reply' can only be none: what a method returns is its 'result'");
        return;
    }
    build_no_reply(builder, method, map, reply);
}

static void build_body(struct builder *builder, struct method *method,
                       const struct node *map)
{
    static const char *const known[] = {
        "doc",    "name",     "params",     "result", "deadline", "idempotent",
        "errors", "examples", "deprecated", "reply",  NULL};
    if (!take_map(builder, map)) {
        return;
    }
    method->said = map;
    take_known(builder, map, known, "a method");
    name_take(builder, map, &method->name);
    method->params =
        build_member_shape(builder, map, "params", method->name, true);
    method->result =
        build_member_shape(builder, map, "result", method->name, false);
    build_reply(builder, method, map);
    build_call(builder, method, map);
}

void build_methods(struct builder *builder, const struct node *rpc)
{
    if (rpc == NULL || !take_map(builder, rpc)) {
        return;
    }
    for (const struct node *at = rpc->first; at != NULL; at = at->next) {
        struct method *method =
            build_call_open(builder, at, SECTION_RPC, "this method");
        if (method == NULL) {
            continue;
        }
        builder->service->method_count++;
        if (!node_is_null(at)) {
            build_body(builder, method, at);
        }
    }
}
