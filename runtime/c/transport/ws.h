/* ws.h: a WebSocket line (RFC 6455, the client's side) as a transport. It
 * knows no call and no id. */
#ifndef BELL__TRANSPORT_WS_H
#define BELL__TRANSPORT_WS_H

#include "loop/loop.h"
#include "seam/transport.h"
#include "transport/tls.h"

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
};

/* Makes a line that is down. BELL_INVALID: the url is wrong. */
bell_status bell__ws_make(const struct bell__ws_options *options,
                          struct bell__transport **transport,
                          bell_error *error);

#endif
