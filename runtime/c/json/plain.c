/* plain.c: see plain.h. One branch for sixty-four bytes. */
#include "json/plain.h"

#include "json/scan.h"

enum { BLOCK = 64 };

#if defined(__SSE2__)
/* A byte that is not plain has its high bit set. A quote, 0x22, and what is
 * below 0x20 become what is below 0x21, signed, when bit 1 is turned. */
static BELL__INLINE __m128i copy_sixteen(char *to, const char *from)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
    _mm_storeu_si128((__m128i *)(void *)to, bytes);
    __m128i turned = _mm_xor_si128(bytes, _mm_set1_epi8(2));
    __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return _mm_or_si128(_mm_cmplt_epi8(turned, _mm_set1_epi8(0x21)), slash);
}
#endif

size_t bell__plain_copy(char *restrict to, const char *restrict from,
                        size_t size)
{
    size_t at = 0;
#if defined(__SSE2__)
    for (; size - at >= BLOCK; at += BLOCK) {
        __m128i first = copy_sixteen(to + at, from + at);
        __m128i second = copy_sixteen(to + at + 16, from + at + 16);
        __m128i third = copy_sixteen(to + at + 32, from + at + 32);
        __m128i fourth = copy_sixteen(to + at + 48, from + at + 48);
        __m128i any = _mm_or_si128(_mm_or_si128(first, second),
                                   _mm_or_si128(third, fourth));
        if (_mm_movemask_epi8(any) != 0) {
            break;
        }
    }
#else
    for (; size - at >= BLOCK; at += BLOCK) {
        uint64_t marks = 0;
        for (size_t i = 0; i < BLOCK; i += 8) {
            uint64_t word;
            memcpy(&word, from + at + i, sizeof word);
            memcpy(to + at + i, &word, sizeof word);
            marks |= bell__scan_marks(word);
        }
        if (marks != 0) {
            break;
        }
    }
#endif
    return at;
}
