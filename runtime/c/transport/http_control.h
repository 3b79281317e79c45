/* http_control.h: how long an answer may be kept, by its Cache-Control (RFC
 * 9111 5.2.2). It knows no store. */
#ifndef BELL__TRANSPORT_HTTP_CONTROL_H
#define BELL__TRANSPORT_HTTP_CONTROL_H

#include <bell/bell.h>

/* In milliseconds: the least that the header lines say. INT64_MAX: they say
 * nothing; 0: not at all, which is also what nonsense means. */
int64_t bell__http_age_max(bell_string head);

#endif
