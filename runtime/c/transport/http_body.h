/* http_body.h: the body of an answer, out of what comes: a length, chunks (RFC
 * 9112 7), or all until the line ends. Chunks are put together where they lie.
 * It knows no head and no sockets. */
#ifndef BELL__TRANSPORT_HTTP_BODY_H
#define BELL__TRANSPORT_HTTP_BODY_H

#include "transport/http_reply.h"

enum bell__http_chunk {
    BELL__HTTP_CHUNK_SIZE,
    BELL__HTTP_CHUNK_BYTES,
    BELL__HTTP_CHUNK_END, /* the line end behind its bytes */
    BELL__HTTP_CHUNK_TRAILER
};

struct bell__http_body {
    enum bell__http_framing framing;
    enum bell__http_chunk chunk;
    uint64_t left;      /* bytes of the length, or of this chunk */
    size_t size;        /* so far, from its first byte on */
    size_t size_max;    /* of the body */
    size_t trailer_max; /* of the headers behind the chunks, that are left */
};

/* Before the first byte. False: it would be longer than size_max. */
bool bell__http_body_begin(struct bell__http_body *body,
                           const struct bell__http_reply *reply,
                           size_t size_max, size_t trailer_max);

/* Reads on. `bytes` is where the body begins, *size all that is there. Then
 * body->size bytes are body, and what lies behind them up to *size has not been
 * read. WHOLE, LONG (of body or trailer) and WRONG as for a head; *trouble is
 * a sentence's part for LONG too. */
enum bell__http_read bell__http_body_read(struct bell__http_body *body,
                                          char *bytes, size_t *size,
                                          const char **trouble);

#endif
