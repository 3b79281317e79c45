/* shape.c: the table of a type as it is used in a place. */
#include "bind/tables.h"

#include <stdio.h>
#include <string.h>

#define CODEC_none     NULL
#define CODEC_float32  &bell_codec_float32
#define CODEC_float64  &bell_codec_float64
#define CODEC_bytes    &bell_codec_bytes
#define CODEC_datetime &bell_codec_datetime
#define CODEC_date     &bell_codec_date
#define CODEC_duration &bell_codec_duration
#define CODEC_uuid     &bell_codec_uuid
#define CODEC_decimal  &bell_codec_decimal

#define PLAIN(upper, name_, type, number, codec_)                              \
    [SCALAR_##upper] = {.kind = BELL_KIND_##upper,                             \
                        .size = sizeof(type),                                  \
                        .name = #name_,                                        \
                        .codec = CODEC_##codec_},
#define FORMED(kind_, type_, flag_, name_, codec_)                             \
    {                                                                          \
        .kind = BELL_KIND_##kind_, .flags = BELL_TYPE_##flag_,                 \
        .size = sizeof(type_), .name = (name_), .codec = &bell_codec_##codec_  \
    }

static const bell_type scalars[SCALAR_COUNT] = {SCALARS(PLAIN)};

static const bell_type formed[FORM_COUNT] = {
    [FORM_SECONDS] = FORMED(DURATION, int64_t, SECONDS, "seconds", units),
    [FORM_MILLISECONDS] =
        FORMED(DURATION, int64_t, MILLISECONDS, "milliseconds", units),
    [FORM_NUMBER] = FORMED(DECIMAL, bell_string, NUMBER, "number", decimal),
    [FORM_UNIX_SECONDS] =
        FORMED(DATETIME, bell_datetime, SECONDS, "unix_seconds", unix),
    [FORM_UNIX_MILLISECONDS] = FORMED(DATETIME, bell_datetime, MILLISECONDS,
                                      "unix_milliseconds", unix),
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

static const bell_type *plain(struct tables *tables, const struct shape *shape)
{
    if (shape->kind == SHAPE_SCALAR) {
        return shape->form != FORM_TEXT ? &formed[shape->form]
                                        : &scalars[shape->scalar];
    }
    if (shape->kind == SHAPE_NAMED) {
        return tables_find(tables, shape->type)->table;
    }
    return list(tables, shape);
}

/* The plain type under its rules, the innermost first. */
static const bell_type *under(struct tables *tables, const struct shape *shape,
                              const struct rule *rule)
{
    if (rule == NULL) {
        return plain(tables, shape);
    }
    const bell_type *item = under(tables, shape, rule->next);
    if (item == NULL || !rule_limits(rule)) {
        return item;
    }
    bell_type *table = tables_take(tables, sizeof *table);
    if (table != NULL) {
        table->kind = BELL_KIND_RULED;
        table->size = item->size;
        table->name = item->name;
        table->item = item;
        table->rule = &rule->table;
        table->codec = &bell_codec_ruled;
    }
    return table;
}

static const bell_type *bare(struct tables *tables, const struct shape *shape)
{
    return under(tables, shape, shape->rules);
}

const bell_type *shape_table(struct tables *tables, const struct shape *shape)
{
    return bare(tables, shape);
}
