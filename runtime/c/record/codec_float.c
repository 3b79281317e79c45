/* codec_float.c: numbers with a fraction. */
#include "record/codecs.h"

#include <math.h>

#include "json/number.h"

static const char no_number[] = "JSON has no NaN and no infinity";

/* ---- Of 64 bits ---------------------------------------------------------- */

static const char *read_hard_double(struct bell__decoder *decoder,
                                    const char *at, const bell_type *type,
                                    char *out)
{
    struct bell__number number;
    double value;
    const char *behind = bell__decode_number(decoder, at, type->name, &number);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__number_double(&number, &value)) {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static const char *read_double(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, char *out)
{
    double value;
    const char *behind = bell__number_plain_double(at, decoder->end, &value);
    if (BELL__UNLIKELY(behind == NULL)) {
        return read_hard_double(decoder, at, type, out);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static char *write_double(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *value)
{
    (void)type;
    double number;
    memcpy(&number, value, sizeof number);
    if (BELL__UNLIKELY(!isfinite(number))) {
        return bell__encode_wrong(encoder, no_number);
    }
    return bell__json_put_double(at, number);
}

const bell_codec bell_codec_float64 = {read_double, write_double};

/* ---- Of 32 bits ---------------------------------------------------------- */

static const char *read_float(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out)
{
    struct bell__number number;
    float value;
    const char *behind = bell__decode_number(decoder, at, type->name, &number);
    if (behind == NULL) {
        return NULL;
    }
    if (!bell__number_float(&number, &value)) {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

static char *write_float(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value)
{
    (void)type;
    float number;
    memcpy(&number, value, sizeof number);
    if (BELL__UNLIKELY(!isfinite(number))) {
        return bell__encode_wrong(encoder, no_number);
    }
    return bell__json_put_float(at, number);
}

const bell_codec bell_codec_float32 = {read_float, write_float};
