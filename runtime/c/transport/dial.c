/* dial.c: a connected TCP socket to a host. An address that refuses gives way
 * at once, one that is silent has a rival after a moment (RFC 8305). It knows
 * nothing of what is said on the socket. */
#include "transport/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "transport/socket.h"

enum { STAGGER_MS = 250 };

static void try_next(struct bell__dial *dial);

static void end_attempt(struct bell__attempt *attempt)
{
    int fd = attempt->watch.fd;
    bell__loop_unwatch(attempt->dial->loop, &attempt->watch);
    close(fd);
    attempt->dial->running--;
}

void bell__dial_stop(struct bell__dial *dial)
{
    dial->over = true;
    bell__resolve_stop(&dial->resolve);
    for (int i = 0; i < dial->next; i++) {
        if (dial->attempts[i].watch.fd >= 0) {
            end_attempt(&dial->attempts[i]);
        }
    }
    bell__loop_unset(&dial->timer);
}

static void win(struct bell__dial *dial, struct bell__attempt *attempt)
{
    int fd = attempt->watch.fd;
    bell__loop_unwatch(dial->loop, &attempt->watch);
    dial->running--;
    bell__dial_stop(dial);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    dial->done(dial, fd);
}

static void lose(struct bell__dial *dial)
{
    if (dial->running > 0 || dial->next < dial->resolve.count) {
        return;
    }
    bell__dial_stop(dial);
    dial->done(dial, -1);
}

static void note(struct bell__dial *dial, int os_error)
{
    dial->os_error = os_error;
    snprintf(dial->trouble, sizeof dial->trouble, "%s", strerror(os_error));
}

static void attempt_ready(struct bell__watch *watch, uint32_t events)
{
    (void)events;
    struct bell__attempt *attempt = (struct bell__attempt *)(void *)watch;
    struct bell__dial *dial = attempt->dial;
    int failed = 0;
    socklen_t size = sizeof failed;
    if (getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &failed, &size) != 0) {
        failed = errno;
    }
    if (failed == 0) {
        win(dial, attempt);
        return;
    }
    note(dial, failed);
    end_attempt(attempt);
    try_next(dial);
}

/* 0, or an errno. */
static int try_address(struct bell__dial *dial, int index)
{
    struct bell__attempt *attempt = &dial->attempts[index];
    const struct bell__address *address = &dial->resolve.addresses[index];
    int fd = bell__socket_open(address->bytes.ss_family);
    if (fd < 0) {
        return errno;
    }
    const void *bytes = &address->bytes;
    int failed = connect(fd, bytes, address->size) == 0 ? 0 : errno;
    if (failed == 0 || failed == EINPROGRESS || failed == EINTR) {
        attempt->watch.ready = attempt_ready;
        failed =
            bell__loop_watch(dial->loop, &attempt->watch, fd, BELL__WRITABLE);
    }
    if (failed != 0) {
        close(fd);
    }
    return failed;
}

/* The last address has no rival. */
static void set_timer(struct bell__dial *dial)
{
    if (dial->next < dial->resolve.count) {
        bell__loop_clock(dial->loop);
        bell__loop_set(dial->loop, &dial->timer, dial->loop->now + STAGGER_MS);
    }
}

/* The next address that can be tried at all. */
static void try_next(struct bell__dial *dial)
{
    while (dial->next < dial->resolve.count) {
        int index = dial->next++;
        int failed = try_address(dial, index);
        if (failed == 0) {
            dial->running++;
            set_timer(dial);
            return;
        }
        note(dial, failed);
    }
    lose(dial);
}

static void timer_rings(struct bell__timer *timer)
{
    try_next((struct bell__dial *)(void *)((char *)timer -
                                           offsetof(struct bell__dial, timer)));
}

static void resolved(struct bell__resolve *resolve)
{
    struct bell__dial *dial =
        (struct bell__dial *)(void *)((char *)resolve -
                                      offsetof(struct bell__dial, resolve));
    if (resolve->count == 0) {
        dial->os_error = resolve->os_error;
        snprintf(dial->trouble, sizeof dial->trouble, "the name: %s",
                 resolve->trouble);
    }
    try_next(dial);
}

void bell__dial_start(struct bell__dial *dial, struct bell_loop *loop,
                      const char *host, uint16_t port,
                      void (*done)(struct bell__dial *dial, int fd),
                      void *context)
{
    memset(dial, 0, sizeof *dial);
    dial->loop = loop;
    dial->done = done;
    dial->context = context;
    dial->timer.rings = timer_rings;
    for (int i = 0; i < BELL__ADDRESSES_MAX; i++) {
        dial->attempts[i].watch.fd = -1;
        dial->attempts[i].dial = dial;
    }
    bell__resolve_start(&dial->resolve, loop, host, port, resolved);
}
