/* decode_text.h: the way of plain texts, for the inside of loops. */
#ifndef BELL__RECORD_DECODE_TEXT_H
#define BELL__RECORD_DECODE_TEXT_H

#include "record/decode.h"
#include "json/plain.h"

/* Any text: finds its end, takes memory for it, then copies. */
const char *bell__decode_slow_text(struct bell__decoder *decoder,
                                   const char *at, bell_string *out);

static inline size_t bell__decode_least(ptrdiff_t left, ptrdiff_t right)
{
    return (size_t)(left < right ? left : right);
}

/* Plain text is copied into the arena's free bytes while its end is looked
 * for; what is not plain, or does not fit, goes the slow way. */
static BELL__INLINE const char *
bell__decode_fast_text(struct bell__decoder *decoder, const char *at,
                       bell_string *out)
{
#if defined(BELL__HAS_SSE2)
    struct bell__arena *arena = decoder->arena;
    const char *from = at;
    char *to = arena->at;
    while (decoder->end - from >= 16 && arena->end - to > 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
        unsigned mask = bell__scan_mask(bytes);
        _mm_storeu_si128((__m128i *)(void *)to, bytes);
        if (mask == 0) {
            from += 16;
            to += 16;
            if (BELL__UNLIKELY(from - at == BELL__PLAIN_LONG)) {
                size_t most = bell__decode_least(decoder->end - from,
                                                 arena->end - to - 1);
                size_t more = bell__plain_copy(to, from, most);
                from += more;
                to += more;
            }
            continue;
        }
        int plain = __builtin_ctz(mask);
        from += plain;
        to += plain;
        if (BELL__UNLIKELY(*from != '"')) {
            break;
        }
        *to = '\0';
        out->text = arena->at;
        out->size = (size_t)(to - arena->at);
        arena->at = to + 1;
        return from + 1;
    }
#endif
    return bell__decode_slow_text(decoder, at, out);
}

#endif
