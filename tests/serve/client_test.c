/* client_test.c: what bell.h promises, against the mock server.
 *
 *   client_test BELLPULL */
#include <tasks.h>

#include <libwebsockets.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "unit/check.h"
#include "unit/mock.h"

static const char *url;

enum { LIMIT_MS = 10000 };

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bell_client *open_client(bell_loop *loop)
{
    bell_client *client = NULL;
    bell_error error;
    bell_options options = {.url = url, .token = "sEcReT", .loop = loop};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_OK, error.status);
    return client;
}

static const tasks_task_stats_params params = {.user_id = {"123", 3}};

/* What async calls told. */
struct told {
    int ended;
    bell_status status;
    int64_t total;
    void *kept;
    bell_client *close; /* inside the callback */
    bell_status inside; /* of a sync call inside the callback */
};

static void tell(void *context, bell_status status,
                 const tasks_task_stats_result *result, const bell_error *error)
{
    struct told *told = context;
    told->ended++;
    told->status = status;
    CHECK((status == BELL_OK) == (error->status == BELL_OK));
    if (result != NULL) {
        told->total += result->total;
        told->kept = told->ended == 1 ? bell_keep(result) : told->kept;
    }
    if (told->close != NULL) {
        bell_client *client = told->close;
        told->close = NULL;
        tasks_task_stats_result *stats = NULL;
        bell_error sync;
        told->inside = tasks_get_stats(client, &params, &stats, &sync);
        CHECK(stats == NULL);
        bell_close(client);
    }
}

static void start(bell_client *client, struct told *told)
{
    bell_error error;
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &params, tell, told, NULL,
                                             NULL, &error));
}

static void run_until(bell_loop *loop, const struct told *told, int count)
{
    int64_t limit = now_ms() + LIMIT_MS;
    while (told->ended < count && now_ms() < limit) {
        bell_loop_run(loop, 100);
    }
    CHECK_INT(count, told->ended);
}

static void a_reply_is_one_block(void)
{
    bell_client *client = open_client(NULL);
    tasks_list_result *list = NULL;
    tasks_list_params who = {.user_id = BELL_STR("123")};
    bell_error error;
    CHECK_INT(BELL_OK, tasks_list(client, &who, &list, &error));
    CHECK_INT(2, list->value.count);
    CHECK_INT(TASKS_TASK_STATE_OPEN, list->value.items[0].state.value);
    CHECK_TEXT("Ring the bell", list->value.items[0].title.text);
    CHECK(!list->value.items[1].has_owner);
    CHECK_INT(BELL_ABSENT, list->value.items[1].note_state);
    bell_close(client);
    CHECK_TEXT("Pull the rope", list->value.items[1].title.text);
    bell_free(list);
}

static void kept_replies_outlive_the_client(void)
{
    struct told told = {0};
    bell_client *client = open_client(NULL);
    start(client, &told);
    start(client, &told);
    run_until(bell_client_loop(client), &told, 2);
    bell_close(client);
    const tasks_task_stats_result *kept = told.kept;
    CHECK(kept != NULL && kept->total == 3 && kept->has_by_state);
    CHECK_INT(6, told.total);
    bell_free(told.kept);
}

static void many_in_one_turn(void)
{
    struct told told = {0};
    bell_client *client = open_client(NULL);
    for (int i = 0; i < 1000; i++) {
        start(client, &told);
    }
    CHECK_INT(0, told.ended); /* never from inside _start */
    run_until(bell_client_loop(client), &told, 1000);
    CHECK_INT(3000, told.total);
    bell_free(told.kept);
    bell_close(client);
}

/* Our own loop goes with the client, while its turn is not over. */
static void closed_inside_a_callback(void)
{
    struct told told = {0};
    struct told other = {0};
    bell_client *client = open_client(NULL);
    told.close = client;
    start(client, &told);
    start(client, &other);
    start(client, &other);
    int64_t limit = now_ms() + LIMIT_MS;
    bell_loop *loop = bell_client_loop(client);
    while (told.ended == 0 && now_ms() < limit) {
        bell_loop_run(loop, 100);
    }
    CHECK_INT(1, told.ended);
    CHECK_INT(BELL_REENTRANT, told.inside);
    CHECK_INT(2, other.ended);
    CHECK(other.status == BELL_CLOSED || other.status == BELL_OK);
    bell_free(told.kept);
    bell_free(other.kept);
}

static void closed_inside_on_a_shared_loop(void)
{
    struct told told = {0};
    bell_loop *loop = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    bell_client *client = open_client(loop);
    bell_client *other = open_client(loop);
    struct told others = {0};
    told.close = client;
    start(client, &told);
    start(other, &others);
    run_until(loop, &told, 1);
    run_until(loop, &others, 1);
    CHECK_INT(3, others.total);
    bell_free(told.kept);
    bell_free(others.kept);
    bell_close(other);
    bell_loop_close(loop);
}

/* The other's replies come while we pump, and are told when we do not. */
static void others_wait_for_a_sync_call(void)
{
    struct told told = {0};
    bell_loop *loop = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    bell_client *client = open_client(loop);
    bell_client *other = open_client(loop);
    CHECK_INT(BELL_OK, bell_connect(other, 0, &error));
    for (int i = 0; i < 10; i++) {
        start(other, &told);
    }
    for (int i = 0; i < 20; i++) {
        tasks_task_stats_result *stats = NULL;
        CHECK_INT(BELL_OK, tasks_get_stats(client, &params, &stats, &error));
        bell_free(stats);
    }
    CHECK_INT(0, told.ended);
    run_until(loop, &told, 10);
    CHECK_INT(30, told.total);
    bell_free(told.kept);
    bell_close(client);
    bell_close(other);
    bell_loop_close(loop);
}

static void *wake_soon(void *loop)
{
    struct timespec moment = {0, 50 * 1000 * 1000};
    nanosleep(&moment, NULL);
    bell_wake(loop);
    return NULL;
}

static void a_thread_wakes_the_loop(void)
{
    bell_loop *loop = NULL;
    bell_error error;
    pthread_t thread;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    CHECK(pthread_create(&thread, NULL, wake_soon, loop) == 0);
    CHECK_INT(BELL_OK, bell_loop_run(loop, -1)); /* else it never ends */
    pthread_join(thread, NULL);
    bell_loop_close(loop);
}

static void lives_in_another_poll_loop(void)
{
    struct told told = {0};
    bell_client *client = open_client(NULL);
    bell_loop *loop = bell_client_loop(client);
    start(client, &told);
    int64_t limit = now_ms() + LIMIT_MS;
    while (told.ended == 0 && now_ms() < limit) {
        struct pollfd ready = {bell_fd(loop), POLLIN, 0};
        int64_t wait = bell_next_deadline_ms(loop);
        poll(&ready, 1, wait < 0 || wait > 1000 ? 1000 : (int)wait);
        bell_loop_run(loop, 0);
    }
    CHECK_INT(3, told.total);
    bell_free(told.kept);
    bell_close(client);
}

static void lives_in_libwebsockets(void)
{
    struct told told = {0};
    bell_loop *loop = NULL;
    bell_error error;
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    lws_set_log_level(0, NULL);
    struct lws_context *context = lws_create_context(&info);
    CHECK(context != NULL);
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    CHECK_INT(BELL_OK, bell_loop_adopt(loop, context, &error));
    CHECK_INT(BELL_INVALID, bell_loop_adopt(loop, context, &error));
    bell_client *client = open_client(loop);
    for (int i = 0; i < 5; i++) {
        start(client, &told);
    }
    int64_t limit = now_ms() + LIMIT_MS;
    while (told.ended < 5 && now_ms() < limit) {
        lws_service(context, 0);
    }
    CHECK_INT(15, told.total);
    bell_free(told.kept);
    bell_close(client);
    lws_context_destroy(context);
    bell_loop_close(loop);
}

static void options_are_checked(void)
{
    static const struct {
        bell_options options;
        const char *wrong;
    } cases[] = {
        {{.url = ""}, "url"},
        {{.url = "ftp://localhost/"}, ""},
        {{.url = "ws://"}, ""},
        {{.url = "ws://host:0/"}, ""},
        {{.url = "ws://host:65536/"}, ""},
        {{.url = "ws://user@host/"}, ""},
        {{.url = "ws://ho st/"}, ""},
        {{.url = "ws://h/", .deadline_ms = -2}, "deadline_ms"},
        {{.url = "ws://h/", .connect_deadline_ms = -1}, "connect_deadline_ms"},
        {{.url = "ws://h/", .reconnect_min_ms = 9, .reconnect_max_ms = 8},
         "reconnect"},
        {{.url = "ws://h/", .origin = "a\r\nb"}, "origin"},
        {{.url = "ws://h/", .mode = BELL_MODE_CHANNEL}, "user id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_client *client = NULL;
        bell_error error;
        CHECK_INT(BELL_INVALID, tasks_open(&cases[i].options, &client, &error));
        CHECK(client == NULL);
        CHECK(strstr(error.message, cases[i].wrong) != NULL &&
              error.message[0] != '\0');
        bell_close(client);
    }
}

/* A program built with an older header knows fewer options. */
static void fewer_options_are_fine(void)
{
    bell_client *client = NULL;
    struct {
        const char *url;
        const char *token;
    } old = {url, NULL};
    bell_status status = BELL_OK;
    bell_error error;
    CHECK_INT(BELL_OK, bell_client_open(
                           &tasks_service, (const bell_options *)(void *)&old,
                           sizeof old, &client, &error, sizeof status));
    tasks_task_stats_result *stats = NULL;
    CHECK_INT(BELL_OK, tasks_get_stats(client, &params, &stats, NULL));
    bell_free(stats);
    bell_close(client);
}

struct journal {
    char text[8192];
    bool inside;
};

static void write_down(void *context, const bell_record *record)
{
    struct journal *journal = context;
    size_t at = strlen(journal->text);
    snprintf(journal->text + at, sizeof journal->text - at, "%s %s %s\n",
             record->event, record->method != NULL ? record->method : "-",
             record->text);
}

static void the_log_tells_no_secret(void)
{
    static struct journal journal;
    bell_client *client = NULL;
    bell_error error;
    bell_options options = {.url = url,
                            .token = "sEcReT",
                            .log = write_down,
                            .log_context = &journal};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    tasks_task_stats_result *stats = NULL;
    CHECK_INT(BELL_OK, tasks_get_stats(client, &params, &stats, &error));
    bell_free(stats);
    bell_close(client);
    CHECK(strstr(journal.text, "connected") != NULL);
    CHECK(strstr(journal.text, "call tasks.get_stats") != NULL);
    CHECK(strstr(journal.text, "reply tasks.get_stats") != NULL);
    CHECK(strstr(journal.text, "sEcReT") == NULL);
}

static void nobody_there(void)
{
    bell_client *client = NULL;
    bell_error error;
    bell_options options = {.url = "ws://127.0.0.1:9/",
                            .deadline_ms = 200,
                            .reconnect_min_ms = 10,
                            .reconnect_max_ms = 20};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    tasks_task_stats_result *stats = NULL;
    CHECK_INT(BELL_DEADLINE, tasks_get_stats(client, &params, &stats, &error));
    CHECK(strstr(error.message, "127.0.0.1:9") != NULL);
    CHECK(strstr(error.message, "refused") != NULL);
    CHECK_INT(BELL_SENT_NO, error.sent);
    bell_call_options fast = {.fail_fast = true};
    CHECK_INT(BELL_DISCONNECTED,
              tasks_get_stats_with(client, &params, &fast, &stats, &error));
    CHECK_INT(BELL_DEADLINE, bell_connect(client, 50, &error));
    CHECK(!bell_connected(client));
    bell_close(client);
}

static void params_are_checked_before_sending(void)
{
    bell_client *client = open_client(NULL);
    bell_error error;
    tasks_task_stats_result *stats = NULL;
    tasks_task_stats_params wrong = {.user_id = BELL_STR("\xff")};
    CHECK_INT(BELL_INVALID, tasks_get_stats(client, &wrong, &stats, &error));
    CHECK(strstr(error.message, "user_id") != NULL);
    CHECK_TEXT("tasks.get_stats", error.method);
    wrong = (tasks_task_stats_params){.include_completed = true};
    CHECK_INT(BELL_INVALID, tasks_get_stats(client, &wrong, &stats, &error));
    CHECK(strstr(error.message, "include_completed") != NULL);
    CHECK_INT(BELL_INVALID, tasks_get_stats(client, NULL, &stats, &error));
    CHECK_INT(BELL_OK, tasks_get_stats(client, &params, &stats, &error));
    bell_free(stats);
    bell_close(client);
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: client_test BELLPULL\n");
        return 2;
    }
    struct mock mock = mock_start(arguments[1], SCHEMA);
    CHECK(mock.process > 0);
    url = mock.url;
    a_reply_is_one_block();
    kept_replies_outlive_the_client();
    many_in_one_turn();
    closed_inside_a_callback();
    closed_inside_on_a_shared_loop();
    others_wait_for_a_sync_call();
    a_thread_wakes_the_loop();
    lives_in_another_poll_loop();
    lives_in_libwebsockets();
    options_are_checked();
    fewer_options_are_fine();
    the_log_tells_no_secret();
    nobody_there();
    params_are_checked_before_sending();
    mock_stop(&mock);
    return check_report();
}
