/* decode_form.c: texts of a certain form to the values that they spell: bytes,
 * times, durations, UUIDs and decimals. */
#include "base/base64.h"
#include "record/decode.h"
#include "record/duration.h"
#include "record/form.h"
#include "record/time.h"
#include "record/unix.h"
#include "json/number.h"

/* ---- Texts --------------------------------------------------------------- */

/* A quoted text, which may be lent. */
static const char *read_text(struct bell__decoder *decoder, const char *at,
                             const char *wanted, bell_string *text)
{
    if (at == decoder->end || *at != '"') {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    return bell__decode_lent_text(decoder, at + 1, text);
}

/* Where the byte of a text stands in the JSON, from behind its quote on; what
 * stands before it is ASCII. */
static const char *place_of(const char *at, size_t index)
{
    for (; index > 0; index--) {
        size_t escape = at[0] == '\\' && at[1] == 'u' ? 6 : 2;
        at += at[0] == '\\' ? escape : 1;
    }
    return at;
}

static const char *read_bytes(struct bell__decoder *decoder, const char *at,
                              char *out)
{
    bell_bytes value;
    bell_string text = {NULL, 0};
    size_t place;
    const char *behind = read_text(decoder, at, "bytes (base64)", &text);
    if (behind == NULL) {
        return NULL;
    }
    size_t room = text.size / 4 * 3 + 4;
    char *bytes = bell__arena_bytes(decoder->arena, room);
    if (bytes == NULL) {
        return bell__decode_limit(decoder, at, NULL);
    }
    const char *wrong =
        bell__base64_read(text, (uint8_t *)bytes, &value.size, &place);
    if (wrong != NULL) {
        return bell__decode_fail(decoder, place_of(at + 1, place), wrong);
    }
    bytes[value.size] = '\0';
    decoder->arena->at = bytes + value.size + 1; /* the rest goes back */
    value.bytes = (const uint8_t *)bytes;
    memcpy(out, &value, sizeof value);
    return behind;
}

static const char *read_moment(struct bell__decoder *decoder, const char *at,
                               char *out)
{
    static const char wanted[] = "datetime (RFC 3339)";
    bell_datetime value;
    bell_string text = {NULL, 0};
    const char *behind = read_text(decoder, at, wanted, &text);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__time_read_moment(text, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static const char *read_date(struct bell__decoder *decoder, const char *at,
                             char *out)
{
    static const char wanted[] = "date (YYYY-MM-DD)";
    bell_date value;
    bell_string text = {NULL, 0};
    const char *behind = read_text(decoder, at, wanted, &text);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__time_read_date(text, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static const char *read_duration(struct bell__decoder *decoder, const char *at,
                                 char *out)
{
    static const char wanted[] = "duration (ISO 8601, weeks to seconds, "
                                 "64 bits of nanoseconds)";
    int64_t value;
    bell_string text = {NULL, 0};
    const char *behind = read_text(decoder, at, wanted, &text);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__duration_read(text, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static const char *read_uuid(struct bell__decoder *decoder, const char *at,
                             char *out)
{
    static const char wanted[] = "uuid (8-4-4-4-12 hex digits)";
    bell_string text = {NULL, 0};
    const char *behind = read_text(decoder, at, wanted, &text);
    if (behind == NULL) {
        return NULL;
    }
    char *uuid = bell__arena_bytes(decoder->arena, BELL__FORM_UUID_BYTES + 1);
    if (uuid == NULL) {
        return bell__decode_limit(decoder, at, NULL);
    }
    if (!bell__form_put_uuid(uuid, text)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    uuid[BELL__FORM_UUID_BYTES] = '\0';
    bell_string value = {uuid, BELL__FORM_UUID_BYTES};
    memcpy(out, &value, sizeof value);
    return behind;
}

/* ---- Texts or numbers ---------------------------------------------------- */

/* A number at `at`; what begins like none is told by what is wanted. */
static const char *pass_number(struct bell__decoder *decoder, const char *at,
                               const char *wanted, struct bell__number *number)
{
    bool begins =
        at < decoder->end && (*at == '-' || (*at >= '0' && *at <= '9'));
    if (!begins) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    return bell__number_pass(at, decoder->end, number, &decoder->fault);
}

static const char *read_units(struct bell__decoder *decoder, const char *at,
                              int64_t unit, char *out)
{
    const char *wanted = unit == 1000000000
                             ? "duration (a number of seconds)"
                             : "duration (a number of milliseconds)";
    struct bell__number number;
    int64_t value;
    const char *behind = pass_number(decoder, at, wanted, &number);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__duration_read_units(&number, unit, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static const char *read_unix(struct bell__decoder *decoder, const char *at,
                             int64_t unit, char *out)
{
    const char *wanted = unit == 1000000000
                             ? "datetime (a number of unix seconds)"
                             : "datetime (a number of unix milliseconds)";
    struct bell__number number;
    bell_datetime value;
    const char *behind = pass_number(decoder, at, wanted, &number);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__unix_read(&number, unit, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static const char *read_decimal(struct bell__decoder *decoder, const char *at,
                                bool quoted, char *out)
{
    const char *wanted =
        quoted ? "decimal (a number as text)" : "decimal (a number)";
    struct bell__number number;
    bell_string text = {at, 0};
    const char *behind = quoted ? read_text(decoder, at, wanted, &text)
                                : pass_number(decoder, at, wanted, &number);
    if (behind == NULL) {
        return NULL;
    }
    if (!quoted) {
        text.size = (size_t)(behind - at);
    }
    if (text.size > BELL__FORM_DECIMAL_BYTES_MAX) {
        return bell__decode_fail(decoder, at, bell__form_decimal_too_long);
    }
    if (quoted && !bell__form_is_decimal(text)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    bell_string value = bell__arena_copy(decoder->arena, text);
    if (value.text == NULL) {
        return bell__decode_limit(decoder, at, NULL);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

const char *bell__decode_form(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out)
{
    switch ((bell_kind)type->kind) {
    case BELL_KIND_BYTES:
        return read_bytes(decoder, at, out);
    case BELL_KIND_DATETIME:
        return type->flags != 0
                   ? read_unix(decoder, at, bell__form_unit(type), out)
                   : read_moment(decoder, at, out);
    case BELL_KIND_DATE:
        return read_date(decoder, at, out);
    case BELL_KIND_DURATION:
        return type->flags != 0
                   ? read_units(decoder, at, bell__form_unit(type), out)
                   : read_duration(decoder, at, out);
    case BELL_KIND_UUID:
        return read_uuid(decoder, at, out);
    case BELL_KIND_DECIMAL:
        return read_decimal(decoder, at, (type->flags & BELL_TYPE_NUMBER) == 0,
                            out);
    case BELL_KIND_BOOL:
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
    case BELL_KIND_STRING:
    case BELL_KIND_JSON:
    case BELL_KIND_ENUM:
    case BELL_KIND_RECORD:
    case BELL_KIND_UNION:
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
    case BELL_KIND_OPTION:
    case BELL_KIND_RULED:
        break; /* decode.c's */
    }
    return NULL;
}
