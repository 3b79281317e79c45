/* ws.h: a WebSocket line (RFC 6455, the client's side) as a transport. It
 * knows no call and no id. */
#ifndef BELL__TRANSPORT_WS_H
#define BELL__TRANSPORT_WS_H

#include "loop/loop.h"
#include "seam/transport.h"
#include "transport/tls.h"

/* What a line does for a program that speaks for itself. */
struct bell__ws_program {
    const char *offered; /* subprotocols (RFC 6455 1.9), checked, parted by
                            ", "; NULL: none */
    /* How much of a text, or of a piece that more follows (`whole` is false),
     * is what it should be; SIZE_MAX: it is wrong, the line ends with 1007. */
    size_t (*good)(const char *text, size_t size, bool whole);
    void (*pong)(void *context, const char *payload, size_t size);
    void *context;
};

struct bell__ws_options {
    const bell_allocator *memory; /* outlives the line, as all of these */
    struct bell_loop *loop;
    struct bell__guest *guest;  /* is due whenever something changed */
    const char *url;            /* copied */
    const char *path_default;   /* for a url with none, or "/" */
    const char *hint_404;       /* is said of a path that is not there */
    const char *origin;         /* copied; NULL: none */
    const bell_header *headers; /* checked already; copied */
    size_t header_count;
    const struct bell__tls_options *tls; /* copied; for wss:// alone */
    const char *proxy;                   /* copied: see proxy.h; NULL: none */
    size_t message_bytes_max;
    const struct bell__ws_program *program; /* outlives the line; NULL: none */
};

/* Makes a line that is down. BELL_INVALID: the url is wrong. */
bell_status bell__ws_make(const struct bell__ws_options *options,
                          struct bell__transport **transport,
                          bell_error *error);

/* ---- ws_program.c: what no link does --------------------------------------
 */

/* The subprotocol that the server chose; empty: none. */
bell_string bell__ws_chosen(const struct bell__transport *transport);

/* Sends a ping with at most 125 bytes. BELL_LIMIT: too many wait to be written;
 * BELL_NO_MEMORY; BELL_DISCONNECTED: the line is not up, or closing. */
bell_status bell__ws_ping(struct bell__transport *transport,
                          const void *payload, size_t size);

/* Begins the closing handshake: a close frame goes behind what is queued, and
 * the line goes down when the server's has come. Until then messages can be
 * received. Code 0: none, and no reason. BELL_NO_MEMORY; BELL_DISCONNECTED. */
bell_status bell__ws_shut(struct bell__transport *transport, uint16_t code,
                          bell_string reason);

#endif
