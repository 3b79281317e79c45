/* str_test.c: texts that are the same, begin the same or end the same. */
#include "base/str.h"
#include "unit/check.h"

static const bell_string none = {NULL, 0};
static const bell_string zero_byte = {"a\0b", 3};

static void test_equal(void)
{
    CHECK(bell__str_equal(BELL_STR("abc"), BELL_STR("abc")));
    CHECK(!bell__str_equal(BELL_STR("abc"), BELL_STR("abd")));
    CHECK(!bell__str_equal(BELL_STR("abc"), BELL_STR("ab")));
    CHECK(!bell__str_equal(BELL_STR("ab"), BELL_STR("abc")));
    CHECK(!bell__str_equal(BELL_STR("abc"), BELL_STR("ABC")));
    CHECK(bell__str_equal(none, none));
    CHECK(bell__str_equal(none, BELL_STR("")));
    CHECK(!bell__str_equal(none, BELL_STR("a")));
    CHECK(!bell__str_equal(zero_byte, BELL_STR("a")));
    CHECK(!bell__str_equal(zero_byte, (bell_string){"a\0c", 3}));
}

/* No byte behind the text counts. */
static void test_is(void)
{
    bell_string part = {"abcdef", 3};
    CHECK(bell__str_is(part, "abc"));
    CHECK(!bell__str_is(part, "ab"));
    CHECK(!bell__str_is(part, "abcd"));
    CHECK(!bell__str_is(part, "abcdef"));
    CHECK(bell__str_is(none, ""));
    CHECK(bell__str_is(none, NULL));
    CHECK(!bell__str_is(zero_byte, "a"));
}

static void test_starts(void)
{
    CHECK(bell__str_starts(BELL_STR("x-sql"), BELL_STR("x-")));
    CHECK(bell__str_starts(BELL_STR("x-"), BELL_STR("x-")));
    CHECK(bell__str_starts(BELL_STR("x-"), BELL_STR("")));
    CHECK(bell__str_starts(BELL_STR("x-"), none));
    CHECK(bell__str_starts(none, none));
    CHECK(!bell__str_starts(BELL_STR("x"), BELL_STR("x-")));
    CHECK(!bell__str_starts(BELL_STR("ax-"), BELL_STR("x-")));
    CHECK(!bell__str_starts(none, BELL_STR("x-")));
}

static void test_ends(void)
{
    CHECK(bell__str_ends(BELL_STR("a.json"), BELL_STR(".json")));
    CHECK(bell__str_ends(BELL_STR(".json"), BELL_STR(".json")));
    CHECK(bell__str_ends(BELL_STR("a"), BELL_STR("")));
    CHECK(bell__str_ends(none, none));
    CHECK(!bell__str_ends(BELL_STR("json"), BELL_STR(".json")));
    CHECK(!bell__str_ends(BELL_STR("a.jsonx"), BELL_STR(".json")));
    CHECK(!bell__str_ends(none, BELL_STR(".json")));
    CHECK(!bell__str_ends((bell_string){"a.json", 5}, BELL_STR(".json")));
}

int main(void)
{
    test_equal();
    test_is();
    test_starts();
    test_ends();
    return check_report();
}
