/* loop.c: one epoll set, one eventfd, guests that get their turn. It knows no
 * sockets and no calls. */
#include "loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

enum { BATCH_MAX = 64 };

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
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        return errno;
    }
    watch->fd = fd;
    watch->events = events;
    return 0;
}

void bell__loop_change(struct bell_loop *loop, struct bell__watch *watch,
                       uint32_t events)
{
    if (watch->fd < 0 || watch->events == events) {
        return;
    }
    struct epoll_event event = {.events = events, .data.ptr = watch};
    epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
    watch->events = events;
}

void bell__loop_unwatch(struct bell_loop *loop, struct bell__watch *watch)
{
    if (watch->fd < 0) {
        return;
    }
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    watch->fd = -1;
    /* What the set told of it in this round must not reach it any more. */
    for (int i = 0; i < loop->batch_count; i++) {
        if (loop->batch[i].data.ptr == watch) {
            loop->batch[i].data.ptr = NULL;
        }
    }
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

static void wake_ready(struct bell__watch *watch, uint32_t events)
{
    (void)events;
    struct bell_loop *loop =
        (struct bell_loop *)(void *)((char *)watch -
                                     offsetof(struct bell_loop, wake));
    uint64_t count;
    ssize_t got = read(watch->fd, &count, sizeof count);
    (void)got; /* nothing to read: somebody else's turn emptied it */
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
    while (*link != NULL && *link != guest) {
        link = &(*link)->next_due;
    }
    if (*link == NULL) {
        return;
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

/* Guests whose time has come are due. `earliest` may be a time that no guest
 * waits for any more: then this only finds the next one. */
static void ring_deadlines(struct bell_loop *loop)
{
    if (loop->now < loop->earliest) {
        return;
    }
    int64_t earliest = INT64_MAX;
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
    struct bell__guest **end = loop->due_end;
    while (loop->due != NULL) {
        struct bell__guest *guest = loop->due;
        bool last = end == &guest->next_due;
        loop->due = guest->next_due;
        if (loop->due == NULL) {
            loop->due_end = &loop->due;
        }
        guest->due = false;
        guest->turn(guest);
        if (last) {
            return;
        }
    }
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

static void take_events(struct bell_loop *loop, int timeout_ms)
{
    struct epoll_event batch[BATCH_MAX];
    bool fed = loop->fed != NULL;
    int count = epoll_wait(loop->epoll, batch, BATCH_MAX, fed ? 0 : timeout_ms);
    if (fed && count == 0 && timeout_ms > 0) {
        loop->fed->now_ns += (int64_t)timeout_ms * 1000000;
    }
    bell__loop_clock(loop);
    loop->looked_at = loop->now;
    loop->batch = batch;
    loop->batch_count = count > 0 ? count : 0;
    for (int i = 0; i < loop->batch_count; i++) {
        struct bell__watch *watch = batch[i].data.ptr;
        if (watch != NULL) {
            watch->ready(watch, batch[i].events);
        }
    }
    loop->batch = NULL;
    loop->batch_count = 0;
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

static bell_status open_descriptors(struct bell_loop *loop, bell_error *error)
{
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int failed = loop->epoll < 0 || wake < 0 ? errno : 0;
    if (failed == 0) {
        failed = bell__loop_watch(loop, &loop->wake, wake, EPOLLIN);
    }
    if (failed == 0) {
        return BELL_OK;
    }
    if (wake >= 0) {
        close(wake);
    }
    if (loop->epoll >= 0) {
        close(loop->epoll);
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
    made->wake.ready = wake_ready;
    made->wake.fd = -1;
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
    close(loop->wake.fd);
    close(loop->epoll);
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
    return loop->epoll;
}

int64_t bell_next_deadline_ms(bell_loop *loop)
{
    if (bell__loop_is_others(loop) || loop->due != NULL) {
        return 0;
    }
    if (loop->earliest == INT64_MAX) {
        return -1;
    }
    bell__loop_clock(loop);
    return loop->earliest > loop->now ? loop->earliest - loop->now : 0;
}

/* write() is async-signal-safe; a signal handler's caller keeps its errno. */
void bell_wake(bell_loop *loop)
{
    int kept = errno;
    uint64_t one = 1;
    ssize_t put = write(loop->wake.fd, &one, sizeof one);
    (void)put; /* full: it rings already */
    errno = kept;
}
