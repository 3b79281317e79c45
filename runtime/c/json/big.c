/* big.c: whole numbers of up to 4096 bits. It knows no doubles. */
#include "json/big.h"

#include <string.h>

static void append(struct bell__big *big, uint32_t limb)
{
    if (limb != 0 && big->count < BELL__BIG_LIMBS) {
        big->limbs[big->count++] = limb;
    }
}

void bell__big_set(struct bell__big *big, uint64_t value)
{
    big->count = 0;
    if (value == 0) {
        return;
    }
    big->limbs[big->count++] = (uint32_t)value;
    append(big, (uint32_t)(value >> 32));
}

void bell__big_step(struct bell__big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (uint32_t i = 0; i < big->count; i++) {
        carry += (uint64_t)big->limbs[i] * factor;
        big->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    append(big, (uint32_t)carry);
}

void bell__big_power5(struct bell__big *big, uint32_t power)
{
    const uint32_t power13 = 1220703125; /* 5^13, the largest of 32 bits */
    for (; power >= 13; power -= 13) {
        bell__big_step(big, power13, 0);
    }
    for (; power > 0; power--) {
        bell__big_step(big, 5, 0);
    }
}

void bell__big_shift(struct bell__big *big, uint32_t bits)
{
    uint32_t limbs = bits / 32;
    if (big->count == 0 || big->count + limbs > BELL__BIG_LIMBS) {
        return;
    }
    bell__big_step(big, (uint32_t)1 << (bits % 32), 0);
    if (big->count + limbs > BELL__BIG_LIMBS) {
        return;
    }
    memmove(big->limbs + limbs, big->limbs, big->count * sizeof(uint32_t));
    memset(big->limbs, 0, limbs * sizeof(uint32_t));
    big->count += limbs;
}

int bell__big_compare(const struct bell__big *left,
                      const struct bell__big *right)
{
    if (left->count != right->count) {
        return left->count < right->count ? -1 : 1;
    }
    for (uint32_t i = left->count; i > 0; i--) {
        uint32_t a = left->limbs[i - 1];
        uint32_t b = right->limbs[i - 1];
        if (a != b) {
            return a < b ? -1 : 1;
        }
    }
    return 0;
}
