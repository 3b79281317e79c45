/* upgrade_test.c: how a WebSocket line begins: its url, its request, and every
 * answer but the right one. */
#include <bell/schema.h>

#include "transport/headers.h"
#include "transport/url.h"
#include "unit/line.h"

/* ---- The upgrade --------------------------------------------------------- */

#define UPGRADE                                                                \
    "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"

#define INTERIM "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"

static const struct refusal {
    const char *answer; /* %s is the right Sec-WebSocket-Accept */
    const char *says;
} refusals[] = {
    {"HTTP/1.1 403 Forbidden\r\n\r\nForbidden", "403: an Origin"},
    {"HTTP/1.1 404 Not Found\r\n\r\n", "404: try /line"},
    {"HTTP/1.1 503 Busy\r\n\r\n", "503: it has too many connections"},
    {"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n", "301: redirects are not"},
    {"HTTP/1.0 400 Bad Request\r\n\r\n", "is it ws:// where it wants wss://"},
    {"HTTP/1.1 200 OK\r\n\r\n", "refused the upgrade with 200"},
    {INTERIM INTERIM INTERIM INTERIM INTERIM "HTTP/1.1 204 X\r\n\r\n",
     "refused the upgrade with 204"},
    {INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM,
     "refused the upgrade with 103"},
    {"HTTP/1.1 600 Odd\r\n\r\n", "refused the upgrade with 600"},
    {"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"},
    {"220 mail", "does not speak HTTP"},
    {"HTTP/2 101\r\n\r\n", "does not speak HTTP"},
    {"HTTP/1.1 1x1 Odd\r\n\r\n", "does not speak HTTP"},
    {"HTTP/1.1 101 X\r\nConnection: Upgrade\r\n\r\n", "not for a WebSocket"},
    {"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n", "not for a WebSocket"},
    {"HTTP/1.0 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: %s\r\n\r\n",
     "not for a WebSocket"},
    {UPGRADE "Sec-WebSocket-Accept: %s\n\r\n",
     "is not HTTP: a line does not end with CR LF"},
    {UPGRADE "\r\n", "Sec-WebSocket-Accept does not match"},
    {UPGRADE "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Accept: x\r\n\r\n",
     "Sec-WebSocket-Accept does not match"},
    {UPGRADE "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
     "Sec-WebSocket-Accept does not match"},
    {UPGRADE "Sec-WebSocket-Accept: %s\r\n"
             "Sec-WebSocket-Protocol: centrifuge-protobuf\r\n\r\n",
     "not offered: centrifuge-protobuf"},
    {UPGRADE "Sec-WebSocket-Accept: %s\r\n"
             "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
     "not offered: permessage-deflate"},
    {UPGRADE "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Extensions: \r\n"
             "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
     "not offered: permessage-deflate"},
};

static void answer(struct line *line, const char *text)
{
    char request[4096];
    char accept_text[64];
    char out[1024];
    CHECK(peer_request(&line->peer, request, sizeof request));
    peer_accept_key(request, accept_text);
    const char *slot = strstr(text, "%s");
    size_t before = slot == NULL ? strlen(text) : (size_t)(slot - text);
    int size =
        snprintf(out, sizeof out, "%.*s%s%s", (int)before, text,
                 slot == NULL ? "" : accept_text, slot == NULL ? "" : slot + 2);
    CHECK(peer_say(&line->peer, out, (size_t)size));
}

static void test_refusals(void)
{
    static const struct bell__ws_options hinted = {.hint_404 = "try /line"};
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct line line;
        make_line_to(&line, NULL, &hinted);
        dial(&line);
        answer(&line, refusals[i].answer);
        pump_while_opening(&line);
        CHECK_INT(BELL__LINE_DOWN, line.transport->line);
        check_says(refusals[i].says, line.transport->end.text);
        end_line(&line);
    }
}

static void test_endless_head(void)
{
    struct line line;
    make_line(&line);
    dial(&line);
    char request[4096];
    static char junk[20 * 1024];
    memset(junk, 'x', sizeof junk);
    memcpy(junk, "HTTP/1.1 101 X\r\n", 16);
    CHECK(peer_request(&line.peer, request, sizeof request));
    CHECK(peer_say(&line.peer, junk, sizeof junk));
    pump_while_opening(&line);
    check_says("longer than 16 KiB", line.transport->end.text);
    end_line(&line);
}

static void test_request(void)
{
    struct line line;
    char request[4096] = "";
    make_line_to(&line, NULL,
                 &(struct bell__ws_options){.origin = "http://here"});
    dial(&line);
    CHECK(peer_request(&line.peer, request, sizeof request));
    check_says("GET /line HTTP/1.1\r\nHost: 127.0.0.1:", request);
    check_says("\r\nUpgrade: websocket\r\n", request);
    check_says("\r\nSec-WebSocket-Version: 13\r\n", request);
    check_says("\r\nOrigin: http://here\r\n", request);
    peer_close(&line.peer);
    pump_while_opening(&line);
    check_says("ended the connection", line.transport->end.text);
    end_line(&line);
}

/* Several headers of one name are one list (RFC 9110 5.3). */
static void test_many_lines(void)
{
    struct line line;
    make_line(&line);
    dial(&line);
    answer(&line, "HTTP/1.1 101 X\r\nConnection: keep-alive\r\n"
                  "Upgrade: h2c\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n");
    pump_while_opening(&line);
    CHECK_INT(BELL__LINE_UP, line.transport->line);
    end_line(&line);
}

/* However the bytes come. */
static void test_slow_answer(void)
{
    struct line line;
    char request[4096];
    char accept_text[64];
    char out[256];
    make_line(&line);
    dial(&line);
    CHECK(peer_request(&line.peer, request, sizeof request));
    peer_accept_key(request, accept_text);
    int size =
        snprintf(out, sizeof out, UPGRADE "Sec-WebSocket-Accept: %s\r\n\r\n",
                 accept_text);
    for (int i = 0; i < size; i++) {
        CHECK_INT(BELL__LINE_OPENING, line.transport->line);
        CHECK(peer_say(&line.peer, out + i, 1));
        bell__loop_pump(line.loop, 1000);
    }
    CHECK_INT(BELL__LINE_UP, line.transport->line);
    end_line(&line);
}

static const struct {
    const char *given; /* behind the authority */
    const char *path_default;
    const char *asked;
} paths[] = {
    {"", "/api/socket", "GET /api/socket HTTP/1.1\r\n"},
    {"/", "/api/socket", "GET /api/socket HTTP/1.1\r\n"},
    {"?a=b", "/api/socket", "GET /api/socket?a=b HTTP/1.1\r\n"},
    {"/?a=b", "/api/socket", "GET /api/socket?a=b HTTP/1.1\r\n"},
    {"/own/", "/api/socket", "GET /own/ HTTP/1.1\r\n"},
    {"/own?a=b", "/api/socket", "GET /own?a=b HTTP/1.1\r\n"},
    {"", NULL, "GET / HTTP/1.1\r\n"},
    {"?a=/b", NULL, "GET /?a=/b HTTP/1.1\r\n"},
};

static void test_paths(void)
{
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct line line;
        char request[4096] = "";
        make_line_to(
            &line, paths[i].given,
            &(struct bell__ws_options){.path_default = paths[i].path_default});
        dial(&line);
        CHECK(peer_request(&line.peer, request, sizeof request));
        CHECK(strncmp(paths[i].asked, request, strlen(paths[i].asked)) == 0);
        end_line(&line);
    }
}

static void test_bytes_behind_101(void)
{
    struct line line;
    struct bell__frame frame;
    make_line(&line);
    dial(&line);
    CHECK(peer_upgrade(&line.peer, "\x81\x02hi\x82\x01!", 7));
    pump_while_opening(&line);
    CHECK(next(&line, &frame));
    CHECK_BYTES("hi", frame.bytes, frame.size);
    CHECK(next(&line, &frame));
    CHECK_BYTES("!", frame.bytes, frame.size);
    end_line(&line);
}

static void test_refused_port(void)
{
    struct line line;
    make_line(&line);
    close(line.peer.listener);
    CHECK(line.transport->ops->open(line.transport) == BELL_OK);
    pump_while_opening(&line);
    check_says("cannot connect to 127.0.0.1", line.transport->end.text);
    CHECK_INT(ECONNREFUSED, line.transport->end.os_error);
    peer_listen(&line.peer);
    end_line(&line);
}

/* ---- The url ------------------------------------------------------------- */

static void test_urls(void)
{
    struct bell__url url;
    bell_error error;
    CHECK(bell__url_read("wss://host/", &url, &error) == BELL_OK);
    CHECK(url.secure);
    CHECK_INT(443, url.port);
    CHECK(bell__url_read("WS://[::1]:8000?x=1", &url, &error) == BELL_OK);
    CHECK(!url.secure);
    CHECK_BYTES("::1", url.host.text, url.host.size);
    CHECK_BYTES("[::1]:8000", url.authority.text, url.authority.size);
    CHECK_INT(0, url.path.size);
    CHECK_BYTES("?x=1", url.query.text, url.query.size);
    CHECK_INT(8000, url.port);
    CHECK(bell__url_read("ws://host:", &url, &error) == BELL_OK);
    CHECK_INT(80, url.port);
    CHECK_INT(0, url.path.size);
    CHECK_INT(0, url.query.size);
}

/* A client's url is its base: what is spoken there is the link's. */
static void test_http_urls(void)
{
    struct bell__url url;
    bell_error error;
    CHECK(bell__url_read("HTTP://host/a?b?c", &url, &error) == BELL_OK);
    CHECK(!url.secure);
    CHECK_INT(80, url.port);
    CHECK_BYTES("host", url.host.text, url.host.size);
    CHECK_BYTES("/a", url.path.text, url.path.size);
    CHECK_BYTES("?b?c", url.query.text, url.query.size);
    CHECK(bell__url_read("https://[::1]/", &url, &error) == BELL_OK);
    CHECK(url.secure);
    CHECK_INT(443, url.port);
    CHECK_BYTES("[::1]", url.authority.text, url.authority.size);
    CHECK_BYTES("/", url.path.text, url.path.size);
    CHECK(bell__url_read("hTTpS://host:8443", &url, &error) == BELL_OK);
    CHECK_INT(8443, url.port);
}

/* A wrong url is told with the row that it stands in. */
static void test_place_of_a_url(void)
{
    static const bell_link rpc = {.name = "rpc", .kind = &bell_link_centrifugo};
    const bell_service spoken = {.name = "spoken",
                                 .tables = &bell_tables_v6,
                                 .links = &rpc,
                                 .link_count = 1};
    const bell_link_option row = {.name = "rpc", .url = "ws://:80"};
    bell_options options = {.url = "ws://h",
                            .links = &row,
                            .link_count = 1,
                            .link_size = sizeof row};
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_INVALID, bell_client_open(&spoken, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: links, rpc: the url has no host; it should look like "
               "ws://host:8000/path",
               error.message);
    options = (bell_options){.url = "ws://:80"};
    CHECK_INT(BELL_INVALID, bell_client_open(&spoken, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("the url has no host; it should look like ws://host:8000/path",
               error.message);
    const bell_link_option untrimmed = {.name = "rpc", .token = " secret"};
    options = (bell_options){.url = "ws://h",
                             .links = &untrimmed,
                             .link_count = 1,
                             .link_size = sizeof untrimmed};
    CHECK_INT(BELL_INVALID, bell_client_open(&spoken, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: links, rpc: the token begins or ends with a space or "
               "a newline: trim it",
               error.message);
    CHECK(client == NULL);
}

static void no_token(void *context, bell_client *client, uint64_t request)
{
    (void)context;
    (void)client;
    (void)request;
}

/* What never could be is told at once, not as short memory for ever. */
static void test_options_that_cannot_be(void)
{
    static const struct {
        bell_options options;
        const char *says;
    } cases[] = {
        {{.url = "ws://h", .token = "a\xff"}, "the token is not UTF-8"},
        {{.url = "ws://h", .name = "\xc3"}, "name is not UTF-8"},
        {{.url = "ws://h", .origin = "http://a\r\nX: 1"},
         "origin is not printable ASCII without spaces around it"},
        {{.url = "ws://h", .origin = "http://\xc3\xa9"},
         "origin is not printable ASCII without spaces around it"},
        {{.url = "ws://h", .deadline_ms = -2},
         "deadline_ms is negative (-1 means none)"},
        {{.url = "ws://h", .connect_deadline_ms = -1},
         "connect_deadline_ms is negative"},
        {{.url = "ws://h", .reconnect_min_ms = -1},
         "reconnect_min_ms is negative or beyond reconnect_max_ms"},
        {{.url = "ws://h", .reconnect_min_ms = 2, .reconnect_max_ms = 1},
         "reconnect_min_ms is negative or beyond reconnect_max_ms"},
        {{.url = "ws://h", .ping_grace_ms = -1}, "ping_grace_ms is negative"},
        {{.url = "ws://h", .calls_max = UINT32_MAX / 8 + 1},
         "calls_max is beyond 536870911"},
        {{.url = "ws://h", .mode = (bell_mode)2},
         "mode is not a value of bell_mode"},
        {{.url = "ws://h", .tls_version_min = (bell_tls_version)3},
         "tls_version_min is not a version"},
        {{.url = "ws://h", .token = "t", .token_get = no_token},
         "token and token_get: give one of them"},
        {{.url = "ws://h", .header_count = 1},
         "headers is missing, header_count is not 0"},
        {{.url = "ws://h", .mode = BELL_MODE_CHANNEL, .user_id = "\xc3"},
         "a channel's name or responder_user is empty, longer than 255 bytes "
         "or not UTF-8"},
    };
    static const bell_link rpc = {.name = "rpc", .kind = &bell_link_centrifugo};
    const bell_service spoken = {.name = "spoken",
                                 .tables = &bell_tables_v6,
                                 .links = &rpc,
                                 .link_count = 1};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_client *client = NULL;
        bell_error error;
        char text[160];
        snprintf(text, sizeof text, "options: %s", cases[i].says);
        CHECK_INT(BELL_INVALID,
                  bell_client_open(&spoken, &cases[i].options,
                                   sizeof cases[i].options, &client, &error,
                                   sizeof error));
        CHECK_TEXT(text, error.message);
    }
}

/* What the handshake says itself, or what would make it another one, in any
 * case of letters. */
static void test_headers_of_the_handshake(void)
{
    static const char *const names[] = {
        "host",    "UPGRADE", "Connection",        "content-length",
        "Trailer", "expect",  "Transfer-Encoding", "sec-websocket-Key"};
    char text[160];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const bell_header headers[] = {{"X-Expect", "x"}, {names[i], "x"}};
        CHECK(!bell__headers_wrong(headers, 1, text, sizeof text));
        CHECK(bell__headers_wrong(headers, 2, text, sizeof text));
        check_says("it belongs to the WebSocket handshake", text);
    }
}

int main(void)
{
    test_headers_of_the_handshake();
    test_options_that_cannot_be();
    test_refusals();
    test_endless_head();
    test_request();
    test_many_lines();
    test_slow_answer();
    test_paths();
    test_place_of_a_url();
    test_bytes_behind_101();
    test_refused_port();
    test_urls();
    test_http_urls();
    return check_report();
}
