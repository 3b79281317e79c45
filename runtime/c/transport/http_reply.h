/* http_reply.h: what the head of an answer says of its body and its line (RFC
 * 9112 6 and 9). What could be read in two ways is wrong. It knows no bytes of
 * a body and no sockets. */
#ifndef BELL__TRANSPORT_HTTP_REPLY_H
#define BELL__TRANSPORT_HTTP_REPLY_H

#include "transport/http_head.h"

/* How the end of a body is found. */
enum bell__http_framing {
    BELL__HTTP_NONE, /* there is none */
    BELL__HTTP_LENGTH,
    BELL__HTTP_CHUNKED,
    BELL__HTTP_CLOSE /* the line ends with it */
};

struct bell__http_reply {
    enum bell__http_framing framing;
    uint64_t length;  /* LENGTH */
    bool keeps;       /* the server says that the line stays */
    int64_t quiet_ms; /* for so long, without a request; -1: not told */
    bool coded;       /* there is a Content-Encoding: gzip */
};

/* NULL, or what is wrong, as "it has ...". `bodyless`: the request was HEAD. */
const char *bell__http_reply_read(const struct bell__http_head *head,
                                  const char *bytes, bool bodyless,
                                  struct bell__http_reply *reply);

#endif
