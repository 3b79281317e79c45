/* plain.c: see plain.h. One branch for sixty-four bytes. */
#include "json/plain.h"

#include "json/scan.h"

enum { BLOCK = 64 };

#if defined(BELL__HAS_SSE2)
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

#if defined(BELL__HAS_AVX2)
/* The same as below in registers of thirty-two bytes, where there are any. */
__attribute__((target("avx2"))) static size_t
copy_wide(char *restrict to, const char *restrict from, size_t size)
{
    const __m256i two = _mm256_set1_epi8(2);
    const __m256i least = _mm256_set1_epi8(0x21);
    const __m256i slash = _mm256_set1_epi8('\\');
    size_t at = 0;
    for (; size - at >= BLOCK; at += BLOCK) {
        const char *place = from + at;
        __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)place);
        place += BLOCK / 2;
        __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)place);
        _mm256_storeu_si256((__m256i *)(void *)(to + at), a);
        _mm256_storeu_si256((__m256i *)(void *)(to + at + BLOCK / 2), b);
        __m256i low =
            _mm256_or_si256(_mm256_cmpgt_epi8(least, _mm256_xor_si256(a, two)),
                            _mm256_cmpgt_epi8(least, _mm256_xor_si256(b, two)));
        __m256i slashes = _mm256_or_si256(_mm256_cmpeq_epi8(a, slash),
                                          _mm256_cmpeq_epi8(b, slash));
        if (_mm256_movemask_epi8(_mm256_or_si256(low, slashes)) != 0) {
            break;
        }
    }
    return at;
}
#endif

size_t bell__plain_copy_narrow(char *restrict to, const char *restrict from,
                               size_t size)
{
    size_t at = 0;
#if defined(BELL__HAS_SSE2)
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

size_t bell__plain_copy(char *restrict to, const char *restrict from,
                        size_t size)
{
#if defined(BELL__HAS_AVX2)
    if (__builtin_cpu_supports("avx2")) {
        return copy_wide(to, from, size);
    }
#endif
    return bell__plain_copy_narrow(to, from, size);
}
