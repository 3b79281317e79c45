/* buf.h: bytes that grow at the end. It knows no frames. */
#ifndef BELL__BASE_BUF_H
#define BELL__BASE_BUF_H

#include <string.h>

#include <bell/bell.h>

struct bell__buf {
    const bell_allocator *memory;
    char *bytes;
    size_t size;
    size_t capacity;
    size_t limit;       /* of `size`; 0: none */
    bell_status failed; /* of what was added; see bell__buf_settle() */
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

/* Adds one piece after the other without a look at each: the buffer remembers
 * the first that failed, adds nothing behind it, and tells when it is asked by
 * bell__buf_settle(). */
void bell__buf_add(struct bell__buf *buf, const void *bytes, size_t size);

static inline void bell__buf_add_string(struct bell__buf *buf, bell_string text)
{
    bell__buf_add(buf, text.text, text.size);
}

static inline void bell__buf_add_text(struct bell__buf *buf, const char *text)
{
    bell__buf_add(buf, text, strlen(text));
}

/* Whether all is there that was added since the last time: asked once, by
 * whoever added, also where it gives up. Then the failure is forgotten, so
 * that a caller may go back to an earlier size and go on. */
static inline bell_status bell__buf_settle(struct bell__buf *buf)
{
    bell_status status = buf->failed;
    buf->failed = BELL_OK;
    return status;
}

/* Frees the bytes; the buffer may be used again. */
void bell__buf_close(struct bell__buf *buf);

#endif
