/* http.h: exchanges of HTTP/1.1 (RFC 9112) with one server, as a transport.
 * Each request has a connection for itself until its answer is whole; those
 * that are good are kept. It knows no call and no id. */
#ifndef BELL__TRANSPORT_HTTP_H
#define BELL__TRANSPORT_HTTP_H

#include "loop/loop.h"
#include "seam/transport.h"
#include "transport/tls.h"

/* What is 0 or NULL has the value that stands beside it. */
struct bell__http_options {
    const bell_allocator *memory; /* outlives the transport, as all of these */
    struct bell_loop *loop;
    struct bell__guest *guest;  /* is due whenever something changed */
    const char *url;            /* copied; its path stands before targets */
    const char *user_agent;     /* copied; "bellpull/" and the version */
    const bell_header *headers; /* of every request; checked already; copied */
    size_t header_count;
    const struct bell__tls_options *tls; /* copied; for https:// alone */
    const char *proxy;                   /* copied: see proxy.h; none */
    int64_t connect_ms;                  /* name, TCP, TLS: 5000; -1: none */
    uint32_t connections_max;            /* at once: 100 */
    uint32_t idle_max;                   /* kept without a request: 20 */
    int64_t idle_ms;                     /* how long they are kept: 4000 */
    size_t head_bytes_max;    /* of an answer, with what comes before and behind
                                 it: 65536 */
    size_t message_bytes_max; /* of an answer's body */
    bool gzip;                /* is asked for, by Accept-Encoding: no */
    size_t inflated_bytes_max; /* of what comes of it: message_bytes_max */
    int32_t redirects_max;     /* 307 and 308 that are followed: 5; -1: none */
};

/* Makes a transport that is down. A span's head, behind its lead, is the
 * request line and header lines, each with its CR LF, without the empty line:
 *
 *   GET /agents/a?x=1 HTTP/1.1 CR LF Accept: application/json CR LF
 *
 * The target is put behind the path of the url. What is not there is added:
 * Host, User-Agent, the options' headers, Content-Length where there is a body
 * or the method wants one, and the empty line. What else belongs to a request
 * (Accept, Authorization, Content-Type) is the protocol's to write. A frame
 * tells the answer's status as `code`; its `head` is the header lines, each
 * with its CR LF: see seam/head.h.
 * An answer 307 or 308 is followed with the same method and body (RFC 9110
 * 15.4.8), never from https:// to http://. To another origin goes no
 * Authorization, no Cookie, none of the options' headers and no certificate of
 * the client's. Any other answer, one that leads nowhere too, is handed on.
 * BELL_INVALID: the url, the proxy or the user agent is wrong, or this build
 * has no gzip. */
bell_status bell__http_make(const struct bell__http_options *options,
                            struct bell__transport **transport,
                            bell_error *error);

#endif
