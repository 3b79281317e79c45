/* number.c: the text of a JSON number, and its exact integer. It knows no
 * doubles (double.c) and no reader. */
#include "json/number.h"

enum { DIGITS_MAX = 19 };

const uint64_t bell__number_tens[9] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* Beyond this a power decides alone; sums of it with sizes cannot overflow. */
#define POWER_MAX ((int64_t)1 << 60)

static bool is_digit(const char *at, const char *end)
{
    return at < end && (unsigned char)(*at - '0') <= 9;
}

/* Digits as they come; `kept` counts the significant ones in number->digits.
 * Gives the place behind. */
static const char *take_digits(struct bell__number *number, int *kept,
                               const char *at, const char *end, int64_t step)
{
    while (is_digit(at, end)) {
        unsigned digit = (unsigned)(*at - '0');
        if (*kept < DIGITS_MAX) {
            number->digits = number->digits * 10 + digit;
            *kept += number->digits != 0;
            number->exponent += step;
        } else {
            number->cut |= digit != 0;
            number->exponent += step + 1;
        }
        at++;
    }
    return at;
}

static const char *take_power(struct bell__number *number, const char *at,
                              const char *end, struct bell__fault *fault)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    if (!is_digit(at, end)) {
        return bell__fault_set(fault, at, "a number's exponent has no digit");
    }
    int64_t power = 0;
    while (is_digit(at, end)) {
        if (power < POWER_MAX / 10 - 10) {
            power = power * 10 + (*at - '0');
        }
        at++;
    }
    number->power = negative ? -power : power;
    number->exponent += number->power;
    return at;
}

/* More digits than number->digits holds: takes them again, one by one. */
static BELL__COLD void take_again(struct bell__number *number)
{
    int kept = 0;
    number->digits = 0;
    number->exponent = number->power;
    const char *at = take_digits(number, &kept, number->body, number->end, 0);
    if (at < number->end && *at == '.') {
        take_digits(number, &kept, at + 1, number->end, -1);
    }
}

/* More digits behind those in *sum, which is of use up to 19 in all. */
static const char *take_fraction(const char *at, const char *end, uint64_t *sum)
{
    uint64_t part;
    while (end - at >= 8) {
        unsigned count = bell__scan_digits(at, &part);
        *sum = *sum * bell__number_tens[count] + part;
        at += count;
        if (count < 8) {
            return at;
        }
    }
    while (is_digit(at, end)) {
        *sum = *sum * 10 + (uint64_t)(*at - '0');
        at++;
    }
    return at;
}

/* An exponent of few digits, added to *exponent; NULL for any other. */
static const char *take_small_power(const char *at, const char *end,
                                    int *exponent)
{
    bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    const char *start = at;
    int power = 0;
    while (at - start < 4 && is_digit(at, end)) {
        power = power * 10 + (*at - '0');
        at++;
    }
    if (at == start || is_digit(at, end)) {
        return NULL;
    }
    *exponent += negative ? -power : power;
    return at;
}

const char *bell__number_plain_double(const char *at, const char *end,
                                      double *value)
{
    bool negative = at < end && *at == '-';
    const char *body = at + negative;
    uint64_t sum;
    size_t whole = bell__number_digits(body, end, &sum);
    size_t fraction = 0;
    if (whole == 0 || (whole > 1 && *body == '0')) {
        return NULL;
    }
    at = body + whole;
    if (at < end && *at == '.') {
        const char *behind = take_fraction(at + 1, end, &sum);
        fraction = (size_t)(behind - at - 1);
        at = behind;
        if (fraction == 0) {
            return NULL;
        }
    }
    if (whole + fraction > DIGITS_MAX) {
        return NULL;
    }
    int exponent = -(int)fraction;
    if (at < end && (*at | 0x20) == 'e') {
        at = take_small_power(at + 1, end, &exponent);
        if (at == NULL) {
            return NULL;
        }
    }
    double result;
    if (!bell__number_certain(sum, exponent, &result)) {
        return NULL;
    }
    *value = negative ? -result : result;
    return at;
}

const char *bell__number_pass(const char *at, const char *end,
                              struct bell__number *number,
                              struct bell__fault *fault)
{
    memset(number, 0, sizeof *number);
    number->start = at;
    number->negative = at < end && *at == '-';
    number->body = at + number->negative;
    uint64_t sum;
    int64_t whole = (int64_t)bell__number_digits(number->body, end, &sum);
    at = number->body + whole;
    if (whole == 0) {
        return bell__fault_set(fault, at, "a number has no digit");
    }
    if (*number->body == '0' && whole > 1) {
        return bell__fault_set(fault, number->body + 1,
                               "a number begins with 0");
    }
    if (at < end && *at == '.') {
        const char *point = at + 1;
        at = take_fraction(point, end, &sum);
        number->fraction = at - point;
        if (at == point) {
            return bell__fault_set(fault, at, "no digit behind the point");
        }
    }
    number->digits = sum;
    number->exponent = -number->fraction;
    if (at < end && (*at | 0x20) == 'e') {
        at = take_power(number, at + 1, end, fault);
        if (at == NULL) {
            return NULL;
        }
    }
    number->end = at;
    if (BELL__UNLIKELY(whole + number->fraction > DIGITS_MAX)) {
        take_again(number);
    }
    return at;
}

/* All digits but the last `dropped`, which must be 0. */
static bool sum_digits(const struct bell__number *number, int64_t total,
                       int64_t dropped, uint64_t *value)
{
    uint64_t sum = 0;
    int64_t index = 0;
    for (const char *at = number->body; index < total; at++) {
        if (*at == '.') {
            continue;
        }
        unsigned digit = (unsigned)(*at - '0');
        if (index >= total - dropped) {
            if (digit != 0) {
                return false;
            }
        } else if (sum > UINT64_MAX / 10 || sum * 10 > UINT64_MAX - digit) {
            return false;
        } else {
            sum = sum * 10 + digit;
        }
        index++;
    }
    *value = sum;
    return true;
}

/* Digits in front of the point and behind it. */
static int64_t count_digits(const struct bell__number *number)
{
    int64_t count = 0;
    const char *at = number->body;
    while (is_digit(at, number->end)) {
        at++;
        count++;
    }
    return count + number->fraction;
}

bool bell__number_integer(const struct bell__number *number, uint64_t *value)
{
    int64_t total = count_digits(number);
    int64_t scale = number->power - number->fraction;
    int64_t dropped = scale < 0 ? -scale : 0;
    uint64_t sum;
    if (!sum_digits(number, total, dropped < total ? dropped : total, &sum)) {
        return false;
    }
    for (; scale > 0 && sum != 0; scale--) {
        if (sum > UINT64_MAX / 10) {
            return false;
        }
        sum *= 10;
    }
    *value = sum;
    return true;
}

/* The digit at *at, before the point or behind it; 10: none is left. */
static unsigned next_digit(const struct bell__number *number, const char **at)
{
    *at += *at < number->end && **at == '.';
    if (!is_digit(*at, number->end)) {
        return 10;
    }
    return (unsigned)(*(*at)++ - '0');
}

/* Where nothing has to be rounded, and 64 bits hold it: nearly always. */
static bool scale_plain(const struct bell__number *number, int power,
                        uint64_t *value)
{
    int64_t scale = number->exponent + power;
    if (number->cut || scale < 0 || scale > 9) {
        return false;
    }
    uint64_t factor =
        scale == 9 ? bell__number_tens[8] * 10 : bell__number_tens[scale];
    *value = number->digits * factor;
    return number->digits <= UINT64_MAX / factor;
}

static bool split_digits(const struct bell__number *number, int power,
                         int places, uint64_t *whole, uint64_t *part)
{
    const char *at = number->body;
    int64_t left =
        count_digits(number) + number->power - number->fraction + power;
    uint64_t parts = 1; /* of one of the whole */
    *whole = 0;
    *part = 0;
    for (int i = 0; i < places; i++) {
        parts *= 10;
    }
    for (; left > 0; left--) {
        uint64_t *sum = left > places ? whole : part;
        unsigned digit = next_digit(number, &at);
        if (digit > 9 && *whole == 0 && *part == 0) {
            return true; /* 0e99 */
        }
        digit = digit > 9 ? 0 : digit;
        if (*sum > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *sum = *sum * 10 + digit;
    }
    unsigned next = left < 0 ? 0 : next_digit(number, &at);
    *part += next >= 5 && next <= 9;
    if (*part < parts) {
        return true;
    }
    *part = 0;
    (*whole)++;
    return *whole != 0;
}

bool bell__number_split(const struct bell__number *number, int power,
                        int places, uint64_t *whole, uint64_t *part)
{
    uint64_t value;
    uint64_t parts = 1;
    if (!scale_plain(number, power, &value)) {
        return split_digits(number, power, places, whole, part);
    }
    for (int i = 0; i < places; i++) {
        parts *= 10;
    }
    *whole = value / parts;
    *part = value % parts;
    return true;
}

bool bell__number_scaled(const struct bell__number *number, int power,
                         uint64_t *value)
{
    uint64_t none;
    return scale_plain(number, power, value) ||
           split_digits(number, power, 0, value, &none);
}

const char *bell__number_int64(const char *at, const char *end, int64_t *value,
                               struct bell__fault *fault)
{
    struct bell__number number;
    const char *behind = bell__number_pass(at, end, &number, fault);
    if (behind == NULL) {
        return NULL;
    }
    uint64_t sum;
    uint64_t most = (uint64_t)INT64_MAX + number.negative;
    if (!bell__number_integer(&number, &sum) || sum > most) {
        return bell__fault_set(fault, at, "not a 64-bit integer");
    }
    /* Two's complement, also of INT64_MIN. */
    *value = (int64_t)(number.negative ? 0 - sum : sum);
    return behind;
}

const char *bell__number_uint64(const char *at, const char *end,
                                uint64_t *value, struct bell__fault *fault)
{
    struct bell__number number;
    const char *behind = bell__number_pass(at, end, &number, fault);
    if (behind == NULL) {
        return NULL;
    }
    uint64_t sum;
    if (!bell__number_integer(&number, &sum) || (number.negative && sum != 0)) {
        return bell__fault_set(fault, at, "not an unsigned 64-bit integer");
    }
    *value = sum;
    return behind;
}
