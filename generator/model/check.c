/* check.c: what a service must be: the order of the checks, and what its
 * methods, channels and unions may be made of. */
#include "model/check.h"

#include "base/codes.h"

static void check_sections(struct checker *checker)
{
    for (const struct method *at = checker->service->methods; at != NULL;
         at = at->next) {
        if (!check_unknown(at->params) &&
            !check_is_kind(at->params, TYPE_RECORD)) {
            diag_add(checker->diags, CODE_PARAMS, at->params->place,
                     "params are a record: a type with 'fields', not "
                     "nullable");
        }
    }
    for (const struct channel *at = checker->service->channels; at != NULL;
         at = at->next) {
        if (!check_unknown(at->event) &&
            !check_is_kind(at->event, TYPE_RECORD) &&
            !check_is_kind(at->event, TYPE_UNION)) {
            diag_add(checker->diags, CODE_EVENT, at->event->place,
                     "an event is a record or a union, not nullable");
        }
    }
}

static bool equal_shapes(const struct shape *one, const struct shape *two)
{
    while (one != NULL && two != NULL) {
        if (one->kind != two->kind || one->scalar != two->scalar ||
            one->form != two->form || one->type != two->type ||
            one->nullable != two->nullable) {
            return false;
        }
        one = one->item;
        two = two->item;
    }
    return one == two;
}

/* The error of that name in an earlier method, or earlier in this one. */
static const struct method_error *find_error(const struct service *service,
                                             const struct method_error *wanted)
{
    for (const struct method *at = service->methods; at != NULL;
         at = at->next) {
        for (const struct method_error *error = at->errors; error != NULL;
             error = error->next) {
            if (error == wanted || check_equal(error->name, wanted->name)) {
                return error;
            }
        }
    }
    return wanted;
}

/* One name, one meaning: a program asks for an error's data by it. */
static void check_error(struct checker *checker,
                        const struct method_error *error)
{
    if (error->name.size == 0 ||
        (error->data != NULL && check_unknown(error->data))) {
        return;
    }
    const struct method_error *first = find_error(checker->service, error);
    if (first == error || (first->code == error->code &&
                           equal_shapes(first->data, error->data))) {
        return;
    }
    struct diag *diag = diag_add(
        checker->diags, CODE_ERRORS, error->place,
        "the error '%.*s' has another %s elsewhere: errors of one name are the "
        "same",
        (int)error->name.size, error->name.text,
        first->code != error->code ? "code" : "type of data");
    diag_second(checker->diags, diag, first->place, "the other one is here");
}

static void check_errors(struct checker *checker)
{
    for (const struct method *at = checker->service->methods; at != NULL;
         at = at->next) {
        for (const struct method_error *error = at->errors; error != NULL;
             error = error->next) {
            check_error(checker, error);
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
    check_rules(&checker);
    check_unions(&checker);
    check_sections(&checker);
    check_errors(&checker);
    check_other_sections(&checker);
    check_records(&checker);
    check_names(&checker);
    check_defaults(&checker);
}

const struct type *model_type(const struct service *service, bell_string name)
{
    return service->names != NULL ? index_find(service->names, name) : NULL;
}
