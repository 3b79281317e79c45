/* rest_kept_test.c: a client that keeps answers, and has several servers: when
 * its callbacks hear of what was kept, and that each call ends once, whatever
 * happens to the call, the client or its memory. A thread is the servers. */
#include <bell/schema.h>

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/check.h"
#include "unit/counter.h"

enum { TURNS_MAX = 400, FAILS_MAX = 400, CALLS = 3 };

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
static const bell_method get = {.name = "get_a",
                                .json = "\"get_a\"",
                                .name_size = 5,
                                .json_size = 7,
                                .flags = BELL_METHOD_IDEMPOTENT,
                                .deliver = deliver,
                                .route = &route};
static const bell_service service = {.name = "web",
                                     .version = "1",
                                     .contract = "0",
                                     .tables = &bell_tables_v6,
                                     .links = links,
                                     .methods = &get,
                                     .link_count = 1,
                                     .method_count = 1};

/* ---- The server ------------------------------------------------------------
 */

struct site {
    int listener;
    char url[64];
    atomic_int requests;
    atomic_bool over;
    atomic_bool silent; /* it answers nothing */
    pthread_t thread;
};

static void *serve(void *context)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                 "Content-Length: 2\r\n\r\nok";
    struct site *site = context;
    while (!site->over) {
        char heard[2000] = "";
        size_t size = 0;
        int fd = accept(site->listener, NULL, NULL);
        ssize_t got = 1;
        while (got > 0 && strstr(heard, "\r\n\r\n") == NULL) {
            got = read(fd, heard + size, sizeof heard - 1 - size);
            size += got > 0 ? (size_t)got : 0;
        }
        if (size != 0 && !site->silent) {
            site->requests++;
            CHECK(write(fd, answer, sizeof answer - 1) > 0);
        }
        close(fd);
    }
    return NULL;
}

static struct sockaddr_in address_of(const struct site *site)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    CHECK(getsockname(site->listener, (struct sockaddr *)&address, &size) == 0);
    return address;
}

static void open_site(struct site *site)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    memset(site, 0, sizeof *site);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    site->listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(site->listener, (struct sockaddr *)&address, sizeof address) ==
          0);
    CHECK(listen(site->listener, 8) == 0);
    snprintf(site->url, sizeof site->url, "http://127.0.0.1:%u",
             (unsigned)ntohs(address_of(site).sin_port));
    CHECK(pthread_create(&site->thread, NULL, serve, site) == 0);
}

static void close_site(struct site *site)
{
    struct sockaddr_in address = address_of(site);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    site->over = true;
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    close(fd);
    pthread_join(site->thread, NULL);
    close(site->listener);
}

/* ---- Calls -----------------------------------------------------------------
 */

struct end {
    int times;
    bell_status status;
    bell_sent sent;
};

static void note(void *context, bell_status status, const void *result,
                 const bell_error *error)
{
    struct end *end = context;
    (void)result;
    end->times++;
    end->status = status;
    end->sent = error->sent;
}

static bell_call start(bell_client *client, struct end *end)
{
    bell_error error;
    bell_call call = 0;
    memset(end, 0, sizeof *end);
    bell_status status = bell_client_start(
        client, &get, NULL, (bell_function)note, end, NULL, 0, &call, &error);
    CHECK_INT(0, end->times); /* never inside of it */
    if (status != BELL_OK) {
        CHECK_INT(BELL_NO_MEMORY, status);
        end->times = 1;
        end->status = status;
    }
    return call;
}

static void wait_end(bell_client *client, const struct end *end)
{
    for (int i = 0; i < TURNS_MAX && end->times == 0; i++) {
        bell_loop_run(bell_client_loop(client), 50);
    }
    CHECK_INT(1, end->times);
}

/* A client that has kept an answer. */
static bell_client *open_client(const struct site *site)
{
    bell_options options = {.url = site->url, .cache_ms = 60000};
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    CHECK_INT(BELL_OK,
              bell_client_call(client, &get, NULL, NULL, 0, NULL, &error));
    return client;
}

static void its_callback_runs_in_the_loop(void)
{
    struct site site;
    struct end end;
    bell_error error;
    open_site(&site);
    bell_client *client = open_client(&site);
    start(client, &end);
    wait_end(client, &end);
    CHECK_INT(BELL_OK, end.status);
    CHECK_INT(BELL_OK,
              bell_client_call(client, &get, NULL, NULL, 0, NULL, &error));
    CHECK_INT(1, site.requests);
    bell_call_options options = {.no_cache = true};
    CHECK_INT(BELL_OK, bell_client_call(client, &get, NULL, &options,
                                        sizeof options, NULL, &error));
    CHECK_INT(2, site.requests);
    bell_close(client);
    CHECK_INT(1, end.times);
    close_site(&site);
}

static void a_cancelled_call_ends_once(void)
{
    struct site site;
    struct end early;
    struct end late;
    struct end end;
    open_site(&site);
    bell_client *client = open_client(&site);
    bell_call call = start(client, &early);
    bell_cancel(client, call);
    CHECK_INT(0, early.times);
    wait_end(client, &early);
    CHECK_INT(BELL_CANCELLED, early.status);
    CHECK_INT(BELL_SENT_NO, early.sent);
    call = start(client, &late);
    start(client, &end);
    wait_end(client, &late);
    bell_cancel(client, call);
    wait_end(client, &end);
    CHECK_INT(BELL_OK, late.status);
    bell_close(client);
    CHECK_INT(1, early.times);
    CHECK_INT(1, late.times);
    CHECK_INT(1, site.requests);
    close_site(&site);
}

static void a_closed_client_ends_it_once(void)
{
    struct site site;
    struct end ends[CALLS];
    open_site(&site);
    bell_client *client = open_client(&site);
    for (int i = 0; i < CALLS; i++) {
        start(client, &ends[i]);
    }
    bell_close(client);
    for (int i = 0; i < CALLS; i++) {
        CHECK_INT(1, ends[i].times);
        CHECK_INT(BELL_CLOSED, ends[i].status);
    }
    CHECK_INT(1, site.requests);
    close_site(&site);
}

/* What a callback asks for is told by a later one. */
struct chain {
    bell_client *client;
    struct end inner;
    int times;
};

static void ask_more(void *context, bell_status status, const void *result,
                     const bell_error *error)
{
    struct chain *chain = context;
    (void)result;
    (void)error;
    CHECK_INT(BELL_OK, status);
    chain->times++;
    start(chain->client, &chain->inner);
}

static void a_callback_asks_for_it(void)
{
    struct site site;
    struct chain chain = {0};
    bell_error error;
    open_site(&site);
    chain.client = open_client(&site);
    CHECK_INT(BELL_OK, bell_client_start(chain.client, &get, NULL,
                                         (bell_function)ask_more, &chain, NULL,
                                         0, NULL, &error));
    for (int i = 0; i < TURNS_MAX && chain.inner.times == 0; i++) {
        bell_loop_run(bell_client_loop(chain.client), 50);
    }
    CHECK_INT(1, chain.times);
    CHECK_INT(1, chain.inner.times);
    CHECK_INT(BELL_OK, chain.inner.status);
    CHECK_INT(1, site.requests);
    bell_close(chain.client);
    close_site(&site);
}

/* ---- What came with an answer ----------------------------------------------
 */

static void check_heard(bell_client *client)
{
    const bell_http_reply *http = bell_reply_http(client);
    CHECK(http != NULL);
    if (http != NULL) {
        CHECK_INT(200, http->status);
        CHECK_INT(2, http->header_count);
        CHECK_BYTES("Connection", http->headers[0].name.text,
                    http->headers[0].name.size);
        CHECK_BYTES("close", http->headers[0].value.text,
                    http->headers[0].value.size);
        CHECK_BYTES("2", http->headers[1].value.text,
                    http->headers[1].value.size);
    }
}

struct heard {
    bell_client *client;
    bool good;
    int times;
};

static void check_here(void *context, bell_status status, const void *result,
                       const bell_error *error)
{
    struct heard *heard = context;
    (void)result;
    (void)error;
    heard->times++;
    CHECK_INT(heard->good, status == BELL_OK);
    if (heard->good) {
        check_heard(heard->client);
    } else {
        CHECK(bell_reply_http(heard->client) == NULL);
    }
}

static void hear(struct heard *heard, bool good)
{
    bell_error error;
    bell_call call = 0;
    heard->good = good;
    heard->times = 0;
    CHECK_INT(BELL_OK, bell_client_start(heard->client, &get, NULL,
                                         (bell_function)check_here, heard, NULL,
                                         0, &call, &error));
    if (!good) {
        bell_cancel(heard->client, call);
    }
    for (int i = 0; i < TURNS_MAX && heard->times == 0; i++) {
        bell_loop_run(bell_client_loop(heard->client), 50);
    }
    CHECK_INT(1, heard->times);
}

/* A callback hears of its own answer alone; in between it is the sync call's.
 */
static void status_and_headers_are_told(void)
{
    struct site site;
    struct heard heard = {0};
    bell_error error;
    bell_call_options late = {.deadline_ms = 1, .no_cache = true};
    open_site(&site);
    heard.client = open_client(&site); /* has made a call */
    check_heard(heard.client);
    const bell_http_reply *kept = bell_reply_http(heard.client);
    hear(&heard, true); /* which leaves what was told before alone */
    CHECK_INT(2, kept->header_count);
    CHECK_BYTES("close", kept->headers[0].value.text,
                kept->headers[0].value.size);
    hear(&heard, false);
    check_heard(heard.client);
    atomic_store(&site.silent, true);
    CHECK(bell_client_call(heard.client, &get, NULL, &late, sizeof late, NULL,
                           &error) != BELL_OK);
    CHECK(bell_reply_http(heard.client) == NULL);
    CHECK(bell_reply_http(NULL) == NULL);
    bell_close(heard.client);
    close_site(&site);
}

/* ---- Memory ----------------------------------------------------------------
 */

static void use(bell_client *client)
{
    struct end ends[CALLS];
    for (int i = 0; i < CALLS; i++) { /* one by one, then together */
        start(client, &ends[i]);
        wait_end(client, &ends[i]);
        CHECK(ends[i].status == BELL_OK || ends[i].status == BELL_NO_MEMORY ||
              ends[i].status == BELL_DISCONNECTED);
    }
    bell_error error;
    if (bell_client_call(client, &get, NULL, NULL, 0, NULL, &error) ==
        BELL_OK) {
        const bell_http_reply *http = bell_reply_http(client);
        CHECK(http == NULL || http->header_count == 2);
    }
    for (int i = 0; i < CALLS; i++) {
        start(client, &ends[i]);
    }
    wait_end(client, &ends[0]);
    for (int i = 1; i < CALLS; i++) {
        CHECK(ends[i].times <= 1);
    }
    bell_close(client);
    for (int i = 0; i < CALLS; i++) {
        CHECK_INT(1, ends[i].times);
    }
}

/* False where no allocation failed any more. */
static bool live_once(const struct site *site, size_t fail)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    const char *const urls[] = {site->url, "http://127.0.0.1:1"};
    bell_options options = {.url = "http://127.0.0.1:1",
                            .urls = urls,
                            .url_count = 2,
                            .allocator = &memory,
                            .retry_min_ms = 1,
                            .retry_max_ms = 1,
                            .cache_ms = 60000};
    bell_client *client = NULL;
    bell_error error;
    counter.fail = fail;
    bell_status status = bell_client_open(&service, &options, sizeof options,
                                          &client, &error, sizeof error);
    CHECK((status == BELL_OK) == (client != NULL));
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    if (client != NULL) {
        use(client);
    }
    CHECK_INT(0, counter.bytes);
    return counter.calls >= fail;
}

static void each_allocation_may_fail(void)
{
    struct site site;
    open_site(&site);
    size_t fail = 1;
    while (fail < FAILS_MAX && live_once(&site, fail)) {
        fail++;
    }
    CHECK(fail > 20 && fail < FAILS_MAX);
    close_site(&site);
}

int main(void)
{
    its_callback_runs_in_the_loop();
    a_cancelled_call_ends_once();
    a_closed_client_ends_it_once();
    a_callback_asks_for_it();
    status_and_headers_are_told();
    each_allocation_may_fail();
    return check_report();
}
