/* tunnel_test.c: a way through a proxy, for HTTP and for a WebSocket: what it
 * is asked, what it may answer, and that nothing leaves before there is one. */
#include "base/memory.h"
#include "transport/proxy.h"

#include <tasks.h>

#include "transport/ws.h"
#include "unit/exchange.h"

#define GET   "GET /a HTTP/1.1\r\n"
#define OK    "HTTP/1.1 200 OK\r\n"
#define EMPTY OK "Content-Length: 0\r\n\r\n"

static void proxies_are_read(void)
{
    static const struct {
        const char *url;
        const char *host;
        uint16_t port;
        const char *authorization;
    } good[] = {
        {"http://proxy:3128", "proxy", 3128, ""},
        {"HTTP://proxy:3128/", "proxy", 3128, ""},
        {"http://[::1]:8080", "::1", 8080, ""},
        {"http://proxy", "proxy", 80, ""},
        {"http://Aladdin:open%20sesame@proxy:1", "proxy", 1,
         "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"http://a:b@c@proxy:1", "proxy", 1, "Basic YTpiQGM="},
        {"http://u:@proxy:1", "proxy", 1, "Basic dTo="},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct bell__proxy *proxy = NULL;
        bell_error error;
        CHECK_INT(BELL_OK, bell__proxy_make(&bell__memory_default, good[i].url,
                                            &proxy, &error));
        if (proxy == NULL) {
            continue;
        }
        CHECK_BYTES(good[i].host, proxy->url.host.text, proxy->url.host.size);
        CHECK_INT(good[i].port, proxy->url.port);
        CHECK_TEXT(good[i].authorization,
                   proxy->authorization == NULL ? "" : proxy->authorization);
        bell__proxy_free(proxy);
    }
}

/* And nothing of a password is said. */
static void wrong_ones_are_refused(void)
{
    static const struct {
        const char *url;
        const char *words;
    } bad[] = {
        {"https://proxy:1", "does not begin with http://"},
        {"proxy:3128", "does not begin with http://"},
        {"", "does not begin with http://"},
        {"http://", "is wrong"},
        {"http://secret:secret@", "is wrong"},
        {"http://secret:secret@proxy:99999", "is wrong"},
        {"http://secret:secret@proxy:1/path", "has a path"},
        {"http://secret:secret@proxy:1/?x", "has a path"},
        {"http://secret@proxy:1", "has no user:password"},
        {"http://secret:secre%t@proxy:1", "has no user:password"},
        {"http://secret:secret%0d%0a@proxy:1", "has no user:password"},
        {"http://secret:secret%4@proxy:1", "has no user:password"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bell__proxy *proxy = NULL;
        bell_error error;
        CHECK_INT(BELL_INVALID, bell__proxy_make(&bell__memory_default,
                                                 bad[i].url, &proxy, &error));
        CHECK(proxy == NULL);
        CHECK(strstr(error.message, bad[i].words) != NULL);
        CHECK(strstr(error.message, "secret") == NULL);
    }
}

/* To http://target:81/base through the peer. */
static void open_rig(struct rig *rig, const char *user, const char *url)
{
    char proxy[128];
    rig_wire(rig);
    snprintf(proxy, sizeof proxy, "http://%s127.0.0.1:%u", user,
             (unsigned)rig->peer.port);
    struct bell__http_options options = {.url = url, .proxy = proxy};
    CHECK_INT(BELL_OK, rig_make(rig, "", &options));
}

/* One byte after the other: an answer comes in any pieces. */
static void say_slowly(struct rig *rig, const char *text)
{
    for (; *text != '\0'; text++) {
        CHECK(peer_say(&rig->peer, text, 1));
        bell__loop_pump(rig->loop, 1);
    }
}

static void requests_go_through(void)
{
    static const struct {
        const char *user;
        const char *url;
        const char *asked;
        const char *answer;
        const char *host;
    } cases[] = {
        {"", "http://target:81/base",
         "CONNECT target:81 HTTP/1.1\r\nHost: target:81\r\n\r\n", OK "\r\n",
         "target:81"},
        {"u:p@", "http://target/base",
         "CONNECT target:80 HTTP/1.1\r\nHost: target:80\r\n"
         "Proxy-Authorization: Basic dTpw\r\n\r\n",
         "HTTP/1.1 102 Wait\r\n\r\nHTTP/1.0 200 Connected\r\n"
         "Content-Length: 5\r\n\r\n",
         "target"},
        {"", "http://[::2]:7/base",
         "CONNECT [::2]:7 HTTP/1.1\r\nHost: [::2]:7\r\n\r\n",
         "HTTP/1.1 204 Good\r\n\r\n", "[::2]:7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        char text[REQUEST_MAX];
        char want[REQUEST_MAX];
        open_rig(&rig, cases[i].user, cases[i].url);
        for (uint64_t tag = 1; tag <= 2; tag++) {
            ask(&rig, tag, GET, "");
            if (tag == 1) {
                take_call(&rig);
                hear(&rig, text);
                CHECK_TEXT(cases[i].asked, text);
                say_slowly(&rig, cases[i].answer);
            }
            hear(&rig, text);
            snprintf(want, sizeof want,
                     "GET /base/a HTTP/1.1\r\nHost: %s\r\nUser-Agent: "
                     "bellpull/%s\r\n\r\n",
                     cases[i].host, bell_version());
            CHECK_TEXT(want, text);
            say(&rig, EMPTY);
            check_reply(&rig, tag, 200, "");
        }
        rig_close(&rig);
    }
}

static void no_way_is_not_sent(void)
{
    static const struct {
        const char *answer;
        const char *words;
    } cases[] = {
        {"HTTP/1.1 407 No\r\n\r\n", "the proxy wants other credentials (407)"},
        {"HTTP/1.1 502 No\r\n\r\n", "the proxy has refused the way with 502"},
        {"HTTP/1.1 301 No\r\n\r\n", "the proxy has refused the way with 301"},
        {OK "\r\nmore", "the proxy says more than it was asked for"},
        {"hello\r\n\r\n", "the proxy's answer is not HTTP/1.1: the first line"},
        {OK "a : b\r\n\r\n", "the proxy's answer is not HTTP/1.1: a header"},
        {OK "X: y\r\n", "the proxy ended the connection"},
        {"", "the proxy ended the connection"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        char text[REQUEST_MAX];
        open_rig(&rig, "u:secret@", "http://target:81/base");
        ask(&rig, 1, GET, "");
        take_call(&rig);
        hear(&rig, text);
        say(&rig, cases[i].answer);
        shutdown(rig.peer.fd, SHUT_WR);
        check_end(&rig, 1, BELL__EXCHANGE_NOT_SENT, cases[i].words);
        CHECK(recv(rig.peer.fd, text, 1, 0) <= 0);
        rig_close(&rig);
    }
}

static void an_endless_answer_has_an_end(void)
{
    static const char *const more[] = {"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
                                       "\r\nHTTP/1.1 100 Wait\r\n"};
    for (size_t i = 0; i < 2; i++) {
        struct rig rig;
        char text[REQUEST_MAX];
        open_rig(&rig, "", "http://target");
        ask(&rig, 1, GET, "");
        take_call(&rig);
        hear(&rig, text);
        say(&rig, "HTTP/1.1 100 Wait\r\n");
        bool ended = false;
        for (int said = 0; said < 10000 && !ended; said++) {
            send(rig.peer.fd, more[i], strlen(more[i]), MSG_NOSIGNAL);
            bell__loop_pump(rig.loop, 0);
            ended = rig.transport->ops->receive(rig.transport, &rig.frame);
        }
        CHECK(ended);
        CHECK_INT(BELL__EXCHANGE_NOT_SENT, rig.frame.exchange);
        CHECK(strstr(rig.frame.trouble, "is not HTTP/1.1") != NULL);
        rig_close(&rig);
    }
}

static void no_proxy_is_there(void)
{
    struct rig rig;
    open_rig(&rig, "u:secret@", "http://target");
    close(rig.peer.listener);
    ask(&rig, 1, GET, "");
    rig.peer.listener = dup(0);
    check_end(&rig, 1, BELL__EXCHANGE_NOT_SENT,
              "cannot connect to the proxy 127.0.0.1:");
    CHECK(strstr(rig.frame.trouble, "secret") == NULL);
    rig_close(&rig);
}

/* The upgrade of a WebSocket goes the same way. */
static void a_websocket_goes_through(void)
{
    struct rig rig;
    char proxy[64];
    char text[REQUEST_MAX];
    bell_error error;
    rig_wire(&rig);
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u",
             (unsigned)rig.peer.port);
    struct bell__ws_options options = {.memory = &rig.memory,
                                       .loop = rig.loop,
                                       .guest = &rig.guest,
                                       .url = "ws://target:82/line",
                                       .proxy = proxy,
                                       .message_bytes_max = 1000};
    CHECK_INT(BELL_OK, bell__ws_make(&options, &rig.transport, &error));
    CHECK_INT(BELL_OK, rig.transport->ops->open(rig.transport));
    take_call(&rig);
    hear(&rig, text);
    CHECK_TEXT("CONNECT target:82 HTTP/1.1\r\nHost: target:82\r\n\r\n", text);
    say(&rig, OK "\r\n");
    for (int i = 0; i < 3; i++) {
        pump(&rig);
    }
    CHECK(peer_upgrade(&rig.peer, "\x81\x02hi", 4));
    CHECK(next(&rig));
    CHECK_BYTES("hi", rig.frame.bytes, rig.frame.size);
    rig_close(&rig);
    rig_wire(&rig);
    options.loop = rig.loop;
    options.proxy = "https://proxy";
    CHECK_INT(BELL_INVALID, bell__ws_make(&options, &rig.transport, &error));
    CHECK(strstr(error.message, "the proxy's url") != NULL);
    rig_close(&rig);
}

/* As a program says it. */
static void an_option_says_so(void)
{
    struct peer peer;
    char proxy[64];
    char text[REQUEST_MAX];
    bell_client *client = NULL;
    bell_error error;
    peer_listen(&peer);
    snprintf(proxy, sizeof proxy, "http://u:p@127.0.0.1:%u",
             (unsigned)peer.port);
    bell_options options = {.url = "ws://target:82", .proxy = proxy};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    struct pollfd wait = {peer.listener, POLLIN, 0};
    for (int i = 0; i < ROUNDS_MAX && poll(&wait, 1, 0) != 1; i++) {
        bell_loop_run(bell_client_loop(client), 5);
    }
    peer.fd = accept(peer.listener, NULL, NULL);
    bell_loop_run(bell_client_loop(client), 5);
    CHECK(peer_request(&peer, text, sizeof text));
    CHECK_TEXT("CONNECT target:82 HTTP/1.1\r\nHost: target:82\r\n"
               "Proxy-Authorization: Basic dTpw\r\n\r\n",
               text);
    bell_close(client);
    peer_end(&peer);
}

int main(void)
{
    proxies_are_read();
    wrong_ones_are_refused();
    requests_go_through();
    no_way_is_not_sent();
    an_endless_answer_has_an_end();
    no_proxy_is_there();
    a_websocket_goes_through();
    an_option_says_so();
    return check_report();
}
