/* number.h: the text of a JSON number and what it is worth. It knows no
 * reader and no locale. */
#ifndef BELL__JSON_NUMBER_H
#define BELL__JSON_NUMBER_H

#include <bell/bell.h>

#include "json/scan.h"

/* A number's text, checked and cut up. Its value is digits * 10^exponent, and
 * a bit more where it is `cut`. */
struct bell__number {
    const char *start;
    const char *end;
    const char *body; /* behind the sign */
    uint64_t digits;  /* the first 19 significant ones */
    int64_t exponent;
    int64_t power;    /* what stands behind `e`, bounded */
    int64_t fraction; /* digits behind the point */
    bool negative;
    bool cut; /* digits other than 0 follow the first 19 */
};

/* Gives the place behind; NULL and *fault where no number stands. */
const char *bell__number_pass(const char *at, const char *end,
                              struct bell__number *number,
                              struct bell__fault *fault);

/* The nearest double, ties to even; false where that is an infinity. */
bool bell__number_double(const struct bell__number *number, double *value);

/* Both in one pass, where at most 19 digits tell the nearest double for
 * certain: nearly always. NULL for everything else, right or wrong. */
const char *bell__number_plain_double(const char *at, const char *end,
                                      double *value);

/* The nearest double to digits * 10^exponent; false where that is not certain,
 * or is an infinity or subnormal. */
bool bell__number_certain(uint64_t digits, int exponent, double *value);

/* The nearest float, rounded once. */
bool bell__number_float(const struct bell__number *number, float *value);

/* The exact integer without its sign; false where the value is none or does
 * not fit. */
bool bell__number_integer(const struct bell__number *number, uint64_t *value);

/* The integer nearest to the number times 10^power, halves away from 0, without
 * its sign; false where it does not fit. */
bool bell__number_scaled(const struct bell__number *number, int power,
                         uint64_t *value);

/* The same integer as whole * 10^places + part: what 64 bits do not hold. */
bool bell__number_split(const struct bell__number *number, int power,
                        int places, uint64_t *whole, uint64_t *part);

/* What is exact: 1.0 and 1e2 too. Gives the place behind, NULL and *fault
 * (at the number's start) where it is no number or does not fit. */
const char *bell__number_int64(const char *at, const char *end, int64_t *value,
                               struct bell__fault *fault);
const char *bell__number_uint64(const char *at, const char *end,
                                uint64_t *value, struct bell__fault *fault);

extern const uint64_t bell__number_tens[9]; /* 10^0 to 10^8 */

/* All plain digits at `at`: how many there are. *value is their sum while
 * they are at most 19. */
static BELL__INLINE size_t bell__number_digits(const char *at, const char *end,
                                               uint64_t *value)
{
    const char *start = at;
    uint64_t sum = 0;
    while (BELL__LIKELY(end - at >= 8)) {
        uint64_t part;
        unsigned count = bell__scan_digits(at, &part);
        sum = sum * bell__number_tens[count] + part;
        at += count;
        if (count < 8) {
            *value = sum;
            return (size_t)(at - start);
        }
    }
    while (at < end && (unsigned char)(*at - '0') <= 9) {
        sum = sum * 10 + (uint64_t)(*at - '0');
        at++;
    }
    *value = sum;
    return (size_t)(at - start);
}

/* True where the number goes on behind its plain digits, or has more digits
 * than fit for sure, or a leading zero: all that is for the slow way. */
static BELL__INLINE bool bell__number_is_hard(const char *at, size_t count,
                                              const char *end)
{
    if (count - 1 >= 18 || (*at == '0' && count > 1)) {
        return true; /* also where there is no digit */
    }
    const char *behind = at + count;
    return behind < end && (*behind == '.' || (*behind | 0x20) == 'e');
}

/* Both: the plain ones. NULL for everything else, right or wrong: nothing whose
 * address is known to others lies in the caller's frame then. */
static BELL__INLINE const char *
bell__number_plain_int64(const char *at, const char *end, int64_t *value)
{
    bool negative = at < end && *at == '-';
    const char *body = at + negative;
    uint64_t sum;
    size_t count = bell__number_digits(body, end, &sum);
    if (BELL__UNLIKELY(bell__number_is_hard(body, count, end))) {
        return NULL;
    }
    *value = negative ? -(int64_t)sum : (int64_t)sum;
    return body + count;
}

static BELL__INLINE const char *
bell__number_plain_uint64(const char *at, const char *end, uint64_t *value)
{
    uint64_t sum;
    size_t count = bell__number_digits(at, end, &sum);
    if (BELL__UNLIKELY(bell__number_is_hard(at, count, end))) {
        return NULL;
    }
    *value = sum;
    return at + count;
}

#endif
