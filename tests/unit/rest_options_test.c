/* rest_options_test.c: what a program's options say of HTTP reaches the server:
 * a call of a service with one method, and the bytes at the other end. */
#include "client/client.h"
#include "unit/peer.h"

enum { TEXT_MAX = 2048, ROUNDS_MAX = 400 };

static void deliver(bell_function done, void *context, bell_status status,
                    const void *result, const bell_error *error)
{
    ((void (*)(void *, bell_status, const void *, const bell_error *))done)(
        context, status, result, error);
}

static const bell_link links[] = {{.name = "rest", .kind = &bell_link_rest}};
static const bell_route_part parts[] = {{.text = "/a", .text_size = 2}};
static const bell_route route = {
    .verb = "GET", .path = "/a", .parts = parts, .part_count = 1};
static const bell_method methods[] = {{.name = "get_a",
                                       .json = "\"get_a\"",
                                       .name_size = 5,
                                       .json_size = 7,
                                       .flags = BELL_METHOD_IDEMPOTENT,
                                       .deliver = deliver,
                                       .route = &route}};
static const bell_service service = {.name = "web",
                                     .version = "1",
                                     .contract = "0",
                                     .tables = &bell_tables_v6,
                                     .links = links,
                                     .methods = methods,
                                     .link_count = 1,
                                     .method_count = 1};

struct end {
    int times;
    bell_status status;
    bell_error error;
};

static void note(void *context, bell_status status, const void *result,
                 const bell_error *error)
{
    struct end *end = context;
    (void)result;
    end->times++;
    end->status = status;
    end->error = *error;
}

static bell_client *call(const bell_options *options, struct end *end)
{
    bell_client *client = NULL;
    bell_error error;
    memset(end, 0, sizeof *end);
    CHECK_INT(BELL_OK, bell_client_open(&service, options, sizeof *options,
                                        &client, &error, sizeof error));
    CHECK_INT(BELL_OK,
              bell_client_start(client, &methods[0], NULL, (bell_function)note,
                                end, NULL, 0, NULL, &error));
    return client;
}

static void pump(bell_client *client)
{
    bell_loop_run(bell_client_loop(client), 5);
}

/* The next request on the connection, or on the first one. */
static void hear(bell_client *client, struct peer *peer, char text[TEXT_MAX])
{
    struct pollfd wait = {peer->fd < 0 ? peer->listener : peer->fd, POLLIN, 0};
    text[0] = '\0';
    for (int i = 0; i < ROUNDS_MAX && poll(&wait, 1, 0) != 1; i++) {
        pump(client);
    }
    if (peer->fd < 0) {
        peer->fd = accept(peer->listener, NULL, NULL);
    }
    pump(client);
    CHECK(peer_request(peer, text, TEXT_MAX));
}

static void say(struct peer *peer, const char *text)
{
    CHECK(peer_say(peer, text, strlen(text)));
}

static void wait_end(bell_client *client, const struct end *end)
{
    for (int i = 0; i < ROUNDS_MAX && end->times == 0; i++) {
        pump(client);
    }
    CHECK_INT(1, end->times);
}

static void the_proxy_is_asked(void)
{
    struct peer peer;
    struct end end;
    char proxy[64];
    char text[TEXT_MAX];
    peer_listen(&peer);
    snprintf(proxy, sizeof proxy, "http://u:p@127.0.0.1:%u",
             (unsigned)peer.port);
    bell_options options = {.url = "http://target:81/base", .proxy = proxy};
    bell_client *client = call(&options, &end);
    hear(client, &peer, text);
    CHECK_TEXT("CONNECT target:81 HTTP/1.1\r\nHost: target:81\r\n"
               "Proxy-Authorization: Basic dTpw\r\n\r\n",
               text);
    say(&peer, "HTTP/1.1 200 OK\r\n\r\n");
    hear(client, &peer, text);
    CHECK(strncmp(text, "GET /base/a HTTP/1.1\r\nHost: target:81\r\n", 39) ==
          0);
    CHECK(strstr(text, "Accept-Encoding") == NULL);
    say(&peer, "HTTP/1.1 204 Done\r\n\r\n");
    wait_end(client, &end);
    CHECK_INT(BELL_OK, end.status);
    bell_close(client);
    peer_end(&peer);
}

static void redirects_are_counted(int32_t most, int followed)
{
    struct peer peer;
    struct end end;
    char url[64];
    char text[TEXT_MAX];
    peer_listen(&peer);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)peer.port);
    bell_options options = {.url = url, .redirects_max = most};
    bell_client *client = call(&options, &end);
    for (int i = 0; i <= followed; i++) {
        CHECK_INT(0, end.times);
        hear(client, &peer, text);
        say(&peer, "HTTP/1.1 307 To\r\nLocation: /b\r\n"
                   "Content-Length: 0\r\n\r\n");
    }
    wait_end(client, &end);
    CHECK_INT(BELL_REFUSED, end.status);
    CHECK_INT(307, end.error.code);
    bell_close(client);
    peer_end(&peer);
}

#if BELL_HAS_ZLIB

/* 100 zeroes. */
static const unsigned char packed[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x33, 0x30,
    0xa0, 0x3d, 0x00, 0x00, 0x77, 0x60, 0xa4, 0x53, 0x64, 0x00, 0x00, 0x00};

static void what_is_packed_has_a_bound(size_t most, bell_status status)
{
    struct peer peer;
    struct end end;
    char url[64];
    char text[TEXT_MAX];
    peer_listen(&peer);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", (unsigned)peer.port);
    bell_options options = {.url = url,
                            .gzip = true,
                            .inflated_bytes_max = most,
                            .rest_retries = -1};
    bell_client *client = call(&options, &end);
    hear(client, &peer, text);
    CHECK(strstr(text, "\r\nAccept-Encoding: gzip\r\n") != NULL);
    say(&peer, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
               "Content-Length: 24\r\n\r\n");
    CHECK(peer_say(&peer, packed, sizeof packed));
    wait_end(client, &end);
    CHECK_INT(status, end.status);
    CHECK(status == BELL_OK ||
          strstr(end.error.message, "larger than inflated_bytes_max") != NULL);
    bell_close(client);
    peer_end(&peer);
}

#endif

static void wrong_options_are_refused(void)
{
    static const char *const many[64] = {"http://"};
    const struct {
        bell_options options;
        const char *words;
    } cases[] = {
        {{.url = "http://host", .redirects_max = -2}, "redirects_max"},
        {{.url = "http://host", .proxy = "host:1"}, "the proxy's url"},
        {{.url = "http://host", .url_rest_ms = -1}, "url_rest_ms is negative"},
        {{.url = "http://host", .cache_ms = -1}, "cache_ms is negative"},
        {{.url = "http://host", .url_count = 1}, "urls is missing"},
        {{.url = "http://host", .urls = many, .url_count = 64},
         "options: urls has more than 63"},
        {{.url = "http://host", .urls = many, .url_count = 1},
         "options: urls[0]: the url has no host"},
        {{.url = "http://host", .urls = &many[1], .url_count = 1},
         "options: urls[0]: the url"},
        {{.url = "http://host",
          .links = &(bell_link_option){.name = "rest",
                                       .url = "http://host",
                                       .urls = many,
                                       .url_count = 1},
          .link_count = 1,
          .link_size = sizeof(bell_link_option)},
         "options: links, rest: urls[0]: the url has no host"},
#if !BELL_HAS_ZLIB
        {{.url = "http://host", .gzip = true}, "(BELLPULL_ZLIB)"},
#endif
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_client *client = NULL;
        bell_error error;
        CHECK_INT(BELL_INVALID,
                  bell_client_open(&service, &cases[i].options,
                                   sizeof cases[i].options, &client, &error,
                                   sizeof error));
        CHECK(strstr(error.message, cases[i].words) != NULL);
    }
}

/* A line has one server. */
static void further_urls_are_for_rest(void)
{
    static const char *const urls[] = {"http://host"};
    static const bell_link lines[] = {
        {.name = "rpc", .kind = &bell_link_centrifugo}};
    bell_service other = service;
    const bell_link_option rpc = {.name = "rpc", .urls = urls, .url_count = 1};
    bell_options options = {.url = "ws://host",
                            .urls = urls,
                            .url_count = 1,
                            .link_size = sizeof rpc};
    bell_client *client = NULL;
    bell_error error;
    other.links = lines;
    CHECK_INT(BELL_INVALID, bell_client_open(&other, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: urls is for rest", error.message);
    options.url_count = 0;
    options.links = &rpc;
    options.link_count = 1;
    CHECK_INT(BELL_INVALID, bell_client_open(&other, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: links, rpc: urls is for rest", error.message);
    CHECK(client == NULL);
}

int main(void)
{
    the_proxy_is_asked();
    redirects_are_counted(0, 5);
    redirects_are_counted(1, 1);
    redirects_are_counted(-1, 0);
#if BELL_HAS_ZLIB
    what_is_packed_has_a_bound(0, BELL_OK);
    what_is_packed_has_a_bound(100, BELL_OK);
    what_is_packed_has_a_bound(99, BELL_DISCONNECTED);
#endif
    wrong_options_are_refused();
    further_urls_are_for_rest();
    return check_report();
}
