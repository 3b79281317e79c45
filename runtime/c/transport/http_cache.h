/* http_cache.h: answers of a transport of HTTP that are kept for a while: the
 * same request is then answered by itself. It knows no lines and no calls. */
#ifndef BELL__TRANSPORT_HTTP_CACHE_H
#define BELL__TRANSPORT_HTTP_CACHE_H

#include "loop/loop.h"
#include "seam/transport.h"

struct bell__http_cache_options {
    const bell_allocator *memory; /* outlives the transport, as all of these */
    struct bell_loop *loop;
    struct bell__guest *guest; /* is due where an answer is there at once */
    int64_t cache_ms;          /* how long an answer is kept at most */
    size_t cache_bytes_max;    /* of all that is kept */
};

/* What goes to `inner` is looked at. It is down, has the same guest, and is the
 * transport's from now on, also where this fails: BELL_NO_MEMORY.
 * Kept is a 200 to a GET, under all of the request's head; an answer that
 * forbids it is not. A good answer to a method that changes something removes
 * what has its target; 401 and the transport's `forget` remove all, and what
 * was under way then is not kept. */
bell_status
bell__http_cache_make(const struct bell__http_cache_options *options,
                      struct bell__transport *inner,
                      struct bell__transport **transport);

#endif
