/* rest.h: calls as exchanges of HTTP (RFC 9110): what a request says beside its
 * route, and what an answer means. It knows no socket and no types. */
#ifndef BELL__PROTOCOL_REST_H
#define BELL__PROTOCOL_REST_H

#include "seam/protocol.h"

struct bell__rest_options {
    const bell_allocator *memory;
    const char *token;    /* NULL: none */
    int64_t (*now)(void); /* seconds since 1970, for dates of Retry-After */
};

/* BELL_INVALID: the token cannot be sent. */
bell_status bell__rest_make(const struct bell__rest_options *options,
                            struct bell__protocol **protocol);

#endif
