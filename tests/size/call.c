/* call.c: the smallest program with one call, to be weighed, and run. */
#include <tasks.h>

int main(int count, char **words)
{
    bell_error error;
    bell_client *client = NULL;
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    tasks_task_stats_result *stats = NULL;
    bell_options options = {.url = count > 1 ? words[1] : NULL};
    bool good = tasks_open(&options, &client, &error) == BELL_OK &&
                tasks_get_stats(client, &params, &stats, &error) == BELL_OK;
    bell_free(stats);
    bell_close(client);
    return good ? 0 : 1;
}
