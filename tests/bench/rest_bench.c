/* rest_bench.c: what a typed exchange costs, the whole path: a struct goes out,
 * an equal struct comes home. It needs rest_server.c at the other end.
 *
 *   rest_bench URL CONNECTIONS COUNT
 *   rest_bench body
 *
 * Prints the wall time and the CPU time of an exchange in microseconds, or what
 * it sends, for those that have no types. With one connection, calls are sync.
 */
#include <bench_rest.h>

#include "wire.h"

enum { WARM = 200, CONNECTIONS_MAX = 100, COUNT_MAX = 10000000 };

static const bell_string labels[] = {
    {"stairs", 6}, {"east wing", 9}, {"rope", 4}};

static const bench_rest_echo_params params = {
    .body = {.id = INT64_C(9007199254740993),
             .user_id = {"usr_01hq7v9x3k", 14},
             .kind = {.value = BENCH_REST_KIND_REMINDER},
             .title = {"Ring the bell in room 12", 24},
             .body = {"Somebody pulls the rope, it rings downstairs", 44},
             .total = 12345,
             .completed = 678,
             .pending = 11667,
             .urgent = true,
             .labels = {labels, sizeof labels / sizeof labels[0]}}};

/* The same as it goes out. */
static const char body[] =
    "{\"id\":9007199254740993,\"user_id\":\"usr_01hq7v9x3k\","
    "\"kind\":\"reminder\",\"title\":\"Ring the bell in room 12\","
    "\"body\":\"Somebody pulls the rope, it rings downstairs\","
    "\"total\":12345,\"completed\":678,\"pending\":11667,\"urgent\":true,"
    "\"labels\":[\"stairs\",\"east wing\",\"rope\"]}";
_Static_assert(sizeof body - 1 == 256, "the name of the benchmark");

/* Calls that are started and ended. */
struct calls {
    bell_client *client;
    size_t started;
    size_t ended;
    size_t count;
};

static void fail(const char *what, const bell_error *error)
{
    fprintf(stderr, "rest_bench: %s: %s\n", what, error->message);
    exit(1);
}

static void check_result(const bench_rest_message *result)
{
    if (result->id != params.body.id || result->labels.count != 3 ||
        result->kind.value != params.body.kind.value) {
        fprintf(stderr, "rest_bench: the result is not the body\n");
        exit(1);
    }
}

static void call_often(bell_client *client, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bell_error error;
        bench_rest_message *result = NULL;
        if (bench_rest_echo(client, &params, &result, &error) != BELL_OK) {
            fail("echo", &error);
        }
        check_result(result);
        bell_free(result);
    }
}

static void start(struct calls *calls);

static void on_end(void *context, bell_status status,
                   const bench_rest_message *result, const bell_error *error)
{
    struct calls *calls = context;
    if (status != BELL_OK) {
        fail("echo", error);
    }
    check_result(result);
    calls->ended++;
    if (calls->started < calls->count) {
        start(calls);
    }
}

static void start(struct calls *calls)
{
    bell_error error;
    calls->started++;
    if (bench_rest_echo_start(calls->client, &params, on_end, calls, NULL, NULL,
                              &error) != BELL_OK) {
        fail("start", &error);
    }
}

static void call_together(bell_client *client, size_t connections, size_t count)
{
    struct calls calls = {.client = client, .count = count};
    bell_loop *loop = bell_client_loop(client);
    for (size_t i = 0; i < connections && i < count; i++) {
        start(&calls);
    }
    while (calls.ended < count) {
        bell_loop_run(loop, -1);
    }
}

static void run(bell_client *client, size_t connections, size_t count)
{
    if (connections == 1) {
        call_often(client, count);
    } else {
        call_together(client, connections, count);
    }
}

int main(int words, char **word)
{
    if (words == 2 && strcmp(word[1], "body") == 0) {
        printf("%s\n", body);
        return 0;
    }
    size_t connections = words == 4 ? strtoul(word[2], NULL, 10) : 0;
    size_t count = words == 4 ? strtoul(word[3], NULL, 10) : 0;
    if (connections == 0 || connections > CONNECTIONS_MAX || count == 0 ||
        count > COUNT_MAX) {
        fprintf(stderr, "usage: rest_bench URL CONNECTIONS COUNT | body\n");
        return 2;
    }
    bell_options options = {.url = word[1],
                            .token = "abcdefghijklmnopqrstuvwxyz0123456789",
                            .tls_insecure_accept_anybody =
                                strncmp(word[1], "https:", 6) == 0};
    bell_error error;
    bell_client *client = NULL;
    if (bench_rest_open(&options, &client, &error) != BELL_OK) {
        fail("open", &error);
    }
    run(client, connections, WARM);
    struct wire_times times = wire_times_begin();
    run(client, connections, count);
    wire_times_print(&times, count);
    bell_close(client);
    return 0;
}
