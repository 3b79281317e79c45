/* http_once_test.c: servers that break connections at every point of an
 * exchange: what is told of the request is true, and no server reads a request
 * twice of which it may have had a byte. */
#include <errno.h>

#include "transport/http_line.h"
#include "unit/exchange.h"

enum { CALLS_MAX = 8, HEARD_MAX = 8192, BODY_BYTES = 256 };

#define OK    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define STRAY "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
#define TOO_SLOW                                                               \
    "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n"                    \
    "Connection: close\r\n\r\n"

/* Where the server does it. */
enum when {
    STALE, /* on a kept line, and the loop has had time to see it */
    RACE,  /* on a kept line; nobody has looked at it since */
    WINK,  /* ... but behind the look: between it and the first write */
    HEAD,  /* it has read the head */
    ALL    /* it has read all */
};

enum hangup { STAYS, FIN, RST };

struct fault {
    const char *name;
    enum when when;
    const char *says; /* before it hangs up */
    enum hangup hangup;
    bool fresh; /* on a new connection */
    enum bell__exchange end;
    const char *said; /* the body, or words of the trouble */
    int copies;       /* of the request that servers have read */
};

#define AGAIN          .end = BELL__EXCHANGE_REPLIED, .said = "ok", .copies = 1
#define UNKNOWN(words) .end = BELL__EXCHANGE_UNKNOWN, .said = words, .copies = 1

static const struct fault faults[] = {
    {"ended while it was kept", STALE, "", FIN, AGAIN},
    {"broken while it was kept", STALE, "", RST, AGAIN},
    {"a 408 and an end while it was kept", STALE, TOO_SLOW, FIN, AGAIN},
    {"a stray answer while it was kept", STALE, STRAY, STAYS, AGAIN},
    {"ended just before", RACE, "", FIN, AGAIN},
    {"broken just before", RACE, "", RST, AGAIN},
    {"a 408 and an end just before", RACE, TOO_SLOW, FIN, AGAIN},
    {"a stray answer and an end just before", RACE, STRAY, FIN, AGAIN},
    {"a stray answer just before", RACE, STRAY, STAYS, AGAIN},
    {"broken between the look and the write", WINK, "", RST, AGAIN},
    {"ended between the look and the write", WINK, "", FIN,
     UNKNOWN("the server ended the connection without an answer")},
    {"broken behind the head", HEAD, "", RST, UNKNOWN("the connection broke")},
    {"ended behind the head", HEAD, "", FIN,
     UNKNOWN("the server ended the connection without an answer")},
    {"ended behind all", ALL, "", FIN,
     UNKNOWN("the server ended the connection without an answer")},
    {"broken behind all", ALL, "", RST, UNKNOWN("the connection broke")},
    {"nine bytes of an answer, ended", ALL, "HTTP/1.1 2", FIN,
     UNKNOWN("the server ended the connection within its answer")},
    {"nine bytes of an answer, broken", ALL, "HTTP/1.1 2", RST,
     UNKNOWN("the connection broke")},
    {"half a head, ended", ALL, "HTTP/1.1 200 OK\r\nContent-", FIN,
     UNKNOWN("the server ended the connection within its answer")},
    {"100 Continue, ended", ALL, "HTTP/1.1 100 Continue\r\n\r\n", FIN,
     UNKNOWN("the server ended the connection without an answer")},
    {"half a body, ended", ALL,
     "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", FIN,
     UNKNOWN("the server ended the connection within its answer")},
    {"a new one, ended behind all", ALL, "", FIN, .fresh = true,
     UNKNOWN("the server ended the connection without an answer")},
    {"a new one, broken behind all", ALL, "", RST, .fresh = true,
     UNKNOWN("the connection broke")},
    {"a new one, broken behind the head", HEAD, "", RST, .fresh = true,
     UNKNOWN("the connection broke")},
};

/* ---- A server with many connections ----------------------------------------
 */

struct call {
    int fd;
    char heard[HEARD_MAX];
    size_t size;
    int answered;
};

struct server {
    struct rig rig;
    struct call calls[CALLS_MAX];
    int count;
    const struct fault *fault; /* NULL: all is well */
    int faulty;                /* the call on which it happens; -1: the next */
};

/* Of the server whose line is looked at: the test is one thread. */
static struct server *winking;

static void hang_up(struct call *call, const struct fault *fault)
{
    struct linger hard = {1, 0};
    if (fault->says[0] != '\0') {
        send(call->fd, fault->says, strlen(fault->says), MSG_NOSIGNAL);
    }
    if (fault->hangup == RST) {
        setsockopt(call->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(call->fd);
        call->fd = -1;
    } else if (fault->hangup == FIN) {
        shutdown(call->fd, SHUT_WR);
    }
}

/* How often `mark` stands in what the call has heard. */
static int copies_of(const struct call *call, const char *mark)
{
    int copies = 0;
    const char *at = call->heard;
    for (at = strstr(at, mark); at != NULL; at = strstr(at + 1, mark)) {
        copies++;
    }
    return copies;
}

static int wholes(const struct call *call)
{
    return copies_of(call, "!end");
}

static void hear_call(struct server *server, int index)
{
    struct call *call = &server->calls[index];
    const struct fault *fault = server->fault;
    ssize_t got = call->fd < 0 ? -1
                               : recv(call->fd, call->heard + call->size,
                                      HEARD_MAX - 1 - call->size, MSG_DONTWAIT);
    if (got > 0) {
        call->size += (size_t)got;
        call->heard[call->size] = '\0';
    }
    bool headed = copies_of(call, "POST /once ") != 0 &&
                  strstr(call->heard, "\r\n\r\n") != NULL;
    bool met = fault != NULL && headed && index == server->faulty &&
               (fault->when == HEAD ||
                (fault->when == ALL && strstr(call->heard, "?end") != NULL));
    if (met) {
        server->fault = NULL;
        hang_up(call, fault);
    } else if (call->fd >= 0 && wholes(call) > call->answered) {
        call->answered++;
        send(call->fd, OK, sizeof OK - 1, MSG_NOSIGNAL);
    }
}

static void serve(struct server *server)
{
    struct pollfd wait = {server->rig.peer.listener, POLLIN, 0};
    while (server->count < CALLS_MAX && poll(&wait, 1, 0) == 1) {
        struct call *call = &server->calls[server->count++];
        memset(call, 0, sizeof *call);
        call->fd = accept(server->rig.peer.listener, NULL, NULL);
    }
    for (int i = 0; i < server->count; i++) {
        hear_call(server, i);
    }
}

static bool wait_end(struct server *server)
{
    struct rig *rig = &server->rig;
    for (int i = 0; i < ROUNDS_MAX; i++) {
        if (rig->transport->ops->receive(rig->transport, &rig->frame)) {
            return true;
        }
        bell__loop_pump(rig->loop, 1);
        serve(server);
    }
    return false;
}

/* ---- Exchanges -------------------------------------------------------------
 */

static void send_body(struct server *server, uint64_t tag, const char *head,
                      const char *end)
{
    char body[BODY_BYTES + 8];
    memset(body, 'p', BODY_BYTES);
    snprintf(body + BODY_BYTES, 8, "%s", end);
    ask(&server->rig, tag, head, body);
}

/* One that leaves its connection behind, kept. */
static void warm_up(struct server *server)
{
    send_body(server, 1, "POST /warm HTTP/1.1\r\n", "!end");
    CHECK(wait_end(server));
    CHECK_INT(BELL__EXCHANGE_REPLIED, server->rig.frame.exchange);
    CHECK(!server->rig.transport->ops->receive(server->rig.transport,
                                               &server->rig.frame));
}

static const struct bell__socket_ops *real_ops;
static struct bell__socket_ops winking_ops;

/* Quiet it was; now it is not any more. */
static bool wink(struct bell__socket *socket)
{
    struct server *server = winking;
    bool quiet = real_ops->quiet(socket);
    CHECK(quiet);
    hang_up(&server->calls[server->faulty], server->fault);
    server->fault = NULL;
    poll(NULL, 0, 2); /* the kernel tells the other end */
    return true;
}

static void arm_wink(struct server *server)
{
    struct bell__http *http =
        (struct bell__http *)(void *)server->rig.transport;
    struct bell__socket *socket = &http->lines->connection.socket;
    real_ops = socket->ops;
    winking_ops = *real_ops;
    winking_ops.quiet = wink;
    socket->ops = &winking_ops;
    winking = server;
}

static void prepare(struct server *server, const struct fault *fault)
{
    server->faulty = fault->fresh ? 0 : server->count - 1;
    server->fault = fault;
    if (fault->when == WINK) {
        arm_wink(server);
    } else if (fault->when < WINK) {
        hang_up(&server->calls[server->faulty], fault);
        server->fault = NULL;
        poll(NULL, 0, 2);
    }
    for (int i = 0; fault->when == STALE && i < 3; i++) {
        bell__loop_pump(server->rig.loop, 1);
    }
}

static void check_fault(const struct fault *fault)
{
    struct server server;
    memset(&server, 0, sizeof server);
    int failed = check_failed;
    int copies = 0;
    rig_open(&server.rig);
    if (!fault->fresh) {
        warm_up(&server);
    }
    prepare(&server, fault);
    bool well = fault->when < HEAD;
    send_body(&server, 2, "POST /once HTTP/1.1\r\n", well ? "!end" : "?end");
    CHECK(wait_end(&server));
    const struct bell__frame *frame = &server.rig.frame;
    CHECK_INT(2, frame->tag);
    CHECK_INT(fault->end, frame->exchange);
    const char *trouble = frame->trouble != NULL ? frame->trouble : "";
    if (frame->exchange == BELL__EXCHANGE_REPLIED) {
        CHECK_BYTES(fault->said, frame->bytes, frame->size);
    } else {
        check_count(strstr(trouble, fault->said) != NULL, trouble, 0,
                    fault->said);
    }
    for (int i = 0; i < 5; i++) { /* whatever else would come */
        bell__loop_pump(server.rig.loop, 1);
        serve(&server);
    }
    for (int i = 0; i < server.count; i++) {
        copies += copies_of(&server.calls[i], "POST /once ");
        if (server.calls[i].fd >= 0) {
            close(server.calls[i].fd);
        }
    }
    CHECK_INT(fault->copies, copies);
    rig_close(&server.rig);
    if (check_failed != failed) {
        fprintf(stderr, "  of: %s\n", fault->name);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        check_fault(&faults[i]);
    }
    return check_report();
}
