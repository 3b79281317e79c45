/* inflate.h: what was packed with gzip (RFC 1952) becomes what it was, up to a
 * size. It knows no answers. */
#ifndef BELL__TRANSPORT_INFLATE_H
#define BELL__TRANSPORT_INFLATE_H

#include "base/buf.h"

enum bell__inflated {
    BELL__INFLATE_WHOLE,
    BELL__INFLATE_LONG,  /* longer than size_max */
    BELL__INFLATE_WRONG, /* not gzip, cut, or with something behind it */
    BELL__INFLATE_NO_MEMORY
};

struct bell__inflate;

#if BELL_HAS_ZLIB

/* Into `out`, from its start on. *inflate is kept for the next time; NULL
 * before the first. */
enum bell__inflated bell__inflate(struct bell__inflate **inflate,
                                  const bell_allocator *memory,
                                  bell_string packed, size_t size_max,
                                  struct bell__buf *out);

/* NULL is fine. */
void bell__inflate_free(struct bell__inflate *inflate);

#else /* who asks for gzip is refused before anybody is here */

static inline enum bell__inflated
bell__inflate(struct bell__inflate **inflate, const bell_allocator *memory,
              bell_string packed, size_t size_max, struct bell__buf *out)
{
    (void)inflate;
    (void)memory;
    (void)packed;
    (void)size_max;
    (void)out;
    return BELL__INFLATE_WRONG;
}

static inline void bell__inflate_free(struct bell__inflate *inflate)
{
    (void)inflate;
}

#endif

#endif
