/* connection.c: a stream of bytes to a server: its name found, TCP dialed, a
 * proxy asked for a way, TLS shaken. It knows nothing of what is said on it. */
#include "transport/connection.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "transport/tunnel.h"

enum { HOST_BYTES_MAX = 256, TEXT_BYTES_MAX = 192 };

/* A dial is large, with all addresses of a name, and soon over. */
static void end_dial(struct bell__connection *connection)
{
    bell__memory_free(&connection->loop->memory, connection->dial,
                      sizeof *connection->dial);
    connection->dial = NULL;
}

/* Where a build has none, what asks for one is left out. */
static const struct bell__proxy *proxy_of(const struct bell__way *way)
{
    return BELL_HAS_PROXY ? way->proxy : NULL;
}

static void end_tunnel(struct bell__connection *connection)
{
    bell__tunnel_free(connection->tunnel);
    connection->tunnel = NULL;
}

void bell__connection_stop(struct bell__connection *connection)
{
    if (connection->stage == BELL__STAGE_DIALING) {
        bell__dial_stop(connection->dial);
        end_dial(connection);
    } else if (connection->stage != BELL__STAGE_NONE) {
        bell__loop_unwatch(connection->loop, &connection->watch);
        connection->socket.ops->close(&connection->socket);
        end_tunnel(connection);
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

static void copy_host(const struct bell__url *url, char host[HOST_BYTES_MAX])
{
    assert(url->host.size < HOST_BYTES_MAX);
    memcpy(host, url->host.text, url->host.size);
    host[url->host.size] = '\0';
}

/* The descriptor is TLS's from here on, or stays the plain socket's. */
static bool start_tls(struct bell__connection *connection)
{
    char host[HOST_BYTES_MAX];
    int fd = connection->socket.fd;
    copy_host(connection->way.url, host);
    connection->stage = BELL__STAGE_SECURING;
    if (bell__tls_start(&connection->socket, fd, connection->way.tls, host)) {
        return true;
    }
    bell__socket_plain(&connection->socket, fd);
    fail(connection, 0, "no memory for TLS");
    return false;
}

/* The bytes reach the server. */
static void reached(struct bell__connection *connection)
{
    if (connection->way.tls == NULL) {
        open_up(connection);
    } else if (start_tls(connection)) {
        secure(connection);
    }
}

static void tunnel(struct bell__connection *connection)
{
    char text[TEXT_BYTES_MAX];
    struct bell__socket *socket = &connection->socket;
    enum bell__flow flow =
        bell__tunnel_go(connection->tunnel, socket, text, sizeof text);
    if (flow == BELL__FLOW_MOVED) {
        end_tunnel(connection);
        reached(connection);
    } else if (flow == BELL__FLOW_BLOCKED) {
        bell__connection_watch(connection, socket->wants_write);
    } else {
        fail(connection, socket->os_error, text);
    }
}

static void ask_proxy(struct bell__connection *connection)
{
    connection->stage = BELL__STAGE_TUNNELING;
    connection->tunnel = bell__tunnel_make(
        &connection->loop->memory, connection->way.url, connection->way.proxy);
    if (connection->tunnel == NULL) {
        fail(connection, ENOMEM, "no memory to ask the proxy");
        return;
    }
    tunnel(connection);
}

static void socket_ready(struct bell__watch *watch, uint32_t events)
{
    struct bell__connection *connection =
        (struct bell__connection *)(void *)((char *)watch -
                                            offsetof(struct bell__connection,
                                                     watch));
    if (BELL_HAS_PROXY && connection->stage == BELL__STAGE_TUNNELING) {
        tunnel(connection);
        return;
    }
    if (connection->stage == BELL__STAGE_SECURING) {
        secure(connection);
        if (connection->stage != BELL__STAGE_OPEN) {
            return;
        }
        events |= BELL__READABLE; /* an answer may lie in TLS already */
    }
    connection->ops->ready(connection, events);
}

static void not_dialed(struct bell__connection *connection)
{
    char text[TEXT_BYTES_MAX];
    const struct bell__proxy *proxy = proxy_of(&connection->way);
    bell_string server =
        proxy != NULL ? proxy->url.authority : connection->way.url->authority;
    int os_error = connection->dial->os_error;
    snprintf(text, sizeof text, "cannot connect to %s%.*s: %s",
             proxy != NULL ? "the proxy " : "", (int)server.size, server.text,
             connection->dial->trouble);
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
    bell__socket_plain(&connection->socket, fd);
    connection->stage = BELL__STAGE_SECURING;
    int failed = bell__loop_watch(connection->loop, &connection->watch, fd,
                                  BELL__READABLE | BELL__WRITABLE);
    if (failed != 0) {
        snprintf(text, sizeof text, "the socket cannot be watched: %s",
                 strerror(failed));
        fail(connection, failed, text);
    } else if (proxy_of(&connection->way) != NULL) {
        ask_proxy(connection);
    } else {
        reached(connection);
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
                            const struct bell__way *way)
{
    assert(connection->stage == BELL__STAGE_NONE);
    assert(way->url->secure == (way->tls != NULL));
    const struct bell__url *dialed_url =
        proxy_of(way) != NULL ? &proxy_of(way)->url : way->url;
    char host[HOST_BYTES_MAX];
    copy_host(dialed_url, host);
    connection->way = *way;
    connection->dial =
        bell__memory_take(&connection->loop->memory, sizeof *connection->dial);
    if (connection->dial == NULL) {
        connection->ops->failed(connection, ENOMEM, "no memory to connect");
        return;
    }
    connection->stage = BELL__STAGE_DIALING;
    bell__dial_start(connection->dial, connection->loop, host, dialed_url->port,
                     dialed, connection);
}
