/* tls.c: TLS as a stream of bytes. What is to be written is gathered into one
 * record, which OpenSSL wants to see again unchanged where the socket took
 * only a part of it: so it is held here until the kernel has it. It knows no
 * frames. */
#include "transport/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

enum { RECORD_BYTES = 16 * 1024, HOST_BYTES = 256 };

struct bell__tls {
    SSL *ssl;
    bell_allocator memory;
    size_t held_at; /* of `record`: what the kernel has */
    size_t held_size;
    char host[HOST_BYTES];
    char record[RECORD_BYTES];
};

/* After a call that failed: what is to do. */
static enum bell__flow settle(struct bell__socket *socket, int got)
{
    struct bell__tls *tls = socket->tls;
    int result = SSL_get_error(tls->ssl, got);
    socket->wants_write = false;
    switch (result) {
    case SSL_ERROR_WANT_READ:
        return BELL__FLOW_BLOCKED;
    case SSL_ERROR_WANT_WRITE:
        socket->wants_write = true;
        return BELL__FLOW_BLOCKED;
    case SSL_ERROR_ZERO_RETURN:
        return BELL__FLOW_ENDED;
    default:
        break;
    }
    bell__tls_explain(tls->ssl, result, socket->os_error, tls->host,
                      socket->trouble, sizeof socket->trouble);
    bool cut =
        ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    bool ended = socket->os_error == 0 && (cut || ERR_peek_error() == 0);
    ERR_clear_error();
    return ended ? BELL__FLOW_ENDED : BELL__FLOW_FAILED;
}

static enum bell__flow tls_read(struct bell__socket *socket, void *bytes,
                                size_t size, size_t *moved)
{
    struct bell__tls *tls = socket->tls;
    int wanted = size > INT32_MAX ? INT32_MAX : (int)size;
    ERR_clear_error();
    socket->os_error = 0;
    int got = SSL_read(tls->ssl, bytes, wanted);
    if (got <= 0) {
        socket->more = false;
        return settle(socket, got);
    }
    *moved = (size_t)got;
    socket->more = got == wanted || SSL_has_pending(tls->ssl) == 1;
    return BELL__FLOW_MOVED;
}

/* What is held goes first; MOVED: the kernel has all of it. */
static enum bell__flow flush(struct bell__socket *socket)
{
    struct bell__tls *tls = socket->tls;
    while (tls->held_at < tls->held_size) {
        ERR_clear_error();
        socket->os_error = 0;
        int put = SSL_write(tls->ssl, tls->record + tls->held_at,
                            (int)(tls->held_size - tls->held_at));
        if (put <= 0) {
            enum bell__flow flow = settle(socket, put);
            return flow == BELL__FLOW_ENDED ? BELL__FLOW_FAILED : flow;
        }
        tls->held_at += (size_t)put;
    }
    tls->held_at = 0;
    tls->held_size = 0;
    socket->held = 0;
    return BELL__FLOW_MOVED;
}

static size_t fill_record(struct bell__tls *tls, const struct iovec *pieces,
                          int count)
{
    size_t size = 0;
    for (int i = 0; i < count && size < RECORD_BYTES; i++) {
        size_t room = RECORD_BYTES - size;
        size_t some = pieces[i].iov_len < room ? pieces[i].iov_len : room;
        memcpy(tls->record + size, pieces[i].iov_base, some);
        size += some;
    }
    return size;
}

static enum bell__flow tls_write(struct bell__socket *socket,
                                 const struct iovec *pieces, int count,
                                 size_t *moved)
{
    struct bell__tls *tls = socket->tls;
    *moved = 0;
    enum bell__flow flow = flush(socket);
    if (flow != BELL__FLOW_MOVED || count == 0) {
        return flow;
    }
    tls->held_size = fill_record(tls, pieces, count);
    socket->held = tls->held_size;
    *moved = tls->held_size;
    flow = flush(socket);
    /* What is held is ours now: that it waits is told by `held`. */
    return flow == BELL__FLOW_FAILED ? flow : BELL__FLOW_MOVED;
}

/* The server's tickets (RFC 8446 4.6.1) say nothing to who reads. */
static bool tls_quiet(struct bell__socket *socket)
{
    char byte;
    ERR_clear_error();
    socket->os_error = 0;
    int got = SSL_peek(socket->tls->ssl, &byte, 1);
    bool quiet =
        got <= 0 && SSL_get_error(socket->tls->ssl, got) == SSL_ERROR_WANT_READ;
    ERR_clear_error();
    return quiet;
}

static void tls_finish(struct bell__socket *socket)
{
    struct bell__tls *tls = socket->tls;
    ERR_clear_error();
    if (socket->held == 0 && SSL_is_init_finished(tls->ssl)) {
        SSL_shutdown(tls->ssl);
        ERR_clear_error();
    }
    shutdown(socket->fd, SHUT_WR);
}

static void free_tls(struct bell__tls *tls)
{
    bell_allocator memory = tls->memory;
    SSL_free(tls->ssl);
    bell__memory_free(&memory, tls, sizeof *tls);
}

static void tls_close(struct bell__socket *socket)
{
    free_tls(socket->tls);
    socket->tls = NULL;
    close(socket->fd);
    socket->fd = -1;
}

static const struct bell__socket_ops tls_ops = {tls_read, tls_write, tls_quiet,
                                                tls_finish, tls_close};

static bool is_address(const char *host)
{
    unsigned char room[16];
    return inet_pton(AF_INET, host, room) == 1 ||
           inet_pton(AF_INET6, host, room) == 1;
}

/* Who must answer: a name is told to the server as well (RFC 6066 3). */
static bool name_host(SSL *ssl, const char *host)
{
    if (is_address(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
    }
    /* RFC 6125 6.4.4: a subject's common name is no host's. */
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                               X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    /* The macro for this drops the const that a name has. */
    return SSL_set1_host(ssl, host) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
                    TLSEXT_NAMETYPE_host_name, (void *)(uintptr_t)host) == 1;
}

static bool prepare(struct bell__socket *socket, struct bell__tls *tls,
                    struct bell__tls_context *context, const char *host)
{
    tls->ssl = bell__tls_session(context);
    BIO *bio = tls->ssl != NULL ? bell__tls_bio(context, socket) : NULL;
    if (bio == NULL) {
        return false;
    }
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_connect_state(tls->ssl);
    return name_host(tls->ssl, host);
}

bool bell__tls_start(struct bell__socket *socket, int fd,
                     struct bell__tls_context *context, const char *host)
{
    const bell_allocator *memory = bell__tls_memory(context);
    struct bell__tls *tls = bell__memory_take(memory, sizeof *tls);
    memset(socket, 0, sizeof *socket);
    socket->ops = &tls_ops;
    socket->fd = fd;
    if (tls != NULL) {
        tls->memory = *memory;
        tls->ssl = NULL;
        tls->held_at = 0;
        tls->held_size = 0;
        snprintf(tls->host, sizeof tls->host, "%s", host);
        if (prepare(socket, tls, context, host)) {
            socket->tls = tls;
            return true;
        }
        free_tls(tls);
    }
    ERR_clear_error();
    memcpy(socket->trouble, "no memory for TLS", sizeof "no memory for TLS");
    return false;
}

enum bell__flow bell__tls_shake(struct bell__socket *socket)
{
    struct bell__tls *tls = socket->tls;
    ERR_clear_error();
    socket->os_error = 0;
    int done = SSL_do_handshake(tls->ssl);
    if (done == 1) {
        return BELL__FLOW_MOVED;
    }
    enum bell__flow flow = settle(socket, done);
    if (flow == BELL__FLOW_ENDED && socket->trouble[0] == '\0') {
        memcpy(socket->trouble, "the server ended the TLS handshake",
               sizeof "the server ended the TLS handshake");
    }
    return flow;
}
