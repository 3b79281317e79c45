/* check.c: what a service must be: the order of the checks. */
#include "model/check.h"

#include "base/codes.h"

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
        diag_add(diags, CODE_MEMORY, service->place, "out of memory");
        return;
    }
    check_references(&checker);
    check_rules(&checker);
    check_unions(&checker);
    check_sections(&checker);
    check_errors(&checker);
    check_records(&checker);
    check_names(&checker);
    check_others(&checker);
    check_constants(&checker);
    check_defaults(&checker);
    check_examples(&checker);
}

const struct type *model_type(const struct service *service, bell_string name)
{
    return service->names != NULL ? index_find(service->names, name) : NULL;
}
