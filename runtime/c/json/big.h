/* big.h: whole numbers of up to 4096 bits, for the few decimals that nothing
 * smaller decides. It knows no doubles. */
#ifndef BELL__JSON_BIG_H
#define BELL__JSON_BIG_H

#include <stdint.h>

enum { BELL__BIG_LIMBS = 128 };

struct bell__big {
    uint32_t count;
    uint32_t limbs[BELL__BIG_LIMBS]; /* lowest first */
};

/* What does not fit is cut; callers keep below. */
void bell__big_set(struct bell__big *big, uint64_t value);
void bell__big_step(struct bell__big *big, uint32_t factor, uint32_t addend);
void bell__big_power5(struct bell__big *big, uint32_t power);
void bell__big_shift(struct bell__big *big, uint32_t bits);

/* Below 0, 0 or above 0, as memcmp. */
int bell__big_compare(const struct bell__big *left,
                      const struct bell__big *right);

#endif
