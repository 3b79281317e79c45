/* script.c: texts and names of properties as JavaScript and TypeScript quote
 * them, and as prettier leaves them. It knows no statements. */
#include <string.h>

#include "render/filters.h"

static bool put(struct filter_call *call, const void *bytes, size_t size)
{
    return bell__buf_append(call->out, bytes, size) == BELL_OK;
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

static bool put_unit(struct filter_call *call, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char hex[6] = {'\\',
                   'u',
                   digits[unit >> 12 & 15],
                   digits[unit >> 8 & 15],
                   digits[unit >> 4 & 15],
                   digits[unit & 15]};
    return put(call, hex, sizeof hex);
}

static bool put_point(struct filter_call *call, uint32_t point, char quote)
{
    static const char from[] = "\\\b\f\n\r\t";
    static const char to[] = "\\bfnrt";
    char byte = (char)point;
    if (point < 0x80) {
        const char *found = point != 0 ? strchr(from, byte) : NULL;
        char pair[2] = {'\\', found != NULL ? to[found - from] : byte};
        if (found != NULL || byte == quote) {
            return put(call, pair, 2);
        }
        return point >= 0x20 && point < 0x7f ? put(call, &byte, 1)
                                             : put_unit(call, point);
    }
    if (point < 0x10000) {
        return put_unit(call, point);
    }
    point -= 0x10000;
    return put_unit(call, 0xd800 + (point >> 10)) &&
           put_unit(call, 0xdc00 + (point & 0x3ff));
}

/* Double quotes, but where single ones need fewer escapes. What is outside of
 * ASCII may be part of what reads backwards in an editor, so it is escaped. */
bool script_apply_text(struct filter_call *call)
{
    bell_string text = call->text;
    size_t singles = 0;
    size_t doubles = 0;
    for (size_t i = 0; i < text.size; i++) {
        singles += text.text[i] == '\'';
        doubles += text.text[i] == '"';
    }
    char quote = doubles > singles ? '\'' : '"';
    const char *at = text.text;
    const char *end = text.text + text.size;
    bool good = put(call, &quote, 1);
    while (at < end && good) {
        good = put_point(call, next_point(&at, end), quote);
    }
    return good && put(call, &quote, 1);
}

static bool is_name(bell_string text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.text[i];
        char lower = (char)(byte | 0x20);
        bool letter =
            (lower >= 'a' && lower <= 'z') || byte == '_' || byte == '$';
        if (!letter && (i == 0 || byte < '0' || byte > '9')) {
            return false;
        }
    }
    return text.size != 0;
}

bool script_apply_key(struct filter_call *call)
{
    if (is_name(call->text)) {
        return put(call, call->text.text, call->text.size);
    }
    return script_apply_text(call);
}
