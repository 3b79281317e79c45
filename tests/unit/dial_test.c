/* dial_test.c: names that become connections, and addresses that are silent or
 * refuse. The linker puts the functions here before the system's own. */
#include "transport/dial.h"

#include <netdb.h>

#include "unit/peer.h"

static bell_loop *open_loop(void)
{
    bell_loop *loop = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    return loop;
}

static int dialed_fd;
static int dialed_count;

static void resolved(struct bell__resolve *resolve)
{
    (void)resolve;
}

static void dialed(struct bell__dial *dial, int fd)
{
    (void)dial;
    dialed_fd = fd;
    dialed_count++;
}

static void dial(bell_loop *loop, struct bell__dial *dialing, const char *host,
                 uint16_t port)
{
    dialed_fd = -1;
    dialed_count = 0;
    bell__dial_start(dialing, loop, host, port, dialed, NULL);
    for (int i = 0; i < 100 && dialed_count == 0; i++) {
        bell__loop_pump(loop, 200);
    }
    CHECK_INT(1, dialed_count);
}

/* The listener is on 127.0.0.1 alone; ::1 refuses and gives way at once. */
static void test_localhost(void)
{
    bell_loop *loop = open_loop();
    struct bell__dial dialing;
    struct peer peer;
    peer_listen(&peer);
    dial(loop, &dialing, "localhost", peer.port);
    CHECK(dialed_fd >= 0);
    int flags = fcntl(dialed_fd, F_GETFL);
    CHECK((flags & O_NONBLOCK) != 0);
    CHECK((fcntl(dialed_fd, F_GETFD) & FD_CLOEXEC) != 0);
    close(dialed_fd);
    dial(loop, &dialing, "127.0.0.1", peer.port);
    CHECK(dialed_fd >= 0);
    close(dialed_fd);
    peer_end(&peer);
    dial(loop, &dialing, "localhost", peer.port);
    CHECK_INT(-1, dialed_fd);
    CHECK_INT(ECONNREFUSED, dialing.os_error);
    dial(loop, &dialing, "no..such..name", peer.port);
    CHECK_INT(-1, dialed_fd);
    CHECK(strncmp(dialing.trouble, "the name: ", 10) == 0);
    bell_loop_close(loop);
}

/* The thread that asks for the name may outlive who asked, and the loop. */
static void test_stop_while_resolving(void)
{
    for (int i = 0; i < 20; i++) {
        bell_loop *loop = open_loop();
        struct bell__dial dialing;
        dialed_count = 0;
        bell__dial_start(&dialing, loop, "localhost", 9, dialed, NULL);
        if (i % 2 == 1) {
            bell__loop_pump(loop, i);
        }
        bell__dial_stop(&dialing);
        bell__dial_stop(&dialing);
        CHECK(dialed_count <= 1);
        memset(&dialing, 0x5a, sizeof dialing);
        bell_loop_close(loop);
    }
}

/* ---- Rivals (RFC 8305) --------------------------------------------------- */

enum { ADDRESSES = 3, STAGGER_MS = 250, FIRST_PORT = 7001 };

enum manner { SILENT, REFUSES, ANSWERS };

/* What the system says while `scripted`. */
static _Thread_local bool scripted; /* a thread asks for names */
static enum manner manners[ADDRESSES];
static int tried;             /* addresses that were */
static int fds[ADDRESSES];    /* of the attempts */
static int others[ADDRESSES]; /* at the other end of them */
static struct sockaddr_in addresses[ADDRESSES];
static struct addrinfo *answer; /* instead of these; NULL: these */
static struct bell__fed_clock fed;

int __real_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **found);
int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **found);
int __real_connect(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
void __real_freeaddrinfo(struct addrinfo *found);
void __wrap_freeaddrinfo(struct addrinfo *found);

/* The name has three addresses, each with a port of its own. */
int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **found)
{
    static struct addrinfo list[ADDRESSES];
    if (!scripted) {
        return __real_getaddrinfo(host, port, hints, found);
    }
    if (answer != NULL) {
        *found = answer;
        return 0;
    }
    for (int i = 0; i < ADDRESSES; i++) {
        addresses[i].sin_family = AF_INET;
        addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        addresses[i].sin_port = htons((uint16_t)(FIRST_PORT + i));
        list[i].ai_family = AF_INET;
        list[i].ai_addr = (struct sockaddr *)&addresses[i];
        list[i].ai_addrlen = sizeof addresses[i];
        list[i].ai_next = i + 1 < ADDRESSES ? &list[i + 1] : NULL;
    }
    *found = list;
    return 0;
}

void __wrap_freeaddrinfo(struct addrinfo *found)
{
    if (!scripted) {
        __real_freeaddrinfo(found);
    }
}

/* The descriptor becomes one that nothing is ever heard of, or one that can be
 * written at once. */
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size)
{
    if (!scripted) {
        return __real_connect(fd, address, size);
    }
    struct sockaddr_in to;
    memcpy(&to, address, sizeof to);
    CHECK_INT(FIRST_PORT + tried, ntohs(to.sin_port));
    fds[tried] = fd;
    enum manner manner = manners[tried++];
    if (manner == REFUSES) {
        errno = ECONNREFUSED;
        return -1;
    }
    int ends[2];
    CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends));
    char byte = 'x';
    while (manner == SILENT && send(ends[0], &byte, 1, MSG_NOSIGNAL) == 1) {
    }
    CHECK_INT(fd, dup2(ends[0], fd));
    close(ends[0]);
    others[tried - 1] = ends[1];
    errno = EINPROGRESS;
    return -1;
}

/* A loop whose time passes where it would wait. */
static bell_loop *script(enum manner first, enum manner second,
                         enum manner third)
{
    bell_loop *loop = open_loop();
    bell__loop_feed(loop, &fed);
    scripted = true;
    manners[0] = first;
    manners[1] = second;
    manners[2] = third;
    tried = 0;
    dialed_fd = -1;
    dialed_count = 0;
    for (int i = 0; i < ADDRESSES; i++) {
        fds[i] = -1;
        others[i] = -1;
    }
    return loop;
}

static void end_script(bell_loop *loop, struct bell__dial *dialing)
{
    bell__dial_stop(dialing);
    for (int i = 0; i < tried; i++) {
        CHECK(fds[i] == dialed_fd || fcntl(fds[i], F_GETFD) < 0);
        if (others[i] >= 0) {
            close(others[i]);
        }
    }
    if (dialed_fd >= 0) {
        close(dialed_fd);
    }
    scripted = false;
    bell_loop_close(loop);
}

/* So many milliseconds pass, and what is ready then has its round. */
static void pass(bell_loop *loop, int ms)
{
    int64_t until = fed.now_ns + (int64_t)ms * 1000000;
    while (fed.now_ns < until && dialed_count == 0) {
        bell__loop_pump(loop, (until - fed.now_ns) / 1000000);
    }
    bell__loop_pump(loop, 0);
}

static void test_silent_address_has_a_rival(void)
{
    bell_loop *loop = script(SILENT, ANSWERS, ANSWERS);
    struct bell__dial dialing;
    bell__dial_start(&dialing, loop, "name", 1, dialed, NULL);
    CHECK_INT(1, tried);
    pass(loop, STAGGER_MS - 1);
    CHECK_INT(1, tried);
    CHECK_INT(0, dialed_count);
    pass(loop, 1);
    CHECK_INT(2, tried);
    pass(loop, 1);
    CHECK_INT(1, dialed_count);
    CHECK_INT(fds[1], dialed_fd);
    end_script(loop, &dialing);
}

/* It goes on trying: who was first may still win. */
static void test_slow_address_wins(void)
{
    bell_loop *loop = script(SILENT, SILENT, REFUSES);
    struct bell__dial dialing;
    bell__dial_start(&dialing, loop, "name", 1, dialed, NULL);
    pass(loop, STAGGER_MS);
    CHECK_INT(2, tried);
    pass(loop, STAGGER_MS - 1);
    CHECK_INT(2, tried);
    pass(loop, 1);
    CHECK_INT(3, tried);
    CHECK_INT(0, dialed_count);
    char scrap[4096];
    while (recv(others[0], scrap, sizeof scrap, 0) > 0) {
    }
    pass(loop, STAGGER_MS);
    CHECK_INT(1, dialed_count);
    CHECK_INT(fds[0], dialed_fd);
    end_script(loop, &dialing);
}

static void test_refusing_address_gives_way_at_once(void)
{
    bell_loop *loop = script(REFUSES, REFUSES, ANSWERS);
    struct bell__dial dialing;
    bell__dial_start(&dialing, loop, "name", 1, dialed, NULL);
    CHECK_INT(3, tried);
    pass(loop, 1);
    CHECK_INT(fds[2], dialed_fd);
    end_script(loop, &dialing);
}

static void test_address_that_answers_has_none(void)
{
    bell_loop *loop = script(ANSWERS, ANSWERS, ANSWERS);
    struct bell__dial dialing;
    bell__dial_start(&dialing, loop, "name", 1, dialed, NULL);
    pass(loop, 1);
    CHECK_INT(1, tried);
    CHECK_INT(fds[0], dialed_fd);
    end_script(loop, &dialing);
}

/* Of two families in turn, whatever the order of the answer: seventeen of one
 * leave room for the other. */
static void test_families_take_turns(void)
{
    enum { MANY = 17 };
    static struct sockaddr_in6 six[MANY];
    static struct addrinfo list[MANY + 1];
    struct bell__resolve resolve;
    bell_loop *loop = open_loop();
    for (int i = 0; i < MANY; i++) {
        six[i].sin6_family = AF_INET6;
        list[i].ai_family = AF_INET6;
        list[i].ai_addr = (struct sockaddr *)&six[i];
        list[i].ai_addrlen = sizeof six[i];
        list[i].ai_next = &list[i + 1];
    }
    list[MANY].ai_family = AF_INET;
    list[MANY].ai_addr = (struct sockaddr *)&addresses[0];
    list[MANY].ai_addrlen = sizeof addresses[0];
    answer = list;
    scripted = true;
    bell__resolve_start(&resolve, loop, "name", 1, resolved);
    scripted = false;
    answer = NULL;
    CHECK_INT(BELL__ADDRESSES_MAX, resolve.count);
    CHECK_INT(AF_INET6, resolve.addresses[0].bytes.ss_family);
    CHECK_INT(AF_INET, resolve.addresses[1].bytes.ss_family);
    CHECK_INT(AF_INET6, resolve.addresses[2].bytes.ss_family);
    bell_loop_close(loop);
}

static void test_silence_of_all_is_stopped(void)
{
    bell_loop *loop = script(SILENT, SILENT, SILENT);
    struct bell__dial dialing;
    bell__dial_start(&dialing, loop, "name", 1, dialed, NULL);
    pass(loop, ADDRESSES * STAGGER_MS);
    CHECK_INT(3, tried);
    CHECK_INT(0, dialed_count);
    CHECK(bell__loop_stuck(loop)); /* nobody else is to be tried */
    end_script(loop, &dialing);
}

int main(void)
{
    test_localhost();
    test_stop_while_resolving();
    test_silent_address_has_a_rival();
    test_slow_address_wins();
    test_refusing_address_gives_way_at_once();
    test_address_that_answers_has_none();
    test_silence_of_all_is_stopped();
    test_families_take_turns();
    return check_report();
}
