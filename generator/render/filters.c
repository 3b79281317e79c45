/* filters.c: the table of filters and the small ones among them. They know no
 * language: `cstr` is how a dozen of them write a byte in quotes. */
#include "render/filters.h"

#include <string.h>

#include "base/words.h"

static bool put(struct filter_call *call, const void *bytes, size_t size)
{
    return bell__buf_append(call->out, bytes, size) == BELL_OK;
}

static bool put_case(struct filter_call *call, enum letter_case letters)
{
    bell_string text = words_join(call->text, letters, call->arena);
    return text.text != NULL && put(call, text.text, text.size);
}

static bool apply_snake(struct filter_call *call)
{
    return put_case(call, CASE_SNAKE);
}

static bool apply_camel(struct filter_call *call)
{
    return put_case(call, CASE_CAMEL);
}

static bool apply_pascal(struct filter_call *call)
{
    return put_case(call, CASE_PASCAL);
}

static bool apply_upper(struct filter_call *call)
{
    return put_case(call, CASE_UPPER);
}

static bool apply_size(struct filter_call *call)
{
    call->number = (int64_t)call->text.size;
    return true;
}

/* The letter behind a backslash, or 0. */
static char short_escape(unsigned char byte)
{
    static const char from[] = "\"\\\b\f\n\r\t";
    static const char to[] = "\"\\bfnrt";
    const char *found = byte != 0 ? strchr(from, byte) : NULL;
    return found != NULL ? to[found - from] : (char)0;
}

/* Octal ends after three digits whatever follows; an escaped question mark
 * makes no trigraph; a byte outside ASCII may be part of what reads backwards
 * in an editor. */
static bool apply_cstr(struct filter_call *call)
{
    bool good = put(call, "\"", 1);
    size_t start = 0;
    bell_string text = call->text;
    for (size_t i = 0; i < text.size && good; i++) {
        unsigned char byte = (unsigned char)text.text[i];
        char letter = short_escape(byte);
        bool plain = byte >= 0x20 && byte < 0x7f && letter == 0;
        bool trigraph = byte == '?' && i != 0 && text.text[i - 1] == '?';
        if (plain && !trigraph) {
            continue;
        }
        good = put(call, text.text + start, i - start);
        start = i + 1;
        char octal[4] = {'\\', (char)('0' + (byte >> 6)),
                         (char)('0' + (byte >> 3 & 7)),
                         (char)('0' + (byte & 7))};
        char pair[2] = {'\\', trigraph ? '?' : letter};
        good = good && (trigraph || letter != 0 ? put(call, pair, 2)
                                                : put(call, octal, 4));
    }
    return good && put(call, text.text + start, text.size - start) &&
           put(call, "\"", 1);
}

/* What is no printable ASCII as bytes: nothing in an editor reads backwards. */
static bool apply_gostr(struct filter_call *call)
{
    static const char digits[] = "0123456789abcdef";
    bool good = put(call, "\"", 1);
    bell_string text = call->text;
    for (size_t i = 0; i < text.size && good; i++) {
        unsigned char byte = (unsigned char)text.text[i];
        char letter = short_escape(byte);
        char pair[2] = {'\\', letter};
        char hex[4] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        bool plain = byte >= 0x20 && byte < 0x7f;
        good = letter != 0 ? put(call, pair, 2)
               : plain     ? put(call, text.text + i, 1)
                           : put(call, hex, 4);
    }
    return good && put(call, "\"", 1);
}

/* Letters, digits, `_`, `-` and `.` are what no language quotes; not `-`. */
static bool apply_plain(struct filter_call *call)
{
    bell_string text = call->text;
    bool plain = text.size != 1 || text.text[0] != '-';
    for (size_t i = 0; i < text.size && plain; i++) {
        char byte = text.text[i];
        char lower = (char)(byte | 0x20);
        plain = (lower >= 'a' && lower <= 'z') ||
                (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' ||
                byte == '.';
    }
    return !plain || put(call, text.text, text.size);
}

static bool apply_json(struct filter_call *call)
{
    static const char digits[] = "0123456789abcdef";
    bool good = put(call, "\"", 1);
    size_t start = 0;
    bell_string text = call->text;
    for (size_t i = 0; i < text.size && good; i++) {
        unsigned char byte = (unsigned char)text.text[i];
        char letter = short_escape(byte);
        if (byte >= 0x20 && letter == 0) {
            continue;
        }
        good = put(call, text.text + start, i - start);
        start = i + 1;
        char hex[6] = {
            '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
        char pair[2] = {'\\', letter};
        good = good && (letter != 0 ? put(call, pair, 2) : put(call, hex, 6));
    }
    return good && put(call, text.text + start, text.size - start) &&
           put(call, "\"", 1);
}

const struct filter filters[] = {
    {"snake", "", VALUE_TEXT, apply_snake, "words as snake_case"},
    {"camel", "", VALUE_TEXT, apply_camel, "words as camelCase"},
    {"pascal", "", VALUE_TEXT, apply_pascal, "words as PascalCase"},
    {"upper", "", VALUE_TEXT, apply_upper, "words as UPPER_CASE"},
    {"json", "", VALUE_TEXT, apply_json, "quoted as JSON"},
    {"cstr", "", VALUE_TEXT, apply_cstr, "quoted as C, pure ASCII"},
    {"gostr", "", VALUE_TEXT, apply_gostr, "quoted as Go, pure ASCII"},
    {"plain", "", VALUE_TEXT, apply_plain,
     "the text, or nothing where there is more in it than letters, digits, _, "
     "- and ."},
    {"jsstr", "", VALUE_TEXT, script_apply_text,
     "quoted as JavaScript, pure ASCII, with the quotes that need no escapes"},
    {"jskey", "", VALUE_TEXT, script_apply_key,
     "a property's name in JavaScript, quoted where it must be"},
    {"size", "", VALUE_NUMBER, apply_size, "the number of bytes"},
    {"comment", "tttN", VALUE_TEXT, comment_apply,
     "a comment: what begins it, what begins its further lines, what ends it, "
     "and the width (80)"},
    {0},
};

const struct filter *filter_find(bell_string name)
{
    for (const struct filter *filter = filters; filter->name; filter++) {
        if (strlen(filter->name) == name.size &&
            memcmp(filter->name, name.text, name.size) == 0) {
            return filter;
        }
    }
    return NULL;
}
