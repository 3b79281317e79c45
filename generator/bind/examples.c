/* examples.c: examples against their types, by the decoder that generated code
 * uses. */
#include "bind/bind.h"

#include <stdio.h>
#include <string.h>

#include "base/codes.h"
#include "base/str.h"
#include "model/calls.h"
#include "record/codec.h"

/* The child that the next part of a codec's path names; *path moves on. */
static const struct node *step(const struct node *node, const char **path)
{
    const char *at = *path;
    if (*at == '[' && node->kind == NODE_LIST) {
        size_t index = 0;
        for (at++; *at >= '0' && *at <= '9'; at++) {
            index = index * 10 + (size_t)(*at - '0');
        }
        const struct node *child = node->first;
        while (index-- > 0 && child != NULL) {
            child = child->next;
        }
        *path = *at == ']' ? at + 1 : at;
        return child;
    }
    if (*at != '.' || node->kind != NODE_MAP) {
        return NULL;
    }
    size_t size = strcspn(at + 1, ".[");
    bell_string name = {at + 1, size};
    *path = at + 1 + size;
    return node_find(node, name);
}

/* The deepest node that a path leads to, which starts at `root`; `whole` where
 * it is the path's own. */
static const struct node *follow(const struct node *node, const char *path,
                                 const char *root, bool *whole)
{
    size_t size = strlen(root);
    path += strncmp(path, root, size) == 0 ? size : strcspn(path, ".[");
    while (*path != '\0') {
        const struct node *child = step(node, &path);
        *whole = child != NULL;
        if (child == NULL) {
            return node;
        }
        node = child;
    }
    *whole = true;
    return node;
}

/* What the codec says, without what only bytes on a wire have: the path, where
 * the place in the schema shows it, and the number of the byte. */
static bell_string words_of(bell_error *error, bool shown)
{
    bell_string words = bell_str(error->message);
    size_t path = strlen(error->path);
    char *byte = strstr(error->message, " (byte ");
    for (char *next = byte; next != NULL; next = strstr(next + 1, " (byte ")) {
        byte = next;
    }
    words.size = byte != NULL ? (size_t)(byte - error->message) : words.size;
    if (shown && words.size > path + 2 &&
        strncmp(words.text, error->path, path) == 0 &&
        words.text[path] == ':') {
        words.text += path + 2;
        words.size -= path + 2;
    }
    return words;
}

static void check_value(const struct node *node, const bell_type *type,
                        const char *root, struct bell__arena *arena,
                        struct diags *diags)
{
    struct bell__arena scratch;
    bell__arena_open(&scratch, arena->memory, 0);
    bell_string json = bind_json(node, &scratch);
    void *value = bell__arena_take(&scratch, type->size);
    bell_error error;
    if (json.text != NULL && value != NULL &&
        bell__decode(json, type, value, &scratch, &bind_limits, root, &error) !=
            BELL_OK) {
        bool whole = false;
        const struct node *wrong = follow(node, error.path, root, &whole);
        bell_string words = words_of(&error, whole);
        diag_add(diags, CODE_EXAMPLE, wrong->place,
                 "the example does not fit its type: %.*s", (int)words.size,
                 words.text);
    }
    bell__arena_close(&scratch);
}

/* The data of a declared error. */
static void check_error(const struct node *error, const bell_method *method,
                        struct bell__arena *arena, struct diags *diags)
{
    const struct node *code = node_member(error, "code");
    const struct node *data = node_member(error, "data");
    char digits[16];
    for (size_t i = 0; code != NULL && i < method->error_count; i++) {
        const bell_method_error *known = &method->errors[i];
        snprintf(digits, sizeof digits, "%ld", (long)known->code);
        if (data != NULL && known->data != NULL &&
            bell__str_is(code->text, digits)) {
            check_value(data, known->data, "error.data", arena, diags);
        }
    }
}

/* The type of what is sent, or of a part of it. */
static const bell_type *part_type(const bell_method *method, const char *key)
{
    const bell_type *params = method->params;
    if (method->route == NULL || params == NULL) {
        return params;
    }
    for (size_t i = 0; i < params->count; i++) {
        if (strcmp(params->fields[i].name, key) == 0) {
            return params->fields[i].type;
        }
    }
    return NULL;
}

static void check_example(const struct node *example, const struct method *call,
                          const bell_method *method, struct bell__arena *arena,
                          struct diags *diags)
{
    struct call_part parts[CALL_PARTS_MAX];
    size_t count = call_parts(call, parts);
    const struct node *error = node_member(example, "error");
    if (error != NULL) {
        check_error(error, method, arena, diags);
    }
    for (size_t i = 0; i < count; i++) {
        const struct node *part = node_member(example, parts[i].key);
        const bell_type *type = part_type(method, parts[i].key);
        if (part != NULL && type != NULL) {
            check_value(part, type, parts[i].key, arena, diags);
        }
    }
    const struct node *result = node_member(example, "result");
    if (result != NULL && method->result != NULL) {
        check_value(result, method->result, "result", arena, diags);
    }
}

/* What bind could not make a value of, or what breaks its field's rules. */
static void check_default(const struct field *field, const bell_type *type,
                          struct bell__arena *arena, struct diags *diags)
{
    const struct node *said = field->fallback;
    if (diags_have(diags, CODE_DEFAULT, said->place) ||
        diags_have(diags, CODE_DEFAULT, said->key_place)) {
        return;
    }
    struct bell__arena scratch;
    bell__arena_open(&scratch, arena->memory, 0);
    bell_string json = bind_json(field->fallback, &scratch);
    void *value = bell__arena_take(&scratch, type->size);
    bell_error error;
    if (json.text != NULL && value != NULL &&
        bell__decode(json, type, value, &scratch, &bind_limits, "default",
                     &error) != BELL_OK) {
        bell_string words =
            words_of(&error, strcmp(error.path, "default") == 0);
        diag_add(diags, CODE_DEFAULT, field->fallback->place,
                 "the default does not fit its type: %.*s", (int)words.size,
                 words.text);
    }
    bell__arena_close(&scratch);
}

static void check_defaults(const struct type *type, const bell_type *table,
                           struct bell__arena *arena, struct diags *diags)
{
    const bell_type *record =
        type->kind == TYPE_UNION && table != NULL ? table->item : table;
    if (record == NULL || type->fields == NULL) {
        return;
    }
    const bell_field *row = record->fields;
    for (const struct field *field = type->fields; field != NULL;
         field = field->next, row++) {
        if (field->fallback != NULL) {
            check_default(field, row->type, arena, diags);
        }
    }
}

static void check_type(const struct type *type, const bell_type *table,
                       struct bell__arena *arena, struct diags *diags)
{
    check_defaults(type, table, arena, diags);
    if (type->examples == NULL || table == NULL) {
        return;
    }
    if (type->examples->kind != NODE_LIST) {
        diag_add(diags, CODE_EXAMPLE, type->examples->place,
                 "examples are a list");
        return;
    }
    for (const struct node *example = type->examples->first; example != NULL;
         example = example->next) {
        check_value(example, table, table->name, arena, diags);
    }
}

void bind_check(const struct service *service, const bell_service *tables,
                struct bell__arena *arena, struct diags *diags)
{
    for (const struct type *type = service->types; type != NULL;
         type = type->next) {
        check_type(type, bind_type_table(tables, type), arena, diags);
    }
    const bell_method *table = tables->methods;
    for (const struct method *method = service->calls; method != NULL;
         method = method->next, table++) {
        if (method->examples == NULL) {
            continue;
        }
        for (const struct node *example = method->examples->first;
             example != NULL; example = example->next) {
            check_example(example, method, table, arena, diags);
        }
    }
}
