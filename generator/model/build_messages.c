/* build_messages.c: messages that share a socket, from nodes. It knows no types
 * from inside. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"

static void take_name(struct builder *builder, const struct node *map,
                      const char *key, bell_string *text)
{
    const struct node *node = node_member(map, key);
    if (node != NULL && take_text(builder, node, text)) {
        name_check_wire(builder, *text, node->spot->place, "this member");
    }
}

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
    take_name(builder, map, "type", &messages->error_type);
    take_name(builder, map, "code", &messages->error_code);
    take_name(builder, map, "message", &messages->error_message);
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

static void build_auth(struct builder *builder, struct messages *messages,
                       const struct node *map)
{
    static const char *const known[] = {"send", "params", "reply", NULL};
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    take_known(builder, map, known, "auth");
    take_name(builder, map, "send", &messages->auth_send);
    take_name(builder, map, "reply", &messages->auth_reply);
    if (messages->auth_send.size == 0) {
        diag_add(
            builder->diags, CODE_MISSING, map->spot->place,
            "auth needs 'send', the tag of the message that carries the token");
        return;
    }
    messages->auth_params =
        build_member_shape(builder, map, "params", messages->auth_send, true);
}

/* How a call ends: by a message, or at once. */
static void build_completion(struct builder *builder, struct method *call,
                             const struct node *map)
{
    struct message_call *message = call->message;
    const struct node *node = node_member(map, "completion");
    bell_string text = BELL_STR("reply");
    take_name(builder, map, "reply", &message->reply);
    if (node != NULL && !take_text(builder, node, &text)) {
        return;
    }
    bool none = bell__str_is(text, "none");
    if (!none && !bell__str_is(text, "reply")) {
        diag_add(builder->diags, CODE_MESSAGE, node->spot->place,
                 "'completion' is either reply or none");
        return;
    }
    if (none) {
        build_no_reply(builder, call, map, node);
    }
    if (none && message->reply.size != 0) {
        diag_add(builder->diags, CODE_MESSAGE, node->spot->place,
                 "a call without an answer cannot have 'reply' or 'result'");
    }
    if (!none && message->reply.size == 0) {
        diag_add(
            builder->diags, CODE_MESSAGE, call->place,
            "a call needs 'reply', the tag of its answer, or completion: none");
    }
}

static void build_message(struct builder *builder, struct method *call,
                          const struct node *map)
{
    static const char *const known[] = {
        "params", "reply",    "result",     "key",      "completion",
        "doc",    "name",     "deprecated", "deadline", "idempotent",
        "errors", "examples", NULL};
    struct message_call *message = call->message;
    if (!take_map(builder, map)) {
        return;
    }
    call->said = map;
    take_known(builder, map, known, "a call");
    name_take(builder, map, &call->name);
    call->params = build_member_shape(builder, map, "params", call->name, true);
    call->result =
        build_member_shape(builder, map, "result", call->name, false);
    build_completion(builder, call, map);
    build_call(builder, call, map);
    take_name(builder, map, "key", &message->key);
    const struct node *key = node_member(map, "key");
    message->key_place = key != NULL ? key->spot->place : call->place;
}

static void build_calls(struct builder *builder, const struct node *map)
{
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        struct message_call *message = build_take(builder, sizeof *message);
        struct method *call =
            build_call_open(builder, at, SECTION_MESSAGES, "this call");
        if (call == NULL || message == NULL) {
            continue;
        }
        call->message = message;
        builder->service->message_count++;
        build_message(builder, call, at);
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

void build_messages(struct builder *builder, const struct node *map)
{
    static const char *const known[] = {"tag",  "ordering", "error",
                                        "auth", "calls",    "pushes",
                                        "path", "doc",      NULL};
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
    take_name(builder, map, "tag", &messages->tag);
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
    build_auth(builder, messages, node_member(map, "auth"));
    build_calls(builder, node_member(map, "calls"));
    build_pushes(builder, messages, node_member(map, "pushes"));
}
