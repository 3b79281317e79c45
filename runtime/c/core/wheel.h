/* wheel.h: which call's deadline comes next. Buckets of 8 ms in a circle; a
 * call is linked into its bucket through its slot, behind those that began
 * before. It knows no clock: the time is handed in. A deadline is met at most 8
 * ms late. */
#ifndef BELL__CORE_WHEEL_H
#define BELL__CORE_WHEEL_H

#include "core/table.h"

enum { BELL__WHEEL_BUCKETS = 4096, BELL__WHEEL_SHIFT = 3 };

struct bell__circle {
    uint32_t buckets[BELL__WHEEL_BUCKETS];   /* the first slot of each */
    uint64_t full[BELL__WHEEL_BUCKETS / 64]; /* a bit a bucket */
    uint64_t words;                          /* a bit a word of those */
};

struct bell__wheel {
    const bell_allocator *memory;
    struct bell__circle *circle; /* NULL: nothing was put in */
    int64_t done; /* all buckets up to this count of ticks were looked at */
    uint32_t count;
    uint32_t scan;     /* where looking through a bucket goes on, */
    int64_t scan_tick; /* for this tick, */
    int64_t scan_now;  /* at this time */
};

/* Allocates nothing yet. */
void bell__wheel_open(struct bell__wheel *wheel, const bell_allocator *memory,
                      int64_t now);

/* Frees the circle. Nothing is in it; it may be used again. */
void bell__wheel_rest(struct bell__wheel *wheel);

/* Makes the circle, before anything is put in. BELL_NO_MEMORY. */
bell_status bell__wheel_grow(struct bell__wheel *wheel);

static inline bell_status bell__wheel_ready(struct bell__wheel *wheel)
{
    return wheel->circle != NULL ? BELL_OK : bell__wheel_grow(wheel);
}

/* By slot->deadline; INT64_MAX is not put in at all. The wheel is ready. */
void bell__wheel_add(struct bell__wheel *wheel, struct bell__table *table,
                     uint32_t index);
void bell__wheel_remove(struct bell__wheel *wheel, struct bell__table *table,
                        uint32_t index);

/* Takes the next call out whose deadline is not after `now`: by 8 ms of their
 * deadlines, and of those the one that began first; BELL__NO_SLOT where there
 * is none. */
uint32_t bell__wheel_due(struct bell__wheel *wheel, struct bell__table *table,
                         int64_t now);

/* When bell__wheel_due() is worth asking again; INT64_MAX: never. */
int64_t bell__wheel_next(const struct bell__wheel *wheel);

#endif
