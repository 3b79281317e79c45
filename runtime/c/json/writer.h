/* writer.h: many pieces into one buffer, with the place kept in a register:
 * `at` goes in and comes back, NULL where it failed (*status says why). The
 * buffer's own size is stale meanwhile. It knows no types. */
#ifndef BELL__JSON_WRITER_H
#define BELL__JSON_WRITER_H

#include <bell/bell.h>

#include "base/buf.h"
#include "json/scan.h"

struct bell__writer {
    struct bell__buf *out;
    bell_status status; /* why `at` became NULL */
};

/* The slow half of bell__writer_room(). */
char *bell__writer_grow(struct bell__writer *writer, char *at, size_t more);

/* Room for `more` bytes at `at`; gives where `at` is now. */
static BELL__INLINE char *bell__writer_room(struct bell__writer *writer,
                                            char *at, size_t more)
{
    struct bell__buf *out = writer->out;
    if (BELL__LIKELY((size_t)(out->bytes + out->capacity - at) >= more)) {
        return at;
    }
    return bell__writer_grow(writer, at, more);
}

/* Quotes and escapes. BELL_INVALID where the text is not UTF-8. */
char *bell__writer_text(struct bell__writer *writer, char *at,
                        bell_string text);

/* Text that is known to be valid JSON, without white space between values:
 * so it holds no line break. */
char *bell__writer_compact(struct bell__writer *writer, char *at,
                           bell_string json);

/* Copies a piece whose room is reserved. */
static BELL__INLINE char *bell__writer_copy(char *at, const char *from,
                                            size_t size)
{
    if (size >= 16) {
        size_t last = size - 16;
        for (size_t i = 0; i < last; i += 16) {
            memcpy(at + i, from + i, 16);
        }
        memcpy(at + last, from + last, 16);
    } else if (size >= 8) {
        memcpy(at, from, 8);
        memcpy(at + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
        memcpy(at, from, 4);
        memcpy(at + size - 4, from + size - 4, 4);
    } else {
        for (size_t i = 0; i < size; i++) {
            at[i] = from[i];
        }
    }
    return at + size;
}

#endif
