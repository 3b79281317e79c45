/* async.c: many calls at once on one loop. Three users are asked about in one
 * frame; each answer comes to a callback, in whatever order.
 *
 *     async [URL [TOKEN]]
 */
#include <inttypes.h>
#include <stdio.h>

#include "tasks.h"

/* One question, and how many are still open. */
struct question {
    const char *user;
    int *waiting;
    bool answered;
};

/* Called once for each call, whatever became of it. `stats` is lent until this
 * returns; bell_keep() would take it over. */
static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *stats,
                     const bell_error *error)
{
    struct question *question = context;
    --*question->waiting;
    if (status != BELL_OK) {
        printf("%s: %s\n", question->user, error->message);
        question->answered = status == BELL_REFUSED;
        return;
    }
    printf("%s: %" PRId64 " tasks\n", question->user, stats->total);
    question->answered = true;
}

/* Asks; nothing is sent before the loop turns. */
static bool ask(bell_client *client, struct question *question)
{
    tasks_task_stats_params params = {.user_id = bell_str(question->user)};
    bell_error error;

    if (tasks_get_stats_start(client, &params, on_stats, question, NULL, NULL,
                              &error) != BELL_OK) {
        fprintf(stderr, "async: %s\n", error.message);
        return false; /* then the callback never comes */
    }
    ++*question->waiting;
    return true;
}

static bool ask_all(bell_client *client)
{
    int waiting = 0;
    bool answered = true;
    struct question questions[] = {
        {"123", &waiting, false},
        {"nobody", &waiting, false},
        {"123", &waiting, false},
    };
    enum { COUNT = sizeof questions / sizeof *questions };

    for (int i = 0; i < COUNT; i++) {
        answered = ask(client, &questions[i]) && answered;
    }
    bell_loop *loop = bell_client_loop(client);
    while (waiting > 0 && bell_loop_run(loop, -1) == BELL_OK) {
    }
    for (int i = 0; i < COUNT; i++) {
        answered = questions[i].answered && answered;
    }
    return answered;
}

int main(int argc, char **argv)
{
    bell_options options = {
        .url = argc > 1 ? argv[1] : "ws://localhost:8000/connection/websocket",
        .token = argc > 2 ? argv[2] : NULL,
    };
    bell_client *client = NULL;
    bell_error error;

    if (tasks_open(&options, &client, &error) != BELL_OK) {
        fprintf(stderr, "async: %s\n", error.message);
        return 1;
    }
    bool answered = ask_all(client);
    bell_close(client);
    return answered ? 0 : 1;
}
