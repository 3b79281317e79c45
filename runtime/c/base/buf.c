/* buf.c: bytes that grow at the end. */
#include "base/buf.h"

#include <string.h>

#include "base/memory.h"

enum { CAPACITY_MIN = 1024 };

void bell__buf_open(struct bell__buf *buf, const bell_allocator *memory,
                    size_t limit)
{
    memset(buf, 0, sizeof *buf);
    buf->memory = memory;
    buf->limit = limit;
}

/* The limit is of what is written, not of what is reserved: a writer reserves
 * for the worst case. So the reserve may pass the limit by that much, and
 * bell__buf_append() holds the line. */
bell_status bell__buf_grow(struct bell__buf *buf, size_t more)
{
    if (buf->limit != 0 && buf->size > buf->limit) {
        return BELL_LIMIT;
    }
    if (more > SIZE_MAX / 4 - buf->size) {
        return BELL_LIMIT;
    }
    size_t capacity =
        buf->capacity < CAPACITY_MIN ? CAPACITY_MIN : buf->capacity * 2;
    if (capacity < buf->size + more) {
        capacity = buf->size + more;
    }
    char *bytes =
        bell__memory_resize(buf->memory, buf->bytes, buf->capacity, capacity);
    if (bytes == NULL) {
        return BELL_NO_MEMORY;
    }
    buf->bytes = bytes;
    buf->capacity = capacity;
    return BELL_OK;
}

bell_status bell__buf_append(struct bell__buf *buf, const void *bytes,
                             size_t size)
{
    if (size == 0) {
        return BELL_OK;
    }
    if (buf->limit != 0 &&
        (buf->size > buf->limit || size > buf->limit - buf->size)) {
        return BELL_LIMIT;
    }
    bell_status status = bell__buf_reserve(buf, size);
    if (status != BELL_OK) {
        return status;
    }
    memcpy(buf->bytes + buf->size, bytes, size);
    buf->size += size;
    return BELL_OK;
}

void bell__buf_add(struct bell__buf *buf, const void *bytes, size_t size)
{
    if (buf->failed == BELL_OK) {
        buf->failed = bell__buf_append(buf, bytes, size);
    }
}

void bell__buf_close(struct bell__buf *buf)
{
    bell__memory_free(buf->memory, buf->bytes, buf->capacity);
    buf->bytes = NULL;
    buf->size = 0;
    buf->capacity = 0;
    buf->failed = BELL_OK;
}
