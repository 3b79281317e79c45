/* tame.c: what others said, fit to be shown. */
#include "base/tame.h"

#include "base/utf8.h"

/* Controls, separators of lines and marks of direction, from U+0080 on: the
 * first and the last of each row, as the text's bytes. */
static const struct {
    unsigned char lead[2];
    unsigned char size; /* of `lead` */
    unsigned char first;
    unsigned char last;
} wild[] = {
    {{0xC2, 0}, 1, 0x80, 0x9F},    /* U+0080 to U+009F */
    {{0xD8, 0}, 1, 0x9C, 0x9C},    /* U+061C */
    {{0xE2, 0x80}, 2, 0x8E, 0x8F}, /* U+200E, U+200F */
    {{0xE2, 0x80}, 2, 0xA8, 0xAE}, /* U+2028 to U+202E */
    {{0xE2, 0x81}, 2, 0xA6, 0xA9}, /* U+2066 to U+2069 */
};

static bool is_wild(const char *at)
{
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        unsigned char last = (unsigned char)at[wild[i].size];
        if (memcmp(at, wild[i].lead, wild[i].size) == 0 &&
            last >= wild[i].first && last <= wild[i].last) {
            return true;
        }
    }
    return false;
}

/* A character that the end of the text has cut. */
static bool is_half(const char *at, const char *end)
{
    unsigned char lead = (unsigned char)*at;
    size_t whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    bool begins = lead >= 0xC2 && lead <= 0xF4;
    for (size_t i = 1; i < (size_t)(end - at); i++) {
        begins &= ((unsigned char)at[i] & 0xC0) == 0x80;
    }
    return begins && (size_t)(end - at) < whole;
}

/* Eight bytes at once; true is certain, false is a suspicion: of a byte below
 * 0x20, of 0x7F, and of what is no ASCII. */
static bool is_plain(const char *text, size_t size)
{
    static const uint64_t ones = 0x0101010101010101;
    uint64_t odd = 0;
    size_t at = 0;
    for (; at + sizeof odd <= size; at += sizeof odd) {
        uint64_t eight;
        memcpy(&eight, text + at, sizeof eight);
        odd |= (eight - ones * 0x20) | eight | (eight + ones);
    }
    for (; at < size; at++) {
        uint64_t one = (unsigned char)text[at];
        odd |= (one - 0x20) | one | (one + 1);
    }
    return (odd & ones * 0x80) == 0;
}

void bell__tame(char *text)
{
    size_t whole = strlen(text);
    const char *at = text;
    const char *end = text + whole;
    if (is_plain(text, whole)) {
        return;
    }
    char *to = text;
    while (at < end) {
        unsigned char byte = (unsigned char)*at;
        size_t size = byte < 0x80 ? 1 : bell__utf8_size(at, end);
        if (size == 0 && end - at < 4 && is_half(at, end)) {
            break;
        }
        if (byte < 0x20 || byte == 0x7F || (size > 1 && is_wild(at))) {
            *to++ = ' ';
        } else if (size == 0) {
            *to++ = '?';
        } else {
            memmove(to, at, size);
            to += size;
        }
        at += size == 0 ? 1 : size;
    }
    *to = '\0';
}

size_t bell__cut(bell_string text, size_t most)
{
    if (text.size <= most) {
        return text.size;
    }
    while (most > 0 && ((unsigned char)text.text[most] & 0xC0) == 0x80) {
        most--;
    }
    return most;
}
