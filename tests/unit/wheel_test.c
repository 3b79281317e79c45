/* wheel_test.c: which deadline comes next, beside a search through all, as they
 * are put in and taken out at random. */
#include "unit/check.h"

#include "base/memory.h"
#include "core/wheel.h"

enum { SLOTS = 40, STEPS = 20000, STEP_MS = 1 << BELL__WHEEL_SHIFT };

static uint32_t random_state = 14;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % limit;
}

/* The tick of the next one of a circle, counted from the time, in ms; those of
 * a later round share it. */
static int64_t next_of(const struct bell__wheel *wheel,
                       const struct bell__slot *slots)
{
    int64_t next = INT64_MAX;
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (slots[i].bucket == 0) {
            continue;
        }
        int64_t tick = (slots[i].due + STEP_MS - 1) >> BELL__WHEEL_SHIFT;
        int64_t rounds = (tick - wheel->done - 1) / BELL__WHEEL_BUCKETS;
        tick -= rounds * BELL__WHEEL_BUCKETS;
        next = tick < next ? tick : next;
    }
    return next == INT64_MAX ? next : next << BELL__WHEEL_SHIFT;
}

static void test_random(uint32_t ahead_ms)
{
    static struct bell__slot slots[SLOTS];
    struct bell__table table = {.slots = slots};
    struct bell__wheel wheel;
    int64_t now = 1000;
    memset(slots, 0, sizeof slots);
    bell__wheel_open(&wheel, &bell__memory_default, now);
    CHECK_INT(INT64_MAX, bell__wheel_next(&wheel));
    CHECK_INT(BELL_OK, bell__wheel_ready(&wheel));
    for (int i = 0; i < STEPS; i++) {
        uint32_t index = random_below(SLOTS);
        if (slots[index].bucket != 0) {
            bell__wheel_remove(&wheel, &table, index);
        } else {
            slots[index].due = now + 1 + random_below(ahead_ms);
            bell__wheel_add(&wheel, &table, index);
        }
        CHECK_INT(next_of(&wheel, slots), bell__wheel_next(&wheel));
        now += random_below(4) == 0 ? random_below(ahead_ms / 8) : 0;
        index = bell__wheel_due(&wheel, &table, now);
        while (index != BELL__NO_SLOT) {
            CHECK(slots[index].due <= now);
            index = bell__wheel_due(&wheel, &table, now);
        }
    }
    for (uint32_t i = 0; i < SLOTS; i++) {
        bell__wheel_remove(&wheel, &table, i);
    }
    CHECK_INT(INT64_MAX, bell__wheel_next(&wheel));
    bell__wheel_rest(&wheel);
}

int main(void)
{
    test_random(400);    /* in a word of buckets or two */
    test_random(30000);  /* in all words */
    test_random(200000); /* over several rounds */
    return check_report();
}
