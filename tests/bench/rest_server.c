/* rest_server.c: answers every HTTP/1.1 request with its own body, as JSON;
 * with TLS where it is started so, by a key that is made at its start.
 *
 *   rest_server http|https
 *
 * Prints its port. It believes its clients: a request has a Content-Length. */
#include "wire.h"

#include <openssl/ssl.h>
#include <signal.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

#include "unit/certificates.h"

enum { ROOM = 64 * 1024, EVENTS_MAX = 64, LIFE_SECONDS_MAX = 600 };

struct peer {
    int fd;
    SSL *ssl; /* NULL: plain */
    size_t size;
    char bytes[ROOM + 1];
};

static int poller;
static SSL_CTX *tls; /* NULL: plain */

/* As recv(), of either kind; -1: later. */
static ssize_t peer_read(struct peer *peer)
{
    char *room = peer->bytes + peer->size;
    size_t size = ROOM - peer->size;
    if (peer->ssl == NULL) {
        ssize_t got = recv(peer->fd, room, size, 0);
        return got < 0 && errno != EAGAIN ? 0 : got;
    }
    int got = SSL_read(peer->ssl, room, (int)size);
    if (got > 0) {
        return got;
    }
    return SSL_get_error(peer->ssl, got) == SSL_ERROR_WANT_READ ? -1 : 0;
}

/* A small answer always fits into the socket's buffer. */
static bool peer_write(const struct peer *peer, const char *bytes, size_t size)
{
    if (peer->ssl == NULL) {
        return send(peer->fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size;
    }
    return SSL_write(peer->ssl, bytes, (int)size) == (int)size;
}

/* Answers a request that is whole; *used is its size, or 0. */
static bool peer_answer(struct peer *peer, size_t *used)
{
    char answer[ROOM + 256];
    *used = 0;
    peer->bytes[peer->size] = '\0';
    const char *end = strstr(peer->bytes, "\r\n\r\n");
    const char *length = strcasestr(peer->bytes, "\r\ncontent-length:");
    if (end == NULL) {
        return true;
    }
    if (length == NULL || length > end) {
        return false;
    }
    size_t head = (size_t)(end + 4 - peer->bytes);
    size_t body = strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
    if (body > ROOM - head) {
        return false;
    }
    if (peer->size < head + body) {
        return true;
    }
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 200 OK\r\n"
                        "date: Sun, 29 Nov 2026 21:00:00 GMT\r\n"
                        "server: bench\r\ncontent-length: %zu\r\n"
                        "content-type: application/json\r\n\r\n",
                        body);
    memcpy(answer + size, end + 4, body);
    *used = head + body;
    return peer_write(peer, answer, (size_t)size + body);
}

static bool peer_turn(struct peer *peer)
{
    ssize_t got = peer_read(peer);
    while (got > 0) {
        size_t used = 0;
        peer->size += (size_t)got;
        if (!peer_answer(peer, &used)) {
            return false;
        }
        peer->size -= used;
        memmove(peer->bytes, peer->bytes + used, peer->size);
        if (peer->ssl == NULL || SSL_pending(peer->ssl) == 0) {
            return true;
        }
        got = peer_read(peer);
    }
    return got < 0;
}

static void peer_free(struct peer *peer)
{
    SSL_free(peer->ssl);
    close(peer->fd);
    free(peer);
}

static void peer_make(int listener)
{
    int fd = accept(listener, NULL, NULL);
    struct peer *peer = fd >= 0 ? calloc(1, sizeof *peer) : NULL;
    if (peer == NULL) {
        return;
    }
    wire_no_block(fd);
    wire_no_delay(fd);
    peer->fd = fd;
    if (tls != NULL) {
        peer->ssl = SSL_new(tls);
        if (peer->ssl == NULL || SSL_set_fd(peer->ssl, fd) != 1) {
            wire_die("TLS");
        }
        SSL_set_accept_state(peer->ssl);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

static void serve(int listener)
{
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int count = epoll_wait(poller, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            struct peer *peer = events[i].data.ptr;
            if (peer == NULL) {
                peer_make(listener);
            } else if (!peer_turn(peer)) {
                peer_free(peer);
            }
        }
    }
}

static void open_tls(void)
{
    struct identity identity =
        identity_make("bench", "DNS:localhost,IP:127.0.0.1", NULL, -1, 1);
    tls = SSL_CTX_new(TLS_server_method());
    if (tls == NULL ||
        SSL_CTX_use_certificate(tls, identity.certificate) != 1 ||
        SSL_CTX_use_PrivateKey(tls, identity.key) != 1) {
        wire_die("TLS");
    }
    identity_free(&identity);
}

int main(int count, char **words)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(LIFE_SECONDS_MAX);
    signal(SIGPIPE, SIG_IGN);
    uint16_t port = 0;
    int listener = wire_listen(&port);
    if (count > 1 && strcmp(words[1], "https") == 0) {
        open_tls();
    }
    printf("%u\n", (unsigned)port);
    fflush(stdout);
    serve(listener);
}
