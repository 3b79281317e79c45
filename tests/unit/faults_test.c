/* faults_test.c: a system that interrupts, takes less than it was given, says
 * "not now", or breaks, at each of its calls in turn: over TCP and TLS. The
 * linker puts the functions here before the system's own. */
#include <netdb.h>
#include <sys/epoll.h>
#include <tasks.h>

#include "unit/front.h"
#include "unit/scripted.h"

enum fault { NONE, INTERRUPTED, NOT_NOW, SHORT, BROKEN };

enum { POINTS = 45, SEEDS = 12, TEXT_BYTES = 30000 };

/* Of the client's thread; the server's calls are the system's own. */
static _Thread_local bool faulty;
static enum fault fault;
static int fault_at; /* counts down to the call that fails; -1: by chance */
static int faults;   /* that were made */
static uint32_t seed;

static uint32_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

static enum fault next_fault(void)
{
    enum fault now = NONE;
    if (!faulty) {
        return NONE;
    }
    if (fault_at < 0) {
        now = (enum fault)(draw() % (SHORT + 3));
        now = now > SHORT ? NONE : now;
    } else if (fault_at-- == 0) {
        now = fault;
        fault_at = INT32_MAX;
    }
    faults += now != NONE;
    return now;
}

/* True: the call ends here, with errno. */
static bool is_over(enum fault now)
{
    static const int codes[] = {
        [INTERRUPTED] = EINTR, [NOT_NOW] = EAGAIN, [BROKEN] = ECONNRESET};
    if (now == NONE || now == SHORT) {
        return false;
    }
    errno = codes[now];
    return true;
}

static size_t cut(enum fault now, size_t size)
{
    return now == SHORT && size > 1 ? 1 + draw() % (size - 1) : size;
}

ssize_t __real_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __real_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __real_recv(int fd, void *bytes, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags);
int __real_connect(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
int __real_epoll_wait(int fd, struct epoll_event *events, int max, int ms);
int __wrap_epoll_wait(int fd, struct epoll_event *events, int max, int ms);
ssize_t __real_read(int fd, void *bytes, size_t size);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
int __real_poll(struct pollfd *waits, nfds_t count, int ms);
int __wrap_poll(struct pollfd *waits, nfds_t count, int ms);
int __real_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **found);
int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **found);

ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags)
{
    enum fault now = next_fault();
    return is_over(now) ? -1 : __real_send(fd, bytes, cut(now, size), flags);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
    enum fault now = next_fault();
    if (now != SHORT) {
        return is_over(now) ? -1 : __real_sendmsg(fd, message, flags);
    }
    const struct iovec *first = &message->msg_iov[0];
    return __real_send(fd, first->iov_base, cut(now, first->iov_len), flags);
}

ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags)
{
    enum fault now = next_fault();
    if (is_over(now)) {
        return -1;
    }
    return __real_recv(fd, bytes, now == SHORT ? 1 : size, flags);
}

/* Interrupted, it goes on by itself (connect(2)). */
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size)
{
    enum fault now = next_fault();
    if (now != BROKEN) {
        int failed = __real_connect(fd, address, size);
        return now == INTERRUPTED && is_over(now) ? -1 : failed;
    }
    return is_over(now) ? -1 : 0;
}

int __wrap_epoll_wait(int fd, struct epoll_event *events, int max, int ms)
{
    enum fault now = next_fault();
    if (now == INTERRUPTED && is_over(now)) {
        return -1;
    }
    return __real_epoll_wait(fd, events, now == SHORT ? 1 : max, ms);
}

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
    enum fault now = next_fault();
    bool over = now == INTERRUPTED || now == NOT_NOW;
    return over && is_over(now) ? -1 : __real_read(fd, bytes, size);
}

int __wrap_poll(struct pollfd *waits, nfds_t count, int ms)
{
    enum fault now = next_fault();
    bool over = now == INTERRUPTED && is_over(now);
    return over ? -1 : __real_poll(waits, count, ms);
}

/* How the next names that a thread asks for end; then as they are. */
static int names_failed[3];
static int names_count;
static int names_at;

int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **found)
{
    if ((hints->ai_flags & AI_NUMERICHOST) != 0 || names_at >= names_count) {
        return __real_getaddrinfo(host, port, hints, found);
    }
    errno = EINTR; /* for EAI_SYSTEM */
    return names_failed[names_at++];
}

static struct scripted server;
static struct front secured;
static int lost;

static void on_log(void *context, const bell_record *record)
{
    (void)context;
    lost += strcmp(record->event, "lost") == 0;
}

static bell_status ask(bell_client *client, size_t size)
{
    static char user[TEXT_BYTES + 1];
    bell_error error;
    memset(user, 'x', sizeof user);
    memcpy(user, "n7", 2);
    tasks_task_stats_params params = {.user_id = {user, size}};
    tasks_task_stats_result *stats = NULL;
    bell_status status = tasks_get_stats(client, &params, &stats, &error);
    CHECK(status != BELL_OK || stats->total == 7);
    bell_free(stats);
    return status;
}

/* A short call and a long one; faults from open to close. */
static void visit(bool tls, bell_status wanted)
{
    char url[64];
    bell_error error;
    bell_client *client = NULL;
    snprintf(url, sizeof url, "%s://localhost:%u/line", tls ? "wss" : "ws",
             (unsigned)(tls ? secured.peer.port : server.peer.port));
    bell_options options = {.url = url,
                            .log = on_log,
                            .tls_insecure_accept_anybody = true,
                            .reconnect_min_ms = 1,
                            .reconnect_max_ms = 2};
    lost = 0;
    faulty = true;
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    bell_status first = ask(client, 2);
    bell_status second = ask(client, TEXT_BYTES);
    CHECK(first == BELL_OK || first == wanted);
    CHECK(second == BELL_OK || second == wanted);
    CHECK(lost == 0 || wanted != BELL_OK);
    faulty = wanted == BELL_OK;
    CHECK_INT(BELL_OK, ask(client, 2)); /* on a new line if need be */
    bell_close(client);
    faulty = false;
}

static void each_call_fails_once(bool tls, enum fault kind, bell_status wanted)
{
    faults = 0;
    for (int at = 0; at < POINTS; at++) {
        fault = kind;
        fault_at = at;
        seed = 1 + (uint32_t)at;
        visit(tls, wanted);
    }
    CHECK(faults > 10); /* a visit has more, how many differs */
}

static void many_fail_by_chance(bool tls)
{
    faults = 0;
    for (uint32_t run = 1; run <= SEEDS; run++) {
        seed = run * 2654435761U;
        fault_at = -1;
        visit(tls, BELL_OK);
    }
    CHECK(faults > 10 * SEEDS);
}

/* A name that is not found today is asked for again. */
static void names(void)
{
    names_failed[0] = EAI_AGAIN;
    names_failed[1] = EAI_SYSTEM;
    names_failed[2] = EAI_MEMORY;
    names_count = 3;
    fault_at = INT32_MAX;
    visit(false, BELL_DISCONNECTED);
    CHECK_INT(3, names_at);
    CHECK_INT(3, lost);
}

int main(void)
{
    struct identity identity = identity_make("x", "DNS:localhost", NULL, -1, 1);
    scripted_start(&server);
    secured.backend = server.peer.port;
    secured.tls = front_context(&identity, NULL);
    front_start(&secured);
    for (int tls = 0; tls < 2; tls++) {
        each_call_fails_once(tls != 0, INTERRUPTED, BELL_OK);
        each_call_fails_once(tls != 0, NOT_NOW, BELL_OK);
        each_call_fails_once(tls != 0, SHORT, BELL_OK);
        each_call_fails_once(tls != 0, BROKEN, BELL_DISCONNECTED);
        many_fail_by_chance(tls != 0);
    }
    names();
    front_end(&secured);
    scripted_end(&server);
    SSL_CTX_free(secured.tls);
    identity_free(&identity);
    return check_report();
}
