/* concurrent.c: many connections in one loop, each with a question, in one
 * thread.
 *
 *     concurrent [URL [CONNECTIONS]]
 */
#include <bell/ws.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECTIONS_MAX = 10000 };

static long open_count;
static long answered;

static void on_open(void *context, bell_ws *ws)
{
    (void)context;
    bell_ws_send_text(ws, "Hello", NULL);
}

static void on_message(void *context, bell_ws *ws,
                       const bell_ws_message *message)
{
    (void)context;
    (void)message;
    answered++;
    bell_ws_shut(ws, 1000, NULL, NULL);
}

static void on_close(void *context, bell_ws *ws, const bell_error *error)
{
    (void)context;
    if (error->status != BELL_CLOSED) {
        fprintf(stderr, "concurrent: %s\n", error->message);
    }
    open_count--;
    bell_ws_close(ws);
}

int main(int argc, char **argv)
{
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 3;
    bell_loop *loop = NULL;
    bell_error error;
    if (count < 1 || count > CONNECTIONS_MAX ||
        bell_loop_open(NULL, &loop, &error) != BELL_OK) {
        fprintf(stderr, "concurrent: no loop, or more than 10000\n");
        return 1;
    }
    bell_ws_options options = {.url =
                                   argc > 1 ? argv[1] : "ws://localhost:8765",
                               .loop = loop,
                               .on_open = on_open,
                               .on_message = on_message,
                               .on_close = on_close};
    for (long i = 0; i < count; i++) {
        bell_ws *ws = NULL;
        if (bell_ws_open(&options, &ws, &error) != BELL_OK) {
            fprintf(stderr, "concurrent: %s\n", error.message);
            break;
        }
        open_count++;
    }
    while (open_count > 0 && bell_loop_run(loop, -1) == BELL_OK) {
    }
    bell_loop_close(loop);
    printf("%ld of %ld answered\n", answered, count);
    return answered == count ? 0 : 1;
}
