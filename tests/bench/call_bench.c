/* call_bench.c: what a typed call costs, the whole path: a struct goes out, an
 * equal struct comes home. It needs echo_server.c at the other end.
 *
 *   call_bench serial|pipelined URL BYTES COUNT
 *   call_bench bytes BYTES
 *
 * Prints the median of sync calls in microseconds, or async calls per second
 * with WINDOW in flight, or the bytes of one command. BYTES are those of the
 * payload, 256 or more. */
#include <bell/fake.h>
#include <bench.h>

#include "wire.h"

enum {
    BYTES_MIN = 256,
    BYTES_MAX = 128 * 1024,
    COUNT_MAX = 10000000,
    WINDOW = 1000
};

static const bell_string labels[] = {
    {"stairs", 6}, {"east wing", 9}, {"rope", 4}};

static bench_message message = {
    .id = INT64_C(9007199254740993),
    .user_id = {"usr_01hq7v9x3k", 14},
    .kind = {.value = BENCH_KIND_REMINDER},
    .title = {"Ring the bell in room 12", 24},
    .body = {"Somebody pulls the rope, it rings downstairs", 44},
    .total = 12345,
    .completed = 678,
    .pending = 11667,
    .urgent = true,
    .labels = {labels, sizeof labels / sizeof labels[0]}};

/* The same as it goes out. */
static const char data[] =
    "{\"id\":9007199254740993,\"user_id\":\"usr_01hq7v9x3k\","
    "\"kind\":\"reminder\",\"title\":\"Ring the bell in room 12\","
    "\"body\":\"Somebody pulls the rope, it rings downstairs\","
    "\"total\":12345,\"completed\":678,\"pending\":11667,\"urgent\":true,"
    "\"labels\":[\"stairs\",\"east wing\",\"rope\"]}";
_Static_assert(sizeof data - 1 == BYTES_MIN, "the name of the benchmark");

/* The body of a longer message. */
static char body[BYTES_MAX];

/* Makes the message as long as it shall be. */
static void stretch(size_t bytes)
{
    size_t size = message.body.size + bytes - BYTES_MIN;
    memset(body, 'x', size);
    memcpy(body, message.body.text, message.body.size);
    message.body = (bell_string){body, size};
}

/* The calls in flight of a pipelined run. */
struct pipe {
    bell_client *client;
    size_t started;
    size_t ended;
    size_t count;
    uint64_t start_ns; /* of the part that is measured */
    size_t warm;       /* calls before that part */
};

static void fail(const char *what, const bell_error *error)
{
    fprintf(stderr, "call_bench: %s: %s\n", what, error->message);
    exit(1);
}

static void check_reply(const bench_message *reply)
{
    if (reply->id != message.id || reply->labels.count != 3 ||
        reply->body.size != message.body.size ||
        reply->kind.value != message.kind.value) {
        fprintf(stderr, "call_bench: the reply is not the request\n");
        exit(1);
    }
}

static int compare_times(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void call_once(bell_client *client)
{
    bell_error error;
    bench_message *reply = NULL;
    if (bench_echo(client, &message, &reply, &error) != BELL_OK) {
        fail("echo", &error);
    }
    check_reply(reply);
    bell_free(reply);
}

static void measure_serial(bell_client *client, size_t count)
{
    uint64_t *times = malloc(count * sizeof *times);
    if (times == NULL) {
        wire_die("times");
    }
    for (size_t i = 0; i < count / 4 + 1; i++) {
        call_once(client);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t start = wire_now_ns();
        call_once(client);
        times[i] = wire_now_ns() - start;
    }
    qsort(times, count, sizeof *times, compare_times);
    printf("%.4f\n", (double)times[count / 2] / 1e3);
    free(times);
}

static void pipe_start(struct pipe *pipe);

static void pipe_ended(void *context, bell_status status,
                       const bench_message *reply, const bell_error *error)
{
    struct pipe *pipe = context;
    if (status != BELL_OK) {
        fail("echo", error);
    }
    check_reply(reply);
    pipe->ended++;
    if (pipe->ended == pipe->warm) {
        pipe->start_ns = wire_now_ns();
    }
    if (pipe->started < pipe->count) {
        pipe_start(pipe);
    }
}

static void pipe_start(struct pipe *pipe)
{
    bell_error error;
    pipe->started++;
    if (bench_echo_start(pipe->client, &message, pipe_ended, pipe, NULL, NULL,
                         &error) != BELL_OK) {
        fail("start", &error);
    }
}

static void measure_pipelined(bell_client *client, size_t count)
{
    struct pipe pipe = {.client = client, .warm = count / 4 + 1};
    pipe.count = count + pipe.warm;
    bell_loop *loop = bell_client_loop(client);
    for (size_t i = 0; i < WINDOW && i < pipe.count; i++) {
        pipe_start(&pipe);
    }
    while (pipe.ended < pipe.count) {
        bell_loop_run(loop, -1);
    }
    uint64_t elapsed = wire_now_ns() - pipe.start_ns;
    printf("%.0f\n", (double)count * 1e9 / (double)elapsed);
}

/* What the hand-written echo must carry to be comparable; `data` is what a
 * server in memory gets. */
static int print_bytes(size_t bytes)
{
    static const char envelope[] =
        "{\"id\":10000,\"rpc\":{\"method\":\"bench.echo\",\"data\":}}";
    bell_error error;
    bell_fake *fake = NULL;
    bell_client *client = NULL;
    bell_fake_call call = {
        .method = "bench.echo", .params = data, .result = data};
    if (bell_fake_open(NULL, &fake, &error) != BELL_OK ||
        bell_fake_expect(fake, &call, &error) != BELL_OK ||
        bench_open(&(bell_options){.fake = fake}, &client, &error) != BELL_OK) {
        fail("open", &error);
    }
    call_once(client);
    bell_close(client);
    bell_fake_close(fake);
    printf("%zu\n", bytes + sizeof envelope - 1);
    return 0;
}

static int usage(void)
{
    fprintf(stderr,
            "usage: call_bench serial|pipelined URL BYTES COUNT\n"
            "       call_bench bytes BYTES\n"
            "BYTES are %d to %d\n",
            (int)BYTES_MIN, (int)BYTES_MAX);
    return 2;
}

int main(int count, char **arguments)
{
    bool asks_bytes = count == 3 && strcmp(arguments[1], "bytes") == 0;
    if (count != 5 && !asks_bytes) {
        return usage();
    }
    size_t bytes = strtoul(arguments[asks_bytes ? 2 : 3], NULL, 10);
    size_t calls = asks_bytes ? 1 : strtoul(arguments[4], NULL, 10);
    if (calls == 0 || calls > COUNT_MAX || bytes < BYTES_MIN ||
        bytes > BYTES_MAX) {
        return usage();
    }
    if (asks_bytes) {
        return print_bytes(bytes);
    }
    stretch(bytes);
    bell_options options = {.url = arguments[2],
                            .request_bytes_max = 2 * BYTES_MAX,
                            .tls_insecure_accept_anybody =
                                strncmp(arguments[2], "wss:", 4) == 0};
    bell_error error;
    bell_client *client = NULL;
    if (bench_open(&options, &client, &error) != BELL_OK) {
        fail("open", &error);
    }
    if (strcmp(arguments[1], "serial") == 0) {
        measure_serial(client, calls);
    } else {
        measure_pipelined(client, calls);
    }
    bell_close(client);
    return 0;
}
