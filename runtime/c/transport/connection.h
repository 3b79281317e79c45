/* connection.h: a stream of bytes to a server: its name found, TCP dialed, a
 * proxy asked for a way, TLS shaken. It knows nothing of what is said on it. */
#ifndef BELL__TRANSPORT_CONNECTION_H
#define BELL__TRANSPORT_CONNECTION_H

#include "transport/dial.h"
#include "transport/proxy.h"
#include "transport/socket.h"
#include "transport/tls.h"
#include "transport/url.h"

struct bell__connection;

/* What its owner is told, from inside start or in a turn of the loop. Any of
 * them may stop it. */
struct bell__connection_ops {
    /* The socket may be read and written. */
    void (*opened)(struct bell__connection *connection);

    /* There is no connection; `text` says why and is lent. */
    void (*failed)(struct bell__connection *connection, int os_error,
                   const char *text);

    /* Open, and the descriptor is ready. */
    void (*ready)(struct bell__connection *connection, uint32_t events);
};

enum bell__stage {
    BELL__STAGE_NONE,
    BELL__STAGE_DIALING,
    BELL__STAGE_TUNNELING, /* the proxy is asked */
    BELL__STAGE_SECURING,  /* the TLS handshake */
    BELL__STAGE_OPEN
};

struct bell__tunnel;

/* How a server is reached; all of it outlives the connection. */
struct bell__way {
    const struct bell__url *url;
    struct bell__tls_context *tls;   /* NULL: plain */
    const struct bell__proxy *proxy; /* NULL: none */
};

struct bell__connection {
    const struct bell__connection_ops *ops;
    struct bell_loop *loop;
    enum bell__stage stage;
    struct bell__watch watch; /* of the socket, from TUNNELING on */
    struct bell__socket socket;
    struct bell__dial *dial;     /* while DIALING; else NULL */
    struct bell__tunnel *tunnel; /* while TUNNELING; else NULL */
    struct bell__way way;
};

/* Zeroed is not enough: a descriptor of none is -1. */
void bell__connection_make(struct bell__connection *connection,
                           const struct bell__connection_ops *ops,
                           struct bell_loop *loop);

/* Dials. */
void bell__connection_start(struct bell__connection *connection,
                            const struct bell__way *way);

/* Nothing is told any more; the socket is closed. Over already is fine. */
void bell__connection_stop(struct bell__connection *connection);

/* Whether `ready` is told of room to write too. */
static inline void bell__connection_watch(struct bell__connection *connection,
                                          bool output)
{
    bell__loop_change(connection->loop, &connection->watch,
                      output ? BELL__READABLE | BELL__WRITABLE
                             : BELL__READABLE);
}

#endif
