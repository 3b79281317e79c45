/* build_messages.c: messages that share a socket, from nodes. It knows no types
 * from inside, and no calls. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"

/* {type: error, code: code, message: message, refs: {...}} */
static void build_error(struct builder *builder, struct messages *messages,
                        const struct node *map)
{
    static const char *const known[] = {"type", "code", "message", "refs",
                                        NULL};
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    take_known(builder, map, known, "the error message");
    build_wire_text(builder, map, "type", &messages->error_type);
    build_wire_text(builder, map, "code", &messages->error_code);
    build_wire_text(builder, map, "message", &messages->error_message);
    if (messages->error_type.size == 0) {
        diag_add(builder->diags, CODE_MISSING, map->spot->place,
                 "the error message needs 'type', its tag");
    }
    const struct node *refs = node_member(map, "refs");
    if (refs == NULL || !take_map(builder, refs)) {
        return;
    }
    for (const struct node *at = refs->first; at != NULL; at = at->next) {
        bell_string what;
        bool good = take_text(builder, at, &what);
        if (good && !bell__str_is(what, "key") && !bell__str_is(what, "op")) {
            diag_add(builder->diags, CODE_MESSAGE, at->spot->place,
                     "a member of 'refs' refers to 'key' or 'op' of the call");
        }
    }
}

static void build_pushes(struct builder *builder, struct messages *messages,
                         const struct node *map)
{
    struct push **last = &messages->pushes;
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        struct push *push = build_take(builder, sizeof *push);
        if (push == NULL ||
            !name_check_wire(builder, at->key, at->spot->key_place,
                             "this push")) {
            continue;
        }
        push->wire = at->key;
        push->name = at->key;
        push->place = at->spot->key_place;
        push->shape =
            at->kind == NODE_MAP
                ? build_shape_fields(builder, at, at->key, BELL_STR("push"))
                : build_shape(builder, at, at->key, BELL_STR("push"));
        *last = push;
        last = &push->next;
        builder->service->message_count++;
    }
}

/* What comes unasked, as one type: whoever takes the next of them gets it. */
static void build_union_of(struct builder *builder, struct messages *messages,
                           const struct node *map)
{
    struct type *type = NULL;
    struct variant **end = NULL;
    if (messages->pushes == NULL || messages->socket.tag.size == 0) {
        return;
    }
    type = build_type_make(builder, BELL_STR("Push"), map);
    if (type == NULL) {
        return;
    }
    type->inlined = true;
    type->kind = TYPE_UNION;
    type->doc = BELL_STR("A message that came unasked.");
    type->tag = messages->socket.tag;
    type->pushed = true;
    messages->push = type;
    end = &type->variants;
    for (const struct push *at = messages->pushes; at != NULL; at = at->next) {
        struct variant *variant = build_take(builder, sizeof *variant);
        if (variant == NULL || at->shape == NULL) {
            continue;
        }
        variant->wire = at->wire;
        variant->name = at->name;
        variant->shape = at->shape;
        variant->place = at->place;
        *end = variant;
        end = &variant->next;
        type->count++;
    }
}

void build_messages(struct builder *builder, const struct node *map)
{
    static const char *const known[] = {"tag",   "ordering",  "error", "auth",
                                        "calls", "pushes",    "path",  "doc",
                                        "close", "keepalive", NULL};
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    struct messages *messages = build_take(builder, sizeof *messages);
    if (messages == NULL) {
        return;
    }
    builder->service->messages = messages;
    messages->place = map->spot->key_place;
    take_known(builder, map, known, "messages");
    take_member_text(builder, map, "doc", &messages->doc);
    build_socket(builder, &messages->socket, map);
    if (node_member(map, "tag") == NULL) {
        diag_add(builder->diags, CODE_MISSING, map->spot->key_place,
                 "messages need 'tag', the name of the member that tells them "
                 "apart");
    }
    const struct node *ordering = node_member(map, "ordering");
    bell_string order = BELL_STR("sequential");
    messages->sequential = ordering != NULL;
    if (ordering != NULL && take_text(builder, ordering, &order) &&
        !bell__str_is(order, "sequential")) {
        diag_add(builder->diags, CODE_MESSAGE, ordering->spot->place,
                 "'ordering' is sequential or left out");
    }
    const struct node *path = node_member(map, "path");
    struct path_parameter *parameters = NULL;
    if (path != NULL) {
        build_path(builder, path, &messages->path, &parameters);
    }
    build_error(builder, messages, node_member(map, "error"));
    build_message_calls(builder, NULL, node_member(map, "calls"));
    const struct node *pushes = node_member(map, "pushes");
    build_pushes(builder, messages, pushes);
    build_union_of(builder, messages, pushes);
}
