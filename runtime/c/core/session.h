/* session.h: calls, their ids, deadlines and the state of the connection. The
 * session never calls out and knows no clock, no socket and no bytes of a
 * protocol: it is fed, and it is asked.
 *
 * The client's turn:
 *   if (bell__session_wants_line(s, now)) { open it; bell__session_opening() }
 *   when the line is up:   bell__session_opened(s, now)
 *   each incoming message: bell__session_feed(s, frame, now), then
 *                          bell__session_next() until false
 *   when the line is down: bell__session_lost(s, end, now)
 *   each turn:             bell__session_tick(s, now), then
 *                          bell__session_next() until false
 *   output:                transport send(bell__session_outbox(s)), then
 *                          cancel(tag) for bell__session_given_up() until false
 *   frames written:        bell__session_written(s, count)
 * All times are monotonic milliseconds, handed in. */
#ifndef BELL__CORE_SESSION_H
#define BELL__CORE_SESSION_H

#include <bell/bell.h>
#include <bell/schema.h>

#include "core/inbox.h"
#include "seam/frame.h"
#include "seam/protocol.h"
#include "seam/transport.h"

struct bell__places;
struct bell__session;

struct bell__session_options {
    const bell_allocator *memory;
    struct bell__protocol *protocol;   /* lent, outlives the session */
    uint64_t (*random)(void *context); /* 64 random bits, for jitter */
    void *random_context;
    bell_call
        calls_from; /* calls are numbered behind this; a multiple of 2^32 */
    int64_t reconnect_min_ms;
    int64_t reconnect_max_ms;
    int64_t connect_deadline_ms; /* from opening to READY */
    int64_t ping_grace_ms;
    int64_t retry_min_ms; /* of exchanges: the wait before a further try is */
    int64_t retry_max_ms; /* random, up to min * 2^tries, at most max */
    int32_t retry_budget; /* ... a try takes 10 of it, a reply gives 1 back;
                             -1: it has no bound */
    uint32_t calls_max;
    size_t request_bytes_max;    /* of one command and of one frame */
    size_t queue_bytes_max;      /* of the outbox and of waiting calls */
    bool fail_fast;              /* the default of orders */
    struct bell__places *places; /* where exchanges may go, lent; NULL: there is
                                    one server */
    bool renews; /* an expired token is no end: there is a way to
                    a new one */
};

enum bell__session_state {
    BELL__SESSION_WAITING,  /* no line; one is wanted at a certain time */
    BELL__SESSION_OPENING,  /* the client opens a line */
    BELL__SESSION_GREETING, /* hello went out, READY has not come */
    BELL__SESSION_READY,
    BELL__SESSION_TERMINAL, /* the server ended it for good */
    BELL__SESSION_CLOSED
};

/* What a call is, as its caller ordered it. */
struct bell__order {
    const bell_method *method;
    bell_function done; /* NULL for a sync call */
    void *context;
    int64_t deadline; /* absolute; INT64_MAX: none */
    bool fail_fast;
    bool parked; /* it waits for bell__session_unpark(), whatever the line */
    bool fresh;  /* an exchange's answer is the server's, not one of before */
    bool held;   /* ... or, as no other does, for bell__session_release() */
    uint32_t retries; /* of an idempotent call, when its line breaks; of an
                         exchange also where nothing of it was sent, or the
                         server says "not now" */
};

/* How a call ended. `payload` is lent until the next feed, next or tick. */
struct bell__completion {
    bell_call call;
    const bell_method *method;
    bell_function done;
    void *context;
    int64_t started; /* when it was submitted */
    bell_status status;
    bell_string payload; /* BELL_OK: the result as on the wire */
    bool guessed;        /* as the protocol's event */
    int32_t code;        /* of an exchange: the answer's status, else 0 */
    bell_string head;    /* ... and its header lines; lent as the payload */
    bell_error error;    /* written only where status is not BELL_OK */
};

/* What happened beside calls, for logs and waits: asked after each turn. */
struct bell__session_news {
    bool ready;         /* became READY */
    bool lost;          /* the line went down; `reason` says why */
    bool drop_line;     /* the client must close the transport now */
    uint16_t drop_code; /* the close code to say; 0: none */
    bool spent_token;   /* the server wants a new token */
    bool token_due;     /* READY, and its time runs out: bell__session_renew()
                           with a new one, or bell__session_renew_at() */
    int64_t retry_at;   /* lost: when the next line is wanted */
    char warning[256];  /* a push that was refused, or "" */
    bell_error reason;
};

bell_status bell__session_make(const struct bell__session_options *options,
                               int64_t now, struct bell__session **session);
void bell__session_free(struct bell__session *session);

enum bell__session_state
bell__session_state(const struct bell__session *session);

/* Which try at a line this is, or the next one will be: counts from 1 since one
 * last lived. */
uint32_t bell__session_attempt(const struct bell__session *session);

/* Why the session is not READY, for messages; "" where it never tried. */
const char *bell__session_trouble(const struct bell__session *session);

/* The same with origin and code; status BELL_OK where it never tried. */
const bell_error *bell__session_reason(const struct bell__session *session);

/* Begins a call: gives the buffer that takes the encoded params, or NULL and
 * *error. Exactly one of commit and abort must follow, before anything
 * else. While READY this is the outbox itself: no copy. */
struct bell__buf *bell__session_begin(struct bell__session *session,
                                      const struct bell__order *order,
                                      int64_t now, bell_error *error);
bell_status bell__session_commit(struct bell__session *session, bell_call *call,
                                 bell_error *error);
void bell__session_abort(struct bell__session *session);

/* Between begin and commit, where the method has a route: what was appended so
 * far is its head, what follows the body. */
bell_status bell__session_body(struct bell__session *session,
                               struct bell__buf *out);

/* The call ends with BELL_CANCELLED, told by bell__session_next(); what of it
 * has not left never will. False where it is over or never was. */
bool bell__session_cancel(struct bell__session *session, bell_call call);

/* True while the call has not ended. */
bool bell__session_waits(const struct bell__session *session, bell_call call);

bool bell__session_wants_line(const struct bell__session *session, int64_t now);
void bell__session_opening(struct bell__session *session, int64_t now);
void bell__session_opened(struct bell__session *session, int64_t now);
void bell__session_lost(struct bell__session *session,
                        const struct bell__line_end *end, int64_t now);

/* Lends a message; next() reads it event by event. Any feed counts as life. */
void bell__session_feed(struct bell__session *session,
                        const struct bell__frame *frame, int64_t now);

/* From now on so much of what is fed is worked off, and no more: a byte counts
 * one, and what is no reply to a call as many more as it takes to look at an
 * empty message. Until it is first said there is no bound. */
enum { BELL__EVENT_WORK = 64 };
void bell__session_allow(struct bell__session *session, size_t work,
                         int64_t now);

/* So much of it was done for what bell__session_next() gave last. */
void bell__session_spend(struct bell__session *session, int64_t work);

/* The fed frame is not read to its end: it stays lent. */
bool bell__session_reading(const struct bell__session *session);

/* Bytes came, of a message that may not be whole: the server is not silent. */
void bell__session_heard(struct bell__session *session, int64_t now);

/* The next call that ended. False when there is none for now, and the fed
 * frame may go, unless it is still being read. */
bool bell__session_next(struct bell__session *session,
                        struct bell__completion *completion);

/* No line is wanted before `until`: something is asked for first. */
void bell__session_hold(struct bell__session *session, int64_t until);

/* A line that could not even be dialed: the next one after a wait, or none any
 * more where `final`, which ends a session that is READY too. */
void bell__session_refused(struct bell__session *session, bool final,
                           const char *reason, int64_t now);

/* READY: the server is told a new token, which the protocol has. */
void bell__session_renew(struct bell__session *session, int64_t now);

/* The time that the server gave the last line's token has passed, whatever the
 * line is doing: another is needed before the next. */
bool bell__session_token_spent(const struct bell__session *session,
                               int64_t now);

/* There is a new token: how long it lives the server will say. */
void bell__session_token_taken(struct bell__session *session);

/* The calls that are parked and not held, in order: the slot of the one behind
 * `at`, and its method. BELL__PARKED_END begins and ends. */
#define BELL__PARKED_END UINT32_MAX
uint32_t bell__session_parked(const struct bell__session *session, uint32_t at,
                              const bell_method **method);

/* That one goes out: there is a token for it. */
void bell__session_unpark(struct bell__session *session, uint32_t at,
                          int64_t now);

/* A call that is held goes out, until that deadline. */
void bell__session_release(struct bell__session *session, bell_call call,
                           int64_t deadline, int64_t now);

/* How long to wait before something is asked for again that was not to be had
 * so many times in a row. */
int64_t bell__session_pause(struct bell__session *session, uint32_t failed);

/* READY: the token is due at that time again, unless the server speaks. */
void bell__session_renew_at(struct bell__session *session, int64_t at);

/* READY: no token is to be had; it is due again after a wait. */
void bell__session_renew_later(struct bell__session *session, int64_t now);

/* Deadlines, the reconnect time, the token's time and the watchdog. */
void bell__session_tick(struct bell__session *session, int64_t now);

/* Asked at the end of each turn. Where nothing was under way for a moment, what
 * many calls took is freed, as it is not in between: true once, and the
 * transport may do the same. */
bool bell__session_rest(struct bell__session *session, int64_t now);

/* The earliest time at which tick has something to do; INT64_MAX: never. */
int64_t bell__session_deadline(const struct bell__session *session);

/* What is to be sent, without what was withdrawn. Not between begin and
 * commit. */
struct bell__outbox *bell__session_outbox(struct bell__session *session);

/* An exchange whose call is over, for the transport's cancel. */
struct bell__given_up {
    uint64_t tag;
    uint32_t slot; /* the session's */
};

/* False where there is none. To be asked before completions are fetched. */
bool bell__session_given_up(struct bell__session *session,
                            struct bell__given_up *given);

/* No byte of it had left: its call was not sent. */
void bell__session_stayed(struct bell__session *session,
                          const struct bell__given_up *given);

/* ---- Pushes --------------------------------------------------------------
 *
 * What comes unasked is for a channel, a number from 1 that client and
 * protocol agree on; it is kept only where somebody listens to that. */

/* Opens the channel's inbox; again: only its limits change, and what is beyond
 * them goes with the next push. BELL_NO_MEMORY. */
bell_status bell__session_listen(struct bell__session *session,
                                 uint32_t channel,
                                 const struct bell__inbox_options *options);

/* Closes it; what waits in it goes. */
void bell__session_unlisten(struct bell__session *session, uint32_t channel);

/* The next push, the channels in turn: lent until this is asked again, or its
 * inbox is closed. False where there is none. */
bool bell__session_push(struct bell__session *session, uint32_t *channel,
                        bell_string *payload);

/* What happened to a channel; all zero where nobody listens to it. */
struct bell__inbox_counts
bell__session_inbox(const struct bell__session *session, uint32_t channel);

/* Pushes that nobody listened to, since the session began. */
uint64_t bell__session_unheard(const struct bell__session *session);

/* Frames of this line that the kernel has wholly taken (transport.written):
 * calls without a reply are done then. */
void bell__session_written(struct bell__session *session, uint64_t frames);

/* Calls that ended wait for bell__session_next(). */
bool bell__session_ended(const struct bell__session *session);

/* They do, or there are news: another turn is due. */
bool bell__session_pending(const struct bell__session *session);

/* Moves the news out and clears them. False, and *news is not written, where
 * there are none. */
bool bell__session_news(struct bell__session *session,
                        struct bell__session_news *news);

/* Replies that were for nobody, since the session began. */
uint64_t bell__session_ignored(const struct bell__session *session);

/* The next wait before a reconnect is skipped. */
void bell__session_kick(struct bell__session *session, int64_t now);

/* The line is given up, also where the server had ended it for good: every call
 * ends with BELL_CANCELLED, and none is wanted before bell__session_kick(). */
void bell__session_idle(struct bell__session *session, int64_t now);

/* Every call ends with BELL_CLOSED, told by bell__session_next(). */
void bell__session_shut(struct bell__session *session);

#endif
