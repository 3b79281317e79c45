/* check_kinds.c: what the checks ask of a shape. It complains of nothing. */
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
