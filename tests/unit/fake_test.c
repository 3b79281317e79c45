/* fake_test.c: a client against a fake: every answer, both modes, time that
 * passes by itself, and what a fake says of calls that go wrong. */
#include <bell/fake.h>
#include <tasks.h>

#include "unit/check.h"
#include "unit/counter.h"

static bell_fake *open_fake(void)
{
    bell_fake *fake = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    return fake;
}

static bell_client *open_client(bell_fake *fake, bell_mode mode)
{
    bell_options options = {.fake = fake, .mode = mode, .user_id = "7"};
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    return client;
}

static void expect(bell_fake *fake, bell_fake_call call)
{
    bell_error error;
    call.method = "tasks.get_stats";
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

/* The total, or -1 with *error. */
static int64_t ask(bell_client *client, const char *user, bell_error *error)
{
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    tasks_task_stats_result *stats = NULL;
    int64_t total = -1;
    if (tasks_get_stats(client, &params, &stats, error) == BELL_OK) {
        total = stats->total;
    }
    bell_free(stats);
    return total;
}

static const char seven[] =
    " { \"total\" : 7, \"completed\":0,\n\"pending\":7 } ";

static void answers(bell_mode mode)
{
    bell_error error;
    bell_fake *fake = open_fake();
    bell_client *client = open_client(fake, mode);
    expect(fake,
           (bell_fake_call){.params = "{\"user_id\": \"1\"}", .result = seven});
    expect(fake, (bell_fake_call){.params = "{\"user_id\":\"2\"}",
                                  .code = 404,
                                  .message = "no \"such\" user",
                                  .temporary = true});
    expect(fake, (bell_fake_call){.params = "{\"user_id\":\"3\"}",
                                  .result = "{\"total\":\"many\"}"});
    CHECK_INT(7, ask(client, "1", &error));
    CHECK_INT(-1, ask(client, "2", &error));
    CHECK_INT(BELL_REFUSED, error.status);
    CHECK_INT(404, error.code);
    CHECK(error.temporary);
    CHECK(strstr(error.message, "no \"such\" user") != NULL);
    CHECK_INT(-1, ask(client, "3", &error));
    CHECK_INT(BELL_BAD_REPLY, error.status);
    CHECK_TEXT("result.total", error.path);
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_close(client);
    bell_fake_close(fake);
}

/* Thirty seconds pass in no time. */
static void silence(void)
{
    bell_error error;
    bell_fake *fake = open_fake();
    bell_client *client = open_client(fake, BELL_MODE_NATIVE);
    expect(fake, (bell_fake_call){.never = true, .times = 2});
    CHECK_INT(-1, ask(client, "1", &error));
    CHECK_INT(BELL_DEADLINE, error.status);
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    bell_call_options options = {.deadline_ms = -1};
    tasks_task_stats_result *stats = NULL;
    CHECK_INT(BELL_CANCELLED,
              tasks_get_stats_with(client, &params, &options, &stats, &error));
    CHECK(stats == NULL);
    bell_close(client);
    bell_fake_close(fake);
}

static void disconnects(void)
{
    bell_error error;
    bell_fake *fake = open_fake();
    bell_client *client = open_client(fake, BELL_MODE_NATIVE);
    expect(fake, (bell_fake_call){.disconnect = true});
    expect(fake, (bell_fake_call){.result = seven, .times = UINT32_MAX});
    CHECK_INT(-1, ask(client, "1", &error));
    CHECK_INT(BELL_DISCONNECTED, error.status);
    CHECK_INT(BELL_SENT_UNKNOWN, error.sent);
    CHECK_INT(7, ask(client, "1", &error));
    bell_fake_disconnect(fake, 3000, "shutdown");
    CHECK_INT(7, ask(client, "1", &error)); /* on the next line */
    bell_fake_offline(fake, true);
    bell_fake_disconnect(fake, 0, NULL);
    CHECK_INT(-1, ask(client, "1", &error));
    CHECK_INT(BELL_DEADLINE, error.status);
    CHECK_INT(BELL_SENT_NO, error.sent);
    bell_fake_offline(fake, false);
    CHECK_INT(7, ask(client, "1", &error));
    bell_fake_disconnect(fake, 3500, "invalid token");
    CHECK_INT(-1, ask(client, "1", &error));
    CHECK_INT(BELL_TERMINAL, error.status);
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_close(client);
    bell_fake_close(fake);
}

static void refuses_to_connect(void)
{
    bell_error error;
    bell_fake *fake = open_fake();
    bell_fake_refuse(fake, 102, "unknown channel");
    bell_client *client = open_client(fake, BELL_MODE_NATIVE);
    CHECK(bell_connect(client, 0, &error) != BELL_OK);
    CHECK(strstr(error.message, "unknown channel") != NULL);
    bell_close(client);
    bell_fake_refuse(fake, 0, NULL);
    client = open_client(fake, BELL_MODE_NATIVE);
    CHECK_INT(BELL_OK, bell_connect(client, 0, &error));
    bell_close(client);
    bell_fake_close(fake);
}

static void troubles(void)
{
    bell_error error;
    bell_fake *fake = open_fake();
    bell_client *client = open_client(fake, BELL_MODE_NATIVE);
    expect(fake,
           (bell_fake_call){.params = "{\"user_id\":\"1\"}", .result = seven});
    CHECK_TEXT("a call that never came: tasks.get_stats with "
               "{\"user_id\":\"1\"}",
               bell_fake_trouble(fake));
    CHECK_INT(-1, ask(client, "9", &error));
    CHECK_INT(BELL_REFUSED, error.status);
    CHECK_INT(-1, error.code);
    CHECK_TEXT("an unexpected call: tasks.get_stats with {\"user_id\":\"9\"}; "
               "expected was {\"user_id\":\"1\"}",
               bell_fake_trouble(fake));
    bell_close(client);
    bell_fake_close(fake);
}

static void wrong_expectations(void)
{
    static const struct {
        bell_fake_call call;
        const char *message;
    } cases[] = {
        {{.result = "{}"}, "bell_fake_expect: method is missing"},
        {{.method = "a", .params = "{"}, "bell_fake_expect: params is no JSON"},
        {{.method = "a", .result = "{} {}"},
         "bell_fake_expect: result is no JSON"},
        {{.method = "a", .code = 1, .data = "nil"},
         "bell_fake_expect: data is no JSON"},
    };
    bell_fake *fake = open_fake();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_error error;
        CHECK_INT(BELL_INVALID, bell_fake_expect(fake, &cases[i].call, &error));
        CHECK_TEXT(cases[i].message, error.message);
    }
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_loop *other = NULL;
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &other, &error));
    bell_options options = {.fake = fake, .loop = other};
    CHECK_INT(BELL_INVALID, tasks_open(&options, &client, &error));
    CHECK(strstr(error.message, "fake's loop") != NULL);
    bell_loop_close(other);
    bell_fake_close(fake);
}

struct heard {
    int count;
    bell_status status;
};

static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *stats,
                     const bell_error *error)
{
    struct heard *heard = context;
    (void)error;
    heard->count++;
    heard->status = status;
    CHECK((status == BELL_OK) == (stats != NULL));
}

/* An answer that takes its time; the clock is moved by hand. */
static void delays(void)
{
    bell_error error;
    struct heard heard = {0, BELL_OK};
    bell_fake *fake = open_fake();
    bell_client *client = open_client(fake, BELL_MODE_NATIVE);
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    expect(fake, (bell_fake_call){.result = seven, .delay_ms = 1000});
    CHECK_INT(BELL_OK, tasks_get_stats_start(client, &params, on_stats, &heard,
                                             NULL, NULL, &error));
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 999));
    CHECK_INT(0, heard.count);
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    CHECK_INT(1, heard.count);
    CHECK_INT(BELL_OK, heard.status);
    bell_close(client);
    bell_fake_close(fake);
}

/* Every allocation fails once: a status, no leak, and the client can still be
 * closed. */
static void run_once(const bell_allocator *memory)
{
    bell_error error;
    bell_fake *fake = NULL;
    bell_client *client = NULL;
    if (bell_fake_open(memory, &fake, &error) != BELL_OK) {
        return;
    }
    bell_fake_call call = {.method = "tasks.get_stats", .result = seven};
    bell_options options = {.fake = fake, .allocator = memory};
    if (bell_fake_expect(fake, &call, &error) == BELL_OK &&
        tasks_open(&options, &client, &error) == BELL_OK) {
        ask(client, "1", &error);
    }
    bell_close(client);
    bell_fake_close(fake);
}

static void short_of_memory(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    run_once(&memory);
    size_t count = counter.calls;
    CHECK(count > 5);
    CHECK_INT(0, counter.bytes);
    for (size_t i = 1; i <= count; i++) {
        memory = counter_allocator(&counter);
        counter.fail = i;
        run_once(&memory);
        CHECK_INT(0, counter.bytes);
    }
}

int main(void)
{
    answers(BELL_MODE_NATIVE);
    answers(BELL_MODE_CHANNEL);
    silence();
    disconnects();
    refuses_to_connect();
    troubles();
    wrong_expectations();
    delays();
    short_of_memory();
    return check_report();
}
