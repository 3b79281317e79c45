/* double.c: the double that is nearest to a decimal number, ties to even.
 *
 * Three ways, the first that is certain wins: a small whole number times or
 * over an exact power of ten (Clinger 1990); a 64 by 128 bit product with a
 * power of ten (Eisel and Lemire 2020); comparison with the midpoint between
 * two neighbours in exact arithmetic. No locale, no rounding mode but nearest.
 */
#include "json/number.h"

#include "json/big.h"
#include "json/machine.h"
#include "json/powers.h"

enum {
    BIAS = 1075,      /* of a double whose mantissa is a whole number */
    DIGITS_MAX = 769, /* no midpoint of doubles has more digits */
    EXPONENT_MAX = 308
};

#define HIDDEN_BIT ((uint64_t)1 << 52)
#define INFINITE   ((uint64_t)0x7FF << 52)

/* digits * 10^exponent as a mantissa of 64 bits (topmost set) and a power of
 * two; the mantissa is exact or a little too small. */
struct product {
    uint64_t high;
    uint64_t low;
    int power; /* value = (high + low / 2^64) * 2^power */
    bool doubtful;
};

static struct product multiply(uint64_t digits, int exponent)
{
    struct product product = {0, 0, 0, false};
    int zeros = __builtin_clzll(digits);
    uint64_t wide = digits << zeros;
    uint64_t room[2];
    const uint64_t *power = bell__powers_of(exponent, room);
    product.high = bell__product(wide, power[0], &product.low);
    if ((product.high & 0x1FF) == 0x1FF && product.low + wide < wide) {
        uint64_t below;
        uint64_t more = bell__product(wide, power[1], &below);
        product.low += more;
        product.high += product.low < more;
        product.doubtful = (product.high & 0x1FF) == 0x1FF &&
                           product.low + 1 == 0 && below + wide < wide;
    }
    /* floor(log2(10^exponent)) + 1 - 64 of the power, -zeros of the digits */
    product.power = (int)(((int64_t)217706 * exponent) >> 16) + 1 - zeros;
    return product;
}

/* The bits of the nearest normal double; false where that is not certain. */
static bool nearest_bits(uint64_t digits, int exponent, uint64_t *bits)
{
    struct product product = multiply(digits, exponent);
    int top = (int)(product.high >> 63);
    uint64_t mantissa = product.high >> (top + 9);
    if (product.doubtful || (product.low == 0 && (product.high & 0x1FF) == 0 &&
                             (mantissa & 3) == 1)) {
        return false; /* may be a midpoint */
    }
    mantissa += mantissa & 1;
    mantissa >>= 1;
    int biased = product.power + top + 62 + 1023;
    if (mantissa >> 53 != 0) {
        mantissa >>= 1;
        biased++;
    }
    if (biased < 1 || biased > 2046) {
        return false;
    }
    *bits = (uint64_t)biased << 52 | (mantissa & (HIDDEN_BIT - 1));
    return true;
}

/* The bits of a double not far from the value, possibly infinite. */
static uint64_t near_bits(uint64_t digits, int exponent)
{
    struct product product = multiply(digits, exponent);
    int top = (int)(product.high >> 63);
    uint64_t mantissa = product.high >> (top + 10);
    int biased = product.power + top + 62 + 1023;
    if (biased > 2046) {
        return INFINITE;
    }
    if (biased >= 1) {
        return (uint64_t)biased << 52 | (mantissa & (HIDDEN_BIT - 1));
    }
    return biased > -63 ? mantissa >> (1 - biased) : 0;
}

/* All digits that matter as one whole number times 10^*exponent. */
static void read_digits(const struct bell__number *number,
                        struct bell__big *big, int *exponent)
{
    int kept = 0;
    int64_t scale = number->power;
    bool behind = false;
    bool rest = false;
    bell__big_set(big, 0);
    for (const char *at = number->body; at < number->end; at++) {
        if (*at == '.') {
            behind = true;
            continue;
        }
        if ((*at | 0x20) == 'e') {
            break;
        }
        unsigned digit = (unsigned)(*at - '0');
        if (kept < DIGITS_MAX) {
            if (kept == 0) {
                bell__big_set(big, digit);
            } else {
                bell__big_step(big, 10, digit);
            }
            kept += kept != 0 || digit != 0;
            scale -= behind;
            continue;
        }
        rest = rest || digit != 0;
        scale += !behind;
    }
    if (rest) { /* a little more: decides a tie, nothing else */
        bell__big_step(big, 10, 1);
        scale--;
    }
    *exponent = (int)scale;
}

/* Compares the number with the double of these bits, or (`half` 1) with the
 * midpoint above it. */
static int compare_with(const struct bell__big *digits, int exponent,
                        uint64_t bits, uint64_t half)
{
    struct bell__big value = *digits;
    struct bell__big middle;
    int biased = (int)(bits >> 52);
    uint64_t mantissa = bits & (HIDDEN_BIT - 1);
    mantissa |= biased != 0 ? HIDDEN_BIT : 0;
    bell__big_set(&middle, 2 * mantissa + half);
    int power = (biased != 0 ? biased : 1) - BIAS - 1 - exponent;
    if (exponent >= 0) {
        bell__big_power5(&value, (uint32_t)exponent);
    } else {
        bell__big_power5(&middle, (uint32_t)-exponent);
    }
    if (power >= 0) {
        bell__big_shift(&middle, (uint32_t)power);
    } else {
        bell__big_shift(&value, (uint32_t)-power);
    }
    return bell__big_compare(&value, &middle);
}

/* From a neighbour to the nearest double, step by step. */
static BELL__COLD uint64_t exact_bits(const struct bell__number *number)
{
    struct bell__big digits;
    int exponent;
    uint64_t bits = near_bits(number->digits, (int)number->exponent);
    read_digits(number, &digits, &exponent);
    while (bits > 0) {
        int order = compare_with(&digits, exponent, bits - 1, 1);
        if (order > 0 || (order == 0 && (bits & 1) == 0)) {
            break;
        }
        bits--;
    }
    while (bits < INFINITE) {
        int order = compare_with(&digits, exponent, bits, 1);
        if (order < 0 || (order == 0 && (bits & 1) == 0)) {
            break;
        }
        bits++;
    }
    return bits;
}

static uint64_t magnitude_bits(const struct bell__number *number)
{
    uint64_t bits;
    uint64_t above;
    if (number->digits == 0 || number->exponent < BELL__POWERS_MIN) {
        return 0; /* below 10^19 * 10^-343: nearer to 0 than to anything */
    }
    if (number->exponent > EXPONENT_MAX) {
        return INFINITE;
    }
    int exponent = (int)number->exponent;
    if (nearest_bits(number->digits, exponent, &bits) &&
        (!number->cut || (nearest_bits(number->digits + 1, exponent, &above) &&
                          above == bits))) {
        return bits;
    }
    return exact_bits(number);
}

#if defined(BELL__HAS_DOUBLES)
static const double small_powers[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Both are exact: what is made of them is rounded once. */
static BELL__INLINE bool is_small(uint64_t digits, int exponent, double *value)
{
    if (digits >= HIDDEN_BIT * 2 || exponent < -22 || exponent > 22) {
        return false;
    }
    double exact = (double)digits;
    *value = exponent < 0 ? exact / small_powers[-exponent]
                          : exact * small_powers[exponent];
    return true;
}
#else
/* Only what needs no power. */
static BELL__INLINE bool is_small(uint64_t digits, int exponent, double *value)
{
    if (digits != 0 && (digits >= HIDDEN_BIT * 2 || exponent != 0)) {
        return false;
    }
    *value = (double)digits;
    return true;
}
#endif

bool bell__number_certain(uint64_t digits, int exponent, double *value)
{
    uint64_t bits;
    if (is_small(digits, exponent, value)) {
        return true;
    }
    if (digits == 0 || exponent < BELL__POWERS_MIN || exponent > EXPONENT_MAX ||
        !nearest_bits(digits, exponent, &bits)) {
        return false;
    }
    memcpy(value, &bits, sizeof *value);
    return true;
}

bool bell__number_double(const struct bell__number *number, double *value)
{
    double result;
    if (!number->cut && number->exponent >= BELL__POWERS_MIN &&
        number->exponent <= EXPONENT_MAX &&
        bell__number_certain(number->digits, (int)number->exponent, &result)) {
        *value = number->negative ? -result : result;
        return true;
    }
    uint64_t bits = magnitude_bits(number);
    if (bits >= INFINITE) {
        return false;
    }
    bits |= (uint64_t)number->negative << 63;
    memcpy(value, &bits, sizeof *value);
    return true;
}

/* True where the double lies exactly between two floats: then rounding it once
 * more may go the wrong way. */
static bool is_float_tie(double value, float narrow)
{
    uint32_t bits;
    float other;
    memcpy(&bits, &narrow, sizeof bits);
    bits += (double)narrow < value ? 1 : UINT32_MAX;
    memcpy(&other, &bits, sizeof other);
    return value - (double)narrow == (double)other - value;
}

bool bell__number_float(const struct bell__number *number, float *value)
{
    const double too_large = 340282356779733661637539395458142568448.0;
    struct bell__number positive = *number;
    double wide;
    positive.negative = false;
    if (!bell__number_double(&positive, &wide) || wide > too_large) {
        return false;
    }
    bool is_border = wide >= too_large;
    float narrow = is_border ? 0 : (float)wide;
    if (is_border || ((double)narrow != wide && is_float_tie(wide, narrow))) {
        struct bell__big digits;
        int exponent;
        uint64_t bits;
        memcpy(&bits, &wide, sizeof bits);
        read_digits(number, &digits, &exponent);
        int order = compare_with(&digits, exponent, bits, 0);
        if (is_border && order >= 0) {
            return false;
        }
        bits += order > 0 ? 1 : 0;
        bits -= order < 0 ? 1 : 0;
        memcpy(&wide, &bits, sizeof wide);
        narrow = (float)wide;
    }
    *value = number->negative ? -narrow : narrow;
    return true;
}
