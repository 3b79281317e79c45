/* text.c: what stands between quotes. It knows no values and no reader. */
#include "json/text.h"

#include "base/utf8.h"

const char bell__text_not_utf8[] = "string is not UTF-8";

/* -1 where it is no hexadecimal digit. */
static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    char lower = (char)(byte | 0x20);
    if (lower >= 'a' && lower <= 'f') {
        return lower - 'a' + 10;
    }
    return -1;
}

/* From the byte behind the backslash to behind the escape. */
static const char *pass_escape(const char *at, const char *end,
                               struct bell__fault *fault)
{
    if (at == end) {
        return bell__fault_set(fault, at, "string is not closed");
    }
    if (*at != 'u') {
        if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL) {
            return bell__fault_set(fault, at, "unknown escape");
        }
        return at + 1;
    }
    for (int i = 1; i <= 4; i++) {
        if (at + i >= end || hex_digit(at[i]) < 0) {
            return bell__fault_set(fault, at, "\\u needs four hex digits");
        }
    }
    return at + 5;
}

/* Passes over the one thing at `at` that is not plain and not a quote. */
static const char *pass_special(const char *at, const char *end, bool *escaped,
                                struct bell__fault *fault)
{
    unsigned char byte = (unsigned char)*at;
    if (byte == '\\') {
        *escaped = true;
        return pass_escape(at + 1, end, fault);
    }
    if (byte < 0x20) {
        return bell__fault_set(fault, at, "control character in string");
    }
    size_t size = bell__utf8_size(at, end);
    if (size == 0) {
        return bell__fault_set(fault, at, bell__text_not_utf8);
    }
    return at + size;
}

const char *bell__text_end(const char *at, const char *end, bool *escaped,
                           struct bell__fault *fault)
{
    for (;;) {
        at = bell__scan_plain(at, end);
        while (at < end && *at != '"' && !bell__scan_is_plain(*at)) {
            at = pass_special(at, end, escaped, fault);
            if (at == NULL) {
                return NULL;
            }
        }
        if (at == end) {
            return bell__fault_set(fault, at, "string is not closed");
        }
        if (*at == '"') {
            return at;
        }
    }
}

static uint32_t four_digits(const char *at)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        value = value << 4 | (uint32_t)hex_digit(at[i]);
    }
    return value;
}

/* `*at` is behind `\u`; moves it behind the escape, or behind the pair. */
static uint32_t read_point(const char **at, const char *end)
{
    uint32_t point = four_digits(*at);
    *at += 4;
    if (point < 0xD800 || point > 0xDFFF) {
        return point;
    }
    bool pair = point <= 0xDBFF && end - *at >= 6 && (*at)[0] == '\\' &&
                (*at)[1] == 'u';
    uint32_t low = pair ? four_digits(*at + 2) : 0;
    if (low < 0xDC00 || low > 0xDFFF) {
        return 0xFFFD;
    }
    *at += 6;
    return 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
}

static char short_escape(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

size_t bell__text_unescape(bell_string raw, char *out)
{
    const char *at = raw.text;
    const char *end = raw.text + raw.size;
    char *to = out;
    while (at < end) {
        const char *stop = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((stop != NULL ? stop : end) - at);
        memmove(to, at, plain);
        to += plain;
        at += plain;
        if (stop == NULL) {
            break;
        }
        at += 2;
        if (at[-1] == 'u') {
            to = bell__utf8_put(to, read_point(&at, end));
        } else {
            *to++ = short_escape(at[-1]);
        }
    }
    return (size_t)(to - out);
}
