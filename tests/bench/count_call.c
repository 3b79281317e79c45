/* count_call.c: whole calls for scripts/count.sh, from a struct to a struct,
 * against the server in memory that users' tests have. */
#include <bell/fake.h>
#include <bench.h>

#include "bench/count.h"

enum { WINDOW = 100 };

static const bell_string labels[] = {
    {"stairs", 6}, {"east wing", 9}, {"rope", 4}};

static const bench_message message = {
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

/* The same as it goes out, and comes home. */
static const char data[] =
    "{\"id\":9007199254740993,\"user_id\":\"usr_01hq7v9x3k\","
    "\"kind\":\"reminder\",\"title\":\"Ring the bell in room 12\","
    "\"body\":\"Somebody pulls the rope, it rings downstairs\","
    "\"total\":12345,\"completed\":678,\"pending\":11667,\"urgent\":true,"
    "\"labels\":[\"stairs\",\"east wing\",\"rope\"]}";

static const bell_fake_call echoed = {
    .method = "bench.echo", .result = data, .times = UINT32_MAX};
static const bell_fake_call refused = {.method = "bench.echo",
                                       .code = 404,
                                       .message = "no such room",
                                       .times = UINT32_MAX};
static const bell_fake_call silent = {
    .method = "bench.echo", .never = true, .times = UINT32_MAX};

/* How the server answers, and by which protocol it is asked. */
struct server {
    const bell_fake_call *call;
    bell_mode mode;
};
static const struct server native = {&echoed, BELL_MODE_NATIVE};
static const struct server channel = {&echoed, BELL_MODE_CHANNEL};
static const struct server refusing = {&refused, BELL_MODE_NATIVE};
static const struct server silence = {&silent, BELL_MODE_NATIVE};

struct calling {
    bell_fake *fake;
    bell_client *client;
    int ended;
};

static void *open_calling(const struct count_row *row)
{
    const struct server *server = row->what;
    struct calling *calling = calloc(1, sizeof *calling);
    bell_error error;
    count_need(calling != NULL, "memory");
    count_need(bell_fake_open(NULL, &calling->fake, &error) == BELL_OK &&
                   bell_fake_expect(calling->fake, server->call, &error) ==
                       BELL_OK,
               "a fake");
    bell_options options = {
        .fake = calling->fake, .mode = server->mode, .user_id = "u"};
    count_need(bench_open(&options, &calling->client, &error) == BELL_OK,
               "a client");
    return calling;
}

static void close_calling(void *context)
{
    struct calling *calling = context;
    bell_close(calling->client);
    count_need(bell_fake_trouble(calling->fake) == NULL, "no trouble");
    bell_fake_close(calling->fake);
    free(calling);
}

static void sync_calls(struct calling *calling, int turns, bell_status want)
{
    for (int i = 0; i < turns; i++) {
        bell_error error;
        bench_message *reply = NULL;
        bell_status status =
            bench_echo(calling->client, &message, &reply, &error);
        count_need(status == want, "the status that was wanted");
        bell_free(reply);
    }
}

static void sync_native(void *context, int turns)
{
    sync_calls(context, turns, BELL_OK);
}

static void sync_channel(void *context, int turns)
{
    sync_calls(context, turns, BELL_OK);
}

static void sync_refused(void *context, int turns)
{
    sync_calls(context, turns, BELL_REFUSED);
}

static void sync_late(void *context, int turns)
{
    sync_calls(context, turns, BELL_DEADLINE);
}

static void ended(void *context, bell_status status, const bench_message *reply,
                  const bell_error *error)
{
    struct calling *calling = context;
    (void)error;
    count_need(status == BELL_OK && reply->id == message.id, "a reply");
    calling->ended++;
}

static void async_native(void *context, int turns)
{
    struct calling *calling = context;
    bell_error error;
    for (int turn = 0; turn < turns; turn++) {
        calling->ended = 0;
        for (int i = 0; i < WINDOW; i++) {
            count_need(bench_echo_start(calling->client, &message, ended,
                                        calling, NULL, NULL, &error) == BELL_OK,
                       "start");
        }
        while (calling->ended < WINDOW) {
            bell_loop_run(bell_fake_loop(calling->fake), -1);
        }
    }
}

/* A client that is opened, connects and is closed. */
static void open_and_close(void *context, int turns)
{
    struct calling *calling = context;
    bell_options options = {.fake = calling->fake};
    for (int i = 0; i < turns; i++) {
        bell_error error;
        bell_client *client = NULL;
        bench_message *reply = NULL;
        count_need(bench_open(&options, &client, &error) == BELL_OK, "open");
        count_need(bench_echo(client, &message, &reply, &error) == BELL_OK,
                   "a call");
        bell_free(reply);
        bell_close(client);
    }
}

#define ROW(name_, server_, turns_)                                            \
    {                                                                          \
        .name = "call." #name_, .open = open_calling, .run = (name_),          \
        .close = close_calling, .turns = (turns_), .what = &(server_)          \
    }

static const struct count_row rows[] = {
    ROW(sync_native, native, 200),    ROW(sync_channel, channel, 200),
    ROW(sync_refused, refusing, 200), ROW(sync_late, silence, 100),
    ROW(async_native, native, 4),     ROW(open_and_close, native, 20)};

int main(int argc, char **argv)
{
    return count_main(rows, sizeof rows / sizeof rows[0], argc, argv);
}
