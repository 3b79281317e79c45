/* types.c: the table of a type that is placed: what its fields, values and
 * variants are called. It knows no section of a schema. */
#include "bind/tables.h"

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

void type_bind(struct tables *tables, const struct bound *bound)
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
        table->flags = type->by_kind ? BELL_TYPE_BY_KIND : 0;
        if (type->by_kind) {
            table->codec = &bell_codec_by_kind;
        } else {
            table->tag = tables_copy(tables, type->tag);
            table->tag_size = (uint32_t)type->tag.size;
        }
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
    if (type->others != NULL) {
        table->flags = BELL_TYPE_OTHERS;
        table->item = shape_table(tables, type->others);
        table->codec = &bell_codec_others;
    }
    bind_fields(tables, type, table);
}

bell_type *record_make(struct tables *tables, bell_string name,
                       struct field *fields, size_t count)
{
    struct type type = {
        .kind = TYPE_RECORD, .name = name, .fields = fields, .count = count};
    bell_type *table = tables_take(tables, sizeof *table);
    struct bound bound = {.type = &type, .table = table};
    if (table == NULL) {
        return NULL;
    }
    layout_type(tables, &bound);
    type_bind(tables, &bound);
    return table;
}
