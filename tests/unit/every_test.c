/* every_test.c: calls at intervals, and waiting for calls that were started,
 * with a fake's time. */
#include <bell/fake.h>
#include <tasks.h>

#include "unit/check.h"

static const char seven[] = "{\"total\":7,\"completed\":0,\"pending\":7}";

/* A program with one heartbeat. */
struct program {
    bell_fake *fake;
    bell_client *client;
    bell_every *every;
    bell_call call; /* the last that was started */
    unsigned beats;
    unsigned started;
    unsigned good;
    unsigned cancelled;
    unsigned closed;
    unsigned late;
    unsigned stop_at;   /* in this beat; 0: never */
    unsigned close_at;  /* the same of the client */
    bell_status inside; /* of a sync call in a beat */
    bool idle;          /* beats start nothing */
};

static void on_done(void *context, bell_status status,
                    const tasks_task_stats_result *stats,
                    const bell_error *error)
{
    struct program *program = context;
    (void)error;
    CHECK((status == BELL_OK) == (stats != NULL));
    program->good += status == BELL_OK;
    program->cancelled += status == BELL_CANCELLED;
    program->closed += status == BELL_CLOSED;
    program->late += status == BELL_DEADLINE;
}

static bell_call start(struct program *program)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    bell_call call = 0;
    bell_error error;
    CHECK_INT(BELL_OK, tasks_get_stats_start(program->client, &params, on_done,
                                             program, NULL, &call, &error));
    program->started++;
    return call;
}

static bell_call on_beat(void *context, bell_client *client)
{
    struct program *program = context;
    CHECK(client == program->client);
    program->beats++;
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    program->inside = tasks_get_stats(client, &params, NULL, NULL);
    program->call = program->idle ? 0 : start(program);
    if (program->beats == program->stop_at) {
        bell_every_stop(program->every);
    }
    if (program->beats == program->close_at) {
        bell_close(client);
    }
    return program->call;
}

static struct program open_program(const char *fault)
{
    struct program program = {.fake = NULL};
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &program.fake, &error));
    bell_options options = {.fake = program.fake};
    CHECK_INT(BELL_OK, tasks_open(&options, &program.client, &error));
    bell_fake_call call = {
        .method = "tasks.get_stats", .result = seven, .times = UINT32_MAX};
    CHECK_INT(BELL_OK, bell_fake_expect(program.fake, &call, &error));
    if (fault != NULL) {
        CHECK_INT(BELL_OK, bell_fake_fault(program.fake, fault, &error));
    }
    return program;
}

static void begin(struct program *program, int64_t interval_ms)
{
    bell_error error;
    CHECK_INT(BELL_OK, bell_every_start(program->client, interval_ms, on_beat,
                                        program, &program->every, &error));
}

static void advance(struct program *program, int64_t ms)
{
    CHECK_INT(BELL_OK, bell_fake_advance(program->fake, ms));
}

static void close_program(struct program *program)
{
    bell_close(program->client);
    bell_fake_close(program->fake);
}

static void beats(void)
{
    struct program program = open_program(NULL);
    begin(&program, 1000);
    CHECK_INT(0, program.beats); /* never inside of the start */
    advance(&program, 0);
    CHECK_INT(1, program.beats);
    CHECK_INT(BELL_REENTRANT, program.inside);
    advance(&program, 999);
    CHECK_INT(1, program.beats);
    CHECK_INT(1, program.good);
    advance(&program, 1);
    CHECK_INT(2, program.beats);
    advance(&program, 10000);
    CHECK_INT(12, program.beats);
    CHECK_INT(12, program.good);
    bell_every_stop(program.every);
    advance(&program, 10000);
    CHECK_INT(12, program.beats);
    close_program(&program);
}

/* While a call is under way no other one is started; the rhythm stays. */
static void waits_for_its_call(void)
{
    struct program program = open_program("late:2500ms@1");
    begin(&program, 1000);
    advance(&program, 2400);
    CHECK_INT(1, program.beats);
    advance(&program, 500);
    CHECK_INT(1, program.beats);
    CHECK_INT(1, program.good);
    advance(&program, 100);
    CHECK_INT(2, program.beats); /* at 3000 */
    advance(&program, 1000);
    CHECK_INT(3, program.beats);
    close_program(&program);
}

static void stops_its_call(void)
{
    struct program program = open_program("silent");
    begin(&program, 1000);
    advance(&program, 100);
    CHECK_INT(1, program.beats);
    bell_every_stop(program.every);
    CHECK_INT(0, program.cancelled); /* never inside of the stop */
    advance(&program, 0);
    CHECK_INT(1, program.cancelled);
    advance(&program, 100000);
    CHECK_INT(1, program.beats);
    bell_every_stop(NULL);
    close_program(&program);
}

static void stops_in_a_beat(void)
{
    struct program program = open_program("late:1h");
    program.stop_at = 1;
    begin(&program, 1000);
    advance(&program, 5000);
    CHECK_INT(1, program.beats);
    CHECK_INT(1, program.cancelled);
    close_program(&program);
}

static void closes_in_a_beat(void)
{
    struct program program = open_program(NULL);
    program.close_at = 2;
    begin(&program, 1000);
    bell_every *other = NULL;
    struct program others = program;
    others.close_at = 0;
    CHECK_INT(BELL_OK, bell_every_start(program.client, 1000, on_beat, &others,
                                        &other, NULL));
    advance(&program, 5000);
    CHECK_INT(2, program.beats);
    CHECK_INT(1, program.closed);
    CHECK(others.beats <= 2);
    bell_fake_close(program.fake);
}

/* A call that fails ends no rhythm, and neither does a beat without a call. */
static void goes_on(void)
{
    struct program program = open_program("error:500:no@3");
    begin(&program, 1000);
    advance(&program, 4000);
    CHECK_INT(5, program.beats);
    CHECK_INT(2, program.good);
    program.idle = true;
    advance(&program, 2000);
    CHECK_INT(7, program.beats);
    CHECK_INT(5, program.started);
    close_program(&program);
}

/* Another client's sync call is not disturbed, and nothing is lost by it. */
static void waits_for_others(void)
{
    struct program program = open_program("late:5s@1");
    struct program other = {.fake = program.fake};
    bell_options options = {.fake = program.fake};
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    CHECK_INT(BELL_OK, tasks_open(&options, &other.client, NULL));
    CHECK_INT(BELL_OK, bell_connect(other.client, 0, NULL));
    CHECK_INT(BELL_OK, bell_connect(program.client, 0, NULL));
    begin(&other, 1000);
    CHECK_INT(BELL_OK, tasks_get_stats(program.client, &params, NULL, NULL));
    CHECK_INT(0, other.beats);
    advance(&program, 0);
    CHECK_INT(1, other.beats);
    advance(&program, 1000);
    CHECK_INT(2, other.beats);
    bell_close(other.client);
    close_program(&program);
}

static void refuses(void)
{
    struct program program = open_program(NULL);
    bell_error error;
    bell_every *every = (bell_every *)&program;
    CHECK_INT(BELL_INVALID,
              bell_every_start(NULL, 1000, on_beat, NULL, &every, &error));
    CHECK(every == NULL);
    CHECK_INT(BELL_INVALID, bell_every_start(program.client, 0, on_beat, NULL,
                                             &every, &error));
    CHECK_TEXT("every: the interval must be positive", error.message);
    CHECK_INT(BELL_INVALID,
              bell_every_start(program.client, 1, NULL, NULL, &every, &error));
    CHECK_TEXT("every: a function is needed", error.message);
    CHECK_INT(BELL_OK, bell_every_start(program.client, INT64_MAX, on_beat,
                                        &program, NULL, NULL));
    advance(&program, 0);
    CHECK_INT(1, program.beats);
    close_program(&program);
}

/* ---- Waiting for calls --------------------------------------------------- */

static void waits_for_all(void)
{
    struct program program = open_program("late:3s@2");
    bell_error error;
    bell_call calls[4] = {0};
    for (size_t i = 0; i < 3; i++) {
        calls[i] = start(&program);
    }
    CHECK_INT(BELL_DEADLINE, bell_wait(program.client, calls, 4, 1000, &error));
    CHECK_TEXT("wait: 2 of 4 calls have not ended within 1000 ms",
               error.message);
    CHECK_INT(1, program.good);
    CHECK_INT(BELL_OK, bell_wait(program.client, calls, 4, -1, &error));
    CHECK_INT(3, program.good);
    CHECK_INT(BELL_OK, bell_wait(program.client, calls, 4, 0, &error));
    CHECK_INT(BELL_OK, bell_wait(program.client, NULL, 0, -1, &error));
    CHECK_INT(BELL_INVALID, bell_wait(NULL, calls, 1, -1, &error));
    close_program(&program);
}

/* Each has an outcome of its own, and a silent server has a deadline. */
static void waits_for_outcomes(void)
{
    struct program program = open_program("silent@1");
    bell_call calls[2] = {start(&program), start(&program)};
    CHECK_INT(BELL_OK, bell_wait(program.client, calls, 2, -1, NULL));
    CHECK_INT(1, program.good);
    CHECK_INT(1, program.late);
    calls[0] = start(&program);
    bell_cancel(program.client, calls[0]);
    CHECK_INT(BELL_OK, bell_wait(program.client, calls, 1, -1, NULL));
    advance(&program, 0);
    CHECK_INT(1, program.cancelled);
    close_program(&program);
}

/* By the machine's clock, which may stand a moment behind the end: nobody
 * listens, so the call waits for a connection. */
static void waits_no_longer(void)
{
    enum { MOMENTS = 300 };
    struct program program = {0};
    bell_error error;
    CHECK_INT(BELL_OK, tasks_open(&(bell_options){.url = "ws://127.0.0.1:1",
                                                  .deadline_ms = -1},
                                  &program.client, &error));
    bell_call call = start(&program);
    CHECK(call != 0);
    for (int i = 0; i < MOMENTS; i++) {
        CHECK_INT(BELL_DEADLINE,
                  bell_wait(program.client, &call, 1, 1, &error));
    }
    bell_close(program.client);
    CHECK_INT(1, program.closed);
}

int main(void)
{
    beats();
    waits_for_its_call();
    stops_its_call();
    stops_in_a_beat();
    closes_in_a_beat();
    goes_on();
    waits_for_others();
    refuses();
    waits_for_all();
    waits_for_outcomes();
    waits_no_longer();
    return check_report();
}
