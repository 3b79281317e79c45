/* client_alloc_test.c: open, connect, call, start, close against the mock
 * server, once for each allocation that fails in it.
 *
 *   client_alloc_test BELLPULL */
#include <bell/fake.h>
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

/* ---- Tokens that run out, against a fake --------------------------------- */

enum { TTL_S = 60, RENEWALS = 5, AGAIN_S = 30 };

static void on_token(void *context, bell_client *client, uint64_t request)
{
    int *asked = context;
    char token[32];
    snprintf(token, sizeof token, "token-%d", ++*asked);
    bell_token_answer(client, request, BELL_TOKEN_SET, token);
}

static void on_change(void *context, const bell_state_change *change)
{
    (void)context;
    bool named = change->client.size != 0;
    CHECK(!named || strcmp(change->client.text, "fake") == 0);
}

/* Whatever fails, the last token that was given is the one shown, and the
 * client can call. False where no allocation failed any more. */
static bool renew_once(size_t fail)
{
    struct counter counter;
    bell_allocator allocator = counter_allocator(&counter);
    bell_fake *fake = NULL;
    bell_client *client = NULL;
    bell_error error;
    int asked = 0;
    char token[32];
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    bell_fake_call call = {.method = "tasks.list", .result = "[]"};
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
    bell_fake_expire(fake, TTL_S);
    bell_options options = {.fake = fake,
                            .allocator = &allocator,
                            .token_get = on_token,
                            .token_context = &asked,
                            .state_changed = on_change};
    counter.fail = fail;
    if (tasks_open(&options, &client, &error) == BELL_OK) {
        tasks_list_params params = {.user_id = BELL_STR("1")};
        tasks_list_result *list = NULL;
        CHECK_INT(BELL_OK,
                  bell_fake_advance(fake, INT64_C(1000) *
                                              (TTL_S * RENEWALS + AGAIN_S)));
        CHECK(asked >= RENEWALS);
        snprintf(token, sizeof token, "token-%d", asked);
        CHECK_TEXT(token, bell_fake_token(fake));
        bell_status status = tasks_list(client, &params, &list, &error);
        CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
        bell_free(list);
        bell_close(client);
    } else {
        CHECK_INT(BELL_NO_MEMORY, error.status);
    }
    bell_fake_close(fake);
    CHECK_INT(0, counter.bytes);
    return counter.calls >= fail;
}

static void renewals(void)
{
    size_t fail = 1;
    while (fail < ROUNDS_MAX && renew_once(fail)) {
        fail++;
    }
    CHECK(fail > 2 * RENEWALS && fail < ROUNDS_MAX);
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
    renewals();
    return check_report();
}
