/* inbox_test.c: what is kept of pushes, by which policy, within which bounds,
 * and what is counted of the rest. */
#include "core/inbox.h"

#include "base/memory.h"
#include "unit/check.h"

static const struct {
    const char *name;
    struct bell__inbox_options options;
    const char *put; /* items, parted by blanks */
    const char *kept;
    uint64_t dropped;
} cases[] = {
    {"nothing", {BELL__INBOX_ALL, 3, 100}, "", "", 0},
    {"the latest", {BELL__INBOX_LATEST, 3, 100}, "a b c", "c", 2},
    {"the newest two", {BELL__INBOX_RING, 2, 100}, "a b c d", "c d", 2},
    {"the first two", {BELL__INBOX_ALL, 2, 100}, "a b c d", "a b", 2},
    {"as many as fit", {BELL__INBOX_RING, 9, 5}, "aa bb cc", "bb cc", 1},
    {"one that fills all", {BELL__INBOX_RING, 9, 5}, "aa bb ccccc", "ccccc", 2},
    {"one too large", {BELL__INBOX_RING, 9, 5}, "aa cccccc bb", "aa bb", 1},
    {"all that fits", {BELL__INBOX_ALL, 9, 5}, "aa bbbb ccc d", "aa ccc", 2},
    {"the latest, too large", {BELL__INBOX_LATEST, 1, 3}, "a bbbb", "", 2},
    {"a ring that grows",
     {BELL__INBOX_RING, 9, 100},
     "a b c d e f g h i j k",
     "c d e f g h i j k",
     2},
};

static void put_all(struct bell__inbox *inbox, const char *items)
{
    while (*items != '\0') {
        size_t size = strcspn(items, " ");
        bell__inbox_put(inbox, (bell_string){items, size});
        items += size + (items[size] == ' ');
    }
}

static void keeps_by_policy(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__inbox inbox;
        char kept[256];
        int failed = check_failed;
        bell__inbox_open(&inbox, &bell__memory_default, &cases[i].options);
        for (int round = 0; round < 3; round++) { /* the ring turns */
            put_all(&inbox, cases[i].put);
            kept[0] = '\0';
            bell_string item;
            char *at = kept;
            while (bell__inbox_take(&inbox, &item)) {
                at += snprintf(at, 32, "%s%.*s", at == kept ? "" : " ",
                               (int)item.size, item.text);
            }
            CHECK_TEXT(cases[i].kept, kept);
            CHECK_INT(0, inbox.counts.waiting);
            CHECK_INT(0, inbox.counts.waiting_bytes);
        }
        CHECK_INT(3 * cases[i].dropped, inbox.counts.dropped);
        bell__inbox_close(&inbox);
        if (check_failed != failed) {
            fprintf(stderr, "  in: %s\n", cases[i].name);
        }
    }
}

/* What is lent stays as it is while others come. */
static void lends_until_the_next(void)
{
    struct bell__inbox inbox;
    bell_string item;
    struct bell__inbox_options options = {BELL__INBOX_LATEST, 1, 100};
    bell__inbox_open(&inbox, &bell__memory_default, &options);
    put_all(&inbox, "first");
    CHECK(bell__inbox_take(&inbox, &item));
    put_all(&inbox, "second third");
    CHECK_BYTES("first", item.text, item.size);
    CHECK(bell__inbox_take(&inbox, &item));
    CHECK_BYTES("third", item.text, item.size);
    CHECK(!bell__inbox_take(&inbox, &item));
    bell__inbox_close(&inbox);
}

static int left = -1; /* allocations that succeed; -1: all */
static size_t held;   /* bytes */

static void *resize(void *context, void *pointer, size_t old, size_t size)
{
    (void)context;
    if (size != 0 && left == 0) {
        return NULL;
    }
    left -= left > 0 && size != 0;
    held += size;
    held -= old;
    return bell__memory_default.resize(bell__memory_default.context, pointer,
                                       old, size);
}

static void counts_what_has_no_memory(void)
{
    static const bell_allocator memory = {resize, NULL};
    struct bell__inbox inbox;
    struct bell__inbox_options options = {BELL__INBOX_ALL, 100, 1000};
    for (int good = 0; good < 12; good++) {
        bell__inbox_open(&inbox, &memory, &options);
        left = good;
        put_all(&inbox, "a b c d e f g h");
        left = -1;
        CHECK_INT(8, inbox.counts.came);
        CHECK_INT(8, inbox.counts.dropped + inbox.counts.waiting);
        CHECK(good < 10 ? inbox.counts.dropped > 0 : inbox.counts.dropped == 0);
        bell__inbox_close(&inbox);
    }
}

/* Large items that pass through many places leave no large places. */
static void holds_what_waits(void)
{
    enum { ITEMS = 64, LARGE = 256 * 1024 };
    static const bell_allocator memory = {resize, NULL};
    static char large[LARGE];
    struct bell__inbox inbox;
    bell_string item;
    struct bell__inbox_options options = {BELL__INBOX_RING, ITEMS, LARGE};
    held = 0;
    bell__inbox_open(&inbox, &memory, &options);
    for (int i = 0; i < 4 * ITEMS; i++) {
        size_t size = i < ITEMS ? 1 : sizeof large;
        bell__inbox_put(&inbox, (bell_string){large, size});
        if (i % 3 == 0) {
            CHECK(bell__inbox_take(&inbox, &item));
        }
        CHECK(held < 4 * (size_t)LARGE);
    }
    bell__inbox_close(&inbox);
    CHECK_INT(0, held);
}

int main(void)
{
    holds_what_waits();
    keeps_by_policy();
    lends_until_the_next();
    counts_what_has_no_memory();
    return check_report();
}
