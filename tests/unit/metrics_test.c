/* metrics_test.c: what is counted: each call's begin and end once, and each
 * line's. Against a fake. */
#include <bell/fake.h>
#include <tasks.h>

#include "unit/check.h"

struct counts {
    int calls;
    int ends[BELL_TERMINAL + 1]; /* by status */
    int connected;
    int lost;
    int32_t last_code;
    size_t sent;
    size_t received;
    double slowest_ms;
};

static void on_metric(void *context, const bell_metric *metric)
{
    struct counts *counts = context;
    switch (metric->kind) {
    case BELL_METRIC_CALL:
        CHECK_TEXT("tasks.get_stats", metric->method);
        counts->calls++;
        counts->sent += metric->bytes;
        break;
    case BELL_METRIC_END:
        CHECK_TEXT("tasks.get_stats", metric->method);
        counts->ends[metric->status]++;
        counts->received += metric->bytes;
        counts->last_code = metric->code;
        if (metric->elapsed_ms > counts->slowest_ms) {
            counts->slowest_ms = metric->elapsed_ms;
        }
        break;
    case BELL_METRIC_CONNECTED:
        CHECK(metric->method == NULL);
        counts->connected++;
        break;
    case BELL_METRIC_LOST:
        counts->lost++;
        counts->last_code = metric->code;
        break;
    }
}

static void expect(bell_fake *fake, bell_fake_call call)
{
    bell_error error;
    call.method = "tasks.get_stats";
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

static void ask(bell_client *client)
{
    bell_error error;
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    tasks_task_stats_result *stats = NULL;
    tasks_get_stats(client, &params, &stats, &error);
    bell_free(stats);
}

int main(void)
{
    static const char seven[] = "{\"total\":7,\"completed\":0,\"pending\":7}";
    struct counts counts = {0};
    bell_fake *fake = NULL;
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    bell_options options = {
        .fake = fake, .metrics = on_metric, .metrics_context = &counts};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    expect(fake, (bell_fake_call){.result = seven, .times = 2});
    expect(fake, (bell_fake_call){.code = 404});
    expect(fake, (bell_fake_call){.result = "[]"});
    expect(fake, (bell_fake_call){.never = true});
    expect(fake, (bell_fake_call){.disconnect = true, .code = 3001});
    for (int i = 0; i < 6; i++) {
        ask(client);
    }
    CHECK_INT(6, counts.calls);
    CHECK_INT(2, counts.ends[BELL_OK]);
    CHECK_INT(1, counts.ends[BELL_REFUSED]);
    CHECK_INT(1, counts.ends[BELL_BAD_REPLY]);
    CHECK_INT(1, counts.ends[BELL_DEADLINE]);
    CHECK_INT(1, counts.ends[BELL_DISCONNECTED]);
    CHECK_INT(1, counts.connected);
    CHECK(counts.slowest_ms >= 30000 && counts.slowest_ms < 30100);
    CHECK_INT(6 * strlen("{\"user_id\":\"1\"}"), counts.sent);
    CHECK(counts.received >= 2 * strlen(seven));
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 3000));
    CHECK_INT(2, counts.connected);
    CHECK_INT(1, counts.lost);
    CHECK_INT(3001, counts.last_code);
    bell_close(client);
    CHECK_INT(6, counts.calls);
    bell_fake_close(fake);
    return check_report();
}
