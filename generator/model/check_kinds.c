/* check_kinds.c: what the checks ask of a shape; where a section wants it to be
 * something else, that is told. It knows no section. */
#include "base/codes.h"
#include "base/str.h"
#include "model/check.h"

bool check_is_kind(const struct shape *shape, enum type_kind kind)
{
    return shape->kind == SHAPE_NAMED && shape->type != NULL &&
           shape->type->kind == kind && !shape->nullable;
}

bool check_unknown(const struct shape *shape)
{
    return shape == NULL || (shape->kind == SHAPE_NAMED && shape->type == NULL);
}

const struct field *check_find_field(const struct shape *shape,
                                     bell_string wire)
{
    if (shape == NULL || check_unknown(shape) || shape->kind != SHAPE_NAMED) {
        return NULL;
    }
    for (const struct field *at = shape->type->fields; at != NULL;
         at = at->next) {
        if (bell__str_equal(at->wire, wire)) {
            return at;
        }
    }
    return NULL;
}

bool check_is_record(struct checker *checker, const struct shape *shape,
                     const char *code, const char *what)
{
    if (shape == NULL || check_unknown(shape)) {
        return false;
    }
    if (check_is_kind(shape, TYPE_RECORD)) {
        return true;
    }
    diag_add(checker->diags, code, shape->place,
             "%s must be a record (a type with 'fields'), not nullable", what);
    return false;
}

void check_not_null(struct checker *checker, const struct shape *shape,
                    const char *code, const char *what)
{
    if (shape != NULL && shape->nullable) {
        diag_add(checker->diags, code, shape->place, "%s cannot be nullable",
                 what);
    }
}
