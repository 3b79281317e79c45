/* invent.c: a plausible JSON value of a type. */
#include "serve/invent.h"

#include <string.h>

#include "json/write.h"

/* Beyond this depth only what is required is written, and lists are empty. */
enum { DEPTH_FULL = 3 };

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *seed >> 33;
}

static bell_status append(struct bell__buf *out, const char *text)
{
    return bell__buf_append(out, text, strlen(text));
}

static bell_status number(struct bell__buf *out, uint64_t value)
{
    char digits[BELL__JSON_INT_MAX];
    char *end = bell__json_put_uint64(digits, value);
    return bell__buf_append(out, digits, (size_t)(end - digits));
}

static bell_status any(struct bell__buf *out, const bell_type *type,
                       uint64_t *seed, unsigned depth);

static bell_status fields(struct bell__buf *out, const bell_type *type,
                          uint64_t *seed, unsigned depth, bool first)
{
    bell_status status = BELL_OK;
    for (size_t i = 0; status == BELL_OK && i < type->count; i++) {
        const bell_field *field = &type->fields[i];
        bool may_miss = field->state == BELL_STATE_OPTIONAL ||
                        field->state == BELL_STATE_EITHER;
        if (may_miss && depth >= DEPTH_FULL) {
            continue;
        }
        if (!first) {
            status = append(out, ",");
        }
        first = false;
        if (status == BELL_OK) {
            status = bell__buf_append(out, field->key, field->key_size);
        }
        if (status == BELL_OK && field->state == BELL_STATE_NULLABLE &&
            depth >= DEPTH_FULL) {
            status = append(out, "null");
        } else if (status == BELL_OK) {
            status = any(out, field->type, seed, depth + 1);
        }
    }
    return status == BELL_OK ? append(out, "}") : status;
}

static bell_status variant(struct bell__buf *out, const bell_type *type,
                           uint64_t *seed, unsigned depth)
{
    size_t pick = depth < DEPTH_FULL ? draw(seed) % type->count : 0;
    const bell_variant *row = &type->variants[pick];
    bell_string tag = {type->tag, type->tag_size};
    bell_status status = append(out, "{");
    if (status == BELL_OK) {
        status = bell__json_write_string(out, tag);
    }
    if (status == BELL_OK) {
        status = append(out, ":");
    }
    if (status == BELL_OK) {
        status = bell__buf_append(out, row->json, row->json_size);
    }
    return status == BELL_OK ? fields(out, row->type, seed, depth + 1, false)
                             : status;
}

static bell_status list(struct bell__buf *out, const bell_type *type,
                        uint64_t *seed, unsigned depth)
{
    bool map = type->kind == BELL_KIND_MAP;
    if (depth >= DEPTH_FULL) {
        return append(out, map ? "{}" : "[]");
    }
    bell_status status = append(out, map ? "{\"key\":" : "[");
    if (status == BELL_OK) {
        status = any(out, type->item, seed, depth + 1);
    }
    return status == BELL_OK ? append(out, map ? "}" : "]") : status;
}

static bell_status any(struct bell__buf *out, const bell_type *type,
                       uint64_t *seed, unsigned depth)
{
    bell_status status = BELL_OK;
    switch (type->kind) {
    case BELL_KIND_BOOL:
        return append(out, draw(seed) % 2 == 0 ? "false" : "true");
    case BELL_KIND_STRING:
        status = append(out, "\"text ");
        status = status == BELL_OK ? number(out, draw(seed) % 1000) : status;
        return status == BELL_OK ? append(out, "\"") : status;
    case BELL_KIND_JSON:
        return append(out, "{}");
    case BELL_KIND_ENUM: {
        const bell_value *row = &type->values[draw(seed) % type->count];
        return bell__buf_append(out, row->json, row->json_size);
    }
    case BELL_KIND_RECORD:
        status = append(out, "{");
        return status == BELL_OK ? fields(out, type, seed, depth, true)
                                 : status;
    case BELL_KIND_UNION:
        return variant(out, type, seed, depth);
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
        return list(out, type, seed, depth);
    case BELL_KIND_OPTION:
        return any(out, type->item, seed, depth);
    default:
        return number(out, draw(seed) % 1000);
    }
}

bell_status invent_value(struct bell__buf *out, const bell_type *type,
                         uint64_t *seed)
{
    if ((type->flags & BELL_TYPE_BARE) != 0) {
        return any(out, type->fields[0].type, seed, 0);
    }
    return any(out, type, seed, 0);
}
