/* build_type.c: types from nodes: records with their fields, enums, and what a
 * map that is a type may say. It knows no methods. */
#include "base/codes.h"
#include "model/build.h"
#include "model/number.h"

enum { MEMBERS_MAX = 65535 };

#define TYPE_KEYS  "doc", "name", "deprecated", "examples"
#define FIELD_KEYS "doc", "name", "deprecated", "wire", "default"
#define RULE_KEYS                                                              \
    "min", "max", "min_length", "max_length", "pattern", "min_items",          \
        "max_items", "as", "unit"

struct known {
    const char *key;
    const char *const *of[2]; /* by enum keys */
};

static const char *const type_record[] = {"fields", "strict", "others",
                                          TYPE_KEYS, NULL};
static const char *const type_enum[] = {"enum", "closed", TYPE_KEYS, NULL};
static const char *const type_union[] = {"union", "variants", "fields",
                                         TYPE_KEYS, NULL};
static const char *const type_alias[] = {"type", TYPE_KEYS, RULE_KEYS, NULL};
static const char *const field_record[] = {"fields", "strict", "others",
                                           FIELD_KEYS, NULL};
static const char *const field_enum[] = {"enum", "closed", FIELD_KEYS, NULL};
static const char *const field_union[] = {"union", "variants", "fields",
                                          FIELD_KEYS, NULL};
static const char *const field_alias[] = {"type", FIELD_KEYS, RULE_KEYS, NULL};

static const struct known knowns[] = {
    {"enum", {type_enum, field_enum}},
    {"union", {type_union, field_union}},
    {"type", {type_alias, field_alias}},
    {"fields", {type_record, field_record}},
};

void build_known_keys(struct builder *builder, const struct node *map,
                      enum keys keys)
{
    if (map_kind(map) != MAP_TYPE) {
        return; /* told where the type is wanted */
    }
    for (size_t i = 0; i < sizeof knowns / sizeof knowns[0]; i++) {
        if (map_has(map, knowns[i].key)) {
            take_known(builder, map, knowns[i].of[keys],
                       keys == KEYS_OF_TYPE ? "a type" : "a field");
            return;
        }
    }
}

struct type *build_type_make(struct builder *builder, bell_string name,
                             const struct node *node)
{
    struct type *type = build_take(builder, sizeof *type);
    if (type == NULL) {
        return NULL;
    }
    type->name = name;
    type->place = node->spot->key_place.source != NULL ? node->spot->key_place
                                                       : node->spot->place;
    if (builder->last_type != NULL) {
        builder->last_type->next = type;
    } else {
        builder->service->types = type;
    }
    builder->last_type = type;
    builder->service->type_count++;
    return type;
}

bool build_too_many(struct builder *builder, const struct node *node,
                    const char *what)
{
    if (node->count <= MEMBERS_MAX) {
        return false;
    }
    diag_add(builder->diags, CODE_TOO_MANY, node->spot->place,
             "more than %d %s in one type", MEMBERS_MAX, what);
    return true;
}

/* `name?`: the question mark is no part of the name. */
static void name_field(struct field *field, const struct node *node)
{
    bell_string key = node->key;
    if (key.size > 0 && key.text[key.size - 1] == '?') {
        field->optional = true;
        key.size--;
    }
    field->wire = key;
    field->name = key;
}

static struct field *build_field(struct builder *builder, struct type *type,
                                 const struct node *node)
{
    struct field *field = build_take(builder, sizeof *field);
    if (field == NULL) {
        return NULL;
    }
    field->place = node->spot->key_place;
    name_field(field, node);
    if (!name_check_wire(builder, field->wire, field->place, "this field")) {
        return NULL;
    }
    bell_string inner = field->wire;
    node = map_of_schema(builder, node);
    if (node->kind != NODE_MAP || map_kind(node) == MAP_FIELDS) {
        field->shape = build_shape(builder, node, type->name, inner);
        return field;
    }
    field->said = node;
    build_known_keys(builder, node, KEYS_OF_FIELD);
    take_member_text(builder, node, "wire", &field->wire);
    field->name = node_member(node, "wire") != NULL ? inner : field->wire;
    name_take(builder, node, &field->name);
    take_member_text(builder, node, "doc", &field->doc);
    take_member_text(builder, node, "deprecated", &field->deprecated);
    field->fallback = node_member(node, "default");
    field->optional = field->optional || field->fallback != NULL;
    field->shape = build_shape_in(builder, node, type->name, inner);
    return field;
}

void build_fields(struct builder *builder, struct type *type,
                  const struct node *map)
{
    struct field *last = NULL;
    const struct node *previous = NULL;
    if (!take_map(builder, map) || build_too_many(builder, map, "fields")) {
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        const struct node *before = previous;
        previous = at;
        if (map_is_rest(before, at)) {
            continue; /* told with the one before it */
        }
        struct field *field = build_field(builder, type, at);
        if (field == NULL) {
            continue;
        }
        if (last != NULL) {
            last->next = field;
        } else {
            type->fields = field;
        }
        last = field;
        type->count++;
    }
}

/* 1, 0x10, .inf: a number to whoever reads YAML, and a text on the wire. */
void build_tell_number(struct builder *builder, struct place place,
                       bell_string text)
{
    diag_add(builder->diags, CODE_ENUM, place,
             "%.*s is a number, but this is sent as a string: write '%.*s', in "
             "quotes",
             text.size > 40 ? 40 : (int)text.size, text.text,
             text.size > 40 ? 40 : (int)text.size, text.text);
}

/* `open`, or `{open: What it means.}`, or `{open: {doc: ..., name: ...}}`. */
static struct value *build_value(struct builder *builder,
                                 const struct node *node, bool keyed)
{
    static const char *const known[] = {"doc", "name", NULL};
    struct value *value = build_take(builder, sizeof *value);
    if (value == NULL) {
        return NULL;
    }
    value->place = keyed ? node->spot->key_place : node->spot->place;
    bool number = keyed ? number_is_key(node) : number_is_spelled(node);
    if (number && (keyed || node->kind == NODE_TEXT)) {
        build_tell_number(builder, value->place,
                          keyed ? node->key : node->text);
    }
    if (keyed && number_is_spelled(node)) {
        diag_add(
            builder->diags, CODE_ENUM, node->spot->place,
            "the text after a value is its doc, but this is a number: write "
            "the values as a list, {enum: [low, high]}, or the doc in quotes");
        return NULL;
    }
    if (keyed) {
        value->wire = node->key;
    } else if (!take_text(builder, node, &value->wire)) {
        return NULL;
    }
    value->name = value->wire;
    if (!name_check_wire(builder, value->wire, value->place, "this value")) {
        return NULL;
    }
    if (keyed && node->kind == NODE_MAP) {
        take_known(builder, node, known, "a value");
        take_member_text(builder, node, "doc", &value->doc);
        name_take(builder, node, &value->name);
    } else if (keyed && !node_is_null(node)) {
        take_text(builder, node, &value->doc);
    }
    return value;
}

static void build_enum(struct builder *builder, struct type *type,
                       const struct node *node)
{
    struct value *last = NULL;
    bool keyed = node->kind == NODE_MAP;
    if ((!keyed && !take_list(builder, node)) ||
        build_too_many(builder, node, "values")) {
        return;
    }
    if (node->count == 0) {
        diag_add(builder->diags, CODE_ENUM, node->spot->place,
                 "an enum needs at least one value");
    }
    for (const struct node *at = node->first; at != NULL; at = at->next) {
        struct value *value = build_value(builder, at, keyed);
        if (value == NULL) {
            continue;
        }
        if (last != NULL) {
            last->next = value;
        } else {
            type->values = value;
        }
        last = value;
        type->count++;
    }
}

/* `others: json` is a map of what no field names. */
static struct shape *build_others(struct builder *builder,
                                  const struct type *type,
                                  const struct node *node)
{
    struct shape *item =
        build_shape(builder, node, type->name, BELL_STR("other"));
    struct shape *map =
        item == NULL ? NULL : build_shape_make(builder, SHAPE_MAP, item->place);
    if (map != NULL) {
        map->item = item;
    }
    return map;
}

void build_type_body(struct builder *builder, struct type *type,
                     const struct node *map)
{
    take_member_text(builder, map, "doc", &type->doc);
    take_member_text(builder, map, "deprecated", &type->deprecated);
    type->examples = type->inlined ? NULL : node_member(map, "examples");
    if (map_has(map, "enum")) {
        type->kind = TYPE_ENUM;
        take_member_bool(builder, map, "closed", &type->closed);
        build_enum(builder, type, node_member(map, "enum"));
        return;
    }
    if (map_has(map, "union")) {
        type->kind = TYPE_UNION;
        build_union(builder, type, map, node_member(map, "union"));
        return;
    }
    if (map_has(map, "type") && map_kind(map) == MAP_TYPE) {
        type->kind = TYPE_ALIAS;
        type->alias = build_shape_ruled(builder, map, type->name,
                                        BELL_STR("of"), type->name);
        return;
    }
    type->kind = TYPE_RECORD;
    const struct node *others = node_member(map, "others");
    take_member_bool(builder, map, "strict", &type->strict);
    build_fields(builder, type, node_member(map, "fields"));
    if (others != NULL) {
        type->others = build_others(builder, type, others);
    }
}

static void build_declared(struct builder *builder, struct type *type,
                           const struct node *node)
{
    node = map_of_schema(builder, node);
    if (node->kind != NODE_MAP) {
        type->kind = TYPE_ALIAS;
        type->alias = build_shape(builder, node, type->name, type->name);
        return;
    }
    switch (map_kind(node)) {
    case MAP_FIELDS:
        type->kind = TYPE_RECORD;
        if (map_check_fields(builder, node, map_cure)) {
            build_fields(builder, type, node);
        }
        return;
    case MAP_TYPES:
        if (!map_tell_types(builder, node)) {
            return;
        }
        break;
    case MAP_TYPE:
        break;
    }
    build_known_keys(builder, node, KEYS_OF_TYPE);
    name_take(builder, node, &type->name);
    build_type_body(builder, type, node);
}

static bool is_type_name(bell_string name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (strchr(" \t<>[]()|,?{}&*!:'\"", name.text[i]) != NULL) {
            return false;
        }
    }
    return true;
}

/* A type of a file read before: twice the same is one type. */
static bool is_told_before(struct builder *builder, const struct node *node)
{
    const struct type *first = builder->earlier != NULL
                                   ? index_find(builder->earlier, node->key)
                                   : NULL;
    if (first == NULL) {
        return false;
    }
    if (!node_equal(first->said, node)) {
        struct diag *diag = diag_add(
            builder->diags, CODE_COLLISION, node->spot->key_place,
            "the type '%.*s' is declared differently in another file",
            node->key.size > 64 ? 64 : (int)node->key.size, node->key.text);
        diag_second(builder->diags, diag, first->said->spot->key_place,
                    "the other one is here");
    }
    return true;
}

void build_types(struct builder *builder, const struct node *types)
{
    if (types == NULL || !take_map(builder, types)) {
        return;
    }
    for (const struct node *at = types->first; at != NULL; at = at->next) {
        if (!name_check_wire(builder, at->key, at->spot->key_place,
                             "this type")) {
            continue;
        }
        if (!is_type_name(at->key)) {
            diag_add(
                builder->diags, CODE_NAME, at->spot->key_place,
                "a type's name cannot contain spaces, brackets or punctuation");
            continue;
        }
        if (shape_is_builtin(at->key)) {
            diag_add(builder->diags, CODE_NAME, at->spot->key_place,
                     "'%.*s' is a built-in type: choose another name",
                     (int)at->key.size, at->key.text);
            continue;
        }
        if (is_told_before(builder, at)) {
            continue;
        }
        struct type *type = build_type_make(builder, at->key, at);
        if (type != NULL) {
            type->said = at;
            build_declared(builder, type, at);
        }
    }
}
