/* check_examples.c: what readers pass over in silence and an example should not
 * say: keys that a record has not, values that an enum has not, tags that a
 * union has not. Whether the rest fits is not known here. */
#include "base/codes.h"
#include "base/nearest.h"
#include "base/str.h"
#include "model/check.h"
#include "model/kind.h"
#include "model/number.h"

enum { DEPTH_MAX = 64 };

static void check_node(struct checker *checker, const struct node *node,
                       const struct shape *shape, int depth);

static const struct field *find_field(const struct field *at, bell_string wire)
{
    while (at != NULL && !bell__str_equal(at->wire, wire)) {
        at = at->next;
    }
    return at;
}

static const struct variant *find_variant(const struct type *type,
                                          bell_string tag)
{
    const struct variant *at = type->variants;
    while (at != NULL && !bell__str_equal(at->wire, tag)) {
        at = at->next;
    }
    return at;
}

static void tell(struct checker *checker, struct place place, const char *what,
                 const struct type *type, struct nearest *nearest)
{
    char room[NEAREST_BYTES_MAX];
    bell_string name = type->name;
    bell_string said = nearest->wanted;
    if (type->inlined) { /* it has a name that nobody wrote */
        struct diag *diag = diag_add(checker->diags, CODE_EXAMPLE, place,
                                     "there is no %s '%.*s' here%s", what,
                                     said.size > 64 ? 64 : (int)said.size,
                                     said.text, nearest_hint(nearest, room));
        diag_second(checker->diags, diag, type->place,
                    "the type is declared here");
        return;
    }
    diag_add(checker->diags, CODE_EXAMPLE, place, "%.*s has no %s '%.*s'%s",
             name.size > 64 ? 64 : (int)name.size, name.text, what,
             said.size > 64 ? 64 : (int)said.size, said.text,
             nearest_hint(nearest, room));
}

static void tell_key(struct checker *checker, const struct node *node,
                     const struct type *type)
{
    struct nearest nearest;
    nearest_open(&nearest, node->key);
    for (const struct field *at = type->fields; at != NULL; at = at->next) {
        nearest_offer(&nearest, at->wire);
    }
    tell(checker, node->spot->key_place, "field", type, &nearest);
}

static void check_enum(struct checker *checker, const struct node *node,
                       const struct type *type)
{
    struct nearest nearest;
    if (type->closed || node->kind != NODE_TEXT || number_is_spelled(node)) {
        return; /* the decoder tells it */
    }
    nearest_open(&nearest, node->text);
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        if (bell__str_equal(at->wire, node->text)) {
            return;
        }
        nearest_offer(&nearest, at->wire);
    }
    tell(checker, node->spot->place, "value", type, &nearest);
}

/* `also`: members of the same object that are not the record's. */
static void check_record(struct checker *checker, const struct node *map,
                         const struct type *type, const struct type *also,
                         int depth)
{
    if (map->kind != NODE_MAP) {
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        const struct field *field = find_field(type->fields, at->key);
        if (field == NULL && also != NULL) {
            field = find_field(also->fields, at->key);
        }
        bool tag = also != NULL && bell__str_equal(also->tag, at->key);
        if (field != NULL) {
            check_node(checker, at, field->shape, depth + 1);
        } else if (type->others != NULL) {
            check_node(checker, at, type->others->item, depth + 1);
        } else if (!tag && !type->strict) {
            tell_key(checker, at, type);
        }
    }
}

/* Of what is neither a map nor a list nothing is asked here. */
static void check_by_kind(struct checker *checker, const struct node *node,
                          const struct type *type, int depth)
{
    enum json_kind kind = node->kind == NODE_MAP    ? KIND_OBJECT
                          : node->kind == NODE_LIST ? KIND_LIST
                                                    : KIND_NONE;
    for (const struct variant *at = type->variants;
         at != NULL && kind != KIND_NONE; at = at->next) {
        if (!check_unknown(at->shape) && kind_of_shape(at->shape) == kind) {
            check_node(checker, node, at->shape, depth + 1);
            return;
        }
    }
}

static void check_union(struct checker *checker, const struct node *map,
                        const struct type *type, int depth)
{
    if (type->by_kind) {
        check_by_kind(checker, map, type, depth);
        return;
    }
    const struct node *tag = node_find(map, type->tag);
    struct nearest nearest;
    if (tag == NULL || tag->kind != NODE_TEXT) {
        return;
    }
    const struct variant *variant = find_variant(type, tag->text);
    if (variant == NULL) {
        nearest_open(&nearest, tag->text);
        for (const struct variant *at = type->variants; at != NULL;
             at = at->next) {
            nearest_offer(&nearest, at->wire);
        }
        tell(checker, tag->spot->place, "variant", type, &nearest);
        return;
    }
    if (check_unknown(variant->shape)) {
        return;
    }
    if (type->content.size != 0) {
        const struct node *content = node_find(map, type->content);
        if (content != NULL) {
            check_node(checker, content, variant->shape, depth + 1);
        }
    } else if (check_is_kind(variant->shape, TYPE_RECORD)) {
        check_record(checker, map, variant->shape->type, type, depth);
    }
}

static void check_named(struct checker *checker, const struct node *node,
                        const struct type *type, int depth)
{
    switch (type->kind) {
    case TYPE_ENUM:
        check_enum(checker, node, type);
        break;
    case TYPE_RECORD:
        check_record(checker, node, type, NULL, depth);
        break;
    case TYPE_UNION:
        check_union(checker, node, type, depth);
        break;
    case TYPE_ALIAS:
        break;
    }
}

static bool is_null(const struct node *node, const struct shape *shape)
{
    return shape->nullable && node_is_null(node);
}

static void check_node(struct checker *checker, const struct node *node,
                       const struct shape *shape, int depth)
{
    if (shape == NULL || depth > DEPTH_MAX || is_null(node, shape)) {
        return;
    }
    bool list = shape->kind == SHAPE_LIST && node->kind == NODE_LIST;
    bool map = shape->kind == SHAPE_MAP && node->kind == NODE_MAP;
    for (const struct node *at = node->first; (list || map) && at != NULL;
         at = at->next) {
        check_node(checker, at, shape->item, depth + 1);
    }
    if (shape->kind == SHAPE_NAMED && shape->type != NULL) {
        check_named(checker, node, shape->type, depth);
    }
}

static void check_part(struct checker *checker, const struct node *example,
                       const char *key, const struct shape *shape)
{
    const struct node *node = node_member(example, key);
    if (node != NULL) {
        check_node(checker, node, shape, 0);
    }
}

/* An error of an example is one that the call declares. */
static void check_error(struct checker *checker, const struct method *call,
                        const struct node *error)
{
    const struct node *code = node_member(error, "code");
    const struct method_error *at = call->errors;
    int32_t number = 0;
    if (code == NULL || !model_error_code(code->text, &number)) {
        return; /* told */
    }
    while (at != NULL && at->code != number) {
        at = at->next;
    }
    if (at == NULL) {
        diag_add(checker->diags, CODE_EXAMPLE, code->spot->place,
                 "the method does not declare the error %d: write errors: {%d: "
                 "what it means}",
                 (int)number, (int)number);
        return;
    }
    check_part(checker, error, "data", at->data);
}

static void check_example(struct checker *checker, const struct method *call,
                          const struct node *example)
{
    const struct node *error = node_member(example, "error");
    const struct endpoint *endpoint = call->endpoint;
    check_part(checker, example, "result", call->result);
    if (endpoint != NULL) {
        check_part(checker, example, "path", endpoint->path_params);
        check_part(checker, example, "query", endpoint->query);
        check_part(checker, example, "headers", endpoint->headers);
        check_part(checker, example, "body", endpoint->body);
    } else {
        check_part(checker, example, "params", call->params);
    }
    if (error != NULL) {
        check_error(checker, call, error);
    }
}

static void check_type(struct checker *checker, const struct type *type)
{
    const struct node *examples = type->examples;
    for (const struct node *at = examples != NULL ? examples->first : NULL;
         at != NULL; at = at->next) {
        if (type->kind == TYPE_ALIAS) {
            check_node(checker, at, type->alias, 0);
        } else {
            check_named(checker, at, type, 0);
        }
    }
}

void check_examples(struct checker *checker)
{
    const struct service *service = checker->service;
    for (const struct type *at = service->types; at != NULL; at = at->next) {
        check_type(checker, at);
    }
    for (const struct method *call = service->calls; call != NULL;
         call = call->next) {
        const struct node *examples = call->examples;
        for (const struct node *at = examples != NULL ? examples->first : NULL;
             at != NULL; at = at->next) {
            check_example(checker, call, at);
        }
    }
}
