/* ticket.h: whether a connection token is good: a JWT signed by HMAC-SHA256. */
#ifndef GENERATOR_SERVE_TICKET_H
#define GENERATOR_SERVE_TICKET_H

#include <bell/bell.h>

enum ticket { TICKET_GOOD, TICKET_EXPIRED, TICKET_WRONG };

/* `now` in seconds since 1970. */
enum ticket ticket_check(bell_string token, bell_string secret, int64_t now);

#endif
