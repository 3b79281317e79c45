/* buf.h: bytes that grow at the end. It knows no text and no frames. */
#ifndef BELL__BASE_BUF_H
#define BELL__BASE_BUF_H

#include <bell/bell.h>

struct bell__buf {
    const bell_allocator *memory;
    char *bytes;
    size_t size;
    size_t capacity;
    size_t limit; /* of `size`; 0: none */
};

/* Allocates nothing yet. `memory` must outlive the buffer. */
void bell__buf_open(struct bell__buf *buf, const bell_allocator *memory,
                    size_t limit);

/* The slow half of bell__buf_reserve(). */
bell_status bell__buf_grow(struct bell__buf *buf, size_t more);

/* Makes room for `more` bytes behind `size`. BELL_NO_MEMORY or BELL_LIMIT
 * leave the buffer as it was. */
static inline bell_status bell__buf_reserve(struct bell__buf *buf, size_t more)
{
    if (buf->capacity - buf->size >= more) {
        return BELL_OK;
    }
    return bell__buf_grow(buf, more);
}

bell_status bell__buf_append(struct bell__buf *buf, const void *bytes,
                             size_t size);

/* Frees the bytes; the buffer may be used again. */
void bell__buf_close(struct bell__buf *buf);

#endif
