/* tasks.cpp: the same calls from C++11: the generated header is C that C++ can
 * use. One call waits for its reply, one is told by a callback.
 *
 *     tasks [URL [TOKEN]]
 */
#include <cinttypes>
#include <cstdio>

#include "tasks.h"

namespace
{

struct Waiting {
    bool done;
    bell_status status;
};

void on_list(void *context, bell_status status, const tasks_list_result *result,
             const bell_error *error)
{
    Waiting *waiting = static_cast<Waiting *>(context);
    waiting->done = true;
    waiting->status = status;
    if (status != BELL_OK) {
        std::fprintf(stderr, "tasks.list: %s\n", error->message);
        return;
    }
    for (std::size_t i = 0; i < result->value.count; i++) {
        const tasks_task &task = result->value.items[i];
        std::printf("  %" PRId64 " %s\n", task.id, task.title.text);
    }
}

bell_status count(bell_client *client)
{
    tasks_task_stats_params params = tasks_task_stats_params();
    tasks_task_stats_result *stats = nullptr;
    bell_error error;

    params.user_id = BELL_STR("123");
    tasks_task_stats_params_set_include_completed(&params, true);
    bell_status status = tasks_get_stats(client, &params, &stats, &error);
    if (status == BELL_OK) {
        std::printf("%" PRId64 " tasks\n", stats->total);
    } else {
        std::fprintf(stderr, "tasks.get_stats: %s\n", error.message);
    }
    bell_free(stats);
    return status;
}

bell_status list(bell_client *client)
{
    tasks_list_params params = tasks_list_params();
    Waiting waiting = {false, BELL_OK};
    bell_error error;

    params.user_id = BELL_STR("123");
    bell_status status = tasks_list_start(client, &params, on_list, &waiting,
                                          nullptr, nullptr, &error);
    if (status != BELL_OK) {
        std::fprintf(stderr, "tasks.list: %s\n", error.message);
        return status;
    }
    while (!waiting.done && status == BELL_OK) {
        status = bell_loop_run(bell_client_loop(client), -1);
    }
    return waiting.done ? waiting.status : status;
}

} // namespace

int main(int argc, char **argv)
{
    bell_options options = bell_options();
    bell_client *client = nullptr;
    bell_error error;

    options.url =
        argc > 1 ? argv[1] : "ws://localhost:8000/connection/websocket";
    options.token = argc > 2 ? argv[2] : nullptr;
    if (tasks_open(&options, &client, &error) != BELL_OK) {
        std::fprintf(stderr, "tasks: %s\n", error.message);
        return 1;
    }
    bool good = count(client) == BELL_OK && list(client) == BELL_OK;
    bell_close(client);
    return good ? 0 : 1;
}
