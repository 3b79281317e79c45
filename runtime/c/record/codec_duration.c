/* codec_duration.c: durations as texts, and as numbers. */
#include "record/codecs.h"
#include "record/duration.h"
#include "record/form.h"

static const char *read_duration(struct bell__decoder *decoder, const char *at,
                                 const bell_type *type, char *out)
{
    (void)type;
    static const char wanted[] = "duration (ISO 8601, weeks to seconds, "
                                 "64 bits of nanoseconds)";
    int64_t value;
    bell_string text = {NULL, 0};
    const char *behind = bell__decode_quoted(decoder, at, wanted, &text);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__duration_read(text, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static char *write_duration(struct bell__encoder *encoder, char *at,
                            const bell_type *type, const char *value)
{
    (void)encoder;
    (void)type;
    int64_t nanoseconds;
    memcpy(&nanoseconds, value, sizeof nanoseconds);
    *at++ = '"';
    at = bell__duration_put(at, nanoseconds);
    *at++ = '"';
    return at;
}

const bell_codec bell_codec_duration = {read_duration, write_duration};

/* ---- As numbers ---------------------------------------------------------- */

static const char *read_units(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out)
{
    int64_t unit = bell__form_unit(type);
    const char *wanted = unit == 1000000000
                             ? "duration (a number of seconds)"
                             : "duration (a number of milliseconds)";
    struct bell__number number;
    int64_t value;
    const char *behind = bell__decode_number(decoder, at, wanted, &number);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__duration_read_units(&number, unit, &value)) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static char *write_units(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value)
{
    (void)encoder;
    int64_t nanoseconds;
    memcpy(&nanoseconds, value, sizeof nanoseconds);
    return bell__duration_put_units(at, nanoseconds, bell__form_unit(type));
}

const bell_codec bell_codec_units = {read_units, write_units};
