/* socket.c: plain TCP as a stream of bytes. It knows no frames. */
#include "transport/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
                       MSG_NOSIGNAL);
            continue;
        }
        struct msghdr message;
        memset(&message, 0, sizeof message);
        /* sendmsg() only reads them; the struct does not say so. */
        message.msg_iov = (struct iovec *)(uintptr_t)pieces;
        message.msg_iovlen = (size_t)count;
        put = sendmsg(socket->fd, &message, MSG_NOSIGNAL);
    } while (put < 0 && errno == EINTR);
    return settle(socket, put, moved);
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

static const struct bell__socket_ops plain_ops = {plain_read, plain_write,
                                                  plain_finish, plain_close};

void bell__socket_plain(struct bell__socket *socket, int fd)
{
    memset(socket, 0, sizeof *socket);
    socket->ops = &plain_ops;
    socket->fd = fd;
}
