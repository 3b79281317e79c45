/* http_servers.h: several servers of one service as one transport: a frame goes
 * to the one that its span names. It knows no bytes of theirs. */
#ifndef BELL__TRANSPORT_HTTP_SERVERS_H
#define BELL__TRANSPORT_HTTP_SERVERS_H

#include "loop/loop.h"
#include "seam/transport.h"

struct bell__http_servers_options {
    const bell_allocator *memory; /* outlives the transport, as all of these */
    struct bell_loop *loop;
    struct bell__guest *guest; /* is due whenever there is something to do */
    size_t queue_bytes_max;    /* of frames whose server takes none for now */
};

/* The servers, which are down and whose guest is the same, are the transport's
 * from now on, also where this fails: BELL_NO_MEMORY. One that takes no frames
 * does not hold up those of the others. */
bell_status
bell__http_servers_make(const struct bell__http_servers_options *options,
                        struct bell__transport *const *servers, uint32_t count,
                        struct bell__transport **transport);

#endif
