/* poller_epoll.c: which descriptors are ready, asked of Linux. */
#include "loop/poller.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/memory.h"

_Static_assert(BELL__READABLE == (int)EPOLLIN &&
                   BELL__WRITABLE == (int)EPOLLOUT,
               "events are the same bits");

/* Not on the stack, where it would be guarded at each turn. */
struct bell__polled {
    struct epoll_event batch[BELL__READY_MAX];
};

int bell__poller_open(struct bell__poller *poller, const bell_allocator *memory)
{
    memset(poller, 0, sizeof *poller);
    poller->memory = memory;
    poller->fd = epoll_create1(EPOLL_CLOEXEC);
    if (poller->fd < 0) {
        return errno;
    }
    poller->own = bell__memory_take(memory, sizeof *poller->own);
    return poller->own == NULL ? ENOMEM : 0;
}

void bell__poller_close(struct bell__poller *poller)
{
    if (poller->fd >= 0) {
        close(poller->fd);
        poller->fd = -1;
    }
    bell__memory_free(poller->memory, poller->own, sizeof *poller->own);
    poller->own = NULL;
}

int bell__poller_add(struct bell__poller *poller, int fd, uint32_t events,
                     struct bell__watch *watch)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    return epoll_ctl(poller->fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
}

void bell__poller_change(struct bell__poller *poller, int fd, uint32_t events,
                         struct bell__watch *watch)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    epoll_ctl(poller->fd, EPOLL_CTL_MOD, fd, &event);
}

void bell__poller_remove(struct bell__poller *poller, int fd)
{
    epoll_ctl(poller->fd, EPOLL_CTL_DEL, fd, NULL);
}

int bell__poller_wait(struct bell__poller *poller, int timeout_ms)
{
    const struct epoll_event *batch = poller->own->batch;
    int count =
        epoll_wait(poller->fd, poller->own->batch, BELL__READY_MAX, timeout_ms);
    for (int i = 0; i < count; i++) {
        uint32_t events = batch[i].events;
        bool more = (events & ~(uint32_t)EPOLLOUT) != 0;
        poller->ready[i].watch = batch[i].data.ptr;
        poller->ready[i].events = (events & EPOLLOUT) | more;
    }
    return count;
}
