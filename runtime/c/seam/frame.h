/* frame.h: one message between a protocol and a transport. It knows no bytes
 * of either. */
#ifndef BELL__SEAM_FRAME_H
#define BELL__SEAM_FRAME_H

#include <bell/bell.h>

#include "base/buf.h"

/* Free bytes in front of each outgoing frame, for a transport's own head. */
enum { BELL__FRAME_HEADROOM = 16 };

/* An incoming message, lent until the transport is asked for the next. On a
 * shared line the tag is 0; an exchange hands back the tag it was given. */
struct bell__frame {
    uint64_t tag;
    const char *bytes;
    size_t size;
};

/* Where an outgoing frame lies in its outbox: `offset` behind headroom. */
struct bell__span {
    size_t offset;
    size_t size;
};

/* Outgoing frames in one piece of memory, in order, each behind its headroom.
 * A transport takes all of them by swapping its own empty outbox in. */
struct bell__outbox {
    struct bell__buf bytes;
    struct bell__span *spans;
    size_t count;
    size_t capacity;
};

void bell__outbox_open(struct bell__outbox *outbox,
                       const bell_allocator *memory, size_t bytes_max);

/* Begins a frame: headroom is reserved, what is appended to `bytes` belongs
 * to it. BELL_NO_MEMORY or BELL_LIMIT leave the outbox as it was. */
bell_status bell__outbox_begin(struct bell__outbox *outbox);

/* The last frame's size becomes all that was appended since it began. */
void bell__outbox_end(struct bell__outbox *outbox);

/* Forgets the frames, keeps the memory. */
void bell__outbox_clear(struct bell__outbox *outbox);

void bell__outbox_close(struct bell__outbox *outbox);

#endif
