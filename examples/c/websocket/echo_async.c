/* echo_async.c: the same as echo.c with functions that the loop calls; a
 * program can do anything else meanwhile.
 *
 *     echo_async [URL]
 */
#include <bell/ws.h>
#include <stdio.h>

struct talk {
    int said;
    bool over;
    bool good;
};

static const char *const lines[] = {"Hello", "World", "Goodbye"};

enum { LINES = sizeof lines / sizeof lines[0] };

static void say_next(struct talk *talk, bell_ws *ws)
{
    bell_error error;
    bell_status status =
        talk->said < LINES ? bell_ws_send_text(ws, lines[talk->said++], &error)
                           : bell_ws_shut(ws, 1000, "that was all", &error);
    if (status != BELL_OK) {
        fprintf(stderr, "echo_async: %s\n", error.message);
    }
}

static void on_open(void *context, bell_ws *ws)
{
    say_next(context, ws);
}

static void on_message(void *context, bell_ws *ws,
                       const bell_ws_message *message)
{
    printf("%.*s\n", (int)message->size, message->bytes);
    say_next(context, ws);
}

/* Called once, also where it could not connect. */
static void on_close(void *context, bell_ws *ws, const bell_error *error)
{
    struct talk *talk = context;
    printf("closed with %u\n", (unsigned)bell_ws_close_code(ws));
    talk->over = true;
    talk->good = error->status == BELL_CLOSED;
    if (!talk->good) {
        fprintf(stderr, "echo_async: %s\n", error->message);
    }
}

int main(int argc, char **argv)
{
    struct talk talk = {0};
    bell_ws_options options = {.url =
                                   argc > 1 ? argv[1] : "ws://localhost:8765",
                               .context = &talk,
                               .on_open = on_open,
                               .on_message = on_message,
                               .on_close = on_close};
    bell_ws *ws = NULL;
    bell_error error;
    if (bell_ws_open(&options, &ws, &error) != BELL_OK) {
        fprintf(stderr, "echo_async: %s\n", error.message);
        return 1;
    }
    while (!talk.over && bell_loop_run(bell_ws_loop(ws), -1) == BELL_OK) {
    }
    bell_ws_close(ws);
    return talk.good ? 0 : 1;
}
