/* kind.c: which kind of JSON the values of a shape are. */
#include "model/kind.h"

const char *const kind_names[KIND_COUNT] = {
    [KIND_NONE] = "",         [KIND_BOOL] = "bool", [KIND_NUMBER] = "number",
    [KIND_STRING] = "string", [KIND_LIST] = "list", [KIND_OBJECT] = "object",
};

/* Durations are numbers in TypeScript; datetimes and decimals are no numbers
 * there. */
static enum json_kind scalar_kind(const struct shape *shape)
{
    switch (shape->scalar) {
    case SCALAR_BOOL:
        return KIND_BOOL;
    case SCALAR_INT32:
    case SCALAR_INT64:
    case SCALAR_UINT32:
    case SCALAR_UINT64:
    case SCALAR_FLOAT32:
    case SCALAR_FLOAT64:
        return KIND_NUMBER;
    case SCALAR_STRING:
    case SCALAR_BYTES:
    case SCALAR_DATE:
    case SCALAR_UUID:
        return KIND_STRING;
    case SCALAR_DATETIME:
    case SCALAR_DECIMAL:
        return shape->form == FORM_TEXT ? KIND_STRING : KIND_NONE;
    case SCALAR_JSON:
    case SCALAR_DURATION:
        break;
    }
    return KIND_NONE;
}

enum json_kind kind_of_shape(const struct shape *shape)
{
    if (shape->kind == SHAPE_SCALAR) {
        return scalar_kind(shape);
    }
    if (shape->kind != SHAPE_NAMED) {
        return shape->kind == SHAPE_LIST ? KIND_LIST : KIND_OBJECT;
    }
    if (shape->type->kind == TYPE_ENUM) {
        return KIND_STRING;
    }
    return shape->type->by_kind ? KIND_NONE : KIND_OBJECT;
}
