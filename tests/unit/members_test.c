/* members_test.c: an object's members, one after the other. Bad texts first. */
#include "unit/check.h"
#include "json/members.h"
#include "json/skip.h"

/* What a walk found; it reads id and text, and looks at kind without reading
 * it. */
struct found {
    int64_t id;
    bell_string text;
    enum bell__json_kind kind;
    int members;
};

static const char *walk(const char *text, struct found *found)
{
    struct bell__json json;
    struct bell__members at;
    bool escaped = false;
    memset(found, 0, sizeof *found);
    bell__json_open(&json, bell_str(text), 8);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        found->members++;
        if (bell__member_is(&at, "id")) {
            bell__json_int64(&json, &found->id);
        } else if (bell__member_is(&at, "text")) {
            bell__json_raw_string(&json, &found->text, &escaped);
        } else if (bell__member_is(&at, "kind")) {
            found->kind = bell__member_kind(&at);
        }
    }
    return json.wrong != NULL ? json.wrong : "";
}

static const struct {
    const char *text;
    const char *wrong;
} bad_texts[] = {
    {"", "the text ends too early"},
    {"[]", "wanted a map"},
    {"{\"id\":\"1\"}", "wanted a number"},
    {"{\"id\":1.5,\"text\":\"a\"}", "not a 64-bit integer"},
    {"{\"text\":7}", "wanted a string"},
    {"{\"other\":nope}", "no JSON value"},
    {"{\"kind\": }", "no JSON value"},
    {"{\"other\":[1,2,{]}", "a key is missing here"},
    {"{\"other\":1 \"id\":2}", "expected , or }"},
    {"{\"id\":1", "the text ends too early"},
    {"{\"other\":[[[[[[[[1]]]]]]]]}", "nested deeper than depth_max"},
};

static void test_bad(void)
{
    for (size_t i = 0; i < sizeof bad_texts / sizeof bad_texts[0]; i++) {
        struct found found;
        CHECK_TEXT(bad_texts[i].wrong, walk(bad_texts[i].text, &found));
    }
}

static void test_walk(void)
{
    struct found found;
    CHECK_TEXT("", walk("{}", &found));
    CHECK_INT(0, found.members);
    CHECK_TEXT("", walk(" { \"a\" : {\"id\":2} , \"kind\" : [ ], \"id\":7,"
                        "\"b\": null,\"t\\u0065xt\":\"x\\n\" } ",
                        &found));
    CHECK_INT(5, found.members);
    CHECK_INT(7, found.id);
    CHECK_INT(BELL__JSON_LIST, found.kind);
    CHECK_BYTES("x\\n", found.text.text, found.text.size);
    CHECK_TEXT("", walk("{\"id\":1,\"id\":2}", &found));
    CHECK_INT(2, found.id);
}

/* From behind a value on, as a reader does that stands in the middle. */
static void test_resume(void)
{
    struct bell__json json;
    struct bell__members at;
    bell_string value;
    int64_t last = 0;
    bell__json_open(&json, bell_str("[0],\"a\":1,\"b\":2}"), 8);
    json.depth = 1;
    CHECK(bell__json_skip(&json, &value));
    for (bell__members_resume(&at, &json); bell__members_next(&at);) {
        bell__json_int64(&json, &last);
    }
    CHECK(json.wrong == NULL && bell__json_done(&json));
    CHECK_INT(2, last);
}

static void test_parts(void)
{
    bell_string one = {"none", 4};
    bell_string two = {NULL, 0};
    bell_string three = {NULL, 0};
    const struct bell__part parts[] = {
        {"one", &one}, {"two", &two}, {"three", &three}, {NULL, NULL}};
    CHECK(!bell__json_take_apart(bell_str("7"), parts));
    CHECK(!bell__json_take_apart(bell_str("{\"two\":1"), parts));
    CHECK(!bell__json_take_apart(bell_str("{\"two\":1} x"), parts));
    CHECK(bell__json_take_apart(
        bell_str("{\"two\": {\"one\":1} ,\"four\":4,\"three\":\"x\"}"), parts));
    CHECK_BYTES("none", one.text, one.size);
    CHECK_BYTES("{\"one\":1}", two.text, two.size);
    CHECK_BYTES("\"x\"", three.text, three.size);
}

int main(void)
{
    test_bad();
    test_walk();
    test_resume();
    test_parts();
    return check_report();
}
