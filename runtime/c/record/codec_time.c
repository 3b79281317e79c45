/* codec_time.c: moments and days as texts, and moments as numbers. */
#include "record/codecs.h"
#include "record/form.h"
#include "record/time.h"
#include "record/unix.h"

/* ---- Moments ------------------------------------------------------------- */

static const char *read_moment(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, char *out)
{
    (void)type;
    static const char wanted[] = "datetime (RFC 3339)";
    bell_datetime value;
    bell_string text = {NULL, 0};
    const char *behind = bell__decode_quoted(decoder, at, wanted, &text);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__time_read_moment(text, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static char *fail_year(struct bell__encoder *encoder)
{
    return bell__encode_wrong(encoder, "not within the years 0 to 9999");
}

static bool take_moment(struct bell__encoder *encoder, const char *value,
                        bell_datetime *moment)
{
    memcpy(moment, value, sizeof *moment);
    if (moment->nanoseconds < 0 || moment->nanoseconds > 999999999) {
        bell__encode_wrong(encoder,
                           "nanoseconds are not within 0 to 999999999");
        return false;
    }
    return true;
}

static char *write_moment(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *value)
{
    (void)type;
    bell_datetime moment;
    if (!take_moment(encoder, value, &moment)) {
        return NULL;
    }
    *at = '"';
    at = bell__time_put_moment(at + 1, &moment);
    if (at == NULL) {
        return fail_year(encoder);
    }
    *at = '"';
    return at + 1;
}

const bell_codec bell_codec_datetime = {read_moment, write_moment};

/* ---- Moments as numbers -------------------------------------------------- */

static const char *read_unix(struct bell__decoder *decoder, const char *at,
                             const bell_type *type, char *out)
{
    int64_t unit = bell__form_unit(type);
    const char *wanted = unit == 1000000000
                             ? "datetime (a number of unix seconds)"
                             : "datetime (a number of unix milliseconds)";
    struct bell__number number;
    bell_datetime value;
    const char *behind = bell__decode_number(decoder, at, wanted, &number);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__unix_read(&number, unit, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static char *write_unix(struct bell__encoder *encoder, char *at,
                        const bell_type *type, const char *value)
{
    bell_datetime moment;
    if (!take_moment(encoder, value, &moment)) {
        return NULL;
    }
    at = bell__unix_put(at, &moment, bell__form_unit(type));
    return at != NULL ? at : fail_year(encoder);
}

const bell_codec bell_codec_unix = {read_unix, write_unix};

/* ---- Days ---------------------------------------------------------------- */

static const char *read_date(struct bell__decoder *decoder, const char *at,
                             const bell_type *type, char *out)
{
    (void)type;
    static const char wanted[] = "date (YYYY-MM-DD)";
    bell_date value;
    bell_string text = {NULL, 0};
    const char *behind = bell__decode_quoted(decoder, at, wanted, &text);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__time_read_date(text, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static char *write_date(struct bell__encoder *encoder, char *at,
                        const bell_type *type, const char *value)
{
    (void)type;
    bell_date date;
    memcpy(&date, value, sizeof date);
    if (date.year == 0 && date.month == 0 && date.day == 0) {
        return bell__encode_wrong(encoder, "a date is not set");
    }
    *at++ = '"';
    at = bell__time_put_date(at, &date);
    if (at == NULL) {
        return bell__encode_wrong(encoder, "not a day of the years 0 to 9999");
    }
    *at++ = '"';
    return at;
}

const bell_codec bell_codec_date = {read_date, write_date};
