/* echo_server.c: gives back what it gets: TCP bytes, or WebSocket messages,
 * with TLS or without, by a key of its own that is made at its start.
 * A Centrifugo connect command, which only a first message can be, gets a
 * connect reply; every other command is echoed, and is a valid reply where a
 * method's result equals its params. It knows no JSON. */
#include "wire.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

#include "unit/certificates.h"

enum {
    BUFFER_BYTES = 8 * 1024 * 1024, /* of a peer, each way */
    EVENTS_MAX = 16,
    GREETING_BYTES_MAX = 256,
    LIFE_SECONDS_MAX = 600
};

struct peer {
    int fd;
    SSL *ssl; /* NULL: plain */
    bool upgraded;
    bool greeted;
    bool wants_out;
    size_t in_size;
    size_t out_size;
    size_t out_sent;
    uint8_t *in;
    uint8_t *out;
};

static int poller;
static SSL_CTX *tls; /* NULL: plain */

static ssize_t peer_write(struct peer *peer, const uint8_t *bytes, size_t size)
{
    if (peer->ssl == NULL) {
        return send(peer->fd, bytes, size, MSG_NOSIGNAL);
    }
    return SSL_write(peer->ssl, bytes, (int)size);
}

/* As recv(); of TLS, all that is there. */
static ssize_t peer_read(struct peer *peer, uint8_t *room, size_t size)
{
    if (peer->ssl == NULL) {
        return recv(peer->fd, room, size, 0);
    }
    size_t total = 0;
    int got = 1;
    while (got > 0 && total < size) {
        got = SSL_read(peer->ssl, room + total, (int)(size - total));
        total += got > 0 ? (size_t)got : 0;
    }
    if (total > 0 || SSL_get_error(peer->ssl, got) != SSL_ERROR_WANT_READ) {
        return (ssize_t)total;
    }
    errno = EAGAIN;
    return -1;
}

static void peer_flush(struct peer *peer)
{
    while (peer->out_sent < peer->out_size) {
        ssize_t sent = peer_write(peer, peer->out + peer->out_sent,
                                  peer->out_size - peer->out_sent);
        if (sent <= 0) {
            break;
        }
        peer->out_sent += (size_t)sent;
    }
    if (peer->out_sent == peer->out_size) {
        peer->out_sent = 0;
        peer->out_size = 0;
    }
    bool wants_out = peer->out_size > 0;
    if (wants_out == peer->wants_out) {
        return;
    }
    peer->wants_out = wants_out;
    struct epoll_event event = {
        .events = wants_out ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = peer};
    epoll_ctl(poller, EPOLL_CTL_MOD, peer->fd, &event);
}

/* The value of a header in `head`, cut at the line's end or a comma. */
static bool header_value(const char *head, const char *name, char *value,
                         size_t value_size)
{
    const char *at = strcasestr(head, name);
    if (at == NULL) {
        return false;
    }
    at += strlen(name);
    at += strspn(at, " ");
    size_t size = strcspn(at, "\r,");
    if (size >= value_size) {
        return false;
    }
    memcpy(value, at, size);
    value[size] = '\0';
    return true;
}

static bool accept_key(const char *head, char out[32])
{
    char text[128];
    if (!header_value(head, "sec-websocket-key:", text, 64)) {
        return false;
    }
    size_t size = strlen(text);
    memcpy(text + size, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1((const unsigned char *)text, size + 36, digest);
    EVP_EncodeBlock((unsigned char *)out, digest, SHA_DIGEST_LENGTH);
    return true;
}

/* False: the peer does not speak WebSocket. */
static bool peer_upgrade(struct peer *peer)
{
    peer->in[peer->in_size] = '\0';
    char *head = (char *)peer->in;
    char *end = strstr(head, "\r\n\r\n");
    if (end == NULL) {
        return true;
    }
    char key[32];
    char protocol[64];
    if (!accept_key(head, key)) {
        return false;
    }
    bool named = header_value(head, "sec-websocket-protocol:", protocol,
                              sizeof protocol);
    peer->out_size = (size_t)snprintf(
        (char *)peer->out, BUFFER_BYTES,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s%s%s\r\n",
        key, named ? "Sec-WebSocket-Protocol: " : "", named ? protocol : "",
        named ? "\r\n" : "");
    size_t used = (size_t)(end + 4 - head);
    peer->in_size -= used;
    memmove(peer->in, peer->in + used, peer->in_size);
    peer->upgraded = true;
    peer_flush(peer);
    return true;
}

static void peer_put(struct peer *peer, uint8_t first, const uint8_t *payload,
                     size_t size, const uint8_t key[4])
{
    peer->out_size +=
        wire_header(peer->out + peer->out_size, first, size, false);
    wire_mask_copy(peer->out + peer->out_size, payload, size, key);
    peer->out_size += size;
}

/* The first message: true where it was a connect command, and is answered.
 * The id is copied from the command, which nothing may follow in the frame. */
static bool peer_greet(struct peer *peer, const uint8_t *payload,
                       const struct wire_frame *frame)
{
    static const uint8_t no_key[4];
    char text[GREETING_BYTES_MAX];
    size_t size = frame->size < sizeof text - 1 ? frame->size : sizeof text - 1;
    wire_mask_copy((uint8_t *)text, payload, size, frame->key);
    text[size] = '\0';
    const char *id = strstr(text, "\"id\":");
    if (id == NULL || strstr(text, "\"connect\":") == NULL) {
        return false;
    }
    char reply[GREETING_BYTES_MAX];
    int reply_size = snprintf(
        reply, sizeof reply,
        "{\"id\":%lu,\"connect\":{\"client\":\"echo\",\"version\":\"0\"}}",
        strtoul(id + 5, NULL, 10));
    peer_put(peer, WIRE_TEXT, (const uint8_t *)reply, (size_t)reply_size,
             no_key);
    return true;
}

/* Echoes whatever is whole; replies of one read leave in one send. False: the
 * peer is done. */
static bool peer_echo(struct peer *peer)
{
    size_t used = 0;
    for (;;) {
        struct wire_frame frame =
            wire_parse(peer->in + used, peer->in_size - used);
        if (frame.header_size == 0 ||
            peer->in_size - used - frame.header_size < frame.size ||
            peer->out_size + frame.size + GREETING_BYTES_MAX > BUFFER_BYTES) {
            break;
        }
        if ((frame.first & 0xf) == WIRE_CLOSE) {
            return false;
        }
        const uint8_t *payload = peer->in + used + frame.header_size;
        bool first = !peer->greeted;
        peer->greeted = true;
        if (!first || !peer_greet(peer, payload, &frame)) {
            peer_put(peer, frame.first, payload, frame.size, frame.key);
        }
        used += frame.header_size + frame.size;
    }
    peer->in_size -= used;
    memmove(peer->in, peer->in + used, peer->in_size);
    if (peer->out_size > 0) {
        peer_flush(peer);
    }
    return true;
}

static bool peer_work(struct peer *peer)
{
    if (!peer->upgraded && !peer_upgrade(peer)) {
        return false;
    }
    return !peer->upgraded || peer_echo(peer);
}

static bool peer_turn(struct peer *peer, uint32_t events)
{
    if ((events & EPOLLOUT) != 0) {
        peer_flush(peer);
        if (!peer_work(peer)) {
            return false;
        }
    }
    size_t room = BUFFER_BYTES - peer->in_size;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0 || room == 0) {
        return true;
    }
    ssize_t got = peer_read(peer, peer->in + peer->in_size, room);
    if (got < 0) {
        return errno == EAGAIN;
    }
    peer->in_size += (size_t)got;
    return got > 0 && peer_work(peer);
}

static void peer_free(struct peer *peer)
{
    SSL_free(peer->ssl);
    close(peer->fd);
    free(peer->in);
    free(peer->out);
    free(peer);
}

static void peer_make(int listener)
{
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) {
        return;
    }
    wire_no_block(fd);
    wire_no_delay(fd);
    struct peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL) {
        wire_die("peer");
    }
    peer->fd = fd;
    if (tls != NULL) {
        peer->ssl = SSL_new(tls);
        if (peer->ssl == NULL || SSL_set_fd(peer->ssl, fd) != 1) {
            wire_die("TLS");
        }
        SSL_set_accept_state(peer->ssl);
    }
    peer->in = malloc(BUFFER_BYTES + 1);
    peer->out = malloc(BUFFER_BYTES + WIRE_HEADER_BYTES_MAX);
    if (peer->in == NULL || peer->out == NULL) {
        wire_die("peer");
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

static void serve_messages(int listener)
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
                continue;
            }
            if (!peer_turn(peer, events[i].events)) {
                peer_free(peer);
            }
        }
    }
}

/* One peer after the other, with blocking calls: the least that TCP costs. */
static void serve_bytes(int listener)
{
    static uint8_t bytes[BUFFER_BYTES];
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            continue;
        }
        wire_no_delay(fd);
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        while (got > 0) {
            wire_send_all(fd, bytes, (size_t)got);
            got = recv(fd, bytes, sizeof bytes, 0);
        }
        close(fd);
    }
}

static void open_tls(void)
{
    struct identity identity =
        identity_make("echo", "DNS:localhost,IP:127.0.0.1", NULL, -1, 1);
    tls = SSL_CTX_new(TLS_server_method());
    if (tls == NULL ||
        SSL_CTX_use_certificate(tls, identity.certificate) != 1 ||
        SSL_CTX_use_PrivateKey(tls, identity.key) != 1) {
        wire_die("TLS");
    }
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    identity_free(&identity);
}

int main(int count, char **arguments)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(LIFE_SECONDS_MAX);
    signal(SIGPIPE, SIG_IGN);
    uint16_t port = 0;
    int listener = wire_listen(&port);
    printf("%u\n", (unsigned)port);
    fflush(stdout);
    if (count > 1 && strcmp(arguments[1], "tcp") == 0) {
        serve_bytes(listener);
    }
    if (count > 1 && strcmp(arguments[1], "wss") == 0) {
        open_tls();
    }
    serve_messages(listener);
}
