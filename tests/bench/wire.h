/* wire.h: sockets and WebSocket frames by hand, for the servers and clients
 * that benchmarks compare with. It knows nothing of the runtime. */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    WIRE_HEADER_BYTES_MAX = 14, /* of a frame, with its mask key */
    WIRE_TEXT = 0x81,           /* a whole text message */
    WIRE_CLOSE = 0x8
};

/* Where a frame's parts are. `header_size` 0: the header is not whole yet. */
struct wire_frame {
    size_t header_size;
    size_t size; /* of the payload */
    uint8_t first;
    uint8_t key[4]; /* zeros where the frame is not masked */
};

static inline void wire_die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline uint64_t wire_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* What a run took. */
struct wire_times {
    uint64_t wall_ns;
    uint64_t cpu_ns; /* of this process */
};

static inline uint64_t wire_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static inline struct wire_times wire_times_begin(void)
{
    struct wire_times times = {wire_now_ns(), wire_cpu_ns()};
    return times;
}

/* Both since then, in microseconds for each of `count`. */
static inline void wire_times_print(const struct wire_times *since,
                                    size_t count)
{
    double each = 1e3 * (double)count;
    printf("%.4f %.4f\n", (double)(wire_now_ns() - since->wall_ns) / each,
           (double)(wire_cpu_ns() - since->cpu_ns) / each);
}

static inline struct sockaddr_in wire_loopback(uint16_t port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline void wire_no_delay(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static inline void wire_no_block(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Listens on a free port of the loopback and says which one. */
static inline int wire_listen(uint16_t *port_out)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = wire_loopback(0);
    socklen_t size = sizeof address;
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        wire_die("listen");
    }
    *port_out = ntohs(address.sin_port);
    return fd;
}

static inline int wire_connect(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = wire_loopback(port);
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        wire_die("connect");
    }
    wire_no_delay(fd);
    return fd;
}

static inline void wire_send_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            poll(&wait, 1, -1);
            continue;
        }
        if (sent < 0) {
            wire_die("send");
        }
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* Eight bytes at a time; the compiler makes vectors of it. */
static inline void wire_mask_copy(uint8_t *restrict out,
                                  const uint8_t *restrict in, size_t size,
                                  const uint8_t key[4])
{
    uint64_t wide;
    uint8_t twice[8];
    memcpy(twice, key, 4);
    memcpy(twice + 4, key, 4);
    memcpy(&wide, twice, sizeof wide);
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t word;
        memcpy(&word, in + i, sizeof word);
        word ^= wide;
        memcpy(out + i, &word, sizeof word);
    }
    for (; i < size; i++) {
        out[i] = in[i] ^ key[i & 3];
    }
}

/* Writes a header without a mask key; gives its size. */
static inline size_t wire_header(uint8_t *out, uint8_t first, size_t size,
                                 bool masked)
{
    uint8_t mask_bit = masked ? 0x80 : 0;
    out[0] = first;
    if (size < 126) {
        out[1] = (uint8_t)(size | mask_bit);
        return 2;
    }
    if (size < 65536) {
        out[1] = 126 | mask_bit;
        out[2] = (uint8_t)(size >> 8);
        out[3] = (uint8_t)size;
        return 4;
    }
    out[1] = 127 | mask_bit;
    for (int i = 0; i < 8; i++) {
        out[2 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
    }
    return 10;
}

static inline struct wire_frame wire_parse(const uint8_t *bytes, size_t size)
{
    struct wire_frame frame;
    memset(&frame, 0, sizeof frame);
    if (size < 2) {
        return frame;
    }
    size_t length = bytes[1] & 0x7f;
    size_t used = 2;
    size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    size_t key_size = (bytes[1] & 0x80) != 0 ? 4 : 0;
    if (size < used + extra + key_size) {
        return frame;
    }
    if (extra > 0) {
        length = 0;
    }
    for (size_t i = 0; i < extra; i++) {
        length = length << 8 | bytes[used++];
    }
    memcpy(frame.key, bytes + used, key_size);
    frame.first = bytes[0];
    frame.size = length;
    frame.header_size = used + key_size;
    return frame;
}

/* A whole masked text message; gives the frame's size. */
static inline size_t wire_write_text(uint8_t *out, const uint8_t *payload,
                                     size_t size, uint32_t random)
{
    uint8_t key[4];
    memcpy(key, &random, sizeof key);
    size_t used = wire_header(out, WIRE_TEXT, size, true);
    memcpy(out + used, key, sizeof key);
    used += sizeof key;
    wire_mask_copy(out + used, payload, size, key);
    return used + size;
}

#endif
