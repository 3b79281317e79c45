/* check.c: what a service must be: the order of the checks, and what its
 * methods, channels and unions may be made of. */
#include "model/check.h"

#include "base/codes.h"

bool check_equal(bell_string one, bell_string two)
{
    return one.size == two.size &&
           (one.size == 0 || memcmp(one.text, two.text, one.size) == 0);
}

static bool is_kind(const struct shape *shape, enum type_kind kind)
{
    return shape->kind == SHAPE_NAMED && shape->type != NULL &&
           shape->type->kind == kind && !shape->nullable;
}

/* Told already: a name that is no type. */
static bool unknown(const struct shape *shape)
{
    return shape == NULL || (shape->kind == SHAPE_NAMED && shape->type == NULL);
}

/* The tag is a member of the variant's own object: no field may be it. */
static void check_variant(struct checker *checker, const struct type *type,
                          const struct variant *variant)
{
    if (unknown(variant->shape)) {
        return;
    }
    if (!is_kind(variant->shape, TYPE_RECORD)) {
        diag_add(checker->diags, CODE_VARIANT, variant->shape->place,
                 "a variant is a record: a type with 'fields', not nullable");
        return;
    }
    for (const struct field *at = variant->shape->type->fields; at != NULL;
         at = at->next) {
        if (!check_equal(at->wire, type->tag)) {
            continue;
        }
        struct diag *diag = diag_add(
            checker->diags, CODE_TAG_FIELD, variant->place,
            "the record has a field '%.*s', which is the union's tag: the "
            "tag is not said twice",
            (int)type->tag.size, type->tag.text);
        diag_second(checker->diags, diag, at->place, "the field is here");
    }
}

static void check_unions(struct checker *checker)
{
    for (const struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        for (const struct variant *at = type->variants; at != NULL;
             at = at->next) {
            check_variant(checker, type, at);
        }
    }
}

static void check_sections(struct checker *checker)
{
    for (const struct method *at = checker->service->methods; at != NULL;
         at = at->next) {
        if (!unknown(at->params) && !is_kind(at->params, TYPE_RECORD)) {
            diag_add(checker->diags, CODE_PARAMS, at->params->place,
                     "params are a record: a type with 'fields', not "
                     "nullable");
        }
    }
    for (const struct channel *at = checker->service->channels; at != NULL;
         at = at->next) {
        if (!unknown(at->event) && !is_kind(at->event, TYPE_RECORD) &&
            !is_kind(at->event, TYPE_UNION)) {
            diag_add(checker->diags, CODE_EVENT, at->event->place,
                     "an event is a record or a union, not nullable");
        }
    }
}

/* Declared types by the name that the schema refers to them. */
static bool index_types(struct checker *checker)
{
    struct service *service = checker->service;
    struct index *names = bell__arena_take(checker->arena, sizeof *names);
    if (names == NULL) {
        return false;
    }
    index_open(names, checker->arena, service->type_count);
    for (struct type *type = service->types; type != NULL; type = type->next) {
        const struct trail *trail = type->place.trail;
        if (!type->inlined && trail != NULL) {
            index_add(names, trail->part, type);
        }
    }
    index_sort(names);
    service->names = names;
    return !names->failed;
}

void model_check(struct service *service, struct bell__arena *arena,
                 struct diags *diags)
{
    struct checker checker = {arena, diags, service};
    if (!index_types(&checker)) {
        diag_add(diags, CODE_MEMORY, service->place, "memory is short");
        return;
    }
    check_references(&checker);
    check_unions(&checker);
    check_sections(&checker);
    check_records(&checker);
    check_names(&checker);
    check_defaults(&checker);
}

const struct type *model_type(const struct service *service, bell_string name)
{
    return service->names != NULL ? index_find(service->names, name) : NULL;
}
