/* example.c: examples as answers, read and compared. */
#include "serve/example.h"

#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "bind/bind.h"
#include "record/codec.h"
#include "json/read.h"

enum { SCRATCH_BYTES_MAX = 256 * 1024 * 1024 };

void example_open_room(struct example_room *room, struct bell__arena *arena)
{
    room->arena = arena;
    bell__arena_open(&room->scratch, arena->memory, SCRATCH_BYTES_MAX);
    bell__buf_open(&room->data, arena->memory, 0);
}

void example_close_room(struct example_room *room)
{
    bell__arena_close(&room->scratch);
    bell__buf_close(&room->data);
}

const bell_type *example_part(const bell_method *method, size_t index,
                              const char **key)
{
    const bell_type *params = method->params;
    if (method->route != NULL && params != NULL && index < params->count) {
        *key = params->fields[index].name;
        return params->fields[index].type;
    }
    *key = "params";
    return method->route == NULL && index == 0 ? params : NULL;
}

bell_status example_canonical(struct example_room *room, bell_string json,
                              const bell_type *type, const char *root,
                              bell_error *error)
{
    bell__arena_reset(&room->scratch);
    void *value = bell__arena_take(&room->scratch, type->size);
    room->data.size = 0;
    if (value == NULL) {
        error->message[0] = '\0';
        return BELL_NO_MEMORY;
    }
    bell_status status = bell__decode(json, type, value, &room->scratch,
                                      &bind_limits, root, error);
    if (status != BELL_OK) {
        return status;
    }
    return bell__encode(&room->data, type, value, &bind_limits, error);
}

/* The example's value in canonical form, kept; empty where it has none. */
static bell_string keep(struct example_room *room, const struct node *node,
                        const bell_type *type)
{
    bell_string none = {NULL, 0};
    bell_error error;
    if (node == NULL || type == NULL) {
        return none;
    }
    bell_string json = bind_json(node, room->arena);
    if (json.text == NULL ||
        example_canonical(room, json, type, "", &error) != BELL_OK) {
        return none;
    }
    bell_string lent = {room->data.bytes, room->data.size};
    return bell__arena_copy(room->arena, lent);
}

int32_t example_number(const struct node *node)
{
    struct bell__json json;
    int64_t number = 0;
    if (node == NULL) {
        return 0;
    }
    bell__json_open(&json, node->text, 1);
    if (!bell__json_int64(&json, &number) || number < 0 || number > INT32_MAX) {
        return 0;
    }
    return (int32_t)number;
}

static bool truth_of(const struct node *node)
{
    return node != NULL &&
           (node->truth || (node->plain && bell__str_is(node->text, "true")));
}

/* An error's message; without one, what the schema says of its code. */
static bell_string message_of(const struct node *error,
                              const bell_method *method, int32_t code)
{
    const struct node *message = node_member(error, "message");
    if (message != NULL) {
        return message->text;
    }
    for (size_t i = 0; i < method->error_count; i++) {
        const bell_method_error *known = &method->errors[i];
        if (known->code == code && known->text != NULL &&
            known->text[0] != '\0') {
            return bell_str(known->text);
        }
    }
    return (bell_string){"error", 5};
}

static const bell_type *data_type(const bell_method *method, int32_t code)
{
    for (size_t i = 0; method->route != NULL && i < method->error_count; i++) {
        if (method->errors[i].code == code) {
            return method->errors[i].data;
        }
    }
    return NULL;
}

struct example *example_read(struct example_room *room, const struct node *node,
                             const struct node *parts,
                             const bell_method *method)
{
    struct example *example = bell__arena_take(room->arena, sizeof *example);
    const bell_type *type;
    const char *key;
    if (example == NULL) {
        return NULL;
    }
    memset(example, 0, sizeof *example);
    const struct node *error = node_member(node, "error");
    for (size_t i = 0; parts != NULL && i < EXAMPLE_PARTS_MAX &&
                       (type = example_part(method, i, &key)) != NULL;
         i++) {
        example->parts[i] = keep(room, node_member(parts, key), type);
    }
    example->data = keep(room, node_member(node, "result"), method->result);
    if (error != NULL) {
        example->refused = true;
        example->code = example_number(node_member(error, "code"));
        example->temporary = truth_of(node_member(error, "temporary"));
        example->message = message_of(error, method, example->code);
        example->error_data = keep(room, node_member(error, "data"),
                                   data_type(method, example->code));
    }
    return example;
}

/* ---- Calls --------------------------------------------------------------- */

/* Where in the params a part lies: a member, or all of them. */
static const void *value_of(const bell_method *method, size_t index,
                            const void *params)
{
    if (method->route == NULL) {
        return params;
    }
    const bell_field *field = &method->params->fields[index];
    const char *at = (const char *)params + field->offset;
    const void *const *pointer = (const void *const *)(const void *)at;
    return field->by_pointer != 0 ? *pointer : at;
}

bell_status example_take(struct example_call *call, const bell_method *method,
                         const void *params)
{
    const bell_type *type;
    const char *key;
    memset(call->ends, 0, sizeof call->ends);
    call->bytes.size = 0;
    for (size_t i = 0; i < EXAMPLE_PARTS_MAX; i++) {
        type = params != NULL ? example_part(method, i, &key) : NULL;
        bell_status status =
            type == NULL
                ? BELL_OK
                : bell__encode(&call->bytes, type, value_of(method, i, params),
                               &bind_limits, NULL);
        if (status != BELL_OK) {
            return status;
        }
        call->ends[i + 1] = call->bytes.size;
    }
    return BELL_OK;
}

bool example_fits(const struct example *example,
                  const struct example_call *call)
{
    for (size_t i = 0; i < EXAMPLE_PARTS_MAX; i++) {
        bell_string given = {call->bytes.bytes + call->ends[i],
                             call->ends[i + 1] - call->ends[i]};
        if (example->parts[i].size != 0 &&
            !bell__str_equal(example->parts[i], given)) {
            return false;
        }
    }
    return true;
}

static bool has_part(const struct example *example)
{
    size_t size = 0;
    for (size_t i = 0; i < EXAMPLE_PARTS_MAX; i++) {
        size += example->parts[i].size;
    }
    return size != 0;
}

const struct example *example_choose(const struct example *list,
                                     const struct example_call *call)
{
    const struct example *first = NULL;
    for (const struct example *at = list; at != NULL; at = at->next) {
        if (has_part(at) && example_fits(at, call)) {
            return at;
        }
        if (first == NULL && !at->refused) {
            first = at;
        }
    }
    return first;
}
