/* utf8.c: one code point of UTF-8, and a text of many. It knows no JSON. */
#include "base/utf8.h"

#include <stdbool.h>

static bool follows(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t bell__utf8_size(const char *at, const char *end)
{
    const unsigned char *bytes = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    if (left < 2 || !follows(bytes[1])) {
        return 0;
    }
    if (bytes[0] >= 0xC2 && bytes[0] <= 0xDF) {
        return 2;
    }
    if (left < 3 || !follows(bytes[2])) {
        return 0;
    }
    if (bytes[0] >= 0xE0 && bytes[0] <= 0xEF) {
        bool overlong = bytes[0] == 0xE0 && bytes[1] < 0xA0;
        bool surrogate = bytes[0] == 0xED && bytes[1] > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (left < 4 || !follows(bytes[3])) {
        return 0;
    }
    if (bytes[0] >= 0xF0 && bytes[0] <= 0xF4) {
        bool overlong = bytes[0] == 0xF0 && bytes[1] < 0x90;
        bool outside = bytes[0] == 0xF4 && bytes[1] > 0x8F;
        return overlong || outside ? 0 : 4;
    }
    return 0;
}

size_t bell__utf8_good(const char *text, size_t size)
{
    const char *at = text;
    const char *end = text + size;
    while (at < end) {
        size_t step = (unsigned char)*at < 0x80 ? 1 : bell__utf8_size(at, end);
        if (step == 0) {
            break;
        }
        at += step;
    }
    return (size_t)(at - text);
}

char *bell__utf8_put(char *at, uint32_t point)
{
    if (point < 0x80) {
        *at++ = (char)point;
        return at;
    }
    if (point < 0x800) {
        *at++ = (char)(0xC0 | (point >> 6));
        *at++ = (char)(0x80 | (point & 0x3F));
        return at;
    }
    if (point < 0x10000) {
        *at++ = (char)(0xE0 | (point >> 12));
        *at++ = (char)(0x80 | ((point >> 6) & 0x3F));
        *at++ = (char)(0x80 | (point & 0x3F));
        return at;
    }
    *at++ = (char)(0xF0 | (point >> 18));
    *at++ = (char)(0x80 | ((point >> 12) & 0x3F));
    *at++ = (char)(0x80 | ((point >> 6) & 0x3F));
    *at++ = (char)(0x80 | (point & 0x3F));
    return at;
}
