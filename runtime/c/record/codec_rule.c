/* codec_rule.c: values that have to keep a rule. */
#include "record/codecs.h"

enum { ROOM = BELL__ENCODE_ROOM };

/* ---- Reading ------------------------------------------------------------- */

/* What patterns may do for one value. All languages count alike. */
enum { WORK_MIN = 4 * 1024 * 1024, WORK_OF_BYTE = 32 };

/* The value first: what is none at all is told as such. */
static const char *read_ruled(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out)
{
    const char *behind = bell__decode_value(decoder, at, type->item, out);
    if (behind == NULL || !decoder->rules) {
        return behind;
    }
    int64_t most =
        WORK_MIN + WORK_OF_BYTE * (int64_t)(decoder->end - decoder->start);
    if (bell__rule_is_large(type) && decoder->room == NULL) {
        decoder->room = bell__decode_take(decoder, at, BELL__PATTERN_ROOM_MAX);
        if (decoder->room == NULL) {
            return NULL;
        }
    }
    struct bell__means means = {decoder->room, most - decoder->work};
    bool keeps = bell__rule_keeps(type, out, decoder->note, &means);
    decoder->work = most - means.left;
    if (means.left < 0) {
        return bell__decode_limit(decoder, at,
                                  "checking patterns takes too much work");
    }
    return keeps ? behind : bell__decode_fail(decoder, at, decoder->note);
}

/* ---- Writing ------------------------------------------------------------- */

/* What lies behind `at` is nobody's yet. */
static void *align_room(char *at)
{
    return at + (-(uintptr_t)at & (sizeof(uint64_t) - 1));
}

char *bell__encode_rule(struct bell__encoder *encoder, char *at,
                        const bell_type *type, const char *value)
{
    /* The work on a program's own values is its own. */
    struct bell__means means = {NULL, INT64_MAX};
    if (at != NULL && bell__rule_is_large(type)) {
        at = bell__writer_room(&encoder->writer, at,
                               BELL__PATTERN_ROOM_MAX + (size_t)ROOM);
        means.room = at == NULL ? NULL : align_room(at);
    }
    if (at != NULL && !bell__rule_keeps(type, value, encoder->note, &means)) {
        return bell__encode_wrong(encoder, encoder->note);
    }
    return at;
}

/* The value first: what is no text at all is told as such. */
static char *write_ruled(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value)
{
    at = bell__encode_value(encoder, at, type->item, value);
    return bell__encode_rule(encoder, at, type, value);
}

const bell_codec bell_codec_ruled = {read_ruled, write_ruled};
