/* bind.c: a checked model as the runtime's own tables. */
#include "bind/bind.h"

#include <string.h>

#include "bind/tables.h"
#include "model/calls.h"

/* What bind_service() gives is the first member of this. */
struct binding {
    bell_service service;
    struct tables tables;
};

/* A result that is no record is a struct with the one member `value`. */
static const bell_type *bind_result(struct tables *tables,
                                    const struct method *method)
{
    const struct shape *shape = method->result;
    if (shape == NULL) {
        return NULL;
    }
    bool record = shape->kind == SHAPE_NAMED && !shape->nullable &&
                  shape->type->kind == TYPE_RECORD;
    if (record) {
        return shape_table(tables, shape);
    }
    struct field field = {.wire = BELL_STR("value"), .shape = method->result};
    bell_type *table = record_make(tables, method->wire, &field, 1);
    if (table != NULL) {
        table->flags = BELL_TYPE_BARE;
    }
    return table;
}

static void bind_errors(struct tables *tables, const struct method *method,
                        bell_method *row)
{
    size_t count = 0;
    for (const struct method_error *at = method->errors; at != NULL;
         at = at->next) {
        count++;
    }
    bell_method_error *errors =
        tables_take(tables, (count + 1) * sizeof *errors);
    row->errors = errors;
    row->error_count = (uint16_t)count;
    for (const struct method_error *at = method->errors;
         errors != NULL && at != NULL; at = at->next, errors++) {
        errors->code = at->code;
        errors->text = tables_copy(tables, error_words(at));
        errors->data = at->data != NULL ? shape_table(tables, at->data) : NULL;
    }
}

static void bind_params(struct tables *tables, const struct method *call,
                        bell_method *row)
{
    row->params =
        call->params == NULL ? NULL : shape_table(tables, call->params);
    switch (call->section) {
    case SECTION_RPC:
        break;
    case SECTION_REST:
        rest_bind(tables, call, row);
        break;
    case SECTION_MESSAGES:
    case SECTION_STREAMS:
        message_bind(tables, call, row);
        break;
    }
}

static void bind_call(struct tables *tables, const struct method *call,
                      bell_method *row)
{
    bell_string json = tables_quote(tables, call->wire, "");
    row->name = tables_copy(tables, call->wire);
    row->name_size = (uint16_t)call->wire.size;
    row->json = json.text;
    row->json_size = (uint16_t)json.size;
    row->flags = (uint16_t)((call->idempotent ? BELL_METHOD_IDEMPOTENT : 0) |
                            (call->no_reply ? BELL_METHOD_NO_REPLY : 0));
    row->deadline_ms = call->deadline_ms;
    row->result = bind_result(tables, call);
    bind_params(tables, call, row);
    bind_errors(tables, call, row);
}

static void bind_calls(struct tables *tables, const struct service *service,
                       bell_service *bound)
{
    bell_method *row =
        tables_take(tables, (service->call_count + 1) * sizeof *row);
    bound->methods = row;
    bound->method_count = (uint32_t)service->call_count;
    for (const struct method *call = service->calls;
         row != NULL && call != NULL; call = call->next, row++) {
        bind_call(tables, call, row);
    }
}

const bell_service *bind_service(const struct service *service,
                                 struct bell__arena *arena)
{
    struct binding *binding = bell__arena_take(arena, sizeof *binding);
    if (binding == NULL) {
        return NULL;
    }
    memset(binding, 0, sizeof *binding);
    struct tables *tables = &binding->tables;
    bell_service *bound = &binding->service;
    tables->arena = arena;
    if (!tables_open(tables, service)) {
        return NULL;
    }
    for (size_t i = 0; i < tables->count; i++) {
        layout_type(tables, &tables->types[i]);
    }
    for (size_t i = 0; i < tables->count && !tables->failed; i++) {
        type_bind(tables, &tables->types[i]);
    }
    for (size_t i = 0; i < tables->count && !tables->failed; i++) {
        defaults_bind(tables, &tables->types[i]);
    }
    bound->name = tables_copy(tables, service->name);
    bound->version = tables_copy(tables, service->version);
    roles_bind(tables, service, bound);
    bind_calls(tables, service, bound);
    sections_bind(tables, service, bound);
    return tables->failed ? NULL : bound;
}

const bell_type *bind_type_table(const bell_service *tables,
                                 const struct type *type)
{
    const struct binding *binding =
        (const struct binding *)(const void *)tables;
    const struct bound *bound = tables_find(&binding->tables, type);
    return bound == NULL ? NULL : bound->table;
}

struct default_value bind_default(const bell_service *tables,
                                  const struct type *type, size_t index)
{
    const struct binding *binding =
        (const struct binding *)(const void *)tables;
    const struct bound *bound = tables_find(&binding->tables, type);
    return bound == NULL || bound->defaults == NULL ? (struct default_value){0}
                                                    : bound->defaults[index];
}
