/* websocket.h: what a program's own WebSocket is made of; for the files of
 * websocket/ alone. It knows a line and a loop, and no protocol. */
#ifndef BELL__WEBSOCKET_WEBSOCKET_H
#define BELL__WEBSOCKET_WEBSOCKET_H

#include <bell/ws.h>

#include "loop/loop.h"
#include "seam/transport.h"
#include "transport/ws.h"

enum { BELL__WS_REASON_MAX = 123 };

struct bell_ws {
    struct bell__guest guest; /* first: the loop hands it back */
    bell_loop *loop;
    bool own_loop;
    bool gone; /* bell_ws_close() was called: nobody is told any more */
    bell_ws_state state;
    bell_allocator memory;
    bell_ws_options options; /* with defaults filled in; its texts are gone */
    size_t error_size;
    char *offered; /* subprotocols; NULL: none */
    size_t offered_size;
    struct bell__ws_program program;
    struct bell__transport *transport;
    struct bell__outbox outbox;
    size_t flying;    /* bytes that the transport took last */
    int64_t deadline; /* of connecting or closing; INT64_MAX: none */
    bool dialed;
    bool opened;     /* it was open once */
    bool stuffed;    /* it took memory that may go when it rests */
    int64_t busy_at; /* when it last had something to do */
    bool owes_drain; /* something could not be handed over at once */
    bool holds;      /* `held` is a message that nobody has taken yet */
    struct bell__frame held;
    bool will_shut; /* the close frame is not handed over yet */
    uint16_t shut_code;
    char shut_reason[BELL__WS_REASON_MAX + 1];
    bell_error end; /* CLOSED: why */
    uint16_t close_code;
    char close_reason[BELL__WS_REASON_MAX + 1];
};

/* options.c: BELL_INVALID and *error where they cannot be; else fills in what
 * the comments in ws.h promise of what is not said. */
bell_status bell__websocket_options_check(const bell_ws_options *options,
                                          bell_error *error);
void bell__websocket_options_fill(bell_ws_options *options);

/* The subprotocols as a header's value, NULL where there are none; `size` is
 * its memory's. False: no memory. */
bool bell__websocket_options_offer(const bell_ws_options *options,
                                   const bell_allocator *memory, char **offered,
                                   size_t *size);

/* text.c: how much of a text is UTF-8, or of one that goes on where it is not
 * `whole`; SIZE_MAX: it is not. */
size_t bell__websocket_text(const char *text, size_t size, bool whole);

/* turn.c: what is to do now: connect, read, write, deadlines. Runs the
 * program's functions. */
void bell__websocket_turn(struct bell__guest *guest);

/* Hands what is queued to the line, a close frame last. */
void bell__websocket_hand_over(struct bell_ws *ws);

/* `held` is the next message. False: there is none for now, or one that nobody
 * has taken. */
bool bell__websocket_take(struct bell_ws *ws);

/* The time from now on; INT64_MAX where it has no limit. */
int64_t bell__websocket_until(const struct bell_ws *ws, int64_t ms);

/* tell.c: an error as large as the caller's, whose size the options' caller
 * said; NULL is fine. */
bell_status bell__websocket_fail(const struct bell_ws *ws, bell_error *error,
                                 bell_status status, bell_origin origin,
                                 const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void bell__websocket_clear(const struct bell_ws *ws, bell_error *error);
bell_status bell__websocket_tell(const struct bell_ws *ws, bell_error *error,
                                 const bell_error *from);

#endif
