/* error.h: fills a bell_error. It knows the statuses and nothing of what
 * happened. */
#ifndef BELL__BASE_ERROR_H
#define BELL__BASE_ERROR_H

#include <bell/bell.h>

/* Clears *error (may be NULL) and writes the status, the origin and the
 * message, cut where it is too long. Gives the status back. */
bell_status bell__error_set(bell_error *error, bell_status status,
                            bell_origin origin, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Which method it is about; cut where it is too long. */
void bell__error_method(bell_error *error, const char *name, size_t size);

/* BELL_OK, everything else zero. */
void bell__error_clear(bell_error *error);

#endif
