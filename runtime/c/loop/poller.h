/* poller.h: which descriptors are ready. One face for three systems: epoll of
 * Linux, kqueue of macOS and BSD, and poll(), which all have. The build takes
 * one of the files poller_*.c. It knows no loop and no sockets. */
#ifndef BELL__LOOP_POLLER_H
#define BELL__LOOP_POLLER_H

#include <bell/bell.h>

struct bell__watch;

/* What a descriptor is watched for, and what it is ready for. One that is
 * broken, or that its peer has left, is readable: reading tells. */
enum { BELL__READABLE = 1, BELL__WRITABLE = 4 };

enum { BELL__READY_MAX = 32 };

struct bell__ready {
    struct bell__watch *watch; /* as it was added */
    uint32_t events;
};

struct bell__polled; /* what a file keeps for itself */

struct bell__poller {
    const bell_allocator *memory;
    int fd; /* readable where `wait` would find something; -1: poll() has
               none */
    struct bell__polled *own;
    struct bell__ready ready[BELL__READY_MAX];
};

/* 0, or an errno. The memory outlives the poller. */
int bell__poller_open(struct bell__poller *poller,
                      const bell_allocator *memory);
void bell__poller_close(struct bell__poller *poller);

/* 0, or an errno. */
int bell__poller_add(struct bell__poller *poller, int fd, uint32_t events,
                     struct bell__watch *watch);

/* Of one that was added. */
void bell__poller_change(struct bell__poller *poller, int fd, uint32_t events,
                         struct bell__watch *watch);

/* The descriptor stays open. */
void bell__poller_remove(struct bell__poller *poller, int fd);

/* Waits at most timeout_ms, -1: for ever. How many are ready, and stand in
 * poller->ready; less than 0 and errno where a signal came between, or where
 * the poller itself fails. A watch may stand there twice, for reading and for
 * writing. */
int bell__poller_wait(struct bell__poller *poller, int timeout_ms);

#endif
