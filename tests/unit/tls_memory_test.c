/* tls_memory_test.c: OpenSSL's memory fails once, at many points from the
 * first option to the last byte: a status, or another try that succeeds. */
#include <openssl/crypto.h>
#include <tasks.h>

#include "unit/front.h"
#include "unit/scripted.h"

enum {
    STEP = 7,
    POINTS_MAX = 20000,
    STUCK_MAX = 3,
    TRIES_MAX = 8,
    PATIENCE_MS = 20000
};

/* Of the client's thread alone. */
static _Thread_local long left = -1; /* allocations until the one that fails */
static _Thread_local bool failed;

/* Contexts that never connect: where memory is short OpenSSL makes one without
 * the ciphers that it could not look up, and does not say so. */
static int stuck;

struct visitor {
    bell_client *client; /* NULL: it was closed */
    int tries;
};

/* A context that failed so often fails for ever. */
static void count_tries(void *context, const bell_metric *metric)
{
    struct visitor *visitor = context;
    visitor->tries += metric->kind == BELL_METRIC_LOST;
    if (visitor->tries == TRIES_MAX) {
        bell_close(visitor->client);
        visitor->client = NULL;
    }
}

static bool fails_now(void)
{
    if (left < 0 || left-- > 0) {
        return false;
    }
    failed = true;
    return true;
}

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails_now() ? NULL : malloc(size);
}

static void *retake(void *old, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails_now() ? NULL : realloc(old, size);
}

static void give(void *old, const char *file, int line)
{
    (void)file;
    (void)line;
    free(old);
}

/* True: a failure was met on the way. */
static bool visit(const char *url, long point)
{
    bell_error error;
    struct visitor visitor = {NULL, 0};
    bell_options options = {.url = url,
                            .tls_insecure_accept_anybody = true,
                            .reconnect_min_ms = 1,
                            .reconnect_max_ms = 2,
                            .metrics = count_tries,
                            .metrics_context = &visitor};
    failed = false;
    left = point;
    bell_status status = tasks_open(&options, &visitor.client, &error);
    CHECK(status == BELL_OK || (failed && error.message[0] != '\0'));
    if (status == BELL_OK) {
        bool good =
            bell_connect(visitor.client, PATIENCE_MS, &error) == BELL_OK;
        CHECK(good || error.message[0] != '\0');
        stuck += !good;
        bell_close(visitor.client);
    } else {
        CHECK(visitor.client == NULL);
        CHECK(status == BELL_NO_MEMORY || status == BELL_INVALID);
    }
    left = -1;
    return failed;
}

int main(void)
{
    static struct scripted server;
    static struct front secured;
    CHECK_INT(1, CRYPTO_set_mem_functions(take, retake, give));
    struct identity identity = identity_make("x", "DNS:localhost", NULL, -1, 1);
    char url[64];
    scripted_start(&server);
    secured.backend = server.peer.port;
    secured.tls = front_context(&identity, NULL);
    front_start(&secured);
    snprintf(url, sizeof url, "wss://127.0.0.1:%u/line",
             (unsigned)secured.peer.port);
    CHECK(!visit(url, POINTS_MAX)); /* OpenSSL's own beginnings */
    long point = 0;
    while (point < POINTS_MAX && visit(url, point)) {
        point += STEP;
    }
    CHECK(point > 300 && point < POINTS_MAX);
    CHECK(stuck <= STUCK_MAX);
    front_end(&secured);
    scripted_end(&server);
    SSL_CTX_free(secured.tls);
    identity_free(&identity);
    return check_report();
}
