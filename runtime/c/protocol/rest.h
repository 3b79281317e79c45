/* rest.h: calls as exchanges of HTTP (RFC 9110): what a request says beside its
 * route, and what an answer means. It knows no socket and no types. */
#ifndef BELL__PROTOCOL_REST_H
#define BELL__PROTOCOL_REST_H

#include "seam/protocol.h"

/* The header line with a token, lent. */
struct bell__bearer {
    const char *line; /* NULL: none is shown */
    size_t size;
    uint32_t serial; /* which token it is; 0: none that can be refused */
};

struct bell__rest_options {
    const bell_allocator *memory;
    int64_t (*now)(void); /* seconds since 1970, for dates of Retry-After */
    /* What the call shows whose number ends with `id`. */
    void (*choose)(void *context, uint32_t id, const bell_route *route,
                   struct bell__bearer *bearer);
    /* The server did not take that token. */
    void (*refused)(void *context, uint32_t serial);
    void *context; /* of both */
};

bell_status bell__rest_make(const struct bell__rest_options *options,
                            struct bell__protocol **protocol);

#endif
