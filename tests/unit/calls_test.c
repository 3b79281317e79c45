/* calls_test.c: a client through its public functions, against a small server
 * that does to each call what the call's user_id says. */
#include <tasks.h>

#include "unit/scripted.h"

enum { TURNS_MAX = 500, TURN_MS = 20, CALLS = 1000 };

static struct scripted server;

static bell_client *open_client(bell_loop *loop)
{
    bell_options options = {.url = server.peer.url,
                            .token = "very-secret",
                            .loop = loop,
                            .reconnect_min_ms = 1,
                            .reconnect_max_ms = 5,
                            .deadline_ms = 5000};
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    return client;
}

/* The total, or -1 with *error. */
static int64_t count(bell_client *client, const char *user, bell_error *error)
{
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    tasks_task_stats_result *result = NULL;
    bell_status status = tasks_get_stats(client, &params, &result, error);
    CHECK((status == BELL_OK) == (result != NULL));
    CHECK_INT(status, error->status);
    int64_t total = result == NULL ? -1 : result->total;
    bell_free(result);
    return total;
}

static void test_sync(void)
{
    bell_error error;
    bell_client *client = open_client(NULL);
    CHECK_INT(7, count(client, "n7", &error));
    CHECK(bell_connected(client));
    CHECK_INT(8, count(client, "n8", &error));

    CHECK_INT(-1, count(client, "error", &error));
    CHECK_INT(BELL_REFUSED, error.status);
    CHECK_INT(BELL_ORIGIN_REPLY, error.origin);
    CHECK_INT(404, error.code);
    CHECK_TEXT("tasks.get_stats", error.method);
    CHECK(error.call != 0);

    CHECK_INT(-1, count(client, "wrong", &error));
    CHECK_INT(BELL_BAD_REPLY, error.status);
    CHECK_INT(BELL_ORIGIN_CODEC, error.origin);
    CHECK_TEXT("result.total", error.path);

    /* What stands behind the data is not taken for a part of it. */
    CHECK_INT(9, count(client, "more", &error));
    CHECK_INT(BELL_OK, error.status);
    CHECK_INT(7, count(client, "n7", &error));

    tasks_touch_params touch = {.user_id = BELL_STR("n1")};
    CHECK_INT(BELL_OK, tasks_touch(client, &touch, NULL));
    bell_close(client);
}

static void test_params_are_checked(void)
{
    bell_error error;
    bell_client *client = open_client(NULL);
    CHECK_INT(-1, count(client, "bad \xff utf-8", &error));
    CHECK_INT(BELL_INVALID, error.status);
    CHECK_INT(BELL_SENT_NO, error.sent);
    tasks_task_stats_result *result = NULL;
    CHECK_INT(BELL_INVALID, tasks_get_stats(client, NULL, &result, &error));
    CHECK_INT(5, count(client, "n5", &error));
    bell_close(client);
}

static void test_deadline(void)
{
    bell_error error;
    bell_client *client = open_client(NULL);
    bell_call_options hurry = {.deadline_ms = 60};
    tasks_task_stats_params params = {.user_id = BELL_STR("slow")};
    tasks_task_stats_result *result = NULL;
    CHECK_INT(3, count(client, "n3", &error));
    CHECK_INT(BELL_DEADLINE,
              tasks_get_stats_with(client, &params, &hurry, &result, &error));
    CHECK(result == NULL);
    CHECK_INT(BELL_SENT_UNKNOWN, error.sent);
    /* The late reply comes behind this one, and ends nobody's call. */
    CHECK_INT(4, count(client, "n4", &error));
    CHECK_INT(6, count(client, "n6", &error));
    bell_close(client);
}

static void test_lines_end(void)
{
    bell_error error;
    bell_client *client = open_client(NULL);
    CHECK_INT(1, count(client, "n1", &error));
    CHECK_INT(-1, count(client, "hang", &error));
    CHECK_INT(BELL_DISCONNECTED, error.status);
    CHECK_INT(BELL_SENT_UNKNOWN, error.sent);
    CHECK_INT(2, count(client, "n2", &error));
    CHECK_INT(-1, count(client, "final", &error));
    CHECK_INT(BELL_TERMINAL, error.status);
    CHECK_INT(BELL_ORIGIN_CLOSE, error.origin);
    CHECK_INT(3501, error.code);
    CHECK_INT(-1, count(client, "n3", &error));
    CHECK_INT(BELL_TERMINAL, error.status);
    CHECK_INT(BELL_SENT_NO, error.sent);
    CHECK_INT(BELL_TERMINAL, bell_connect(client, 0, &error));
    bell_close(client);
}

/* ---- Callbacks ----------------------------------------------------------- */

struct answer {
    bell_client *client;
    int ended;
    bell_status status;
    int64_t total;
    void *kept;
    bool keep;
    bool close;
    bool call;
    bell_status inner;
    bell_status inner_run;
};

static void ended(void *context, bell_status status,
                  const tasks_task_stats_result *result,
                  const bell_error *error)
{
    struct answer *answer = context;
    answer->ended++;
    answer->status = status;
    answer->total = result == NULL ? -1 : result->total;
    CHECK_INT(status, error->status);
    if (answer->keep) {
        answer->kept = bell_keep(result);
    }
    if (answer->call) {
        bell_error trouble;
        tasks_task_stats_result *none = NULL;
        tasks_task_stats_params params = {.user_id = BELL_STR("n1")};
        bell_loop *loop = bell_client_loop(answer->client);
        answer->inner =
            tasks_get_stats(answer->client, &params, &none, &trouble);
        CHECK_INT(BELL_REENTRANT, trouble.status);
        CHECK_INT(BELL_REENTRANT, bell_connect(answer->client, 0, &trouble));
        answer->inner_run = bell_loop_run(loop, 0);
    }
    if (answer->close) {
        bell_close(answer->client);
    }
}

static bell_call start(bell_client *client, const char *user,
                       struct answer *answer)
{
    bell_error error;
    bell_call call = 0;
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    answer->client = client;
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &params, ended, answer,
                                             NULL, &call, &error));
    CHECK_INT(0, answer->ended);
    CHECK(call != 0);
    return call;
}

static void run_until(bell_loop *loop, const int *ended_count)
{
    for (int i = 0; i < TURNS_MAX && *ended_count == 0; i++) {
        CHECK_INT(BELL_OK, bell_loop_run(loop, TURN_MS));
    }
}

static void test_many(void)
{
    static struct answer answers[CALLS];
    bell_error error;
    bell_client *client = open_client(NULL);
    CHECK_INT(BELL_OK, bell_connect(client, 0, &error));
    memset(answers, 0, sizeof answers);
    for (int i = 0; i < CALLS; i++) {
        char user[16];
        snprintf(user, sizeof user, "n%d", i);
        start(client, user, &answers[i]);
    }
    run_until(bell_client_loop(client), &answers[CALLS - 1].ended);
    int good = 0;
    for (int i = 0; i < CALLS; i++) {
        good += answers[i].ended == 1 && answers[i].total == i;
    }
    CHECK_INT(CALLS, good);
    bell_close(client);
}

static void test_cancel(void)
{
    struct answer answer = {0};
    struct answer other = {0};
    bell_client *client = open_client(NULL);
    bell_call call = start(client, "never", &answer);
    start(client, "n9", &other);
    bell_cancel(client, call);
    bell_cancel(client, 0);
    bell_cancel(client, call + 12345);
    CHECK_INT(0, answer.ended);
    run_until(bell_client_loop(client), &other.ended);
    CHECK_INT(1, answer.ended);
    CHECK_INT(BELL_CANCELLED, answer.status);
    CHECK_INT(9, other.total);
    bell_cancel(client, call);
    bell_loop_run(bell_client_loop(client), 0);
    CHECK_INT(1, answer.ended);
    bell_close(client);
    CHECK_INT(1, answer.ended);
}

static void test_close_ends_calls(void)
{
    struct answer answer = {0};
    bell_client *client = open_client(NULL);
    start(client, "never", &answer);
    bell_close(client);
    CHECK_INT(1, answer.ended);
    CHECK_INT(BELL_CLOSED, answer.status);
    bell_close(NULL);
}

/* The client, and a loop of its own, go when the callback has returned. */
static void test_close_in_callback(void)
{
    struct answer closer = {.close = true};
    struct answer other = {0};
    bell_client *client = open_client(NULL);
    bell_loop *loop = bell_client_loop(client);
    start(client, "never", &other);
    start(client, "n1", &closer);
    run_until(loop, &closer.ended);
    CHECK_INT(1, closer.total);
    CHECK_INT(1, other.ended);
    CHECK_INT(BELL_CLOSED, other.status);
}

static void test_close_while_a_sync_call_waits(void)
{
    bell_error error;
    struct answer closer = {.close = true};
    bell_client *client = open_client(NULL);
    CHECK_INT(BELL_OK, bell_connect(client, 0, &error));
    start(client, "n1", &closer);
    CHECK_INT(-1, count(client, "never", &error));
    CHECK_INT(BELL_CLOSED, error.status);
    CHECK_INT(1, closer.ended);
}

static void test_sync_in_callback(void)
{
    struct answer answer = {.call = true};
    bell_client *client = open_client(NULL);
    start(client, "n1", &answer);
    run_until(bell_client_loop(client), &answer.ended);
    CHECK_INT(BELL_REENTRANT, answer.inner);
    CHECK_INT(BELL_REENTRANT, answer.inner_run);
    bell_close(client);
}

static void test_keep(void)
{
    struct answer answer = {.keep = true};
    bell_client *client = open_client(NULL);
    start(client, "n42", &answer);
    run_until(bell_client_loop(client), &answer.ended);
    bell_close(client);
    tasks_task_stats_result *kept = answer.kept;
    CHECK(kept != NULL && kept->total == 42);
    bell_free(kept);
}

/* Another client's callback waits until the sync call is over, and then needs
 * nothing but a turn. */
static void test_two_clients(void)
{
    bell_error error;
    bell_loop *loop = NULL;
    struct answer answer = {0};
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    bell_client *first = open_client(loop);
    bell_client *second = open_client(loop);
    CHECK_INT(BELL_OK, bell_connect(first, 0, &error));
    CHECK_INT(BELL_OK, bell_connect(second, 0, &error));
    start(first, "n1", &answer);
    bell_call_options brief = {.deadline_ms = 150};
    tasks_task_stats_params params = {.user_id = BELL_STR("never")};
    tasks_task_stats_result *none = NULL;
    CHECK_INT(BELL_DEADLINE,
              tasks_get_stats_with(second, &params, &brief, &none, &error));
    CHECK_INT(0, answer.ended);
    CHECK_INT(0, bell_next_deadline_ms(loop));
    CHECK_INT(BELL_OK, bell_loop_run(loop, 0));
    CHECK_INT(1, answer.ended);
    CHECK_INT(1, answer.total);
    bell_close(first);
    bell_close(second);
    bell_loop_close(loop);
}

/* ---- Options and errors -------------------------------------------------- */

static void test_options(void)
{
    bell_error error;
    bell_client *client = NULL;
    unsetenv("CENTRIFUGO_URL");
    CHECK_INT(BELL_INVALID, tasks_open(NULL, &client, &error));
    CHECK(client == NULL);
    CHECK(strstr(error.message, "$CENTRIFUGO_URL") != NULL);
    setenv("CENTRIFUGO_URL", server.peer.url, 1);
    CHECK_INT(BELL_OK, tasks_open(NULL, &client, &error));
    CHECK_INT(2, count(client, "n2", &error));
    bell_close(client);
    unsetenv("CENTRIFUGO_URL");
    bell_options wrong = {.url = server.peer.url, .deadline_ms = -2};
    CHECK_INT(BELL_INVALID, tasks_open(&wrong, &client, &error));
    CHECK(strstr(error.message, "deadline_ms") != NULL);
    wrong = (bell_options){.url = "ftp://host/"};
    CHECK_INT(BELL_INVALID, tasks_open(&wrong, &client, &error));
    wrong = (bell_options){.url = server.peer.url, .origin = "a\r\nb: c"};
    CHECK_INT(BELL_INVALID, tasks_open(&wrong, &client, &error));
    CHECK(client == NULL);
}

/* What is alike in all languages is in the corpus (greeting.yaml). */
static void test_greeting_options(void)
{
    bell_error error;
    bell_client *client = NULL;
    bell_header header = {.name = "ORIGIN", .value = "http://b"};
    bell_options wrong = {.url = server.peer.url, .header_count = 1};
    CHECK_INT(BELL_INVALID, tasks_open(&wrong, &client, &error));
    CHECK_TEXT("options: headers is missing, header_count is not 0",
               error.message);
    wrong.headers = &header;
    wrong.origin = "http://a";
    CHECK_INT(BELL_INVALID, tasks_open(&wrong, &client, &error));
    CHECK_TEXT("options: origin and the header Origin: give one of them",
               error.message);
    header.value = NULL;
    CHECK_INT(BELL_INVALID, tasks_open(&wrong, &client, &error));
    CHECK_TEXT("options: header ORIGIN: its value is not printable ASCII "
               "without spaces around it",
               error.message);
    wrong = (bell_options){.url = server.peer.url, .connect_data = {NULL, 2}};
    CHECK_INT(BELL_INVALID, tasks_open(&wrong, &client, &error));
    CHECK_TEXT("options: the connect data is wrong: the JSON is NULL",
               error.message);
}

/* A program that was built against an older header: nothing is read or written
 * beyond its structs. */
static void test_older_structs(void)
{
    struct {
        unsigned char error[offsetof(bell_error, path)];
        unsigned char fence[sizeof(bell_error)];
    } old;
    struct {
        const char *url;
        const char *fence;
    } options = {server.peer.url, "no token, and not to be read"};
    bell_client *client = NULL;
    bell_error *error = (bell_error *)(void *)&old;
    memset(&old, 0x5a, sizeof old);
    CHECK_INT(BELL_OK, bell_client_open(&tasks_service,
                                        (const bell_options *)(void *)&options,
                                        sizeof options.url, &client, error,
                                        sizeof old.error));
    tasks_task_stats_params params = {.user_id = BELL_STR("error")};
    tasks_task_stats_result *none = NULL;
    CHECK_INT(BELL_REFUSED, tasks_get_stats(client, &params, &none, error));
    CHECK_INT(404, error->code);
    int touched = 0;
    for (size_t i = 0; i < sizeof old.fence; i++) {
        touched += old.fence[i] != 0x5a;
    }
    CHECK_INT(0, touched);
    bell_close(client);
}

/* A program whose header has fewer of the options, or more: what lies behind
 * those that both know is no option. */
static void test_options_may_grow(void)
{
    static const size_t sizes[] = {
        offsetof(bell_options, links),
        offsetof(bell_options, state_changed),
        offsetof(bell_options, connect_data),
        offsetof(bell_options, headers),
        offsetof(bell_options, header_count),
        sizeof(bell_options) + 64,
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct {
            bell_options known;
            unsigned char later[64];
        } options;
        size_t known =
            sizes[i] < sizeof options.known ? sizes[i] : sizeof options.known;
        bell_client *client = NULL;
        bell_error error;
        memset(&options, 0x5a, sizeof options);
        memset(&options, 0, known);
        options.known.url = server.peer.url;
        CHECK_INT(BELL_OK,
                  bell_client_open(&tasks_service, &options.known, sizes[i],
                                   &client, &error, sizeof error));
        CHECK_INT(1, count(client, "n1", &error));
        bell_close(client);
    }
}

static void test_nobody_there(void)
{
    bell_error error;
    bell_client *client = NULL;
    struct peer gone;
    peer_listen(&gone);
    close(gone.listener);
    bell_options options = {.url = gone.url,
                            .reconnect_min_ms = 1,
                            .reconnect_max_ms = 10,
                            .deadline_ms = 80,
                            .fail_fast = true};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_DEADLINE, bell_connect(client, 50, &error));
    CHECK(strstr(error.message, "refused") != NULL);
    CHECK(!bell_connected(client));
    CHECK_INT(-1, count(client, "n1", &error));
    CHECK_INT(BELL_DISCONNECTED, error.status);
    CHECK_INT(BELL_SENT_NO, error.sent);
    bell_close(client);
    options.connect_wait_ms = 40;
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_DEADLINE, bell_connect(client, 0, &error));
    CHECK(strstr(error.message, "not connected within 40 ms: ") != NULL);
    bell_close(client);
    options.connect_wait_ms = -2;
    CHECK_INT(BELL_INVALID, tasks_open(&options, &client, &error));
    CHECK(strstr(error.message, "connect_wait_ms is negative") != NULL);
    options.connect_wait_ms = 0;
    options.fail_fast = false;
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(-1, count(client, "n1", &error));
    CHECK_INT(BELL_DEADLINE, error.status);
    CHECK_INT(BELL_SENT_NO, error.sent);
    bell_close(client);
}

struct story {
    int calls;
    int replies;
    int connected;
    bool secret;
};

static void listen_to(void *context, const bell_record *record)
{
    struct story *story = context;
    story->calls += strcmp(record->event, "call") == 0;
    story->connected += strcmp(record->event, "connected") == 0;
    if (strcmp(record->event, "reply") == 0) {
        story->replies++;
        CHECK_TEXT("tasks.get_stats", record->method);
        CHECK(record->call != 0 && record->elapsed_ms >= 0);
    }
    story->secret |= strstr(record->text, "very-secret") != NULL;
}

static void test_log(void)
{
    struct story story = {0};
    bell_error error;
    bell_client *client = NULL;
    bell_options options = {.url = server.peer.url,
                            .token = "very-secret",
                            .log = listen_to,
                            .log_context = &story};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(1, count(client, "n1", &error));
    CHECK_INT(-1, count(client, "final", &error));
    bell_close(client);
    CHECK_INT(2, story.calls);
    CHECK_INT(1, story.replies);
    CHECK_INT(1, story.connected);
    CHECK(!story.secret);
}

int main(void)
{
    scripted_start(&server);
    test_sync();
    test_params_are_checked();
    test_deadline();
    test_lines_end();
    test_many();
    test_cancel();
    test_close_ends_calls();
    test_close_in_callback();
    test_close_while_a_sync_call_waits();
    test_sync_in_callback();
    test_keep();
    test_two_clients();
    test_options();
    test_greeting_options();
    test_older_structs();
    test_options_may_grow();
    test_nobody_there();
    test_log();
    scripted_end(&server);
    return check_report();
}
