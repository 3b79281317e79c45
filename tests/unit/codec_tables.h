/* codec_tables.h: structs and tables of every kind, as generated code would
 * have them, for tests of the codec. */
#ifndef TESTS_UNIT_CODEC_TABLES_H
#define TESTS_UNIT_CODEC_TABLES_H

#include "unit/codec_words.h"

static const bell_value color_values[] = {VALUE("red"), VALUE("dark green")};
static const bell_type t_color = {.kind = BELL_KIND_ENUM,
                                  .count = 2,
                                  .size = sizeof(bell_enum),
                                  .name = "Color",
                                  .values = color_values};
static const bell_type t_closed = {.kind = BELL_KIND_ENUM,
                                   .flags = BELL_TYPE_CLOSED,
                                   .count = 2,
                                   .size = sizeof(bell_enum),
                                   .name = "Closed",
                                   .values = color_values};

typedef struct scalars {
    bool flag;
    int32_t small;
    int64_t large;
    uint32_t natural;
    uint64_t huge;
    float narrow;
    double wide;
    bell_string text;
    bell_json free_form;
    bell_enum color;
    bell_enum closed;
} scalars;
static const bell_field scalars_fields[] = {
    FIELD(scalars, flag, &t_bool),      FIELD(scalars, small, &t_int32),
    FIELD(scalars, large, &t_int64),    FIELD(scalars, natural, &t_uint32),
    FIELD(scalars, huge, &t_uint64),    FIELD(scalars, narrow, &t_float32),
    FIELD(scalars, wide, &t_float64),   FIELD(scalars, text, &t_string),
    FIELD(scalars, free_form, &t_json), FIELD(scalars, color, &t_color),
    FIELD(scalars, closed, &t_closed)};
static const bell_type t_scalars =
    RECORD(scalars, "Scalars", scalars_fields, 0);

typedef struct states states;
struct states {
    bool has_optional;
    int64_t optional;
    bool has_nullable;
    bell_string nullable;
    bell_presence either_state;
    bell_string either;
    const states *pointer; /* ? */
    const states *nothing; /* | null */
    bell_presence both_state;
    const states *both; /* ? and | null */
    bool has_assumed;
    int32_t assumed; /* default 20 */
    bool has_anything;
    bell_json anything;
};
static const int32_t states_assumed = 20;
static const bell_type t_states;
static const bell_field states_fields[] = {
    FIELD_HAS(states, optional, &t_int64, BELL_STATE_OPTIONAL, has_optional),
    FIELD_HAS(states, nullable, &t_string, BELL_STATE_NULLABLE, has_nullable),
    FIELD_HAS(states, either, &t_string, BELL_STATE_EITHER, either_state),
    FIELD_POINTER(states, pointer, &t_states, BELL_STATE_OPTIONAL),
    FIELD_POINTER(states, nothing, &t_states, BELL_STATE_NULLABLE),
    {.key = "\"both\":",
     .name = "both",
     .key_size = 7,
     .name_size = 4,
     .state = BELL_STATE_EITHER,
     .by_pointer = 1,
     .has_offset = offsetof(states, both_state),
     .offset = offsetof(states, both),
     .type = &t_states},
    {.key = "\"assumed\":",
     .name = "assumed",
     .key_size = 10,
     .name_size = 7,
     .state = BELL_STATE_OPTIONAL,
     .has_offset = offsetof(states, has_assumed),
     .offset = offsetof(states, assumed),
     .type = &t_int32,
     .fallback = &states_assumed},
    FIELD_HAS(states, anything, &t_json, BELL_STATE_OPTIONAL, has_anything)};
static const bell_type t_states = RECORD(states, "States", states_fields, 0);

typedef struct point {
    int64_t x;
    int64_t y;
} point;
static const bell_field point_fields[] = {FIELD(point, x, &t_int64),
                                          FIELD(point, y, &t_int64)};
static const bell_type t_point =
    RECORD(point, "Point", point_fields, BELL_TYPE_STRICT);

typedef struct named {
    bell_string name;
} named;
static const bell_field named_fields[] = {FIELD(named, name, &t_string)};
static const bell_type t_named = RECORD(named, "Named", named_fields, 0);

typedef struct shape {
    int tag;
    bell_string tag_text;
    bell_json raw;
    const point *point;
    const named *named;
} shape;
static const bell_variant shape_variants[] = {{.text = "point",
                                               .json = "\"point\"",
                                               .text_size = 5,
                                               .json_size = 7,
                                               .offset = offsetof(shape, point),
                                               .type = &t_point},
                                              {.text = "named",
                                               .json = "\"named\"",
                                               .text_size = 5,
                                               .json_size = 7,
                                               .offset = offsetof(shape, named),
                                               .type = &t_named}};
static const bell_type t_shape = {.kind = BELL_KIND_UNION,
                                  .count = 2,
                                  .size = sizeof(shape),
                                  .name = "Shape",
                                  .variants = shape_variants,
                                  .tag = "type",
                                  .tag_size = 4};

typedef struct maybe {
    bool has_value;
    int64_t value;
} maybe;
static const bell_type t_maybe = {.kind = BELL_KIND_OPTION,
                                  .size = sizeof(maybe),
                                  .name = "int64 | null",
                                  .item = &t_int64,
                                  .item_offset = offsetof(maybe, value)};

typedef struct point_list {
    const point *items;
    size_t count;
} point_list;
typedef struct string_list {
    const bell_string *items;
    size_t count;
} string_list;
typedef struct maybe_list {
    const maybe *items;
    size_t count;
} maybe_list;
typedef struct entry {
    bell_string key;
    int64_t value;
} entry;
typedef struct int64_map {
    const entry *items;
    size_t count;
} int64_map;
typedef struct shape_list {
    const shape *items;
    size_t count;
} shape_list;
static const bell_type t_points = LIST(point_list, "Point[]", &t_point, point);
static const bell_type t_strings =
    LIST(string_list, "string[]", &t_string, bell_string);
static const bell_type t_maybes =
    LIST(maybe_list, "(int64 | null)[]", &t_maybe, maybe);
static const bell_type t_shapes = LIST(shape_list, "Shape[]", &t_shape, shape);
static const bell_type t_counts = {.kind = BELL_KIND_MAP,
                                   .size = sizeof(int64_map),
                                   .name = "map<int64>",
                                   .item = &t_int64,
                                   .item_offset = offsetof(entry, value),
                                   .stride = sizeof(entry)};

typedef struct many {
    point_list points;
    string_list strings;
    maybe_list maybes;
    int64_map counts;
    shape_list shapes;
} many;
static const bell_field many_fields[] = {
    FIELD(many, points, &t_points), FIELD(many, strings, &t_strings),
    FIELD(many, maybes, &t_maybes), FIELD(many, counts, &t_counts),
    FIELD(many, shapes, &t_shapes)};
static const bell_type t_many = RECORD(many, "Many", many_fields, 0);

typedef struct bare {
    point_list value;
} bare;
static const bell_field bare_fields[] = {FIELD(bare, value, &t_points)};
static const bell_type t_bare =
    RECORD(bare, "Bare", bare_fields, BELL_TYPE_BARE);

#endif
