/* time.c: moments and days as RFC 3339 spells them. It knows no JSON, no clock
 * and no zone but those that texts name. */
#include "record/time.h"

enum {
    MINUTE = 60,
    HOUR = 3600,
    DAY = 86400,
    NANOSECOND_DIGITS = 9,
    ERA_YEARS = 400,
    ERA_DAYS = 146097,
    EPOCH_DAY = 719468 /* 1970-01-01, counted from 0000-03-01 */
};

/* ---- The calendar -------------------------------------------------------- */

static int days_of_month(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (leap && month == 2);
}

static bool is_day(int year, int month, int day)
{
    return year >= 0 && year <= BELL__TIME_YEAR_MAX && month >= 1 &&
           month <= 12 && day >= 1 && day <= days_of_month(year, month);
}

/* Days since 1970-01-01. Years begin in March here, so that a leap day is a
 * year's last; 153 days are five months. */
static int64_t day_number(int year, int month, int day)
{
    int from_march = month > 2 ? month - 3 : month + 9;
    int64_t years = (int64_t)year - (month <= 2) + ERA_YEARS;
    int64_t days = years * 365 + years / 4 - years / 100 + years / 400;
    return days + (153 * from_march + 2) / 5 + day - 1 - ERA_DAYS - EPOCH_DAY;
}

static bell_date date_of_day(int64_t number)
{
    bell_date date;
    int64_t days = number + EPOCH_DAY + ERA_DAYS;
    int64_t era = days / ERA_DAYS;
    int rest = (int)(days % ERA_DAYS);
    int years = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int day = rest - (365 * years + years / 4 - years / 100);
    int from_march = (5 * day + 2) / 153;
    int month = from_march < 10 ? from_march + 3 : from_march - 9;
    int64_t year = (era - 1) * ERA_YEARS + years + (month <= 2);
    date.year = (int16_t)year;
    date.month = (uint8_t)month;
    date.day = (uint8_t)(day - (153 * from_march + 2) / 5 + 1);
    return date;
}

/* ---- Writing ------------------------------------------------------------- */

static char *put_two(char *at, int value, char behind)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
    at[2] = behind;
    return at + 3;
}

char *bell__time_put_date(char *at, const bell_date *date)
{
    if (!is_day(date->year, date->month, date->day)) {
        return NULL;
    }
    at[0] = (char)('0' + date->year / 1000);
    at[1] = (char)('0' + date->year / 100 % 10);
    at = put_two(at + 2, date->year % 100, '-');
    at = put_two(at, date->month, '-');
    at[0] = (char)('0' + date->day / 10);
    at[1] = (char)('0' + date->day % 10);
    return at + 2;
}

/* A point and the digits up to the last that is not 0; nothing for 0. */
static char *put_fraction(char *at, int32_t nanoseconds)
{
    if (nanoseconds == 0) {
        return at;
    }
    int digits = NANOSECOND_DIGITS;
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

char *bell__time_put_moment(char *at, const bell_datetime *moment)
{
    if (moment->seconds < BELL__TIME_SECONDS_MIN ||
        moment->seconds > BELL__TIME_SECONDS_MAX || moment->nanoseconds < 0 ||
        moment->nanoseconds > 999999999) {
        return NULL;
    }
    int64_t since = moment->seconds - BELL__TIME_SECONDS_MIN;
    bell_date date = date_of_day(since / DAY + BELL__TIME_SECONDS_MIN / DAY);
    int second = (int)(since % DAY);
    at = bell__time_put_date(at, &date);
    *at++ = 'T';
    at = put_two(at, second / HOUR, ':');
    at = put_two(at, second / MINUTE % 60, ':');
    at = put_two(at, second % 60, 'Z') - 1;
    at = put_fraction(at, moment->nanoseconds);
    *at++ = 'Z';
    return at;
}

/* ---- Reading ------------------------------------------------------------- */

static bool is_digit(char byte)
{
    return (unsigned char)(byte - '0') <= 9;
}

/* Two digits; -1 where there are none. The caller knows that two bytes are. */
static int read_two(const char *at)
{
    if (!is_digit(at[0]) || !is_digit(at[1])) {
        return -1;
    }
    return (at[0] - '0') * 10 + (at[1] - '0');
}

static bool read_day(const char *at, bell_date *date)
{
    int century = read_two(at);
    int year = read_two(at + 2);
    int month = read_two(at + 5);
    int day = read_two(at + 8);
    if (century < 0 || year < 0 || at[4] != '-' || at[7] != '-' ||
        !is_day(century * 100 + year, month, day)) {
        return false;
    }
    date->year = (int16_t)(century * 100 + year);
    date->month = (uint8_t)month;
    date->day = (uint8_t)day;
    return true;
}

bool bell__time_read_date(bell_string text, bell_date *date)
{
    return text.size == BELL__TIME_DATE_BYTES && read_day(text.text, date);
}

/* `hh:mm:ss`, or `hh:mm` alone, as seconds of the day; gives the place behind
 * it, NULL where it is none. */
static const char *read_clock(const char *at, const char *end, int *clock)
{
    int hour = read_two(at);
    int minute = read_two(at + 3);
    if (hour < 0 || hour > 23 || at[2] != ':' || minute < 0 || minute > 59) {
        return NULL;
    }
    *clock = hour * HOUR + minute * MINUTE;
    at += BELL__TIME_MINUTES_BYTES;
    if (at == end || *at != ':') {
        return at;
    }
    int second = end - at >= 3 ? read_two(at + 1) : -1;
    if (second < 0 || second > 60) {
        return NULL;
    }
    *clock += second;
    return at + 3;
}

/* Behind the point; gives the place behind the digits, NULL where none is. */
static const char *read_fraction(const char *at, const char *end,
                                 int32_t *nanoseconds)
{
    const char *start = at;
    int32_t sum = 0;
    int kept = 0;
    while (at < end && is_digit(*at)) {
        if (kept < NANOSECOND_DIGITS) {
            sum = sum * 10 + (*at - '0');
            kept++;
        }
        at++;
    }
    for (; kept < NANOSECOND_DIGITS; kept++) {
        sum *= 10;
    }
    *nanoseconds = sum;
    return at != start ? at : NULL;
}

/* What is left: nothing, Z, +hh:mm, +hhmm or +hh. */
static bool read_zone(const char *at, const char *end, bell_datetime *moment)
{
    moment->has_offset = at != end;
    if (at == end || (end - at == 1 && (*at | 0x20) == 'z')) {
        return true;
    }
    bool colon = end - at == 6 && at[3] == ':';
    if ((*at != '+' && *at != '-') ||
        (end - at != 3 && end - at != 5 && !colon)) {
        return false;
    }
    int hours = read_two(at + 1);
    int minutes = end - at == 3 ? 0 : read_two(end - 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
        return false;
    }
    int offset = hours * 60 + minutes;
    moment->offset = (int16_t)(*at == '-' ? -offset : offset);
    return true;
}

bool bell__time_read_moment(bell_string text, bell_datetime *moment)
{
    /* Neither seconds nor a zone. */
    enum { SHORTEST = BELL__TIME_DATE_BYTES + 1 + BELL__TIME_MINUTES_BYTES };
    bell_date date;
    int clock = 0;
    memset(moment, 0, sizeof *moment);
    if (text.size < SHORTEST || !read_day(text.text, &date)) {
        return false;
    }
    const char *at = text.text + BELL__TIME_DATE_BYTES;
    const char *end = text.text + text.size;
    if (*at != 'T' && *at != 't' && *at != ' ') {
        return false;
    }
    at = read_clock(at + 1, end, &clock);
    if (at != NULL && at < end && *at == '.' &&
        at - text.text > (ptrdiff_t)SHORTEST) {
        at = read_fraction(at + 1, end, &moment->nanoseconds);
    }
    if (at == NULL || !read_zone(at, end, moment)) {
        return false;
    }
    int64_t days = day_number(date.year, date.month, date.day);
    moment->seconds = days * DAY + clock - (int64_t)moment->offset * MINUTE;
    return moment->seconds >= BELL__TIME_SECONDS_MIN &&
           moment->seconds <= BELL__TIME_SECONDS_MAX;
}
