/* buf_test.c: bytes that grow at the end. */
#include "base/buf.h"
#include "unit/check.h"
#include "unit/counter.h"

static void test_limit(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__buf buf;
    bell__buf_open(&buf, &memory, 10);
    CHECK_INT(BELL_OK, bell__buf_append(&buf, "0123456789", 10));
    CHECK_INT(BELL_LIMIT, bell__buf_append(&buf, "x", 1));
    CHECK_INT(BELL_LIMIT, bell__buf_append(&buf, "x", SIZE_MAX));
    CHECK_INT(BELL_OK, bell__buf_append(&buf, NULL, 0));
    CHECK_BYTES("0123456789", buf.bytes, buf.size);
    bell__buf_close(&buf);
    CHECK_INT(0, counter.bytes);
    bell__buf_open(&buf, &memory, 0);
    CHECK_INT(BELL_LIMIT, bell__buf_reserve(&buf, SIZE_MAX / 2));
    CHECK_INT(0, counter.calls - 1);
    bell__buf_close(&buf);
}

static void test_failure(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__buf buf;
    char bytes[5000];
    memset(bytes, 'b', sizeof bytes);
    bell__buf_open(&buf, &memory, 0);
    CHECK_INT(BELL_OK, bell__buf_append(&buf, "keep", 4));
    counter.fail = counter.calls + 1;
    CHECK_INT(BELL_NO_MEMORY, bell__buf_append(&buf, bytes, sizeof bytes));
    CHECK_BYTES("keep", buf.bytes, buf.size);
    CHECK_INT(BELL_OK, bell__buf_append(&buf, bytes, sizeof bytes));
    CHECK_INT(5004, buf.size);
    bell__buf_close(&buf);
    CHECK_INT(0, counter.bytes);
}

static void test_growth(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__buf buf;
    bell__buf_open(&buf, &memory, 0);
    CHECK_INT(0, counter.calls);
    for (int i = 0; i < 100000; i++) {
        char byte = (char)i;
        bell__buf_append(&buf, &byte, 1);
    }
    CHECK_INT(100000, buf.size);
    bool same = true;
    for (size_t i = 0; i < buf.size; i++) {
        same = same && buf.bytes[i] == (char)i;
    }
    CHECK(same);
    CHECK(counter.calls < 12);
    bell__buf_close(&buf);
    CHECK_INT(0, counter.bytes);
    CHECK_INT(BELL_OK, bell__buf_append(&buf, "again", 5));
    CHECK_BYTES("again", buf.bytes, buf.size);
    bell__buf_close(&buf);
}

static void test_settle(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__buf buf;
    bell__buf_open(&buf, &memory, 10);
    bell__buf_add_text(&buf, "01234");
    bell__buf_add_string(&buf, bell_str("567"));
    CHECK_INT(BELL_OK, bell__buf_settle(&buf));
    bell__buf_add(&buf, "89x", 3);
    bell__buf_add(&buf, "8", 1); /* would fit, but follows what did not */
    CHECK_BYTES("01234567", buf.bytes, buf.size);
    CHECK_INT(BELL_LIMIT, bell__buf_settle(&buf));
    CHECK_INT(BELL_OK, bell__buf_settle(&buf));
    bell__buf_add(&buf, "89", 2);
    CHECK_INT(BELL_OK, bell__buf_settle(&buf));
    CHECK_BYTES("0123456789", buf.bytes, buf.size);
    bell__buf_add(&buf, "x", 1);
    bell__buf_close(&buf);
    counter.fail = counter.calls + 1;
    bell__buf_add(&buf, "x", 1); /* closed: nothing is remembered */
    CHECK_INT(BELL_NO_MEMORY, bell__buf_settle(&buf));
    CHECK_INT(0, counter.bytes);
}

int main(void)
{
    test_limit();
    test_failure();
    test_growth();
    test_settle();
    return check_report();
}
