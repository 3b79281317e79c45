/* map.c: what a map says where a type may stand: a type, or fields in place.
 * It builds nothing. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"
#include "model/number.h"

const char map_cure[] =
    "a map that is a type has type, enum, union or fields as a key";

static bool is_text(const struct node *node)
{
    return node->kind == NODE_TEXT && !number_is_spelled(node);
}

/* The value of a keyword in its form: else the key is a field's name. */
static bool is_keyword(const struct node *node)
{
    char first = node->key.size != 0 ? node->key.text[0] : '\0';
    if (first != 't' && first != 'e' && first != 'u' && first != 'f') {
        return false; /* as most names of fields */
    }
    if (bell__str_is(node->key, "type")) {
        return is_text(node) ||
               (node->kind == NODE_MAP && map_kind(node) != MAP_FIELDS);
    }
    if (bell__str_is(node->key, "enum")) {
        return node->kind == NODE_LIST || node->kind == NODE_MAP;
    }
    if (bell__str_is(node->key, "union")) {
        return is_text(node) || node->kind == NODE_MAP;
    }
    return bell__str_is(node->key, "fields") && node->kind == NODE_MAP;
}

bool map_has(const struct node *map, const char *keyword)
{
    const struct node *node = node_member(map, keyword);
    return node != NULL && is_keyword(node);
}

enum map_kind map_kind(const struct node *map)
{
    size_t count = 0;
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        count += is_keyword(at) ? 1 : 0;
    }
    if (count > 1 && map_has(map, "union") && map_has(map, "fields")) {
        count--; /* what all variants share */
    }
    return count == 0 ? MAP_FIELDS : count == 1 ? MAP_TYPE : MAP_TYPES;
}

static bool is_sign(char byte)
{
    return byte != '\0' && strchr("|<>[]() ", byte) != NULL;
}

/* A gap between two words: no type has one. */
static bool is_gap(bell_string text, size_t at)
{
    return text.text[at] == ' ' && at > 0 && at + 1 < text.size &&
           !is_sign(text.text[at - 1]) && !is_sign(text.text[at + 1]);
}

/* Spelled like a type; whether there is such a type is told later. */
static bool may_be_type(const struct node *node)
{
    bell_string text = node->text;
    if (node->kind != NODE_TEXT || text.size == 0 || number_is_spelled(node) ||
        bell__str_is(text, "true") || bell__str_is(text, "false")) {
        return node->kind == NODE_MAP;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (is_gap(text, i) || strchr(",;:!", text.text[i]) != NULL) {
            return false;
        }
    }
    return text.text[text.size - 1] != '.';
}

/* Keys of a type and of a field beside the keywords: with another value than a
 * type's they are meant as such. */
static const char *const beside[] = {
    "doc",        "default",    "min",       "max",       "min_length",
    "max_length", "pattern",    "min_items", "max_items", "strict",
    "closed",     "deprecated", "examples"};

/* The one of them that the key is; NULL: none. */
static const char *beside_key(bell_string key)
{
    if (key.size == 0 || strchr("dmpsce", key.text[0]) == NULL) {
        return NULL; /* as most names of fields */
    }
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        if (beside[i][0] == key.text[0] && bell__str_is(key, beside[i])) {
            return beside[i];
        }
    }
    return NULL;
}

/* A keyword whose value is a list, and should not be. */
static bool tell_list(struct builder *builder, const struct node *node)
{
    static const char *const hints[][2] = {
        {"oneOf", "one of several types is a union: {union: type, variants: "
                  "{a: A, b: B}}"},
        {"anyOf", "one of several types is a union: {union: type, variants: "
                  "{a: A, b: B}}"},
        {"union", "a union says how its variants are told apart: {union: "
                  "type, variants: {a: A, b: B}}"},
        {"fields", "fields are a map of names and types: {id: int64}"},
        {"required", "a field is required unless its name ends in '?': leave "
                     "'required' out"},
        {"variants", "variants are a map of tags and types: {created: Task}"},
    };
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (bell__str_is(node->key, hints[i][0])) {
            diag_add(builder->diags, CODE_KIND, node->spot->place, "%s",
                     hints[i][1]);
            return true;
        }
    }
    return false;
}

bool map_tell_types(struct builder *builder, const struct node *map)
{
    const struct node *type = node_member(map, "type");
    size_t others = 0;
    const char *kept = "enum";
    static const char *const keywords[] = {"enum", "union", "fields"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        bool shared = others == 1 && strcmp(kept, "union") == 0;
        if (map_has(map, keywords[i]) && !shared) {
            kept = keywords[i];
            others++;
        }
    }
    if (others != 1 || !map_has(map, "type")) {
        diag_add(builder->diags, CODE_NO_TYPE, map->spot->place,
                 "a type has exactly one of type, enum, union and fields");
        return false;
    }
    diag_add(builder->diags, CODE_NO_TYPE, type->spot->key_place,
             "%s has no 'type': leave it out",
             strcmp(kept, "fields") == 0 ? "a record"
             : strcmp(kept, "enum") == 0 ? "an enum"
                                         : "a union");
    return true;
}

/* The schema declares a type of that name. */
static bool is_declared(const struct builder *builder, const char *name)
{
    const struct node *types = node_member(builder->service->said, "types");
    return node_member(types, name) != NULL;
}

/* `items` as a type of ours, behind which [] stands. */
static const struct node *list_of(struct builder *builder,
                                  const struct node *items)
{
    if (items->kind != NODE_TEXT) {
        return items;
    }
    char *bytes = bell__arena_bytes(builder->arena, items->text.size + 3);
    struct node *node = build_take(builder, sizeof *node);
    if (bytes == NULL || node == NULL) {
        builder->short_of_memory = true;
        return items;
    }
    *node = *items;
    memcpy(bytes, items->text.text, items->text.size);
    memcpy(bytes + items->text.size, "[]", 3);
    node->text = (bell_string){bytes, items->text.size + 2};
    return node;
}

const struct node *map_of_schema(struct builder *builder,
                                 const struct node *node)
{
    const struct node *type = node_member(node, "type");
    if (type == NULL || type->kind != NODE_TEXT) {
        return node;
    }
    const struct node *fields = node_member(node, "properties");
    if (bell__str_is(type->text, "object") && fields != NULL &&
        fields->kind == NODE_MAP && !is_declared(builder, "object")) {
        diag_add(builder->diags, CODE_UNKNOWN_KEY, fields->spot->key_place,
                 "this is JSON Schema: here a record is written "
                 "{fields: {id: int64}}");
        return fields;
    }
    const struct node *items = node_member(node, "items");
    if (bell__str_is(type->text, "array") && items != NULL &&
        !is_declared(builder, "array")) {
        diag_add(builder->diags, CODE_UNKNOWN_KEY, items->spot->key_place,
                 "this is JSON Schema: here a list of T is written T[], such "
                 "as 'string[]'");
        return list_of(builder, items);
    }
    return node;
}

bool map_is_rest(const struct node *before, const struct node *node)
{
    return before != NULL && before->kind == NODE_TEXT && before->plain &&
           memchr(before->text.text, '<', before->text.size) != NULL &&
           memchr(before->text.text, '>', before->text.size) == NULL &&
           node->key.size > 1 && node->key_plain && node_is_null(node) &&
           node->key.text[node->key.size - 1] == '>';
}

bool map_check_fields(struct builder *builder, const struct node *map,
                      const char *cure)
{
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        if (at->kind == NODE_LIST && tell_list(builder, at)) {
            return false;
        }
        if (bell__str_is(at->key, "$ref")) {
            diag_add(builder->diags, CODE_NO_TYPE, at->spot->key_place,
                     "'$ref' is not supported: write only the type's name");
            return false;
        }
        const char *key = beside_key(at->key);
        if (key != NULL && !may_be_type(at)) {
            diag_add(builder->diags, CODE_NO_TYPE, map->spot->place,
                     "this map lists fields, and the value of '%s' is not a "
                     "type: %s",
                     key, cure);
            return false;
        }
    }
    return true;
}
