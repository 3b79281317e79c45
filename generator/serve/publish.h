/* publish.h: the other end of channel mode: a publication that a Centrifugo
 * asks about, and the reply that goes out by its server API:
 * https://centrifugal.dev/docs/server/proxy#publish-proxy. It knows no HTTP. */
#ifndef GENERATOR_SERVE_PUBLISH_H
#define GENERATOR_SERVE_PUBLISH_H

#include "base/buf.h"
#include "serve/backend.h"

/* Codes of publications that are refused; an application's range. */
enum {
    PUBLISH_BAD_REQUEST = 1000, /* no {method, params, ...} */
    PUBLISH_FORBIDDEN = 1003,   /* another channel than one's own */
    PUBLISH_BUSY = 1004         /* too many replies wait: temporary */
};

enum { PUBLISH_NAME_BYTES_MAX = 256 };

/* A publication and what becomes of it. */
struct publication {
    int32_t code; /* 0: allowed */
    const char *message;
    bool quiet; /* no reply is wanted */
    char method[PUBLISH_NAME_BYTES_MAX];
    char reply_to[PUBLISH_NAME_BYTES_MAX];
    const struct bell__mishap *mishap; /* of the reply; NULL: none */
    struct bell__buf reply;            /* {"correlation_id":...,"result":...} */
};

/* Reads the proxy's request. False where it is none. Whoever publishes may be
 * answered on his own channel `user#ID` alone, and only `rpc.requests` is
 * served. */
bool publish_take(struct backend *backend, bell_string body,
                  struct publication *publication);

#endif
