/* wheel.c: which call's deadline comes next. */
#include "core/wheel.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

enum {
    BUCKET_MASK = BELL__WHEEL_BUCKETS - 1,
    WORDS = BELL__WHEEL_BUCKETS / 64
};

_Static_assert(WORDS == 64, "circle->words has a bit for each");

void bell__wheel_open(struct bell__wheel *wheel, const bell_allocator *memory,
                      int64_t now)
{
    memset(wheel, 0, sizeof *wheel);
    wheel->memory = memory;
    wheel->done = now >> BELL__WHEEL_SHIFT;
    wheel->scan_tick = INT64_MIN;
}

void bell__wheel_rest(struct bell__wheel *wheel)
{
    assert(wheel->count == 0);
    bell__memory_free(wheel->memory, wheel->circle, sizeof *wheel->circle);
    wheel->circle = NULL;
    wheel->scan_tick = INT64_MIN;
}

bell_status bell__wheel_grow(struct bell__wheel *wheel)
{
    struct bell__circle *circle =
        bell__memory_take(wheel->memory, sizeof *circle);
    if (circle == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(circle->full, 0, sizeof circle->full);
    circle->words = 0;
    memset(circle->buckets, 0xff, sizeof circle->buckets); /* BELL__NO_SLOT */
    wheel->circle = circle;
    return BELL_OK;
}

/* The tick at which a deadline has passed for sure: rounded up. A deadline
 * that lies behind already is due at the next tick to be looked at. */
static int64_t tick_of(const struct bell__wheel *wheel, int64_t deadline)
{
    int64_t tick = deadline >> BELL__WHEEL_SHIFT;
    if ((deadline & ((1 << BELL__WHEEL_SHIFT) - 1)) != 0) {
        tick++;
    }
    return tick > wheel->done ? tick : wheel->done + 1;
}

void bell__wheel_add(struct bell__wheel *wheel, struct bell__table *table,
                     uint32_t index)
{
    struct bell__slot *slot = &table->slots[index];
    if (slot->due == INT64_MAX) {
        return;
    }
    uint32_t bucket = tick_of(wheel, slot->due) & BUCKET_MASK;
    uint32_t first = wheel->circle->buckets[bucket];
    slot->bucket = bucket + 1;
    slot->timer_next = BELL__NO_SLOT;
    if (first == BELL__NO_SLOT) {
        slot->timer_prev = index;
        wheel->circle->buckets[bucket] = index;
    } else {
        struct bell__slot *head = &table->slots[first];
        slot->timer_prev = head->timer_prev;
        table->slots[head->timer_prev].timer_next = index;
        head->timer_prev = index;
    }
    wheel->circle->full[bucket / 64] |= UINT64_C(1) << bucket % 64;
    wheel->circle->words |= UINT64_C(1) << bucket / 64;
    wheel->count++;
    if (bucket == ((uint32_t)wheel->scan_tick & BUCKET_MASK)) {
        wheel->scan_tick = INT64_MIN; /* it stands behind what was scanned */
    }
}

void bell__wheel_remove(struct bell__wheel *wheel, struct bell__table *table,
                        uint32_t index)
{
    struct bell__slot *slot = &table->slots[index];
    if (slot->bucket == 0) {
        return;
    }
    uint32_t bucket = slot->bucket - 1;
    slot->bucket = 0;
    if (wheel->scan == index) {
        wheel->scan = slot->timer_next;
    }
    uint32_t first = wheel->circle->buckets[bucket];
    if (first == index) {
        wheel->circle->buckets[bucket] = slot->timer_next;
    } else {
        table->slots[slot->timer_prev].timer_next = slot->timer_next;
    }
    if (slot->timer_next != BELL__NO_SLOT) {
        table->slots[slot->timer_next].timer_prev = slot->timer_prev;
    } else {
        table->slots[first].timer_prev = slot->timer_prev;
    }
    if (wheel->circle->buckets[bucket] == BELL__NO_SLOT) {
        uint64_t *word = &wheel->circle->full[bucket / 64];
        *word &= ~(UINT64_C(1) << bucket % 64);
        wheel->circle->words &= ~((uint64_t)(*word == 0) << bucket / 64);
    }
    wheel->count--;
}

/* The distance from `from` to the next full bucket, itself included; the
 * wheel is not empty. */
static int64_t distance(const struct bell__wheel *wheel, uint32_t from)
{
    const struct bell__circle *circle = wheel->circle;
    uint32_t word = from / 64;
    uint64_t bits = circle->full[word] & (UINT64_MAX << from % 64);
    if (bits == 0) {
        /* Those behind it, else the first of all, which may be itself. */
        uint64_t behind = circle->words & ~(UINT64_MAX >> (WORDS - 1 - word));
        word = (uint32_t)__builtin_ctzll(behind != 0 ? behind : circle->words);
        bits = circle->full[word];
    }
    uint32_t bucket = word * 64 + (uint32_t)__builtin_ctzll(bits);
    return (bucket - from) & BUCKET_MASK;
}

/* Calls of a later round share the bucket: they stay, and are passed over once
 * however many of this round lie behind them. */
static uint32_t due_in(struct bell__wheel *wheel,
                       const struct bell__table *table, int64_t tick,
                       int64_t now)
{
    uint32_t index = wheel->circle->buckets[(uint32_t)tick & BUCKET_MASK];
    if (wheel->scan_tick == tick && wheel->scan_now == now) {
        index = wheel->scan;
    }
    while (index != BELL__NO_SLOT && table->slots[index].due > now) {
        index = table->slots[index].timer_next;
    }
    wheel->scan = index;
    wheel->scan_tick = tick;
    wheel->scan_now = now;
    return index;
}

uint32_t bell__wheel_due(struct bell__wheel *wheel, struct bell__table *table,
                         int64_t now)
{
    int64_t last = now >> BELL__WHEEL_SHIFT;
    while (wheel->count != 0 && wheel->done < last) {
        int64_t tick = wheel->done + 1;
        tick += distance(wheel, (uint32_t)tick & BUCKET_MASK);
        if (tick > last) {
            break;
        }
        uint32_t index = due_in(wheel, table, tick, now);
        if (index != BELL__NO_SLOT) {
            wheel->done = tick - 1;
            bell__wheel_remove(wheel, table, index);
            return index;
        }
        wheel->done = tick;
        if (last - wheel->done > BELL__WHEEL_BUCKETS) {
            wheel->done = last - BELL__WHEEL_BUCKETS;
        }
    }
    if (wheel->done < last) {
        wheel->done = last;
    }
    return BELL__NO_SLOT;
}

int64_t bell__wheel_next(const struct bell__wheel *wheel)
{
    if (wheel->count == 0) {
        return INT64_MAX;
    }
    int64_t tick = wheel->done + 1;
    tick += distance(wheel, (uint32_t)tick & BUCKET_MASK);
    return tick << BELL__WHEEL_SHIFT;
}
