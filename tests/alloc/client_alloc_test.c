/* client_alloc_test.c: open, connect, call, start, close against the mock
 * server, once for each allocation that fails in it.
 *
 *   client_alloc_test BELLPULL */
#include <tasks.h>

#include "unit/check.h"
#include "unit/counter.h"
#include "unit/mock.h"

enum { ROUNDS_MAX = 2000, STARTS = 20, TURNS_MAX = 200, TURN_MS = 50 };

static void counted(void *context, bell_status status,
                    const tasks_task_stats_result *result,
                    const bell_error *error)
{
    int *ended = context;
    CHECK((status == BELL_OK) == (result != NULL));
    CHECK(status == BELL_OK || error->message[0] != '\0');
    (*ended)++;
}

static int start_some(bell_client *client, int *ended)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("123")};
    int started = 0;
    for (int i = 0; i < STARTS; i++) {
        bell_error error;
        bell_status status = tasks_get_stats_start(client, &params, counted,
                                                   ended, NULL, NULL, &error);
        CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
        started += status == BELL_OK;
    }
    return started;
}

static void use(bell_client *client)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("123")};
    tasks_list_params list = {.user_id = BELL_STR("123")};
    bell_call_options options = {.deadline_ms = 4000};
    tasks_task_stats_result *stats = NULL;
    tasks_list_result *tasks = NULL;
    bell_error error;
    int ended = 0;
    bell_status status =
        tasks_get_stats_with(client, &params, &options, &stats, &error);
    CHECK((status == BELL_OK) == (stats != NULL));
    CHECK(stats == NULL || stats->total == 3);
    bell_free(stats);
    int started = start_some(client, &ended);
    for (int i = 0; i < TURNS_MAX && ended < started; i++) {
        bell_loop_run(bell_client_loop(client), TURN_MS);
    }
    status = tasks_list_with(client, &list, &options, &tasks, &error);
    CHECK((status == BELL_OK) == (tasks != NULL));
    CHECK(tasks == NULL || tasks->value.count == 2);
    bell_free(tasks);
    started += start_some(client, &ended);
    bell_close(client); /* ends what is in flight */
    CHECK_INT(started, ended);
}

/* False where no allocation failed any more. */
static bool live_once(const char *url, size_t fail)
{
    struct counter counter;
    bell_allocator allocator = counter_allocator(&counter);
    bell_options options = {.url = url,
                            .allocator = &allocator,
                            .reconnect_min_ms = 1,
                            .reconnect_max_ms = 2};
    bell_client *client = NULL;
    bell_error error;
    counter.fail = fail;
    bell_status status = tasks_open(&options, &client, &error);
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    CHECK((status == BELL_OK) == (client != NULL));
    if (client != NULL) {
        use(client);
    }
    CHECK_INT(0, counter.bytes);
    return counter.calls >= fail;
}

int main(int count, char **arguments)
{
    size_t fail = 1;
    if (count != 2) {
        fprintf(stderr, "usage: client_alloc_test BELLPULL\n");
        return 2;
    }
    struct mock mock = mock_start(arguments[1], SCHEMA);
    CHECK(mock.process > 0);
    while (mock.process > 0 && fail < ROUNDS_MAX && live_once(mock.url, fail)) {
        fail++;
    }
    CHECK(fail > 10 && fail < ROUNDS_MAX);
    mock_stop(&mock);
    return check_report();
}
