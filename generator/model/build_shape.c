/* build_shape.c: a type where one is used: text, or a map that is one. It
 * knows no section of a schema. */
#include "base/codes.h"
#include "base/words.h"
#include "model/build.h"

/* A method's name, and what stands there; deeper places have longer names. */
enum { PLACE_NAME_MAX = 600 };

bell_string build_place_name(struct builder *builder, bell_string outer,
                             bell_string inner)
{
    bell_string name = {NULL, 0};
    bell_string left = words_join(outer, CASE_PASCAL, builder->arena);
    bell_string right = words_join(inner, CASE_PASCAL, builder->arena);
    size_t size = left.size + right.size;
    if (size > PLACE_NAME_MAX) {
        return name;
    }
    char *bytes = bell__arena_bytes(builder->arena, size + 1);
    if (left.text == NULL || right.text == NULL || bytes == NULL) {
        builder->short_of_memory = true;
        return name;
    }
    memcpy(bytes, left.text, left.size);
    memcpy(bytes + left.size, right.text, right.size);
    bytes[size] = '\0';
    name.text = bytes;
    name.size = size;
    return name;
}

/* `text` NULL: told. */
static bell_string name_place(struct builder *builder, const struct node *map,
                              bell_string outer, bell_string inner)
{
    bell_string name = build_place_name(builder, outer, inner);
    if (name.text == NULL && !builder->short_of_memory) {
        diag_add(builder->diags, CODE_TOO_DEEP, map->spot->place,
                 "the name that this type would get in code is longer than %d "
                 "bytes: declare the type in 'types'",
                 PLACE_NAME_MAX);
    }
    return name;
}

struct type *build_inlined(struct builder *builder, const struct node *map,
                           bell_string outer, bell_string inner)
{
    bell_string name = name_place(builder, map, outer, inner);
    struct type *type =
        name.text == NULL ? NULL : build_type_make(builder, name, map);
    if (type != NULL) {
        type->inlined = true;
    }
    return type;
}

struct shape *build_shape_of(struct builder *builder, struct type *type)
{
    if (type == NULL) {
        return NULL;
    }
    struct shape *shape = build_shape_make(builder, SHAPE_NAMED, type->place);
    if (shape != NULL) {
        shape->name = type->name;
        shape->type = type;
    }
    return shape;
}

static struct shape *build_record(struct builder *builder,
                                  const struct node *map,
                                  const struct node *fields, bell_string outer,
                                  bell_string inner)
{
    struct type *type = build_inlined(builder, map, outer, inner);
    if (type != NULL) {
        type->kind = TYPE_RECORD;
        build_fields(builder, type, fields);
    }
    return build_shape_of(builder, type);
}

struct shape *build_shape_fields(struct builder *builder,
                                 const struct node *map, bell_string outer,
                                 bell_string inner)
{
    const struct node *meant = map_of_schema(builder, map);
    if (meant != map) {
        return build_shape(builder, meant, outer, inner);
    }
    if (map->count == 1 && map_has(map, "fields")) {
        return build_record(builder, map, map->first, outer, inner);
    }
    if (!map_check_fields(
            builder, map,
            "declare the type in 'types' and write its name here")) {
        return NULL;
    }
    struct shape *shape = build_record(builder, map, map, outer, inner);
    if (shape != NULL) {
        shape->type->only_type = map->count == 1 && map_has(map, "type") &&
                                 map->first->kind == NODE_TEXT;
    }
    return shape;
}

/* A map with `type` may say more than that: what it does is looked at when the
 * type is known. */
static void add_rule(struct builder *builder, const struct node *map,
                     struct shape *shape, bell_string name)
{
    static const char *const keys[] = {"min",        "max",     "min_length",
                                       "max_length", "pattern", "min_items",
                                       "max_items",  "as",      "unit"};
    bool some = false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        some = some || node_member(map, keys[i]) != NULL;
    }
    if (!some || shape == NULL) {
        return;
    }
    struct rule *rule = build_take(builder, sizeof *rule);
    if (rule != NULL) {
        rule->said = map;
        rule->name = name;
        rule->next = shape->rules;
        shape->rules = rule;
    }
}

struct shape *build_shape_ruled(struct builder *builder, const struct node *map,
                                bell_string outer, bell_string inner,
                                bell_string name)
{
    const struct node *node = node_member(map, "type");
    struct shape *shape = build_shape(builder, node, outer, inner);
    add_rule(builder, map, shape, name);
    return shape;
}

struct shape *build_shape_in(struct builder *builder, const struct node *node,
                             bell_string outer, bell_string inner)
{
    switch (map_kind(node)) {
    case MAP_FIELDS:
        return map_check_fields(builder, node, map_cure)
                   ? build_record(builder, node, node, outer, inner)
                   : NULL;
    case MAP_TYPES:
        if (!map_tell_types(builder, node)) {
            return NULL;
        }
        break;
    case MAP_TYPE:
        break;
    }
    if (map_has(node, "type") && map_kind(node) == MAP_TYPE) {
        bell_string name = name_place(builder, node, outer, inner);
        return name.text == NULL
                   ? NULL
                   : build_shape_ruled(builder, node, outer, inner, name);
    }
    struct type *type = build_inlined(builder, node, outer, inner);
    if (type != NULL) {
        build_type_body(builder, type, node);
    }
    return build_shape_of(builder, type);
}

struct shape *build_shape(struct builder *builder, const struct node *node,
                          bell_string outer, bell_string inner)
{
    node = map_of_schema(builder, node);
    if (node->kind == NODE_MAP) {
        build_known_keys(builder, node, KEYS_OF_TYPE);
        return build_shape_in(builder, node, outer, inner);
    }
    return take_type(builder, node) ? build_shape_text(builder, node) : NULL;
}
