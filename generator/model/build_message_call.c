/* build_message_call.c: calls on a socket, from nodes: of messages, or commands
 * of a stream, which have no answer. It knows no types from inside. */
#include <stdio.h>

#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"

static const char *const keys_of_messages[] = {
    "params", "reply",    "result",     "key",      "completion",
    "doc",    "name",     "deprecated", "deadline", "idempotent",
    "errors", "examples", NULL};

static const char *const keys_of_streams[] = {
    "params", "completion", "doc", "name", "deprecated", "deadline", NULL};

/* How a call ends: by a message, or at once. */
static void build_completion(struct builder *builder, struct method *call,
                             const struct node *map)
{
    struct message_call *message = call->message;
    const struct node *node = node_member(map, "completion");
    bell_string text = BELL_STR("reply");
    build_wire_text(builder, map, "reply", &message->reply);
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

/* What comes on a stream are its items: a command has no answer. */
static void build_command(struct builder *builder, struct method *call,
                          const struct node *map)
{
    const struct node *node = node_member(map, "completion");
    bell_string text = BELL_STR("none");
    call->no_reply = true;
    if (node != NULL && take_text(builder, node, &text) &&
        !bell__str_is(text, "none")) {
        diag_add(builder->diags, CODE_MESSAGE, node->spot->place,
                 "a call of a stream has no answer: completion: none");
    }
}

static void build_message(struct builder *builder, struct method *call,
                          const struct node *map)
{
    struct message_call *message = call->message;
    bool commands = message->stream != NULL;
    if (!take_map(builder, map)) {
        return;
    }
    call->said = map;
    take_known(builder, map, commands ? keys_of_streams : keys_of_messages,
               commands ? "a call of a stream" : "a call");
    name_take(builder, map, &call->name);
    call->params = build_member_shape(builder, map, "params", call->name, true);
    if (commands) {
        build_command(builder, call, map);
    } else {
        call->result =
            build_member_shape(builder, map, "result", call->name, false);
        build_completion(builder, call, map);
    }
    build_call(builder, call, map);
    build_wire_text(builder, map, "key", &message->key);
    const struct node *key = node_member(map, "key");
    message->key_place = key != NULL ? key->spot->place : call->place;
}

/* `dashboard.pause`: the names of a service's calls differ, not those on the
 * wire. */
static bool name_command(struct builder *builder, struct method *call,
                         const struct stream *stream)
{
    size_t size = stream->name.size + 1 + call->wire.size;
    char *name = bell__arena_bytes(builder->arena, size + 1);
    if (name == NULL) {
        builder->short_of_memory = true;
        return false;
    }
    snprintf(name, size + 1, "%.*s.%.*s", (int)stream->name.size,
             stream->name.text, (int)call->wire.size, call->wire.text);
    call->wire = (bell_string){name, size};
    call->name = call->wire;
    return true;
}

void build_message_calls(struct builder *builder, const struct stream *stream,
                         const struct node *map)
{
    enum section section = stream != NULL ? SECTION_STREAMS : SECTION_MESSAGES;
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        struct message_call *message = build_take(builder, sizeof *message);
        struct method *call =
            build_call_open(builder, at, section, "this call");
        if (call == NULL || message == NULL) {
            continue;
        }
        call->message = message;
        message->tag = call->wire;
        message->stream = stream;
        if (stream == NULL) {
            builder->service->message_count++;
        } else if (!name_command(builder, call, stream)) {
            continue;
        } else {
            builder->service->command_count++;
        }
        build_message(builder, call, at);
    }
}
