/* stream.c: asks for a stream and prints what comes, until the server ends it
 * or is silent for too long. A time that is over loses nothing: the next
 * message comes with the next call.
 *
 *     stream [URL [COUNT]]
 */
#include <bell/ws.h>
#include <stdio.h>
#include <stdlib.h>

enum { SILENCES_MAX = 3 };

static int stream(bell_ws *ws, long count)
{
    bell_error error;
    int silences = 0;
    for (long i = 0; count == 0 || i < count;) {
        bell_ws_message message;
        bell_status status = bell_ws_receive(ws, &message, 1000, &error);
        if (status == BELL_OK) {
            printf("%.*s\n", (int)message.size, message.bytes);
            silences = 0;
            i++;
        } else if (status != BELL_DEADLINE || ++silences == SILENCES_MAX) {
            fprintf(stderr, "stream: %s\n", error.message);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    bell_ws_options options = {.url =
                                   argc > 1 ? argv[1] : "ws://localhost:8765"};
    bell_ws *ws = NULL;
    bell_error error;
    int code = 1;
    if (bell_ws_open(&options, &ws, &error) == BELL_OK &&
        bell_ws_send_text(ws,
                          "{\"action\":\"subscribe\",\"channel\":\"prices\"}",
                          &error) == BELL_OK) {
        code = stream(ws, argc > 2 ? strtol(argv[2], NULL, 10) : 0);
    } else {
        fprintf(stderr, "stream: %s\n", error.message);
    }
    bell_ws_close(ws);
    return code;
}
