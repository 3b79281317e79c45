/* powers.h: powers of ten for reading and writing doubles. */
#ifndef BELL__JSON_POWERS_H
#define BELL__JSON_POWERS_H

#include <stdint.h>

#include "json/machine.h"

enum {
    BELL__POWERS_MIN = -342,
    BELL__POWERS_MAX = 324,
    BELL__POWERS_COUNT = BELL__POWERS_MAX - BELL__POWERS_MIN + 1,
    BELL__POWERS_EXACT = 55 /* 10^0 to 10^55 are exact, the others cut */
};

/* 10^k at [2 * (k - BELL__POWERS_MIN)]: the high half, then the low. */
extern const uint64_t bell__powers[BELL__POWERS_COUNT * 2];

/* The high half of a 64 x 64 bit product, the low half in *low. */
static inline uint64_t bell__powers_multiply(uint64_t left, uint64_t right,
                                             uint64_t *low)
{
#if defined(BELL__HAS_WIDE)
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)left * right;
    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
#else
    uint64_t left_low = left & 0xFFFFFFFF, left_high = left >> 32;
    uint64_t right_low = right & 0xFFFFFFFF, right_high = right >> 32;
    uint64_t low_low = left_low * right_low;
    uint64_t cross = left_high * right_low + (low_low >> 32);
    uint64_t other = left_low * right_high + (cross & 0xFFFFFFFF);
    *low = other << 32 | (low_low & 0xFFFFFFFF);
    return left_high * right_high + (cross >> 32) + (other >> 32);
#endif
}

#endif
