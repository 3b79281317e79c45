/* write_number.c: numbers as JSON.stringify spells them. */
#include <string.h>

#include "json/machine.h"
#include "json/shortest.h"
#include "json/write.h"

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

/* Eight digits as eight bytes 0 to 9, the first digit in the lowest: halves,
 * quarters and single digits are cut side by side. Below 100,000,000. */
static uint64_t eight_digits(uint64_t value)
{
    uint64_t half = value / 10000;
    uint64_t halves = half | (value - half * 10000) << 32;
    uint64_t hundreds = (halves * 10486 >> 20) & 0x0000007F0000007FU;
    uint64_t twos = hundreds | (halves - hundreds * 100) << 16;
    uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000FU;
    return tens | (twos - tens * 10) << 8;
}

static char *put_eight(char *at, uint64_t digits)
{
    const uint64_t zeros = 0x3030303030303030U;
    digits |= zeros;
#if defined(BELL__HAS_LITTLE)
    memcpy(at, &digits, sizeof digits);
#else
    for (int i = 0; i < 8; i++) {
        at[i] = (char)(digits >> (8 * i) & 0xFF);
    }
#endif
    return at + 8;
}

/* Without zeros in front; eight bytes are written. Above 0. */
static char *put_below_eight(char *at, uint64_t value)
{
    uint64_t digits = eight_digits(value);
    int zeros = __builtin_ctzll(digits) / 8;
    put_eight(at, digits >> (8 * zeros));
    return at + 8 - zeros;
}

/* Below 10,000: most of what is counted. */
static char *put_small(char *at, uint64_t value)
{
    if (value >= 1000) {
        memcpy(at, &pairs[2 * (value / 100)], 2);
        memcpy(at + 2, &pairs[2 * (value % 100)], 2);
        return at + 4;
    }
    if (value >= 100) {
        *at++ = (char)('0' + value / 100);
        value %= 100;
    } else if (value < 10) {
        *at = (char)('0' + value);
        return at + 1;
    }
    memcpy(at, &pairs[2 * value], 2);
    return at + 2;
}

char *bell__json_put_uint64(char *at, uint64_t value)
{
    const uint64_t step = 100000000;
    if (value < 10000) {
        return put_small(at, value);
    }
    if (value < step) {
        return put_below_eight(at, value);
    }
    uint64_t high = value / step;
    uint64_t low = value - high * step;
    if (high < step) {
        at = put_below_eight(at, high);
        return put_eight(at, eight_digits(low));
    }
    uint64_t top = high / step;
    at = put_below_eight(at, top);
    at = put_eight(at, eight_digits(high - top * step));
    return put_eight(at, eight_digits(low));
}

char *bell__json_put_int64(char *at, int64_t value)
{
    uint64_t magnitude = (uint64_t)value;
    if (value < 0) {
        *at++ = '-';
        magnitude = 0 - magnitude;
    }
    return bell__json_put_uint64(at, magnitude);
}

/* Without the zeros at its end. */
static struct bell__decimal strip(struct bell__decimal decimal)
{
    static const struct {
        uint64_t power;
        int zeros;
    } steps[] = {{100000000, 8}, {10000, 4}, {100, 2}, {10, 1}};
    if (decimal.digits % 10 != 0) {
        return decimal;
    }
    for (int i = 0; i < 4; i++) {
        uint64_t rest = decimal.digits / steps[i].power;
        if (rest * steps[i].power == decimal.digits) {
            decimal.digits = rest;
            decimal.exponent += steps[i].zeros;
        }
    }
    return decimal;
}

/* `-7` as `e-7`; the point stands behind the first of `count` digits. */
static char *put_power(char *at, int power)
{
    *at++ = 'e';
    *at++ = power < 0 ? '-' : '+';
    return put_small(at, (uint64_t)(power < 0 ? -power : power));
}

static char *put_decimal(char *at, struct bell__decimal decimal)
{
    char digits[BELL__JSON_INT_MAX];
    char *end = bell__json_put_uint64(at + 1, decimal.digits);
    size_t count = (size_t)(end - (at + 1));
    int point = (int)count + decimal.exponent; /* digits in front of it */
    if (point > 21 || point < -5) {
        at[0] = at[1];
        at[1] = '.';
        return put_power(count > 1 ? end : at + 1, point - 1);
    }
    memcpy(digits, at + 1, count);
    if (point <= 0) {
        size_t zeros = (size_t)-point;
        memcpy(at, "0.00000", 2 + zeros);
        memcpy(at + 2 + zeros, digits, count);
        return at + 2 + zeros + count;
    }
    size_t whole = (size_t)point;
    if (whole >= count) {
        memcpy(at, digits, count);
        memset(at + count, '0', whole - count);
        return at + whole;
    }
    memcpy(at, digits, whole);
    at[whole] = '.';
    memcpy(at + whole + 1, digits + whole, count - whole);
    return at + count + 1;
}

/* What has at most three decimals and fifteen digits is found faster: no other
 * decimal of fifteen digits reads back as the same double. NULL for others. */
static char *put_thousandths(char *at, double value)
{
    if (value >= 1e12 || value < 1e-3) {
        return NULL;
    }
    uint64_t thousandths = (uint64_t)(value * 1000 + 0.5);
    if ((double)thousandths / 1000 != value) {
        return NULL;
    }
    uint64_t whole = thousandths / 1000;
    uint64_t rest = thousandths - whole * 1000;
    at = bell__json_put_uint64(at, whole);
    if (rest == 0) {
        return at;
    }
    at[0] = '.';
    at[1] = (char)('0' + rest / 100);
    memcpy(at + 2, &pairs[2 * (rest % 100)], 2);
    at += 4;
    while (at[-1] == '0') {
        at--;
    }
    return at;
}

char *bell__json_put_double(char *at, double value)
{
    const uint64_t hidden = (uint64_t)1 << 52;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (bits << 1 == 0) {
        *at = '0';
        return at + 1;
    }
    if (bits >> 63 != 0) {
        *at++ = '-';
        value = -value;
    }
    char *behind = put_thousandths(at, value);
    if (behind != NULL) {
        return behind;
    }
    if (value < 9007199254740992.0 && (double)(uint64_t)value == value) {
        return bell__json_put_uint64(at, (uint64_t)value);
    }
    int exponent = (int)(bits >> 52 & 0x7FF);
    uint64_t fraction = bits & (hidden - 1);
    if (exponent == 0) {
        return put_decimal(at, strip(bell__shortest(fraction, -1074, false)));
    }
    return put_decimal(at,
                       strip(bell__shortest(fraction | hidden, exponent - 1075,
                                            fraction == 0 && exponent > 1)));
}

char *bell__json_put_float(char *at, float value)
{
    const uint32_t hidden = (uint32_t)1 << 23;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (bits << 1 == 0) {
        *at = '0';
        return at + 1;
    }
    if (bits >> 31 != 0) {
        *at++ = '-';
        value = -value;
    }
    if (value < 16777216.0F && (float)(uint32_t)value == value) {
        return bell__json_put_uint64(at, (uint32_t)value);
    }
    int exponent = (int)(bits >> 23 & 0xFF);
    uint32_t fraction = bits & (hidden - 1);
    if (exponent == 0) {
        return put_decimal(at, strip(bell__shortest(fraction, -149, false)));
    }
    return put_decimal(at,
                       strip(bell__shortest(fraction | hidden, exponent - 150,
                                            fraction == 0 && exponent > 1)));
}
