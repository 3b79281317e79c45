/* inside.h: what a session is made of; for the files of core/ alone. */
#ifndef BELL__CORE_INSIDE_H
#define BELL__CORE_INSIDE_H

#include "core/inbox.h"
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

/* A command of the session's own, beside calls. */
enum bell__own_command {
    BELL__OWN_NONE = 0,
    BELL__OWN_HELLO,
    BELL__OWN_RENEW,
    BELL__OWN_PONG /* without an id */
};

enum { BELL__OWN_MAX = 8 };

enum { BELL__REST_MS = 1000 }; /* so long without calls is idle */

/* Own commands have the ids 1 to protocol.own_max, for as long as they are
 * under way; each has a deadline. Where one was given up its answer may still
 * come: on that line the place has numbers that no call has. */
struct bell__own {
    enum bell__own_command command;
    int64_t deadline;
    bool owed; /* by the server: an answer under the place's own id */
};

/* An inbox of a channel, made when somebody listens. */
struct bell__inboxes {
    struct bell__inbox *items; /* channel i has items[i - 1] */
    uint32_t count;
    uint32_t turn; /* whose item comes next, so that none is starved */
};

/* Blocks of one size, for an exchange's params, which are kept as long as it
 * may be tried again. */
enum { BELL__KEPT_BYTES = 512, BELL__KEPT_MAX = 32 };

struct bell__kept {
    char *blocks[BELL__KEPT_MAX];
    uint32_t count;
};

struct bell__session {
    struct bell__session_options options;
    const bell_allocator *memory;
    struct bell__protocol *protocol;
    const struct bell__protocol_ops *ops; /* the protocol's */
    enum bell__session_state state;
    int64_t now;

    struct bell__table table;
    struct bell__own own[BELL__OWN_MAX];
    int64_t own_due; /* the earliest of their deadlines; INT64_MAX: none */
    struct bell__wheel wheel;
    struct bell__queue waiting;  /* for a line */
    struct bell__queue parked;   /* for a token */
    struct bell__queue finished; /* for bell__session_next() */
    size_t waiting_bytes;

    struct bell__outbox outbox;
    struct bell__queue unsent; /* calls whose frame is still in the outbox */
    struct bell__queue told;   /* taken calls that end when the kernel has them:
                                  no reply comes; by frame */
    struct bell__queue asked; /* taken calls whose answer has no id; by frame */
    uint32_t unfound;         /* such calls of both kinds among the unsent */
    struct bell__buf holes;   /* in the outbox: see withdraw.c */
    struct bell__buf given_up; /* exchanges whose calls are over */
    size_t frames_shown;       /* outbox.count as we left it */
    uint64_t frames_taken;     /* frames of this line that left the outbox */
    uint64_t frames_written;   /* ... that the kernel has */
    bool frame_open;           /* commands may join the last frame */
    size_t frame_gone;         /* of its bytes: they leave a hole */

    /* The call between begin and commit. */
    uint32_t open_slot;
    struct bell__outbox_mark open_mark;
    bool open_joined;         /* its command joins an open frame */
    size_t open_command;      /* where its command begins */
    size_t open_params;       /* where its params begin */
    struct bell__buf scratch; /* takes params while there is no line */

    bool holds;      /* memory that calls or frames took: see rest.c */
    int64_t busy_at; /* when there was last a call at the end of a turn */

    struct bell__frame frame; /* fed */
    size_t frame_at;
    bool frame_fed;
    bool frame_used;    /* it held a reply, be it for nobody */
    int64_t frame_stop; /* where reading rests in this turn */
    int64_t work_left;  /* ... of which so much is allowed, behind a frame */

    struct bell__inboxes inboxes;

    int64_t line_at;    /* WAITING: when a line is wanted */
    int64_t connect_by; /* OPENING, GREETING: when it must be READY */
    int64_t heard_at;   /* READY: the last frame */
    int64_t ready_at;   /* READY: since when */
    int64_t ping_ms;    /* 0: no watchdog */
    uint32_t attempt;   /* failed or short-lived lines in a row */
    bool pong;          /* the server wants pongs */
    bool pong_waits;    /* one is in the outbox: it answers all pings so far */
    bool pong_said;     /* to this frame: it answers all of its pings */
    bool lived;         /* READY: a frame came after READY */
    int64_t renew_at;   /* READY: when a new token is due; INT64_MAX: never */
    int64_t token_ends; /* when that of the last line does; INT64_MAX: nobody
                           knows */
    uint32_t refused;   /* new tokens in a row that were not to be had, or not
                           taken */

    bell_error trouble; /* why it is not READY; status BELL_OK: never tried */
    struct bell__session_news news;
    int32_t retry_left;     /* of the budget */
    struct bell__kept kept; /* memory of params that were kept */

    uint64_t ignored; /* replies to nobody */
    uint64_t unheard; /* pushes that nobody listens to */
};

static inline bool bell__is_quiet(const struct bell__slot *slot)
{
    return (slot->method->flags & BELL_METHOD_NO_REPLY) != 0;
}

/* Its answer names no id. */
static inline bool bell__is_asked(const struct bell__slot *slot)
{
    return slot->method->message != NULL;
}

/* queue.c */
void bell__queue_open(struct bell__queue *queue);
void bell__queue_push(struct bell__queue *queue, struct bell__table *table,
                      uint32_t index);
void bell__queue_remove(struct bell__queue *queue, struct bell__table *table,
                        uint32_t index);
/* By the calls' numbers: slots are used again in any order. No memory. */
void bell__queue_sort(struct bell__queue *queue, struct bell__table *table);

/* withdraw.c: the command of a call that is over and has not left the outbox
 * will not leave it. False where memory is short: it will. */
bool bell__withdraw(struct bell__session *session,
                    const struct bell__slot *slot);

/* The transport will be told that nobody waits for the exchange any more.
 * False where memory is short: its end is for nobody then. */
bool bell__withdraw_exchange(struct bell__session *session,
                             const struct bell__slot *slot);

/* Takes the withdrawn commands out of the outbox. */
void bell__withdraw_all(struct bell__session *session);

/* kept.c: memory for params; NULL where it is short. */
char *bell__kept_take(struct bell__session *session, size_t size);
void bell__kept_give(struct bell__session *session, char *bytes, size_t size);
void bell__kept_close(struct bell__session *session);

/* How a try of an exchange failed. */
struct bell__again {
    bool left;        /* it may have reached the server */
    bool elsewhere;   /* another server may do better, at once */
    int64_t after_ms; /* the least wait before this one is asked again; -1:
                         nothing is said */
};

/* again.c: an exchange's call is tried again, after a wait where no other
 * server is left to it; false: it is not. */
bool bell__again(struct bell__session *session, uint32_t index,
                 const struct bell__again *why);

/* The token that an exchange's call showed is spent: it is parked until there
 * is another one; false: it is not. */
bool bell__again_asked(struct bell__session *session, uint32_t index);

/* The wait of a call is over: it waits for a line. Then such calls go out,
 * where there is one. */
void bell__again_now(struct bell__session *session, uint32_t index);
void bell__again_submit(struct bell__session *session);

/* A server answered well. */
static inline void bell__again_earn(struct bell__session *session)
{
    session->retry_left += session->retry_left < session->options.retry_budget;
}

/* submit.c: waiting calls go into the outbox, in order. */
void bell__submit_waiting(struct bell__session *session);

/* Calls whose frames never left the outbox go back to waiting, all others end;
 * then the outbox is empty and counts a new line. */
void bell__submit_lost(struct bell__session *session);

/* A call on the line that may be sent again waits again; false: it may not.
 * `left`: this try may have reached the server. */
bool bell__submit_again(struct bell__session *session, uint32_t index,
                        bool left);

/* finish.c: frees the params of a call that leaves the table. */
void bell__forget_params(struct bell__session *session,
                         struct bell__slot *slot);

/* The call leaves the table; bell__session_next() tells. */
void bell__finish(struct bell__session *session, uint32_t index,
                  bell_status status, bell_sent sent);

/* The same for a call that ends by cancel or deadline, or with all others:
 * `sent` follows from where its command is. */
void bell__finish_alone(struct bell__session *session, uint32_t index,
                        bell_status status);

/* The call, which wants a reply and has one, leaves the table and all queues.
 */
void bell__release(struct bell__session *session, struct bell__slot *slot);

/* The first of the finished calls. */
void bell__take_finished(struct bell__session *session,
                         struct bell__completion *completion);

/* Fills a completion with whose it is, and an error with which call it was. */
static inline void bell__describe(const struct bell__slot *slot,
                                  struct bell__completion *completion)
{
    completion->call = slot->number;
    completion->method = slot->method;
    completion->done = slot->done;
    completion->context = slot->context;
    completion->started = slot->started;
    completion->code = 0;
    completion->head = (bell_string){NULL, 0};
}

void bell__name_call(bell_error *error, const struct bell__slot *slot);

/* A taken call leaves the queue of told or asked, if it is in one. */
void bell__leave_found(struct bell__session *session, uint32_t index);

/* Every call ends: BELL_TERMINAL or BELL_CLOSED. */
void bell__finish_all(struct bell__session *session, bell_status status);

/* connect.c: READY, ALIVE, RENEWED, BYE. */
void bell__connect_event(struct bell__session *session,
                         const struct bell__event *event);

/* wait.c: the wait before the next try, after so many in a row that failed. */
int64_t bell__wait(struct bell__session *session, uint32_t failed);

/* own.c: writes the greeting; all own ids are its own until it ends. */
bell_status bell__own_hello(struct bell__session *session);

/* The id of a command of this kind that is about to go out; 0: all are under
 * way. */
uint32_t bell__own_take(struct bell__session *session,
                        enum bell__own_command command, int64_t deadline);

/* Commands of this kind have an answer, or will never get one. */
void bell__own_end(struct bell__session *session,
                   enum bell__own_command command);

/* Nobody waits any more for answers to commands of this kind, which may come
 * all the same. */
void bell__own_give_up(struct bell__session *session,
                       enum bell__own_command command);

/* listen.c: frees all inboxes. */
void bell__inboxes_close(struct bell__session *session);

/* renew.c: READY and RENEWED. */
void bell__renew_event(struct bell__session *session,
                       const struct bell__event *event);
/* The time of renew_at has come. */
void bell__renew_due(struct bell__session *session);
/* No answer has come to a new token: another is asked for after a wait. */
void bell__renew_late(struct bell__session *session);

#endif
