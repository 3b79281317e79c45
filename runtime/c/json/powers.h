/* powers.h: powers of ten for reading and writing doubles. */
#ifndef BELL__JSON_POWERS_H
#define BELL__JSON_POWERS_H

#include <stdint.h>

#include "json/product.h"

enum {
    BELL__POWERS_MIN = -342,
    BELL__POWERS_MAX = 324,
    BELL__POWERS_COUNT = BELL__POWERS_MAX - BELL__POWERS_MIN + 1,
    BELL__POWERS_EXACT = 55 /* 10^0 to 10^55 are exact, the others cut */
};

/* 10^k at [2 * (k - BELL__POWERS_MIN)]: the high half, then the low. */
extern const uint64_t bell__powers[BELL__POWERS_COUNT * 2];

/* The same, worked out: powers_small.c. */
void bell__powers_find(int exponent, uint64_t power[2]);

/* 10^exponent, in the table or in `room`. */
static inline const uint64_t *bell__powers_of(int exponent, uint64_t room[2])
{
#if defined(BELL__SMALL)
    bell__powers_find(exponent, room);
    return room;
#else
    (void)room;
    return &bell__powers[2 * (exponent - BELL__POWERS_MIN)];
#endif
}

#endif
