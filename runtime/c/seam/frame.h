/* frame.h: one message between a protocol and a transport. It knows no bytes
 * of either. */
#ifndef BELL__SEAM_FRAME_H
#define BELL__SEAM_FRAME_H

#include <bell/bell.h>

#include "base/buf.h"

/* Free bytes in front of each outgoing frame, for a transport's own head. */
enum { BELL__FRAME_HEADROOM = 16 };

/* How an exchange ended: a request that has a line, or a part of one, for
 * itself and its answer (HTTP). */
enum bell__exchange {
    BELL__EXCHANGE_NONE = 0, /* no exchange: a message of a shared line */
    BELL__EXCHANGE_REPLIED,  /* the answer is whole: head and bytes */
    BELL__EXCHANGE_NOT_SENT, /* no byte of the request has left */
    BELL__EXCHANGE_UNKNOWN,  /* some have, and no whole answer came */
    BELL__EXCHANGE_CANCELLED /* who asked knows it already */
};

/* An incoming message, lent until the transport is asked for the next. On a
 * shared line the tag is 0; an exchange hands back the tag it was given, tells
 * its end, and is told of once; one that was cancelled need not be. */
struct bell__frame {
    uint64_t tag;
    const char *bytes;
    size_t size;
    bool binary; /* WebSocket: not text (RFC 6455 5.6) */
    enum bell__exchange exchange;
    bool stored;      /* REPLIED: kept from before, no server was asked */
    int32_t code;     /* REPLIED: the status of the answer (RFC 9110 15) */
    const char *head; /* REPLIED: its header lines, for seam/head.h */
    size_t head_size;
    int os_error;        /* NOT_SENT, UNKNOWN: errno, or 0 */
    const char *trouble; /* NOT_SENT, UNKNOWN: what happened, a sentence */
};

/* Where an outgoing frame lies in its outbox: `offset` behind headroom. The
 * first `head_size` bytes are a head of its own, lines that end with CR LF,
 * without the empty line. First the lead (`lead_size`): header lines of the
 * protocol's own, which may differ from try to try (Authorization). Then the
 * request line and what is sent as headers. A transport of exchanges puts the
 * url's path before the target, the lead behind the request line and its own
 * lines (Host, the length, the program's) around all headers, and writes them
 * with the body at once; shared lines have no heads. */
struct bell__span {
    size_t offset;
    size_t size; /* head and body */
    size_t head_size;
    size_t lead_size; /* of the head */
    uint64_t tag;     /* of an exchange; 0 on a shared line */
    bool binary;
    uint8_t place; /* of an exchange: which server it is for, from 0 */
    bool fresh;    /* ... and no answer that was kept will do */
};

/* Outgoing frames in one piece of memory, in order, each behind its headroom.
 * A transport takes all of them by swapping its own empty outbox in. */
struct bell__outbox {
    struct bell__buf bytes;
    struct bell__span *spans;
    size_t count;
    size_t capacity;
};

void bell__outbox_open(struct bell__outbox *outbox,
                       const bell_allocator *memory, size_t bytes_max);

/* Begins a frame: headroom is reserved, what is appended to `bytes` belongs
 * to it. BELL_NO_MEMORY or BELL_LIMIT leave the outbox as it was. */
bell_status bell__outbox_begin(struct bell__outbox *outbox);

/* The last frame's size becomes all that was appended since it began. */
void bell__outbox_end(struct bell__outbox *outbox);

/* Forgets the frames, keeps the memory. */
void bell__outbox_clear(struct bell__outbox *outbox);

void bell__outbox_close(struct bell__outbox *outbox);

#endif
