/* inside.h: what a session is made of; for the files of core/ alone. */
#ifndef BELL__CORE_INSIDE_H
#define BELL__CORE_INSIDE_H

#include "core/session.h"
#include "core/table.h"
#include "core/wheel.h"

/* What the outbox held before a call began, to fall back to. */
struct bell__outbox_mark {
    size_t size;
    size_t count;
};

/* Calls in order, linked through their slots. */
struct bell__queue {
    uint32_t first;
    uint32_t last;
};

struct bell__session {
    struct bell__session_options options;
    const bell_allocator *memory;
    struct bell__protocol *protocol;
    enum bell__session_state state;
    int64_t now;

    struct bell__table table;
    struct bell__wheel wheel;
    struct bell__queue waiting;  /* for a line */
    struct bell__queue finished; /* for bell__session_next() */
    size_t waiting_bytes;

    struct bell__outbox outbox;
    struct bell__queue unsent; /* calls whose frame is still in the outbox */
    struct bell__queue told;   /* taken calls that end when the kernel has them:
                                  no reply comes; by frame */
    uint32_t untold;           /* such calls among the unsent */
    size_t frames_shown;       /* outbox.count as we left it */
    uint64_t frames_taken;     /* frames of this line that left the outbox */
    uint64_t frames_written;   /* ... that the kernel has */
    bool frame_open;           /* commands may join the last frame */

    /* The call between begin and commit. */
    uint32_t open_slot;
    struct bell__outbox_mark open_mark;
    bool open_joined;         /* its command joins an open frame */
    size_t open_command;      /* where its command begins */
    size_t open_params;       /* where its params begin */
    struct bell__buf scratch; /* takes params while there is no line */

    struct bell__frame frame; /* fed */
    size_t frame_at;
    bool frame_fed;

    int64_t line_at;    /* WAITING: when a line is wanted */
    int64_t connect_by; /* OPENING, GREETING: when it must be READY */
    int64_t heard_at;   /* READY: the last frame */
    int64_t ready_at;   /* READY: since when */
    int64_t ping_ms;    /* 0: no watchdog */
    uint32_t attempt;   /* failed or short-lived lines in a row */
    bool pong;          /* the server wants pongs */
    bool lived;         /* READY: a frame came after READY */
    int64_t renew_at;   /* READY: when a new token is due; INT64_MAX: never */
    uint32_t refused;   /* new tokens in a row that were not to be had, or not
                           taken */

    bell_error trouble; /* why it is not READY; status BELL_OK: never tried */
    struct bell__session_news news;
    uint64_t ignored; /* replies to nobody */
};

static inline bool bell__is_quiet(const struct bell__slot *slot)
{
    return (slot->method->flags & BELL_METHOD_NO_REPLY) != 0;
}

/* queue.c */
void bell__queue_open(struct bell__queue *queue);
void bell__queue_push(struct bell__queue *queue, struct bell__table *table,
                      uint32_t index);
void bell__queue_remove(struct bell__queue *queue, struct bell__table *table,
                        uint32_t index);

/* submit.c: notices that the transport took the outbox's frames. */
void bell__submit_taken(struct bell__session *session);

/* Waiting calls go into the outbox, in order. */
void bell__submit_waiting(struct bell__session *session);

/* Calls whose frames never left the outbox go back to waiting, all others end;
 * then the outbox is empty and counts a new line. */
void bell__submit_lost(struct bell__session *session);

/* Writes one frame of the protocol's own: hello, pong. */
bell_status bell__submit_own(struct bell__session *session,
                             bell_status (*write)(struct bell__protocol *,
                                                  struct bell__buf *));

/* Frees the params of a call that leaves the table. */
void bell__forget_params(struct bell__session *session,
                         struct bell__slot *slot);

/* finish.c: the call leaves the table; bell__session_next() tells. */
void bell__finish(struct bell__session *session, uint32_t index,
                  bell_status status, bell_sent sent);

/* The same for a call that ends by cancel or deadline, or with all others:
 * `sent` follows from where its command is. */
void bell__finish_alone(struct bell__session *session, uint32_t index,
                        bell_status status);

/* Every call ends: BELL_TERMINAL or BELL_CLOSED. */
void bell__finish_all(struct bell__session *session, bell_status status);

/* connect.c: READY, ALIVE, PUSH, BYE. */
void bell__connect_event(struct bell__session *session,
                         const struct bell__event *event);

/* The wait before the next try, after so many in a row that failed. */
int64_t bell__connect_wait(struct bell__session *session, uint32_t failed);

/* renew.c: READY and RENEWED. */
void bell__renew_event(struct bell__session *session,
                       const struct bell__event *event);
/* The time of renew_at has come. */
void bell__renew_due(struct bell__session *session);

#endif
