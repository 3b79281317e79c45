/* net.h: sockets of the mock server in one poll(): lines that are accepted or
 * dialed, each with bytes in, bytes out and a time at which it is due. It knows
 * no HTTP. */
#ifndef GENERATOR_SERVE_NET_H
#define GENERATOR_SERVE_NET_H

#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/buf.h"

#define NET_NEVER INT64_MAX

enum { NET_READ_BYTES = 64 * 1024 }; /* in one turn, of one line */

struct net_line;

/* What a line is for. Each may end any line; a line that has ended is told of
 * it and of nothing else. */
struct net_role {
    void (*heard)(struct net_line *line); /* `in` has grown */
    void (*due)(struct net_line *line);   /* its time has come */
    void (*sent)(struct net_line *line); /* some of `out` is out; may be NULL */
    /* The last call: the line is no more. `why` is a sentence where something
     * went wrong, else NULL. */
    void (*gone)(struct net_line *line, const char *why);
};

/* One connection. */
struct net_line {
    struct net *net;
    const struct net_role *role;
    void *owner;
    int fd;
    struct bell__buf in; /* whoever reads takes from its front: net_take() */
    struct bell__buf out;
    size_t sent;    /* bytes of `out` that the kernel has */
    int64_t due;    /* of net->now; NET_NEVER */
    bool deaf;      /* nothing is read */
    bool mute;      /* nothing is written */
    bool ending;    /* it ends when `out` is out: nothing is heard any more */
    bool lingering; /* `out` is out: the other side may end, too */
    bool gone;      /* it has ended */
    bool dialing;
    bool at_end; /* the other side sends no more */
    const char *why;
    struct net_line *next;
};

/* Something that is due without a line; it lives as long as the net. */
struct net_timer {
    int64_t due; /* NET_NEVER while it waits for nothing */
    void (*fire)(struct net_timer *timer);
    struct net_timer *next;
};

struct net {
    int listener;
    int alarm;   /* readable: somebody outside wants a look; -1 */
    int64_t now; /* milliseconds, of a clock that is never set */
    void (*accepted)(struct net_line *line); /* gives it a role and an owner */
    void *owner;
    struct net_line *lines;
    size_t count;
    struct net_timer *timers;
    struct pollfd *polls;
    size_t polls_max;
    int64_t full_until; /* nothing is accepted before */
    int64_t full_told;
    char room[NET_READ_BYTES]; /* what is read, before it is a line's */
};

void net_open(struct net *net, void *owner);

/* Listens on 127.0.0.1; 0: a free port. The port, or 0: a sentence that says
 * why stands in `wrong`. */
int net_listen(struct net *net, int port, char *wrong, size_t wrong_size);
void net_deafen(struct net *net); /* nobody is accepted any more */

/* NULL where there is no socket or no memory. */
struct net_line *net_dial(struct net *net, const struct sockaddr *address,
                          size_t size, const struct net_role *role,
                          void *owner);

void net_add_timer(struct net *net, struct net_timer *timer);

/* Waits for what comes next, at most until `until`, and does it. False where
 * poll() fails. */
bool net_turn(struct net *net, int64_t until);

/* Ends all lines. */
void net_close(struct net *net);

/* The front of `in` has been read. */
void net_take(struct net_line *line, size_t size);

/* Tries to write at once what waits in `out`; gives what still waits. */
size_t net_flush(struct net_line *line);

/* Ends when all of `out` is out and the other side has had a second to read
 * it, or at once. */
void net_end(struct net_line *line);
void net_cut(struct net_line *line, const char *why);

#endif
