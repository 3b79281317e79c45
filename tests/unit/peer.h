/* peer.h: the other end of a WebSocket line, in the test's own thread: it
 * accepts, upgrades, and says exactly the bytes that a test wants said. */
#ifndef TESTS_UNIT_PEER_H
#define TESTS_UNIT_PEER_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/sha1.h"
#include "unit/check.h"

struct peer {
    int listener;
    int fd; /* -1: nobody is connected */
    uint16_t port;
    int patience_ms; /* how long it waits for bytes; 0: two seconds */
    char url[64];
};

static inline void peer_listen(struct peer *peer)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->fd = -1;
    peer->patience_ms = 0;
    peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(peer->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(peer->listener, 16) != 0 ||
        getsockname(peer->listener, (struct sockaddr *)&address, &size) != 0) {
        perror("a test's listener");
        exit(1);
    }
    peer->port = ntohs(address.sin_port);
    snprintf(peer->url, sizeof peer->url, "ws://127.0.0.1:%u/line",
             (unsigned)peer->port);
}

static inline void peer_close(struct peer *peer)
{
    if (peer->fd >= 0) {
        close(peer->fd);
    }
    peer->fd = -1;
}

static inline void peer_end(struct peer *peer)
{
    peer_close(peer);
    close(peer->listener);
}

static inline bool peer_say(struct peer *peer, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size != 0) {
        ssize_t put = send(peer->fd, at, size, MSG_NOSIGNAL);
        if (put < 0) {
            return false;
        }
        at += put;
        size -= (size_t)put;
    }
    return true;
}

/* Reads until `size` bytes are there, while its patience lasts. */
static inline bool peer_hear(struct peer *peer, void *bytes, size_t size)
{
    char *at = bytes;
    while (size != 0) {
        struct pollfd wait = {peer->fd, POLLIN, 0};
        int patience = peer->patience_ms != 0 ? peer->patience_ms : 2000;
        if (poll(&wait, 1, patience) != 1) {
            return false;
        }
        ssize_t got = recv(peer->fd, at, size, 0);
        if (got <= 0) {
            return false;
        }
        at += got;
        size -= (size_t)got;
    }
    return true;
}

/* The client's request, byte by byte up to the empty line. */
static inline bool peer_request(struct peer *peer, char *text, size_t room)
{
    size_t size = 0;
    while (size + 1 < room && peer_hear(peer, text + size, 1)) {
        size++;
        text[size] = '\0';
        if (size >= 4 && memcmp(text + size - 4, "\r\n\r\n", 4) == 0) {
            return true;
        }
    }
    return false;
}

static inline void peer_accept_key(const char *request, char accept[64])
{
    static const char name[] = "Sec-WebSocket-Key: ";
    const char *key = strstr(request, name);
    char text[128];
    uint8_t digest[BELL__SHA1_BYTES];
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
             key == NULL ? "" : key + sizeof name - 1);
    bell__sha1(text, strlen(text), digest);
    *bell__base64_put(accept, digest, sizeof digest) = '\0';
}

/* Accepts and answers 101, with `more` behind it in the same write. */
static inline bool peer_upgrade(struct peer *peer, const void *more,
                                size_t more_size)
{
    char text[4096];
    char accept_text[64];
    if (!peer_request(peer, text, sizeof text)) {
        return false;
    }
    peer_accept_key(text, accept_text);
    int size = snprintf(text, sizeof text,
                        "HTTP/1.1 101 Switching Protocols\r\n"
                        "upgrade: WebSocket\r\n"
                        "connection: keep-alive, Upgrade\r\n"
                        "sec-websocket-accept: %s\r\n\r\n",
                        accept_text);
    if (more_size > sizeof text - (size_t)size) {
        return false;
    }
    if (more_size != 0) {
        memcpy(text + size, more, more_size);
    }
    return peer_say(peer, text, (size_t)size + more_size);
}

/* One frame of the client, unmasked. False: none, or it is no masked frame of
 * at most `room` bytes. */
static inline bool peer_frame(struct peer *peer, int *first, char *payload,
                              size_t room, size_t *size)
{
    unsigned char head[14];
    if (!peer_hear(peer, head, 2) || (head[1] & 0x80) == 0) {
        return false;
    }
    size_t more = (head[1] & 0x7f) == 126 ? 2 : (head[1] & 0x7f) == 127 ? 8 : 0;
    if (!peer_hear(peer, head + 2, more + 4)) {
        return false;
    }
    *first = head[0];
    *size = more == 0 ? head[1] & 0x7f : 0;
    for (size_t i = 0; i < more; i++) {
        *size = *size << 8 | head[2 + i];
    }
    if (*size > room || !peer_hear(peer, payload, *size)) {
        return false;
    }
    for (size_t i = 0; i < *size; i++) {
        payload[i] = (char)(payload[i] ^ head[2 + more + i % 4]);
    }
    return true;
}

/* Says a text frame in its shortest form. */
static inline bool peer_text(struct peer *peer, const char *text, size_t size)
{
    unsigned char head[10] = {0x81};
    size_t more = size < 126 ? 0 : size < 65536 ? 2 : 8;
    head[1] = (unsigned char)(more == 0 ? size : more == 2 ? 126 : 127);
    for (size_t i = 0; i < more; i++) {
        head[2 + i] = (unsigned char)((uint64_t)size >> (8 * (more - 1 - i)));
    }
    return peer_say(peer, head, 2 + more) && peer_say(peer, text, size);
}

#endif
