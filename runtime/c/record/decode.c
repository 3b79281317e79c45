/* decode.c: JSON to structs by the tables: values and records. It knows no
 * protocol. */
#include "record/decode_text.h"

#include "record/codec.h"
#include "record/codecs.h"
#include "record/report.h"
#include "record/seen.h"
#include "json/number.h"
#include "json/skip.h"

/* ---- Scalars ------------------------------------------------------------- */

/* A number that is none, or is not of the wanted type. */
static BELL__COLD const char *no_number(struct bell__decoder *decoder,
                                        const char *at, const bell_type *type)
{
    struct bell__number number;
    bool begins =
        at < decoder->end && (*at == '-' || (*at >= '0' && *at <= '9'));
    if (begins &&
        bell__number_pass(at, decoder->end, &number, &decoder->fault) == NULL) {
        return NULL;
    }
    return bell__decode_mismatch(decoder, at, type->name);
}

static BELL__INLINE const char *read_bool(struct bell__decoder *decoder,
                                          const char *at, const bell_type *type,
                                          char *out)
{
    bool value = bell__decode_is(decoder, at, "true", 4);
    if (!value && !bell__decode_is(decoder, at, "false", 5)) {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    memcpy(out, &value, sizeof value);
    return at + (value ? 4 : 5);
}

/* The value as the kind that is wanted, where it fits. */
static BELL__INLINE bool put_int64(const bell_type *type, int64_t value,
                                   char *out)
{
    if (type->kind == BELL_KIND_INT64) {
        memcpy(out, &value, sizeof value);
        return true;
    }
    int32_t small = (int32_t)value;
    if (type->kind == BELL_KIND_INT32) {
        memcpy(out, &small, sizeof small);
        return small == value;
    }
    uint32_t natural = (uint32_t)value;
    memcpy(out, &natural, sizeof natural);
    return natural == value;
}

static BELL__APART const char *read_hard_int64(struct bell__decoder *decoder,
                                               const char *at,
                                               const bell_type *type, char *out)
{
    int64_t value;
    const char *behind =
        bell__number_int64(at, decoder->end, &value, &decoder->fault);
    if (behind == NULL || !put_int64(type, value, out)) {
        return no_number(decoder, at, type);
    }
    return behind;
}

static BELL__INLINE const char *read_int64(struct bell__decoder *decoder,
                                           const char *at,
                                           const bell_type *type, char *out)
{
    int64_t value = 0;
    const char *behind = bell__number_plain_int64(at, decoder->end, &value);
    if (BELL__UNLIKELY(behind == NULL || !put_int64(type, value, out))) {
        return read_hard_int64(decoder, at, type, out);
    }
    return behind;
}

static BELL__APART const char *read_hard_uint64(struct bell__decoder *decoder,
                                                const char *at,
                                                const bell_type *type,
                                                char *out)
{
    uint64_t value;
    const char *behind =
        bell__number_uint64(at, decoder->end, &value, &decoder->fault);
    if (behind == NULL) {
        return no_number(decoder, at, type);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static BELL__INLINE const char *read_uint64(struct bell__decoder *decoder,
                                            const char *at,
                                            const bell_type *type, char *out)
{
    uint64_t value = 0;
    const char *behind = bell__number_plain_uint64(at, decoder->end, &value);
    if (BELL__UNLIKELY(behind == NULL)) {
        return read_hard_uint64(decoder, at, type, out);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static BELL__INLINE const char *read_string(struct bell__decoder *decoder,
                                            const char *at,
                                            const bell_type *type, char *out)
{
    if (BELL__UNLIKELY(at == decoder->end || *at != '"')) {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    /* Not by way of a copy: that would be read back in one piece before its
     * two halves are in the cache. */
    return bell__decode_fast_text(decoder, at + 1, (bell_string *)(void *)out);
}

static BELL__APART const char *read_json(struct bell__decoder *decoder,
                                         const char *at, char *out)
{
    const char *behind = bell__skip_value(at, decoder->end, decoder->depth_left,
                                          &decoder->fault);
    if (behind == NULL) {
        return NULL;
    }
    bell_string raw = {at, (size_t)(behind - at)};
    bell_string copy = bell__arena_copy(decoder->arena, raw);
    if (copy.text == NULL) {
        return bell__decode_limit(decoder, at, NULL);
    }
    bell_json value = {copy.text, copy.size};
    memcpy(out, &value, sizeof value);
    return behind;
}

/* ---- Values -------------------------------------------------------------- */

static BELL__APART const char *read_option(struct bell__decoder *decoder,
                                           const char *at,
                                           const bell_type *type, char *out)
{
    memset(out, 0, type->size);
    if (bell__decode_is(decoder, at, "null", 4)) {
        return at + 4;
    }
    out[0] = (char)true;
    return bell__decode_value(decoder, at, type->item, out + type->item_offset);
}

static const char *decode_bare(struct bell__decoder *decoder, const char *at,
                               const bell_field *field, char *out);

/* A value that stands alone, or a record that keeps what no field names. */
static BELL__APART const char *read_special(struct bell__decoder *decoder,
                                            const char *at,
                                            const bell_type *type, char *out)
{
    bool rules = decoder->rules;
    if ((type->flags & BELL_TYPE_OTHERS) != 0) {
        return type->codec->decode(decoder, at, type, out);
    }
    decoder->rules |= (type->flags & BELL_TYPE_STRICT) != 0;
    at = decode_bare(decoder, at, &type->fields[0], out);
    decoder->rules = rules;
    return at;
}

static BELL__APART const char *read_record(struct bell__decoder *decoder,
                                           const char *at,
                                           const bell_type *type, char *out)
{
    static const struct bell__tag no_tag = {NULL, NULL, false};
    memset(out, 0, type->size);
    if ((type->flags & (BELL_TYPE_BARE | BELL_TYPE_OTHERS)) != 0) {
        return read_special(decoder, at, type, out);
    }
    if (at == decoder->end || *at != '{') {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    return bell__decode_members(decoder, at + 1, true, type, out, &no_tag);
}

static BELL__INLINE const char *decode_value(struct bell__decoder *decoder,
                                             const char *at,
                                             const bell_type *type, char *out)
{
    at = bell__decode_space(decoder, at);
    switch ((bell_kind)type->kind) {
    case BELL_KIND_BOOL:
        return read_bool(decoder, at, type, out);
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
        return read_int64(decoder, at, type, out);
    case BELL_KIND_UINT64:
        return read_uint64(decoder, at, type, out);
    case BELL_KIND_STRING:
        return read_string(decoder, at, type, out);
    case BELL_KIND_JSON:
        return read_json(decoder, at, out);
    case BELL_KIND_ENUM:
        return bell__decode_enum(decoder, at, type, out);
    case BELL_KIND_RECORD:
        return read_record(decoder, at, type, out);
    case BELL_KIND_UNION:
        return bell__decode_union(decoder, at, type, out);
    case BELL_KIND_LIST:
        return bell__decode_list(decoder, at, type, out);
    case BELL_KIND_MAP:
        return bell__decode_map(decoder, at, type, out);
    case BELL_KIND_OPTION:
        return read_option(decoder, at, type, out);
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
    case BELL_KIND_BYTES:
    case BELL_KIND_DATETIME:
    case BELL_KIND_DATE:
    case BELL_KIND_DURATION:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
    case BELL_KIND_RULED:
        break;
    }
    return type->codec->decode(decoder, at, type, out);
}

const char *bell__decode_value(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, char *out)
{
    return decode_value(decoder, at, type, out);
}

/* ---- Fields -------------------------------------------------------------- */

static void set_presence(const bell_field *field, char *out, bool there)
{
    if (field->state == BELL_STATE_EITHER) {
        bell_presence presence = there ? BELL_SET : BELL_NULL;
        memcpy(out + field->has_offset, &presence, sizeof presence);
    } else if (!field->by_pointer) {
        memcpy(out + field->has_offset, &there, sizeof there);
    }
}

/* The key may stand twice: what the first one left must go. */
static const char *decode_null(struct bell__decoder *decoder, const char *at,
                               const bell_field *field, char *out)
{
    if (field->state == BELL_STATE_OPTIONAL) {
        return bell__decode_mismatch(decoder, at, field->type->name);
    }
    memset(out + field->offset, 0,
           field->by_pointer ? sizeof(void *) : field->type->size);
    set_presence(field, out, false);
    return at + 4;
}

static const char *decode_optional(struct bell__decoder *decoder,
                                   const char *at, const bell_field *field,
                                   char *out)
{
    char *target = out + field->offset;
    bool free_form = field->type->kind == BELL_KIND_JSON &&
                     field->state == BELL_STATE_OPTIONAL;
    at = bell__decode_space(decoder, at);
    if (at < decoder->end && *at == 'n' && !free_form &&
        bell__decode_is(decoder, at, "null", 4)) {
        return decode_null(decoder, at, field, out);
    }
    if (field->by_pointer) {
        target = bell__decode_take(decoder, at, field->type->size);
        if (target == NULL) {
            return NULL;
        }
        memcpy(out + field->offset, &target, sizeof target);
    }
    set_presence(field, out, true);
    return bell__decode_value(decoder, at, field->type, target);
}

static BELL__INLINE const char *decode_field(struct bell__decoder *decoder,
                                             const char *at,
                                             const bell_field *field, char *out)
{
    if (field->state == BELL_STATE_REQUIRED && !field->by_pointer) {
        return decode_value(decoder, at, field->type, out + field->offset);
    }
    return decode_optional(decoder, at, field, out);
}

static const char *decode_bare(struct bell__decoder *decoder, const char *at,
                               const bell_field *field, char *out)
{
    if (field->state == BELL_STATE_REQUIRED && !field->by_pointer) {
        return bell__decode_value(decoder, at, field->type,
                                  out + field->offset);
    }
    return decode_optional(decoder, at, field, out);
}

/* ---- Records ------------------------------------------------------------- */

static uint32_t find_field(const bell_type *type, uint32_t next,
                           bell_string key)
{
    for (uint32_t i = 0; i < type->count; i++) {
        uint32_t index = next + i;
        index -= index >= type->count ? type->count : 0;
        const bell_field *field = &type->fields[index];
        if (field->name_size == key.size &&
            bell__scan_same(field->name, key.text, key.size)) {
            return index;
        }
    }
    return type->count;
}

/* Whether a key that is none of the record's stands there by right. */
static bool is_beside(const struct bell__tag *tag, bell_string key)
{
    if (tag->type == NULL || tag->shared) {
        return tag->shared;
    }
    const bell_type *shared = tag->type->item;
    return shared != NULL && find_field(shared, 0, key) != shared->count;
}

/* A key that is not a field's: passes over its value, or keeps it. */
static const char *skip_unknown(struct bell__decoder *decoder, const char *at,
                                const bell_type *type, bell_string key,
                                const char *place, const struct bell__tag *tag)
{
    bool is_tag = tag->type != NULL && key.size == tag->type->tag_size &&
                  memcmp(key.text, tag->type->tag, key.size) == 0;
    if (is_tag && place != tag->at) {
        bell__path_field(&decoder->path, key);
        return bell__decode_fail(decoder, place,
                                 "the union's tag stands twice");
    }
    if (!is_tag && (type->flags & BELL_TYPE_STRICT) != 0 &&
        !is_beside(tag, key)) {
        bell__path_field(&decoder->path, key);
        return bell__decode_fail(decoder, place, "an unknown field");
    }
    if ((type->flags & BELL_TYPE_OTHERS) != 0) {
        return decoder->keep(decoder, at, type->item, key, place);
    }
    return bell__pass(&decoder->passing, at, decoder->end, decoder->depth_left,
                      decoder->arena, &decoder->fault);
}

/* From behind a member to the next key's quote; *over behind the brace. */
static BELL__INLINE const char *next_member(struct bell__decoder *decoder,
                                            const char *at, bool first,
                                            bool *over)
{
    at = bell__decode_space(decoder, at);
    if (at < decoder->end && *at == '}') {
        *over = true;
        return at + 1;
    }
    if (!first) {
        if (BELL__UNLIKELY(at == decoder->end || *at != ',')) {
            return bell__decode_fail(decoder, at, "expected , or }");
        }
        at = bell__decode_space(decoder, at + 1);
    }
    if (BELL__UNLIKELY(at == decoder->end || *at != '"')) {
        return bell__decode_fail(decoder, at, "a key is missing here");
    }
    return at;
}

/* A comma and the key of the field that mostly comes here. */
static BELL__INLINE bool is_expected(const struct bell__decoder *decoder,
                                     const char *at, const bell_field *field)
{
    return (size_t)(decoder->end - at) > field->key_size && *at == ',' &&
           bell__scan_same(at + 1, field->key, field->key_size);
}

/* At a key: which field it names, if any (else its value is passed over). */
static const char *find_member(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, uint32_t *next,
                               const struct bell__tag *tag,
                               const bell_field **field)
{
    bell_string key;
    *field = NULL;
    if (*next < type->count) {
        const bell_field *likely = &type->fields[*next];
        if (bell__decode_is(decoder, at, likely->key, likely->key_size)) {
            *field = likely;
            return at + likely->key_size;
        }
    }
    const char *value = bell__decode_key(decoder, at, &key);
    if (value == NULL) {
        return NULL;
    }
    uint32_t index = find_field(type, *next, key);
    if (index == type->count) {
        return skip_unknown(decoder, value, type, key, at, tag);
    }
    *next = index;
    *field = &type->fields[index];
    return value;
}

static BELL__COLD const char *fail_field(struct bell__decoder *decoder,
                                         const bell_field *field)
{
    bell_string name = {field->name, field->name_size};
    bell__path_field(&decoder->path, name);
    return NULL;
}

const char *bell__decode_members(struct bell__decoder *decoder, const char *at,
                                 bool first, const bell_type *type, char *out,
                                 const struct bell__tag *tag)
{
    struct bell__seen seen;
    uint32_t next = 0; /* the field that stands here, if all keep the order */
    bool over = false;
    if (decoder->depth_left == 0) {
        return bell__decode_limit(decoder, at, bell__skip_too_deep);
    }
    decoder->depth_left--;
    bool rules = decoder->rules;
    decoder->rules =
        decoder->rules_always || (type->flags & BELL_TYPE_STRICT) != 0;
    seen.ordered = 0;
    seen.marked = false;
    for (;;) {
        const bell_field *field =
            next < type->count ? &type->fields[next] : NULL;
        if (BELL__LIKELY(field != NULL && !first &&
                         is_expected(decoder, at, field))) {
            at += 1 + field->key_size;
        } else {
            at = next_member(decoder, at, first, &over);
            if (at == NULL || over) {
                break;
            }
            first = false;
            at = find_member(decoder, at, type, &next, tag, &field);
            if (at == NULL) {
                return NULL;
            }
            if (field == NULL) {
                continue;
            }
        }
        if (next == seen.ordered) {
            seen.ordered++;
        } else if (!bell__seen_mark(decoder, at, type, &seen, next)) {
            return NULL;
        }
        next++;
        at = decode_field(decoder, at, field, out);
        if (BELL__UNLIKELY(at == NULL)) {
            return fail_field(decoder, field);
        }
    }
    decoder->depth_left++;
    decoder->rules = rules;
    if (at == NULL || seen.ordered == type->count) {
        return at;
    }
    return bell__seen_fill(decoder, at, type, out, &seen);
}

/* ---- The whole ----------------------------------------------------------- */

bell_status bell__decode(bell_string json, const bell_type *type, void *value,
                         struct bell__arena *arena,
                         const struct bell__codec_limits *limits,
                         const char *root, bell_error *error)
{
    struct bell__decoder decoder;
    decoder.start = json.size != 0 ? json.text : "";
    decoder.end = decoder.start + json.size;
    decoder.arena = arena;
    decoder.depth_left = limits->depth_max < BELL__JSON_DEPTH_MAX
                             ? limits->depth_max
                             : BELL__JSON_DEPTH_MAX;
    decoder.items_max = limits->items_max;
    decoder.rules = limits->rules;
    decoder.rules_always = limits->rules;
    decoder.status = BELL_BAD_REPLY;
    decoder.wanted = NULL;
    decoder.room = NULL;
    decoder.keep = NULL;
    decoder.others = NULL;
    decoder.work = 0;
    decoder.passing.until = decoder.start;
    decoder.passing.passed = NULL;
    bell__path_open(&decoder.path);
    const char *at = bell__decode_value(&decoder, decoder.start, type, value);
    if (BELL__UNLIKELY(decoder.work != 0 && limits->pattern_work != NULL)) {
        *limits->pattern_work += decoder.work;
    }
    if (BELL__UNLIKELY(decoder.passing.passed != NULL)) {
        bell__passing_end(&decoder.passing, arena);
    }
    if (at != NULL) {
        at = bell__decode_space(&decoder, at);
        if (BELL__LIKELY(at == decoder.end)) {
            return BELL_OK;
        }
        bell__decode_fail(&decoder, at, "more text stands behind the value");
    }
    return bell__report_decode(&decoder, root, error);
}
