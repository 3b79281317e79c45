/* rest_client_test.c: a client whose service has only rest: how it stands, what
 * its options may be, what it gives of answers. A thread is the server. */
#include <bell/schema.h>

#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/check.h"
#include "unit/codec_words.h"
#include "unit/counter.h"

/* ---- The service -----------------------------------------------------------
 */

typedef struct session {
    bell_string token;
} session;
static const bell_field session_fields[] = {FIELD(session, token, &t_string)};
static const bell_type t_session =
    RECORD(session, "Session", session_fields, 0);

typedef struct text_result {
    bell_string value;
} text_result;
static const bell_field text_fields[] = {FIELD(text_result, value, &t_string)};
static const bell_type t_text =
    RECORD(text_result, "text", text_fields, BELL_TYPE_BARE);

static const bell_route_part parts[] = {{.text = "/a", .text_size = 2}};
static const bell_route ask_route = {.verb = "GET",
                                     .path = "/a",
                                     .parts = parts,
                                     .part_count = 1,
                                     .flags = BELL_ROUTE_BEARER};
static const bell_route text_route = {.verb = "GET",
                                      .path = "/a",
                                      .parts = parts,
                                      .part_count = 1,
                                      .flags = BELL_ROUTE_TEXT};
static const bell_route_token login_sets[] = {{0}};
static const bell_route login_route = {.verb = "POST",
                                       .path = "/a",
                                       .parts = parts,
                                       .part_count = 1,
                                       .sets = login_sets,
                                       .set_count = 1};

static const bell_link links[] = {{.name = "rest", .kind = &bell_link_rest}};

#define METHOD(text, route_, result_)                                          \
    {                                                                          \
        .name = text, .json = "\"" text "\"", .name_size = sizeof text - 1,    \
        .json_size = sizeof text + 1, .result = (result_), .route = (route_)   \
    }
static const bell_method methods[] = {
    METHOD("ask", &ask_route, NULL), METHOD("text", &text_route, &t_text),
    METHOD("login", &login_route, &t_session)};
enum { ASK, TEXT, LOGIN };
static const bell_service service = {.name = "web",
                                     .version = "1",
                                     .contract = "0",
                                     .tables = &bell_tables_v6,
                                     .links = links,
                                     .methods = methods,
                                     .link_count = 1,
                                     .method_count = 3};

/* ---- The server ------------------------------------------------------------
 */

enum { REQUEST_MAX = 2000 };

struct site {
    int listener;
    unsigned port;
    const char *const *answers; /* one each connection; NULL behind the last */
    char heard[8][REQUEST_MAX];
    pthread_t thread;
};

static void *serve(void *context)
{
    struct site *site = context;
    for (size_t i = 0; site->answers[i] != NULL; i++) {
        int fd = accept(site->listener, NULL, NULL);
        size_t size = 0;
        char *heard = site->heard[i];
        while (strstr(heard, "\r\n\r\n") == NULL) {
            ssize_t got = read(fd, heard + size, REQUEST_MAX - 1 - size);
            if (got <= 0) {
                break;
            }
            size += (size_t)got;
            heard[size] = '\0';
        }
        const char *answer = site->answers[i];
        CHECK(write(fd, answer, strlen(answer)) == (ssize_t)strlen(answer));
        close(fd);
    }
    return NULL;
}

static void open_site(struct site *site, const char *const *answers)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    memset(site, 0, sizeof *site);
    site->answers = answers;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    site->listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(site->listener, (struct sockaddr *)&address, sizeof address) ==
          0);
    CHECK(listen(site->listener, 8) == 0);
    CHECK(getsockname(site->listener, (struct sockaddr *)&address, &size) == 0);
    site->port = ntohs(address.sin_port);
    CHECK(pthread_create(&site->thread, NULL, serve, site) == 0);
}

static void close_site(struct site *site)
{
    pthread_join(site->thread, NULL);
    close(site->listener);
}

#define ANSWER(status, more) "HTTP/1.1 " status "\r\nConnection: close\r\n" more

static bell_client *open_client(const struct site *site, bell_options options)
{
    char url[64];
    bell_client *client = NULL;
    bell_error error;
    snprintf(url, sizeof url, "http://127.0.0.1:%u", site->port);
    options.url = url;
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    return client;
}

static bell_status call(bell_client *client, int method, void **result,
                        bell_error *error)
{
    return bell_client_call(client, &methods[method], NULL, NULL, 0, result,
                            error);
}

/* ---- Tests -----------------------------------------------------------------
 */

static void count_change(void *context, const bell_state_change *change)
{
    (void)change;
    ++*(int *)context;
}

/* There is nothing to wait for, and nothing to tell. */
static void it_is_connected_without_a_connection(void)
{
    static const char *const answers[] = {ANSWER("204 None", "\r\n"), NULL};
    struct site site;
    bell_error error;
    int changes = 0;
    open_site(&site, answers);
    bell_client *client =
        open_client(&site, (bell_options){.state_changed = count_change,
                                          .state_context = &changes,
                                          .token = "t-1"});
    CHECK(bell_connected(client));
    CHECK_INT(BELL_OK, bell_connect(client, 1, &error));
    CHECK_INT(BELL_OK, call(client, ASK, NULL, &error));
    CHECK(bell_connected(client));
    CHECK(strstr(site.heard[0], "GET /a HTTP/1.1\r\n") == site.heard[0]);
    CHECK(strstr(site.heard[0], "\r\nAuthorization: Bearer t-1\r\n") != NULL);
    bell_close(client);
    CHECK_INT(0, changes);
    close_site(&site);
}

static void a_first_call_does_not_wait(void)
{
    static const char *const answers[] = {ANSWER("204 None", "\r\n"), NULL};
    struct site site;
    bell_error error;
    open_site(&site, answers);
    bell_client *client = open_client(&site, (bell_options){.fail_fast = true});
    CHECK_INT(BELL_OK, call(client, ASK, NULL, &error));
    bell_close(client);
    close_site(&site);
}

static void details_are_of_the_last_refusal(void)
{
    static const char *const answers[] = {
        ANSWER("404 Not Found", "X-Request-ID: r-1\r\nRetry-After: 3\r\n"
                                "Content-Length: 38\r\n\r\n"
                                "{\"title\":\"T\\u0041\",\"detail\":\"no "
                                "such\"} "),
        ANSWER("500 Oh", "Content-Length: 2\r\n\r\nno"),
        ANSWER("204 None", "\r\n"), NULL};
    struct site site;
    bell_error first;
    bell_error second;
    bell_error third;
    open_site(&site, answers);
    bell_client *client = open_client(&site, (bell_options){.url = NULL});
    CHECK_INT(BELL_REFUSED, call(client, ASK, NULL, &first));
    CHECK_INT(404, first.code);
    CHECK_TEXT("no such", first.message);
    const bell_http_error *http = bell_error_http(client, &first);
    CHECK(http != NULL);
    if (http != NULL) {
        CHECK_INT(404, http->status);
        CHECK_TEXT("TA", http->title.text);
        CHECK_TEXT("no such", http->detail.text);
        CHECK_TEXT("", http->type.text);
        CHECK_INT(3000, http->retry_after_ms);
        CHECK_BYTES("r-1", http->request_id.text, http->request_id.size);
        CHECK_INT(4, http->header_count);
        CHECK_BYTES("Connection", http->headers[0].name.text,
                    http->headers[0].name.size);
        CHECK_BYTES("close", http->headers[0].value.text,
                    http->headers[0].value.size);
        CHECK_INT(38, http->body.size);
        CHECK_INT('{', http->body.text[0]);
    }
    CHECK_INT(BELL_REFUSED, call(client, ASK, NULL, &second));
    CHECK_TEXT("HTTP 500", second.message);
    CHECK(bell_error_http(client, &first) == NULL);
    http = bell_error_http(client, &second);
    CHECK(http != NULL && http->status == 500 && http->retry_after_ms == -1);
    CHECK_INT(BELL_OK, call(client, ASK, NULL, &third));
    CHECK(bell_error_http(client, &third) == NULL);
    CHECK(bell_error_http(client, NULL) == NULL);
    CHECK(bell_error_http(client, &second) == http);
    bell_close(client);
    close_site(&site);
}

static void a_text_is_the_body(void)
{
    static const char *const answers[] = {
        ANSWER("200 OK", "Content-Length: 6\r\n\r\n\"\xC3\xA4\\n\n"),
        ANSWER("200 OK", "Content-Length: 0\r\n\r\n"),
        ANSWER("200 OK", "Content-Length: 3\r\n\r\nab\xFF"), NULL};
    struct site site;
    bell_error error;
    void *result = NULL;
    open_site(&site, answers);
    bell_client *client = open_client(&site, (bell_options){.url = NULL});
    CHECK_INT(BELL_OK, call(client, TEXT, &result, &error));
    const text_result *text = result;
    CHECK(text != NULL && strcmp(text->value.text, "\"\xC3\xA4\\n\n") == 0);
    bell_free(result);
    CHECK_INT(BELL_OK, call(client, TEXT, &result, &error));
    text = result;
    CHECK(text != NULL && text->value.size == 0 && text->value.text[0] == '\0');
    bell_free(result);
    CHECK_INT(BELL_BAD_REPLY, call(client, TEXT, &result, &error));
    CHECK_TEXT("result", error.path);
    CHECK_INT(2, error.offset);
    CHECK(result == NULL);
    bell_close(client);
    close_site(&site);
}

static void a_reply_brings_a_token(void)
{
    static const char *const answers[] = {
        ANSWER("200 OK", "Content-Length: 15\r\n\r\n{\"token\":\"t-2\"}"),
        ANSWER("204 None", "\r\n"),
        ANSWER("200 OK", "Content-Length: 15\r\n\r\n{\"token\":\"a b\"}"),
        ANSWER("204 None", "\r\n"), NULL};
    struct site site;
    bell_error error;
    open_site(&site, answers);
    bell_client *client = open_client(&site, (bell_options){.token = "t-1"});
    for (int i = 0; i < 2; i++) {
        CHECK_INT(BELL_OK, call(client, LOGIN, NULL, &error));
        CHECK_INT(BELL_OK, call(client, ASK, NULL, &error));
        CHECK(strstr(site.heard[2 * i], "Authorization") == NULL);
        CHECK(strstr(site.heard[2 * i], "\r\nContent-Length: 0\r\n") != NULL);
        CHECK(strstr(site.heard[2 * i + 1], "Bearer t-2\r\n") != NULL);
    }
    bell_close(client);
    close_site(&site);
}

/* What the program was asked, and the call that waits for the answer. */
struct asked {
    int times;
    uint64_t request;
};

static void note_asked(void *context, bell_client *client, uint64_t request)
{
    struct asked *asked = context;
    (void)client;
    asked->times++;
    asked->request = request;
}

static void note_end(void *context, bell_status status, const void *result,
                     const bell_error *error)
{
    (void)result;
    (void)error;
    *(int *)context = (int)status;
}

static void deliver(bell_function done, void *context, bell_status status,
                    const void *result, const bell_error *error)
{
    ((void (*)(void *, bell_status, const void *, const bell_error *))done)(
        context, status, result, error);
}

static void start(bell_client *client, bell_method *method, int *end)
{
    bell_error error;
    *end = -1;
    method->deliver = deliver;
    CHECK_INT(BELL_OK,
              bell_client_start(client, method, NULL, (bell_function)note_end,
                                end, NULL, 0, NULL, &error));
}

static void run(bell_client *client, const int *end)
{
    for (int i = 0; i < 2000 && *end < 0; i++) {
        bell_loop_run(bell_client_loop(client), 10);
    }
}

/* Only calls that show a token wait for it: one of the others may bring it. */
static void a_token_is_asked_for_where_one_is_shown(void)
{
    static const char *const answers[] = {
        ANSWER("200 OK", "Content-Length: 0\r\n\r\n"),
        ANSWER("204 None", "\r\n"),
        ANSWER("401 Who", "Content-Length: 0\r\n\r\n"),
        ANSWER("204 None", "\r\n"), NULL};
    struct site site;
    struct asked asked = {0, 0};
    bell_error error;
    bell_method ask = methods[ASK];
    int end = -1;
    open_site(&site, answers);
    bell_client *client =
        open_client(&site, (bell_options){.token_get = note_asked,
                                          .token_context = &asked});
    CHECK_INT(BELL_OK, call(client, TEXT, NULL, &error));
    CHECK_INT(0, asked.times);
    start(client, &ask, &end);
    for (int i = 0; i < 3; i++) {
        bell_loop_run(bell_client_loop(client), 0);
    }
    CHECK_INT(1, asked.times);
    CHECK_INT(-1, end);
    CHECK(bell_connected(client));
    bell_token_answer(client, asked.request, BELL_TOKEN_SET, "t-1");
    run(client, &end);
    CHECK_INT(BELL_OK, end);
    CHECK(strstr(site.heard[1], "Bearer t-1\r\n") != NULL);
    start(client, &ask, &end); /* goes out at once, and is refused */
    run(client, &end);
    CHECK_INT(BELL_REFUSED, end);
    start(client, &ask, &end);
    for (int i = 0; i < 3; i++) {
        bell_loop_run(bell_client_loop(client), 0);
    }
    CHECK_INT(2, asked.times);
    CHECK_INT(-1, end);
    bell_token_answer(client, asked.request, BELL_TOKEN_SET, "t-2");
    run(client, &end);
    CHECK_INT(BELL_OK, end);
    CHECK(strstr(site.heard[3], "Bearer t-2\r\n") != NULL);
    bell_close(client);
    close_site(&site);
}

/* While there is none. */
static void a_call_without_a_token_ends(void)
{
    static const char *const answers[] = {NULL};
    struct site site;
    struct asked asked = {0, 0};
    bell_error error;
    bell_method ask = methods[ASK];
    int end = -1;
    open_site(&site, answers);
    bell_client *client =
        open_client(&site, (bell_options){.token_get = note_asked,
                                          .token_context = &asked});
    bell_call_options options = {.deadline_ms = 20};
    CHECK_INT(BELL_DEADLINE,
              bell_client_call(client, &methods[ASK], NULL, &options,
                               sizeof options, NULL, &error));
    CHECK_TEXT("ask: no token came within 20 ms", error.message);
    CHECK_INT(BELL_SENT_NO, error.sent);
    options = (bell_call_options){.fail_fast = true};
    CHECK_INT(BELL_DISCONNECTED,
              bell_client_call(client, &methods[ASK], NULL, &options,
                               sizeof options, NULL, &error));
    CHECK_TEXT("there is no token yet", error.message);
    start(client, &ask, &end);
    bell_close(client);
    CHECK_INT(BELL_CLOSED, end);
    close_site(&site);
}

static void check_options(bell_options options, const char *words)
{
    bell_client *client = NULL;
    bell_error error;
    if (options.fake == NULL) {
        options.url = "http://127.0.0.1:1";
    }
    CHECK_INT(BELL_INVALID, bell_client_open(&service, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK(client == NULL);
    CHECK_TEXT(words, error.message);
}

static void options_that_cannot_be(void)
{
    check_options((bell_options){.token = "a\nb"},
                  "options: the token is not printable ASCII without spaces");
    check_options((bell_options){.retry_min_ms = 2, .retry_max_ms = 1},
                  "options: retry_min_ms is negative or beyond retry_max_ms");
    check_options((bell_options){.rest_retries = -2},
                  "options: rest_retries is negative (-1 means none)");
    check_options((bell_options){.retry_budget = -2},
                  "options: retry_budget is negative (-1 means no bound)");
    check_options((bell_options){.idle_ms = -1},
                  "options: idle_ms is negative");
}

/* Whoever serves is not left waiting for a call that never came. */
static void knock(const struct site *site)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)site->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    close(fd);
}

/* Opens, calls and closes; each allocation fails once. */
static bell_status live(const struct site *site, const bell_allocator *memory)
{
    char url[64];
    bell_client *client = NULL;
    bell_error error;
    void *result = NULL;
    snprintf(url, sizeof url, "http://127.0.0.1:%u", site->port);
    bell_options options = {.url = url,
                            .allocator = memory,
                            .token = "t-1",
                            .deadline_ms = 5000,
                            .rest_retries = -1};
    bell_status status = bell_client_open(&service, &options, sizeof options,
                                          &client, &error, sizeof error);
    if (status == BELL_OK) {
        status = call(client, ASK, &result, &error);
        CHECK(status != BELL_REFUSED || error.code == 404);
        if (status == BELL_REFUSED) { /* its details need memory too */
            const bell_http_error *http = bell_error_http(client, &error);
            CHECK(http == NULL || http->status == 404);
        }
    }
    bell_free(result);
    bell_close(client);
    return status;
}

static void memory_fails_in_turn(void)
{
    static const char *const answers[] = {ANSWER("404 Not Found",
                                                 "Content-Length: 14\r\n\r\n"
                                                 "{\"detail\":\"d\"}"),
                                          NULL};
    struct counter counter;
    size_t calls = 1;
    for (size_t fail = 0; fail <= calls; fail++) { /* first none does */
        struct site site;
        bell_allocator memory = counter_allocator(&counter);
        counter.fail = fail;
        open_site(&site, answers);
        bell_status status = live(&site, &memory);
        CHECK(status == BELL_REFUSED || status == BELL_NO_MEMORY ||
              status == BELL_DISCONNECTED);
        CHECK_INT(0, counter.bytes);
        calls = counter.calls > calls ? counter.calls : calls;
        knock(&site);
        close_site(&site);
    }
    CHECK(calls > 10);
}

int main(void)
{
    it_is_connected_without_a_connection();
    a_first_call_does_not_wait();
    details_are_of_the_last_refusal();
    a_text_is_the_body();
    a_reply_brings_a_token();
    a_token_is_asked_for_where_one_is_shown();
    a_call_without_a_token_ends();
    options_that_cannot_be();
    memory_fails_in_turn();
    return check_report();
}
