/* echo.c: says something to a WebSocket server and prints what comes back.
 *
 *     echo [URL]
 */
#include <bell/ws.h>
#include <stdio.h>

/* Sends a line and waits for the next message. */
static bool say(bell_ws *ws, const char *line)
{
    bell_ws_message message;
    bell_error error;
    if (bell_ws_send_text(ws, line, &error) != BELL_OK ||
        bell_ws_receive(ws, &message, 0, &error) != BELL_OK) {
        fprintf(stderr, "echo: %s\n", error.message);
        return false;
    }
    printf("%s -> %.*s\n", line, (int)message.size, message.bytes);
    return true;
}

int main(int argc, char **argv)
{
    const char *lines[] = {"Hello", "World", "Goodbye"};
    bell_ws_options options = {.url =
                                   argc > 1 ? argv[1] : "ws://localhost:8765"};
    bell_ws *ws = NULL;
    bell_error error;
    if (bell_ws_open(&options, &ws, &error) != BELL_OK ||
        bell_ws_connect(ws, &error) != BELL_OK) {
        fprintf(stderr, "echo: %s\n", error.message);
        bell_ws_close(ws);
        return 1;
    }
    bool good = true;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0] && good; i++) {
        good = say(ws, lines[i]);
    }
    bell_ws_close(ws);
    return good ? 0 : 1;
}
