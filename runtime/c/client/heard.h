/* heard.h: what came with good answers of exchanges, for programs that ask; for
 * the files of client/ alone. */
#ifndef BELL__CLIENT_HEARD_H
#define BELL__CLIENT_HEARD_H

#include "base/buf.h"
#include "client/reply.h"
#include "core/session.h"

/* What a program was told; it holds until it is told anew. */
struct bell__told {
    bell_http_reply reply;
    struct bell__reply *headers; /* what `reply` points at */
};

struct bell__heard {
    bool inside;         /* a callback of such a call runs */
    int32_t lent_status; /* of its answer; 0: it has none, or it is gone */
    bell_string lent_head;
    struct bell__told lent;
    int32_t kept_status; /* of the last sync call's; 0: it has none */
    struct bell__buf kept_head;
    struct bell__told kept;
};

/* A sync call has ended: its answer outlives the frame. NULL: it has none. */
void bell__heard_keep(bell_client *client,
                      const struct bell__completion *completion);

/* A callback is about to run, of a call that ended well or not, or (NULL) has
 * returned. */
void bell__heard_lend(bell_client *client,
                      const struct bell__completion *completion, bool good);

#endif
