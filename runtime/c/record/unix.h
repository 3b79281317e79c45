/* unix.h: moments as numbers of seconds or milliseconds since 1970. It knows no
 * JSON but its numbers. */
#ifndef BELL__RECORD_UNIX_H
#define BELL__RECORD_UNIX_H

#include <bell/bell.h>

#include "json/number.h"

/* As a number of units of `unit` nanoseconds (1,000,000 or 1,000,000,000), all
 * its digits; BELL__JSON_DOUBLE_MAX bytes. Gives the place behind; NULL where
 * the moment is not within the years 0 to 9999. */
char *bell__unix_put(char *at, const bell_datetime *moment, int64_t unit);

/* Exact, and rounded to nanoseconds, halves away from 0; in UTC. False where it
 * is not within these years. */
bool bell__unix_read(const struct bell__number *number, int64_t unit,
                     bell_datetime *moment);

#endif
