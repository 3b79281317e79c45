/* resolve.h: a host's name becomes addresses, off the loop. It knows no
 * sockets. */
#ifndef BELL__TRANSPORT_RESOLVE_H
#define BELL__TRANSPORT_RESOLVE_H

#include <sys/socket.h>

#include "loop/loop.h"

enum { BELL__ADDRESSES_MAX = 16 };

struct bell__address {
    struct sockaddr_storage bytes;
    socklen_t size;
};

struct bell__lookup; /* shared with the thread */

struct bell__resolve {
    struct bell__sleeper sleeper;
    struct bell_loop *loop;
    struct bell__lookup *lookup;
    void (*done)(struct bell__resolve *resolve);
    struct bell__address addresses[BELL__ADDRESSES_MAX]; /* in order */
    int count;
    int os_error;
    char trouble[128]; /* where count is 0 */
};

/* Begins; `done` is called when it is over, for a numeric host (and for a
 * failure to begin) from inside this function, else in a turn of the loop. */
void bell__resolve_start(struct bell__resolve *resolve, struct bell_loop *loop,
                         const char *host, uint16_t port,
                         void (*done)(struct bell__resolve *resolve));

/* `done` is not called any more. A zeroed one is fine. */
void bell__resolve_stop(struct bell__resolve *resolve);

#endif
