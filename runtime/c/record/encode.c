/* encode.c: structs to JSON by the tables, in one pass, straight into the
 * buffer. It knows no protocol. */
#include "record/encode.h"

#include "base/error.h"
#include "record/codec.h"
#include "record/codecs.h"
#include "record/presence.h"
#include "record/rule.h"
#include "json/skip.h"

enum { ROOM = BELL__ENCODE_ROOM };

BELL__COLD char *bell__encode_fail(struct bell__encoder *encoder,
                                   bell_status status, const char *wrong)
{
    encoder->writer.status = status;
    encoder->wrong = wrong;
    return NULL;
}

BELL__COLD char *bell__encode_wrong(struct bell__encoder *encoder,
                                    const char *wrong)
{
    return bell__encode_fail(encoder, BELL_INVALID, wrong);
}

static BELL__COLD char *fail_in(struct bell__encoder *encoder,
                                const bell_field *field)
{
    bell_string name = {field->name, field->name_size};
    bell__path_field(&encoder->path, name);
    return NULL;
}

static BELL__INLINE char *room(struct bell__encoder *encoder, char *at,
                               size_t size)
{
    return bell__writer_room(&encoder->writer, at, size);
}

/* ---- Scalars ------------------------------------------------------------- */

static char *write_text(struct bell__encoder *encoder, char *at,
                        bell_string text)
{
    if (text.size != 0 && text.text == NULL) {
        return bell__encode_wrong(encoder, "the text is NULL");
    }
    at = bell__writer_text(&encoder->writer, at, text);
    if (BELL__LIKELY(at != NULL)) {
        return room(encoder, at, ROOM);
    }
    if (encoder->writer.status == BELL_INVALID) {
        encoder->wrong = "the text is not UTF-8";
    }
    return NULL;
}

char *bell__encode_text(struct bell__encoder *encoder, char *at,
                        bell_string text)
{
    return write_text(encoder, at, text);
}

static BELL__INLINE const bell_value *find_enum(struct bell__encoder *encoder,
                                                const bell_type *type,
                                                const char *value,
                                                bell_string *text)
{
    bell_enum item;
    memcpy(&item, value, sizeof item);
    *text = item.text;
    if (item.value < 0 || item.value > type->count) {
        bell__encode_wrong(encoder, "not a value of the enum");
        return NULL;
    }
    for (int i = 0; item.value == 0 && i < type->count; i++) {
        if (item.text.size != 0 && item.text.text != NULL &&
            type->values[i].text_size == item.text.size &&
            memcmp(type->values[i].text, item.text.text, item.text.size) == 0) {
            item.value = i + 1;
        }
    }
    if (item.value != 0) {
        return &type->values[item.value - 1];
    }
    if (item.text.size == 0) {
        bell__encode_wrong(encoder, "an enum is not set");
    } else if ((type->flags & BELL_TYPE_CLOSED) != 0) {
        bell__encode_wrong(encoder, "not a value of the enum");
    }
    return NULL;
}

const bell_value *bell__encode_enum(struct bell__encoder *encoder,
                                    const bell_type *type, const char *value,
                                    bell_string *text)
{
    return find_enum(encoder, type, value, text);
}

static BELL__APART char *write_enum(struct bell__encoder *encoder, char *at,
                                    const bell_type *type, const char *value)
{
    bell_string text;
    const bell_value *known = find_enum(encoder, type, value, &text);
    if (known != NULL) {
        at = room(encoder, at, known->json_size + (size_t)ROOM);
        return at != NULL ? bell__writer_copy(at, known->json, known->json_size)
                          : NULL;
    }
    return encoder->wrong == NULL ? write_text(encoder, at, text) : NULL;
}

/* The user's own JSON: checked, and without white space, so that it holds no
 * line break. */
char *bell__encode_json(struct bell__encoder *encoder, char *at,
                        bell_string json)
{
    struct bell__fault fault;
    const char *end = json.text + json.size;
    const char *behind =
        bell__skip_value(json.text, end, encoder->depth_left, &fault);
    if (behind == NULL) {
        return bell__encode_wrong(encoder, fault.wrong);
    }
    if (bell__scan_space(behind, end) != end) {
        return bell__encode_wrong(encoder, "more than one JSON value");
    }
    at = bell__writer_compact(&encoder->writer, at, json);
    return at != NULL ? room(encoder, at, ROOM) : NULL;
}

static BELL__APART char *write_json_value(struct bell__encoder *encoder,
                                          char *at, const char *value)
{
    bell_json json;
    memcpy(&json, value, sizeof json);
    if (json.size == 0) {
        memcpy(at, "null", 4);
        return at + 4;
    }
    if (json.text == NULL) {
        return bell__encode_wrong(encoder, "the JSON is NULL");
    }
    bell_string text = {json.text, json.size};
    return bell__encode_json(encoder, at, text);
}

/* ---- Fields -------------------------------------------------------------- */

/* True where an unset field holds what a reader put there. */
static bool is_fallback(const bell_field *field, const char *value)
{
    return field->fallback != NULL &&
           bell__presence_is_same(field->type, field->fallback, value);
}

enum presence { FORGOTTEN = -1, ABSENT, NULLED, THERE };

/* Whether the field goes out. *value becomes the place of its value. */
static enum presence presence_of(const bell_field *field, const char *record,
                                 const char **value)
{
    enum presence unset = field->state == BELL_STATE_NULLABLE ? NULLED : ABSENT;
    enum presence there = THERE;
    *value = record + field->offset;
    if (field->state == BELL_STATE_EITHER) {
        bell_presence state;
        memcpy(&state, record + field->has_offset, sizeof state);
        unset = state == BELL_NULL ? NULLED : ABSENT;
        there = state == BELL_SET ? THERE : unset;
    }
    if (field->by_pointer) {
        memcpy(value, record + field->offset, sizeof *value);
        if (field->state != BELL_STATE_EITHER) {
            return *value != NULL ? THERE : unset;
        }
        return (*value != NULL) == (there == THERE) ? there : FORGOTTEN;
    }
    if (field->state != BELL_STATE_EITHER) {
        bool has;
        memcpy(&has, record + field->has_offset, sizeof has);
        there = has ? THERE : unset;
    }
    if (there != THERE && bell__presence_is_set(field->type, *value) &&
        !is_fallback(field, *value)) {
        return FORGOTTEN;
    }
    return there;
}

static char *fail_forgotten(struct bell__encoder *encoder,
                            const bell_field *field, const char *value)
{
    bool hollow = field->by_pointer && value == NULL;
    const char *wrong = "a value is there, but its has_ is false";
    if (field->state == BELL_STATE_EITHER) {
        wrong = hollow ? "its state is BELL_SET, but the pointer is NULL"
                       : "a value is there, but its state is not BELL_SET";
    }
    return bell__encode_wrong(encoder, wrong);
}

bool bell__encode_presence(struct bell__encoder *encoder,
                           const bell_field *field, const char *record,
                           const char **value)
{
    enum presence presence = THERE;
    *value = record + field->offset;
    if (field->state != BELL_STATE_REQUIRED || field->by_pointer) {
        presence = presence_of(field, record, value);
    }
    if (presence == FORGOTTEN) {
        fail_forgotten(encoder, field, *value);
    }
    return presence == THERE;
}

/* The value alone: `null` where it is not there. */
static char *encode_bare(struct bell__encoder *encoder, char *at,
                         const bell_field *field, const char *record)
{
    const char *value = record + field->offset;
    enum presence presence = THERE;
    if (field->state != BELL_STATE_REQUIRED || field->by_pointer) {
        presence = presence_of(field, record, &value);
    }
    if (presence == FORGOTTEN) {
        return fail_forgotten(encoder, field, value);
    }
    if (presence != THERE) {
        memcpy(at, "null", 4);
        return at + 4;
    }
    return bell__encode_value(encoder, at, field->type, value);
}

/* `"key":value,` or nothing. */
static BELL__INLINE char *encode_field(struct bell__encoder *encoder, char *at,
                                       const bell_field *field,
                                       const char *record)
{
    const char *value = record + field->offset;
    enum presence presence = THERE;
    if (field->state != BELL_STATE_REQUIRED || field->by_pointer) {
        presence = presence_of(field, record, &value);
        if (presence == FORGOTTEN) {
            return fail_forgotten(encoder, field, value);
        }
        if (presence == ABSENT) {
            return at;
        }
    }
    at = room(encoder, at, field->key_size + (size_t)ROOM);
    if (BELL__UNLIKELY(at == NULL)) {
        return NULL;
    }
    at = bell__writer_copy(at, field->key, field->key_size);
    if (presence == NULLED) {
        memcpy(at, "null,", 5);
        return at + 5;
    }
    at = bell__encode_value(encoder, at, field->type, value);
    if (BELL__LIKELY(at != NULL)) {
        *at++ = ',';
    }
    return at;
}

/* ---- Values of many parts ------------------------------------------------ */

char *bell__encode_enter(struct bell__encoder *encoder, char *at)
{
    if (encoder->depth_left == 0) {
        return bell__encode_fail(encoder, BELL_LIMIT, bell__skip_too_deep);
    }
    encoder->depth_left--;
    return at;
}

/* Behind the last member: the comma becomes the bracket. There is room. */
char *bell__encode_leave(struct bell__encoder *encoder, char *at, char closing)
{
    encoder->depth_left++;
    at = room(encoder, at, ROOM);
    if (at == NULL) {
        return NULL;
    }
    if (at[-1] == ',') {
        at--;
    }
    *at++ = closing;
    return room(encoder, at, ROOM);
}

static BELL__INLINE char *encode_fields(struct bell__encoder *encoder, char *at,
                                        const bell_type *type,
                                        const char *record)
{
    for (uint32_t i = 0; i < type->count; i++) {
        const bell_field *field = &type->fields[i];
        at = encode_field(encoder, at, field, record);
        if (BELL__UNLIKELY(at == NULL)) {
            return fail_in(encoder, field);
        }
    }
    return at;
}

char *bell__encode_fields(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *record)
{
    return encode_fields(encoder, at, type, record);
}

static BELL__APART char *encode_record(struct bell__encoder *encoder, char *at,
                                       const bell_type *type,
                                       const char *record)
{
    if ((type->flags & (BELL_TYPE_BARE | BELL_TYPE_OTHERS)) != 0) {
        return (type->flags & BELL_TYPE_BARE) != 0
                   ? encode_bare(encoder, at, &type->fields[0], record)
                   : type->codec->encode(encoder, at, type, record);
    }
    at = bell__encode_enter(encoder, at);
    if (at == NULL) {
        return NULL;
    }
    *at++ = '{';
    at = encode_fields(encoder, at, type, record);
    return at != NULL ? bell__encode_leave(encoder, at, '}') : NULL;
}

static BELL__INLINE char *check_items(struct bell__encoder *encoder, char *at,
                                      const struct bell__list_value *list)
{
    if (list->count > encoder->items_max) {
        return bell__encode_fail(encoder, BELL_LIMIT,
                                 "more than items_max items");
    }
    if (list->count != 0 && list->items == NULL) {
        return bell__encode_wrong(encoder, "items is NULL, count is not 0");
    }
    return at;
}

char *bell__encode_check_list(struct bell__encoder *encoder, char *at,
                              const struct bell__list_value *list)
{
    return check_items(encoder, at, list);
}

static BELL__APART char *encode_list(struct bell__encoder *encoder, char *at,
                                     const bell_type *type, const char *value)
{
    struct bell__list_value list;
    memcpy(&list, value, sizeof list);
    at = check_items(encoder, at, &list);
    at = at != NULL ? bell__encode_enter(encoder, at) : NULL;
    if (at == NULL) {
        return NULL;
    }
    *at++ = '[';
    for (size_t i = 0; i < list.count; i++) {
        at = room(encoder, at, ROOM);
        at = at != NULL ? bell__encode_value(encoder, at, type->item,
                                             list.items + i * type->stride)
                        : NULL;
        if (at == NULL) {
            bell__path_index(&encoder->path, i);
            return NULL;
        }
        *at++ = ',';
    }
    return bell__encode_leave(encoder, at, ']');
}

static BELL__APART char *encode_option(struct bell__encoder *encoder, char *at,
                                       const bell_type *type, const char *value)
{
    bool has;
    memcpy(&has, value, sizeof has);
    const char *item = value + type->item_offset;
    if (has) {
        return bell__encode_value(encoder, at, type->item, item);
    }
    if (bell__presence_is_set(type->item, item)) {
        return bell__encode_wrong(encoder,
                                  "a value is there, but has_value is false");
    }
    memcpy(at, "null", 4);
    return at + 4;
}

/* There are ROOM bytes, less a bracket, when this is called; and so there are,
 * less a scalar, when it returns. */
static BELL__INLINE char *encode_any(struct bell__encoder *encoder, char *at,
                                     const bell_type *type, const char *value)
{
    int64_t wide;
    int32_t narrow;
    uint64_t natural;
    uint32_t small;
    bell_string text;
    switch ((bell_kind)type->kind) {
    case BELL_KIND_BOOL:
        memcpy(at, *value ? "true" : "false", *value ? 4 : 5);
        return at + (*value ? 4 : 5);
    case BELL_KIND_INT32:
        memcpy(&narrow, value, sizeof narrow);
        return bell__json_put_int64(at, narrow);
    case BELL_KIND_INT64:
        memcpy(&wide, value, sizeof wide);
        return bell__json_put_int64(at, wide);
    case BELL_KIND_UINT32:
        memcpy(&small, value, sizeof small);
        return bell__json_put_uint64(at, small);
    case BELL_KIND_UINT64:
        memcpy(&natural, value, sizeof natural);
        return bell__json_put_uint64(at, natural);
    case BELL_KIND_STRING:
        memcpy(&text, value, sizeof text);
        return write_text(encoder, at, text);
    case BELL_KIND_JSON:
        return write_json_value(encoder, at, value);
    case BELL_KIND_ENUM:
        return write_enum(encoder, at, type, value);
    case BELL_KIND_RECORD:
        return encode_record(encoder, at, type, value);
    case BELL_KIND_UNION:
        return bell__encode_union(encoder, at, type, value);
    case BELL_KIND_LIST:
        return encode_list(encoder, at, type, value);
    case BELL_KIND_MAP:
        return bell__encode_map(encoder, at, type, value);
    case BELL_KIND_OPTION:
        return encode_option(encoder, at, type, value);
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
    return type->codec->encode(encoder, at, type, value);
}

char *bell__encode_value(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value)
{
    return encode_any(encoder, at, type, value);
}

/* ---- The whole ----------------------------------------------------------- */

static bell_status report(struct bell__encoder *encoder, const char *root,
                          bell_error *error)
{
    char path[BELL__PATH_BYTES];
    bell_status status = encoder->writer.status;
    const char *wrong = encoder->wrong;
    if (wrong == NULL) {
        wrong = status == BELL_NO_MEMORY ? "out of memory"
                                         : "larger than its limit of bytes";
    }
    bell__path_close(&encoder->path, root, path);
    if (path[0] == '\0') {
        memcpy(path, "params", sizeof "params");
    }
    bell__error_set(error, status, BELL_ORIGIN_CODEC, "%s: %s", path, wrong);
    if (error != NULL) {
        memcpy(error->path, path, sizeof path);
    }
    return status;
}

static BELL__INLINE char *begin(struct bell__encoder *encoder,
                                struct bell__buf *out,
                                const struct bell__codec_limits *limits)
{
    encoder->writer.out = out;
    encoder->depth_left = limits->depth_max < BELL__JSON_DEPTH_MAX
                              ? limits->depth_max
                              : BELL__JSON_DEPTH_MAX;
    encoder->items_max = limits->items_max;
    encoder->wrong = NULL;
    bell__path_open(&encoder->path);
    encoder->writer.status = bell__buf_reserve(out, ROOM);
    return encoder->writer.status == BELL_OK ? out->bytes + out->size : NULL;
}

static BELL__INLINE bell_status finish(struct bell__encoder *encoder,
                                       const char *at, const char *root,
                                       bell_error *error)
{
    struct bell__buf *out = encoder->writer.out;
    if (BELL__UNLIKELY(at == NULL)) {
        return report(encoder, root, error);
    }
    size_t size = (size_t)(at - out->bytes);
    if (out->limit != 0 && size > out->limit) {
        encoder->writer.status = BELL_LIMIT;
        return report(encoder, root, error);
    }
    out->size = size;
    return BELL_OK;
}

char *bell__encoder_open(struct bell__encoder *encoder, struct bell__buf *out,
                         const struct bell__codec_limits *limits)
{
    return begin(encoder, out, limits);
}

bell_status bell__encoder_close(struct bell__encoder *encoder, const char *at,
                                const char *root, bell_error *error)
{
    return finish(encoder, at, root, error);
}

bell_status bell__encode(struct bell__buf *out, const bell_type *type,
                         const void *value,
                         const struct bell__codec_limits *limits,
                         bell_error *error)
{
    struct bell__encoder encoder;
    char *at = begin(&encoder, out, limits);
    if (at != NULL) {
        at = bell__encode_value(&encoder, at, type, value);
    }
    return finish(&encoder, at, "", error);
}
