/* ticket.h: whether a connection token is good: a JWT signed by HMAC with
 * SHA-256, SHA-384 or SHA-512, judged as Centrifugo does. */
#ifndef GENERATOR_SERVE_TICKET_H
#define GENERATOR_SERVE_TICKET_H

#include "base/buf.h"

enum ticket_verdict {
    TICKET_GOOD,
    TICKET_EXPIRED, /* or not valid yet */
    TICKET_WRONG
};

struct ticket {
    enum ticket_verdict verdict;
    int64_t expires_at;    /* of the connection, since 1970; 0: never */
    struct bell__buf user; /* whose it is */
};

void ticket_open(struct ticket *ticket);
void ticket_close(struct ticket *ticket);

/* `now` in seconds since 1970. */
void ticket_check(struct ticket *ticket, bell_string token, bell_string secret,
                  int64_t now);

#endif
