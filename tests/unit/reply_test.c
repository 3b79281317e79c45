/* reply_test.c: whose a reply is, and that nothing of it stays behind. */
#include <stdalign.h>
#include <stddef.h>

#include "client/reply.h"
#include "unit/check.h"
#include "unit/counter.h"

static void test_sync(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__reply *reply = NULL;
    bool limited = true;
    char *value = bell__reply_open(&reply, &memory, 0, 100, 500, &limited);
    CHECK(value != NULL && !limited);
    CHECK((uintptr_t)value % alignof(max_align_t) == 0);
    memset(value, 1, 100);
    char *more = bell__arena_take(bell__reply_arena(reply), 500);
    memset(more, 2, 500);
    CHECK_INT(1, counter.calls);
    CHECK(bell__reply_give(&reply) == value);
    CHECK(reply == NULL);
    memory.resize = NULL; /* the client and its allocator may be gone */
    CHECK(bell_keep(value) == value);
    bell_free(value);
    CHECK_INT(0, counter.bytes);
    bell_free(NULL);
    CHECK(bell_keep(NULL) == NULL);
}

static void test_callback(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__reply *reply = NULL;
    for (int i = 0; i < 3; i++) {
        char *value = bell__reply_open(&reply, &memory, 0, 64, 64, NULL);
        bell__arena_take(bell__reply_arena(reply), 100);
        bell_free(value); /* not lent yet, not the user's: harmless */
        const void *lent = bell__reply_lend(reply);
        CHECK(lent == value);
        bell_free(value); /* only lent: harmless */
        bell__reply_take_back(&reply);
        CHECK(reply != NULL);
        CHECK(bell_keep(lent) == NULL); /* too late */
    }
    CHECK_INT(1, counter.calls);
    bell__reply_close(&reply);
    CHECK_INT(0, counter.bytes);
    bell__reply_close(&reply);
}

static void test_keep(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__reply *reply = NULL;
    bell__reply_open(&reply, &memory, 0, 8, 0, NULL);
    void *kept = bell_keep(bell__reply_lend(reply));
    CHECK(kept != NULL);
    CHECK(bell_keep(kept) == kept);
    bell__reply_take_back(&reply);
    CHECK(reply == NULL);
    bell_free(kept);
    CHECK_INT(0, counter.bytes);

    /* Kept and freed inside the callback: the client's again. */
    bell__reply_open(&reply, &memory, 0, 8, 0, NULL);
    bell_free(bell_keep(bell__reply_lend(reply)));
    bell__reply_take_back(&reply);
    CHECK(reply != NULL);
    bell__reply_close(&reply);
    CHECK_INT(0, counter.bytes);
}

static void test_large(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__reply *reply = NULL;
    bell__reply_open(&reply, &memory, 0, 8, 0, NULL);
    for (int i = 0; i < 100; i++) {
        memset(bell__arena_take(bell__reply_arena(reply), 5000), 3, 5000);
    }
    bell__reply_lend(reply);
    bell__reply_take_back(&reply);
    char *value = bell__reply_open(&reply, &memory, 0, 100000, 0, NULL);
    memset(value, 4, 100000);
    bell__reply_lend(reply);
    bell__reply_take_back(&reply);
    CHECK(reply == NULL); /* too large to keep */
    CHECK_INT(0, counter.bytes);
}

static void test_limits(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__reply *reply = NULL;
    bool limited = false;
    CHECK(bell__reply_open(&reply, &memory, 50, 40, 0, &limited) == NULL);
    CHECK(limited && reply == NULL);
    CHECK(bell__reply_open(&reply, &memory, 0, SIZE_MAX - 4, 0, &limited) ==
          NULL);
    CHECK(limited && reply == NULL);
    CHECK(bell__reply_open(&reply, &memory, 600, 40, 9999, NULL) != NULL);
    CHECK(counter.bytes <= 600);
    CHECK(bell__arena_take(bell__reply_arena(reply), 600) == NULL);
    CHECK(bell__reply_arena(reply)->limited);
    bell__reply_close(&reply);
    counter.fail = counter.calls + 1;
    CHECK(bell__reply_open(&reply, &memory, 0, 40, 0, &limited) == NULL);
    CHECK(!limited && reply == NULL);
    CHECK_INT(0, counter.bytes);
}

int main(void)
{
    test_sync();
    test_callback();
    test_keep();
    test_large();
    test_limits();
    return check_report();
}
