/* tasks.c: the smallest program that calls. It asks how many tasks a user has
 * and shows what an error looks like. With a USER it calls in channel mode: by
 * publications, whose replies come on that user's own channel.
 *
 *     tasks [URL [TOKEN [USER]]]      URL: else $CENTRIFUGO_URL
 */
#include <inttypes.h>
#include <stdio.h>

#include "tasks.h"

static void show(const tasks_task_stats_result *stats)
{
    printf("total %" PRId64 ", completed %" PRId64 ", pending %" PRId64 "\n",
           stats->total, stats->completed, stats->pending);
    for (size_t i = 0; stats->has_by_state && i < stats->by_state.count; i++) {
        const tasks_int64_map_entry *entry = &stats->by_state.items[i];
        printf("  %s: %" PRId64 "\n", entry->key.text, entry->value);
    }
}

/* Counts one user's tasks; false where the server could not be asked. */
static bool count(bell_client *client, const char *user)
{
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    tasks_task_stats_result *stats = NULL;
    bell_error error;

    printf("tasks.get_stats {user_id: \"%s\"}\n", user);
    bell_status status = tasks_get_stats(client, &params, &stats, &error);
    if (status == BELL_OK) {
        show(stats);
    } else if (status == BELL_REFUSED) {
        printf("refused: %d %s\n", (int)error.code, error.message);
    } else {
        fprintf(stderr, "tasks: %s\n", error.message);
    }
    bell_free(stats); /* one call frees any reply; NULL is fine */
    return status == BELL_OK || status == BELL_REFUSED;
}

/* The client connects again by itself; this only tells the user. */
static void on_change(void *context, const bell_state_change *change)
{
    bool *lost = context;

    if (change->kind == BELL_CHANGE_LOST) {
        *lost = true;
        fprintf(stderr, "tasks: offline: %s; next try in %" PRId64 " ms\n",
                change->reason, change->next_try_ms);
    } else if (change->kind == BELL_CHANGE_CONNECTED && *lost) {
        *lost = false;
        fprintf(stderr, "tasks: online again as client %s\n",
                change->client.size != 0 ? change->client.text : "");
    }
}

int main(int argc, char **argv)
{
    bool lost = false;
    bell_options options = {
        .url = argc > 1 ? argv[1] : NULL, /* else $CENTRIFUGO_URL */
        .token = argc > 2 ? argv[2] : NULL,
        .mode = argc > 3 ? BELL_MODE_CHANNEL : BELL_MODE_NATIVE,
        .user_id = argc > 3 ? argv[3] : NULL,
        .state_changed = on_change,
        .state_context = &lost,
    };
    bell_client *client = NULL;
    bell_error error;

    if (tasks_open(&options, &client, &error) != BELL_OK) {
        fprintf(stderr, "tasks: %s\n", error.message);
        return 1;
    }
    bool answered = false;
    if (bell_connect(client, 0, &error) != BELL_OK) {
        fprintf(stderr, "tasks: %s\n", error.message);
    } else {
        answered = count(client, "123") && count(client, "nobody");
    }
    bell_close(client);
    return answered ? 0 : 1;
}
