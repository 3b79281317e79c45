/* loop_test.c: turns, deadlines, wakes, descriptors that go while they are
 * ready, and who holds the loop. */
#include "loop/loop.h"

#include <pthread.h>
#include <signal.h>

#include "unit/counter.h"
#include "unit/peer.h"

enum { LONG_MS = 20000, SHORT_MS = 30 };

struct visitor {
    struct bell__guest guest; /* first */
    bell_loop *loop;
    int turns;
    int freed;
    struct visitor *evicts; /* leaves in our turn */
    bool again;             /* is due again in its own turn */
};

static void visit(struct bell__guest *guest)
{
    struct visitor *visitor = (struct visitor *)(void *)guest;
    visitor->turns++;
    bell__loop_remind(visitor->loop, guest, INT64_MAX);
    if (visitor->evicts != NULL) {
        bell__loop_leave(visitor->loop, &visitor->evicts->guest);
        visitor->evicts = NULL;
    }
    if (visitor->again) {
        bell__loop_due(visitor->loop, guest);
    }
}

static void leave(struct bell__guest *guest)
{
    ((struct visitor *)(void *)guest)->freed++;
}

static void join(struct visitor *visitor, bell_loop *loop)
{
    memset(visitor, 0, sizeof *visitor);
    visitor->loop = loop;
    visitor->guest.turn = visit;
    visitor->guest.free = leave;
    bell__loop_join(loop, &visitor->guest);
}

static bell_loop *open_loop(void)
{
    bell_loop *loop = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    return loop;
}

static void test_turns(void)
{
    bell_loop *loop = open_loop();
    struct visitor first;
    struct visitor second;
    join(&first, loop);
    join(&second, loop);
    CHECK_INT(-1, bell_next_deadline_ms(loop));
    bell__loop_due(loop, &first.guest);
    bell__loop_due(loop, &first.guest);
    CHECK_INT(0, bell_next_deadline_ms(loop));
    CHECK_INT(BELL_OK, bell_loop_run(loop, 0));
    CHECK_INT(1, first.turns);
    CHECK_INT(0, second.turns);

    /* Who is always due has one turn in each half of a round, no more. */
    first.again = true;
    bell__loop_due(loop, &first.guest);
    CHECK_INT(BELL_OK, bell_loop_run(loop, LONG_MS));
    CHECK_INT(3, first.turns);
    first.again = false;

    /* Who leaves in another's turn has none, and is freed behind it. */
    second.evicts = &first;
    bell__loop_due(loop, &second.guest);
    bell__loop_due(loop, &first.guest);
    int before = first.turns;
    CHECK_INT(BELL_OK, bell_loop_run(loop, 0));
    CHECK(first.turns <= before + 1);
    CHECK_INT(1, first.freed);
    bell__loop_leave(loop, &second.guest);
    CHECK_INT(1, second.freed);
    bell_loop_close(loop);
    bell_loop_close(NULL);
}

/* The last of a round goes before its turn, while another is due again: the
 * round ends all the same. */
static void test_the_last_one_leaves(void)
{
    bell_loop *loop = open_loop();
    struct visitor first;
    struct visitor second;
    struct visitor last;
    join(&first, loop);
    join(&second, loop);
    join(&last, loop);
    first.again = true;
    second.evicts = &last;
    bell__loop_due(loop, &first.guest);
    bell__loop_due(loop, &second.guest);
    bell__loop_due(loop, &last.guest);
    bell__loop_pump(loop, 0);
    CHECK(first.turns <= 2); /* one round has two places for turns */
    CHECK_INT(1, second.turns);
    CHECK_INT(0, last.turns);
    CHECK_INT(1, last.freed);
    first.again = false;
    bell__loop_leave(loop, &first.guest);
    bell__loop_leave(loop, &second.guest);
    bell_loop_close(loop);
}

static void test_deadlines(void)
{
    bell_loop *loop = open_loop();
    struct visitor first;
    struct visitor second;
    join(&first, loop);
    join(&second, loop);
    bell__loop_clock(loop);
    int64_t from = loop->now;
    bell__loop_remind(loop, &first.guest, from + SHORT_MS);
    bell__loop_remind(loop, &second.guest, from + LONG_MS);
    int64_t left = bell_next_deadline_ms(loop);
    CHECK(left >= 0 && left <= SHORT_MS);
    CHECK_INT(BELL_OK, bell_loop_run(loop, -1));
    CHECK_INT(1, first.turns);
    CHECK_INT(0, second.turns);
    CHECK(loop->now >= from + SHORT_MS);
    left = bell_next_deadline_ms(loop);
    CHECK(left > SHORT_MS && left <= LONG_MS);
    bell__loop_leave(loop, &first.guest);
    bell__loop_leave(loop, &second.guest);
    bell_loop_close(loop);
}

/* ---- Wakes --------------------------------------------------------------- */

static void *wake_it(void *loop)
{
    bell_wake(loop);
    return NULL;
}

static bell_loop *signalled;

static void on_signal(int number)
{
    (void)number;
    bell_wake(signalled);
}

/* Without the wake these would wait for twenty seconds and find no guest. */
static void test_wakes(void)
{
    bell_loop *loop = open_loop();
    pthread_t thread;
    bell__loop_clock(loop);
    int64_t from = loop->now;
    CHECK(pthread_create(&thread, NULL, wake_it, loop) == 0);
    CHECK_INT(BELL_OK, bell_loop_run(loop, LONG_MS));
    pthread_join(thread, NULL);
    signalled = loop;
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    CHECK_INT(BELL_OK, bell_loop_run(loop, LONG_MS));
    CHECK(loop->now - from < LONG_MS);
    bell_wake(loop);
    bell_wake(loop);
    CHECK_INT(BELL_OK, bell_loop_run(loop, 0));
    struct pollfd quiet = {bell_fd(loop), POLLIN, 0};
    CHECK_INT(0, poll(&quiet, 1, 0));
    bell_loop_close(loop);
}

/* ---- Watches ------------------------------------------------------------- */

struct pair {
    struct bell__watch watch; /* first */
    bell_loop *loop;
    struct pair *other;
    int rung;
};

static void ring(struct bell__watch *watch, uint32_t events)
{
    struct pair *pair = (struct pair *)(void *)watch;
    (void)events;
    pair->rung++;
    bell__loop_unwatch(pair->loop, &pair->other->watch);
}

/* Both are ready in one round; the first takes the other out. */
static void test_unwatch_what_is_ready(void)
{
    bell_loop *loop = open_loop();
    struct pair pairs[2];
    int ends[2][2];
    for (int i = 0; i < 2; i++) {
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]) == 0);
        CHECK(send(ends[i][1], "x", 1, 0) == 1);
        memset(&pairs[i], 0, sizeof pairs[i]);
        pairs[i].loop = loop;
        pairs[i].other = &pairs[1 - i];
        pairs[i].watch.ready = ring;
        CHECK_INT(0, bell__loop_watch(loop, &pairs[i].watch, ends[i][0],
                                      BELL__READABLE));
    }
    CHECK_INT(BELL_OK, bell_loop_run(loop, 0));
    CHECK_INT(1, pairs[0].rung + pairs[1].rung);
    CHECK(bell__loop_watch(loop, &pairs[0].watch, -1, BELL__READABLE) == EBADF);
    for (int i = 0; i < 2; i++) {
        bell__loop_unwatch(loop, &pairs[i].watch);
        close(ends[i][0]);
        close(ends[i][1]);
    }
    bell_loop_close(loop);
}

struct bell {
    struct bell__watch watch; /* first */
    int rung;
};

static void count_ring(struct bell__watch *watch, uint32_t events)
{
    (void)events;
    ((struct bell *)(void *)watch)->rung++;
}

/* More are ready at all times than one round looks at: none is forgotten. */
static void test_none_is_starved(void)
{
    enum { COUNT = 2 * BELL__READY_MAX };
    static struct bell bells[COUNT];
    bell_loop *loop = open_loop();
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    for (int i = 0; i < COUNT; i++) {
        bells[i].watch.ready = count_ring;
        CHECK_INT(0, bell__loop_watch(loop, &bells[i].watch, dup(ends[0]),
                                      BELL__WRITABLE));
    }
    for (int round = 0; round < 4; round++) {
        CHECK_INT(BELL_OK, bell_loop_run(loop, 0));
    }
    for (int i = 0; i < COUNT; i++) {
        int fd = bells[i].watch.fd;
        CHECK(bells[i].rung > 0);
        bell__loop_unwatch(loop, &bells[i].watch);
        close(fd);
    }
    close(ends[0]);
    close(ends[1]);
    bell_loop_close(loop);
}

static void test_no_memory(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    bell_loop *loop = NULL;
    bell_error error;
    counter.fail = 1;
    CHECK_INT(BELL_NO_MEMORY, bell_loop_open(&memory, &loop, &error));
    CHECK(loop == NULL);
    CHECK_INT(BELL_OK, bell_loop_open(&memory, &loop, &error));
    bell_loop_close(loop);
    CHECK_INT(0, counter.bytes);
}

/* ---- Who holds the loop ---------------------------------------------------
 */

static int pokes;

static void count_pokes(void *context)
{
    (void)context;
    pokes++;
}

/* Who is at work finds everything as it was, and who drives the loop hears of
 * it when that is over. */
static void test_holding(void)
{
    bell_loop *loop = open_loop();
    struct visitor stays;
    struct visitor goes;
    join(&stays, loop);
    join(&goes, loop);
    loop->poke = count_pokes;
    pokes = 0;
    bell__loop_hold(loop);
    bell__loop_hold(loop);
    CHECK_INT(BELL_REENTRANT, bell_loop_run(loop, 0));
    bell__loop_due(loop, &stays.guest);
    bell__loop_leave(loop, &goes.guest);
    loop->orphan = true;
    CHECK(!bell__loop_end(loop));
    bell__loop_let_go(loop);
    CHECK(bell__loop_held(loop));
    CHECK_INT(0, pokes);
    CHECK_INT(0, goes.freed);
    bell__loop_let_go(loop);
    CHECK(!bell__loop_held(loop));
    CHECK_INT(1, pokes);
    bell__loop_reap(loop);
    CHECK_INT(1, goes.freed);
    loop->orphan = false;
    CHECK_INT(BELL_OK, bell_loop_run(loop, 0));
    CHECK_INT(1, stays.turns);
    bell__loop_leave(loop, &stays.guest);
    bell_loop_close(loop);
}

static void hurry(struct bell__guest *guest)
{
    bell__loop_hurry(((struct visitor *)(void *)guest)->loop);
}

/* Time of its own passes where a round waits. */
static void test_hurry(void)
{
    bell_loop *loop = open_loop();
    struct bell__fed_clock clock = {0};
    struct visitor visitor;
    join(&visitor, loop);
    bell__loop_feed(loop, &clock);
    visitor.guest.turn = hurry;
    bell__loop_due(loop, &visitor.guest);
    bell__loop_pump(loop, SHORT_MS);
    CHECK_INT(0, clock.now_ns);
    bell__loop_pump(loop, SHORT_MS);
    CHECK_INT(SHORT_MS * INT64_C(1000000), clock.now_ns);
    bell__loop_leave(loop, &visitor.guest);
    bell_loop_close(loop);
}

int main(void)
{
    test_turns();
    test_the_last_one_leaves();
    test_deadlines();
    test_wakes();
    test_unwatch_what_is_ready();
    test_none_is_starved();
    test_no_memory();
    test_holding();
    test_hurry();
    return check_report();
}
