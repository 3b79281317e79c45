/* layout.c: where fields lie in a C struct. The rules are those of generated
 * code, so a table made here is what a compiler would make. */
#include "bind/tables.h"

#include <stdalign.h>

/* Equal for every list and every map. */
struct any_list {
    const void *items;
    size_t count;
};

uint32_t layout_round(uint32_t offset, uint32_t align)
{
    return (offset + align - 1) / align * align;
}

struct place_of {
    uint32_t size;
    uint32_t align;
};

#define PLACE(upper, name, type, ...)                                          \
    [SCALAR_##upper] = {sizeof(type), alignof(type)},

static const struct place_of scalar_places[SCALAR_COUNT] = {SCALARS(PLACE)};

static uint32_t named_align(const struct shape *shape, struct tables *tables)
{
    if (shape->type->kind == TYPE_ENUM) {
        return alignof(bell_enum);
    }
    struct bound *bound = tables_find(tables, shape->type);
    layout_type(tables, bound);
    uint32_t align = shape->type->kind == TYPE_UNION ? alignof(bell_union)
                     : shape->type->others != NULL   ? alignof(struct any_list)
                                                     : 1;
    for (const struct field *field = shape->type->fields; field != NULL;
         field = field->next) {
        bool pointer = field->optional || field->shape->nullable;
        bool record = field->shape->kind == SHAPE_NAMED &&
                      field->shape->type->kind != TYPE_ENUM;
        uint32_t wants = pointer && record ? alignof(void *)
                                           : layout_align(tables, field->shape);
        align = wants > align ? wants : align;
        if (field->optional && field->shape->nullable &&
            align < alignof(bell_presence)) {
            align = alignof(bell_presence);
        }
    }
    return align;
}

uint32_t layout_align(struct tables *tables, const struct shape *shape)
{
    if (shape->kind == SHAPE_SCALAR) {
        return scalar_places[shape->scalar].align;
    }
    if (shape->kind != SHAPE_NAMED) {
        return alignof(struct any_list);
    }
    return named_align(shape, tables);
}

uint32_t layout_size(struct tables *tables, const struct shape *shape)
{
    if (shape->kind == SHAPE_SCALAR) {
        return scalar_places[shape->scalar].size;
    }
    if (shape->kind != SHAPE_NAMED) {
        return sizeof(struct any_list);
    }
    if (shape->type->kind == TYPE_ENUM) {
        return sizeof(bell_enum);
    }
    struct bound *bound = tables_find(tables, shape->type);
    layout_type(tables, bound);
    return bound->table->size;
}

struct walk {
    uint32_t at;
    uint32_t align;
};

static uint32_t put(struct walk *walk, uint32_t size, uint32_t align)
{
    uint32_t offset = layout_round(walk->at, align);
    walk->at = offset + size;
    walk->align = align > walk->align ? align : walk->align;
    return offset;
}

static bool is_struct(const struct shape *shape)
{
    return shape->kind == SHAPE_NAMED && shape->type->kind != TYPE_ENUM;
}

static void place_field(struct tables *tables, const struct field *field,
                        bell_field *row, struct walk *walk)
{
    bool nullable = field->shape->nullable;
    row->state = BELL_STATE_REQUIRED;
    if (field->optional && nullable) {
        row->state = BELL_STATE_EITHER;
    } else if (field->optional) {
        row->state = BELL_STATE_OPTIONAL;
    } else if (nullable) {
        row->state = BELL_STATE_NULLABLE;
    }
    row->by_pointer =
        row->state != BELL_STATE_REQUIRED && is_struct(field->shape);
    if (row->state == BELL_STATE_EITHER) {
        row->has_offset =
            (uint16_t)put(walk, sizeof(bell_presence), alignof(bell_presence));
    } else if (row->state != BELL_STATE_REQUIRED && !row->by_pointer) {
        row->has_offset = put(walk, sizeof(bool), alignof(bool));
    }
    if (row->by_pointer) {
        row->offset = put(walk, sizeof(void *), alignof(void *));
        return;
    }
    row->offset = put(walk, layout_size(tables, field->shape),
                      layout_align(tables, field->shape));
}

static void place_record(struct tables *tables, const struct type *type,
                         bell_type *table)
{
    size_t count = type->count;
    bell_field *rows = tables_take(tables, (count + 1) * sizeof *rows);
    table->fields = rows;
    struct walk walk = {0, 1};
    if (rows == NULL) {
        return;
    }
    for (const struct field *field = type->fields; field != NULL;
         field = field->next) {
        place_field(tables, field, rows++, &walk);
    }
    if (type->others != NULL) {
        table->item_offset =
            put(&walk, sizeof(struct any_list), alignof(struct any_list));
    }
    uint32_t size = walk.at != 0 ? walk.at : 1; /* C has no empty structs */
    table->size = layout_round(size, walk.align);
}

/* The fields that variants share, as a record over the union's own struct. */
static bell_type *place_shared(struct tables *tables, const struct type *type,
                               struct walk *walk)
{
    bell_type *shared = tables_take(tables, sizeof *shared);
    bell_field *rows =
        tables_take(tables, (type->shared_count + 1) * sizeof *rows);
    if (shared == NULL || rows == NULL) {
        return NULL;
    }
    shared->kind = BELL_KIND_RECORD;
    shared->count = (uint16_t)type->shared_count;
    shared->fields = rows;
    for (const struct field *field = type->fields; field != NULL;
         field = field->next) {
        place_field(tables, field, rows++, walk);
    }
    return shared;
}

static void place_union(struct tables *tables, const struct type *type,
                        bell_type *table)
{
    bell_variant *rows = tables_take(tables, (type->count + 1) * sizeof *rows);
    table->variants = rows;
    struct walk walk = {sizeof(bell_union), alignof(bell_union)};
    bell_type *shared = NULL;
    if (type->shared_count != 0) {
        shared = place_shared(tables, type, &walk);
        table->item = shared;
    }
    for (size_t i = 0; rows != NULL && i < type->count; i++) {
        rows[i].offset = put(&walk, sizeof(void *), alignof(void *));
    }
    table->size = layout_round(walk.at, walk.align);
    if (shared != NULL) {
        shared->size = table->size;
    }
}

void layout_type(struct tables *tables, struct bound *bound)
{
    if (bound->placed) {
        return;
    }
    bound->placed = true;
    bound->table->count = (uint16_t)bound->type->count;
    if (bound->type->kind == TYPE_RECORD) {
        place_record(tables, bound->type, bound->table);
    } else if (bound->type->kind == TYPE_UNION) {
        place_union(tables, bound->type, bound->table);
    } else {
        bound->table->size = sizeof(bell_enum);
    }
}
