/* decode_enum.c: texts to values of enums, which may be none that the schema
 * has. */
#include "record/decode.h"

/* A text that is spelled in no declared way: with escapes, or not ours. */
static const char *read_other_enum(struct bell__decoder *decoder,
                                   const char *at, const bell_type *type,
                                   char *out)
{
    bell_enum value = {0, {NULL, 0}};
    if (at == decoder->end || *at != '"') {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    const char *behind = bell__decode_text(decoder, at + 1, &value.text);
    if (behind == NULL) {
        return NULL;
    }
    for (int i = 0; i < type->count; i++) {
        const bell_value *known = &type->values[i];
        if (known->text_size == value.text.size &&
            memcmp(known->text, value.text.text, known->text_size) == 0) {
            value.value = i + 1;
        }
    }
    bool closed = (type->flags & BELL_TYPE_CLOSED) != 0;
    /* An empty text is an enum that is not set: it could not be sent again. */
    if (value.value == 0 && (closed || value.text.size == 0)) {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    memcpy(out, &value, sizeof value);
    return behind;
}

const char *bell__decode_enum(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out)
{
    for (int i = 0; i < type->count; i++) {
        const bell_value *known = &type->values[i];
        if (bell__decode_is(decoder, at, known->json, known->json_size)) {
            bell_enum value = {i + 1, {known->text, known->text_size}};
            memcpy(out, &value, sizeof value);
            return at + known->json_size;
        }
    }
    return read_other_enum(decoder, at, type, out);
}
