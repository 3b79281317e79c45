/* poller_kqueue.c: which descriptors are ready, asked of macOS or a BSD. It
 * has been compiled, against declarations alone, and never run. */
#include "loop/poller.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/event.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

int bell__poller_open(struct bell__poller *poller, const bell_allocator *memory)
{
    memset(poller, 0, sizeof *poller);
    poller->memory = memory;
    poller->fd = kqueue();
    if (poller->fd < 0) {
        return errno;
    }
    fcntl(poller->fd, F_SETFD, FD_CLOEXEC);
    return 0;
}

void bell__poller_close(struct bell__poller *poller)
{
    if (poller->fd >= 0) {
        close(poller->fd);
        poller->fd = -1;
    }
}

/* A filter that is not wanted goes; that there was none is fine. */
static int set_filter(struct bell__poller *poller, int fd, short filter,
                      bool wanted, struct bell__watch *watch)
{
    struct kevent change;
    memset(&change, 0, sizeof change);
    change.ident = (uintptr_t)fd;
    change.filter = filter;
    change.flags = wanted ? EV_ADD : EV_DELETE;
    change.udata = watch;
    if (kevent(poller->fd, &change, 1, NULL, 0, NULL) == 0) {
        return 0;
    }
    return !wanted && errno == ENOENT ? 0 : errno;
}

static int set_filters(struct bell__poller *poller, int fd, uint32_t events,
                       struct bell__watch *watch)
{
    int failed = set_filter(poller, fd, EVFILT_READ,
                            (events & BELL__READABLE) != 0, watch);
    return failed != 0 ? failed
                       : set_filter(poller, fd, EVFILT_WRITE,
                                    (events & BELL__WRITABLE) != 0, watch);
}

int bell__poller_add(struct bell__poller *poller, int fd, uint32_t events,
                     struct bell__watch *watch)
{
    int failed = set_filters(poller, fd, events, watch);
    if (failed != 0) {
        set_filters(poller, fd, 0, watch);
    }
    return failed;
}

void bell__poller_change(struct bell__poller *poller, int fd, uint32_t events,
                         struct bell__watch *watch)
{
    set_filters(poller, fd, events, watch);
}

void bell__poller_remove(struct bell__poller *poller, int fd)
{
    set_filters(poller, fd, 0, NULL);
}

int bell__poller_wait(struct bell__poller *poller, int timeout_ms)
{
    struct kevent batch[BELL__READY_MAX];
    struct timespec time = {timeout_ms / 1000,
                            (long)(timeout_ms % 1000) * 1000000};
    int count = kevent(poller->fd, NULL, 0, batch, BELL__READY_MAX,
                       timeout_ms < 0 ? NULL : &time);
    for (int i = 0; i < count; i++) {
        bool ended = (batch[i].flags & (EV_EOF | EV_ERROR)) != 0;
        bool write = batch[i].filter == EVFILT_WRITE;
        poller->ready[i].watch = batch[i].udata;
        poller->ready[i].events = (write ? BELL__WRITABLE : BELL__READABLE) |
                                  (ended ? BELL__READABLE : 0);
    }
    return count;
}
