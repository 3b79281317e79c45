/* defaults.c: fields' defaults as C values, once every table stands. It tells
 * nobody what is wrong with one: that is examples.c's. */
#include "base/buf.h"
#include "bind/tables.h"
#include "record/codec.h"

const struct bell__codec_limits bind_limits = {
    .depth_max = 64, .items_max = 1024 * 1024, .rules = true};

/* However the schema spells 0, it is `0`. */
static bell_string canonical(struct tables *tables, const bell_type *type,
                             const void *value)
{
    struct bell__buf buf;
    bell_string json = {NULL, 0};
    bell_error error;
    bell__buf_open(&buf, tables->arena->memory, 0);
    if (bell__encode(&buf, type, value, &bind_limits, &error) == BELL_OK) {
        bell_string lent = {buf.bytes, buf.size};
        json = bell__arena_copy(tables->arena, lent);
    }
    bell__buf_close(&buf);
    return json;
}

static void bind_field(struct tables *tables, const struct field *field,
                       bell_field *row, struct default_value *made)
{
    void *value = tables_take(tables, row->type->size);
    bell_string json = bind_json(field->fallback, tables->arena);
    bell_error error;
    if (value == NULL || bell__decode(json, row->type, value, tables->arena,
                                      &bind_limits, "", &error) != BELL_OK) {
        return;
    }
    bool list =
        field->shape->kind == SHAPE_LIST || field->shape->kind == SHAPE_MAP;
    row->fallback = list ? NULL : value; /* empty: as absent */
    made->value = value;
    made->json = canonical(tables, row->type, value);
}

static bool has_defaults(const struct type *type)
{
    const struct field *at = type->fields;
    while (at != NULL && at->fallback == NULL) {
        at = at->next;
    }
    return at != NULL;
}

void defaults_bind(struct tables *tables, struct bound *bound)
{
    const struct type *type = bound->type;
    bool shared = type->kind == TYPE_UNION;
    const bell_type *record = shared ? bound->table->item : bound->table;
    if (record == NULL || !has_defaults(type)) {
        return;
    }
    bound->defaults =
        tables_take(tables, record->count * sizeof *bound->defaults);
    bell_field *row = (bell_field *)(uintptr_t)record->fields;
    struct default_value *made = bound->defaults;
    for (const struct field *field = type->fields;
         made != NULL && field != NULL; field = field->next, row++, made++) {
        if (field->fallback != NULL) {
            bind_field(tables, field, row, made);
        }
    }
}
