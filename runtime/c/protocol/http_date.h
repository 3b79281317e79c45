/* http_date.h: dates of HTTP (RFC 9110 5.6.7). It knows no header and no clock.
 */
#ifndef BELL__PROTOCOL_HTTP_DATE_H
#define BELL__PROTOCOL_HTTP_DATE_H

#include <bell/bell.h>

/* Seconds since 1970, of any of the three forms. False: it is none. */
bool bell__http_date_read(bell_string text, int64_t *seconds);

#endif
