/* socket.c: plain TCP as a stream of bytes. It knows no frames. */
#include "transport/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC) &&                         \
    defined(MSG_NOSIGNAL) && !defined(BELL__PLAIN_SYSTEM)

int bell__socket_open(int family)
{
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

#else

int bell__socket_open(int family)
{
    int fd = socket(family, SOCK_STREAM, 0);
    if (fd < 0) {
        return -1;
    }
    bool ready = fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
                 fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
#ifdef SO_NOSIGPIPE
    int on = 1;
    ready =
        ready && setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) == 0;
#endif
    if (!ready) {
        int failed = errno;
        close(fd);
        errno = failed;
        return -1;
    }
    return fd;
}

#endif

static enum bell__flow settle(struct bell__socket *socket, ssize_t got,
                              size_t *moved)
{
    if (got >= 0) {
        *moved = (size_t)got;
        return BELL__FLOW_MOVED;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return BELL__FLOW_BLOCKED;
    }
    socket->os_error = errno;
    return BELL__FLOW_FAILED;
}

static enum bell__flow plain_read(struct bell__socket *socket, void *bytes,
                                  size_t size, size_t *moved)
{
    ssize_t got;
    do {
        got = recv(socket->fd, bytes, size, 0);
    } while (got < 0 && errno == EINTR);
    socket->more = got > 0 && (size_t)got == size;
    if (got == 0) {
        return BELL__FLOW_ENDED;
    }
    return settle(socket, got, moved);
}

static enum bell__flow plain_write(struct bell__socket *socket,
                                   const struct iovec *pieces, int count,
                                   size_t *moved)
{
    ssize_t put;
    do {
        if (count == 1) {
            put = send(socket->fd, pieces[0].iov_base, pieces[0].iov_len,
                       BELL__NO_SIGNAL);
            continue;
        }
        struct msghdr message;
        memset(&message, 0, sizeof message);
        /* sendmsg() only reads them; the struct does not say so. */
        message.msg_iov = (struct iovec *)(uintptr_t)pieces;
        message.msg_iovlen = (size_t)count;
        put = sendmsg(socket->fd, &message, BELL__NO_SIGNAL);
    } while (put < 0 && errno == EINTR);
    socket->put += put > 0 ? (uint64_t)put : 0;
    return settle(socket, put, moved);
}

static bool plain_quiet(struct bell__socket *socket)
{
    char byte;
    ssize_t got;
    do {
        got = recv(socket->fd, &byte, 1, MSG_PEEK);
    } while (got < 0 && errno == EINTR);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static void plain_finish(struct bell__socket *socket)
{
    shutdown(socket->fd, SHUT_WR);
}

static void plain_close(struct bell__socket *socket)
{
    close(socket->fd);
    socket->fd = -1;
}

static const struct bell__socket_ops plain_ops = {
    plain_read, plain_write, plain_quiet, plain_finish, plain_close};

void bell__socket_plain(struct bell__socket *socket, int fd)
{
    memset(socket, 0, sizeof *socket);
    socket->ops = &plain_ops;
    socket->fd = fd;
}
