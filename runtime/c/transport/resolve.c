/* resolve.c: a host's name becomes addresses, off the loop: getaddrinfo()
 * blocks, so a thread asks. It knows no sockets. */
#include "transport/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_MAX = 256, STACK_BYTES = 256 * 1024 };

/* Owned by two: who drops it last frees it. It comes from malloc, because the
 * thread may be the last, and a user's allocator belongs to one thread. */
struct bell__lookup {
    atomic_int owners;
    atomic_bool over;
    int wake; /* a duplicate: the loop may close its own meanwhile */
    char host[HOST_MAX];
    char port[8];
    struct addrinfo *found;
    int failed; /* EAI_... */
    int os_error;
};

static void drop(struct bell__lookup *lookup)
{
    if (atomic_fetch_sub(&lookup->owners, 1) != 1) {
        return;
    }
    if (lookup->found != NULL) {
        freeaddrinfo(lookup->found);
    }
    if (lookup->wake >= 0) {
        close(lookup->wake);
    }
    free(lookup);
}

static void ask(struct bell__lookup *lookup, int flags)
{
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    lookup->failed =
        getaddrinfo(lookup->host, lookup->port, &hints, &lookup->found);
    lookup->os_error = lookup->failed == EAI_SYSTEM ? errno : 0;
}

static void *look_up(void *context)
{
    struct bell__lookup *lookup = context;
    ask(lookup, 0);
    atomic_store(&lookup->over, true);
    bell__wake_ring(lookup->wake);
    drop(lookup);
    return NULL;
}

/* Detached, and deaf to the program's signals. 0, or an errno. */
static int start_thread(struct bell__lookup *lookup)
{
    pthread_attr_t attributes;
    int failed = pthread_attr_init(&attributes);
    if (failed != 0) {
        return failed;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigset_t all;
    sigset_t kept;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &kept);
    atomic_fetch_add(&lookup->owners, 1);
    pthread_t thread;
    failed = pthread_create(&thread, &attributes, look_up, lookup);
    if (failed == EINVAL) { /* a program's thread-local variables fill it */
        pthread_attr_destroy(&attributes);
        pthread_attr_init(&attributes);
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        failed = pthread_create(&thread, &attributes, look_up, lookup);
    }
    if (failed != 0) {
        atomic_fetch_sub(&lookup->owners, 1);
    }
    pthread_sigmask(SIG_SETMASK, &kept, NULL);
    pthread_attr_destroy(&attributes);
    return failed;
}

/* The next of a family, or of any other one. */
static const struct addrinfo *skip(const struct addrinfo *at, int family,
                                   bool same)
{
    while (at != NULL && (at->ai_family == family) != same) {
        at = at->ai_next;
    }
    return at;
}

static void take(struct bell__resolve *resolve, const struct addrinfo *found)
{
    struct bell__address *address = &resolve->addresses[resolve->count];
    if (found->ai_addrlen <= sizeof address->bytes) {
        memcpy(&address->bytes, found->ai_addr, found->ai_addrlen);
        address->size = found->ai_addrlen;
        resolve->count++;
    }
}

/* One of the first one's family, one of another, and so on (RFC 8305, 4): so a
 * family that leads nowhere holds nobody up, and no family is left out. */
static void take_all(struct bell__resolve *resolve,
                     const struct addrinfo *found)
{
    int family = found->ai_family;
    const struct addrinfo *first = found;
    const struct addrinfo *other = skip(found, family, false);
    bool turn = true;
    while (first != NULL || other != NULL) {
        const struct addrinfo **next =
            other == NULL || (turn && first != NULL) ? &first : &other;
        if (resolve->count == BELL__ADDRESSES_MAX) {
            return;
        }
        take(resolve, *next);
        *next = skip((*next)->ai_next, family, next == &first);
        turn = !turn;
    }
}

static void finish(struct bell__resolve *resolve)
{
    struct bell__lookup *lookup = resolve->lookup;
    if (lookup->failed == 0 && lookup->found != NULL) {
        take_all(resolve, lookup->found);
    }
    if (resolve->count == 0) {
        resolve->os_error = lookup->os_error;
        const char *reason = lookup->os_error != 0
                                 ? strerror(lookup->os_error)
                                 : gai_strerror(lookup->failed);
        snprintf(resolve->trouble, sizeof resolve->trouble, "%s",
                 lookup->failed != 0 ? reason : "it has no address");
    }
    bell__resolve_stop(resolve);
    resolve->done(resolve);
}

static void woken(struct bell__sleeper *sleeper)
{
    struct bell__resolve *resolve = (struct bell__resolve *)(void *)sleeper;
    if (atomic_load(&resolve->lookup->over)) {
        finish(resolve);
    }
}

static void fail(struct bell__resolve *resolve, int os_error, const char *what)
{
    resolve->os_error = os_error;
    snprintf(resolve->trouble, sizeof resolve->trouble, "%s: %s", what,
             strerror(os_error));
    bell__resolve_stop(resolve);
    resolve->done(resolve);
}

static struct bell__lookup *make_lookup(const char *host, uint16_t port)
{
    struct bell__lookup *lookup = calloc(1, sizeof *lookup);
    if (lookup == NULL) {
        return NULL;
    }
    atomic_init(&lookup->owners, 1);
    atomic_init(&lookup->over, false);
    lookup->wake = -1;
    snprintf(lookup->host, sizeof lookup->host, "%s", host);
    snprintf(lookup->port, sizeof lookup->port, "%u", (unsigned)port);
    return lookup;
}

void bell__resolve_start(struct bell__resolve *resolve, struct bell_loop *loop,
                         const char *host, uint16_t port,
                         void (*done)(struct bell__resolve *resolve))
{
    memset(resolve, 0, sizeof *resolve);
    resolve->sleeper.woken = woken;
    resolve->loop = loop;
    resolve->done = done;
    resolve->lookup = make_lookup(host, port);
    if (resolve->lookup == NULL) {
        fail(resolve, ENOMEM, "it cannot be looked up");
        return;
    }
    ask(resolve->lookup, AI_NUMERICHOST);
    if (resolve->lookup->failed != EAI_NONAME) {
        finish(resolve);
        return;
    }
    resolve->lookup->wake = fcntl(loop->wake.rung, F_DUPFD_CLOEXEC, 0);
    if (resolve->lookup->wake < 0) {
        fail(resolve, errno, "it cannot be looked up");
        return;
    }
    int failed = start_thread(resolve->lookup);
    if (failed != 0) {
        fail(resolve, failed, "no thread to look it up");
        return;
    }
    bell__loop_sleep(loop, &resolve->sleeper);
}

void bell__resolve_stop(struct bell__resolve *resolve)
{
    bell__loop_rouse(&resolve->sleeper);
    if (resolve->lookup != NULL) {
        drop(resolve->lookup);
        resolve->lookup = NULL;
    }
}
