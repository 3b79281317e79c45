/* product.h: a product of 128 bits. */
#ifndef BELL__JSON_PRODUCT_H
#define BELL__JSON_PRODUCT_H

#include <stdint.h>

#include "json/machine.h"

/* The high half of a 64 x 64 bit product, the low half in *low. */
static inline uint64_t bell__product(uint64_t left, uint64_t right,
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
