/* loop.h: one poller for any number of guests, and what wakes it from outside.
 * It knows no sockets and no calls: watches say what to call when a descriptor
 * is ready, timers when their time has come, guests get their turn. */
#ifndef BELL__LOOP_LOOP_H
#define BELL__LOOP_LOOP_H

#include <bell/bell.h>

#include <assert.h>

#include "base/buf.h"
#include "base/random.h"
#include "loop/owner.h"
#include "loop/poller.h"
#include "loop/wake.h"

/* A descriptor of the poller's; the first member of who owns it. Events are
 * BELL__READABLE and BELL__WRITABLE. */
struct bell__watch {
    void (*ready)(struct bell__watch *watch, uint32_t events);
    int fd; /* -1: not watched */
    uint32_t events;
};

/* Rings once, in a round. All zero is not set. */
struct bell__timer {
    void (*rings)(struct bell__timer *timer);
    int64_t at;
    struct bell__timer *next;
    struct bell__timer **link; /* NULL: not set */
};

/* Is asked whenever somebody rang: a thread may have finished for it. */
struct bell__sleeper {
    void (*woken)(struct bell__sleeper *sleeper);
    struct bell__sleeper *next;
    struct bell__sleeper **link; /* NULL: not in the list */
};

/* Who gets turns; the first member of a client. */
struct bell__guest {
    void (*turn)(struct bell__guest *guest);
    void (*free)(struct bell__guest *guest); /* after bell__loop_leave() */
    int64_t deadline; /* a turn is due then; written through loop_remind */
    bool due;
    bool left;
    struct bell__guest *next_due;
    struct bell__guest *next;
    struct bell__guest **link;
};

struct bell__tls_context;

/* A clock that somebody else moves, and the loop where it would wait: time
 * that nobody needs passes at once. */
struct bell__fed_clock {
    int64_t now_ns;
};

struct bell_loop {
    bell_allocator memory;
    struct bell__owner owner;
    struct bell__poller poller;
    struct bell__wake wake;
    struct bell__watch wakes; /* the wake's, readable */
    struct bell__sleeper *sleepers;
    struct bell__timer *timers;
    struct bell__guest *guests;
    struct bell__guest *due;
    struct bell__guest **due_end;
    struct bell__guest *last; /* of those whose turn is in this round */
    struct bell__guest *gone; /* left, freed when nothing of them runs */
    int ready_count;          /* of the poller, that this round has not ended */
    struct bell__tls_context *tls; /* shared by equal options */
    struct bell__random random;    /* for all guests */
    struct bell__buf *reader;      /* whose memory is lent on; NULL: none */
    struct bell__fed_clock *fed;   /* NULL: the system's clock */
    int64_t now_ns;
    int64_t now;       /* monotonic milliseconds of this turn */
    int64_t earliest;  /* not later than any deadline or timer */
    int64_t looked_at; /* when the poller was last asked: what came until then
                          has been read, or has its turn in this round */
    int held; /* rounds, sync calls, user's functions that we are inside of */
    bool hurried; /* what somebody may wait for came in this round */
    bool orphan;  /* its one client owned it and is gone: see loop_end */
    struct bell_client *caller;  /* the clients' own: see client/pump.h */
    void (*poke)(void *context); /* a turn became due outside of one */
    void *poke_context;
    void (*evict)(void *context); /* the loop goes before who drives it */
};

/* Reads the clock into `now`. */
void bell__loop_clock(struct bell_loop *loop);

/* From now on the loop's time is this clock's. */
void bell__loop_feed(struct bell_loop *loop, struct bell__fed_clock *clock);

/* With a fed clock: nothing will ever happen by itself. */
bool bell__loop_stuck(const struct bell_loop *loop);

/* Watches fd. 0, or an errno. */
int bell__loop_watch(struct bell_loop *loop, struct bell__watch *watch, int fd,
                     uint32_t events);
void bell__loop_change(struct bell_loop *loop, struct bell__watch *watch,
                       uint32_t events);
/* No more; the descriptor stays open. Not watched is fine. */
void bell__loop_unwatch(struct bell_loop *loop, struct bell__watch *watch);

/* Rings at `at`, milliseconds as loop->now; set already: it moves. */
void bell__loop_set(struct bell_loop *loop, struct bell__timer *timer,
                    int64_t at);
/* Not set is fine. */
void bell__loop_unset(struct bell__timer *timer);

void bell__loop_sleep(struct bell_loop *loop, struct bell__sleeper *sleeper);
void bell__loop_rouse(struct bell__sleeper *sleeper);

void bell__loop_join(struct bell_loop *loop, struct bell__guest *guest);
/* No turn comes any more; `free` is called when nothing of the loop runs. */
void bell__loop_leave(struct bell_loop *loop, struct bell__guest *guest);

/* The guest gets a turn in this round or the next. */
void bell__loop_due(struct bell_loop *loop, struct bell__guest *guest);

/* All guests do. */
void bell__loop_due_all(struct bell_loop *loop);

void bell__loop_remind(struct bell_loop *loop, struct bell__guest *guest,
                       int64_t deadline);

/* Many lines read, one at a time as a rule: one piece of memory goes from one
 * to the next. Nothing of a line's buffer is in use where its size is 0. Gives
 * `buf`, which has none, the memory of whoever read last and is done with it;
 * else the buffer takes some of its own. All of it is the loop's memory. */
void bell__loop_lend(struct bell_loop *loop, struct bell__buf *buf);

/* What is read into is freed where nobody uses it. */
void bell__loop_rest(struct bell_loop *loop);

/* The line goes, or its connection: so does its buffer. */
void bell__loop_take_back(struct bell_loop *loop, struct bell__buf *buf);

static inline bool bell__loop_held(const struct bell_loop *loop)
{
    return loop->held > 0;
}

/* Who drives the loop is told that a turn or a deadline may have come nearer;
 * while it is held, nobody: whoever holds it ends with this. */
static inline void bell__loop_poke(struct bell_loop *loop)
{
    if (loop->poke != NULL && !bell__loop_held(loop)) {
        loop->poke(loop->poke_context);
    }
}

/* Between the two nothing of the loop is freed and nobody else runs it: a
 * round, a sync call or a user's function is at work. */
static inline void bell__loop_hold(struct bell_loop *loop)
{
    loop->held++;
}

static inline void bell__loop_let_go(struct bell_loop *loop)
{
    assert(loop->held > 0);
    loop->held--;
    bell__loop_poke(loop);
}

/* What somebody may wait for has come: this round ends without a wait. */
static inline void bell__loop_hurry(struct bell_loop *loop)
{
    loop->hurried = true;
}

/* Another thread runs it: the caller may touch nothing of it. */
static inline bool bell__loop_is_others(const struct bell_loop *loop)
{
    return bell__owner_is_other(&loop->owner);
}

/* One round: due turns, a wait of at most timeout_ms, what became ready. */
void bell__loop_pump(struct bell_loop *loop, int64_t timeout_ms);

/* Frees who left, when nothing of the loop runs. */
void bell__loop_reap(struct bell_loop *loop);

/* Lets go, and cleans up where that was the last hold: the end of an entry
 * from outside in which a user's function may have closed a client. */
void bell__loop_leave_off(struct bell_loop *loop);

/* Frees a loop that is an orphan, when nothing of it runs. The last word of
 * everybody who may have ended a client. True: it is gone. */
bool bell__loop_end(struct bell_loop *loop);

#endif
