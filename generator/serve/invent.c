/* invent.c: a plausible JSON value of a type. */
#include "serve/invent.h"

#include "serve/invent_text.h"
#include "json/write.h"

/* Beyond this depth only what is required is written, and lists are empty. */
enum { DEPTH_FULL = 3 };

/* A union whose first variant holds the union again has no end. */
enum { DEPTH_MAX = 48, ITEMS_MAX = 100 };

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
            status = invent_append(out, ",");
        }
        first = false;
        if (status == BELL_OK) {
            status = bell__buf_append(out, field->key, field->key_size);
        }
        if (status == BELL_OK && field->state == BELL_STATE_NULLABLE &&
            depth >= DEPTH_FULL) {
            status = invent_append(out, "null");
        } else if (status == BELL_OK) {
            status = any(out, field->type, seed, depth + 1);
        }
    }
    return status == BELL_OK ? invent_append(out, "}") : status;
}

/* `"name":` */
static bell_status key(struct bell__buf *out, const char *name, size_t size)
{
    bell_status status =
        bell__json_write_string(out, (bell_string){name, size});
    return status == BELL_OK ? invent_append(out, ":") : status;
}

/* The tag, then what all variants share, then the variant's own. */
static bell_status variant(struct bell__buf *out, const bell_type *type,
                           uint64_t *seed, unsigned depth)
{
    size_t pick = depth < DEPTH_FULL ? invent_draw(seed) % type->count : 0;
    const bell_variant *row = &type->variants[pick];
    bell_status status = invent_append(out, "{");
    if (status == BELL_OK) {
        status = key(out, type->tag, type->tag_size);
    }
    if (status == BELL_OK) {
        status = bell__buf_append(out, row->json, row->json_size);
    }
    if (status == BELL_OK && type->item != NULL) {
        status = fields(out, type->item, seed, depth + 1, false);
        out->size -= status == BELL_OK ? 1 : 0; /* the brace */
    }
    if (status != BELL_OK || type->content == NULL) {
        return status == BELL_OK
                   ? fields(out, row->type, seed, depth + 1, false)
                   : status;
    }
    status = invent_append(out, ",");
    if (status == BELL_OK) {
        status = key(out, type->content, type->content_size);
    }
    if (status == BELL_OK) {
        status = any(out, row->type, seed, depth + 1);
    }
    return status == BELL_OK ? invent_append(out, "}") : status;
}

static bell_status items(struct bell__buf *out, const bell_type *type,
                         uint64_t *seed, unsigned depth, size_t count)
{
    bool map = type->kind == BELL_KIND_MAP;
    bell_status status = invent_append(out, map ? "{" : "[");
    for (size_t i = 0; status == BELL_OK && i < count; i++) {
        status = i == 0 ? BELL_OK : invent_append(out, ",");
        if (status == BELL_OK && map) {
            status = invent_append(out, "\"key ");
            status = status == BELL_OK ? invent_number(out, i + 1) : status;
            status = status == BELL_OK ? invent_append(out, "\":") : status;
        }
        if (status == BELL_OK) {
            status = any(out, type->item, seed, depth + 1);
        }
    }
    return status == BELL_OK ? invent_append(out, map ? "}" : "]") : status;
}

/* As many items as the rule wants, if that is not too much. */
static bell_status ruled(struct bell__buf *out, const bell_type *type,
                         uint64_t *seed, unsigned depth)
{
    const bell_type *item = type->item;
    bell_rule rule = *type->rule;
    size_t count = depth < DEPTH_FULL ? 1 : 0;
    for (; item->kind == BELL_KIND_RULED; item = item->item) {
        invent_tighten(&rule, item);
    }
    if (item->kind != BELL_KIND_LIST && item->kind != BELL_KIND_MAP) {
        return invent_ruled(out, item, &rule, seed);
    }
    if ((rule.checks & BELL_RULE_MIN_COUNT) != 0 && count < rule.min_count) {
        count = rule.min_count < ITEMS_MAX ? rule.min_count : ITEMS_MAX;
    }
    if ((rule.checks & BELL_RULE_MAX_COUNT) != 0 && count > rule.max_count) {
        count = rule.max_count;
    }
    return items(out, item, seed, depth, count);
}

static bell_status any(struct bell__buf *out, const bell_type *type,
                       uint64_t *seed, unsigned depth)
{
    if (depth >= DEPTH_MAX) {
        return invent_append(out, "null"); /* nothing finite is of this type */
    }
    switch ((bell_kind)type->kind) {
    case BELL_KIND_ENUM: {
        const bell_value *row = &type->values[invent_draw(seed) % type->count];
        return bell__buf_append(out, row->json, row->json_size);
    }
    case BELL_KIND_RECORD: {
        bell_status status = invent_append(out, "{");
        return status == BELL_OK ? fields(out, type, seed, depth, true)
                                 : status;
    }
    case BELL_KIND_UNION:
        return variant(out, type, seed, depth);
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
        return items(out, type, seed, depth, depth < DEPTH_FULL ? 1 : 0);
    case BELL_KIND_OPTION:
        return any(out, type->item, seed, depth);
    case BELL_KIND_RULED:
        return ruled(out, type, seed, depth);
    default:
        return invent_scalar(out, type, seed);
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
