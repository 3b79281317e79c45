/* front.h: what stands between a client and a server in a test: it ends TLS,
 * and passes bytes in pieces of any size, or only some of them. */
#ifndef TESTS_UNIT_FRONT_H
#define TESTS_UNIT_FRONT_H

#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>

#include "unit/certificates.h"
#include "unit/peer.h"

enum { FRONT_BYTES = 64 * 1024 };

/* Set before front_start(). */
struct front {
    struct peer peer;
    pthread_t thread;
    uint16_t backend;
    SSL_CTX *tls;  /* NULL: bytes pass as they are */
    size_t piece;  /* bytes at once; 0: as they come */
    size_t cut;    /* the line ends after so many bytes to the client; 0: no */
    bool notifies; /* TLS: the client hears that the line ends */
    bool proxies;  /* who comes asks for a way first (CONNECT) */
    const char *banner; /* said to everybody, who then must go; or NULL */
    long handshakes;    /* that were done */
    long lines;         /* whose threads run */
};

struct front_line {
    struct front *front;
    SSL *ssl;
    int client;
    int backend;
    size_t passed;
};

static inline SSL_CTX *front_context(const struct identity *identity,
                                     const struct identity *authority)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    CHECK(context != NULL);
    CHECK(SSL_CTX_use_certificate(context, identity->certificate) == 1);
    CHECK(SSL_CTX_use_PrivateKey(context, identity->key) == 1);
    if (authority != NULL) { /* clients must be signed by it */
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context),
                            authority->certificate);
        SSL_CTX_set_verify(
            context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return context;
}

static inline int front_dial(uint16_t port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static inline bool front_write(struct front_line *line, const char *bytes,
                               size_t size)
{
    size_t piece = line->front->piece != 0 ? line->front->piece : size;
    while (size != 0) {
        size_t some = size < piece ? size : piece;
        size_t cut = line->front->cut;
        if (cut != 0 && line->passed + some > cut) {
            return false;
        }
        ssize_t put = line->ssl != NULL
                          ? SSL_write(line->ssl, bytes, (int)some)
                          : send(line->client, bytes, some, MSG_NOSIGNAL);
        if (put <= 0) {
            return false;
        }
        line->passed += (size_t)put;
        bytes += put;
        size -= (size_t)put;
    }
    return true;
}

static inline bool front_up(struct front_line *line, char *room)
{
    do {
        ssize_t got = line->ssl != NULL
                          ? SSL_read(line->ssl, room, FRONT_BYTES)
                          : recv(line->client, room, FRONT_BYTES, 0);
        if (got <= 0 ||
            send(line->backend, room, (size_t)got, MSG_NOSIGNAL) != got) {
            return false;
        }
    } while (line->ssl != NULL && SSL_pending(line->ssl) > 0);
    return true;
}

static inline void front_pump(struct front_line *line)
{
    char *room = malloc(FRONT_BYTES);
    struct pollfd waits[2] = {{line->client, POLLIN, 0},
                              {line->backend, POLLIN, 0}};
    while (room != NULL && poll(waits, 2, 10000) > 0) {
        if (waits[0].revents != 0 && !front_up(line, room)) {
            break;
        }
        if (waits[1].revents == 0) {
            continue;
        }
        ssize_t got = recv(line->backend, room, FRONT_BYTES, 0);
        if (got <= 0 || !front_write(line, room, (size_t)got)) {
            break;
        }
    }
    free(room);
}

/* Closing over unread bytes would reset the line, and with it what was said
 * last: an alert, say. */
static inline void front_linger(int fd)
{
    char room[1024];
    struct pollfd wait = {fd, POLLIN, 0};
    shutdown(fd, SHUT_WR);
    while (poll(&wait, 1, 1000) > 0 && recv(fd, room, sizeof room, 0) > 0) {
    }
}

/* Whatever is asked for: it is here. */
static inline bool front_connect(int fd)
{
    static const char good[] = "HTTP/1.1 200 OK\r\n\r\n";
    struct peer peer = {.fd = fd};
    char text[1024];
    return peer_request(&peer, text, sizeof text) &&
           strncmp(text, "CONNECT ", 8) == 0 &&
           peer_say(&peer, good, sizeof good - 1);
}

static inline void *front_serve(void *context)
{
    struct front_line *line = context;
    bool good = true;
    sigset_t pipe; /* OpenSSL's own sockets raise it: in this thread alone */
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    if (line->front->banner != NULL) {
        front_write(line, line->front->banner, strlen(line->front->banner));
        good = false;
    }
    if (line->front->proxies && !front_connect(line->client)) {
        good = false;
    }
    if (line->front->tls != NULL) {
        line->ssl = SSL_new(line->front->tls);
        SSL_set_fd(line->ssl, line->client);
        good = SSL_accept(line->ssl) == 1;
        ERR_clear_error();
    }
    if (good) {
        __atomic_add_fetch(&line->front->handshakes, 1, __ATOMIC_SEQ_CST);
        line->backend = front_dial(line->front->backend);
        if (line->backend >= 0) {
            front_pump(line);
            close(line->backend);
        }
    }
    if (line->front->notifies && line->ssl != NULL) {
        SSL_shutdown(line->ssl);
    }
    SSL_free(line->ssl);
    front_linger(line->client);
    close(line->client);
    __atomic_sub_fetch(&line->front->lines, 1, __ATOMIC_SEQ_CST);
    free(line);
    return NULL;
}

static inline void *front_accept(void *context)
{
    struct front *front = context;
    for (;;) {
        int fd = accept(front->peer.listener, NULL, NULL);
        if (fd < 0) {
            return NULL;
        }
        struct front_line *line = calloc(1, sizeof *line);
        pthread_t thread;
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (line == NULL) {
            abort();
        }
        line->front = front;
        __atomic_add_fetch(&front->lines, 1, __ATOMIC_SEQ_CST);
        line->client = fd;
        if (pthread_create(&thread, NULL, front_serve, line) != 0) {
            abort();
        }
        pthread_detach(thread);
    }
}

static inline void front_start(struct front *front)
{
    peer_listen(&front->peer);
    if (pthread_create(&front->thread, NULL, front_accept, front) != 0) {
        abort();
    }
}

static inline void front_end(struct front *front)
{
    shutdown(front->peer.listener, SHUT_RDWR);
    pthread_join(front->thread, NULL);
    while (__atomic_load_n(&front->lines, __ATOMIC_SEQ_CST) != 0) {
        poll(NULL, 0, 1); /* they end with their clients */
    }
    peer_end(&front->peer);
}

#endif
