/* rest_raw.c: the limit of an exchange: HTTP/1.1 by hand on epoll, with TLS by
 * OpenSSL alone. It needs rest_server.c at the other end.
 *
 *   rest_raw URL CONNECTIONS COUNT BODY
 *
 * Prints the wall time and the CPU time of an exchange in microseconds. */
#include "wire.h"

#include <openssl/ssl.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/uio.h>

enum { ROOM = 16 * 1024, WARM = 200, EVENTS_MAX = 64, REQUEST_MAX = 4096 };

struct line {
    int fd;
    SSL *ssl; /* NULL: plain */
    size_t size;
    char bytes[ROOM + 1];
};

static char request[REQUEST_MAX];
static size_t request_size;

static void ask(struct line *line)
{
    line->size = 0;
    ssize_t sent = line->ssl == NULL
                       ? send(line->fd, request, request_size, MSG_NOSIGNAL)
                       : SSL_write(line->ssl, request, (int)request_size);
    if (sent != (ssize_t)request_size) {
        wire_die("write");
    }
}

/* The size of the body, as the head says. */
static size_t read_head(const char *at, const char *end)
{
    size_t size = 0;
    if (strncmp(at, "HTTP/1.1 200 ", 13) != 0) {
        wire_die("status");
    }
    for (at = strchr(at, '\n') + 1; at < end; at = strchr(at, '\n') + 1) {
        const char *colon = strchr(at, ':');
        if (colon - at == 14 && strncasecmp(at, "content-length", 14) == 0) {
            size = strtoul(colon + 1, NULL, 10);
        }
    }
    return size;
}

/* True where the answer is whole. */
static bool take(struct line *line)
{
    char *room = line->bytes + line->size;
    size_t left = ROOM - line->size;
    ssize_t got = line->ssl == NULL ? recv(line->fd, room, left, 0)
                                    : SSL_read(line->ssl, room, (int)left);
    if (got <= 0) {
        if (line->ssl != NULL &&
            SSL_get_error(line->ssl, (int)got) == SSL_ERROR_WANT_READ) {
            return false; /* a ticket */
        }
        wire_die("read");
    }
    line->size += (size_t)got;
    line->bytes[line->size] = '\0';
    const char *end = strstr(line->bytes, "\r\n\r\n");
    if (end == NULL) {
        return false;
    }
    size_t head = (size_t)(end + 4 - line->bytes);
    return line->size >= head + read_head(line->bytes, end);
}

static void open_line(struct line *line, uint16_t port, SSL_CTX *tls,
                      int poller)
{
    line->fd = wire_connect(port);
    if (tls != NULL) {
        line->ssl = SSL_new(tls);
        if (line->ssl == NULL || SSL_set_fd(line->ssl, line->fd) != 1 ||
            SSL_connect(line->ssl) != 1) {
            wire_die("TLS");
        }
    }
    wire_no_block(line->fd);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};
    epoll_ctl(poller, EPOLL_CTL_ADD, line->fd, &event);
}

static void run(int poller, struct line *lines, size_t connections,
                size_t count)
{
    size_t started = 0;
    size_t ended = 0;
    for (; started < connections && started < count; started++) {
        ask(&lines[started]);
    }
    while (ended < count) {
        struct epoll_event events[EVENTS_MAX];
        int ready = epoll_wait(poller, events, EVENTS_MAX, -1);
        for (int i = 0; i < ready; i++) {
            struct line *line = events[i].data.ptr;
            if (!take(line)) {
                continue;
            }
            ended++;
            if (started < count) {
                started++;
                ask(line);
            }
        }
    }
}

int main(int words, char **word)
{
    size_t connections = words == 5 ? strtoul(word[2], NULL, 10) : 0;
    size_t count = words == 5 ? strtoul(word[3], NULL, 10) : 0;
    const char *colon = words == 5 ? strrchr(word[1], ':') : NULL;
    struct line *lines = calloc(connections + 1, sizeof *lines);
    if (connections == 0 || count == 0 || colon == NULL || lines == NULL) {
        fprintf(stderr, "usage: rest_raw URL CONNECTIONS COUNT BODY\n");
        return 2;
    }
    bool secure = strncmp(word[1], "https:", 6) == 0;
    SSL_CTX *tls = secure ? SSL_CTX_new(TLS_client_method()) : NULL;
    request_size = (size_t)snprintf(
        request, sizeof request,
        "POST /echo HTTP/1.1\r\nHost: 127.0.0.1%s\r\n"
        "User-Agent: raw\r\nAccept: application/json\r\n"
        "Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        colon, strlen(word[4]), word[4]);
    int poller = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < connections; i++) {
        open_line(&lines[i], (uint16_t)strtoul(colon + 1, NULL, 10), tls,
                  poller);
    }
    run(poller, lines, connections, WARM);
    struct wire_times times = wire_times_begin();
    run(poller, lines, connections, count);
    wire_times_print(&times, count);
    for (size_t i = 0; i < connections; i++) {
        SSL_free(lines[i].ssl);
        close(lines[i].fd);
    }
    SSL_CTX_free(tls);
    close(poller);
    free(lines);
    return 0;
}
