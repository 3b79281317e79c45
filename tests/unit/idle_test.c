/* idle_test.c: what a client holds that is connected and calls nothing, and
 * what is left of ten thousand calls at once when they are over. */
#include <tasks.h>

#include "client/client.h"
#include "transport/ws.h"
#include "unit/counter.h"
#include "unit/scripted.h"

enum {
    CLIENTS = 50,
    CALLS = 10000,
    PATIENCE_MS = 20000,
    CLIENT_BYTES_MAX = 12 * 1024,
    LINE_BYTES_MAX = 9 * 1024,
    LOOP_BYTES_MAX = 80 * 1024,
    BLOCK_BYTES = 16 /* of malloc's own, each */
};

static size_t held(const struct counter *counter)
{
    return counter->bytes + counter->blocks * BLOCK_BYTES;
}

static void count_end(void *context, bell_status status,
                      const tasks_task_stats_result *result,
                      const bell_error *error)
{
    (void)result;
    (void)error;
    *(int *)context += status == BELL_OK;
}

static bell_client *open_client(bell_loop *loop, const bell_allocator *memory,
                                const char *url)
{
    bell_client *client = NULL;
    bell_error error;
    bell_options options = {
        .url = url, .loop = loop, .allocator = memory, .name = "quiet"};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    return client;
}

/* Each has a WebSocket, a session and a codec of its own. */
static void many_idle_clients_are_small(void)
{
    struct scripted server;
    struct counter counter;
    struct counter of_loop;
    bell_allocator memory = counter_allocator(&counter);
    bell_allocator loop_memory = counter_allocator(&of_loop);
    bell_client *clients[CLIENTS];
    bell_loop *loop = NULL;
    bell_error error;
    scripted_start(&server);
    CHECK_INT(BELL_OK, bell_loop_open(&loop_memory, &loop, &error));
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = open_client(loop, &memory, server.peer.url);
        CHECK_INT(BELL_OK, bell_connect(clients[i], PATIENCE_MS, &error));
    }
    CHECK(held(&counter) / CLIENTS <= CLIENT_BYTES_MAX);
    CHECK(held(&of_loop) <= LOOP_BYTES_MAX);
    printf("%zu bytes a client, %zu of their loop\n", held(&counter) / CLIENTS,
           held(&of_loop));
    for (int i = 0; i < CLIENTS; i++) {
        bell_close(clients[i]);
    }
    CHECK_INT(0, counter.bytes);
    bell_loop_close(loop);
    CHECK_INT(0, of_loop.bytes);
    scripted_end(&server);
}

/* The line alone: what a WebSocket without calls would hold. */
static void an_idle_line_is_small(void)
{
    struct scripted server;
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__transport *line = NULL;
    struct bell__guest guest = {.left = true};
    struct bell__frame frame;
    bell_loop *loop = NULL;
    bell_error error;
    scripted_start(&server);
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    struct bell__ws_options options = {
        .memory = &memory,
        .loop = loop,
        .guest = &guest,
        .url = server.peer.url,
        .message_bytes_max = 1024 * 1024,
    };
    CHECK_INT(BELL_OK, bell__ws_make(&options, &line, &error));
    CHECK_INT(BELL_OK, line->ops->open(line));
    while (line->line == BELL__LINE_OPENING) {
        bell__loop_pump(loop, PATIENCE_MS);
    }
    CHECK_INT(BELL__LINE_UP, line->line);
    CHECK(!line->ops->receive(line, &frame));
    CHECK(held(&counter) <= LINE_BYTES_MAX);
    printf("%zu bytes a line\n", held(&counter));
    line->ops->free(line);
    bell_loop_close(loop);
    scripted_end(&server);
}

/* The server sends no pings, whose turns would do: the client asks for one. */
static void a_burst_gives_its_memory_back(void)
{
    static const tasks_task_stats_params seven = {.user_id = {"n7", 2}};
    struct scripted server;
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    bell_loop *loop = NULL;
    bell_error error;
    int ended = 0;
    scripted_start(&server);
    CHECK_INT(BELL_OK, bell_loop_open(&memory, &loop, &error));
    bell_client *client = open_client(loop, &memory, server.peer.url);
    CHECK_INT(BELL_OK, bell_connect(client, PATIENCE_MS, &error));
    size_t before = held(&counter);
    for (int i = 0; i < CALLS; i++) {
        CHECK_INT(BELL_OK, tasks_get_stats_start(client, &seven, count_end,
                                                 &ended, NULL, NULL, &error));
    }
    CHECK(held(&counter) > before + 1000 * 1000);
    while (ended < CALLS) {
        bell_loop_run(loop, PATIENCE_MS);
    }
    while (held(&counter) > before) {
        int64_t next_ms = bell_next_deadline_ms(loop);
        CHECK(next_ms >= 0 && next_ms <= 1000);
        bell_loop_run(loop, PATIENCE_MS);
    }
    CHECK(held(&counter) <= before);
    printf("%zu bytes before, %zu behind\n", before, held(&counter));
    ended = 0;
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &seven, count_end, &ended,
                                             NULL, NULL, &error));
    while (ended == 0) {
        bell_loop_run(loop, PATIENCE_MS);
    }
    bell_close(client);
    bell_loop_close(loop);
    CHECK_INT(0, counter.bytes);
    scripted_end(&server);
}

int main(void)
{
    many_idle_clients_are_small();
    an_idle_line_is_small();
    a_burst_gives_its_memory_back();
    return check_report();
}
