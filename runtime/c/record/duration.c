/* duration.c: nanoseconds as ISO 8601 spells them, and as a number. It knows no
 * calendar: a day has 24 hours. */
#include "record/duration.h"

#include "json/write.h"

enum { FRACTION_DIGITS = 9 };

static const uint64_t second = 1000000000;

/* ---- Writing ------------------------------------------------------------- */

int bell__duration_digits(int64_t unit)
{
    return unit == (int64_t)second ? FRACTION_DIGITS : FRACTION_DIGITS - 3;
}

/* Behind a number of units: the point and the digits that count. */
static char *put_fraction(char *at, uint64_t nanoseconds, int digits)
{
    while (nanoseconds % 10 == 0) {
        nanoseconds /= 10;
        digits--;
    }
    *at++ = '.';
    for (int i = digits - 1; i >= 0; i--) {
        at[i] = (char)('0' + nanoseconds % 10);
        nanoseconds /= 10;
    }
    return at + digits;
}

static char *put_part(char *at, uint64_t count, char letter)
{
    if (count == 0) {
        return at;
    }
    at = bell__json_put_uint64(at, count);
    *at++ = letter;
    return at;
}

char *bell__duration_put(char *at, int64_t nanoseconds)
{
    uint64_t left = (uint64_t)nanoseconds;
    if (nanoseconds < 0) {
        left = 0 - left;
        *at++ = '-';
    }
    uint64_t fraction = left % second;
    uint64_t seconds = left / second;
    *at++ = 'P';
    *at++ = 'T';
    if (left == 0) {
        *at++ = '0';
        *at++ = 'S';
        return at;
    }
    at = put_part(at, seconds / 3600, 'H');
    at = put_part(at, seconds / 60 % 60, 'M');
    if (fraction == 0) {
        return put_part(at, seconds % 60, 'S');
    }
    at = bell__json_put_uint64(at, seconds % 60);
    at = put_fraction(at, fraction, FRACTION_DIGITS);
    *at++ = 'S';
    return at;
}

char *bell__duration_put_parts(char *at, bool negative, uint64_t whole,
                               uint64_t part, int64_t unit)
{
    int digits = bell__duration_digits(unit);
    if (negative) {
        *at++ = '-';
    }
    if (part == 0) {
        return bell__json_put_uint64(at, whole);
    }
    if (whole == 0 && part < (uint64_t)unit / 1000000) {
        double value = 0; /* with an exponent, as JSON spells it: of few
                             digits, so that the way back is certain */
        bell__number_certain(part, -digits, &value);
        return bell__json_put_double(at, value);
    }
    at = bell__json_put_uint64(at, whole);
    return put_fraction(at, part, digits);
}

char *bell__duration_put_units(char *at, int64_t nanoseconds, int64_t unit)
{
    uint64_t left = (uint64_t)nanoseconds;
    uint64_t size = (uint64_t)unit;
    if (nanoseconds < 0) {
        left = 0 - left;
    }
    return bell__duration_put_parts(at, nanoseconds < 0, left / size,
                                    left % size, unit);
}

/* ---- Reading ------------------------------------------------------------- */

struct part {
    char letter;
    bool timed; /* behind the T */
    uint64_t seconds;
};

static const struct part parts[] = {{'W', false, 604800},
                                    {'D', false, 86400},
                                    {'H', true, 3600},
                                    {'M', true, 60},
                                    {'S', true, 1}};

enum { PARTS = sizeof parts / sizeof parts[0] };

/* A sum that may have become too large, which stays so. */
struct sum {
    uint64_t value;
    bool over;
};

static void add(struct sum *sum, uint64_t count, uint64_t each)
{
    if (sum->over || count > (UINT64_MAX - sum->value) / each) {
        sum->over = true;
        return;
    }
    sum->value += count * each;
}

/* Digits at `at`, at least one; *at moves behind them. */
static bool read_count(const char **at, const char *end, struct sum *count)
{
    const char *start = *at;
    while (*at < end && (unsigned char)(**at - '0') <= 9) {
        unsigned digit = (unsigned)(**at - '0');
        count->over |= count->value > (UINT64_MAX - digit) / 10;
        count->value = count->value * 10 + digit;
        (*at)++;
    }
    return *at != start;
}

/* Behind a point: billionths. */
static bool read_fraction(const char **at, const char *end,
                          uint64_t *billionths)
{
    const char *start = *at;
    uint64_t sum = 0;
    int kept = 0;
    while (*at < end && (unsigned char)(**at - '0') <= 9) {
        if (kept < FRACTION_DIGITS) {
            sum = sum * 10 + (uint64_t)(**at - '0');
            kept++;
        }
        (*at)++;
    }
    for (; kept < FRACTION_DIGITS; kept++) {
        sum *= 10;
    }
    *billionths = sum;
    return *at != start;
}

/* One part, as `12H` or `1.5S`; *next is the first that may still come. A
 * fraction ends the text. */
static bool read_part(const char **at, const char *end, bool timed, int *next,
                      struct sum *sum)
{
    struct sum count = {0, false};
    uint64_t billionths = 0;
    if (!read_count(at, end, &count)) {
        return false;
    }
    bool cut = *at < end && (**at == '.' || **at == ',');
    if (cut) {
        (*at)++;
        if (!read_fraction(at, end, &billionths)) {
            return false;
        }
    }
    if (*at == end || (cut && end - *at != 1)) {
        return false;
    }
    while (*next < PARTS &&
           (parts[*next].letter != **at || parts[*next].timed != timed)) {
        (*next)++;
    }
    if (*next == PARTS) {
        return false;
    }
    /* A billionth of a part is as many nanoseconds as the part is seconds. */
    sum->over |= count.over;
    add(sum, count.value, parts[*next].seconds * second);
    add(sum, billionths, parts[*next].seconds);
    (*next)++;
    (*at)++;
    return true;
}

static bool finish(const struct sum *sum, bool negative, int64_t *nanoseconds)
{
    if (sum->over || sum->value > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    /* Two's complement, also of INT64_MIN. */
    *nanoseconds = (int64_t)(negative ? 0 - sum->value : sum->value);
    return true;
}

bool bell__duration_read(bell_string text, int64_t *nanoseconds)
{
    const char *at = text.text;
    const char *end = at + text.size;
    struct sum sum = {0, false};
    int next = 0;
    bool timed = false;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    if (at == end || *at != 'P') {
        return false;
    }
    at++;
    do {
        if (at < end && *at == 'T' && !timed) {
            timed = true;
            at++;
        }
        if (!read_part(&at, end, timed, &next, &sum)) {
            return false;
        }
    } while (at < end);
    return finish(&sum, negative, nanoseconds);
}

bool bell__duration_read_units(const struct bell__number *number, int64_t unit,
                               int64_t *nanoseconds)
{
    struct sum sum = {0, false};
    return bell__number_scaled(number, bell__duration_digits(unit),
                               &sum.value) &&
           finish(&sum, number->negative, nanoseconds);
}
