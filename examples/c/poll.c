/* poll.c: a client in somebody else's loop: here a plain poll() that also
 * reads commands from standard input. Each line is a user's name to ask about;
 * the end of the input ends the program when all answers are in.
 *
 *     printf '123\nnobody\n' | poll [URL [TOKEN]]
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "tasks.h"

struct program {
    bell_client *client;
    int waiting; /* for answers */
    bool over;   /* the input is */
    bool failed;
};

static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *stats,
                     const bell_error *error)
{
    struct program *program = context;

    program->waiting--;
    if (status != BELL_OK) {
        printf("%s\n", error->message);
        program->failed = program->failed || status != BELL_REFUSED;
        return;
    }
    printf("%" PRId64 " tasks\n", stats->total);
}

static void read_line(struct program *program)
{
    char line[256];
    bell_error error;

    if (fgets(line, sizeof line, stdin) == NULL) {
        program->over = true;
        return;
    }
    line[strcspn(line, "\n")] = '\0';
    tasks_task_stats_params params = {.user_id = bell_str(line)};
    if (tasks_get_stats_start(program->client, &params, on_stats, program, NULL,
                              NULL, &error) != BELL_OK) {
        fprintf(stderr, "poll: %s\n", error.message);
        program->failed = true;
        return;
    }
    program->waiting++;
}

/* The client needs three things of a loop: its descriptor, the time by which
 * it wants a turn, and the turn itself. */
static void run(struct program *program)
{
    bell_loop *loop = bell_client_loop(program->client);
    struct pollfd files[] = {{.fd = bell_fd(loop), .events = POLLIN},
                             {.fd = 0, .events = POLLIN}};

    while (!program->over || program->waiting > 0) {
        int64_t deadline = bell_next_deadline_ms(loop);
        int wait = deadline > 60000 ? 60000 : (int)deadline;
        nfds_t count = program->over ? 1 : 2;
        if (poll(files, count, wait) < 0) {
            break;
        }
        if (count == 2 && files[1].revents != 0) {
            read_line(program);
        }
        bell_loop_run(loop, 0);
    }
}

int main(int argc, char **argv)
{
    struct program program = {0};
    bell_error error;
    bell_options options = {
        .url = argc > 1 ? argv[1] : "ws://localhost:8000/connection/websocket",
        .token = argc > 2 ? argv[2] : NULL,
    };

    /* poll() must see every line that is there: nothing waits in a buffer. */
    setvbuf(stdin, NULL, _IONBF, 0);
    if (tasks_open(&options, &program.client, &error) != BELL_OK) {
        fprintf(stderr, "poll: %s\n", error.message);
        return 1;
    }
    run(&program);
    bell_close(program.client);
    return program.failed ? 1 : 0;
}
