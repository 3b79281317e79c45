/* poller_poll.c: which descriptors are ready, asked by poll(), which all
 * systems have. It has no descriptor of its own, and looks at all of them each
 * time. */
#include "loop/poller.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/memory.h"

struct bell__polled {
    struct pollfd *waits; /* side by side, as poll() wants them */
    struct bell__watch **watches;
    size_t count;
    size_t capacity;
    size_t from; /* where the next look begins, so that none is starved */
};

enum { CAPACITY_MIN = 8 };

int bell__poller_open(struct bell__poller *poller, const bell_allocator *memory)
{
    memset(poller, 0, sizeof *poller);
    poller->memory = memory;
    poller->fd = -1;
    poller->own = bell__memory_take(memory, sizeof *poller->own);
    if (poller->own == NULL) {
        return ENOMEM;
    }
    memset(poller->own, 0, sizeof *poller->own);
    return 0;
}

void bell__poller_close(struct bell__poller *poller)
{
    struct bell__polled *own = poller->own;
    if (own == NULL) {
        return;
    }
    bell__memory_free(poller->memory, own->waits,
                      poller->own->capacity * sizeof *own->waits);
    bell__memory_free(poller->memory, own->watches,
                      poller->own->capacity * sizeof *own->watches);
    bell__memory_free(poller->memory, own, sizeof *own);
    poller->own = NULL;
}

static bool grow(struct bell__poller *poller)
{
    struct bell__polled *own = poller->own;
    size_t old = poller->own->capacity;
    size_t capacity = old == 0 ? CAPACITY_MIN : old * 2;
    struct pollfd *waits =
        bell__memory_take(poller->memory, capacity * sizeof *waits);
    struct bell__watch **watches =
        bell__memory_take(poller->memory, capacity * sizeof *watches);
    if (waits == NULL || watches == NULL) {
        bell__memory_free(poller->memory, waits, capacity * sizeof *waits);
        bell__memory_free(poller->memory, watches, capacity * sizeof *watches);
        return false;
    }
    if (old != 0) {
        memcpy(waits, own->waits, old * sizeof *waits);
        memcpy(watches, own->watches, old * sizeof *watches);
    }
    bell__memory_free(poller->memory, own->waits, old * sizeof *waits);
    bell__memory_free(poller->memory, own->watches, old * sizeof *watches);
    own->waits = waits;
    own->watches = watches;
    poller->own->capacity = capacity;
    return true;
}

static short asked(uint32_t events)
{
    return (short)(((events & BELL__READABLE) != 0 ? POLLIN : 0) |
                   ((events & BELL__WRITABLE) != 0 ? POLLOUT : 0));
}

/* Where it stands; `count` where it does not. */
static size_t find(const struct bell__poller *poller, int fd)
{
    size_t at = 0;
    while (at < poller->own->count && poller->own->waits[at].fd != fd) {
        at++;
    }
    return at;
}

int bell__poller_add(struct bell__poller *poller, int fd, uint32_t events,
                     struct bell__watch *watch)
{
    if (fd < 0) {
        return EBADF;
    }
    if (poller->own->count == poller->own->capacity && !grow(poller)) {
        return ENOMEM;
    }
    size_t at = poller->own->count++;
    poller->own->waits[at].fd = fd;
    poller->own->waits[at].events = asked(events);
    poller->own->watches[at] = watch;
    return 0;
}

void bell__poller_change(struct bell__poller *poller, int fd, uint32_t events,
                         struct bell__watch *watch)
{
    size_t at = find(poller, fd);
    if (at < poller->own->count) {
        poller->own->waits[at].events = asked(events);
        poller->own->watches[at] = watch;
    }
}

void bell__poller_remove(struct bell__poller *poller, int fd)
{
    size_t at = find(poller, fd);
    if (at < poller->own->count) {
        poller->own->count--;
        poller->own->waits[at] = poller->own->waits[poller->own->count];
        poller->own->watches[at] = poller->own->watches[poller->own->count];
    }
}

int bell__poller_wait(struct bell__poller *poller, int timeout_ms)
{
    struct bell__ready *ready = poller->ready;
    struct bell__polled *own = poller->own;
    int left = poll(own->waits, (nfds_t)poller->own->count, timeout_ms);
    int found = 0;
    size_t at = own->from < poller->own->count ? own->from : 0;
    for (size_t i = 0;
         i < poller->own->count && left > 0 && found < BELL__READY_MAX; i++) {
        short events = own->waits[at].revents;
        if (events != 0) {
            ready[found].watch = own->watches[at];
            ready[found].events =
                ((events & ~POLLOUT) != 0 ? BELL__READABLE : 0) |
                ((events & POLLOUT) != 0 ? BELL__WRITABLE : 0);
            found++;
            left--;
        }
        at = at + 1 < poller->own->count ? at + 1 : 0;
    }
    own->from = at;
    return left < 0 ? left : found;
}
