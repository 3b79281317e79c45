/* baseline.c: what a round trip costs without us: raw TCP with blocking
 * calls, and a WebSocket echo written by hand for exactly this, over TCP or
 * straight on OpenSSL.
 *
 *   baseline tcp|ws|wss|pipelined PORT BYTES COUNT
 *
 * Prints the median of the round trips in microseconds, or for `pipelined`
 * messages per second with WINDOW in flight. */
#include "wire.h"

#include <openssl/ssl.h>
#include <sys/epoll.h>

enum {
    BYTES_MAX = 1024 * 1024,
    COUNT_MAX = 10000000,
    WINDOW = 1000,
    RECEIVE_BYTES = 1024 * 1024
};

struct line {
    int fd;
    int poller;
    SSL *ssl; /* NULL: plain */
    uint8_t *in;
    uint8_t *out;
    uint8_t *payload;
    size_t size;
    uint32_t random;
};

static int compare_times(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static uint32_t line_random(struct line *line)
{
    line->random ^= line->random << 13;
    line->random ^= line->random >> 17;
    line->random ^= line->random << 5;
    return line->random;
}

static void line_secure(struct line *line)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    line->ssl = context == NULL ? NULL : SSL_new(context);
    if (line->ssl == NULL || SSL_set_fd(line->ssl, line->fd) != 1 ||
        SSL_connect(line->ssl) != 1) {
        wire_die("TLS");
    }
    SSL_CTX_free(context); /* the line has its own hold on it */
}

static void line_send(struct line *line, const uint8_t *bytes, size_t size)
{
    if (line->ssl == NULL) {
        wire_send_all(line->fd, bytes, size);
        return;
    }
    while (SSL_write(line->ssl, bytes, (int)size) <= 0) {
        struct pollfd wait = {.fd = line->fd, .events = POLLOUT};
        poll(&wait, 1, -1);
    }
}

/* As recv(), and dies where nothing will ever come. -1: nothing yet. */
static ssize_t line_take(struct line *line, uint8_t *room, size_t size)
{
    if (line->ssl == NULL) {
        ssize_t got = recv(line->fd, room, size, 0);
        if (got <= 0) {
            wire_die("recv");
        }
        return got;
    }
    int got = SSL_read(line->ssl, room, (int)size);
    if (got <= 0 && SSL_get_error(line->ssl, got) != SSL_ERROR_WANT_READ) {
        wire_die("SSL_read");
    }
    return got;
}

static void line_upgrade(struct line *line)
{
    static const char request[] =
        "GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    line_send(line, (const uint8_t *)request, sizeof request - 1);
    size_t size = 0;
    line->in[0] = '\0';
    while (strstr((char *)line->in, "\r\n\r\n") == NULL) {
        size +=
            (size_t)line_take(line, line->in + size, RECEIVE_BYTES - size - 1);
        line->in[size] = '\0';
    }
    wire_no_block(line->fd);
    line->poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(line->poller, EPOLL_CTL_ADD, line->fd, &event);
}

static void trip_tcp(struct line *line)
{
    wire_send_all(line->fd, line->payload, line->size);
    size_t size = 0;
    while (size < line->size) {
        ssize_t got = recv(line->fd, line->in + size, line->size - size, 0);
        if (got <= 0) {
            wire_die("recv");
        }
        size += (size_t)got;
    }
}

/* Waits, reads once behind the `size` bytes that are there. */
static size_t line_receive(struct line *line, size_t size)
{
    struct epoll_event event;
    if (line->ssl == NULL || SSL_pending(line->ssl) == 0) {
        epoll_wait(line->poller, &event, 1, -1);
    }
    ssize_t got = line_take(line, line->in + size, RECEIVE_BYTES - size);
    return got > 0 ? size + (size_t)got : size;
}

static void trip_ws(struct line *line)
{
    size_t frame_size = wire_write_text(line->out, line->payload, line->size,
                                        line_random(line));
    line_send(line, line->out, frame_size);
    size_t size = 0;
    for (;;) {
        size = line_receive(line, size);
        struct wire_frame frame = wire_parse(line->in, size);
        if (frame.header_size > 0 && size >= frame.header_size + frame.size) {
            return;
        }
    }
}

static void measure_trips(struct line *line, size_t count,
                          void (*trip)(struct line *line))
{
    uint64_t *times = malloc(count * sizeof *times);
    if (times == NULL) {
        wire_die("times");
    }
    for (size_t i = 0; i < count / 4 + 1; i++) {
        trip(line);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t start = wire_now_ns();
        trip(line);
        times[i] = wire_now_ns() - start;
    }
    qsort(times, count, sizeof *times, compare_times);
    printf("%.4f\n", (double)times[count / 2] / 1e3);
    free(times);
}

/* Counts whole frames, moves the rest to the front. */
static size_t take_frames(struct line *line, size_t *size)
{
    size_t used = 0;
    size_t frames = 0;
    for (;;) {
        struct wire_frame frame = wire_parse(line->in + used, *size - used);
        size_t whole = frame.header_size + frame.size;
        if (frame.header_size == 0 || *size - used < whole) {
            break;
        }
        used += whole;
        frames++;
    }
    *size -= used;
    memmove(line->in, line->in + used, *size);
    return frames;
}

static void measure_pipelined(struct line *line, size_t count)
{
    size_t sent = 0;
    size_t answered = 0;
    size_t in_size = 0;
    uint64_t start = wire_now_ns();
    while (answered < count) {
        size_t out_size = 0;
        for (; sent < count && sent - answered < WINDOW; sent++) {
            out_size += wire_write_text(line->out + out_size, line->payload,
                                        line->size, line_random(line));
        }
        wire_send_all(line->fd, line->out, out_size);
        in_size = line_receive(line, in_size);
        answered += take_frames(line, &in_size);
    }
    uint64_t elapsed = wire_now_ns() - start;
    printf("%.0f\n", (double)count * 1e9 / (double)elapsed);
}

static size_t number(const char *text, size_t max)
{
    unsigned long value = strtoul(text, NULL, 10);
    if (value == 0 || value > max) {
        fprintf(stderr, "baseline: %s is not in 1...%zu\n", text, max);
        exit(2);
    }
    return value;
}

static void run(struct line *line, const char *kind, size_t trips)
{
    if (strcmp(kind, "tcp") == 0) {
        measure_trips(line, trips, trip_tcp);
        return;
    }
    if (strcmp(kind, "wss") == 0) {
        line_secure(line);
    }
    line_upgrade(line);
    if (strcmp(kind, "pipelined") == 0) {
        measure_pipelined(line, trips);
    } else {
        measure_trips(line, trips, trip_ws);
    }
    close(line->poller);
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr,
                "usage: baseline tcp|ws|wss|pipelined PORT BYTES COUNT\n");
        return 2;
    }
    struct line line = {.random = 2463534242U};
    uint16_t port = (uint16_t)number(arguments[2], UINT16_MAX);
    line.size = number(arguments[3], BYTES_MAX);
    size_t trips = number(arguments[4], COUNT_MAX);
    line.in = malloc(RECEIVE_BYTES);
    line.out = malloc(WINDOW * (line.size + WIRE_HEADER_BYTES_MAX));
    line.payload = malloc(line.size);
    if (line.in == NULL || line.out == NULL || line.payload == NULL) {
        wire_die("buffers");
    }
    memset(line.payload, 'x', line.size);
    line.fd = wire_connect(port);
    run(&line, arguments[1], trips);
    SSL_free(line.ssl);
    close(line.fd);
    free(line.in);
    free(line.out);
    free(line.payload);
    return 0;
}
