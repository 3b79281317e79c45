/* socket.h: a connected stream of bytes. A vtable, so that TLS can stand where
 * plain TCP stands. It knows no frames. */
#ifndef BELL__TRANSPORT_SOCKET_H
#define BELL__TRANSPORT_SOCKET_H

#include <bell/bell.h>

#include <sys/socket.h>
#include <sys/uio.h>

struct bell__socket;

enum bell__flow {
    BELL__FLOW_MOVED,   /* *moved bytes, at least one */
    BELL__FLOW_BLOCKED, /* try again when the descriptor is ready */
    BELL__FLOW_ENDED,   /* reading: the peer says no more */
    BELL__FLOW_FAILED   /* `os_error` */
};

struct bell__socket_ops {
    enum bell__flow (*read)(struct bell__socket *socket, void *bytes,
                            size_t size, size_t *moved);
    /* MOVED with *moved 0 only where there are no pieces. */
    enum bell__flow (*write)(struct bell__socket *socket,
                             const struct iovec *pieces, int count,
                             size_t *moved);
    /* Whether the peer has nothing to say and may be written to: for a line on
     * which nothing is due. */
    bool (*quiet)(struct bell__socket *socket);
    /* Nothing will be written any more: tells the peer, never blocks. */
    void (*finish)(struct bell__socket *socket);
    void (*close)(struct bell__socket *socket);
};

struct bell__tls;

struct bell__socket {
    const struct bell__socket_ops *ops;
    int fd;
    int os_error;
    bool more;        /* after a read: there may be more without a wait */
    bool at_end;      /* TLS: the descriptor said that nothing comes */
    bool wants_write; /* TLS, blocked: by writing, whatever was asked */
    uint64_t put;     /* bytes that the kernel has taken, those of TLS too */
    size_t held;      /* TLS: bytes that write() took, not yet the kernel's;
                         write() with no pieces goes on with them */
    struct bell__tls *tls;
    char trouble[160]; /* TLS, failed: why */
};

/* A TCP socket that is nonblocking, not a child program's, and raises no signal
 * when its peer is gone. -1, and errno says why. */
int bell__socket_open(int family);

/* send(2) without a signal where the peer is gone. */
enum {
#ifdef MSG_NOSIGNAL
    BELL__NO_SIGNAL = MSG_NOSIGNAL
#else
    BELL__NO_SIGNAL = 0 /* bell__socket_open() has said so */
#endif
};

/* Takes a connected, nonblocking descriptor. */
void bell__socket_plain(struct bell__socket *socket, int fd);

#endif
