/* ws_line.h: what a WebSocket line is made of, and how it ends; for the files
 * ws*.c alone, each of which stands on those above it here. */
#ifndef BELL__TRANSPORT_WS_LINE_H
#define BELL__TRANSPORT_WS_LINE_H

#include "transport/connection.h"
#include "transport/frame_head.h"
#include "transport/handshake.h"
#include "transport/ws.h"

enum bell__phase {
    BELL__PHASE_DOWN,
    BELL__PHASE_CONNECTING,
    BELL__PHASE_ASKING, /* the upgrade is on its way */
    BELL__PHASE_UP
};

struct bell__ws {
    struct bell__transport head;
    const bell_allocator *memory;
    struct bell_loop *loop;
    struct bell__guest *guest;
    size_t message_bytes_max;
    const struct bell__ws_program *program; /* NULL: none */
    bell_string chosen; /* the subprotocol, in program->offered */
    char *texts;        /* url, origin and headers */
    size_t texts_size;
    struct bell__url url;
    const char *path_default;
    const char *hint_404;
    const char *origin;
    const char *headers; /* as they are sent */
    enum bell__phase phase;
    struct bell__connection connection;
    struct bell__tls_context *tls; /* of wss:// */
    struct bell__proxy *proxy;     /* NULL: none */
    char key[BELL__KEY_BYTES];
    struct bell__http_head answer; /* as far as it came */
    int interims;                  /* responses that came before it */

    struct bell__buf in;      /* lent by the loop while anything is in it */
    size_t in_at;             /* what lies before is read */
    bool readable;            /* the socket may have more */
    size_t budget;            /* bytes to read before others have a turn */
    int broken;               /* errno of a write that failed, or 0 */
    struct bell__buf message; /* fragments so far */
    bool in_message;
    size_t checked; /* so much of it is good text */
    bool message_binary;
    bool message_lent; /* goes at the next receive */

    struct bell__outbox out;  /* sealed frames; spans hold head and payload */
    size_t out_span;          /* the first that is not wholly written */
    size_t out_at;            /* bytes of it that are */
    uint64_t settled;         /* frames that the socket has taken */
    struct bell__buf control; /* pongs, a close, the upgrade: go between */
    size_t control_at;
    size_t close_at; /* where in it our close frame begins, which goes behind
                        all others; SIZE_MAX: there is none */
};

enum { BELL__TURN_BYTES_MAX = 4 * 1024 * 1024 };

/* ws_line.c: nothing of an older line reaches a newer one. */
void bell__ws_renew(struct bell__ws *ws);

/* The line ends; `end` says why. Down already is fine. */
void bell__ws_down(struct bell__ws *ws, int32_t code, int os_error,
                   const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ws_write.c: writes what the socket takes. */
void bell__ws_push(struct bell__ws *ws);
void bell__ws_send(struct bell__transport *transport,
                   struct bell__outbox *outbox);

/* Queues a control frame. False where memory is short, or a close frame is
 * queued: nothing goes behind that (RFC 6455 5.5.1). */
bool bell__ws_control(struct bell__ws *ws, int opcode, const void *payload,
                      size_t size);

/* Queues a close frame behind all that is queued. */
bool bell__ws_say_close(struct bell__ws *ws, const void *payload, size_t size);

static inline bool bell__ws_said_close(const struct bell__ws *ws)
{
    return ws->close_at != SIZE_MAX;
}

/* ws_read.c: reads once into `in`. False: no more for now, or down. */
bool bell__ws_fill(struct bell__ws *ws);
bool bell__ws_receive(struct bell__transport *transport,
                      struct bell__frame *frame);

/* ws_close.c: behind the close frame. Waits at most a moment. */
void bell__ws_goodbye(struct bell__ws *ws);

#endif
