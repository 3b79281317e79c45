/* http_test.c: exchanges of HTTP with a server that answers: what is sent, what
 * comes, which connections are kept and what is told of those that break. */
#include <netinet/tcp.h>

#include "unit/exchange.h"

#define GET  "GET /a HTTP/1.1\r\n"
#define POST "POST /a HTTP/1.1\r\n"
#define OK   "HTTP/1.1 200 OK\r\n"

static void a_request_is_whole(void)
{
    static const bell_header headers[] = {{"X-One", "1"}, {"X-Two", "2"}};
    struct bell__http_options options = {
        .headers = headers, .header_count = 2, .user_agent = "test/1"};
    struct rig rig;
    char text[REQUEST_MAX];
    char want[REQUEST_MAX];
    rig_wire(&rig);
    CHECK_INT(BELL_OK, rig_make(&rig, "/base/v1//", &options));
    ask(&rig, 7, "POST /a?b=c HTTP/1.1\r\nAccept: */*\r\n", "{\"x\":1}");
    take_call(&rig);
    hear(&rig, text);
    snprintf(want, sizeof want,
             "POST /base/v1/a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
             "User-Agent: test/1\r\nAccept: */*\r\nX-One: 1\r\nX-Two: 2\r\n"
             "Content-Length: 7\r\n\r\n{\"x\":1}",
             (unsigned)rig.peer.port);
    CHECK_TEXT(want, text);
    say(&rig, OK "X-A: b\r\nContent-Length: 5\r\nx-c:\t d \r\n\r\nhello");
    check_reply(&rig, 7, 200, "hello");
    CHECK_BYTES("X-A: b\r\nContent-Length: 5\r\nx-c:\t d \r\n", rig.frame.head,
                rig.frame.head_size);
    CHECK(rig.transport->heard);
    rig_close(&rig);
}

/* What the protocol writes anew for each try. */
static void a_lead_stands_behind_the_request_line(void)
{
    static const char lead[] = "Accept: */*\r\nAuthorization: Bearer t\r\n";
    static const char head[] = "HEAD /a HTTP/1.1\r\nX-A: b\r\n";
    struct rig rig;
    char both[sizeof lead + sizeof head];
    char text[REQUEST_MAX];
    char want[REQUEST_MAX];
    rig_open(&rig);
    snprintf(both, sizeof both, "%s%s", lead, head);
    put(&rig, 1, both, "", 0);
    rig.outbox.spans[0].lead_size = sizeof lead - 1;
    flush(&rig);
    take_call(&rig);
    hear(&rig, text);
    snprintf(want, sizeof want,
             "HEAD /a HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: "
             "bellpull/%s\r\n%sX-A: b\r\n\r\n",
             (unsigned)rig.peer.port, bell_version(), lead);
    CHECK_TEXT(want, text);
    say(&rig, OK "Content-Length: 5\r\n\r\n");
    check_reply(&rig, 1, 200, "");
    rig_close(&rig);
}

/* RFC 9110 8.6. */
static void a_length_is_told_where_it_means_something(void)
{
    static const struct {
        const char *head;
        bool told;
    } cases[] = {
        {"GET /a HTTP/1.1\r\n", false},     {"DELETE /a HTTP/1.1\r\n", false},
        {"POST /a HTTP/1.1\r\n", true},     {"PUT /a HTTP/1.1\r\n", true},
        {"PATCH /a HTTP/1.1\r\n", true},    {"POSTS /a HTTP/1.1\r\n", false},
        {"OPTIONS /a HTTP/1.1\r\n", false},
    };
    struct rig rig;
    char text[REQUEST_MAX];
    rig_open(&rig);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask(&rig, i, cases[i].head, "");
        if (i == 0) {
            take_call(&rig);
        }
        hear(&rig, text);
        CHECK(cases[i].told ==
              (strstr(text, "\r\nContent-Length: 0\r\n") != NULL));
        say(&rig, "HTTP/1.1 204 No Content\r\n\r\n");
        check_reply(&rig, i, 204, "");
    }
    rig_close(&rig);
}

/* A HEAD is answered with the length of what is not there. */
static void a_head_has_no_body(void)
{
    struct rig rig;
    char text[REQUEST_MAX];
    rig_open(&rig);
    for (uint64_t i = 0; i < 2; i++) {
        ask(&rig, i, "HEAD /a HTTP/1.1\r\n", "");
        if (i == 0) {
            take_call(&rig);
        }
        hear(&rig, text);
        say(&rig, OK "Content-Length: 500\r\n\r\n");
        check_reply(&rig, i, 200, "");
    }
    rig_close(&rig);
}

/* Whatever comes in pieces is the same. */
static void an_answer_comes_byte_by_byte(void)
{
    static const char answer[] =
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" OK
        "Transfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n00a;x=y\r\n, chunked \r\n1\r\n!\r\n0\r\nX: y\r\n\r\n";
    struct rig rig;
    char text[REQUEST_MAX];
    rig_open(&rig);
    ask(&rig, 1, GET, "");
    take_call(&rig);
    int at_once = 1;
    setsockopt(rig.peer.fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    hear(&rig, text);
    for (size_t i = 0; i + 1 < sizeof answer; i++) {
        CHECK(peer_say(&rig.peer, answer + i, 1));
        bell__loop_pump(rig.loop, 100);
        if (i + 2 < sizeof answer) {
            CHECK(!rig.transport->ops->receive(rig.transport, &rig.frame));
        }
    }
    check_reply(&rig, 1, 200, "hello, chunked !");
    ask(&rig, 2, GET, "");
    hear(&rig, text);
    say(&rig, OK "Content-Length: 0\r\n\r\n");
    check_reply(&rig, 2, 200, "");
    rig_close(&rig);
}

static void wrong_options_are_refused(void)
{
    static const struct bell__http_options cases[] = {
        {.url = "http://host/a?b=c"},
        {.url = "gopher://host"},
        {.url = "http://host", .user_agent = "two\r\nlines"},
        {.url = "http://host", .proxy = "socks://host"},
#if !BELL_HAS_ZLIB
        {.url = "http://host", .gzip = true},
#endif
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        rig_wire(&rig);
        CHECK_INT(BELL_INVALID, rig_make(&rig, "", &cases[i]));
        rig_close(&rig);
    }
}

int main(void)
{
    a_request_is_whole();
    a_lead_stands_behind_the_request_line();
    a_length_is_told_where_it_means_something();
    a_head_has_no_body();
    an_answer_comes_byte_by_byte();
    wrong_options_are_refused();
    return check_report();
}
