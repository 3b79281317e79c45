/* decode_text.c: JSON strings and keys to texts in the arena, and where a text
 * or a number of a certain form begins. */
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

const char *bell__decode_lent_text(struct bell__decoder *decoder,
                                   const char *at, bell_string *out)
{
    bool escaped = false;
    const char *quote =
        bell__text_end(at, decoder->end, &escaped, &decoder->fault);
    if (quote == NULL) {
        return NULL;
    }
    out->text = at;
    out->size = (size_t)(quote - at);
    if (escaped) {
        char *text = bell__arena_bytes(decoder->arena, out->size + 1);
        if (text == NULL) {
            return bell__decode_limit(decoder, at, NULL);
        }
        out->size = bell__text_unescape(*out, text);
        out->text = text;
    }
    return quote + 1;
}

const char *bell__decode_quoted(struct bell__decoder *decoder, const char *at,
                                const char *wanted, bell_string *text)
{
    if (at == decoder->end || *at != '"') {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    return bell__decode_lent_text(decoder, at + 1, text);
}

const char *bell__decode_number(struct bell__decoder *decoder, const char *at,
                                const char *wanted, struct bell__number *number)
{
    bool begins =
        at < decoder->end && (*at == '-' || (*at >= '0' && *at <= '9'));
    if (!begins) {
        return bell__decode_mismatch(decoder, at, wanted);
    }
    return bell__number_pass(at, decoder->end, number, &decoder->fault);
}

const char *bell__decode_key(struct bell__decoder *decoder, const char *at,
                             bell_string *key)
{
    at = bell__decode_lent_text(decoder, at + 1, key);
    if (at == NULL) {
        return NULL;
    }
    at = bell__decode_space(decoder, at);
    if (at == decoder->end || *at != ':') {
        return bell__decode_fail(decoder, at,
                                 "a colon is missing after the key");
    }
    return at + 1;
}
