/* codec_bytes.c: bytes as texts of base64. */
#include "base/base64.h"
#include "record/codecs.h"

enum { ROOM = BELL__ENCODE_ROOM };

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
                              const bell_type *type, char *out)
{
    (void)type;
    bell_bytes value;
    bell_string text = {NULL, 0};
    size_t place;
    const char *behind =
        bell__decode_quoted(decoder, at, "bytes (base64)", &text);
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

static char *write_bytes(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value)
{
    (void)type;
    bell_bytes bytes;
    memcpy(&bytes, value, sizeof bytes);
    if (bytes.size != 0 && bytes.bytes == NULL) {
        return bell__encode_wrong(encoder, "the bytes are NULL");
    }
    if (bytes.size > SIZE_MAX / 8) {
        return bell__encode_wrong(encoder, "more bytes than memory has");
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

const bell_codec bell_codec_bytes = {read_bytes, write_bytes};
