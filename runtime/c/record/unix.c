/* unix.c: moments as numbers of seconds or milliseconds since 1970, which have
 * more nanoseconds than 64 bits hold. */
#include "record/unix.h"

#include "record/duration.h"
#include "record/time.h"

enum { SECOND_DIGITS = 9 };

static const int64_t second = 1000000000;

static bool is_inside(int64_t seconds)
{
    return seconds >= BELL__TIME_SECONDS_MIN &&
           seconds <= BELL__TIME_SECONDS_MAX;
}

char *bell__unix_put(char *at, const bell_datetime *moment, int64_t unit)
{
    int64_t whole = moment->seconds;
    int64_t part = moment->nanoseconds;
    int64_t units = second / unit; /* of a second */
    bool negative = whole < 0;
    if (!is_inside(whole)) {
        return NULL;
    }
    if (negative) {
        whole = part != 0 ? -(whole + 1) : -whole;
        part = part != 0 ? second - part : 0;
    }
    whole = whole * units + part / unit;
    return bell__duration_put_parts(at, negative, (uint64_t)whole,
                                    (uint64_t)(part % unit), unit);
}

bool bell__unix_read(const struct bell__number *number, int64_t unit,
                     bell_datetime *moment)
{
    uint64_t whole;
    uint64_t part;
    memset(moment, 0, sizeof *moment);
    moment->has_offset = true;
    if (!bell__number_split(number, bell__duration_digits(unit), SECOND_DIGITS,
                            &whole, &part) ||
        whole > (uint64_t)BELL__TIME_SECONDS_MAX) {
        return false;
    }
    moment->seconds = (int64_t)whole;
    moment->nanoseconds = (int32_t)part;
    if (number->negative) {
        moment->seconds = -moment->seconds - (part != 0);
        moment->nanoseconds = (int32_t)(part != 0 ? second - (int64_t)part : 0);
    }
    return is_inside(moment->seconds);
}
