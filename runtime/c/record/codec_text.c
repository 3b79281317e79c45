/* codec_text.c: UUIDs and decimals: texts of a certain form. */
#include "record/codecs.h"
#include "record/form.h"

enum { ROOM = BELL__ENCODE_ROOM };

/* A text that must be there; its text is NULL where it is not. */
static bell_string take_text(struct bell__encoder *encoder, const char *value,
                             const char *unset)
{
    bell_string text;
    memcpy(&text, value, sizeof text);
    if (text.size == 0) {
        text.text = NULL;
        bell__encode_wrong(encoder, unset);
    } else if (text.text == NULL) {
        bell__encode_wrong(encoder, "the text is NULL");
    }
    return text;
}

/* ---- UUIDs --------------------------------------------------------------- */

static const char *read_uuid(struct bell__decoder *decoder, const char *at,
                             const bell_type *type, char *out)
{
    (void)type;
    static const char wanted[] = "uuid (8-4-4-4-12 hex digits)";
    bell_string text = {NULL, 0};
    const char *behind = bell__decode_quoted(decoder, at, wanted, &text);
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

static char *write_uuid(struct bell__encoder *encoder, char *at,
                        const bell_type *type, const char *value)
{
    (void)type;
    bell_string text = take_text(encoder, value, "a uuid is not set");
    if (text.text == NULL) {
        return NULL;
    }
    if (!bell__form_put_uuid(at + 1, text)) {
        return bell__encode_wrong(encoder,
                                  "a uuid is not 8-4-4-4-12 hex digits");
    }
    at[0] = '"';
    at[1 + BELL__FORM_UUID_BYTES] = '"';
    return at + BELL__FORM_UUID_BYTES + 2;
}

const bell_codec bell_codec_uuid = {read_uuid, write_uuid};

/* ---- Decimals ------------------------------------------------------------ */

static const char *read_decimal(struct bell__decoder *decoder, const char *at,
                                const bell_type *type, char *out)
{
    bool quoted = (type->flags & BELL_TYPE_NUMBER) == 0;
    const char *wanted =
        quoted ? "decimal (a number as text)" : "decimal (a number)";
    struct bell__number number;
    bell_string text = {at, 0};
    const char *behind =
        quoted ? bell__decode_quoted(decoder, at, wanted, &text)
               : bell__decode_number(decoder, at, wanted, &number);
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

static char *write_decimal(struct bell__encoder *encoder, char *at,
                           const bell_type *type, const char *value)
{
    bell_string text = take_text(encoder, value, "a decimal is not set");
    if (text.text == NULL) {
        return NULL;
    }
    if (text.size > BELL__FORM_DECIMAL_BYTES_MAX) {
        return bell__encode_wrong(encoder, bell__form_decimal_too_long);
    }
    if (!bell__form_is_decimal(text)) {
        return bell__encode_wrong(encoder, "a decimal is no number");
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

const bell_codec bell_codec_decimal = {read_decimal, write_decimal};
