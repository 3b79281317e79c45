/* check_kinds.c: what the checks ask of a shape and of texts. It complains of
 * nothing. */
#include "model/check.h"

bool check_equal(bell_string one, bell_string two)
{
    return one.size == two.size &&
           (one.size == 0 || memcmp(one.text, two.text, one.size) == 0);
}

bool check_is_kind(const struct shape *shape, enum type_kind kind)
{
    return shape->kind == SHAPE_NAMED && shape->type != NULL &&
           shape->type->kind == kind && !shape->nullable;
}

bool check_unknown(const struct shape *shape)
{
    return shape == NULL || (shape->kind == SHAPE_NAMED && shape->type == NULL);
}
