/* arena_test.c: memory that is given piece by piece and freed at once. */
#include <stdalign.h>
#include <stddef.h>

#include "base/arena.h"
#include "unit/check.h"
#include "unit/counter.h"

static void test_limit(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__arena arena;
    bell__arena_open(&arena, &memory, 3000);
    CHECK(bell__arena_take(&arena, 5000) == NULL && arena.limited);
    CHECK(bell__arena_take(&arena, SIZE_MAX) == NULL && arena.limited);
    CHECK(bell__arena_bytes(&arena, SIZE_MAX - 8) == NULL);
    CHECK_INT(0, counter.bytes);
    size_t pieces = 0;
    while (bell__arena_take(&arena, 100) != NULL) {
        pieces++;
    }
    CHECK(arena.limited && pieces > 15 && pieces <= 30);
    CHECK(counter.bytes <= 3000);
    bell__arena_close(&arena);
    CHECK_INT(0, counter.bytes);
}

static void test_failure(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__arena arena;
    counter.fail = 1;
    bell__arena_open(&arena, &memory, 0);
    CHECK(bell__arena_take(&arena, 10) == NULL && !arena.limited);
    CHECK(bell__arena_take(&arena, 10) != NULL); /* the next one works */
    counter.fail = 3;
    CHECK(bell__arena_copy(&arena, (bell_string){"x", 100000}).text == NULL);
    CHECK(!arena.limited);
    bell__arena_close(&arena);
    CHECK_INT(0, counter.bytes);
}

/* What was taken before a mark stays, and the room behind it is used again. */
static void test_rewind(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__arena arena;
    bell__arena_open(&arena, &memory, 0);
    struct bell__arena_mark empty = bell__arena_mark(&arena);
    char *first = bell__arena_bytes(&arena, 100);
    memset(first, 1, 100);
    struct bell__arena_mark mark = bell__arena_mark(&arena);
    size_t bytes = counter.bytes;
    for (int turn = 0; turn < 3; turn++) {
        char *next = bell__arena_bytes(&arena, 10);
        CHECK(next == first + 100);
        for (int i = 0; i < 100; i++) {
            CHECK(bell__arena_take(&arena, 1000) != NULL);
        }
        CHECK(counter.bytes > bytes + 100 * 1000);
        bell__arena_rewind(&arena, mark);
        CHECK_INT(bytes, counter.bytes);
        CHECK_INT(bytes, arena.taken);
        CHECK(first[0] == 1 && first[99] == 1);
    }
    bell__arena_rewind(&arena, empty);
    CHECK_INT(0, counter.bytes);
    CHECK(bell__arena_bytes(&arena, 1) != NULL);
    bell__arena_close(&arena);
    CHECK_INT(0, counter.bytes);
}

static void test_pieces(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__arena arena;
    char *pieces[200];
    bell__arena_open(&arena, &memory, 0);
    CHECK_INT(0, counter.calls);
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = i % 3 == 0 ? bell__arena_bytes(&arena, i)
                               : bell__arena_take(&arena, i);
        CHECK(pieces[i] != NULL);
        CHECK(i % 3 == 0 || (uintptr_t)pieces[i] % alignof(max_align_t) == 0);
        memset(pieces[i], (int)i, i);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t at = 0; at < i; at++) {
            CHECK(pieces[i][at] == (char)i);
        }
    }
    CHECK(counter.calls < 10);
    bell_string copy = bell__arena_copy(&arena, BELL_STR("bell"));
    CHECK_TEXT("bell", copy.text);
    copy = bell__arena_copy(&arena, (bell_string){NULL, 0});
    CHECK(copy.text != NULL && copy.text[0] == '\0' && copy.size == 0);
    bell__arena_close(&arena);
    CHECK_INT(0, counter.bytes);
}

static void test_reset(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__arena arena;
    bell__arena_open(&arena, &memory, 0);
    bell__arena_reset(&arena);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            memset(bell__arena_take(&arena, 500), round, 500);
        }
        bell__arena_reset(&arena);
        CHECK(counter.bytes == arena.taken);
    }
    size_t calls = counter.calls;
    memset(bell__arena_take(&arena, 500), 1, 500);
    CHECK_INT(calls, counter.calls);
    bell__arena_close(&arena);
    CHECK_INT(0, counter.bytes);
    CHECK(bell__arena_take(&arena, 0) != NULL); /* open for use again */
    bell__arena_close(&arena);
    CHECK_INT(0, counter.bytes);
}

int main(void)
{
    test_limit();
    test_failure();
    test_pieces();
    test_rewind();
    test_reset();
    return check_report();
}
