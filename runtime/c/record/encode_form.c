/* encode_form.c: values that JSON has no kind for, as texts of a certain form:
 * bytes, times, durations, UUIDs and decimals. */
#include "base/base64.h"
#include "record/duration.h"
#include "record/encode.h"
#include "record/form.h"
#include "record/time.h"
#include "record/unix.h"
#include "json/number.h"

enum { ROOM = BELL__ENCODE_ROOM };

static char *fail(struct bell__encoder *encoder, const char *wrong)
{
    return bell__encode_fail(encoder, BELL_INVALID, wrong);
}

static char *write_bytes(struct bell__encoder *encoder, char *at,
                         const char *value)
{
    bell_bytes bytes;
    memcpy(&bytes, value, sizeof bytes);
    if (bytes.size != 0 && bytes.bytes == NULL) {
        return fail(encoder, "the bytes are NULL");
    }
    if (bytes.size > SIZE_MAX / 8) {
        return fail(encoder, "more bytes than memory has");
    }
    at = bell__writer_room(&encoder->writer, at,
                           bell__base64_size(bytes.size) + ROOM + 2);
    if (at == NULL) {
        return NULL;
    }
    *at++ = '"';
    if (bytes.size != 0) {
        at = bell__base64_put(at, bytes.bytes, bytes.size);
    }
    *at++ = '"';
    return at;
}

static char *write_moment(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *value)
{
    bool quoted = type->flags == 0;
    bell_datetime moment;
    memcpy(&moment, value, sizeof moment);
    if (moment.nanoseconds < 0 || moment.nanoseconds > 999999999) {
        return fail(encoder, "nanoseconds are not within 0 to 999999999");
    }
    *at = '"';
    at = quoted ? bell__time_put_moment(at + 1, &moment)
                : bell__unix_put(at, &moment, bell__form_unit(type));
    if (at == NULL) {
        return fail(encoder, "not within the years 0 to 9999");
    }
    *at = '"';
    return at + quoted;
}

static char *write_date(struct bell__encoder *encoder, char *at,
                        const char *value)
{
    bell_date date;
    memcpy(&date, value, sizeof date);
    if (date.year == 0 && date.month == 0 && date.day == 0) {
        return fail(encoder, "a date is not set");
    }
    *at++ = '"';
    at = bell__time_put_date(at, &date);
    if (at == NULL) {
        return fail(encoder, "not a day of the years 0 to 9999");
    }
    *at++ = '"';
    return at;
}

static char *write_duration(char *at, const bell_type *type, const char *value)
{
    int64_t nanoseconds;
    memcpy(&nanoseconds, value, sizeof nanoseconds);
    if (type->flags != 0) {
        return bell__duration_put_units(at, nanoseconds, bell__form_unit(type));
    }
    *at++ = '"';
    at = bell__duration_put(at, nanoseconds);
    *at++ = '"';
    return at;
}

/* A text that must be there; its text is NULL where it is not. */
static bell_string take_text(struct bell__encoder *encoder, const char *value,
                             const char *unset)
{
    bell_string text;
    memcpy(&text, value, sizeof text);
    if (text.size == 0) {
        text.text = NULL;
        fail(encoder, unset);
    } else if (text.text == NULL) {
        fail(encoder, "the text is NULL");
    }
    return text;
}

static char *write_uuid(struct bell__encoder *encoder, char *at,
                        const char *value)
{
    bell_string text = take_text(encoder, value, "a uuid is not set");
    if (text.text == NULL) {
        return NULL;
    }
    if (!bell__form_put_uuid(at + 1, text)) {
        return fail(encoder, "a uuid is not 8-4-4-4-12 hex digits");
    }
    at[0] = '"';
    at[1 + BELL__FORM_UUID_BYTES] = '"';
    return at + BELL__FORM_UUID_BYTES + 2;
}

static char *write_decimal(struct bell__encoder *encoder, char *at,
                           const bell_type *type, const char *value)
{
    bell_string text = take_text(encoder, value, "a decimal is not set");
    if (text.text == NULL) {
        return NULL;
    }
    if (text.size > BELL__FORM_DECIMAL_BYTES_MAX) {
        return fail(encoder, bell__form_decimal_too_long);
    }
    if (!bell__form_is_decimal(text)) {
        return fail(encoder, "a decimal is no number");
    }
    at = bell__writer_room(&encoder->writer, at, text.size + ROOM + 2);
    if (at == NULL) {
        return NULL;
    }
    bool quoted = (type->flags & BELL_TYPE_NUMBER) == 0;
    *at = '"';
    at = bell__writer_copy(at + quoted, text.text, text.size);
    *at = '"';
    return at + quoted;
}

char *bell__encode_form(struct bell__encoder *encoder, char *at,
                        const bell_type *type, const char *value)
{
    switch ((bell_kind)type->kind) {
    case BELL_KIND_BYTES:
        return write_bytes(encoder, at, value);
    case BELL_KIND_DATETIME:
        return write_moment(encoder, at, type, value);
    case BELL_KIND_DATE:
        return write_date(encoder, at, value);
    case BELL_KIND_DURATION:
        return write_duration(at, type, value);
    case BELL_KIND_UUID:
        return write_uuid(encoder, at, value);
    case BELL_KIND_DECIMAL:
        return write_decimal(encoder, at, type, value);
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
        break; /* encode.c's */
    }
    return NULL;
}
