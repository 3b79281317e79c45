/* duration.h: nanoseconds as ISO 8601 spells them, without years and months,
 * and as a number of a larger unit. It knows no JSON but its numbers. */
#ifndef BELL__RECORD_DURATION_H
#define BELL__RECORD_DURATION_H

#include <bell/bell.h>

#include "json/number.h"

enum { BELL__DURATION_BYTES = 32 }; /* -PT2562047H47M16.854775808S and more */

/* `[-]PT[nH][nM][n[.n]S]`; gives the place behind. */
char *bell__duration_put(char *at, int64_t nanoseconds);

/* A number of units of `unit` nanoseconds (1,000,000 or 1,000,000,000), and a
 * part of one in nanoseconds: all its digits, none lost; BELL__JSON_DOUBLE_MAX
 * bytes. */
char *bell__duration_put_parts(char *at, bool negative, uint64_t whole,
                               uint64_t part, int64_t unit);

/* Of a part of such a unit in nanoseconds. */
int bell__duration_digits(int64_t unit);

/* The same of the whole. */
char *bell__duration_put_units(char *at, int64_t nanoseconds, int64_t unit);

/* Weeks, days, hours, minutes and seconds in this order, any left out but not
 * all; a fraction in the last one, cut behind nine digits. False where the text
 * is none, or does not fit. */
bool bell__duration_read(bell_string text, int64_t *nanoseconds);

/* Exact, and rounded to nanoseconds, halves away from 0. False where it does
 * not fit. */
bool bell__duration_read_units(const struct bell__number *number, int64_t unit,
                               int64_t *nanoseconds);

#endif
