/* invent.c: a plausible JSON value of a type. */
#include "serve/invent.h"

#include "record/by_kind.h"
#include "serve/invent_text.h"
#include "json/write.h"

/* Beyond this depth only what is required is written, and lists are empty. */
enum { DEPTH_FULL = 3 };

/* A union whose first variant holds the union again has no end. */
enum { DEPTH_MAX = 48, ITEMS_MAX = 100 };

static void any(struct bell__buf *out, const bell_type *type, uint64_t *seed,
                unsigned depth);

/* `"key":value` of each field, with commas between and behind `first`. */
static void fields(struct bell__buf *out, const bell_type *type, uint64_t *seed,
                   unsigned depth, bool first)
{
    for (size_t i = 0; i < type->count; i++) {
        const bell_field *field = &type->fields[i];
        bool may_miss = field->state == BELL_STATE_OPTIONAL ||
                        field->state == BELL_STATE_EITHER;
        if (may_miss && depth >= DEPTH_FULL) {
            continue;
        }
        if (!first) {
            bell__buf_add_text(out, ",");
        }
        first = false;
        bell__buf_add(out, field->key, field->key_size);
        if (field->state == BELL_STATE_NULLABLE && depth >= DEPTH_FULL) {
            bell__buf_add_text(out, "null");
        } else {
            any(out, field->type, seed, depth + 1);
        }
    }
}

/* `"name":` */
static void key(struct bell__buf *out, const char *name, size_t size)
{
    bell__json_add_string(out, (bell_string){name, size});
    bell__buf_add_text(out, ":");
}

/* The tag, then what all variants share, then the variant's own. */
static void variant(struct bell__buf *out, const bell_type *type,
                    uint64_t *seed, unsigned depth)
{
    size_t pick =
        depth < DEPTH_FULL ? (size_t)(invent_draw(seed) % type->count) : 0;
    const bell_variant *row = &type->variants[pick];
    if (bell__is_by_kind(type)) {
        any(out, row->type, seed, depth + 1);
        return;
    }
    bell__buf_add_text(out, "{");
    key(out, type->tag, type->tag_size);
    bell__buf_add(out, row->json, row->json_size);
    if (type->item != NULL) {
        fields(out, type->item, seed, depth + 1, false);
    }
    if (type->content == NULL) {
        fields(out, row->type, seed, depth + 1, false);
    } else {
        bell__buf_add_text(out, ",");
        key(out, type->content, type->content_size);
        any(out, row->type, seed, depth + 1);
    }
    bell__buf_add_text(out, "}");
}

static void items(struct bell__buf *out, const bell_type *type, uint64_t *seed,
                  unsigned depth, size_t count)
{
    bool map = type->kind == BELL_KIND_MAP;
    bell__buf_add_text(out, map ? "{" : "[");
    for (size_t i = 0; i < count; i++) {
        if (i != 0) {
            bell__buf_add_text(out, ",");
        }
        if (map) {
            bell__buf_add_text(out, "\"key ");
            invent_number(out, i + 1);
            bell__buf_add_text(out, "\":");
        }
        any(out, type->item, seed, depth + 1);
    }
    bell__buf_add_text(out, map ? "}" : "]");
}

/* As many items as the rule wants, if that is not too much. */
static void ruled(struct bell__buf *out, const bell_type *type, uint64_t *seed,
                  unsigned depth)
{
    const bell_type *item = type->item;
    bell_rule rule = *type->rule;
    size_t count = depth < DEPTH_FULL ? 1 : 0;
    for (; item->kind == BELL_KIND_RULED; item = item->item) {
        invent_tighten(&rule, item);
    }
    if (item->kind != BELL_KIND_LIST && item->kind != BELL_KIND_MAP) {
        invent_ruled(out, item, &rule, seed);
        return;
    }
    if ((rule.checks & BELL_RULE_MIN_COUNT) != 0 && count < rule.min_count) {
        count = rule.min_count < ITEMS_MAX ? rule.min_count : ITEMS_MAX;
    }
    if ((rule.checks & BELL_RULE_MAX_COUNT) != 0 && count > rule.max_count) {
        count = rule.max_count;
    }
    items(out, item, seed, depth, count);
}

static void any(struct bell__buf *out, const bell_type *type, uint64_t *seed,
                unsigned depth)
{
    if (depth >= DEPTH_MAX) {
        bell__buf_add_text(out, "null"); /* nothing finite is of this type */
        return;
    }
    switch ((bell_kind)type->kind) {
    case BELL_KIND_ENUM: {
        const bell_value *row = &type->values[invent_draw(seed) % type->count];
        bell__buf_add(out, row->json, row->json_size);
        return;
    }
    case BELL_KIND_RECORD:
        bell__buf_add_text(out, "{");
        fields(out, type, seed, depth, true);
        bell__buf_add_text(out, "}");
        return;
    case BELL_KIND_UNION:
        variant(out, type, seed, depth);
        return;
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
        items(out, type, seed, depth, depth < DEPTH_FULL ? 1 : 0);
        return;
    case BELL_KIND_OPTION:
        any(out, type->item, seed, depth);
        return;
    case BELL_KIND_RULED:
        ruled(out, type, seed, depth);
        return;
    case BELL_KIND_BOOL:
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
    case BELL_KIND_STRING:
    case BELL_KIND_JSON:
    case BELL_KIND_BYTES:
    case BELL_KIND_DATETIME:
    case BELL_KIND_DATE:
    case BELL_KIND_DURATION:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
        invent_scalar(out, type, seed);
        return;
    }
}

bell_status invent_value(struct bell__buf *out, const bell_type *type,
                         uint64_t *seed)
{
    bool bare = (type->flags & BELL_TYPE_BARE) != 0;
    any(out, bare ? type->fields[0].type : type, seed, 0);
    return bell__buf_settle(out);
}
