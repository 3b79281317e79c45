/* lws.c: a client inside of somebody else's libwebsockets program: its context
 * drives our loop as one more descriptor, beside its own sockets and timers.
 *
 *     lws [URL [TOKEN]]
 *
 * It links with libwebsockets itself: `pkg-config --libs bell libwebsockets`.
 */
#include <inttypes.h>
#include <libwebsockets.h>
#include <stdio.h>

#include "tasks.h"

static bool answered;
static bool good;

static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *stats,
                     const bell_error *error)
{
    (void)context;
    answered = true;
    good = status == BELL_OK;
    if (good) {
        printf("%" PRId64 " tasks\n", stats->total);
    } else {
        printf("%s\n", error->message);
    }
}

/* What the program had before it met us. */
static struct lws_context *open_context(void)
{
    struct lws_context_creation_info info;

    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    lws_set_log_level(LLL_ERR, NULL);
    return lws_create_context(&info);
}

static bool ask(bell_client *client)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("123")};
    bell_error error;

    if (tasks_get_stats_start(client, &params, on_stats, NULL, NULL, NULL,
                              &error) != BELL_OK) {
        fprintf(stderr, "lws: %s\n", error.message);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct lws_context *context = open_context();
    bell_client *client = NULL;
    bell_error error;
    bell_options options = {
        .url = argc > 1 ? argv[1] : "ws://localhost:8000/connection/websocket",
        .token = argc > 2 ? argv[2] : NULL,
    };

    if (context == NULL || tasks_open(&options, &client, &error) != BELL_OK ||
        bell_loop_adopt(bell_client_loop(client), context, &error) != BELL_OK) {
        fprintf(stderr, "lws: %s\n",
                context != NULL ? error.message : "no context");
        return 1;
    }
    if (ask(client)) {
        while (!answered && lws_service(context, 0) >= 0) {
        }
    }
    bell_close(client);
    lws_context_destroy(context);
    return good ? 0 : 1;
}
