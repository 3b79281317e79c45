/* decode_text.c: JSON strings and keys to texts in the arena. */
#include "record/decode_text.h"

#include "json/text.h"

const char *bell__decode_slow_text(struct bell__decoder *decoder,
                                   const char *at, bell_string *out)
{
    bool escaped = false;
    const char *quote =
        bell__text_end(at, decoder->end, &escaped, &decoder->fault);
    if (quote == NULL) {
        return NULL;
    }
    bell_string raw = {at, (size_t)(quote - at)};
    char *text = bell__arena_bytes(decoder->arena, raw.size + 1);
    if (text == NULL) {
        bell__decode_limit(decoder, at, NULL);
        return NULL;
    }
    if (escaped) {
        raw.size = bell__text_unescape(raw, text);
    } else {
        memcpy(text, raw.text, raw.size);
    }
    text[raw.size] = '\0';
    out->text = text;
    out->size = raw.size;
    return quote + 1;
}

const char *bell__decode_text(struct bell__decoder *decoder, const char *at,
                              bell_string *out)
{
    return bell__decode_fast_text(decoder, at, out);
}

const char *bell__decode_key(struct bell__decoder *decoder, const char *at,
                             bell_string *key)
{
    bool escaped = false;
    const char *quote =
        bell__text_end(at + 1, decoder->end, &escaped, &decoder->fault);
    if (quote == NULL) {
        return NULL;
    }
    key->text = at + 1;
    key->size = (size_t)(quote - key->text);
    if (escaped) {
        char *name = bell__arena_bytes(decoder->arena, key->size + 1);
        if (name == NULL) {
            return bell__decode_limit(decoder, at, NULL);
        }
        key->size = bell__text_unescape(*key, name);
        key->text = name;
    }
    at = bell__decode_space(decoder, quote + 1);
    if (at == decoder->end || *at != ':') {
        return bell__decode_fail(decoder, at, "a key wants a colon");
    }
    return at + 1;
}
