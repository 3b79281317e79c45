/* examples.c: examples and defaults against their types: which values there are
 * and which type each has. How a value is tried is not known here. */
#include "bind/bind.h"

#include <stdio.h>
#include <string.h>

#include "base/codes.h"
#include "base/str.h"
#include "bind/fit.h"
#include "model/calls.h"

/* The data of a declared error. */
static void check_error(const struct node *error, const bell_method *method,
                        const struct service *service, struct diags *diags)
{
    const struct node *code = node_member(error, "code");
    const struct node *data = node_member(error, "data");
    char digits[16];
    for (size_t i = 0; code != NULL && i < method->error_count; i++) {
        const bell_method_error *known = &method->errors[i];
        snprintf(digits, sizeof digits, "%ld", (long)known->code);
        if (data != NULL && known->data != NULL &&
            bell__str_is(code->text, digits)) {
            fit_check(data, known->data, "error.data", service, diags);
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
                          const bell_method *method,
                          const struct service *service, struct diags *diags)
{
    struct call_part parts[CALL_PARTS_MAX];
    size_t count = call_parts(call, parts);
    const struct node *error = node_member(example, "error");
    if (error != NULL) {
        check_error(error, method, service, diags);
    }
    for (size_t i = 0; i < count; i++) {
        const struct node *part = node_member(example, parts[i].key);
        const bell_type *type = part_type(method, parts[i].key);
        if (part != NULL && type != NULL) {
            fit_check(part, type, parts[i].key, service, diags);
        }
    }
    const struct node *result = node_member(example, "result");
    if (result != NULL && method->result != NULL) {
        fit_check(result, method->result, "result", service, diags);
    }
}

/* What bind could not make a value of, or what breaks its field's rules. */
static void check_default(const struct field *field, const bell_type *type,
                          struct diags *diags)
{
    const struct node *said = field->fallback;
    if (diags_have(diags, CODE_DEFAULT, said->spot->place) ||
        diags_have(diags, CODE_DEFAULT, said->spot->key_place)) {
        return;
    }
    struct bell__arena scratch;
    bell_error error;
    bell__arena_open(&scratch, diags->arena->memory, 0);
    if (!fit_try(said, type, "default", &scratch, &error)) {
        bell_string words =
            fit_words(&error, strcmp(error.path, "default") == 0);
        diag_add(diags, CODE_DEFAULT, said->spot->place,
                 "the default does not fit its type: %.*s", (int)words.size,
                 words.text);
    }
    bell__arena_close(&scratch);
}

static void check_defaults(const struct type *type, const bell_type *table,
                           struct diags *diags)
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
            check_default(field, row->type, diags);
        }
    }
}

static void check_type(const struct type *type, const bell_type *table,
                       const struct service *service, struct diags *diags)
{
    check_defaults(type, table, diags);
    if (type->examples == NULL || table == NULL) {
        return;
    }
    if (type->examples->kind != NODE_LIST) {
        diag_add(diags, CODE_EXAMPLE, type->examples->spot->place,
                 "'examples' must be a list");
        return;
    }
    for (const struct node *example = type->examples->first; example != NULL;
         example = example->next) {
        fit_check(example, table, table->name, service, diags);
    }
}

void bind_check(const struct service *service, const bell_service *tables,
                struct diags *diags)
{
    for (const struct type *type = service->types; type != NULL;
         type = type->next) {
        check_type(type, bind_type_table(tables, type), service, diags);
    }
    const bell_method *table = tables->methods;
    for (const struct method *method = service->calls; method != NULL;
         method = method->next, table++) {
        if (method->examples == NULL) {
            continue;
        }
        for (const struct node *example = method->examples->first;
             example != NULL; example = example->next) {
            check_example(example, method, table, service, diags);
        }
    }
}
