/* outbox.c: outgoing frames in one piece of memory, in order. */
#include "seam/frame.h"

#include <string.h>

#include "base/memory.h"

enum { SPANS_MIN = 8 };

void bell__outbox_open(struct bell__outbox *outbox,
                       const bell_allocator *memory, size_t bytes_max)
{
    memset(outbox, 0, sizeof *outbox);
    bell__buf_open(&outbox->bytes, memory, bytes_max);
}

static bell_status grow_spans(struct bell__outbox *outbox)
{
    size_t capacity = outbox->capacity == 0 ? SPANS_MIN : outbox->capacity * 2;
    struct bell__span *spans = bell__memory_resize(
        outbox->bytes.memory, outbox->spans, outbox->capacity * sizeof *spans,
        capacity * sizeof *spans);
    if (spans == NULL) {
        return BELL_NO_MEMORY;
    }
    outbox->spans = spans;
    outbox->capacity = capacity;
    return BELL_OK;
}

bell_status bell__outbox_begin(struct bell__outbox *outbox)
{
    if (outbox->count == outbox->capacity) {
        bell_status status = grow_spans(outbox);
        if (status != BELL_OK) {
            return status;
        }
    }
    struct bell__buf *bytes = &outbox->bytes;
    bell_status status = bell__buf_reserve(bytes, BELL__FRAME_HEADROOM);
    if (status != BELL_OK) {
        return status;
    }
    memset(bytes->bytes + bytes->size, 0, BELL__FRAME_HEADROOM);
    bytes->size += BELL__FRAME_HEADROOM;
    struct bell__span *span = &outbox->spans[outbox->count];
    span->offset = bytes->size;
    span->size = 0;
    span->head_size = 0;
    span->lead_size = 0;
    span->tag = 0;
    span->binary = false;
    span->place = 0;
    span->fresh = false;
    outbox->count++;
    return BELL_OK;
}

void bell__outbox_end(struct bell__outbox *outbox)
{
    struct bell__span *span = &outbox->spans[outbox->count - 1];
    span->size = outbox->bytes.size - span->offset;
}

void bell__outbox_clear(struct bell__outbox *outbox)
{
    outbox->bytes.size = 0;
    outbox->count = 0;
}

/* A frame may have shown a token. */
static void wipe(struct bell__buf *bytes)
{
    if (bytes->bytes != NULL) {
        bell__memory_wipe(bytes->bytes, bytes->capacity);
    }
}

void bell__outbox_close(struct bell__outbox *outbox)
{
    wipe(&outbox->bytes);
    bell__memory_free(outbox->bytes.memory, outbox->spans,
                      outbox->capacity * sizeof *outbox->spans);
    outbox->spans = NULL;
    outbox->count = 0;
    outbox->capacity = 0;
    bell__buf_close(&outbox->bytes);
}
