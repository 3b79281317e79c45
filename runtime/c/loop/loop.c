/* loop.c: one poller, what wakes it, timers, guests that get their turn. It
 * knows no sockets and no calls. */
#include "loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"

void bell__loop_clock(struct bell_loop *loop)
{
    struct timespec time;
    if (loop->fed != NULL) {
        loop->now_ns = loop->fed->now_ns;
    } else {
        clock_gettime(CLOCK_MONOTONIC, &time);
        loop->now_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
    loop->now = loop->now_ns / 1000000;
}

void bell__loop_feed(struct bell_loop *loop, struct bell__fed_clock *clock)
{
    loop->fed = clock;
    bell__loop_clock(loop);
    loop->looked_at = loop->now;
}

bool bell__loop_stuck(const struct bell_loop *loop)
{
    return loop->fed != NULL && loop->due == NULL &&
           loop->earliest == INT64_MAX;
}

int bell__loop_watch(struct bell_loop *loop, struct bell__watch *watch, int fd,
                     uint32_t events)
{
    int failed = bell__poller_add(&loop->poller, fd, events, watch);
    if (failed == 0) {
        watch->fd = fd;
        watch->events = events;
    }
    return failed;
}

void bell__loop_change(struct bell_loop *loop, struct bell__watch *watch,
                       uint32_t events)
{
    if (watch->fd < 0 || watch->events == events) {
        return;
    }
    bell__poller_change(&loop->poller, watch->fd, events, watch);
    watch->events = events;
}

void bell__loop_unwatch(struct bell_loop *loop, struct bell__watch *watch)
{
    if (watch->fd < 0) {
        return;
    }
    bell__poller_remove(&loop->poller, watch->fd);
    watch->fd = -1;
    /* What the poller told of it in this round must not reach it any more. */
    for (int i = 0; i < loop->ready_count; i++) {
        if (loop->poller.ready[i].watch == watch) {
            loop->poller.ready[i].watch = NULL;
        }
    }
}

void bell__loop_set(struct bell_loop *loop, struct bell__timer *timer,
                    int64_t at)
{
    bell__loop_unset(timer);
    timer->at = at;
    timer->next = loop->timers;
    timer->link = &loop->timers;
    if (timer->next != NULL) {
        timer->next->link = &timer->next;
    }
    loop->timers = timer;
    loop->earliest = at < loop->earliest ? at : loop->earliest;
    bell__loop_poke(loop);
}

void bell__loop_unset(struct bell__timer *timer)
{
    if (timer->link == NULL) {
        return;
    }
    *timer->link = timer->next;
    if (timer->next != NULL) {
        timer->next->link = timer->link;
    }
    timer->link = NULL;
}

void bell__loop_sleep(struct bell_loop *loop, struct bell__sleeper *sleeper)
{
    sleeper->next = loop->sleepers;
    sleeper->link = &loop->sleepers;
    if (sleeper->next != NULL) {
        sleeper->next->link = &sleeper->next;
    }
    loop->sleepers = sleeper;
}

void bell__loop_rouse(struct bell__sleeper *sleeper)
{
    if (sleeper->link == NULL) {
        return;
    }
    *sleeper->link = sleeper->next;
    if (sleeper->next != NULL) {
        sleeper->next->link = sleeper->link;
    }
    sleeper->link = NULL;
}

static void wakes_ready(struct bell__watch *watch, uint32_t events)
{
    (void)events;
    struct bell_loop *loop =
        (struct bell_loop *)(void *)((char *)watch -
                                     offsetof(struct bell_loop, wakes));
    bell__wake_hear(&loop->wake);
    struct bell__sleeper *sleeper = loop->sleepers;
    while (sleeper != NULL) {
        struct bell__sleeper *next = sleeper->next;
        sleeper->woken(sleeper);
        sleeper = next;
    }
}

void bell__loop_join(struct bell_loop *loop, struct bell__guest *guest)
{
    guest->deadline = INT64_MAX;
    guest->next = loop->guests;
    guest->link = &loop->guests;
    if (guest->next != NULL) {
        guest->next->link = &guest->next;
    }
    loop->guests = guest;
}

static void forget_due(struct bell_loop *loop, struct bell__guest *guest)
{
    struct bell__guest **link = &loop->due;
    struct bell__guest *before = NULL;
    while (*link != NULL && *link != guest) {
        before = *link;
        link = &before->next_due;
    }
    if (*link == NULL) {
        return;
    }
    if (guest == loop->last) { /* of this round, who stands before is */
        loop->last = before;
    }
    *link = guest->next_due;
    if (loop->due_end == &guest->next_due) {
        loop->due_end = link;
    }
    guest->due = false;
}

void bell__loop_leave(struct bell_loop *loop, struct bell__guest *guest)
{
    assert(!guest->left);
    *guest->link = guest->next;
    if (guest->next != NULL) {
        guest->next->link = guest->link;
    }
    if (guest->due) {
        forget_due(loop, guest);
    }
    guest->left = true;
    guest->next = loop->gone;
    loop->gone = guest;
    bell__loop_reap(loop);
}

void bell__loop_reap(struct bell_loop *loop)
{
    if (bell__loop_held(loop)) {
        return;
    }
    struct bell__guest *guest = loop->gone;
    loop->gone = NULL;
    while (guest != NULL) {
        struct bell__guest *next = guest->next;
        guest->free(guest);
        guest = next;
    }
}

void bell__loop_due(struct bell_loop *loop, struct bell__guest *guest)
{
    if (guest->due || guest->left) {
        return;
    }
    guest->due = true;
    guest->next_due = NULL;
    *loop->due_end = guest;
    loop->due_end = &guest->next_due;
    bell__loop_poke(loop);
}

void bell__loop_due_all(struct bell_loop *loop)
{
    struct bell__guest *guest = loop->guests;
    for (; guest != NULL; guest = guest->next) {
        bell__loop_due(loop, guest);
    }
}

void bell__loop_remind(struct bell_loop *loop, struct bell__guest *guest,
                       int64_t deadline)
{
    guest->deadline = deadline;
    if (deadline < loop->earliest) {
        loop->earliest = deadline;
    }
}

/* One at a time: what rings may set or unset any of them. The next time that
 * one is set for; INT64_MAX: none is. */
static int64_t ring_timers(struct bell_loop *loop)
{
    int64_t earliest = INT64_MAX;
    struct bell__timer *timer = loop->timers;
    while (timer != NULL) {
        if (timer->at > loop->now) {
            earliest = timer->at < earliest ? timer->at : earliest;
            timer = timer->next;
            continue;
        }
        bell__loop_unset(timer);
        timer->rings(timer);
        earliest = INT64_MAX;
        timer = loop->timers;
    }
    return earliest;
}

/* Guests whose time has come are due. `earliest` may be a time that no guest
 * waits for any more: then this only finds the next one. */
static void ring_deadlines(struct bell_loop *loop)
{
    if (loop->now < loop->earliest) {
        return;
    }
    int64_t earliest = ring_timers(loop);
    struct bell__guest *guest = loop->guests;
    for (; guest != NULL; guest = guest->next) {
        if (guest->deadline <= loop->now) {
            bell__loop_due(loop, guest);
        } else if (guest->deadline < earliest) {
            earliest = guest->deadline;
        }
    }
    loop->earliest = earliest;
}

/* Only those who are due now: who becomes due meanwhile has the next round. */
static void give_turns(struct bell_loop *loop)
{
    if (loop->due == NULL) {
        return;
    }
    char *end = (char *)loop->due_end;
    loop->last =
        (struct bell__guest *)(void *)(end -
                                       offsetof(struct bell__guest, next_due));
    do {
        struct bell__guest *guest = loop->due;
        if (guest == loop->last) {
            loop->last = NULL;
        }
        loop->due = guest->next_due;
        if (loop->due == NULL) {
            loop->due_end = &loop->due;
        }
        guest->due = false;
        guest->turn(guest);
    } while (loop->last != NULL);
}

void bell__loop_lend(struct bell_loop *loop, struct bell__buf *buf)
{
    struct bell__buf *last = loop->reader;
    if (last != NULL && last->size == 0) {
        buf->bytes = last->bytes;
        buf->capacity = last->capacity;
        last->bytes = NULL;
        last->capacity = 0;
    }
    loop->reader = buf;
}

void bell__loop_rest(struct bell_loop *loop)
{
    if (loop->reader != NULL && loop->reader->size == 0) {
        bell__buf_close(loop->reader);
    }
}

void bell__loop_take_back(struct bell_loop *loop, struct bell__buf *buf)
{
    if (loop->reader == buf) {
        loop->reader = NULL;
    }
    bell__buf_close(buf);
}

static int wait_bound(const struct bell_loop *loop, int64_t timeout_ms)
{
    if (loop->due != NULL) {
        return 0;
    }
    int64_t bound = timeout_ms < 0 ? INT64_MAX : timeout_ms;
    if (loop->earliest != INT64_MAX) {
        int64_t left = loop->earliest - loop->now;
        left = left < 0 ? 0 : left;
        bound = left < bound ? left : bound;
    }
    if (bound == INT64_MAX) {
        return -1;
    }
    return bound > INT_MAX ? INT_MAX : (int)bound;
}

/* The poller fails: a program has closed what it did not open. Deadlines pass
 * all the same, without a processor that does nothing else. */
static void rest_a_moment(int timeout_ms)
{
    enum { MOMENT_MS = 10 };
    bool shorter = timeout_ms >= 0 && timeout_ms < MOMENT_MS;
    poll(NULL, 0, shorter ? timeout_ms : MOMENT_MS);
}

/* The process may be stopped between an answer of the poller and a look at the
 * clock: what came until `looked_at` is in the answer, so that is read before
 * it asks. Who waited in vain asks once more: now it knows of this time too. */
static int look(struct bell_loop *loop, int timeout_ms)
{
    loop->looked_at = loop->now;
    int count = bell__poller_wait(&loop->poller, timeout_ms);
    if (count < 0 && errno != EINTR) {
        rest_a_moment(timeout_ms);
    }
    bell__loop_clock(loop);
    if (count <= 0 && timeout_ms != 0) {
        loop->looked_at = loop->now;
        count = bell__poller_wait(&loop->poller, 0);
    }
    return count;
}

/* Nothing comes by itself, and time passes where somebody waits. */
static int look_fed(struct bell_loop *loop, int timeout_ms)
{
    int count = bell__poller_wait(&loop->poller, 0);
    if (count == 0 && timeout_ms > 0) {
        loop->fed->now_ns += (int64_t)timeout_ms * 1000000;
    }
    bell__loop_clock(loop);
    loop->looked_at = loop->now;
    return count;
}

static void take_events(struct bell_loop *loop, int timeout_ms)
{
    const struct bell__ready *ready = loop->poller.ready;
    int count =
        loop->fed != NULL ? look_fed(loop, timeout_ms) : look(loop, timeout_ms);
    loop->ready_count = count > 0 ? count : 0;
    for (int i = 0; i < loop->ready_count; i++) {
        if (ready[i].watch != NULL) {
            ready[i].watch->ready(ready[i].watch, ready[i].events);
        }
    }
    loop->ready_count = 0;
}

void bell__loop_pump(struct bell_loop *loop, int64_t timeout_ms)
{
    bell__owner_step(&loop->owner, 1);
    bell__loop_hold(loop);
    if (loop->due != NULL || timeout_ms > 0 || loop->earliest != INT64_MAX) {
        bell__loop_clock(loop);
    }
    loop->hurried = false;
    give_turns(loop);
    take_events(loop, loop->hurried ? 0 : wait_bound(loop, timeout_ms));
    ring_deadlines(loop);
    give_turns(loop);
    loop->held--;
    bell__loop_reap(loop);
    if (loop->due != NULL) {
        bell__loop_poke(loop);
    }
    bell__owner_step(&loop->owner, -1);
}

static void close_descriptors(struct bell_loop *loop)
{
    bell__wake_close(&loop->wake);
    bell__poller_close(&loop->poller);
}

static bell_status open_descriptors(struct bell_loop *loop, bell_error *error)
{
    int failed = bell__wake_open(&loop->wake);
    if (failed == 0) {
        failed = bell__poller_open(&loop->poller, &loop->memory);
    }
    if (failed == 0) {
        failed = bell__loop_watch(loop, &loop->wakes, loop->wake.heard,
                                  BELL__READABLE);
    }
    if (failed == 0) {
        return BELL_OK;
    }
    close_descriptors(loop);
    if (failed == ENOMEM) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a loop");
    }
    bell__error_set(error, BELL_LIMIT, BELL_ORIGIN_LOCAL,
                    "a loop's descriptors cannot be opened: %s",
                    strerror(failed));
    if (error != NULL) {
        error->code = failed;
    }
    return BELL_LIMIT;
}

bell_status bell_loop_open(const bell_allocator *allocator, bell_loop **loop,
                           bell_error *error)
{
    if (loop == NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "loop is NULL");
    }
    bell__error_clear(error);
    *loop = NULL;
    if (allocator == NULL) {
        allocator = &bell__memory_default;
    }
    struct bell_loop *made = bell__memory_take(allocator, sizeof *made);
    if (made == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a loop");
    }
    memset(made, 0, sizeof *made);
    made->memory = *allocator;
    made->wakes.ready = wakes_ready;
    made->wakes.fd = -1;
    made->poller.fd = -1;
    made->due_end = &made->due;
    made->earliest = INT64_MAX;
    bell_status status = open_descriptors(made, error);
    if (status != BELL_OK) {
        bell__memory_free(allocator, made, sizeof *made);
        return status;
    }
    bell__loop_clock(made);
    made->looked_at = made->now;
    *loop = made;
    return BELL_OK;
}

void bell_loop_close(bell_loop *loop)
{
    if (loop == NULL || !bell__owner_seize(&loop->owner)) {
        return;
    }
    if (bell__loop_held(loop)) { /* in a callback: gone when it is over */
        loop->orphan = true;
        return;
    }
    if (loop->evict != NULL) {
        loop->evict(loop->poke_context);
    }
    close_descriptors(loop);
    bell_allocator memory = loop->memory;
    bell__memory_free(&memory, loop, sizeof *loop);
}

void bell__loop_leave_off(struct bell_loop *loop)
{
    bell__loop_let_go(loop);
    if (loop->gone != NULL) {
        bell__loop_reap(loop);
        bell__loop_end(loop);
    }
}

bool bell__loop_end(struct bell_loop *loop)
{
    if (!loop->orphan || bell__loop_held(loop)) {
        return false;
    }
    bell_loop_close(loop);
    return true;
}

bell_status bell_loop_run(bell_loop *loop, int timeout_ms)
{
    if (!bell__owner_take(&loop->owner)) {
        return BELL_INVALID;
    }
    if (bell__loop_held(loop)) {
        return BELL_REENTRANT;
    }
    bell__loop_pump(loop, timeout_ms);
    bell__loop_end(loop);
    return BELL_OK;
}

bell_status bell_loop_release(bell_loop *loop)
{
    if (bell__loop_is_others(loop)) {
        return BELL_INVALID;
    }
    if (bell__loop_held(loop)) {
        return BELL_REENTRANT;
    }
    bell__owner_drop(&loop->owner);
    return BELL_OK;
}

int bell_fd(const bell_loop *loop)
{
    return loop->poller.fd;
}

int64_t bell_next_deadline_ms(bell_loop *loop)
{
    if (bell__loop_is_others(loop)) { /* nothing to do for this thread */
        return -1;
    }
    if (loop->due != NULL) {
        return 0;
    }
    if (loop->earliest == INT64_MAX) {
        return -1;
    }
    bell__loop_clock(loop);
    return loop->earliest > loop->now ? loop->earliest - loop->now : 0;
}

void bell_wake(bell_loop *loop)
{
    bell__wake_ring(loop->wake.rung);
}
