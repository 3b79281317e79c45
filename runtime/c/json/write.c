/* write.c: texts as JSON.stringify spells them. It knows no numbers
 * (write_number.c) and no types. */
#include "json/write.h"

#include "base/utf8.h"
#include "json/plain.h"
#include "json/writer.h"

/* What is reserved beyond the text itself: the quotes, one escape, and what
 * sixteen bytes at a time write too much. */
enum { SLACK = 32 };

char *bell__writer_grow(struct bell__writer *writer, char *at, size_t more)
{
    struct bell__buf *out = writer->out;
    size_t size = out->bytes != NULL ? (size_t)(at - out->bytes) : 0;
    size_t stale = out->size;
    out->size = size;
    writer->status = bell__buf_grow(out, more);
    out->size = stale;
    return writer->status == BELL_OK ? out->bytes + size : NULL;
}

/* One byte that may not stand for itself. */
static char *put_escape(char *at, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    static const char letters[] = "btn\0fr"; /* from 8 on */
    *at++ = '\\';
    if (byte == '"' || byte == '\\') {
        *at++ = (char)byte;
        return at;
    }
    if (byte >= 8 && byte <= 13 && letters[byte - 8] != '\0') {
        *at++ = letters[byte - 8];
        return at;
    }
    memcpy(at, "u00", 3);
    at[3] = digits[byte >> 4];
    at[4] = digits[byte & 15];
    return at + 5;
}

/* Copies what is plain; moves *from. There is room for all that is left and
 * SLACK bytes. */
static BELL__INLINE char *copy_plain(char *at, const char **from,
                                     const char *end)
{
    const char *text = *from;
#if defined(BELL__HAS_SSE2)
    while (end - text >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
        unsigned mask = bell__scan_mask(bytes);
        _mm_storeu_si128((__m128i *)(void *)at, bytes);
        if (mask != 0) {
            size_t plain = (size_t)__builtin_ctz(mask);
            *from = text + plain;
            return at + plain;
        }
        text += 16;
        at += 16;
        if (BELL__UNLIKELY(text - *from == BELL__PLAIN_LONG)) {
            size_t more = bell__plain_copy(at, text, (size_t)(end - text));
            text += more;
            at += more;
        }
    }
#endif
    while (end - text >= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        if (bell__scan_marks(word) != 0) {
            break;
        }
        memcpy(at, &word, 8);
        text += 8;
        at += 8;
    }
    if (end - text >= 4 && end - text < 8) {
        uint32_t first, last;
        size_t left = (size_t)(end - text);
        memcpy(&first, text, 4);
        memcpy(&last, end - 4, 4);
        if (bell__scan_marks((uint64_t)first << 32 | last) == 0) {
            memcpy(at, &first, 4);
            memcpy(at + left - 4, &last, 4);
            *from = end;
            return at + left;
        }
    }
    while (text < end && bell__scan_is_plain(*text)) {
        *at++ = *text++;
    }
    *from = text;
    return at;
}

/* Behind copy_plain(): the one special thing at *from. */
static char *copy_special(struct bell__writer *writer, char *at,
                          const char **from, const char *end)
{
    unsigned char byte = (unsigned char)**from;
    if (byte < 0x80) {
        at = put_escape(at, byte);
        *from += 1;
    } else {
        size_t size = bell__utf8_size(*from, end);
        if (size == 0) {
            writer->status = BELL_INVALID;
            return NULL;
        }
        memcpy(at, *from, size);
        at += size;
        *from += size;
    }
    return bell__writer_room(writer, at, (size_t)(end - *from) + SLACK);
}

char *bell__writer_text(struct bell__writer *writer, char *at, bell_string text)
{
    const char *from = text.text;
    if (text.size > SIZE_MAX / 8) {
        writer->status = BELL_INVALID;
        return NULL;
    }
    at = bell__writer_room(writer, at, text.size + SLACK);
    if (at == NULL) {
        return NULL;
    }
    *at++ = '"';
    if (text.size != 0) {
        const char *end = from + text.size;
        at = copy_plain(at, &from, end);
        while (BELL__UNLIKELY(from < end)) {
            at = copy_special(writer, at, &from, end);
            if (at == NULL) {
                return NULL;
            }
            at = copy_plain(at, &from, end);
        }
    }
    *at++ = '"';
    return at;
}

char *bell__writer_compact(struct bell__writer *writer, char *at,
                           bell_string json)
{
    at = bell__writer_room(writer, at, json.size);
    if (at == NULL) {
        return NULL;
    }
    bool quoted = false;
    for (size_t i = 0; i < json.size; i++) {
        char byte = json.text[i];
        if (!quoted &&
            (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t')) {
            continue;
        }
        *at++ = byte;
        if (byte == '\\') { /* only inside quotes: the next one is plain */
            *at++ = json.text[++i];
        } else if (byte == '"') {
            quoted = !quoted;
        }
    }
    return at;
}

bell_status bell__json_write_string(struct bell__buf *out, bell_string text)
{
    struct bell__writer writer = {out, BELL_OK};
    bell_status status = bell__buf_reserve(out, text.size / 2 + SLACK);
    if (status != BELL_OK) {
        return status;
    }
    char *at = bell__writer_text(&writer, out->bytes + out->size, text);
    if (at == NULL) {
        return writer.status;
    }
    size_t size = (size_t)(at - out->bytes);
    if (out->limit != 0 && size > out->limit) {
        return BELL_LIMIT;
    }
    out->size = size;
    return BELL_OK;
}

void bell__json_add_string(struct bell__buf *out, bell_string text)
{
    if (out->failed == BELL_OK) {
        out->failed = bell__json_write_string(out, text);
    }
}

void bell__json_add_int64(struct bell__buf *out, int64_t value)
{
    char digits[BELL__JSON_INT_MAX];
    char *end = bell__json_put_int64(digits, value);
    bell__buf_add(out, digits, (size_t)(end - digits));
}
