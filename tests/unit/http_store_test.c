/* http_store_test.c: answers that are kept: how long, how many bytes of them,
 * and what removes them. Time is numbers. */
#include "transport/http_store.h"

#include "unit/check.h"
#include "unit/counter.h"

enum { BYTES_MAX = 8000, TEXT_MAX = 64, MANY = 1000 };

static struct counter counter;
static bell_allocator memory;
static struct bell__http_store *store;

static void open_store(size_t bytes_max)
{
    memory = counter_allocator(&counter);
    CHECK_INT(BELL_OK, bell__http_store_make(&memory, bytes_max, &store));
}

static void close_store(void)
{
    bell__http_store_free(store);
    CHECK_INT(0, counter.bytes);
}

/* "TOKEN TARGET": the target is what changes. */
static struct bell__http_key key_of(const char *text)
{
    const char *target = strchr(text, ' ') + 1;
    return (struct bell__http_key){bell_str(text), bell_str(target)};
}

static void put(const char *asked, bell_string body, int64_t until)
{
    struct bell__http_key key = key_of(asked);
    bell__http_store_put(store, &key, bell_str("A: b\r\n"), body, until);
    CHECK(bell__http_store_bytes(store) <= BYTES_MAX);
}

static struct bell__http_stored *take(const char *asked, int64_t now)
{
    struct bell__http_key key = key_of(asked);
    return bell__http_store_take(store, &key, now);
}

/* NULL: there is none. */
static void check(const char *asked, const char *body, int64_t now)
{
    struct bell__http_stored *stored = take(asked, now);
    CHECK((stored != NULL) == (body != NULL));
    if (stored != NULL) {
        CHECK_BYTES(body, stored->body.text, stored->body.size);
        CHECK_BYTES("A: b\r\n", stored->head.text, stored->head.size);
        bell__http_store_give(store, stored);
    }
}

static void it_is_there_until_its_time(void)
{
    open_store(BYTES_MAX);
    check("t /a", NULL, 0);
    put("t /a", BELL_STR("one"), 10);
    check("t /a", "one", 0);
    check("t /a", "one", 9);
    check("t /a", NULL, 10);
    CHECK_INT(0, bell__http_store_bytes(store)); /* it does not come back */
    check("t /a", NULL, 0);
    close_store();
}

static void all_of_the_key_counts(void)
{
    open_store(BYTES_MAX);
    put("t /a", BELL_STR("one"), 10);
    put("u /a", BELL_STR("two"), 10);
    put("t /b", BELL_STR(""), 10);
    check("t /a", "one", 0);
    check("u /a", "two", 0);
    check("t /b", "", 0);
    check("u /b", NULL, 0);
    put("t /a", BELL_STR("three"), 10);
    check("t /a", "three", 0);
    close_store();
}

static void a_target_takes_all_tokens_with_it(void)
{
    open_store(BYTES_MAX);
    put("t /a", BELL_STR("one"), 10);
    put("u /a", BELL_STR("two"), 10);
    put("t /a?x", BELL_STR("three"), 10);
    bell__http_store_changed(store, BELL_STR("/a"));
    check("t /a", NULL, 0);
    check("u /a", NULL, 0);
    check("t /a?x", "three", 0);
    struct bell__http_key key = key_of("t /a?x");
    bell__http_store_remove(store, &key);
    check("t /a?x", NULL, 0);
    put("t /a", BELL_STR("one"), 10);
    bell__http_store_empty(store);
    check("t /a", NULL, 0);
    CHECK_INT(0, bell__http_store_bytes(store));
    close_store();
}

/* Whatever a server sends, there are no more bytes than may be. */
static void the_oldest_go_first(void)
{
    char asked[TEXT_MAX];
    char body[1000];
    memset(body, 'x', sizeof body);
    open_store(BYTES_MAX);
    for (int i = 0; i < MANY; i++) {
        snprintf(asked, sizeof asked, "t /%d", i);
        put(asked, (bell_string){body, (size_t)i % sizeof body}, 10);
        struct bell__http_stored *stored = take(asked, 0);
        CHECK(stored != NULL);
        bell__http_store_give(store, stored);
    }
    CHECK(bell__http_store_bytes(store) > BYTES_MAX / 2);
    check("t /0", NULL, 0);
    bool gone = true; /* in one piece, from the front */
    for (int i = 0; i < MANY; i++) {
        snprintf(asked, sizeof asked, "t /%d", i);
        struct bell__http_stored *stored = take(asked, 0);
        CHECK(gone || stored != NULL);
        gone = stored == NULL;
        if (stored != NULL) {
            bell__http_store_give(store, stored);
        }
    }
    CHECK(!gone);
    close_store();
}

static void a_quarter_is_the_most(void)
{
    static char body[BYTES_MAX];
    open_store(BYTES_MAX);
    put("t /a", BELL_STR("one"), 10);
    put("t /b", BELL_STR("two"), 10);
    put("t /b", (bell_string){body, BYTES_MAX / 4}, 10);
    check("t /a", "one", 0);
    check("t /b", NULL, 0); /* what it replaces is old */
    put("t /c", (bell_string){body, SIZE_MAX / 2}, 10);
    check("t /c", NULL, 0);
    close_store();
}

/* Who reads one reads on; its bytes count until then. */
static void what_is_lent_stays(void)
{
    char asked[TEXT_MAX];
    static char body[1500];
    open_store(BYTES_MAX);
    put("t /a", BELL_STR("one"), 10);
    struct bell__http_stored *first = take("t /a", 0);
    struct bell__http_stored *second = take("t /a", 0);
    bell__http_store_empty(store);
    check("t /a", NULL, 0);
    CHECK(bell__http_store_bytes(store) != 0);
    put("t /a", BELL_STR("two"), 10);
    check("t /a", "two", 0);
    bell__http_store_give(store, first);
    CHECK_BYTES("one", second->body.text, second->body.size);
    bell__http_store_give(store, second);
    bell__http_store_empty(store);
    CHECK_INT(0, bell__http_store_bytes(store));
    struct bell__http_stored *lent[8];
    int count = 0;
    for (int i = 0; i < 8; i++) { /* there is room for fewer */
        snprintf(asked, sizeof asked, "t /%d", i);
        put(asked, (bell_string){body, sizeof body}, 10);
        lent[count] = take(asked, 0);
        count += lent[count] != NULL;
    }
    CHECK(count > 2 && count < 8);
    while (count > 0) {
        bell__http_store_give(store, lent[--count]);
    }
    close_store();
}

static void where_memory_is_short_nothing_is_kept(void)
{
    open_store(BYTES_MAX);
    put("t /a", BELL_STR("one"), 10);
    counter.fail = counter.calls + 1;
    put("t /a", BELL_STR("two"), 10);
    check("t /a", NULL, 0);
    put("t /a", BELL_STR("three"), 10);
    check("t /a", "three", 0);
    close_store();
    counter.fail = counter.calls + 1;
    CHECK_INT(BELL_NO_MEMORY,
              bell__http_store_make(&memory, BYTES_MAX, &store));
    bell__http_store_free(store);
}

int main(void)
{
    it_is_there_until_its_time();
    all_of_the_key_counts();
    a_target_takes_all_tokens_with_it();
    the_oldest_go_first();
    a_quarter_is_the_most();
    what_is_lent_stays();
    where_memory_is_short_nothing_is_kept();
    return check_report();
}
