/* transport.h: how bytes get there. A transport opens a line, moves frames and
 * says why the line ended; it knows no call and no id. */
#ifndef BELL__SEAM_TRANSPORT_H
#define BELL__SEAM_TRANSPORT_H

#include <bell/bell.h>

#include "seam/frame.h"

enum bell__line {
    BELL__LINE_DOWN,    /* not begun, or over: see `end` */
    BELL__LINE_OPENING, /* names, TCP, TLS, upgrade */
    BELL__LINE_UP
};

/* Why a line went down. `code` is the peer's close code (RFC 6455 7.4), 0
 * where there was none: then `text` says what happened. */
struct bell__line_end {
    int32_t code;
    int os_error; /* errno, or 0 */
    char text[192];
};

struct bell__transport;

struct bell__transport_ops {
    const char *name;

    /* Begins to open a line; never blocks. A failure is told by `line` going
     * down, or at once by the status where memory is short. */
    bell_status (*open)(struct bell__transport *transport);

    /* Takes all frames of `outbox` (which is then empty) and writes what the
     * socket takes. Where older frames still wait it takes nothing, and must
     * be asked again after `turn`. Frames are counted in `written` when the
     * kernel has their last byte. */
    void (*send)(struct bell__transport *transport,
                 struct bell__outbox *outbox);

    /* The next whole message, lent until the next receive, open or close: also
     * where the line goes down before. False where there is none yet, or the
     * line went down. */
    bool (*receive)(struct bell__transport *transport,
                    struct bell__frame *frame);

    /* Says goodbye with a close code. With 1000, where all is well, what is
     * queued leaves first, and the peer's own is waited for a moment; with any
     * other, what is not counted in `written` never leaves. 0: ends at once,
     * without a word. */
    void (*close)(struct bell__transport *transport, uint16_t code);

    /* The exchange with this tag is over for who asked: what has not left is
     * dropped, the line of what has is given up, and no frame tells of it.
     * True: no byte of it has left. NULL: the line is shared, and what was
     * taken leaves. */
    bool (*cancel)(struct bell__transport *transport, uint64_t tag);

    /* Nothing was sent for a moment: memory that much of it took may go. NULL:
     * it keeps none. */
    void (*rest)(struct bell__transport *transport);

    /* Answers that it keeps are nobody's any more. NULL: it keeps none. */
    void (*forget)(struct bell__transport *transport);

    void (*free)(struct bell__transport *transport);
};

/* The first member of every transport; read by the client, written by the
 * transport. */
struct bell__transport {
    const struct bell__transport_ops *ops;
    enum bell__line line;
    struct bell__line_end end;
    uint64_t written; /* frames wholly handed to the kernel on this line; of
                         exchanges each tells its own end */
    bool idle;        /* no frame waits: `send` would take more */
    bool heard;       /* bytes came since the client last cleared this */
};

static inline void bell__transport_forget(struct bell__transport *transport)
{
    if (transport->ops->forget != NULL) {
        transport->ops->forget(transport);
    }
}

#endif
