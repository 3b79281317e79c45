/* tls_http_test.c: exchanges of HTTP over TLS: connections are kept, whatever
 * TLS says on them by itself, and an end is one only where TLS says so. */
#include "transport/http_line.h"
#include "unit/exchange.h"
#include "unit/front.h"

enum { LARGE = 1024 * 1024 };

#define GET "GET /a HTTP/1.1\r\n"
#define OK  "HTTP/1.1 200 OK\r\n"

static struct identity authority;
static struct identity server;
static struct identity stranger;
static char folder[] = P_tmpdir "/bell_tls_http_XXXXXX";
static char ca_file[64];

/* A transport, the TLS in front of its peer, and how it is. */
struct secure {
    struct rig rig;
    struct front front;
    SSL_CTX *context;
};

static void secure_open(struct secure *secure, int version_max, bool notifies,
                        const struct identity *identity)
{
    char url[64];
    struct bell__tls_options tls = {.ca_file = ca_file};
    memset(&secure->front, 0, sizeof secure->front);
    rig_wire(&secure->rig);
    secure->context = identity == NULL ? NULL : front_context(identity, NULL);
    if (version_max != 0) {
        SSL_CTX_set_max_proto_version(secure->context, version_max);
    }
    secure->front.tls = secure->context;
    secure->front.notifies = notifies;
    if (identity == NULL) {
        secure->front.banner = "HTTP/1.1 400 No\r\n\r\n";
    }
    secure->front.backend = secure->rig.peer.port;
    front_start(&secure->front);
    snprintf(url, sizeof url, "https://localhost:%u",
             (unsigned)secure->front.peer.port);
    struct bell__http_options options = {
        .url = url, .tls = &tls, .message_bytes_max = LARGE};
    CHECK_INT(BELL_OK, rig_make(&secure->rig, "", &options));
}

static void secure_close(struct secure *secure)
{
    rig_close(&secure->rig);
    front_end(&secure->front);
    SSL_CTX_free(secure->context);
}

/* The front has threads of its own: until there is something to hear. */
static void hear_slowly(struct rig *rig, char text[REQUEST_MAX])
{
    struct pollfd wait = {rig->peer.fd, POLLIN, 0};
    for (int i = 0; i < ROUNDS_MAX && poll(&wait, 1, 0) != 1; i++) {
        pump(rig);
    }
    hear(rig, text);
}

/* TLS 1.3 sends its tickets behind the first answer, or before it. */
static void a_connection_is_kept(int version_max)
{
    struct secure secure;
    char text[REQUEST_MAX];
    secure_open(&secure, version_max, false, &server);
    for (uint64_t tag = 1; tag <= 5; tag++) {
        ask(&secure.rig, tag, GET, "");
        if (tag == 1) {
            take_call(&secure.rig);
        }
        hear_slowly(&secure.rig, text);
        say(&secure.rig, OK "Content-Length: 5\r\n\r\nhello");
        check_reply(&secure.rig, tag, 200, "hello");
        for (int i = 0; i < 3; i++) {
            pump(&secure.rig);
        }
    }
    CHECK_INT(1, __atomic_load_n(&secure.front.handshakes, __ATOMIC_SEQ_CST));
    secure_close(&secure);
}

/* Whose end is not told of in TLS was cut by anybody. */
static void an_end_is_told_of(void)
{
    for (int told = 0; told < 2; told++) {
        struct secure secure;
        char text[REQUEST_MAX];
        secure_open(&secure, 0, told == 1, &server);
        ask(&secure.rig, 1, GET, "");
        take_call(&secure.rig);
        hear_slowly(&secure.rig, text);
        say(&secure.rig, OK "\r\nuntil the end");
        peer_close(&secure.rig.peer);
        if (told == 1) {
            check_reply(&secure.rig, 1, 200, "until the end");
        } else {
            check_end(&secure.rig, 1, BELL__EXCHANGE_UNKNOWN,
                      "the server ended the connection");
        }
        secure_close(&secure);
    }
}

static void a_kept_one_that_ended_is_replaced(void)
{
    struct secure secure;
    char text[REQUEST_MAX];
    secure_open(&secure, 0, true, &server);
    for (uint64_t tag = 1; tag <= 2; tag++) {
        ask(&secure.rig, tag, "POST /a HTTP/1.1\r\n", "once");
        take_call(&secure.rig);
        hear_slowly(&secure.rig, text);
        say(&secure.rig, OK "Content-Length: 2\r\n\r\nok");
        check_reply(&secure.rig, tag, 200, "ok");
        CHECK(!secure.rig.transport->ops->receive(secure.rig.transport,
                                                  &secure.rig.frame));
        peer_close(&secure.rig.peer);
        const struct bell__http *http =
            (const struct bell__http *)(void *)secure.rig.transport;
        for (int i = 0; i < ROUNDS_MAX && http->line_count != 0; i++) {
            pump(&secure.rig);
        }
        CHECK_INT(0, http->line_count);
    }
    secure_close(&secure);
}

static void who_is_not_trusted_hears_nothing(void)
{
    struct secure secure;
    secure_open(&secure, 0, false, &stranger);
    ask(&secure.rig, 1, "POST /a HTTP/1.1\r\n", "secret");
    check_end(&secure.rig, 1, BELL__EXCHANGE_NOT_SENT,
              "not signed by a trusted authority");
    secure_close(&secure);
    secure_open(&secure, 0, false, NULL); /* plain */
    ask(&secure.rig, 1, "POST /a HTTP/1.1\r\n", "secret");
    check_end(&secure.rig, 1, BELL__EXCHANGE_NOT_SENT, "TLS");
    secure_close(&secure);
}

/* What TLS holds back is a part of the request too. */
static void much_goes_both_ways(void)
{
    static char large[LARGE + 1];
    static char heard[LARGE];
    struct secure secure;
    char text[REQUEST_MAX];
    size_t size = 0;
    for (size_t i = 0; i < LARGE; i++) {
        large[i] = (char)('a' + i * 7 % 25);
    }
    secure_open(&secure, 0, false, &server);
    struct rig *rig = &secure.rig;
    for (uint64_t tag = 1; tag <= 2; tag++) {
        CHECK(!rig->transport->ops->receive(rig->transport, &rig->frame));
        put(rig, tag, "POST /a HTTP/1.1\r\n", large, LARGE);
        flush(rig);
        if (tag == 1) {
            take_call(rig);
        }
        struct pollfd wait = {rig->peer.fd, POLLIN, 0};
        for (int i = 0; i < ROUNDS_MAX && poll(&wait, 1, 0) != 1; i++) {
            pump(rig);
        }
        CHECK(peer_request(&rig->peer, text, sizeof text));
        size = 0;
        for (int i = 0; i < 100000 && size < LARGE; i++) {
            ssize_t got =
                recv(rig->peer.fd, heard + size, LARGE - size, MSG_DONTWAIT);
            size += got > 0 ? (size_t)got : 0;
            bell__loop_pump(rig->loop, got > 0 ? 0 : 1);
        }
        CHECK_INT(LARGE, size);
        CHECK(memcmp(large, heard, LARGE) == 0);
        snprintf(text, sizeof text, OK "Content-Length: %d\r\n\r\n", LARGE);
        say(rig, text);
        for (size_t at = 0; at < LARGE;) {
            ssize_t sent = send(rig->peer.fd, large + at, LARGE - at,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
            at += sent > 0 ? (size_t)sent : 0;
            bell__loop_pump(rig->loop, sent > 0 ? 0 : 1);
            if (at < LARGE) {
                CHECK(
                    !rig->transport->ops->receive(rig->transport, &rig->frame));
            }
        }
        check_reply(rig, tag, 200, large);
    }
    CHECK_INT(1, __atomic_load_n(&secure.front.handshakes, __ATOMIC_SEQ_CST));
    secure_close(&secure);
}

static bool starts(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The proxy sees the name, and nothing of what is said. */
static void a_proxy_is_passed(void)
{
    struct secure secure;
    char proxy[64];
    char text[REQUEST_MAX];
    struct bell__tls_options tls = {.ca_file = ca_file};
    memset(&secure.front, 0, sizeof secure.front);
    rig_wire(&secure.rig);
    secure.context = front_context(&server, NULL);
    secure.front.tls = secure.context;
    secure.front.proxies = true;
    secure.front.backend = secure.rig.peer.port;
    front_start(&secure.front);
    snprintf(proxy, sizeof proxy, "http://u:p@127.0.0.1:%u",
             (unsigned)secure.front.peer.port);
    struct bell__http_options options = {
        .url = "https://localhost:9/base", .tls = &tls, .proxy = proxy};
    CHECK_INT(BELL_OK, rig_make(&secure.rig, "", &options));
    ask(&secure.rig, 1, GET, "");
    take_call(&secure.rig);
    hear_slowly(&secure.rig, text);
    CHECK(starts(text, "GET /base/a HTTP/1.1\r\nHost: localhost:9\r\n"));
    CHECK(strstr(text, "Proxy") == NULL);
    say(&secure.rig, OK "Content-Length: 2\r\n\r\nok");
    check_reply(&secure.rig, 1, 200, "ok");
    secure_close(&secure);
}

/* From http to https, whose certificate is looked at; never back. */
static void a_way_leads_into_tls(void)
{
    struct secure secure;
    struct rig plain;
    char text[REQUEST_MAX];
    struct bell__tls_options tls = {.ca_file = ca_file};
    struct bell__http_options options = {.tls = &tls};
    secure_open(&secure, 0, false, &server);
    rig_wire(&plain);
    CHECK_INT(BELL_OK, rig_make(&plain, "", &options));
    ask(&plain, 1, "POST /a HTTP/1.1\r\nAuthorization: s\r\n", "body");
    take_call(&plain);
    hear(&plain, text);
    snprintf(text, sizeof text,
             "HTTP/1.1 307 To\r\nContent-Length: 0\r\nLocation: "
             "https://localhost:%u/b\r\n\r\n",
             (unsigned)secure.front.peer.port);
    say(&plain, text);
    CHECK(!next_now(&plain));
    struct peer own = plain.peer;
    plain.peer = secure.rig.peer; /* behind the front */
    take_call(&plain);
    hear_slowly(&plain, text);
    CHECK(starts(text, "POST /b HTTP/1.1\r\nHost: localhost:"));
    CHECK(strstr(text, "Authorization") == NULL);
    snprintf(text, sizeof text,
             "HTTP/1.1 307 To\r\nContent-Length: 3\r\nLocation: "
             "http://127.0.0.1:%u/c\r\n\r\nxyz",
             (unsigned)own.port);
    say(&plain, text);
    check_reply(&plain, 1, 307, "xyz");
    peer_close(&plain.peer);
    plain.peer = own;
    rig_close(&plain);
    secure_close(&secure);
}

int main(void)
{
    signal(SIGPIPE, SIG_DFL);
    CHECK(mkdtemp(folder) != NULL);
    authority = identity_make("authority", NULL, NULL, -1, 1);
    server = identity_make("x", "DNS:localhost", &authority, -1, 1);
    struct identity other = identity_make("other", NULL, NULL, -1, 1);
    stranger = identity_make("x", "DNS:localhost", &other, -1, 1);
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", folder);
    identity_write(&authority, ca_file, false);
    a_connection_is_kept(0);
    a_connection_is_kept(TLS1_2_VERSION);
    an_end_is_told_of();
    a_kept_one_that_ended_is_replaced();
    who_is_not_trusted_hears_nothing();
    much_goes_both_ways();
    a_proxy_is_passed();
    a_way_leads_into_tls();
    remove(ca_file);
    rmdir(folder);
    identity_free(&other);
    identity_free(&stranger);
    identity_free(&server);
    identity_free(&authority);
    return check_report();
}
