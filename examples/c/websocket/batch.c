/* batch.c: thousands of messages under way at once: as many as the queue takes
 * are sent, more when that has drained, and the answers are counted.
 *
 *     batch [URL [MESSAGES]]
 */
#include <bell/ws.h>
#include <stdio.h>
#include <stdlib.h>

struct batch {
    long count;
    long sent;
    long answered;
    bool over;
};

static void send_some(struct batch *batch, bell_ws *ws)
{
    char line[32];
    while (batch->sent < batch->count) {
        snprintf(line, sizeof line, "message %ld", batch->sent);
        bell_error error;
        bell_status status = bell_ws_send_text(ws, line, &error);
        if (status == BELL_LIMIT) {
            return; /* on_drain goes on */
        }
        if (status != BELL_OK) {
            fprintf(stderr, "batch: %s\n", error.message);
            return; /* on_close hears it as well */
        }
        batch->sent++;
    }
}

static void on_ready(void *context, bell_ws *ws)
{
    send_some(context, ws);
}

static void on_message(void *context, bell_ws *ws,
                       const bell_ws_message *message)
{
    struct batch *batch = context;
    (void)message;
    if (++batch->answered == batch->count) {
        bell_ws_shut(ws, 1000, NULL, NULL);
    }
}

static void on_close(void *context, bell_ws *ws, const bell_error *error)
{
    struct batch *batch = context;
    (void)ws;
    batch->over = true;
    if (error->status != BELL_CLOSED) {
        fprintf(stderr, "batch: %s\n", error->message);
    }
}

int main(int argc, char **argv)
{
    struct batch batch = {.count =
                              argc > 2 ? strtol(argv[2], NULL, 10) : 10000};
    bell_ws_options options = {.url =
                                   argc > 1 ? argv[1] : "ws://localhost:8765",
                               .queue_bytes_max = (size_t)64 * 1024,
                               .context = &batch,
                               .on_open = on_ready,
                               .on_drain = on_ready,
                               .on_message = on_message,
                               .on_close = on_close};
    bell_ws *ws = NULL;
    bell_error error;
    if (bell_ws_open(&options, &ws, &error) != BELL_OK) {
        fprintf(stderr, "batch: %s\n", error.message);
        return 1;
    }
    while (!batch.over && bell_loop_run(bell_ws_loop(ws), -1) == BELL_OK) {
    }
    bell_ws_close(ws);
    printf("%ld of %ld answered\n", batch.answered, batch.count);
    return batch.answered == batch.count ? 0 : 1;
}
