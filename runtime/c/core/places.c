/* places.c: each call takes the next server in turn, a further try one that has
 * not had this call. One that failed is passed over for a while, unless all
 * did. It knows no urls and no clock. */
#include "core/places.h"

#include <assert.h>
#include <string.h>

static uint64_t bit(uint32_t place)
{
    return (uint64_t)1 << place;
}

static bool are_left(const struct bell__places *places,
                     const struct bell__slot *slot)
{
    return slot->been != UINT64_MAX >> (BELL__PLACES_MAX - places->count);
}

/* The first from `start` on that is not in `been`, nor resting at `now`; the
 * number of all where there is none. */
static uint32_t find(const struct bell__places *places, uint32_t start,
                     uint64_t been, int64_t now)
{
    for (uint32_t i = 0; i < places->count; i++) {
        uint32_t place = (start + i) % places->count;
        if ((been & bit(place)) == 0 && places->rests_until[place] <= now) {
            return place;
        }
    }
    return places->count;
}

static void pick(struct bell__places *places, struct bell__slot *slot,
                 int64_t now)
{
    bool first = slot->been == 0;
    uint32_t start = first ? places->turn : slot->place + UINT32_C(1);
    uint64_t been = are_left(places, slot) ? slot->been : 0;
    uint32_t place = find(places, start, been, now);
    if (place == places->count) { /* all of them rest */
        place = find(places, start, been, INT64_MAX);
    }
    assert(place < places->count);
    slot->place = (uint8_t)place;
    slot->been |= bit(place);
    if (first) {
        places->turn = (place + 1) % places->count;
    }
}

static void heard(struct bell__places *places, uint8_t place, bool good,
                  int64_t now)
{
    places->rests_until[place] = good ? INT64_MIN : now + places->rest_ms;
}

void bell__places_open(struct bell__places *places, uint32_t count,
                       int64_t rest_ms)
{
    assert(count >= 1 && count <= BELL__PLACES_MAX);
    memset(places, 0, sizeof *places);
    places->count = count;
    places->rest_ms = rest_ms;
    places->pick = pick;
    places->heard = heard;
    places->are_left = are_left;
    for (uint32_t i = 0; i < count; i++) {
        places->rests_until[i] = INT64_MIN;
    }
}
