/* dial.h: a connected TCP socket to a host, whichever of its addresses answers
 * first. It knows nothing of what is said on it. */
#ifndef BELL__TRANSPORT_DIAL_H
#define BELL__TRANSPORT_DIAL_H

#include "transport/resolve.h"

struct bell__dial;

struct bell__attempt {
    struct bell__watch watch;
    struct bell__dial *dial;
};

struct bell__dial {
    struct bell_loop *loop;
    struct bell__resolve resolve;
    struct bell__timer timer; /* rings when the next address gets its turn */
    struct bell__attempt attempts[BELL__ADDRESSES_MAX];
    int next;    /* the first address that was not tried */
    int running; /* attempts that have not ended */
    bool over;
    int os_error; /* of the last attempt that failed */
    char trouble[160];
    /* fd is the caller's, nonblocking; -1: none answered, see `trouble`. */
    void (*done)(struct bell__dial *dial, int fd);
    void *context; /* the caller's */
};

/* Begins; `done` is called once, from inside here or in a turn, and may free
 * the dial. */
void bell__dial_start(struct bell__dial *dial, struct bell_loop *loop,
                      const char *host, uint16_t port,
                      void (*done)(struct bell__dial *dial, int fd),
                      void *context);

/* `done` is not called any more. A zeroed one is fine. */
void bell__dial_stop(struct bell__dial *dial);

#endif
