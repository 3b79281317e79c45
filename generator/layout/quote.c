/* quote.c: texts in quotes, and keys that need none. It knows no language: its
 * style says how bytes are spelled that cannot stand there as they are. */
#include <assert.h>
#include <string.h>

#include "layout/layout.h"

struct quote {
    struct bell__buf *out;
    const struct quote_style *style;
    char mark; /* the quote that is open */
    bool good;
};

static const char digits[] = "0123456789abcdef";

static void put(struct quote *quote, const void *bytes, size_t size)
{
    quote->good =
        quote->good && bell__buf_append(quote->out, bytes, size) == BELL_OK;
}

/* `\`, a letter, and the number in hex. */
static void put_hex(struct quote *quote, char letter, uint32_t number,
                    unsigned count)
{
    char text[10] = {'\\', letter};
    for (unsigned i = 0; i < count; i++) {
        text[2 + i] = digits[number >> (4 * (count - 1 - i)) & 15];
    }
    put(quote, text, 2 + count);
}

static void put_octal(struct quote *quote, unsigned char byte)
{
    char text[4] = {'\\', digits[byte >> 6], digits[byte >> 3 & 7],
                    digits[byte & 7]};
    put(quote, text, sizeof text);
}

/* The code point at `at` of UTF-8, which the schema's reader has checked; *at
 * moves behind it. */
static uint32_t next_point(const char **at, const char *end)
{
    unsigned char first = (unsigned char)*(*at)++;
    size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t point = more == 0 ? first : first & (0x3fU >> more);
    while (more-- > 0 && *at < end) {
        point = point << 6 | ((unsigned char)*(*at)++ & 0x3fU);
    }
    return point;
}

static void put_units(struct quote *quote, uint32_t point)
{
    if (point < 0x10000) {
        put_hex(quote, 'u', point, 4);
        return;
    }
    point -= 0x10000;
    put_hex(quote, 'u', 0xd800 + (point >> 10), 4);
    put_hex(quote, 'u', 0xdc00 + (point & 0x3ff), 4);
}

static void put_point(struct quote *quote, uint32_t point)
{
    if (point < 0x100) {
        put_hex(quote, 'x', point, 2);
    } else if (point < 0x10000) {
        put_hex(quote, 'u', point, 4);
    } else {
        put_hex(quote, 'U', point, 8);
    }
}

/* The letter behind a backslash, or 0. */
static char short_escape(const struct quote *quote, unsigned char byte)
{
    static const char from[] = "\\\b\f\n\r\t";
    static const char to[] = "\\bfnrt";
    if (byte == (unsigned char)quote->mark) {
        return quote->mark;
    }
    const char *found = byte != 0 ? strchr(from, byte) : NULL;
    return found != NULL ? to[found - from] : (char)0;
}

/* What cannot stand there as it is; gives what is behind it. */
static const char *put_escape(struct quote *quote, const char *at,
                              const char *end)
{
    unsigned char byte = (unsigned char)*at;
    bool trigraph = byte == '?';
    char letter = trigraph ? '?' : short_escape(quote, byte);
    if (letter != 0) {
        char pair[2] = {'\\', letter};
        put(quote, pair, sizeof pair);
        return at + 1;
    }
    switch (quote->style->escapes) {
    case QUOTE_OCTAL:
        put_octal(quote, byte);
        return at + 1;
    case QUOTE_HEX:
        put_hex(quote, 'x', byte, 2);
        return at + 1;
    case QUOTE_POINTS:
        put_point(quote, next_point(&at, end));
        return at;
    case QUOTE_RAW:
    case QUOTE_UNITS:
    case QUOTE_UNSAID:
        break;
    }
    put_units(quote, next_point(&at, end));
    return at;
}

/* What is outside of ASCII may be part of what reads backwards in an editor,
 * so it is escaped where the style can. */
static bool is_plain(const struct quote *quote, const char *at,
                     const char *start)
{
    unsigned char byte = (unsigned char)*at;
    bool raw = quote->style->escapes == QUOTE_RAW;
    if (byte < 0x20 || (!raw && byte >= 0x7f) ||
        short_escape(quote, byte) != 0) {
        return false;
    }
    return !quote->style->trigraphs || byte != '?' || at == start ||
           at[-1] != '?';
}

static char choose_mark(bell_string text, const struct quote_style *style)
{
    size_t singles = 0;
    size_t doubles = 0;
    for (size_t i = 0; i < text.size && style->single; i++) {
        singles += text.text[i] == '\'';
        doubles += text.text[i] == '"';
    }
    return doubles > singles ? '\'' : '"';
}

bool quote_write(struct bell__buf *out, bell_string text,
                 const struct quote_style *style)
{
    assert(style->escapes != QUOTE_UNSAID); /* the template's check asks */
    struct quote quote = {
        .out = out,
        .style = style,
        .mark = choose_mark(text, style),
        .good = true,
    };
    const char *end = text.text + text.size;
    const char *start = text.text;
    const char *at = start;
    put(&quote, &quote.mark, 1);
    while (at < end && quote.good) {
        if (is_plain(&quote, at, text.text)) {
            at++;
            continue;
        }
        put(&quote, start, (size_t)(at - start));
        at = put_escape(&quote, at, end);
        start = at;
    }
    put(&quote, start, (size_t)(at - start));
    put(&quote, &quote.mark, 1);
    return quote.good;
}

static bool is_name(bell_string text, bell_string also)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.text[i];
        char lower = (char)(byte | 0x20);
        bool letter =
            (lower >= 'a' && lower <= 'z') ||
            (also.size != 0 && memchr(also.text, byte, also.size) != NULL);
        if (!letter && (i == 0 || byte < '0' || byte > '9')) {
            return false;
        }
    }
    return text.size != 0;
}

bool quote_write_key(struct bell__buf *out, bell_string text,
                     const struct quote_style *style)
{
    if (is_name(text, style->names)) {
        return bell__buf_append(out, text.text, text.size) == BELL_OK;
    }
    return quote_write(out, text, style);
}
