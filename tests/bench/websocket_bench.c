/* websocket_bench.c: what a round trip of a plain WebSocket costs by bell/ws.h:
 * a binary message goes out, an equal one comes home. It needs echo_server.c
 * at the other end.
 *
 *   websocket_bench serial|pipelined URL BYTES COUNT
 *
 * Prints the median in microseconds, or messages per second with WINDOW in
 * flight. */
#include <bell/ws.h>

#include "wire.h"

enum { BYTES_MAX = 1024 * 1024, COUNT_MAX = 10000000, WINDOW = 100 };

static void fail(const char *what, const bell_error *error)
{
    fprintf(stderr, "websocket_bench: %s: %s\n", what, error->message);
    exit(1);
}

static int compare_times(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void put(bell_ws *ws, const char *bytes, size_t size)
{
    bell_error error;
    if (bell_ws_send(ws, BELL_WS_TEXT, bytes, size, &error) != BELL_OK) {
        fail("send", &error);
    }
}

static void take(bell_ws *ws, size_t size)
{
    bell_error error;
    bell_ws_message message;
    if (bell_ws_receive(ws, &message, 0, &error) != BELL_OK) {
        fail("receive", &error);
    }
    if (message.size != size) {
        fprintf(stderr, "websocket_bench: the answer is not what was sent\n");
        exit(1);
    }
}

static void measure_trips(bell_ws *ws, const char *bytes, size_t size,
                          size_t count)
{
    uint64_t *times = malloc(count * sizeof *times);
    if (times == NULL) {
        wire_die("times");
    }
    for (size_t i = 0; i < count / 4 + 1; i++) {
        put(ws, bytes, size);
        take(ws, size);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t start = wire_now_ns();
        put(ws, bytes, size);
        take(ws, size);
        times[i] = wire_now_ns() - start;
    }
    qsort(times, count, sizeof *times, compare_times);
    printf("%.4f\n", (double)times[count / 2] / 1e3);
    free(times);
}

/* One answer, one more message: as many in flight all the time. */
static void measure_pipelined(bell_ws *ws, const char *bytes, size_t size,
                              size_t count)
{
    size_t sent = 0;
    uint64_t start = wire_now_ns();
    for (size_t i = 0; i < count; i++) {
        while (sent < count && sent - i < WINDOW) {
            put(ws, bytes, size);
            sent++;
        }
        take(ws, size);
    }
    printf("%.0f\n", (double)count * 1e9 / (double)(wire_now_ns() - start));
}

static size_t number(const char *text, size_t max)
{
    unsigned long value = strtoul(text, NULL, 10);
    if (value == 0 || value > max) {
        fprintf(stderr, "websocket_bench: %s is not in 1...%zu\n", text, max);
        exit(2);
    }
    return value;
}

int main(int count, char **arguments)
{
    bell_ws *ws = NULL;
    bell_error error;
    if (count != 5) {
        fprintf(stderr,
                "usage: websocket_bench serial|pipelined URL BYTES COUNT\n");
        return 2;
    }
    size_t size = number(arguments[3], BYTES_MAX);
    size_t trips = number(arguments[4], COUNT_MAX);
    char *bytes = malloc(size);
    if (bytes == NULL) {
        wire_die("payload");
    }
    memset(bytes, 'x', size);
    bell_ws_options options = {.url = arguments[2]};
    if (bell_ws_open(&options, &ws, &error) != BELL_OK ||
        bell_ws_connect(ws, &error) != BELL_OK) {
        fail("connect", &error);
    }
    if (strcmp(arguments[1], "pipelined") == 0) {
        measure_pipelined(ws, bytes, size, trips);
    } else {
        measure_trips(ws, bytes, size, trips);
    }
    bell_ws_close(ws);
    free(bytes);
    return 0;
}
