/* places_test.c: which of several servers a call goes to. Time is numbers. */
#include "core/places.h"

#include "unit/check.h"

enum { REST_MS = 100 };

static struct bell__places places;

static void open_some(uint32_t count)
{
    bell__places_open(&places, count, REST_MS);
}

static int pick(struct bell__slot *slot, int64_t now)
{
    places.pick(&places, slot, now);
    return slot->place;
}

static int pick_first(int64_t now)
{
    struct bell__slot slot = {0};
    return pick(&slot, now);
}

static void each_call_takes_the_next_one(void)
{
    open_some(3);
    for (int i = 0; i < 7; i++) {
        CHECK_INT(i % 3, pick_first(0));
    }
}

static void one_that_failed_is_passed_over(void)
{
    open_some(3);
    places.heard(&places, 1, false, 0);
    CHECK_INT(0, pick_first(REST_MS - 1));
    CHECK_INT(2, pick_first(REST_MS - 1));
    CHECK_INT(0, pick_first(REST_MS - 1));
    CHECK_INT(1, pick_first(REST_MS)); /* its rest is over */
}

static void an_answer_ends_its_rest(void)
{
    open_some(2);
    places.heard(&places, 0, false, 0);
    CHECK_INT(1, pick_first(0));
    CHECK_INT(1, pick_first(0));
    places.heard(&places, 0, true, 0);
    CHECK_INT(0, pick_first(0));
}

static void where_all_rest_it_is_as_if_none_did(void)
{
    open_some(2);
    places.heard(&places, 0, false, 0);
    places.heard(&places, 1, false, 0);
    CHECK_INT(0, pick_first(0));
    CHECK_INT(1, pick_first(0));
    CHECK_INT(0, pick_first(0));
}

/* Those that rest come last; then nobody is left, and it goes on in turn. */
static void a_further_try_goes_to_one_that_has_not_had_it(void)
{
    struct bell__slot slot = {0};
    open_some(4);
    places.heard(&places, 1, false, 0);
    CHECK_INT(0, pick(&slot, 0));
    CHECK_INT(2, pick(&slot, 0));
    CHECK_INT(3, pick(&slot, 0));
    CHECK(places.are_left(&places, &slot));
    CHECK_INT(1, pick(&slot, 0));
    CHECK(!places.are_left(&places, &slot));
    CHECK_INT(2, pick(&slot, 0));
    CHECK_INT(3, pick(&slot, 0));
    CHECK_INT(0, pick(&slot, 0));
    CHECK_INT(2, pick(&slot, 0)); /* 1 rests */
    CHECK_INT(2, pick_first(0));  /* ... and the turn is the next call's */
}

static void as_many_as_there_may_be(void)
{
    struct bell__slot slot = {0};
    open_some(BELL__PLACES_MAX);
    for (int i = 0; i < BELL__PLACES_MAX; i++) {
        CHECK(places.are_left(&places, &slot));
        CHECK_INT(i, pick(&slot, 0));
    }
    CHECK(!places.are_left(&places, &slot));
    CHECK_INT(0, pick(&slot, 0));
}

static void one_is_enough(void)
{
    struct bell__slot slot = {0};
    open_some(1);
    places.heard(&places, 0, false, 0);
    CHECK_INT(0, pick(&slot, 0));
    CHECK(!places.are_left(&places, &slot));
    CHECK_INT(0, pick(&slot, 0));
}

int main(void)
{
    each_call_takes_the_next_one();
    one_that_failed_is_passed_over();
    an_answer_ends_its_rest();
    where_all_rest_it_is_as_if_none_did();
    a_further_try_goes_to_one_that_has_not_had_it();
    as_many_as_there_may_be();
    one_is_enough();
    return check_report();
}
