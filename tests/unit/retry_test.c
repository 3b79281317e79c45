/* retry_test.c: calls that are sent again when their line breaks: only those
 * that may be, only so often, and each ends once. Against a fake. */
#include <bell/fake.h>
#include <tasks.h>

#include "unit/check.h"
#include "unit/counter.h"

static bell_fake *fake;
static bell_client *client;

static const char seven[] = "{\"total\":7,\"completed\":0,\"pending\":7}";

static void open_all(uint32_t retries, uint32_t breaks,
                     const bell_allocator *memory)
{
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    bell_fake_call broken = {
        .method = "tasks.get_stats", .disconnect = true, .times = breaks};
    bell_fake_call answered = {
        .method = "tasks.get_stats", .result = seven, .times = UINT32_MAX};
    if (breaks != 0) {
        CHECK_INT(BELL_OK, bell_fake_expect(fake, &broken, &error));
    }
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &answered, &error));
    bell_options options = {
        .fake = fake, .retries = retries, .allocator = memory};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
}

static void close_all(void)
{
    bell_close(client);
    bell_fake_close(fake);
}

static bell_status ask(const bell_call_options *options, bell_error *error)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    tasks_task_stats_result *stats = NULL;
    bell_status status =
        tasks_get_stats_with(client, &params, options, &stats, error);
    CHECK((status == BELL_OK) == (stats != NULL));
    bell_free(stats);
    return status;
}

static void so_often(void)
{
    static const struct {
        uint32_t retries;
        int32_t of_call;
        uint32_t breaks;
        bell_status status;
    } cases[] = {
        {0, 0, 1, BELL_DISCONNECTED},
        {1, 0, 1, BELL_OK},
        {1, 0, 2, BELL_DISCONNECTED},
        {3, 0, 3, BELL_OK},
        {0, 2, 2, BELL_OK},
        {0, 2, 3, BELL_DISCONNECTED},
        {5, -1, 1, BELL_DISCONNECTED},
        {5, 0, 0, BELL_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_error error;
        bell_call_options options = {.retries = cases[i].of_call};
        open_all(cases[i].retries, cases[i].breaks, NULL);
        CHECK_INT(cases[i].status, ask(&options, &error));
        if (cases[i].status != BELL_OK) {
            CHECK_INT(BELL_SENT_UNKNOWN, error.sent);
            CHECK_INT(BELL_OK, ask(&options, &error)); /* nothing is stuck */
        }
        close_all();
    }
}

/* The deadline is the call's, not the try's. */
static void within_the_deadline(void)
{
    bell_error error;
    bell_call_options options = {.deadline_ms = 5000};
    open_all(1000, 100000, NULL);
    CHECK_INT(BELL_DEADLINE, ask(&options, &error));
    bell_call_options fast = {.fail_fast = true, .deadline_ms = 5000};
    CHECK(ask(&fast, &error) != BELL_OK);
    close_all();
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
    (void)stats;
    (void)error;
    heard->count++;
    heard->status = status;
}

/* Many at once, broken again and again; some are cancelled, some closed. */
static void each_once(void)
{
    enum { CALLS = 200 };
    bell_error error;
    struct heard heard[CALLS] = {{0, BELL_OK}};
    bell_call calls[CALLS];
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    open_all(2, 3, NULL);
    for (int i = 0; i < CALLS; i++) {
        CHECK_INT(BELL_OK,
                  tasks_get_stats_start(client, &params, on_stats, &heard[i],
                                        NULL, &calls[i], &error));
    }
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    for (int i = 0; i < CALLS; i += 7) {
        bell_cancel(client, calls[i]); /* under the number that it has had */
    }
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 20000));
    for (int i = 0; i < CALLS; i++) {
        CHECK_INT(1, heard[i].count);
        CHECK_INT(i % 7 == 0 ? BELL_CANCELLED : BELL_OK,
                  heard[i].status == BELL_DISCONNECTED && i % 7 != 0
                      ? BELL_OK /* one of those that had bad luck twice */
                      : heard[i].status);
    }
    for (int i = 0; i < CALLS; i++) {
        heard[i].count = 0;
        CHECK_INT(BELL_OK,
                  tasks_get_stats_start(client, &params, on_stats, &heard[i],
                                        NULL, NULL, &error));
    }
    bell_fake_offline(fake, true);
    bell_fake_disconnect(fake, 0, NULL);
    bell_close(client);
    for (int i = 0; i < CALLS; i++) {
        CHECK_INT(1, heard[i].count);
        CHECK_INT(BELL_CLOSED, heard[i].status);
    }
    bell_fake_close(fake);
}

/* Where there is no memory for a copy there is no other try; nothing leaks. */
static void short_of_memory(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    bell_error error;
    open_all(3, 2, &memory);
    CHECK_INT(BELL_OK, ask(NULL, &error));
    close_all();
    size_t count = counter.calls;
    CHECK_INT(0, counter.bytes);
    for (size_t i = 1; i <= count; i++) {
        bell_client *made = NULL;
        memory = counter_allocator(&counter);
        counter.fail = i;
        CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
        bell_fake_call broken = {.method = "tasks.get_stats",
                                 .disconnect = true};
        bell_fake_call answered = {
            .method = "tasks.get_stats", .result = seven, .times = UINT32_MAX};
        bell_fake_expect(fake, &broken, &error);
        bell_fake_expect(fake, &answered, &error);
        bell_options options = {
            .fake = fake, .retries = 3, .allocator = &memory};
        if (tasks_open(&options, &made, &error) == BELL_OK) {
            client = made;
            ask(NULL, &error);
            bell_close(made);
        }
        bell_fake_close(fake);
        CHECK_INT(0, counter.bytes);
    }
}

int main(void)
{
    so_often();
    within_the_deadline();
    each_once();
    short_of_memory();
    return check_report();
}
