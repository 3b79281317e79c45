/* thread_test.c: a loop and its clients belong to the first thread that runs
 * the loop; calls from others are told so, and touch nothing. Against a fake.
 */
#include <bell/fake.h>
#include <tasks.h>

#include <pthread.h>
#include <semaphore.h>

#include "unit/check.h"

static const char refused[] =
    "another thread runs the client's loop: wake that thread with bell_wake(), "
    "open a client for each thread, or give the loop up there with "
    "bell_loop_release()";

static const tasks_task_stats_params params = {.user_id = {"1", 1}};

struct program {
    bell_fake *fake;
    bell_client *client;
    int ended;
    bell_status how;
    bell_call call;
    sem_t inside; /* the loop's thread is in a callback, */
    sem_t go_on;  /* until it is told */
    bool waits;
};

static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *result,
                     const bell_error *error)
{
    struct program *program = context;
    (void)result;
    (void)error;
    program->ended++;
    program->how = status;
}

static void on_change(void *context, const bell_state_change *change)
{
    struct program *program = context;
    if (program->waits && change->kind == BELL_CHANGE_CONNECTED) {
        sem_post(&program->inside);
        sem_wait(&program->go_on);
    }
}

static void open_program(struct program *program)
{
    bell_error error;
    memset(program, 0, sizeof *program);
    sem_init(&program->inside, 0, 0);
    sem_init(&program->go_on, 0, 0);
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &program->fake, &error));
    for (int i = 0; i < 4; i++) {
        bell_fake_call call = {
            .method = "tasks.get_stats",
            .result = "{\"total\":1,\"completed\":1,\"pending\":0}"};
        CHECK_INT(BELL_OK, bell_fake_expect(program->fake, &call, &error));
    }
    bell_options options = {.fake = program->fake,
                            .state_changed = on_change,
                            .state_context = program};
    CHECK_INT(BELL_OK, tasks_open(&options, &program->client, &error));
}

static void close_program(struct program *program)
{
    bell_close(program->client);
    bell_fake_close(program->fake);
    sem_destroy(&program->inside);
    sem_destroy(&program->go_on);
}

static bell_status count(struct program *program, bell_error *error)
{
    tasks_task_stats_result *stats = NULL;
    bell_status status =
        tasks_get_stats(program->client, &params, &stats, error);
    CHECK_INT(status == BELL_OK, stats != NULL);
    bell_free(stats);
    return status;
}

static bell_status start(struct program *program, bell_error *error)
{
    return tasks_get_stats_start(program->client, &params, on_stats, program,
                                 NULL, &program->call, error);
}

static void run_in_thread(void *(*function)(void *), struct program *program)
{
    pthread_t thread;
    CHECK_INT(0, pthread_create(&thread, NULL, function, program));
    CHECK_INT(0, pthread_join(thread, NULL));
}

/* ---- Another thread ------------------------------------------------------ */

static void *everything(void *context)
{
    struct program *program = context;
    bell_client *client = program->client;
    bell_loop *loop = bell_client_loop(client);
    bell_error error;
    CHECK_INT(BELL_INVALID, count(program, &error));
    CHECK_TEXT(refused, error.message);
    CHECK_INT(BELL_SENT_NO, error.sent);
    bell_call call = program->call;
    CHECK_INT(BELL_INVALID, start(program, &error));
    CHECK_TEXT(refused, error.message);
    CHECK_INT(call, program->call);
    CHECK_INT(BELL_INVALID, bell_connect(client, 0, &error));
    CHECK_TEXT(refused, error.message);
    bell_cancel(client, call);
    bell_kick(client);
    CHECK_INT(BELL_STATE_DISCONNECTED, bell_client_state(client));
    CHECK(!bell_connected(client));
    CHECK_INT(BELL_INVALID, bell_loop_run(loop, 0));
    CHECK_INT(BELL_INVALID, bell_loop_release(loop));
    CHECK_INT(-1, bell_next_deadline_ms(loop));
#if BELL_HAS_LIBWEBSOCKETS
    CHECK_INT(BELL_INVALID, bell_loop_adopt(loop, NULL, &error));
    CHECK_TEXT("another thread runs the loop: see bell_loop_release()",
               error.message);
#endif
    bell_options options = {.url = "ws://localhost:1", .loop = loop};
    bell_client *more = client;
    CHECK_INT(BELL_INVALID, tasks_open(&options, &more, &error));
    CHECK(more == NULL);
    CHECK_TEXT("options: another thread runs the loop: see "
               "bell_loop_release()",
               error.message);
    CHECK(bell_fd(loop) >= 0);
    bell_wake(loop);
    bell_token_answer(client, 1, BELL_TOKEN_ANONYMOUS, NULL);
    CHECK(bell_token_link(client, 1) == NULL);
    return NULL;
}

static void others_are_told(void)
{
    struct program program;
    bell_error error;
    open_program(&program);
    CHECK_INT(BELL_OK, count(&program, &error));
    CHECK_INT(BELL_OK, start(&program, &error));
    run_in_thread(everything, &program);
    CHECK_INT(0, program.ended);
    CHECK(bell_connected(program.client));
    CHECK_INT(BELL_OK, count(&program, &error));
    CHECK_INT(1, program.ended);
    CHECK_INT(BELL_OK, program.how);
    close_program(&program);
}

/* ---- Handed over --------------------------------------------------------- */

static void *work(void *context)
{
    struct program *program = context;
    bell_error error;
    CHECK_INT(BELL_OK, bell_loop_run(bell_client_loop(program->client), 0));
    CHECK_INT(BELL_OK, bell_connect(program->client, 0, &error));
    CHECK_INT(BELL_OK, count(program, &error));
    return NULL;
}

/* Opened, and a call started, in the one; run in the other; closed in the
 * one, when the other has ended. */
static void opened_here_and_run_there(void)
{
    struct program program;
    bell_error error;
    open_program(&program);
    CHECK_INT(BELL_OK, start(&program, &error));
    run_in_thread(work, &program);
    CHECK_INT(1, program.ended);
    CHECK_INT(BELL_INVALID, start(&program, &error));
    CHECK_INT(BELL_INVALID, bell_loop_run(bell_client_loop(program.client), 0));
    close_program(&program);
}

/* What waits still is ended by who closes. */
static void *start_once(void *context)
{
    struct program *program = context;
    bell_error error;
    CHECK_INT(BELL_OK, bell_connect(program->client, 0, &error));
    CHECK_INT(BELL_OK, start(program, &error));
    return NULL;
}

static void closed_by_another(void)
{
    struct program program;
    open_program(&program);
    run_in_thread(start_once, &program);
    CHECK_INT(0, program.ended);
    bell_close(program.client);
    CHECK_INT(1, program.ended);
    CHECK_INT(BELL_CLOSED, program.how);
    program.client = NULL;
    close_program(&program);
}

static void released(void)
{
    struct program program;
    bell_error error;
    open_program(&program);
    bell_loop *loop = bell_client_loop(program.client);
    CHECK_INT(BELL_OK, count(&program, &error));
    CHECK_INT(BELL_OK, bell_loop_release(loop));
    run_in_thread(work, &program);
    CHECK_INT(BELL_INVALID, bell_loop_run(loop, 0));
    CHECK_INT(BELL_INVALID, bell_loop_release(loop));
    close_program(&program);
}

/* ---- At its work --------------------------------------------------------- */

static void *connect_slowly(void *context)
{
    struct program *program = context;
    bell_error error;
    CHECK_INT(BELL_OK, bell_connect(program->client, 0, &error));
    CHECK_INT(BELL_OK, count(program, &error));
    return NULL;
}

static void nothing_ends_under_its_thread(void)
{
    struct program program;
    pthread_t thread;
    open_program(&program);
    program.waits = true;
    CHECK_INT(0, pthread_create(&thread, NULL, connect_slowly, &program));
    sem_wait(&program.inside);
    bell_close(program.client);
    bell_loop_close(bell_client_loop(program.client));
    sem_post(&program.go_on);
    CHECK_INT(0, pthread_join(thread, NULL));
    close_program(&program);
}

static void on_change_releases(void *context, const bell_state_change *change)
{
    bell_client *const *client = context;
    (void)change;
    CHECK_INT(BELL_REENTRANT, bell_loop_release(bell_client_loop(*client)));
}

static void not_released_inside(void)
{
    struct program program;
    bell_error error;
    bell_client *client = NULL;
    open_program(&program);
    bell_options options = {.fake = program.fake,
                            .state_changed = on_change_releases,
                            .state_context = &client};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_OK, bell_connect(client, 0, &error));
    bell_close(client);
    close_program(&program);
}

int main(void)
{
    others_are_told();
    opened_here_and_run_there();
    closed_by_another();
    released();
    nothing_ends_under_its_thread();
    not_released_inside();
    return check_report();
}
