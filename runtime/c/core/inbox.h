/* inbox.h: what a peer sends unasked, kept until somebody asks for it. It
 * knows no channel and no JSON. Whatever comes too fast is counted. */
#ifndef BELL__CORE_INBOX_H
#define BELL__CORE_INBOX_H

#include <bell/bell.h>

#include "base/buf.h"

/* What goes where there is no room. */
enum bell__inbox_policy {
    BELL__INBOX_LATEST = 1, /* one item is kept: the newest */
    BELL__INBOX_RING,       /* the oldest goes */
    BELL__INBOX_ALL         /* what comes goes: what is kept has no gaps */
};

struct bell__inbox_options {
    enum bell__inbox_policy policy;
    uint32_t items_max; /* at least 1; LATEST keeps 1 */
    size_t bytes_max;   /* of all items; at least 1 */
};

struct bell__inbox_counts {
    uint64_t came;
    uint64_t dropped; /* for want of room or of memory */
    uint32_t waiting;
    size_t waiting_bytes;
};

struct bell__inbox {
    struct bell__inbox_options options;
    const bell_allocator *memory;
    struct bell__buf *items; /* a ring; each keeps its memory for the next */
    uint32_t capacity;
    uint32_t first;
    struct bell__buf lent;
    struct bell__inbox_counts counts;
};

/* Allocates nothing yet. `memory` must outlive the inbox. */
void bell__inbox_open(struct bell__inbox *inbox, const bell_allocator *memory,
                      const struct bell__inbox_options *options);

/* Other limits from the next put on. */
void bell__inbox_limit(struct bell__inbox *inbox,
                       const struct bell__inbox_options *options);

/* Copies the bytes in. What there is no room or memory for is counted. */
void bell__inbox_put(struct bell__inbox *inbox, bell_string bytes);

/* Takes the oldest out: lent until the next take or close. False: none. */
bool bell__inbox_take(struct bell__inbox *inbox, bell_string *bytes);

void bell__inbox_close(struct bell__inbox *inbox);

#endif
