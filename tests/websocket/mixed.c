/* mixed.c: one WebSocket against an echo server of somebody else: each size and
 * kind, pings among them, and every close code that may be said.
 *
 *     mixed URL [LARGEST]
 */
#include <bell/ws.h>
#include <stdio.h>
#include <stdlib.h>

static int failed;

static void expect(bool good, const char *what, const char *why)
{
    if (!good) {
        fprintf(stderr, "mixed: %s: %s\n", what, why);
        failed++;
    }
}

static bell_ws *open_one(const char *url)
{
    static const char *const offered[] = {"other", "echo"};
    bell_ws_options options = {.url = url,
                               .subprotocols = offered,
                               .subprotocol_count = 2,
                               .message_bytes_max = (size_t)128 << 20,
                               .queue_bytes_max = (size_t)128 << 20};
    bell_ws *ws = NULL;
    bell_error error;
    if (bell_ws_open(&options, &ws, &error) != BELL_OK ||
        bell_ws_connect(ws, &error) != BELL_OK) {
        fprintf(stderr, "mixed: %s\n", error.message);
        exit(1);
    }
    bell_string chosen = bell_ws_subprotocol(ws);
    expect(chosen.size == 4 && memcmp(chosen.text, "echo", 4) == 0,
           "the subprotocol", "is not echo");
    return ws;
}

/* Texts have letters of one to four bytes, which fragments cut anywhere. */
static void fill(char *bytes, size_t size, bell_ws_kind kind)
{
    static const char letters[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    size_t whole = size - size % 10;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = kind == BELL_WS_BINARY ? (char)(i * 31)
                   : i < whole            ? letters[i % 10]
                                          : 'z';
    }
}

static void exchange(bell_ws *ws, bell_ws_kind kind, char *bytes, size_t size)
{
    bell_ws_message message = {0};
    bell_error error;
    fill(bytes, size, kind);
    expect(bell_ws_ping(ws, "p", 1, &error) == BELL_OK, "ping", error.message);
    expect(bell_ws_send(ws, kind, bytes, size, &error) == BELL_OK, "send",
           error.message);
    expect(bell_ws_receive(ws, &message, 0, &error) == BELL_OK, "receive",
           error.message);
    expect(message.kind == kind && message.size == size &&
               (size == 0 || memcmp(message.bytes, bytes, size) == 0),
           "a message", "is not what was sent");
}

static void exchange_all(const char *url, size_t largest)
{
    static const size_t sizes[] = {0,     1,     10,      124,     125,
                                   126,   127,   128,     4096,    65534,
                                   65535, 65536, 1 << 20, 5 << 20, 64 << 20};
    bell_ws *ws = open_one(url);
    char *bytes = malloc((size_t)64 << 20);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (bytes != NULL && sizes[i] <= largest) {
            exchange(ws, BELL_WS_TEXT, bytes, sizes[i]);
            exchange(ws, BELL_WS_BINARY, bytes, sizes[i]);
        }
    }
    free(bytes);
    bell_ws_close(ws);
}

/* Closed by the server, with its code and reason. */
static void hear_close(const char *url, int code)
{
    char text[64];
    bell_ws *ws = open_one(url);
    bell_ws_message message;
    bell_error error;
    snprintf(text, sizeof text, "close %d for %d", code, code);
    bell_ws_send_text(ws, text, NULL);
    expect(bell_ws_receive(ws, &message, 0, &error) == BELL_DISCONNECTED,
           "a close", "did not end it");
    snprintf(text, sizeof text, "for %d", code);
    expect(bell_ws_close_code(ws) == code, "the close code", error.message);
    expect(strcmp(bell_ws_close_reason(ws), text) == 0, "the reason",
           bell_ws_close_reason(ws));
    bell_ws_close(ws);
}

/* Closed by us: the server says the same. */
static void say_close(const char *url, int code)
{
    bell_ws *ws = open_one(url);
    bell_ws_message message;
    bell_error error;
    expect(bell_ws_shut(ws, (uint16_t)code, "why", &error) == BELL_OK, "shut",
           error.message);
    expect(bell_ws_receive(ws, &message, 0, &error) == BELL_CLOSED, "shut",
           error.message);
    expect(bell_ws_close_code(ws) == code, "the code that came back",
           error.message);
    bell_ws_close(ws);
}

int main(int argc, char **argv)
{
    static const int codes[] = {1000, 1001, 1002, 1003, 1007, 1008,
                                1009, 1011, 3000, 3999, 4000, 4999};
    if (argc < 2) {
        fprintf(stderr, "usage: mixed URL [LARGEST]\n");
        return 2;
    }
    exchange_all(argv[1], argc > 2 ? (size_t)strtoul(argv[2], NULL, 10)
                                   : (size_t)5 << 20);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        hear_close(argv[1], codes[i]);
        say_close(argv[1], codes[i]);
    }
    return failed == 0 ? 0 : 1;
}
