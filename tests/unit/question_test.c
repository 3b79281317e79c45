/* question_test.c: answers to token requests that come late, from other
 * threads, and when the client is gone; tokens whose time passes while there is
 * no line. Against a fake, and a small server. */
#include <bell/fake.h>
#include <tasks.h>

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "client/client.h"
#include "unit/check.h"
#include "unit/scripted.h"

enum { WINDOW_MS = 5000, TTL_S = 60, REQUESTS_MAX = 16 };

struct program {
    bell_fake *fake;
    bell_client *client;
    bool answers; /* at once */
    int asked;
    uint64_t requests[REQUESTS_MAX];
};

static void on_token(void *context, bell_client *client, uint64_t request)
{
    struct program *program = context;
    char token[32];
    program->requests[program->asked++ % REQUESTS_MAX] = request;
    if (program->answers) {
        snprintf(token, sizeof token, "token-%d", program->asked);
        bell_token_answer(client, request, BELL_TOKEN_SET, token);
    }
}

static void open_program(struct program *program, bool answers)
{
    bell_error error;
    memset(program, 0, sizeof *program);
    program->answers = answers;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &program->fake, &error));
    bell_fake_expire(program->fake, TTL_S);
    bell_options options = {
        .fake = program->fake, .token_get = on_token, .token_context = program};
    CHECK_INT(BELL_OK, tasks_open(&options, &program->client, &error));
}

static void close_program(struct program *program)
{
    bell_close(program->client);
    bell_fake_close(program->fake);
}

static void pass(struct program *program, int64_t ms)
{
    CHECK_INT(BELL_OK, bell_fake_advance(program->fake, ms));
}

static void say(struct program *program, int request, bell_token_kind kind,
                const char *text)
{
    bell_token_answer(program->client, program->requests[request], kind, text);
    pass(program, 1);
}

/* Asked twice and more, answered once, the first time. */
static void late_is_taken(void)
{
    struct program program;
    open_program(&program, false);
    pass(&program, WINDOW_MS + 2000);
    CHECK_INT(2, program.asked);
    CHECK(program.requests[0] != program.requests[1]);
    CHECK_TEXT("rpc", bell_token_link(program.client, program.requests[0]));
    say(&program, 0, BELL_TOKEN_SET, "late");
    CHECK(bell_connected(program.client));
    CHECK_TEXT("late", bell_fake_token(program.fake));
    CHECK(bell_token_link(program.client, program.requests[1]) == NULL);
    say(&program, 1, BELL_TOKEN_SET, "later"); /* over as well */
    say(&program, 1, BELL_TOKEN_UNAUTHORIZED, NULL);
    CHECK(bell_connected(program.client));
    CHECK_TEXT("late", bell_fake_token(program.fake));
    CHECK_INT(2, program.asked);
    close_program(&program);
}

/* It comes while the client waits before it asks again. */
static void late_between_two_requests(void)
{
    struct program program;
    open_program(&program, false);
    pass(&program, WINDOW_MS + 1);
    CHECK_INT(1, program.asked);
    say(&program, 0, BELL_TOKEN_ANONYMOUS, NULL);
    CHECK(bell_connected(program.client));
    CHECK_TEXT("", bell_fake_token(program.fake));
    CHECK_INT(1, program.asked);
    close_program(&program);
}

/* That there is none is a word on that request alone. */
static void a_late_refusal_ends_nothing(void)
{
    struct program program;
    open_program(&program, false);
    pass(&program, WINDOW_MS + 2000);
    CHECK_INT(2, program.asked);
    say(&program, 0, BELL_TOKEN_UNAUTHORIZED, "no");
    say(&program, 0, BELL_TOKEN_FAILED, "no");
    pass(&program, 1000);
    CHECK_INT(2, program.asked); /* nothing ended the second */
    say(&program, 1, BELL_TOKEN_SET, "second");
    CHECK(bell_connected(program.client));
    CHECK_TEXT("second", bell_fake_token(program.fake));
    close_program(&program);
}

/* The last request's refusal counts, late too; a token beats one that nobody
 * has taken yet. */
static void what_is_said_of_the_last(void)
{
    struct program program;
    open_program(&program, false);
    pass(&program, WINDOW_MS + 1);
    say(&program, 0, BELL_TOKEN_UNAUTHORIZED, "no");
    bell_error error;
    CHECK_INT(BELL_TERMINAL, bell_connect(program.client, 0, &error));
    CHECK(strstr(error.message, "not authorized: no") != NULL);
    close_program(&program);
    open_program(&program, false);
    pass(&program, 1);
    bell_token_answer(program.client, program.requests[0], BELL_TOKEN_FAILED,
                      "no");
    bell_token_answer(program.client, program.requests[0], BELL_TOKEN_SET,
                      "after all");
    bell_token_answer(program.client, program.requests[0], BELL_TOKEN_SET,
                      "twice");
    pass(&program, 1);
    CHECK_TEXT("after all", bell_fake_token(program.fake));
    close_program(&program);
}

static void requests_of_before_are_over(void)
{
    struct program program;
    open_program(&program, false);
    pass(&program, 1);
    say(&program, 0, BELL_TOKEN_SET, "first");
    pass(&program, TTL_S * 1000);
    CHECK_INT(2, program.asked);
    say(&program, 0, BELL_TOKEN_SET, "old");
    CHECK_TEXT("first", bell_fake_token(program.fake));
    bell_token_answer(program.client, program.requests[1] + 1, BELL_TOKEN_SET,
                      "of no request");
    bell_token_answer(program.client, 0, BELL_TOKEN_SET, "of none");
    bell_token_answer(NULL, program.requests[1], BELL_TOKEN_SET, "of nobody");
    pass(&program, 1);
    CHECK_TEXT("first", bell_fake_token(program.fake));
    say(&program, 1, BELL_TOKEN_SET, "second");
    CHECK_TEXT("second", bell_fake_token(program.fake));
    close_program(&program);
}

/* A client's address may be another's afterwards, its requests never are. */
static void closed_clients_hear_nothing(void)
{
    struct program program;
    open_program(&program, false);
    pass(&program, 1);
    bell_client *gone = program.client;
    uint64_t request = program.requests[0];
    bell_close(program.client);
    program.client = NULL;
    bell_token_answer(gone, request, BELL_TOKEN_SET, "too late");
    CHECK(bell_token_link(gone, request) == NULL);
    close_program(&program);
}

/* ---- Time that passes ---------------------------------------------------- */

static void spent_without_a_line(void)
{
    struct program program;
    open_program(&program, true);
    pass(&program, 1);
    CHECK_TEXT("token-1", bell_fake_token(program.fake));
    bell_fake_offline(program.fake, true);
    bell_fake_disconnect(program.fake, 0, NULL);
    pass(&program, (TTL_S - 10) * 1000);
    CHECK_INT(1, program.asked); /* it is still good */
    pass(&program, 60000);
    CHECK(program.asked > 1);
    bell_fake_offline(program.fake, false);
    pass(&program, 30000);
    CHECK(bell_connected(program.client));
    CHECK(strcmp("token-1", bell_fake_token(program.fake)) != 0);
    close_program(&program);
}

static struct bell__transport_ops slow;
static const struct bell__transport_ops *quick;

static bell_status open_slowly(struct bell__transport *transport)
{
    bell_status status = quick->open(transport);
    transport->line = BELL__LINE_OPENING;
    return status;
}

/* A line takes as long to come up as the token has left. */
static void spent_while_dialing(void)
{
    struct program program;
    open_program(&program, true);
    pass(&program, 1);
    struct bell__transport *line = program.client->links[0].transport;
    quick = line->ops;
    slow = *quick;
    slow.open = open_slowly;
    line->ops = &slow;
    pass(&program, TTL_S * 1000 - 2000);
    bell_fake_disconnect(program.fake, 3000, "shutdown");
    pass(&program, 1);
    bell_kick(program.client);
    pass(&program, 1);
    CHECK_INT(BELL__LINE_OPENING, line->line);
    pass(&program, 2500);
    CHECK_INT(1, program.asked);
    line->ops = quick;
    line->line = BELL__LINE_UP;
    bell__loop_due(bell_client_loop(program.client), &program.client->guest);
    pass(&program, 1);
    CHECK_INT(2, program.asked);
    CHECK(bell_connected(program.client));
    CHECK_TEXT("token-2", bell_fake_token(program.fake));
    close_program(&program);
}

/* ---- Threads --------------------------------------------------------------
 */

enum { THREADS = 4, LIVES = 60, TURNS_MAX = 200000, NAP_NS = 100000 };

static void nap(long ns)
{
    struct timespec time = {.tv_nsec = ns};
    nanosleep(&time, NULL);
}

/* The last request, for whoever answers. */
struct desk {
    _Atomic(bell_client *) client;
    atomic_ullong request;
    atomic_bool over;
};

static void post(void *context, bell_client *client, uint64_t request)
{
    struct desk *desk = context;
    atomic_store(&desk->client, client);
    atomic_store(&desk->request, request);
}

/* Answers whatever it finds, again and again: of clients that were closed
 * meanwhile too. */
static void *answer(void *context)
{
    struct desk *desk = context;
    while (!atomic_load(&desk->over)) {
        bell_client *client = atomic_load(&desk->client);
        uint64_t request = atomic_load(&desk->request);
        bell_token_link(client, request);
        bell_token_answer(client, request, BELL_TOKEN_SET, "from a thread");
        bell_token_answer(client, request - 1, BELL_TOKEN_FAILED, "late");
        nap(NAP_NS);
    }
    return NULL;
}

static void live_once(struct desk *desk, int life)
{
    bell_fake *fake = NULL;
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    bell_options options = {
        .fake = fake, .token_get = post, .token_context = desk};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    bool closes_early = life % 3 == 0;
    for (int i = 0; i < TURNS_MAX && !bell_connected(client); i++) {
        CHECK_INT(BELL_OK, bell_loop_run(bell_client_loop(client), 0));
        if (closes_early && i > life % 7) {
            break;
        }
        nap(NAP_NS);
    }
    if (!closes_early) {
        CHECK(bell_connected(client));
        CHECK_TEXT("from a thread", bell_fake_token(fake));
    }
    bell_close(client);
    bell_fake_close(fake);
}

static void from_other_threads(void)
{
    struct desk desk = {NULL, 0, false};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(0, pthread_create(&threads[i], NULL, answer, &desk));
    }
    for (int life = 0; life < LIVES; life++) {
        live_once(&desk, life);
    }
    atomic_store(&desk.over, true);
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(0, pthread_join(threads[i], NULL));
    }
}

/* The loop sleeps until somebody answers. */
static void *answer_once(void *context)
{
    struct desk *desk = context;
    while (atomic_load(&desk->request) == 0) {
        nap(NAP_NS);
    }
    nap(200 * NAP_NS);
    bell_token_answer(atomic_load(&desk->client), atomic_load(&desk->request),
                      BELL_TOKEN_UNAUTHORIZED, "said a thread");
    return NULL;
}

static void an_answer_wakes_the_loop(void)
{
    struct desk desk = {NULL, 0, false};
    bell_client *client = NULL;
    bell_error error;
    pthread_t thread;
    bell_options options = {.url = "ws://127.0.0.1:9/",
                            .token_get = post,
                            .token_context = &desk,
                            .connect_deadline_ms = 100000};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(0, pthread_create(&thread, NULL, answer_once, &desk));
    CHECK_INT(BELL_TERMINAL, bell_connect(client, -1, &error));
    CHECK(strstr(error.message, "said a thread") != NULL);
    CHECK_INT(0, pthread_join(thread, NULL));
    bell_close(client);
}

/* A sync call, or bell_connect(), turns the loop of a real connection until
 * another thread has the token. */
static void *bring(void *context)
{
    struct desk *desk = context;
    while (atomic_load(&desk->request) == 0) {
        nap(NAP_NS);
    }
    nap(100 * NAP_NS);
    bell_token_answer(atomic_load(&desk->client), atomic_load(&desk->request),
                      BELL_TOKEN_SET, "from a thread");
    return NULL;
}

static void an_answer_while_it_waits(const char *url, bool calls)
{
    struct desk desk = {NULL, 0, false};
    bell_client *client = NULL;
    bell_error error;
    pthread_t thread;
    tasks_task_stats_params params = {.user_id = BELL_STR("n7")};
    tasks_task_stats_result *stats = NULL;
    bell_options options = {.url = url,
                            .token_get = post,
                            .token_context = &desk,
                            .connect_deadline_ms = 100000};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(0, pthread_create(&thread, NULL, bring, &desk));
    if (calls) {
        CHECK_INT(BELL_OK, tasks_get_stats(client, &params, &stats, &error));
        CHECK_INT(7, stats->total);
    } else {
        CHECK_INT(BELL_OK, bell_connect(client, -1, &error));
    }
    CHECK_INT(0, pthread_join(thread, NULL));
    bell_free(stats);
    bell_close(client);
}

int main(void)
{
    late_is_taken();
    late_between_two_requests();
    a_late_refusal_ends_nothing();
    what_is_said_of_the_last();
    requests_of_before_are_over();
    closed_clients_hear_nothing();
    spent_without_a_line();
    spent_while_dialing();
    from_other_threads();
    an_answer_wakes_the_loop();
    struct scripted scripted;
    scripted_start(&scripted);
    an_answer_while_it_waits(scripted.peer.url, true);
    an_answer_while_it_waits(scripted.peer.url, false);
    scripted_end(&scripted);
    return check_report();
}
