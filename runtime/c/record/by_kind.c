/* by_kind.c: which kind of JSON the values of a type are. */
#include "record/by_kind.h"

enum bell__json_kind bell__by_kind_of(const bell_type *type)
{
    switch ((bell_kind)type->kind) {
    case BELL_KIND_BOOL:
        return BELL__JSON_BOOL;
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
        return BELL__JSON_NUMBER;
    case BELL_KIND_DATETIME:
    case BELL_KIND_DURATION:
    case BELL_KIND_DECIMAL:
        return (type->flags & (BELL_TYPE_SECONDS | BELL_TYPE_MILLISECONDS |
                               BELL_TYPE_NUMBER)) != 0
                   ? BELL__JSON_NUMBER
                   : BELL__JSON_STRING;
    case BELL_KIND_STRING:
    case BELL_KIND_ENUM:
    case BELL_KIND_BYTES:
    case BELL_KIND_DATE:
    case BELL_KIND_UUID:
        return BELL__JSON_STRING;
    case BELL_KIND_LIST:
        return BELL__JSON_LIST;
    case BELL_KIND_RECORD:
    case BELL_KIND_MAP:
        return BELL__JSON_MAP;
    case BELL_KIND_UNION:
        return bell__is_by_kind(type) ? BELL__JSON_WRONG : BELL__JSON_MAP;
    case BELL_KIND_RULED:
        return bell__by_kind_of(type->item);
    case BELL_KIND_JSON:
    case BELL_KIND_OPTION:
        break;
    }
    return BELL__JSON_WRONG;
}

int bell__by_kind_find(const bell_type *type, enum bell__json_kind kind)
{
    for (int i = 0; i < type->count; i++) {
        if (bell__by_kind_of(type->variants[i].type) == kind) {
            return i + 1;
        }
    }
    return 0;
}
