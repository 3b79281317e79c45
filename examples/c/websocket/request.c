/* request.c: one request in JSON, one answer, and a connection that is closed.
 * Where requests have types, generate a client instead: see docs/schema.md.
 *
 *     request [URL]
 */
#include <bell/ws.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    bell_ws_options options = {.url =
                                   argc > 1 ? argv[1] : "ws://localhost:8765",
                               .connect_deadline_ms = 5000,
                               .receive_deadline_ms = 5000};
    bell_ws *ws = NULL;
    bell_ws_message answer;
    bell_error error;
    int code = 1;
    if (bell_ws_open(&options, &ws, &error) == BELL_OK &&
        bell_ws_send_text(ws,
                          "{\"endpoint\":\"/users/create\","
                          "\"data\":{\"name\":\"Alice\"}}",
                          &error) == BELL_OK &&
        bell_ws_receive(ws, &answer, 0, &error) == BELL_OK) {
        printf("%.*s\n", (int)answer.size, answer.bytes);
        code = 0;
    } else {
        fprintf(stderr, "request: %s\n", error.message);
    }
    bell_ws_close(ws);
    return code;
}
