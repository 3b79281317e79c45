/* close_in_log_test.c: bell_close() inside a log function, at every line that
 * a client writes: all calls end once, all memory is given back, nothing is
 * used afterwards. Against a fake, and a server for what no fake says. */
#include <bell/fake.h>
#include <tasks.h>

#include <pthread.h>

#include "unit/check.h"
#include "unit/counter.h"
#include "unit/peer.h"

enum { LINES_MAX = 200, TTL_S = 60, ALLOCATIONS = 40 };

/* What the program answers, one after another; then tokens. */
static const bell_token_kind answers[] = {
    BELL_TOKEN_FAILED, BELL_TOKEN_SET, /* before it is connected */
    BELL_TOKEN_SET, BELL_TOKEN_FAILED, /* while it is */
    (bell_token_kind)0 /* not at all */};

struct story {
    struct counter counter;
    bell_allocator memory;
    bell_fake *fake;
    bell_client *client; /* NULL: closed */
    const char *until;   /* the event at which it is closed; NULL: any */
    int close_at;        /* the line of that event at which it is closed */
    int lines;
    size_t asked;
    int started;
    int ended;
    bool greeting; /* there was no memory for it */
    char events[4096];
};

static void close_client(struct story *story)
{
    bell_client *client = story->client;
    story->client = NULL;
    bell_close(client);
}

static void on_log(void *context, const bell_record *record)
{
    struct story *story = context;
    size_t size = strlen(story->events);
    snprintf(story->events + size, sizeof story->events - size, "%d %s\n",
             record->level, record->event);
    story->greeting |= strstr(record->text, "greeting") != NULL;
    bool counts =
        story->until == NULL || strcmp(story->until, record->event) == 0;
    story->lines += counts;
    if (counts && story->lines == story->close_at && story->client != NULL) {
        close_client(story);
    }
}

static void on_token(void *context, bell_client *client, uint64_t request)
{
    struct story *story = context;
    size_t i = story->asked++;
    bell_token_kind kind =
        i < sizeof answers / sizeof answers[0] ? answers[i] : BELL_TOKEN_SET;
    if (kind != 0) {
        bell_token_answer(client, request, kind, "token");
    }
}

static void on_change(void *context, const bell_state_change *change)
{
    (void)context;
    (void)change;
}

static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *result,
                     const bell_error *error)
{
    struct story *story = context;
    (void)status;
    (void)result;
    (void)error;
    story->ended++;
}

static const tasks_task_stats_params params = {.user_id = {"1", 1}};

static void count(struct story *story)
{
    bell_error error;
    tasks_task_stats_result *stats = NULL;
    if (story->client != NULL) {
        tasks_get_stats(story->client, &params, &stats, &error);
        bell_free(stats);
    }
}

static bell_call start(struct story *story)
{
    bell_error error;
    bell_call call = 0;
    if (story->client != NULL &&
        tasks_get_stats_start(story->client, &params, on_stats, story, NULL,
                              &call, &error) == BELL_OK) {
        story->started++;
    }
    return call;
}

static void pass(struct story *story, int64_t ms)
{
    CHECK_INT(BELL_OK, bell_fake_advance(story->fake, ms));
}

static void expect(struct story *story, bell_fake_call call)
{
    bell_error error;
    call.method = "tasks.get_stats";
    CHECK_INT(BELL_OK, bell_fake_expect(story->fake, &call, &error));
}

static void play(struct story *story)
{
    static const char good[] = "{\"total\":1,\"completed\":1,\"pending\":0}";
    expect(story, (bell_fake_call){.result = good, .times = 2});
    expect(story, (bell_fake_call){.code = 404, .times = 2});
    expect(story, (bell_fake_call){.result = "[]"});
    expect(story, (bell_fake_call){.never = true, .times = UINT32_MAX});
    start(story); /* waits for the connection */
    pass(story, 2000);
    count(story);
    count(story);
    start(story);
    count(story); /* a wrong reply */
    count(story); /* no reply */
    bell_call call = start(story);
    if (story->client != NULL) {
        bell_cancel(story->client, call);
    }
    start(story);
    bell_fake_disconnect(story->fake, 3001, "shutdown");
    pass(story, TTL_S * 3000); /* renewed, refused, not answered */
    bell_fake_disconnect(story->fake, 3501, "bad request");
    start(story);
    pass(story, 1000);
    if (story->client != NULL) {
        close_client(story);
    }
}

static bool run(struct story *story)
{
    bell_error error;
    story->memory = counter_allocator(&story->counter);
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &story->fake, &error));
    bell_fake_expire(story->fake, TTL_S);
    bell_options options = {.fake = story->fake,
                            .allocator = &story->memory,
                            .log = on_log,
                            .log_context = story,
                            .state_changed = on_change,
                            .token_get = on_token,
                            .token_context = story};
    CHECK_INT(BELL_OK, tasks_open(&options, &story->client, &error));
    play(story);
    CHECK_INT(story->started, story->ended);
    CHECK(story->client == NULL);
    bell_fake_close(story->fake);
    CHECK_INT(0, story->counter.bytes);
    return story->lines >= story->close_at;
}

static void at_every_line(void)
{
    static const char *const events[] = {
        "4 call\n",      "4 reply\n", "2 error\n",    "3 connecting\n",
        "3 connected\n", "2 lost\n",  "1 terminal\n", "3 token\n",
        "2 token\n",     "3 closed\n"};
    struct story whole = {.close_at = LINES_MAX};
    CHECK(!run(&whole));
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        CHECK(strstr(whole.events, events[i]) != NULL);
    }
    for (int line = 1; line <= whole.lines; line++) {
        struct story story = {.close_at = line};
        CHECK(run(&story));
    }
}

/* ---- What no fake says --------------------------------------------------- */

static void *serve(void *context)
{
    static const char hello[] = "{\"id\":1,\"connect\":{\"client\":\"c\","
                                "\"version\":\"t\",\"data\":{}}}";
    static const char push[] = "{\"push\":{\"channel\":\"\xff\"}}";
    struct peer *peer = context;
    char text[1024];
    size_t size = 0;
    int first = 0;
    peer->fd = accept(peer->listener, NULL, NULL);
    bool lives = peer_upgrade(peer, NULL, 0) &&
                 peer_frame(peer, &first, text, sizeof text, &size) &&
                 peer_text(peer, hello, sizeof hello - 1) &&
                 peer_text(peer, push, sizeof push - 1);
    while (lives && first != 0x88) { /* the client may go at any time */
        lives = peer_frame(peer, &first, text, sizeof text, &size);
    }
    peer_close(peer);
    return NULL;
}

/* `fail`: the allocation that fails; 0: none. False: it did not open. */
static bool visit(struct story *story, size_t fail)
{
    struct peer peer;
    pthread_t thread;
    bell_error error;
    bell_loop *loop = NULL;
    story->memory = counter_allocator(&story->counter);
    story->counter.fail = fail;
    peer_listen(&peer);
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    bell_options options = {.url = peer.url,
                            .loop = loop,
                            .allocator = &story->memory,
                            .log = on_log,
                            .log_context = story,
                            .state_changed = on_change};
    bool open = tasks_open(&options, &story->client, &error) == BELL_OK;
    if (open) {
        CHECK_INT(0, pthread_create(&thread, NULL, serve, &peer));
        while (story->client != NULL &&
               strstr(story->events, "refused") == NULL &&
               strstr(story->events, "lost") == NULL) {
            CHECK_INT(BELL_OK, bell_loop_run(loop, -1));
        }
        close_client(story);
        shutdown(peer.listener, SHUT_RDWR);
        CHECK_INT(0, pthread_join(thread, NULL));
    }
    bell_loop_close(loop);
    peer_end(&peer);
    CHECK_INT(0, story->counter.bytes);
    return open;
}

static void at_what_was_refused(void)
{
    struct story story = {.until = "refused", .close_at = 1};
    CHECK(visit(&story, 0));
    CHECK_INT(1, story.lines);
    bool greeting = false;
    for (size_t fail = 1; fail <= ALLOCATIONS; fail++) {
        struct story poor = {.until = "refused", .close_at = 1};
        visit(&poor, fail);
        greeting |= poor.greeting;
    }
    CHECK(greeting);
}

int main(void)
{
    at_every_line();
    at_what_was_refused();
    return check_report();
}
