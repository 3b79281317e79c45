/* bind.c: a checked model as the runtime's own tables. */
#include "bind/bind.h"

#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "bind/tables.h"
#include "record/codec.h"

/* Constraints hold here whether or not a record is strict. */
static const struct bell__codec_limits limits = {
    .depth_max = 64, .items_max = 1024 * 1024, .rules = true};

/* What bind_service() gives is the first member of this. */
struct binding {
    bell_service service;
    struct tables tables;
};

static void bind_fields(struct tables *tables, const struct type *type,
                        const bell_type *table)
{
    bell_field *row = (bell_field *)(uintptr_t)table->fields;
    for (const struct field *field = type->fields; field != NULL;
         field = field->next) {
        bell_string key = tables_quote(tables, field->wire, ":");
        row->key = key.text;
        row->key_size = (uint16_t)key.size;
        row->name = tables_copy(tables, field->wire);
        row->name_size = (uint16_t)field->wire.size;
        row->type = shape_table(tables, field->shape);
        row++;
    }
}

static void bind_values(struct tables *tables, const struct type *type,
                        bell_type *table)
{
    bell_value *row = tables_take(tables, (type->count + 1) * sizeof *row);
    table->values = row;
    for (const struct value *value = type->values; row != NULL && value != NULL;
         value = value->next) {
        bell_string json = tables_quote(tables, value->wire, "");
        row->text = tables_copy(tables, value->wire);
        row->text_size = (uint16_t)value->wire.size;
        row->json = json.text;
        row->json_size = (uint16_t)json.size;
        row++;
    }
}

static void bind_variants(struct tables *tables, const struct type *type,
                          const bell_type *table)
{
    bell_variant *row = (bell_variant *)(uintptr_t)table->variants;
    for (const struct variant *variant = type->variants;
         row != NULL && variant != NULL; variant = variant->next) {
        bell_string json = tables_quote(tables, variant->wire, "");
        row->text = tables_copy(tables, variant->wire);
        row->text_size = (uint16_t)variant->wire.size;
        row->json = json.text;
        row->json_size = (uint16_t)json.size;
        row->type = shape_table(tables, variant->shape);
        row++;
    }
}

static void bind_shared(struct tables *tables, const struct type *type,
                        const bell_type *table)
{
    bell_type *shared = (bell_type *)(uintptr_t)table->item;
    if (shared != NULL) {
        shared->name = table->name;
        bind_fields(tables, type, shared);
    }
}

static void bind_type(struct tables *tables, const struct bound *bound)
{
    const struct type *type = bound->type;
    bell_type *table = bound->table;
    table->name = tables_copy(tables, type->name);
    if (type->kind == TYPE_ENUM) {
        table->kind = BELL_KIND_ENUM;
        table->flags = type->closed ? BELL_TYPE_CLOSED : 0;
        bind_values(tables, type, table);
        return;
    }
    if (type->kind == TYPE_UNION) {
        table->kind = BELL_KIND_UNION;
        table->tag = tables_copy(tables, type->tag);
        table->tag_size = (uint32_t)type->tag.size;
        if (type->content.size != 0) {
            table->content = tables_copy(tables, type->content);
            table->content_size = (uint32_t)type->content.size;
        }
        bind_shared(tables, type, table);
        bind_variants(tables, type, table);
        return;
    }
    table->kind = BELL_KIND_RECORD;
    table->flags = type->strict ? BELL_TYPE_STRICT : 0;
    bind_fields(tables, type, table);
}

/* As clients would send it: however the schema spells 0, it is `0`. */
static bell_string canonical(struct tables *tables, const bell_type *type,
                             const void *value)
{
    struct bell__buf buf;
    bell_string json = {NULL, 0};
    bell_error error;
    bell__buf_open(&buf, tables->arena->memory, 0);
    if (bell__encode(&buf, type, value, &limits, &error) == BELL_OK) {
        bell_string lent = {buf.bytes, buf.size};
        json = bell__arena_copy(tables->arena, lent);
    }
    bell__buf_close(&buf);
    return json;
}

/* Defaults become C values once every table stands. */
static void bind_defaults(struct tables *tables, const struct bound *bound)
{
    bool shared = bound->type->kind == TYPE_UNION;
    const bell_type *record = shared ? bound->table->item : bound->table;
    if (record == NULL) {
        return;
    }
    bell_field *row = (bell_field *)(uintptr_t)record->fields;
    for (struct field *field = bound->type->fields; field != NULL;
         field = field->next, row++) {
        if (field->fallback == NULL) {
            continue;
        }
        void *value = tables_take(tables, row->type->size);
        bell_string json = bind_json(field->fallback, tables->arena);
        bell_error error;
        if (value != NULL && bell__decode(json, row->type, value, tables->arena,
                                          &limits, "", &error) == BELL_OK) {
            bool list = field->shape->kind == SHAPE_LIST ||
                        field->shape->kind == SHAPE_MAP;
            row->fallback = list ? NULL : value; /* empty: as absent */
            field->value = value;
            field->json = canonical(tables, row->type, value);
        }
    }
}

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
    struct type type = {.kind = TYPE_RECORD,
                        .name = method->wire,
                        .fields = &field,
                        .count = 1};
    bell_type *table = tables_take(tables, sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    struct bound bound = {&type, table, false};
    layout_type(tables, &bound);
    bind_type(tables, &bound);
    table->flags = BELL_TYPE_BARE;
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
        errors->text = tables_copy(tables, at->doc);
        errors->data = at->data != NULL ? shape_table(tables, at->data) : NULL;
    }
}

static void bind_methods(struct tables *tables, const struct service *service,
                         bell_service *bound)
{
    bell_method *row =
        tables_take(tables, (service->call_count + 1) * sizeof *row);
    bound->methods = row;
    bound->method_count = (uint32_t)service->call_count;
    for (const struct method *method = service->calls;
         row != NULL && method != NULL; method = method->next, row++) {
        bell_string json = tables_quote(tables, method->wire, "");
        row->name = tables_copy(tables, method->wire);
        row->name_size = (uint16_t)method->wire.size;
        row->json = json.text;
        row->json_size = (uint16_t)json.size;
        row->flags =
            (uint16_t)((method->idempotent ? BELL_METHOD_IDEMPOTENT : 0) |
                       (method->no_reply ? BELL_METHOD_NO_REPLY : 0));
        row->deadline_ms = method->deadline_ms;
        row->params =
            method->params == NULL ? NULL : shape_table(tables, method->params);
        row->result = bind_result(tables, method);
        bind_errors(tables, method, row);
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
        bind_type(tables, &tables->types[i]);
    }
    for (size_t i = 0; i < tables->count && !tables->failed; i++) {
        bind_defaults(tables, &tables->types[i]);
    }
    bound->name = tables_copy(tables, service->name);
    bound->version = tables_copy(tables, service->version);
    bind_methods(tables, service, bound);
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
