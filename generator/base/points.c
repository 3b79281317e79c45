/* points.c: code points of a text (RFC 3629). It knows no files. */
#include "base/points.h"

static bool tail(const unsigned char *bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return false;
        }
    }
    return true;
}

size_t utf8_next(const char *text, size_t size, uint32_t *point)
{
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t got = 0;
    size_t length = 0;
    if (size == 0) {
        return 0;
    }
    if (bytes[0] < 0x80) {
        length = 1;
        got = bytes[0];
    } else if (bytes[0] >= 0xc2 && bytes[0] <= 0xdf) {
        length = 2;
        got = bytes[0] & 0x1fu;
    } else if (bytes[0] >= 0xe0 && bytes[0] <= 0xef) {
        length = 3;
        got = bytes[0] & 0x0fu;
    } else if (bytes[0] >= 0xf0 && bytes[0] <= 0xf4) {
        length = 4;
        got = bytes[0] & 0x07u;
    }
    if (length == 0 || length > size || !tail(bytes, 1, length)) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        got = got << 6 | (bytes[i] & 0x3fu);
    }
    bool overlong = (length == 3 && got < 0x800) ||
                    (length == 4 && (got < 0x10000 || got > 0x10ffff));
    if (overlong || (got >= 0xd800 && got <= 0xdfff)) {
        return 0;
    }
    if (point != NULL) {
        *point = got;
    }
    return length;
}

size_t utf8_wrong(bell_string text)
{
    size_t at = 0;
    while (at < text.size) {
        if ((unsigned char)text.text[at] < 0x80) {
            at++;
            continue;
        }
        size_t length = utf8_next(text.text + at, text.size - at, NULL);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return at;
}
