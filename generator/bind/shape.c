/* shape.c: the table of a type as it is used in a place. */
#include "bind/tables.h"

#include <stdio.h>
#include <string.h>

static const bell_type scalars[] = {
    [SCALAR_BOOL] = {.kind = BELL_KIND_BOOL,
                     .size = sizeof(bool),
                     .name = "bool"},
    [SCALAR_INT32] = {.kind = BELL_KIND_INT32,
                      .size = sizeof(int32_t),
                      .name = "int32"},
    [SCALAR_INT64] = {.kind = BELL_KIND_INT64,
                      .size = sizeof(int64_t),
                      .name = "int64"},
    [SCALAR_UINT32] = {.kind = BELL_KIND_UINT32,
                       .size = sizeof(uint32_t),
                       .name = "uint32"},
    [SCALAR_UINT64] = {.kind = BELL_KIND_UINT64,
                       .size = sizeof(uint64_t),
                       .name = "uint64"},
    [SCALAR_FLOAT32] = {.kind = BELL_KIND_FLOAT32,
                        .size = sizeof(float),
                        .name = "float32"},
    [SCALAR_FLOAT64] = {.kind = BELL_KIND_FLOAT64,
                        .size = sizeof(double),
                        .name = "float64"},
    [SCALAR_STRING] = {.kind = BELL_KIND_STRING,
                       .size = sizeof(bell_string),
                       .name = "string"},
    [SCALAR_JSON] = {.kind = BELL_KIND_JSON,
                     .size = sizeof(bell_json),
                     .name = "json"},
};

static const bell_type *bare(struct tables *tables, const struct shape *shape);

static const char *name_around(struct tables *tables, const char *before,
                               const char *name, const char *after)
{
    size_t size = strlen(before) + strlen(name) + strlen(after) + 1;
    char *text = tables_take(tables, size);
    if (text == NULL) {
        return "";
    }
    snprintf(text, size, "%s%s%s", before, name, after);
    return text;
}

/* T | null as an item: {bool has_value; T value}. */
static const bell_type *option(struct tables *tables, const struct shape *shape)
{
    const bell_type *item = bare(tables, shape);
    bell_type *table = tables_take(tables, sizeof *table);
    if (item == NULL || table == NULL) {
        return NULL;
    }
    uint32_t align = layout_align(tables, shape);
    table->kind = BELL_KIND_OPTION;
    table->name = name_around(tables, "", item->name, " | null");
    table->item = item;
    table->item_offset = layout_round(sizeof(bool), align);
    table->size = layout_round(table->item_offset + item->size, align);
    return table;
}

/* What lies in a list's or map's memory, and how it is aligned. */
static const bell_type *element(struct tables *tables,
                                const struct shape *shape, uint32_t *align)
{
    *align = layout_align(tables, shape);
    return shape->nullable ? option(tables, shape) : bare(tables, shape);
}

static const bell_type *list(struct tables *tables, const struct shape *shape)
{
    uint32_t align = 1;
    const bell_type *item = element(tables, shape->item, &align);
    bell_type *table = tables_take(tables, sizeof *table);
    if (item == NULL || table == NULL) {
        return NULL;
    }
    table->size = 2 * sizeof(size_t);
    table->item = item;
    if (shape->kind == SHAPE_LIST) {
        table->kind = BELL_KIND_LIST;
        table->name = name_around(tables, "", item->name, "[]");
        table->stride = item->size;
        return table;
    }
    uint32_t whole = align > sizeof(void *) ? align : sizeof(void *);
    table->kind = BELL_KIND_MAP;
    table->name = name_around(tables, "map<", item->name, ">");
    table->item_offset = layout_round(sizeof(bell_string), align);
    table->stride = layout_round(table->item_offset + item->size, whole);
    return table;
}

static const bell_type *bare(struct tables *tables, const struct shape *shape)
{
    if (shape->kind == SHAPE_SCALAR) {
        return &scalars[shape->scalar];
    }
    if (shape->kind == SHAPE_NAMED) {
        return tables_find(tables, shape->type)->table;
    }
    return list(tables, shape);
}

const bell_type *shape_table(struct tables *tables, const struct shape *shape)
{
    return bare(tables, shape);
}
