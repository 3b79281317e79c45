/* busy_test.c: programs that come late, and that close what they stand on: a
 * reply in the socket is no late one, and a log may end its client. */
#include <bell/fake.h>
#include <poll.h>
#include <stdint.h>
#include <tasks.h>
#include <time.h>

#include "unit/counter.h"
#include "unit/scripted.h"

enum { PATIENCE_MS = 20000 };

static const tasks_task_stats_params seven = {.user_id = {"n7", 2}};
static const tasks_task_stats_params never = {.user_id = {"never", 5}};

struct end {
    int times;
    bell_status status;
    bell_loop *closes; /* this loop, in the callback */
    bell_client *client;
};

static void on_done(void *context, bell_status status,
                    const tasks_task_stats_result *result,
                    const bell_error *error)
{
    struct end *end = context;
    (void)result;
    (void)error;
    end->times++;
    end->status = status;
    if (end->closes != NULL) {
        bell_close(end->client);
        bell_loop_close(end->closes);
    }
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False: the machine was too slow, the reply came behind the deadline. */
static bool a_reply_was_in_time(const char *url, long deadline_ms)
{
    bell_client *client = NULL;
    bell_error error;
    struct end end = {0};
    struct end other = {0};
    bell_call_options limits = {.deadline_ms = deadline_ms};
    bell_options open = {.url = url};
    CHECK_INT(BELL_OK, tasks_open(&open, &client, &error));
    CHECK_INT(BELL_OK, bell_connect(client, PATIENCE_MS, &error));
    bell_loop *loop = bell_client_loop(client);
    long deadline = now_ms() + deadline_ms;
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &seven, on_done, &end,
                                             &limits, NULL, &error));
    bell_loop_run(loop, 0);
    struct pollfd ready = {bell_fd(loop), POLLIN, 0};
    CHECK_INT(1, end.times == 1 ? 1 : poll(&ready, 1, PATIENCE_MS));
    bool in_time = now_ms() < deadline;
    while (now_ms() <= deadline) {
        poll(NULL, 0, 10);
    }
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &never, on_done, &other,
                                             NULL, NULL, &error));
    bell_loop_run(loop, 0);
    bell_loop_run(loop, 0);
    CHECK_INT(1, end.times);
    if (in_time) {
        CHECK_INT(BELL_OK, end.status);
    }
    bell_close(client);
    CHECK_INT(1, other.times);
    return in_time;
}

/* The reply has come, the program looks at it behind the deadline, and calls
 * something else first. */
static void a_reply_in_the_socket_is_in_time(void)
{
    struct scripted server;
    long deadline_ms = 100;
    scripted_start(&server);
    while (!a_reply_was_in_time(server.peer.url, deadline_ms)) {
        deadline_ms *= 3;
    }
    scripted_end(&server);
}

/* A message of many is worked off in several turns: the loop says each time
 * that another is due. */
static void a_large_message_takes_turns(void)
{
    static const tasks_task_stats_params many = {.user_id = {"many", 4}};
    struct scripted server;
    bell_client *client = NULL;
    bell_error error;
    struct end end = {0};
    scripted_start(&server);
    bell_options options = {.url = server.peer.url};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_OK, bell_connect(client, PATIENCE_MS, &error));
    bell_loop *loop = bell_client_loop(client);
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &many, on_done, &end, NULL,
                                             NULL, &error));
    int rests = 0;
    for (bell_loop_run(loop, 0); end.times == 0; bell_loop_run(loop, 0)) {
        struct pollfd ready = {bell_fd(loop), POLLIN, 0};
        rests += bell_next_deadline_ms(loop) == 0;
        poll(&ready, 1, PATIENCE_MS);
    }
    CHECK_INT(BELL_OK, end.status);
    CHECK(rests > 0);
    bell_close(client);
    scripted_end(&server);
}

/* Calls that are begun and cancelled in their own callbacks. */
struct again {
    bell_client *client;
    long times;
};

enum { AGAIN_MAX = 1000000 };

static void on_again(void *context, bell_status status,
                     const tasks_task_stats_result *result,
                     const bell_error *error)
{
    struct again *again = context;
    bell_call call = 0;
    (void)result;
    (void)error;
    CHECK_INT(BELL_CANCELLED, status);
    if (++again->times < AGAIN_MAX) {
        CHECK_INT(BELL_OK,
                  tasks_get_stats_start(again->client, &never, on_again, again,
                                        NULL, &call, NULL));
        bell_cancel(again->client, call);
    }
}

/* A turn ends all the same, and the loop says that another is due. */
static void a_callback_calls_without_end(void)
{
    bell_client *client = NULL;
    bell_error error;
    bell_call call = 0;
    bell_options options = {.url = "ws://127.0.0.1:1"};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    struct again again = {.client = client};
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &never, on_again, &again,
                                             NULL, &call, &error));
    bell_cancel(client, call);
    bell_loop_run(bell_client_loop(client), 0);
    CHECK(again.times > 0 && again.times < AGAIN_MAX);
    CHECK_INT(0, bell_next_deadline_ms(bell_client_loop(client)));
    again.times = AGAIN_MAX;
    bell_close(client);
}

/* ---- Closed from inside --------------------------------------------------
 */

static void close_at_call(void *context, const bell_record *record)
{
    bell_client **client = context;
    if (strcmp(record->event, "call") == 0) {
        bell_close(*client);
    }
}

static void close_at_metric(void *context, const bell_metric *metric)
{
    bell_client **client = context;
    if (metric->kind == BELL_METRIC_CALL) {
        bell_close(*client);
    }
}

/* The client and the loop that is its own are gone when the call returns. */
static void a_log_closes_the_client(void)
{
    for (int by_metrics = 0; by_metrics < 2; by_metrics++) {
        struct counter counter;
        bell_allocator memory = counter_allocator(&counter);
        bell_client *client = NULL;
        bell_error error;
        struct end end = {0};
        bell_options options = {.url = "ws://127.0.0.1:1",
                                .allocator = &memory,
                                .log = by_metrics ? NULL : close_at_call,
                                .log_context = &client,
                                .metrics = by_metrics ? close_at_metric : NULL,
                                .metrics_context = &client};
        CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
        CHECK_INT(BELL_OK, tasks_get_stats_start(client, &seven, on_done, &end,
                                                 NULL, NULL, &error));
        CHECK_INT(1, end.times);
        CHECK_INT(BELL_CLOSED, end.status);
        CHECK_INT(0, counter.bytes);
    }
}

/* The same in a sync call. */
static void a_log_closes_a_sync_call(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    bell_client *client = NULL;
    bell_error error;
    tasks_task_stats_result *stats = NULL;
    bell_options options = {.url = "ws://127.0.0.1:1",
                            .allocator = &memory,
                            .log = close_at_call,
                            .log_context = &client};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_CLOSED, tasks_get_stats(client, &seven, &stats, &error));
    CHECK(stats == NULL);
    CHECK_INT(0, counter.bytes);
}

/* A loop that several share, closed in a callback behind its last client. */
static void a_callback_closes_the_loop(void)
{
    struct scripted server;
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    bell_error error;
    struct end end = {0};
    scripted_start(&server);
    CHECK_INT(BELL_OK, bell_loop_open(&memory, &end.closes, &error));
    bell_options options = {.url = server.peer.url, .loop = end.closes};
    CHECK_INT(BELL_OK, tasks_open(&options, &end.client, &error));
    CHECK_INT(BELL_OK, bell_connect(end.client, PATIENCE_MS, &error));
    CHECK_INT(BELL_OK, tasks_get_stats_start(end.client, &seven, on_done, &end,
                                             NULL, NULL, &error));
    while (end.times == 0) {
        bell_loop_run(end.closes, 100);
    }
    CHECK_INT(BELL_OK, end.status);
    CHECK_INT(0, counter.bytes);
    scripted_end(&server);
}

/* ---- Options at the end of their range ----------------------------------- */

static void for_ever_is_no_overflow(void)
{
    bell_fake *fake = NULL;
    bell_client *client = NULL;
    bell_error error;
    tasks_task_stats_result *stats = NULL;
    bell_fake_call answer = {.method = "tasks.get_stats",
                             .result =
                                 "{\"total\":7,\"completed\":0,\"pending\":7}"};
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &answer, &error));
    bell_options options = {.fake = fake,
                            .connect_deadline_ms = INT64_MAX,
                            .reconnect_min_ms = INT64_MAX,
                            .reconnect_max_ms = INT64_MAX,
                            .ping_grace_ms = INT64_MAX,
                            .deadline_ms = INT64_MAX};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_OK, tasks_get_stats(client, &seven, &stats, &error));
    bell_free(stats);
    bell_close(client);
    bell_fake_close(fake);
}

static void a_mode_that_is_none(void)
{
    bell_client *client = NULL;
    bell_error error;
    bell_options options = {.url = "ws://127.0.0.1:1", .mode = (bell_mode)7};
    CHECK_INT(BELL_INVALID, tasks_open(&options, &client, &error));
    CHECK_TEXT("options: mode is not a value of bell_mode", error.message);
}

/* ---- What a caller may leave out ------------------------------------------
 */

static void options_and_no_client(bell_error *error)
{
    bell_options options = {.url = "ws://localhost:1"};
    CHECK_INT(BELL_INVALID, tasks_open(&options, NULL, error));
    CHECK_TEXT("client is NULL", error->message);
    CHECK_INT(BELL_INVALID, tasks_open(&options, NULL, NULL));
}

static void what_is_missing_is_told(void)
{
    struct scripted server;
    bell_client *client = NULL;
    tasks_task_stats_result *stats = NULL;
    bell_error error;
    CHECK_INT(BELL_INVALID, tasks_open(NULL, NULL, &error));
    CHECK_TEXT("client is NULL", error.message);
    options_and_no_client(&error);
    CHECK_INT(BELL_INVALID, bell_loop_open(NULL, NULL, &error));
    CHECK_TEXT("loop is NULL", error.message);
    CHECK_INT(BELL_INVALID, bell_loop_open(NULL, NULL, NULL));
    CHECK_INT(BELL_INVALID, bell_fake_open(NULL, NULL, &error));
    CHECK_TEXT("fake is NULL", error.message);
    CHECK_INT(BELL_INVALID,
              bell_token_hs256(BELL_STR("s"), &(bell_claims){.issued_at = 1},
                               NULL, &error));
    CHECK_TEXT("claims and token must not be NULL", error.message);
    CHECK_INT(BELL_INVALID, tasks_get_stats(NULL, &seven, &stats, &error));
    CHECK_INT(BELL_INVALID, tasks_get_stats_start(NULL, &seven, on_done, NULL,
                                                  NULL, NULL, &error));
    CHECK_INT(BELL_INVALID, bell_connect(NULL, 0, &error));
    bell_cancel(NULL, 7);
    scripted_start(&server);
    bell_options options = {.url = server.peer.url};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_INVALID, tasks_get_stats(client, NULL, &stats, &error));
    CHECK_TEXT("tasks.get_stats needs params", error.message);
    CHECK(error.sent == BELL_SENT_NO);
    CHECK_INT(BELL_INVALID, tasks_get_stats_start(client, &seven, NULL, NULL,
                                                  NULL, NULL, &error));
    CHECK_INT(BELL_OK, tasks_get_stats(client, &seven, NULL, &error));
    static const tasks_task_stats_params wrong = {.user_id = {"wrong", 5}};
    CHECK_INT(BELL_BAD_REPLY, tasks_get_stats(client, &wrong, NULL, &error));
    bell_close(client);
    scripted_end(&server);
}

/* A program whose header has fewer of the options, or more. */
static void options_of_a_call_may_grow(void)
{
    const bell_method *method = &tasks_service.methods[0];
    struct {
        bell_call_options known;
        int64_t later[4];
    } newer = {.known = {.deadline_ms = 1}};
    struct scripted server;
    bell_client *client = NULL;
    bell_error error;
    scripted_start(&server);
    bell_options open = {.url = server.peer.url};
    CHECK_INT(BELL_OK, tasks_open(&open, &client, &error));
    CHECK_INT(BELL_OK, bell_connect(client, PATIENCE_MS, &error));
    CHECK_INT(BELL_DEADLINE,
              bell_client_call(client, method, &never, &newer.known,
                               sizeof newer, NULL, &error));
    bell_call_options older = {.deadline_ms = 1, .retries = -2};
    CHECK_INT(BELL_DEADLINE,
              bell_client_call(client, method, &never, &older,
                               sizeof older.deadline_ms, NULL, &error));
    bell_close(client);
    scripted_end(&server);
}

int main(void)
{
    what_is_missing_is_told();
    options_of_a_call_may_grow();
    a_reply_in_the_socket_is_in_time();
    a_large_message_takes_turns();
    a_callback_calls_without_end();
    a_log_closes_the_client();
    a_log_closes_a_sync_call();
    a_callback_closes_the_loop();
    for_ever_is_no_overflow();
    a_mode_that_is_none();
    return check_report();
}
