/* lws_test.c: a real libwebsockets context drives a loop and its clients. */
#include <libwebsockets.h>
#include <tasks.h>

#include "unit/scripted.h"

enum { LIMIT_S = 60 };

static struct scripted server;

static int ignore(struct lws *line, enum lws_callback_reasons reason,
                  void *user, void *bytes, size_t size)
{
    (void)line;
    (void)reason;
    (void)user;
    (void)bytes;
    (void)size;
    return 0;
}

static struct lws_context *make_context(void)
{
    static const struct lws_protocols protocols[] = {
        {.name = "somebody-else", .callback = ignore}, {.name = NULL}};
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols;
    lws_set_log_level(LLL_ERR, NULL);
    return lws_create_context(&info);
}

struct story {
    struct lws_context *context;
    bell_loop *loop;
    bell_client *client;
    lws_sorted_usec_list_t limit;
    int ended;
    int left;
    bell_status status;
};

static void open_story(struct story *story, const char *url)
{
    bell_error error;
    memset(story, 0, sizeof *story);
    story->context = make_context();
    CHECK(story->context != NULL);
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &story->loop, &error));
    CHECK_INT(BELL_OK, bell_loop_adopt(story->loop, story->context, &error));
    CHECK_INT(BELL_INVALID,
              bell_loop_adopt(story->loop, story->context, &error));
    bell_options options = {.url = url,
                            .loop = story->loop,
                            .reconnect_min_ms = 1,
                            .reconnect_max_ms = 5};
    CHECK_INT(BELL_OK, tasks_open(&options, &story->client, &error));
}

static void ended(void *context, bell_status status,
                  const tasks_task_stats_result *result,
                  const bell_error *error);

static void start(struct story *story, const char *user, int64_t deadline_ms)
{
    bell_error error;
    bell_call_options options = {.deadline_ms = deadline_ms};
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    CHECK_INT(BELL_OK, tasks_get_stats_start(story->client, &params, ended,
                                             story, &options, NULL, &error));
}

static void ended(void *context, bell_status status,
                  const tasks_task_stats_result *result,
                  const bell_error *error)
{
    struct story *story = context;
    (void)error;
    story->status = status;
    CHECK(status != BELL_OK || result->total == 5);
    story->ended++;
    lws_cancel_service(story->context); /* ends the wait in serve() */
    if (story->left > 0) {
        story->left--;
        start(story, "n5", 0);
    }
}

/* lws alone waits; nothing of ours is called. */
static void serve(struct story *story, int wanted)
{
    while (story->ended < wanted) {
        lws_service(story->context, 0);
    }
    CHECK_INT(wanted, story->ended);
}

static void test_calls(void)
{
    struct story story;
    open_story(&story, server.peer.url);
    story.left = 9;
    start(&story, "n5", 0);
    serve(&story, 10);
    CHECK_INT(BELL_OK, story.status);
    start(&story, "never", 50);
    serve(&story, 11);
    CHECK_INT(BELL_DEADLINE, story.status);
    start(&story, "hang", 2000);
    serve(&story, 12);
    CHECK_INT(BELL_DISCONNECTED, story.status);
    start(&story, "n5", 2000);
    serve(&story, 13);
    CHECK_INT(BELL_OK, story.status);
    bell_close(story.client);
    bell_loop_close(story.loop);
    lws_context_destroy(story.context);
}

/* A sync call beside it loses the line; lws alone brings it back. The context
 * may end before the loop. */
static void test_sync_beside(void)
{
    struct story story;
    bell_error error;
    tasks_task_stats_params params = {.user_id = BELL_STR("hang")};
    tasks_task_stats_result *result = NULL;
    open_story(&story, server.peer.url);
    start(&story, "n5", 0);
    serve(&story, 1);
    CHECK_INT(BELL_DISCONNECTED,
              tasks_get_stats(story.client, &params, &result, &error));
    while (!bell_connected(story.client)) {
        lws_service(story.context, 0);
    }
    CHECK(bell_connected(story.client));
    bell_close(story.client);
    lws_context_destroy(story.context);
    CHECK_INT(BELL_OK, bell_loop_run(story.loop, 0));
    bell_loop_close(story.loop);
}

int main(void)
{
    alarm(LIMIT_S); /* a wait that lws never ends is a failure */
    scripted_start(&server);
    test_calls();
    test_sync_beside();
    scripted_end(&server);
    return check_report();
}
