/* base64.c: bytes as text. It knows no JSON. */
#include "base/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789+/";

char *bell__base64_put(char *at, const uint8_t *bytes, size_t size)
{
    size_t i = 0;
    for (; size - i >= 3; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16 |
                         (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        *at++ = letters[group >> 18];
        *at++ = letters[group >> 12 & 63];
        *at++ = letters[group >> 6 & 63];
        *at++ = letters[group & 63];
    }
    if (i == size) {
        return at;
    }
    bool two = size - i == 2;
    uint32_t group = (uint32_t)bytes[i] << 16;
    group |= two ? (uint32_t)bytes[i + 1] << 8 : 0;
    *at++ = letters[group >> 18];
    *at++ = letters[group >> 12 & 63];
    *at++ = two ? letters[group >> 6 & 63] : '=';
    *at++ = '=';
    return at;
}

/* What a byte of ASCII is worth in one of the alphabets; 64: nothing. */
static const uint8_t worths[128] = {
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 62, 64, 62, 64, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60,
    61, 64, 64, 64, 64, 64, 64, 64, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
    11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64,
    63, 64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
    43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64};

static uint32_t worth(char letter)
{
    unsigned char byte = (unsigned char)letter;
    return byte < sizeof worths ? worths[byte] : 64;
}

/* How much of the text is letters: less the padding, where it is right. */
static size_t count_letters(bell_string text)
{
    size_t size = text.size;
    size_t pads = 0;
    while (pads < 2 && pads < size && text.text[size - 1 - pads] == '=') {
        pads++;
    }
    return size % 4 == 0 ? size - pads : size;
}

/* The last one to three letters. */
static const char *read_rest(const char *text, size_t left, uint8_t *out,
                             size_t *place)
{
    uint32_t group = 0;
    for (size_t i = 0; i < left; i++) {
        uint32_t value = worth(text[i]);
        if (value > 63) {
            *place += i;
            return "a byte that is not base64";
        }
        group |= value << (18 - 6 * i);
    }
    *place += left - 1;
    if (left == 1) {
        return "base64 ends with half a byte";
    }
    if ((group & (left == 2 ? 0xFFFF : 0xFF)) != 0) {
        return "base64 ends with bits that are not 0";
    }
    out[0] = (uint8_t)(group >> 16);
    if (left == 3) {
        out[1] = (uint8_t)(group >> 8);
    }
    return NULL;
}

const char *bell__base64_read(bell_string text, uint8_t *out, size_t *size,
                              size_t *place)
{
    size_t count = count_letters(text);
    size_t i = 0;
    uint8_t *to = out;
    for (; count - i >= 4; i += 4) {
        uint32_t a = worth(text.text[i]);
        uint32_t b = worth(text.text[i + 1]);
        uint32_t c = worth(text.text[i + 2]);
        uint32_t d = worth(text.text[i + 3]);
        if ((a | b | c | d) > 63) {
            while (worth(text.text[i]) <= 63) {
                i++;
            }
            *place = i;
            return "a byte that is not base64";
        }
        uint32_t group = a << 18 | b << 12 | c << 6 | d;
        to[0] = (uint8_t)(group >> 16);
        to[1] = (uint8_t)(group >> 8);
        to[2] = (uint8_t)group;
        to += 3;
    }
    size_t left = count - i;
    *place = i;
    *size = (size_t)(to - out) + (left != 0 ? left - 1 : 0);
    return left != 0 ? read_rest(text.text + i, left, to, place) : NULL;
}
