/* http_pool_test.c: the connections to one server: how many there are, which
 * ones are kept and for how long, what waits for one, and what is given up. */
#include <errno.h>

#include "transport/http_line.h"
#include "unit/exchange.h"

enum { LARGE = 4 * 1024 * 1024, CALLS = 6, REST_BYTES_MAX = 6 * 1024 };

#define GET   "GET /a HTTP/1.1\r\n"
#define POST  "POST /a HTTP/1.1\r\n"
#define EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static const struct bell__http *inside(const struct rig *rig)
{
    return (const struct bell__http *)(void *)rig->transport;
}

static void open_rig(struct rig *rig, const struct bell__http_options *options)
{
    rig_wire(rig);
    CHECK_INT(BELL_OK, rig_make(rig, "", options));
}

/* Nothing is over, and what was has been taken. */
static void settle(struct rig *rig)
{
    CHECK(!rig->transport->ops->receive(rig->transport, &rig->frame));
}

static bool is_called(struct rig *rig)
{
    struct pollfd wait = {rig->peer.listener, POLLIN, 0};
    for (int i = 0; i < 3; i++) {
        pump(rig);
    }
    return poll(&wait, 1, 0) == 1;
}

static void hang_up_hard(int fd)
{
    struct linger hard = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
}

/* The peer's end is over. */
static bool is_ended(int fd)
{
    char byte;
    struct pollfd wait = {fd, POLLIN, 0};
    return poll(&wait, 1, 1000) == 1 && recv(fd, &byte, 1, 0) == 0;
}

/* As many at once as may be; what waits goes out in order on the connections
 * that come free, and new frames are not taken before. */
static void there_are_only_so_many(void)
{
    static const struct bell__http_options two = {.connections_max = 2};
    struct rig rig;
    char text[REQUEST_MAX];
    int fds[2];
    open_rig(&rig, &two);
    CHECK(rig.transport->idle);
    for (uint64_t tag = 1; tag <= 4; tag++) {
        put(&rig, tag, GET, "", 0);
    }
    flush(&rig);
    CHECK_INT(0, rig.outbox.count);
    CHECK(!rig.transport->idle);
    for (int i = 0; i < 2; i++) {
        take_call(&rig);
        fds[i] = rig.peer.fd;
        hear(&rig, text);
    }
    CHECK(!is_called(&rig));
    put(&rig, 5, GET, "", 0);
    flush(&rig);
    CHECK_INT(1, rig.outbox.count); /* not taken yet */
    say(&rig, EMPTY);
    check_reply(&rig, 2, 200, "");
    settle(&rig);
    hear(&rig, text); /* 3, on the second connection */
    CHECK(!rig.transport->idle);
    rig.peer.fd = fds[0];
    say(&rig, EMPTY);
    check_reply(&rig, 1, 200, "");
    settle(&rig);
    CHECK(rig.transport->idle);
    flush(&rig);
    CHECK_INT(0, rig.outbox.count);
    hear(&rig, text);
    say(&rig, EMPTY);
    check_reply(&rig, 4, 200, "");
    settle(&rig);
    hear(&rig, text);
    say(&rig, EMPTY);
    check_reply(&rig, 5, 200, "");
    close(fds[1]);
    rig_close(&rig);
}

/* The last that was busy goes first; more than idle_max are not kept. */
static void only_so_many_are_kept(void)
{
    static const struct bell__http_options two = {.idle_max = 2};
    struct rig rig;
    char text[REQUEST_MAX];
    int fds[3];
    open_rig(&rig, &two);
    for (uint64_t tag = 0; tag < 3; tag++) {
        put(&rig, tag, GET, "", 0);
    }
    flush(&rig);
    for (int i = 0; i < 3; i++) {
        take_call(&rig);
        fds[i] = rig.peer.fd;
        hear(&rig, text);
    }
    for (uint64_t tag = 0; tag < 3; tag++) {
        rig.peer.fd = fds[tag];
        say(&rig, EMPTY);
        CHECK(next(&rig));
    }
    settle(&rig);
    CHECK_INT(2, inside(&rig)->idle_count);
    CHECK_INT(2, inside(&rig)->line_count);
    CHECK(is_ended(fds[2]));
    ask(&rig, 9, GET, "");
    rig.peer.fd = fds[1];
    hear(&rig, text);
    say(&rig, EMPTY);
    check_reply(&rig, 9, 200, "");
    for (int i = 0; i < 3; i += 2) {
        close(fds[i]);
    }
    rig_close(&rig);
}

/* Rounds until the loop's clock has gone on by so much. */
static void pass_time(struct rig *rig, struct bell__fed_clock *clock,
                      int64_t ms)
{
    int64_t until = clock->now_ns + ms * 1000000;
    while (clock->now_ns < until) {
        bell__loop_pump(rig->loop, (until - clock->now_ns) / 1000000);
    }
    bell__loop_pump(rig->loop, 0);
}

struct quiet {
    const char *answer;
    int64_t idle_ms;
    int64_t kept_ms; /* 0: not kept at all */
};

/* A server that ends what is quiet for 5 s must not meet a request there. */
static void nothing_is_kept_for_long(void)
{
    static const struct quiet cases[] = {
        {EMPTY, 0, 4000},
        {EMPTY, 250, 250},
        {"HTTP/1.1 204 No\r\nKeep-Alive: timeout=3\r\n\r\n", 0, 2000},
        {"HTTP/1.1 204 No\r\nKeep-Alive: timeout=60\r\n\r\n", 0, 4000},
        {"HTTP/1.1 204 No\r\nKeep-Alive: timeout=1\r\n\r\n", 0, 0},
        {"HTTP/1.1 204 No\r\nKeep-Alive: timeout=0\r\n\r\n", 0, 0},
        {"HTTP/1.1 204 No\r\nKeep-Alive: timeout=x\r\n\r\n", 0, 4000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__http_options options = {.idle_ms = cases[i].idle_ms};
        struct bell__fed_clock clock = {5000000000};
        struct rig rig;
        char text[REQUEST_MAX];
        open_rig(&rig, &options);
        ask(&rig, 1, GET, "");
        take_call(&rig);
        hear(&rig, text);
        say(&rig, cases[i].answer);
        CHECK(next(&rig));
        bell__loop_feed(rig.loop, &clock);
        settle(&rig);
        CHECK_INT(cases[i].kept_ms != 0, inside(&rig)->idle_count);
        if (cases[i].kept_ms != 0) {
            pass_time(&rig, &clock, cases[i].kept_ms - 1);
            CHECK_INT(1, inside(&rig)->idle_count);
            pass_time(&rig, &clock, 1);
        }
        CHECK_INT(0, inside(&rig)->line_count);
        CHECK(is_ended(rig.peer.fd));
        rig_close(&rig);
    }
}

/* A kept one whose time is over, where the loop has not run, is not taken. */
static void a_late_loop_takes_no_old_one(void)
{
    static const struct bell__http_options standard;
    struct bell__fed_clock clock = {5000000000};
    struct rig rig;
    char text[REQUEST_MAX];
    open_rig(&rig, &standard);
    ask(&rig, 1, GET, "");
    take_call(&rig);
    hear(&rig, text);
    say(&rig, EMPTY);
    CHECK(next(&rig));
    bell__loop_feed(rig.loop, &clock);
    settle(&rig);
    clock.now_ns += INT64_C(4001) * 1000000;
    bell__loop_clock(rig.loop);
    ask(&rig, 2, GET, "");
    CHECK(is_ended(rig.peer.fd));
    peer_close(&rig.peer);
    take_call(&rig);
    hear(&rig, text);
    rig_close(&rig);
}

/* What is given up while it waits never leaves; on a connection, that ends. */
static void what_is_cancelled_is_not_told_of(void)
{
    static const struct bell__http_options one = {.connections_max = 1};
    struct rig rig;
    char text[REQUEST_MAX];
    open_rig(&rig, &one);
    for (uint64_t tag = 1; tag <= 4; tag++) {
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n", (int)tag);
        put(&rig, tag, text, "", 0);
    }
    flush(&rig);
    take_call(&rig);
    hear(&rig, text);
    int first = rig.peer.fd;
    CHECK(rig.transport->ops->cancel(rig.transport, 3));
    CHECK(!rig.transport->ops->cancel(rig.transport, 3));
    CHECK(!rig.transport->ops->cancel(rig.transport, 99)); /* over long since */
    CHECK(!rig.transport->ops->cancel(rig.transport, 1));
    CHECK(is_ended(first));
    close(first);
    take_call(&rig);
    hear(&rig, text);
    CHECK(strncmp(text, "GET /2 ", 7) == 0);
    say(&rig, EMPTY);
    check_reply(&rig, 2, 200, "");
    settle(&rig);
    hear(&rig, text);
    CHECK(strncmp(text, "GET /4 ", 7) == 0);
    say(&rig, EMPTY);
    for (int i = 0; i < 3; i++) {
        pump(&rig);
    }
    rig.transport->ops->cancel(rig.transport, 4); /* it is there, unread */
    settle(&rig);
    CHECK(rig.transport->idle);
    rig_close(&rig);
}

/* Who gives up while a connection is dialed has sent nothing. */
static void what_is_dialed_has_not_left(void)
{
    static const struct bell__http_options standard;
    struct rig rig;
    open_rig(&rig, &standard);
    put(&rig, 1, POST, "x", 1);
    flush(&rig);
    CHECK(rig.transport->ops->cancel(rig.transport, 1));
    CHECK_INT(0, inside(&rig)->line_count);
    settle(&rig);
    rig_close(&rig);
}

/* Behind the last byte that came, and before it was taken. */
static void an_answer_is_cancelled_before_it_is_taken(void)
{
    static const struct bell__http_options standard;
    struct rig rig;
    char text[REQUEST_MAX];
    open_rig(&rig, &standard);
    put(&rig, 1, GET, "", 0);
    put(&rig, 2, GET, "", 0);
    flush(&rig);
    int fds[2];
    for (int i = 0; i < 2; i++) {
        take_call(&rig);
        fds[i] = rig.peer.fd;
        hear(&rig, text);
        hang_up_hard(fds[i]);
    }
    CHECK(next(&rig));
    uint64_t other = 3 - rig.frame.tag;
    for (int i = 0; i < 3; i++) {
        pump(&rig);
    }
    rig.transport->ops->cancel(rig.transport, rig.frame.tag); /* is lent */
    CHECK_INT(BELL__EXCHANGE_UNKNOWN, rig.frame.exchange);
    rig.transport->ops->cancel(rig.transport, other);
    settle(&rig);
    CHECK_INT(0, inside(&rig)->line_count);
    rig.peer.fd = -1;
    rig_close(&rig);
}

/* An answer that does not wait for the end of the request. */
static void an_early_answer_counts(void)
{
    static const char *const answers[] = {
        "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig",
        "HTTP/1.1 401 No\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig",
        "HTTP/1.1 400 No\r\n\r\nbig",
    };
    static char large[LARGE];
    for (int i = 0; i < CALLS; i++) {
        static const struct bell__http_options standard;
        struct rig rig;
        char text[REQUEST_MAX];
        memset(large, 'p', sizeof large);
        open_rig(&rig, &standard);
        put(&rig, 1, POST, large, sizeof large);
        flush(&rig);
        take_call(&rig);
        pump(&rig);
        CHECK(peer_request(&rig.peer, text, sizeof text));
        say(&rig, answers[i % 3]);
        if (i >= 3) { /* and is gone: more of the request breaks the line */
            peer_close(&rig.peer);
        } else if (i == 2) {
            shutdown(rig.peer.fd, SHUT_WR);
        }
        static const int statuses[] = {413, 401, 400};
        CHECK(next(&rig));
        if (i == 5) { /* where its end is the line's, a reset cuts it */
            CHECK_INT(BELL__EXCHANGE_UNKNOWN, rig.frame.exchange);
        } else {
            CHECK_INT(BELL__EXCHANGE_REPLIED, rig.frame.exchange);
            CHECK_INT(statuses[i % 3], rig.frame.code);
            CHECK_BYTES("big", rig.frame.bytes, rig.frame.size);
        }
        settle(&rig);
        CHECK_INT(0, inside(&rig)->line_count);
        rig_close(&rig);
    }
}

/* A large request goes out piece by piece, and is answered like any other. */
static void a_large_request_leaves_in_pieces(void)
{
    static const struct bell__http_options standard;
    static char large[LARGE];
    static char heard[LARGE];
    struct rig rig;
    char text[REQUEST_MAX];
    size_t size = 0;
    for (size_t i = 0; i < sizeof large; i++) {
        large[i] = (char)(i * 7 % 251);
    }
    open_rig(&rig, &standard);
    put(&rig, 1, POST, large, sizeof large);
    flush(&rig);
    take_call(&rig);
    pump(&rig);
    CHECK(peer_request(&rig.peer, text, sizeof text));
    CHECK(strstr(text, "\r\nContent-Length: 4194304\r\n") != NULL);
    for (int i = 0; i < 100000 && size < sizeof heard; i++) {
        ssize_t got =
            recv(rig.peer.fd, heard + size, sizeof heard - size, MSG_DONTWAIT);
        size += got > 0 ? (size_t)got : 0;
        bell__loop_pump(rig.loop, 0);
    }
    CHECK_INT(LARGE, size);
    CHECK(memcmp(large, heard, sizeof heard) == 0);
    say(&rig, EMPTY);
    check_reply(&rig, 1, 200, "");
    settle(&rig);
    CHECK_INT(1, inside(&rig)->idle_count);
    rig_close(&rig);
}

/* close() ends all, and the transport may be opened again. */
static void a_close_ends_all(void)
{
    static const struct bell__http_options one = {.connections_max = 1};
    struct rig rig;
    char text[REQUEST_MAX];
    open_rig(&rig, &one);
    put(&rig, 1, GET, "", 0);
    put(&rig, 2, GET, "", 0);
    flush(&rig);
    take_call(&rig);
    hear(&rig, text);
    rig.transport->ops->close(rig.transport, 1000);
    CHECK_INT(BELL__LINE_DOWN, rig.transport->line);
    CHECK(is_ended(rig.peer.fd));
    settle(&rig);
    peer_close(&rig.peer);
    put(&rig, 3, GET, "", 0);
    flush(&rig);
    CHECK_INT(1, rig.outbox.count); /* it takes nothing */
    CHECK_INT(BELL_OK, rig.transport->ops->open(rig.transport));
    flush(&rig);
    take_call(&rig);
    hear(&rig, text);
    say(&rig, EMPTY);
    check_reply(&rig, 3, 200, "");
    rig_close(&rig);
}

/* Nobody listens: none of them has left. */
static void nobody_listens(void)
{
    static const struct bell__http_options one = {.connections_max = 1};
    struct rig rig;
    open_rig(&rig, &one);
    close(rig.peer.listener);
    put(&rig, 1, POST, "x", 1);
    put(&rig, 2, POST, "x", 1);
    flush(&rig);
    rig.peer.listener = dup(0);
    check_end(&rig, 1, BELL__EXCHANGE_NOT_SENT, "Connection refused");
    CHECK(rig.frame.os_error == ECONNREFUSED);
    check_end(&rig, 2, BELL__EXCHANGE_NOT_SENT, "cannot connect to 127.0.0.1");
    CHECK_INT(BELL__LINE_UP, rig.transport->line);
    rig_close(&rig);
}

/* A listener that accepts nothing more, and says nothing. */
static int listen_deaf(uint16_t *port, int fills[4])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(fd, (struct sockaddr *)&address, size) == 0);
    CHECK(listen(fd, 0) == 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    for (int i = 0; i < 4; i++) {
        fills[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(fills[i], (struct sockaddr *)&address, size);
    }
    return fd;
}

static void nobody_is_waited_for_without_end(void)
{
    struct bell__fed_clock clock = {5000000000};
    struct rig rig;
    char url[64];
    uint16_t port = 0;
    int fills[4];
    int deaf = listen_deaf(&port, fills);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)port);
    struct bell__http_options options = {.url = url, .connect_ms = 700};
    open_rig(&rig, &options);
    bell__loop_feed(rig.loop, &clock);
    put(&rig, 1, POST, "x", 1);
    flush(&rig);
    pass_time(&rig, &clock, 699);
    settle(&rig);
    pass_time(&rig, &clock, 1);
    check_end(&rig, 1, BELL__EXCHANGE_NOT_SENT, "not within 700 ms");
    for (int i = 0; i < 4; i++) {
        close(fills[i]);
    }
    close(deaf);
    rig_close(&rig);
}

/* One piece of memory after the other is used again. */
static void an_exchange_takes_no_memory(void)
{
    static const struct bell__http_options standard;
    struct rig rig;
    char text[REQUEST_MAX];
    size_t calls = 0;
    open_rig(&rig, &standard);
    for (uint64_t tag = 1; tag <= 100; tag++) {
        ask(&rig, tag, POST, "{\"some\":\"body\"}");
        if (tag == 1) {
            take_call(&rig);
        }
        hear(&rig, text);
        say(&rig, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}");
        check_reply(&rig, tag, 200, "{\"a\":\"b\"}");
        if (tag == 10) {
            calls = rig.counter.calls;
        }
    }
    CHECK_INT(calls, rig.counter.calls);
    settle(&rig);
    rig.transport->ops->rest(rig.transport);
    bell__outbox_close(&rig.outbox);
    bell__loop_rest(rig.loop);
    CHECK_INT(1, inside(&rig)->idle_count);
    CHECK(rig.counter.bytes <= REST_BYTES_MAX);
    printf("%zu bytes at rest, %zu of them the transport's and a line's\n",
           rig.counter.bytes,
           sizeof(struct bell__http) + sizeof(struct bell__http_line));
    rig_close(&rig);
}

int main(void)
{
    there_are_only_so_many();
    only_so_many_are_kept();
    nothing_is_kept_for_long();
    a_late_loop_takes_no_old_one();
    what_is_cancelled_is_not_told_of();
    what_is_dialed_has_not_left();
    an_answer_is_cancelled_before_it_is_taken();
    an_early_answer_counts();
    a_large_request_leaves_in_pieces();
    a_close_ends_all();
    nobody_listens();
    nobody_is_waited_for_without_end();
    an_exchange_takes_no_memory();
    return check_report();
}
