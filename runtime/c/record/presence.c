/* presence.c: whether a value in a struct is one that somebody set. */
#include "record/presence.h"

/* Lists, maps, texts, JSON and bytes all begin like this. */
struct span {
    const void *start;
    size_t size;
};

/* What a constraint stands on. */
static const bell_type *plain_type(const bell_type *type)
{
    while (type->kind == BELL_KIND_RULED) {
        type = type->item;
    }
    return type;
}

static bool is_moment_set(const char *value)
{
    bell_datetime moment;
    memcpy(&moment, value, sizeof moment);
    return moment.seconds != 0 || moment.nanoseconds != 0 ||
           moment.offset != 0 || moment.has_offset;
}

static bool is_number_set(const bell_type *type, const char *value)
{
    static const char zeros[sizeof(double)];
    double wide;
    float narrow;
    if (type->kind == BELL_KIND_FLOAT32) { /* -0 is 0 */
        memcpy(&narrow, value, sizeof narrow);
        return narrow != 0;
    }
    if (type->kind == BELL_KIND_FLOAT64) {
        memcpy(&wide, value, sizeof wide);
        return wide != 0;
    }
    return type->size <= sizeof zeros && memcmp(value, zeros, type->size) != 0;
}

bool bell__presence_is_set(const bell_type *type, const char *value)
{
    struct span span;
    bell_enum item;
    bell_date date;
    type = plain_type(type);
    switch ((bell_kind)type->kind) {
    case BELL_KIND_STRING:
    case BELL_KIND_JSON:
    case BELL_KIND_BYTES:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
        memcpy(&span, value, sizeof span);
        return span.size != 0;
    case BELL_KIND_ENUM:
        memcpy(&item, value, sizeof item);
        return item.value != 0 || item.text.size != 0;
    case BELL_KIND_DATETIME:
        return is_moment_set(value);
    case BELL_KIND_DATE:
        memcpy(&date, value, sizeof date);
        return date.year != 0 || date.month != 0 || date.day != 0;
    case BELL_KIND_BOOL:
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
    case BELL_KIND_DURATION:
        return is_number_set(type, value);
    case BELL_KIND_RECORD:
    case BELL_KIND_UNION:
    case BELL_KIND_OPTION:
    case BELL_KIND_RULED: /* plain_type() took it away */
        break;
    }
    return false;
}

static bool is_same_text(bell_string left, bell_string right)
{
    return left.size == right.size &&
           (left.size == 0 || left.text == right.text ||
            (left.text != NULL && right.text != NULL &&
             memcmp(left.text, right.text, left.size) == 0));
}

static bool is_same_enum(const char *left, const char *right)
{
    bell_enum a;
    bell_enum b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return a.value == b.value && is_same_text(a.text, b.text);
}

static bool is_same_moment(const char *left, const char *right)
{
    bell_datetime a;
    bell_datetime b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds &&
           a.offset == b.offset && a.has_offset == b.has_offset;
}

bool bell__presence_is_same(const bell_type *type, const char *left,
                            const char *right)
{
    bell_string a;
    bell_string b;
    type = plain_type(type);
    switch ((bell_kind)type->kind) {
    case BELL_KIND_STRING:
    case BELL_KIND_JSON:
    case BELL_KIND_BYTES:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
        memcpy(&a, left, sizeof a);
        memcpy(&b, right, sizeof b);
        return is_same_text(a, b);
    case BELL_KIND_ENUM:
        return is_same_enum(left, right);
    case BELL_KIND_DATETIME:
        return is_same_moment(left, right);
    case BELL_KIND_BOOL:
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
    case BELL_KIND_RECORD:
    case BELL_KIND_UNION:
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
    case BELL_KIND_OPTION:
    case BELL_KIND_DATE:
    case BELL_KIND_DURATION:
    case BELL_KIND_RULED:
        break;
    }
    return memcmp(left, right, type->size) == 0;
}
