/* scan.h: looks at JSON text many bytes at a time. Every function takes the
 * text's end and never reads at or behind it. It knows no values. */
#ifndef BELL__JSON_SCAN_H
#define BELL__JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "json/machine.h"

#if defined(__GNUC__)
#define BELL__LIKELY(x)   __builtin_expect(!!(x), 1)
#define BELL__UNLIKELY(x) __builtin_expect(!!(x), 0)
#define BELL__COLD        __attribute__((cold, noinline))
#define BELL__APART       __attribute__((noinline))
#else
#define BELL__LIKELY(x)   (x)
#define BELL__UNLIKELY(x) (x)
#define BELL__COLD
#define BELL__APART
#endif

#if defined(__GNUC__) && !defined(BELL__SMALL)
#define BELL__INLINE inline __attribute__((always_inline))
#else
#define BELL__INLINE inline
#endif

/* What is wrong with a text (static words), and where. */
struct bell__fault {
    const char *at;
    const char *wrong;
};

/* Always NULL: what a reader gives where the text is wrong. */
static inline const char *bell__fault_set(struct bell__fault *fault,
                                          const char *at, const char *wrong)
{
    fault->at = at;
    fault->wrong = wrong;
    return NULL;
}

static BELL__INLINE const char *bell__scan_space(const char *at,
                                                 const char *end)
{
    while (at < end &&
           (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
        at++;
    }
    return at;
}

/* True for a byte that stands for itself inside quotes. */
static BELL__INLINE bool bell__scan_is_plain(char byte)
{
    unsigned char value = (unsigned char)byte;
    return value >= 0x20 && value < 0x80 && value != '"' && value != '\\';
}

/* The high bit of the lowest byte that is not plain; bytes above that one may
 * be marked wrongly. 0 where all eight are plain. */
static BELL__INLINE uint64_t bell__scan_marks(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101U;
    const uint64_t tops = 0x8080808080808080U;
    uint64_t quote = word ^ (ones * '"');
    uint64_t slash = word ^ (ones * '\\');
    uint64_t marks = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
                     ((word - ones * 0x20) & ~word) | word;
    return marks & tops;
}

#if defined(BELL__HAS_SSE2)
/* A bit for each of sixteen bytes: set where it is not plain. */
static BELL__INLINE unsigned bell__scan_mask(__m128i bytes)
{
    /* Signed: bytes from 0x80 up are below 0x20 as well. */
    __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return (unsigned)_mm_movemask_epi8(
        _mm_or_si128(low, _mm_or_si128(quote, slash)));
}
#endif

/* The first byte that is not plain, or `end`. */
static inline const char *bell__scan_plain(const char *at, const char *end)
{
#if defined(BELL__HAS_SSE2)
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        unsigned mask = bell__scan_mask(bytes);
        if (mask != 0) {
            return at + __builtin_ctz(mask);
        }
        at += 16;
    }
#endif
    while (end - at >= 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        if (bell__scan_marks(word) != 0) {
            break;
        }
        at += 8;
    }
    while (at < end && bell__scan_is_plain(*at)) {
        at++;
    }
    return at;
}

/* The decimal digits among the next eight bytes, up to the first other byte:
 * how many there are, and the number that they spell. */
static BELL__INLINE unsigned bell__scan_digits(const char *at, uint64_t *value)
{
#if defined(BELL__HAS_LITTLE)
    const uint64_t threes = 0x3030303030303030U;
    const uint64_t highs = 0xF0F0F0F0F0F0F0F0U;
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t other = (word & highs) ^ threes;
    other |= ((word + 0x0606060606060606U) & highs) ^ threes;
    unsigned count = 8;
    word -= threes;
    if (other != 0) {
        count = (unsigned)__builtin_ctzll(other) / 8;
        word = count != 0 ? word << (64 - 8 * count) : 0;
    }
    word = word * 10 + (word >> 8); /* pairs, in every second byte */
    uint64_t first = (word & 0x000000FF000000FFU) * 0x000F424000000064U;
    uint64_t second = (word >> 16 & 0x000000FF000000FFU) * 0x0000271000000001U;
    *value = (uint32_t)((first + second) >> 32);
    return count;
#else
    uint64_t sum = 0;
    unsigned count = 0;
    while (count < 8 && (unsigned char)(at[count] - '0') <= 9) {
        sum = sum * 10 + (unsigned char)(at[count] - '0');
        count++;
    }
    *value = sum;
    return count;
#endif
}

/* Equal bytes? Small sizes without a call. */
static BELL__INLINE bool bell__scan_same(const char *left, const char *right,
                                         size_t size)
{
    uint64_t a, b, c, d;
    if (BELL__UNLIKELY(size > 32)) {
        return memcmp(left, right, size) == 0;
    }
    if (size >= 8) {
        size_t last = size - 8;
        memcpy(&a, left, 8);
        memcpy(&b, right, 8);
        memcpy(&c, left + last, 8);
        memcpy(&d, right + last, 8);
        uint64_t differ = (a ^ b) | (c ^ d);
        if (size > 16) {
            memcpy(&a, left + 8, 8);
            memcpy(&b, right + 8, 8);
            memcpy(&c, left + last - 8, 8);
            memcpy(&d, right + last - 8, 8);
            differ |= (a ^ b) | (c ^ d);
        }
        return differ == 0;
    }
    if (size >= 4) {
        uint32_t e, f, g, h;
        memcpy(&e, left, 4);
        memcpy(&f, right, 4);
        memcpy(&g, left + size - 4, 4);
        memcpy(&h, right + size - 4, 4);
        return ((e ^ f) | (g ^ h)) == 0;
    }
    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i]) {
            return false;
        }
    }
    return true;
}

#endif
