/* shortest.c: the shortest decimal that reads back as the same binary float,
 * after Raffaello Giulietti, "The Schubfach way to render doubles" (2020). It
 * knows no text.
 *
 * With v = mantissa * 2^power and k = floor(log10(the width around v)) the
 * answer is a multiple of 10^k or 10^(k+1), and at most two of each are
 * candidates. All is scaled by 10^-k and by 4, so that v and the midpoints
 * around it are compared as integers; "round to odd" keeps in the lowest bit
 * whether something was cut off. */
#include "json/shortest.h"

#include "json/powers.h"

/* floor(power * log10(2)), or of log10(3/4 * 2^power). */
static int floor_log10(int power, bool lopsided)
{
    int64_t scaled = (int64_t)power * 1262611 - (lopsided ? 524031 : 0);
    return (int)(scaled >> 22);
}

/* floor(exponent * log2(10)) */
static int floor_log2(int exponent)
{
    return (int)(((int64_t)exponent * 1741647) >> 19);
}

/* value * power / 2^127..., with the last bit set where bits were cut. */
static uint64_t scale(uint64_t high, uint64_t low, uint64_t value)
{
    uint64_t ignored;
    uint64_t carry = bell__product(low, value, &ignored);
    uint64_t middle;
    uint64_t top = bell__product(high, value, &middle);
    middle += carry;
    top += middle < carry;
    return top | (middle > 1);
}

/* The closer of `low` and `low + 1`, both times four around `value`. */
static uint64_t closer(uint64_t low, uint64_t value)
{
    uint64_t middle = 4 * low + 2;
    bool up = value > middle || (value == middle && (low & 1) != 0);
    return low + up;
}

struct bell__decimal bell__shortest(uint64_t mantissa, int power, bool lopsided)
{
    bool odd = (mantissa & 1) != 0;
    int k = floor_log10(power, lopsided);
    int shift = power + floor_log2(-k) + 1;
    uint64_t room[2];
    const uint64_t *ten = bell__powers_of(-k, room);
    bool exact = -k >= 0 && -k <= BELL__POWERS_EXACT;
    uint64_t low = ten[1] + !exact; /* rounded up; never wraps */
    uint64_t high = ten[0] + (low < ten[1]);
    uint64_t below = scale(high, low, (4 * mantissa - 2 + lopsided) << shift);
    uint64_t value = scale(high, low, (4 * mantissa) << shift);
    uint64_t above = scale(high, low, (4 * mantissa + 2) << shift);
    below += odd; /* an even mantissa owns its midpoints */
    above -= odd;

    uint64_t digits = value / 4;
    if (digits >= 10) {
        uint64_t tens = digits / 10;
        bool down = below <= 40 * tens;
        bool up = 40 * tens + 40 <= above;
        if (down != up) {
            return (struct bell__decimal){tens + up, k + 1};
        }
    }
    bool down = below <= 4 * digits;
    bool up = 4 * digits + 4 <= above;
    if (down != up) {
        return (struct bell__decimal){digits + up, k};
    }
    return (struct bell__decimal){closer(digits, value), k};
}
