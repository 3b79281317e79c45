/* wake.c: what rings a loop from another thread or a signal handler. */
#include "loop/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#if defined(__linux__) && !defined(BELL__PLAIN_SYSTEM)

#include <sys/eventfd.h>

int bell__wake_open(struct bell__wake *wake)
{
    wake->heard = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    wake->rung = wake->heard;
    return wake->heard < 0 ? errno : 0;
}

#else

static int prepare(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
                   fcntl(fd, F_SETFL, O_NONBLOCK) == 0
               ? 0
               : errno;
}

int bell__wake_open(struct bell__wake *wake)
{
    int ends[2];
    wake->heard = -1;
    wake->rung = -1;
    if (pipe(ends) != 0) {
        return errno;
    }
    wake->heard = ends[0];
    wake->rung = ends[1];
    int failed = prepare(ends[0]);
    failed = failed == 0 ? prepare(ends[1]) : failed;
    if (failed != 0) {
        bell__wake_close(wake);
    }
    return failed;
}

#endif

void bell__wake_close(struct bell__wake *wake)
{
    if (wake->rung >= 0 && wake->rung != wake->heard) {
        close(wake->rung);
    }
    if (wake->heard >= 0) {
        close(wake->heard);
    }
    wake->heard = -1;
    wake->rung = -1;
}

void bell__wake_ring(int rung)
{
    int kept = errno;
    uint64_t one = 1;
    ssize_t put = write(rung, &one, sizeof one);
    (void)put; /* full: it rings already */
    errno = kept;
}

/* An eventfd gives its count at once, a pipe all that lies in it. */
void bell__wake_hear(const struct bell__wake *wake)
{
    uint64_t rings[64];
    ssize_t got;
    do {
        got = read(wake->heard, rings, sizeof rings);
    } while (got == (ssize_t)sizeof rings);
}
