/* number.c: numbers as a schema spells them. */
#include "model/number.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"

enum { NUMBER_BYTES_MAX = 64 };

struct limits {
    int64_t low;
    uint64_t high;
    const char *wanted;
};

/* `wanted` NULL: it is no number. */
static struct limits limits_of(enum scalar scalar)
{
    switch (scalar) {
    case SCALAR_INT32:
        return (struct limits){INT32_MIN, INT32_MAX,
                               "a whole number from -2147483648 to 2147483647"};
    case SCALAR_INT64:
        return (struct limits){INT64_MIN, INT64_MAX,
                               "a whole number from -9223372036854775808 to "
                               "9223372036854775807"};
    case SCALAR_UINT32:
        return (struct limits){0, UINT32_MAX,
                               "a whole number from 0 to 4294967295"};
    case SCALAR_UINT64:
        return (struct limits){0, UINT64_MAX,
                               "a whole number from 0 to 18446744073709551615"};
    case SCALAR_FLOAT32:
        return (struct limits){0, 0, "a number within the range of float32"};
    case SCALAR_FLOAT64:
        return (struct limits){0, 0, "a number within the range of float64"};
    case SCALAR_BOOL:
    case SCALAR_STRING:
    case SCALAR_JSON:
    case SCALAR_BYTES:
    case SCALAR_DATETIME:
    case SCALAR_DATE:
    case SCALAR_DURATION:
    case SCALAR_UUID:
    case SCALAR_DECIMAL:
        break;
    }
    return (struct limits){0, 0, NULL};
}

const char *number_wanted(enum scalar scalar)
{
    return limits_of(scalar).wanted;
}

bool number_is_plain(const struct node *node)
{
    return node->kind == NODE_NUMBER ||
           (node->kind == NODE_TEXT && node->plain);
}

static size_t count_of(bell_string text, size_t at, const char *digits)
{
    size_t from = at;
    while (at < text.size && text.text[at] != '\0' &&
           strchr(digits, text.text[at]) != NULL) {
        at++;
    }
    return at - from;
}

/* `0x1f`, `0o17`. */
static bool is_based(bell_string text)
{
    if (text.size < 3 || text.text[0] != '0') {
        return false;
    }
    const char *digits = text.text[1] == 'x'   ? "0123456789abcdefABCDEF"
                         : text.text[1] == 'o' ? "01234567"
                                               : "";
    return count_of(text, 2, digits) == text.size - 2;
}

/* `.inf`, `-.Inf`, `.NaN`. */
static bool is_endless(bell_string text)
{
    static const char *const words[] = {".inf", ".Inf", ".INF",
                                        ".nan", ".NaN", ".NAN"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bell__str_is(text, words[i])) {
            return true;
        }
    }
    return false;
}

/* [0-9]+(\.[0-9]*)? or \.[0-9]+, and perhaps an exponent. */
static bool is_decimal(bell_string text)
{
    static const char *const digits = "0123456789";
    size_t whole = count_of(text, 0, digits);
    size_t at = whole;
    size_t part = 0;
    if (at < text.size && text.text[at] == '.') {
        part = count_of(text, at + 1, digits);
        at += 1 + part;
    }
    if (whole + part == 0) {
        return false;
    }
    if (at < text.size && (text.text[at] == 'e' || text.text[at] == 'E')) {
        at++;
        at += at < text.size && strchr("+-", text.text[at]) != NULL ? 1 : 0;
        size_t power = count_of(text, at, digits);
        return power != 0 && at + power == text.size;
    }
    return at == text.size;
}

/* Most texts are told by their first byte. */
static bool is_core(bell_string text)
{
    if (text.size == 0 || (unsigned char)text.text[0] > '9') {
        return false;
    }
    if (is_based(text)) {
        return true;
    }
    if (text.text[0] == '-' || text.text[0] == '+') {
        text = (bell_string){text.text + 1, text.size - 1};
    }
    return is_decimal(text) || is_endless(text);
}

bool number_is_spelled(const struct node *node)
{
    return node->kind == NODE_NUMBER ||
           (node->kind == NODE_TEXT && node->plain && is_core(node->text));
}

bool number_is_key(const struct node *node)
{
    return node->key_plain && is_core(node->key);
}

bool number_integer(bell_string text, bool *minus, uint64_t *value)
{
    size_t at = 0;
    *minus = text.size > 0 && text.text[0] == '-';
    at = *minus ? 1 : 0;
    *value = 0;
    if (at == text.size) {
        return false;
    }
    for (; at < text.size; at++) {
        unsigned digit = (unsigned char)text.text[at] - (unsigned)'0';
        if (digit > 9 || *value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *value = *value * 10 + digit;
    }
    return true;
}

bool number_fits(const struct node *node, enum scalar scalar, bool *minus,
                 uint64_t *value)
{
    if (!number_is_plain(node) || !number_integer(node->text, minus, value)) {
        return false;
    }
    struct limits limits = limits_of(scalar);
    uint64_t lowest = (uint64_t)0 - (uint64_t)limits.low;
    return *minus ? *value <= lowest : *value <= limits.high;
}

/* JSON's grammar: what strtod takes besides is no number here. */
static bool is_number(bell_string text)
{
    size_t at = text.size > 0 && text.text[0] == '-' ? 1 : 0;
    size_t digits = 0;
    bool point = false;
    for (; at < text.size; at++) {
        char byte = text.text[at];
        if (byte >= '0' && byte <= '9') {
            digits++;
        } else if (byte == '.' && !point && digits > 0) {
            point = true;
        } else {
            break;
        }
    }
    if (digits == 0 || text.text[at - 1] == '.') {
        return false;
    }
    if (at < text.size && (text.text[at] == 'e' || text.text[at] == 'E')) {
        at++;
        at += at < text.size && strchr("+-", text.text[at]) != NULL ? 1 : 0;
        size_t from = at;
        while (at < text.size && text.text[at] >= '0' && text.text[at] <= '9') {
            at++;
        }
        return at == text.size && at > from;
    }
    return at == text.size;
}

bool number_real(const struct node *node, enum scalar scalar, double *value)
{
    char text[NUMBER_BYTES_MAX + 1];
    if (!number_is_plain(node) || node->text.size > NUMBER_BYTES_MAX ||
        !is_number(node->text)) {
        return false;
    }
    memcpy(text, node->text.text, node->text.size);
    text[node->text.size] = '\0';
    *value = strtod(text, NULL);
    /* As it is read: what rounds to the largest float32 is one. */
    return isfinite(*value) &&
           (scalar != SCALAR_FLOAT32 || isfinite(strtof(text, NULL)));
}
