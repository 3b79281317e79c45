/* resolve.c: every name of a type becomes that type; aliases become what they
 * stand for. */
#include <stdio.h>

#include "base/codes.h"
#include "base/nearest.h"
#include "base/str.h"
#include "model/build.h"
#include "model/calls.h"
#include "model/check.h"

enum { SUGGEST_MAX = 100 };

/* What an alias is in the middle of. */
enum { MARK_NEW, MARK_OPEN, MARK_DONE };

static void unknown_type(struct checker *checker, const struct shape *shape)
{
    char room[NEAREST_BYTES_MAX];
    struct nearest nearest;
    nearest_open(&nearest, shape->name);
    if (checker->diags->count < SUGGEST_MAX) {
        for (size_t i = 0; i < SCALAR_COUNT; i++) {
            nearest_offer(&nearest, scalar_rows[i].name);
        }
        const struct index *names = checker->service->names;
        for (size_t i = 0; i < names->count; i++) {
            nearest_offer(&nearest, names->entries[i].name);
        }
    }
    const char *foreign = foreign_type(shape->name);
    const char *hint = foreign != NULL && nearest.distance > 1
                           ? foreign
                           : nearest_hint(&nearest, room);
    const struct trail *trail = shape->place.trail;
    if (trail != NULL && bell__str_is(trail->part, "enum")) {
        hint =
            ": the values of an enum are written as a list, enum: [open, done]";
    }
    diag_add(checker->diags, CODE_UNKNOWN_TYPE, shape->place,
             "there is no type %.*s%s",
             shape->name.size > 64 ? 64 : (int)shape->name.size,
             shape->name.text, hint);
}

static struct shape *leaf_of(struct shape *shape)
{
    while (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP) {
        if (shape->item == NULL) {
            return NULL;
        }
        shape = shape->item;
    }
    return shape;
}

/* The leaf stands for an alias that is done: it becomes what that is, under
 * the rules of both. */
static void replace(struct shape *leaf, const struct shape *alias)
{
    struct place place = leaf->place;
    bool nullable = leaf->nullable || alias->nullable;
    struct rule *rules = leaf->rules;
    *leaf = *alias;
    leaf->place = place;
    leaf->nullable = nullable;
    if (rules == NULL) {
        return;
    }
    leaf->rules = rules;
    while (rules->next != NULL) {
        rules = rules->next;
    }
    rules->next = alias->rules;
}

/* A leaf whose type is known and no unfinished alias. */
static void resolve_leaf(struct checker *checker, struct shape *top,
                         struct shape *leaf)
{
    if (leaf->type == NULL || leaf->type->kind != TYPE_ALIAS) {
        return;
    }
    if (leaf->type->alias == NULL) {
        leaf->type = NULL;
        return;
    }
    replace(leaf, leaf->type->alias);
    if (shape_nesting(top) > SHAPE_NESTING_MAX) {
        diag_add(checker->diags, CODE_TOO_DEEP, top->place,
                 "lists and maps are nested deeper than %d here",
                 SHAPE_NESTING_MAX);
        top->kind = SHAPE_SCALAR;
        top->item = NULL;
    }
}

static struct type *find(struct checker *checker, const struct shape *shape)
{
    return index_find(checker->service->names, shape->name);
}

/* Names the type of a shape's leaf; gives the leaf, or NULL. */
static struct shape *name_leaf(struct checker *checker, struct shape *shape)
{
    struct shape *leaf = shape != NULL ? leaf_of(shape) : NULL;
    if (leaf == NULL || leaf->kind != SHAPE_NAMED) {
        return NULL;
    }
    if (leaf->type == NULL) {
        leaf->type = find(checker, leaf);
        if (leaf->type == NULL) {
            unknown_type(checker, leaf);
        }
    }
    return leaf->type != NULL ? leaf : NULL;
}

static void resolve(struct checker *checker, struct shape *shape)
{
    struct shape *leaf = name_leaf(checker, shape);
    if (leaf != NULL) {
        resolve_leaf(checker, shape, leaf);
    }
}

/* "A -> B -> A", cut where it is long. */
static void tell_cycle(struct checker *checker, struct type *const *path,
                       size_t count, size_t from)
{
    char room[200];
    size_t size = 0;
    for (size_t i = from; i <= count && size < sizeof room - 1; i++) {
        bell_string name = path[i < count ? i : from]->name;
        int wrote = snprintf(room + size, sizeof room - size, "%s%.*s",
                             i > from ? " -> " : "",
                             name.size > 40 ? 40 : (int)name.size, name.text);
        size += wrote > 0 ? (size_t)wrote : 0;
    }
    diag_add(checker->diags, CODE_ALIAS_CYCLE, path[from]->place,
             "this type is only another name for itself: %s", room);
}

/* An alias has one leaf, so the way from alias to alias is a line. */
static void resolve_alias(struct checker *checker, struct type *type,
                          struct type **path)
{
    size_t count = 0;
    while (type != NULL && type->kind == TYPE_ALIAS && type->mark == MARK_NEW) {
        type->mark = MARK_OPEN;
        path[count++] = type;
        struct shape *leaf = name_leaf(checker, type->alias);
        type = leaf != NULL ? find(checker, leaf) : NULL;
    }
    if (type != NULL && type->kind == TYPE_ALIAS && type->mark == MARK_OPEN) {
        size_t from = 0;
        while (path[from] != type) {
            from++;
        }
        tell_cycle(checker, path, count, from);
        for (size_t i = from; i < count; i++) {
            path[i]->alias = NULL;
        }
    }
    while (count > 0) {
        struct type *alias = path[--count];
        alias->mark = MARK_DONE;
        struct shape *leaf =
            alias->alias != NULL ? leaf_of(alias->alias) : NULL;
        if (leaf != NULL && leaf->kind == SHAPE_NAMED) {
            resolve_leaf(checker, alias->alias, leaf);
        }
    }
}

static void resolve_aliases(struct checker *checker)
{
    struct type **path = bell__arena_take(
        checker->arena, (checker->service->type_count + 1) * sizeof *path);
    if (path == NULL) {
        return;
    }
    for (struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        resolve_alias(checker, type, path);
    }
}

static void resolve_types(struct checker *checker)
{
    for (struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        for (struct field *at = type->fields; at != NULL; at = at->next) {
            resolve(checker, at->shape);
        }
        resolve(checker, type->others);
        for (struct variant *at = type->variants; at != NULL; at = at->next) {
            resolve(checker, at->shape);
        }
    }
}

static void resolve_one(void *context, struct shape *shape)
{
    resolve(context, shape);
}

/* `params: {type: User}`: the type was meant, and a field called type is what
 * stands there. */
static void check_only_types(struct checker *checker)
{
    for (const struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        const struct field *field = type->only_type ? type->fields : NULL;
        const struct shape *shape = field != NULL ? field->shape : NULL;
        if (shape != NULL && shape->kind == SHAPE_NAMED &&
            find(checker, shape) != NULL) {
            bell_string name = shape->name;
            diag_add(checker->diags, CODE_ONLY_TYPE, field->place,
                     "this is a field called 'type': for the type, write only "
                     "%.*s; for the field, {fields: {type: %.*s}}",
                     (int)name.size, name.text, (int)name.size, name.text);
        }
    }
}

void check_references(struct checker *checker)
{
    check_only_types(checker);
    resolve_aliases(checker);
    resolve_types(checker);
    calls_each_shape(checker->service, resolve_one, checker);
}
