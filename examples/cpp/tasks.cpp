// tasks.cpp: the generated C client from C++11. Nothing is wrapped; two small
// deleters give back what the library handed out.
#include <cinttypes>
#include <cstdio>
#include <memory>

#include "tasks.h"

struct Close {
    void operator()(bell_client *client) const { bell_close(client); }
};

struct Free {
    void operator()(void *reply) const { bell_free(reply); }
};

int main(int argc, char **argv)
{
    bell_options options = {};
    options.url = "ws://localhost:8000/connection/websocket";
    if (argc > 1) {
        options.url = argv[1];
    }
    options.token = argc > 2 ? argv[2] : nullptr;

    bell_client *opened = nullptr;
    bell_error error;
    if (tasks_open(&options, &opened, &error) != BELL_OK) {
        std::fprintf(stderr, "tasks: %s\n", error.message);
        return 1;
    }
    std::unique_ptr<bell_client, Close> client(opened);

    tasks_task_stats_params params = {};
    params.user_id = BELL_STR("123");
    tasks_task_stats_result *reply = nullptr;
    if (tasks_get_stats(client.get(), &params, &reply, &error) != BELL_OK) {
        std::fprintf(stderr, "tasks: %s\n", error.message);
        return 1;
    }
    std::unique_ptr<tasks_task_stats_result, Free> stats(reply);
    std::printf("total %" PRId64 "\n", stats->total);
    return 0;
}
