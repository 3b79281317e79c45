/* connection.c: a stream of bytes to a server: its name found, TCP dialed, TLS
 * shaken. It knows nothing of what is said on it. */
#include "transport/connection.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { HOST_BYTES_MAX = 256, TEXT_BYTES_MAX = 192 };

/* A dial is large, with all addresses of a name, and soon over. */
static void end_dial(struct bell__connection *connection)
{
    bell__memory_free(&connection->loop->memory, connection->dial,
                      sizeof *connection->dial);
    connection->dial = NULL;
}

void bell__connection_stop(struct bell__connection *connection)
{
    if (connection->stage == BELL__STAGE_DIALING) {
        bell__dial_stop(connection->dial);
        end_dial(connection);
    } else if (connection->stage != BELL__STAGE_NONE) {
        bell__loop_unwatch(connection->loop, &connection->watch);
        connection->socket.ops->close(&connection->socket);
    }
    connection->stage = BELL__STAGE_NONE;
}

static void fail(struct bell__connection *connection, int os_error,
                 const char *text)
{
    bell__connection_stop(connection);
    connection->ops->failed(connection, os_error, text);
}

static void open_up(struct bell__connection *connection)
{
    connection->stage = BELL__STAGE_OPEN;
    connection->ops->opened(connection);
}

static void secure(struct bell__connection *connection)
{
    struct bell__socket *socket = &connection->socket;
    enum bell__flow flow = bell__tls_shake(socket);
    if (flow == BELL__FLOW_MOVED) {
        open_up(connection);
    } else if (flow == BELL__FLOW_BLOCKED) {
        bell__connection_watch(connection, socket->wants_write);
    } else {
        fail(connection, socket->os_error, socket->trouble);
    }
}

static void socket_ready(struct bell__watch *watch, uint32_t events)
{
    struct bell__connection *connection =
        (struct bell__connection *)(void *)((char *)watch -
                                            offsetof(struct bell__connection,
                                                     watch));
    if (connection->stage == BELL__STAGE_SECURING) {
        secure(connection);
        if (connection->stage != BELL__STAGE_OPEN) {
            return;
        }
        events |= BELL__READABLE; /* an answer may lie in TLS already */
    }
    connection->ops->ready(connection, events);
}

static void copy_host(const struct bell__url *url, char host[HOST_BYTES_MAX])
{
    assert(url->host.size < HOST_BYTES_MAX);
    memcpy(host, url->host.text, url->host.size);
    host[url->host.size] = '\0';
}

/* The descriptor is the socket's from here on, whatever happens. */
static bool take_socket(struct bell__connection *connection, int fd)
{
    char host[HOST_BYTES_MAX];
    copy_host(connection->url, host);
    connection->stage = BELL__STAGE_SECURING;
    if (connection->tls == NULL) {
        bell__socket_plain(&connection->socket, fd);
        return true;
    }
    if (!bell__tls_start(&connection->socket, fd, connection->tls, host)) {
        bell__socket_plain(&connection->socket, fd);
        fail(connection, 0, "no memory for TLS");
        return false;
    }
    return true;
}

static void not_dialed(struct bell__connection *connection)
{
    char text[TEXT_BYTES_MAX];
    bell_string server = connection->url->authority;
    int os_error = connection->dial->os_error;
    snprintf(text, sizeof text, "cannot connect to %.*s: %s", (int)server.size,
             server.text, connection->dial->trouble);
    fail(connection, os_error, text);
}

static void dialed(struct bell__dial *dial, int fd)
{
    struct bell__connection *connection = dial->context;
    char text[TEXT_BYTES_MAX];
    if (fd < 0) {
        not_dialed(connection);
        return;
    }
    end_dial(connection);
    if (!take_socket(connection, fd)) {
        return;
    }
    int failed = bell__loop_watch(connection->loop, &connection->watch, fd,
                                  BELL__READABLE | BELL__WRITABLE);
    if (failed != 0) {
        snprintf(text, sizeof text, "the socket cannot be watched: %s",
                 strerror(failed));
        fail(connection, failed, text);
    } else if (connection->tls != NULL) {
        secure(connection);
    } else {
        open_up(connection);
    }
}

void bell__connection_make(struct bell__connection *connection,
                           const struct bell__connection_ops *ops,
                           struct bell_loop *loop)
{
    memset(connection, 0, sizeof *connection);
    connection->ops = ops;
    connection->loop = loop;
    connection->watch.ready = socket_ready;
    connection->watch.fd = -1;
}

void bell__connection_start(struct bell__connection *connection,
                            const struct bell__url *url,
                            struct bell__tls_context *tls)
{
    assert(connection->stage == BELL__STAGE_NONE);
    assert(url->secure == (tls != NULL));
    char host[HOST_BYTES_MAX];
    copy_host(url, host);
    connection->url = url;
    connection->tls = tls;
    connection->dial =
        bell__memory_take(&connection->loop->memory, sizeof *connection->dial);
    if (connection->dial == NULL) {
        connection->ops->failed(connection, ENOMEM, "no memory to connect");
        return;
    }
    connection->stage = BELL__STAGE_DIALING;
    bell__dial_start(connection->dial, connection->loop, host, url->port,
                     dialed, connection);
}
