/* shape.c: the grammar of types:
 *
 *   type := atom ('[]')* (' | null')?     atom := name | map<type> | (type)
 *
 * It knows no other part of a schema. */
#include "base/codes.h"
#include "base/points.h"
#include "base/str.h"
#include "model/build.h"

struct parser {
    struct builder *builder;
    struct place place; /* of `text` */
    bool broken;        /* its parts have no places of their own */
    bell_string text;
    bell_string rest; /* that a comma has cut off; text NULL: none */
    size_t at;
    bool failed;
};

bool shape_is_builtin(bell_string name)
{
    enum scalar scalar;
    return scalar_find(name, &scalar) || bell__str_is(name, "map") ||
           bell__str_is(name, "null");
}

struct shape *build_shape_make(struct builder *builder, enum shape_kind kind,
                               struct place place)
{
    struct shape *shape = build_take(builder, sizeof *shape);
    if (shape != NULL) {
        shape->kind = kind;
        shape->place = place;
    }
    return shape;
}

static struct place place_at(const struct parser *parser, size_t offset)
{
    struct place place = parser->place;
    offset = parser->broken ? 0 : offset;
    for (size_t at = 0; at < offset; place.column++) {
        size_t size =
            utf8_next(parser->text.text + at, parser->text.size - at, NULL);
        at += size != 0 ? size : 1;
    }
    return place;
}

static void fail(struct parser *parser, size_t offset, const char *code,
                 const char *message)
{
    if (!parser->failed) {
        parser->failed = true;
        diag_add(parser->builder->diags, code, place_at(parser, offset), "%s",
                 message);
    }
}

static char peek(struct parser *parser)
{
    while (parser->at < parser->text.size &&
           strchr(" \t\n", parser->text.text[parser->at]) != NULL) {
        parser->at++;
    }
    return parser->at < parser->text.size ? parser->text.text[parser->at]
                                          : '\0';
}

static bool eat(struct parser *parser, char byte)
{
    if (peek(parser) != byte) {
        return false;
    }
    parser->at++;
    return true;
}

static bool ends_name(char byte)
{
    return byte == '\0' || strchr(" \t\n<>[]()|,?{}&*!:'\"", byte) != NULL;
}

static bell_string read_name(struct parser *parser)
{
    peek(parser);
    size_t from = parser->at;
    while (parser->at < parser->text.size &&
           !ends_name(parser->text.text[parser->at])) {
        parser->at++;
    }
    return (bell_string){parser->text.text + from, parser->at - from};
}

static struct shape *read_type(struct parser *parser, int depth);

/* What stands between < and the last >, behind a comma if there is one. */
static bell_string inner_of(const struct parser *parser)
{
    bell_string text = parser->rest.text != NULL ? parser->rest : parser->text;
    const char *end = memrchr(text.text, '>', text.size);
    const char *from = memchr(text.text, '<', text.size);
    from = from != NULL ? from + 1 : text.text;
    if (end == NULL || end < from) {
        return (bell_string){text.text, 0};
    }
    const char *comma = memchr(from, ',', (size_t)(end - from));
    from = comma != NULL ? comma + 1 : from;
    while (from < end && *from == ' ') {
        from++;
    }
    return (bell_string){from, (size_t)(end - from)};
}

static struct shape *read_map(struct parser *parser, size_t from, int depth)
{
    struct shape *item = read_type(parser, depth + 1);
    if (item == NULL) {
        return NULL;
    }
    bool cut = parser->rest.text != NULL && peek(parser) == '\0';
    if (cut || peek(parser) == ',') {
        char room[FOREIGN_BYTES_MAX];
        fail(parser, parser->at, CODE_SHAPE,
             foreign_generic(BELL_STR("map"), inner_of(parser), room));
        return NULL;
    }
    if (!eat(parser, '>')) {
        fail(parser, parser->at, CODE_SHAPE, "a '>' is missing here");
        return NULL;
    }
    struct shape *shape =
        build_shape_make(parser->builder, SHAPE_MAP, place_at(parser, from));
    if (shape != NULL) {
        shape->item = item;
    }
    return shape;
}

static struct shape *read_group(struct parser *parser, int depth)
{
    struct shape *shape = read_type(parser, depth + 1);
    if (shape != NULL && !eat(parser, ')')) {
        fail(parser, parser->at, CODE_SHAPE, "a ')' is missing here");
        return NULL;
    }
    return shape;
}

static struct shape *read_named(struct parser *parser, bell_string name,
                                size_t from)
{
    enum scalar scalar = SCALAR_BOOL;
    bool is_scalar = scalar_find(name, &scalar);
    struct shape *shape = build_shape_make(
        parser->builder, is_scalar ? SHAPE_SCALAR : SHAPE_NAMED,
        place_at(parser, from));
    if (shape != NULL) {
        shape->scalar = scalar;
        shape->name = name;
    }
    return shape;
}

static struct shape *read_atom(struct parser *parser, int depth)
{
    if (eat(parser, '(')) {
        return read_group(parser, depth);
    }
    bell_string name = read_name(parser);
    size_t from = (size_t)(name.text - parser->text.text);
    if (name.size == 0) {
        fail(parser, from, CODE_SHAPE, "the name of a type is missing here");
        return NULL;
    }
    if (peek(parser) == '<') {
        if (bell__str_is(name, "map")) {
            parser->at++;
            return read_map(parser, from, depth);
        }
        char room[FOREIGN_BYTES_MAX];
        fail(parser, from, CODE_SHAPE,
             foreign_generic(name, inner_of(parser), room));
        return NULL;
    }
    if (bell__str_is(name, "map")) {
        fail(
            parser, from, CODE_SHAPE,
            "a map needs the type of its values: map<string>, map<int64>, ...");
        return NULL;
    }
    if (bell__str_is(name, "null")) {
        fail(parser, from, CODE_SHAPE,
             "null cannot stand alone: write T | null");
        return NULL;
    }
    return read_named(parser, name, from);
}

static bool is_too_deep(struct parser *parser, int depth)
{
    if (depth < SHAPE_NESTING_MAX) {
        return false;
    }
    fail(parser, parser->at, CODE_SHAPE, "this type is nested too deeply");
    return true;
}

static struct shape *read_lists(struct parser *parser, int depth)
{
    struct shape *shape = read_atom(parser, depth);
    while (shape != NULL && eat(parser, '[')) {
        if (is_too_deep(parser, ++depth)) {
            return NULL;
        }
        if (!eat(parser, ']')) {
            fail(parser, parser->at, CODE_SHAPE,
                 "a ']' is missing here: a list is T[]");
            return NULL;
        }
        struct shape *list =
            build_shape_make(parser->builder, SHAPE_LIST, shape->place);
        if (list == NULL) {
            return NULL;
        }
        list->item = shape;
        shape = list;
    }
    return shape;
}

static struct shape *read_type(struct parser *parser, int depth)
{
    if (is_too_deep(parser, depth)) {
        return NULL;
    }
    struct shape *shape = read_lists(parser, depth);
    if (shape == NULL || !eat(parser, '|')) {
        return shape;
    }
    peek(parser);
    size_t from = parser->at;
    if (!bell__str_is(read_name(parser), "null")) {
        fail(
            parser, from, CODE_SHAPE,
            "only null can follow '|': for a choice of types, declare a union");
        return NULL;
    }
    shape->nullable = true;
    return shape;
}

size_t shape_nesting(const struct shape *shape)
{
    size_t depth = 1;
    while (shape->item != NULL && depth <= SHAPE_NESTING_MAX) {
        shape = shape->item;
        depth++;
    }
    return depth;
}

struct shape *build_shape_text(struct builder *builder, const struct node *node)
{
    struct parser parser = {.builder = builder,
                            .place = node->spot->place,
                            .broken = node->broken,
                            .text = node->text};
    if (node_lacks_quotes(node)) {
        return NULL; /* told */
    }
    if (node->next != NULL && map_is_rest(node, node->next)) {
        parser.rest = node->next->key;
    }
    if (!node->plain && !node->broken) {
        parser.place.column++; /* behind the quote */
    }
    struct shape *shape = read_type(&parser, 0);
    if (shape == NULL) {
        return NULL;
    }
    if (shape_nesting(shape) > SHAPE_NESTING_MAX) {
        is_too_deep(&parser, SHAPE_NESTING_MAX);
        return NULL;
    }
    char byte = peek(&parser);
    if (byte == '?') {
        fail(&parser, parser.at, CODE_SHAPE,
             "'?' goes after the field's name, not after its type");
        return NULL;
    }
    if (byte != '\0' || parser.at < parser.text.size) {
        fail(&parser, parser.at, CODE_SHAPE,
             "this is not part of a type: write T, T[], map<T> or T | null");
        return NULL;
    }
    return shape;
}
