/* time.h: moments and days as RFC 3339 spells them. It knows no JSON. */
#ifndef BELL__RECORD_TIME_H
#define BELL__RECORD_TIME_H

#include <bell/bell.h>

enum {
    BELL__TIME_DATE_BYTES = 10,   /* 2024-02-29 */
    BELL__TIME_MINUTES_BYTES = 5, /* 23:59 */
    BELL__TIME_MOMENT_BYTES = 30, /* 2024-02-29T23:59:59.123456789Z */
    BELL__TIME_YEAR_MAX = 9999
};

#define BELL__TIME_SECONDS_MIN                                                 \
    (-(int64_t)62167219200) /* 0000-01-01T00:00:00Z */
#define BELL__TIME_SECONDS_MAX                                                 \
    ((int64_t)253402300799) /* 9999-12-31T23:59:59Z */

/* Writes and gives the place behind; NULL where the value is not of the
 * calendar, or not of its years. A moment is written in UTC, its fraction
 * without zeros at the end. */
char *bell__time_put_date(char *at, const bell_date *date);
char *bell__time_put_moment(char *at, const bell_datetime *moment);

/* Reads the whole text; false where it is no day, or no moment that could be
 * written again. A second of :60 is the next minute's first; a fraction's
 * digits behind the ninth are cut. */
bool bell__time_read_date(bell_string text, bell_date *date);
bool bell__time_read_moment(bell_string text, bell_datetime *moment);

#endif
