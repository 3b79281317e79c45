/* json_read_test.c: the pull reader. Bad texts first. */
#include <stdlib.h>

#include "base/memory.h"
#include "unit/check.h"
#include "json/read.h"

/* The text in a block of its own size: reading beyond its end is seen by
 * ASan. */
static char *tight(const char *text, size_t size)
{
    char *copy = malloc(size != 0 ? size : 1);
    memcpy(copy, text, size);
    return copy;
}

/* Skips the text; NULL where it is valid, else what is wrong, and where. */
static const char *wrong_of(const char *text, size_t size, size_t *offset)
{
    char *copy = tight(text, size);
    struct bell__json json;
    bell_string string = {copy, size};
    bell__json_open(&json, string, 8);
    bool good = bell__json_skip(&json, NULL);
    if (good && !bell__json_done(&json)) {
        bell__json_fail(&json, "more");
    }
    *offset = (size_t)(json.at - json.start);
    const char *wrong = json.wrong;
    CHECK(good || wrong != NULL);
    free(copy);
    return wrong;
}

struct bad_text {
    const char *text;
    size_t offset;
    const char *wrong;
};

static const struct bad_text bad_texts[] = {
    {"", 0, "the text ends too early"},
    {"  ", 2, "the text ends too early"},
    {"nul", 0, "no JSON value"},
    {"tru", 0, "no JSON value"},
    {"+1", 0, "no JSON value"},
    {".5", 0, "no JSON value"},
    {"NaN", 0, "no JSON value"},
    {"'a'", 0, "no JSON value"},
    {"-", 1, "a number has no digit"},
    {"01", 1, "a number begins with 0"},
    {"-01", 2, "a number begins with 0"},
    {"1.", 2, "no digit behind the point"},
    {"1.e2", 2, "no digit behind the point"},
    {"1e", 2, "a number's exponent has no digit"},
    {"1e+", 3, "a number's exponent has no digit"},
    {"\"a", 2, "string is not closed"},
    {"\"a\\", 3, "string is not closed"},
    {"\"a\\x\"", 3, "unknown escape"},
    {"\"\\u12g4\"", 2, "\\u needs four hex digits"},
    {"\"\\u12", 2, "\\u needs four hex digits"},
    {"\"a\nb\"", 2, "control character in string"},
    {"\"\x80\"", 1, "string is not UTF-8"},
    {"\"\xC0\xAF\"", 1, "string is not UTF-8"},
    {"\"\xED\xA0\x80\"", 1, "string is not UTF-8"},
    {"\"\xF4\x90\x80\x80\"", 1, "string is not UTF-8"},
    {"\"\xF0\x8F\xBF\xBF\"", 1, "string is not UTF-8"},
    {"\"\xE2\x82", 1, "string is not UTF-8"},
    {"[1", 2, "expected , or ]"},
    {"[1 2]", 3, "expected , or ]"},
    {"[1}", 2, "expected , or ]"},
    {"[1,]", 3, "no JSON value"},
    {"[,1]", 1, "no JSON value"},
    {"{\"a\":1", 6, "expected , or }"},
    {"{\"a\" 1}", 5, "a colon is missing after the key"},
    {"{\"a\":}", 5, "no JSON value"},
    {"{\"a\":1,}", 7, "a key is missing here"},
    {"{a:1}", 1, "a key is missing here"},
    {"{1:1}", 1, "a key is missing here"},
    {"[[[[[[[[[1]]]]]]]]]", 8, "nested deeper than depth_max"},
    {"1 1", 2, "more"},
    {"{}}", 2, "more"},
};

static void test_bad_texts(void)
{
    for (size_t i = 0; i < sizeof bad_texts / sizeof bad_texts[0]; i++) {
        const struct bad_text *bad = &bad_texts[i];
        size_t offset;
        const char *wrong = wrong_of(bad->text, strlen(bad->text), &offset);
        CHECK_TEXT(bad->wrong, wrong != NULL ? wrong : "(nothing)");
        CHECK_INT(bad->offset, offset);
    }
    size_t offset;
    CHECK(wrong_of("\"\0\"", 3, &offset) != NULL);
    CHECK(wrong_of("\"\\\0\"", 4, &offset) != NULL);
}

static void test_good_texts(void)
{
    static const char *const texts[] = {
        "null",
        " true ",
        "false",
        "0",
        "-0",
        "-0.5e-7",
        "1E+2",
        "\"\"",
        "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x94\x94\"",
        "\"\\ud800\"",
        "\"\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "[]",
        "{}",
        " [ ] ",
        "[[[[[[[[1]]]]]]]]",
        "{\"a\":{\"b\":[{},[],{\"c\":null}]},\"d\":1}",
        "[1 , 2\n,\t3\r]",
        "{ \"a\" : 1 , \"b\" : [ ] }",
        "\"\x7F\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t offset;
        const char *wrong = wrong_of(texts[i], strlen(texts[i]), &offset);
        CHECK_TEXT("", wrong != NULL ? wrong : "");
    }
}

/* Every prefix of a text ends without a read behind it. */
static void test_prefixes(void)
{
    const char *text = "{\"key\\u00e9\":[1.5e3,true,\"\xE2\x82\xAC and a text "
                       "that is longer than sixteen\",null],\"b\":{\"c\":-1}}";
    size_t offset;
    for (size_t size = 0; size < strlen(text); size++) {
        CHECK(wrong_of(text, size, &offset) != NULL);
    }
    CHECK(wrong_of(text, strlen(text), &offset) == NULL);
}

static void test_pull(void)
{
    struct bell__json json;
    bell_string key, raw;
    bool escaped, flag = false;
    int64_t number = 0;
    bell__json_open(&json,
                    BELL_STR(" { \"id\" : 7 , \"k\\u0065y\":[true, null],"
                             "\"raw\": {\"x\": [1]} } "),
                    8);
    CHECK(bell__json_peek(&json) == BELL__JSON_MAP);
    CHECK(bell__json_enter_map(&json));
    CHECK(bell__json_next_key(&json, &key, &escaped));
    CHECK_BYTES("id", key.text, key.size);
    CHECK(!escaped);
    CHECK(bell__json_int64(&json, &number));
    CHECK_INT(7, number);
    CHECK(bell__json_next_key(&json, &key, &escaped));
    CHECK(escaped);
    char name[16];
    CHECK_INT(3, bell__json_unescape(key, name));
    CHECK_TEXT("key", name);
    CHECK(bell__json_enter_list(&json));
    CHECK(bell__json_next_item(&json));
    CHECK(bell__json_bool(&json, &flag) && flag);
    CHECK(bell__json_next_item(&json));
    CHECK(bell__json_null(&json));
    CHECK(!bell__json_next_item(&json));
    CHECK(bell__json_next_key(&json, &key, &escaped));
    CHECK(bell__json_skip(&json, &raw));
    CHECK_BYTES("{\"x\": [1]}", raw.text, raw.size);
    CHECK(!bell__json_next_key(&json, &key, &escaped));
    CHECK(json.wrong == NULL);
    CHECK(bell__json_done(&json));
}

static void test_pull_empty(void)
{
    struct bell__json json;
    bell_string key;
    bool escaped;
    bell__json_open(&json, BELL_STR("[{ },[ ]]"), 8);
    CHECK(bell__json_enter_list(&json));
    CHECK(bell__json_next_item(&json));
    CHECK(bell__json_enter_map(&json));
    CHECK(!bell__json_next_key(&json, &key, &escaped));
    CHECK(bell__json_next_item(&json));
    CHECK(bell__json_enter_list(&json));
    CHECK(!bell__json_next_item(&json));
    CHECK(!bell__json_next_item(&json));
    CHECK(json.wrong == NULL && bell__json_done(&json));
}

/* Walks a list of numbers; what is wrong with it. */
static const char *list_wrong(const char *text)
{
    struct bell__json json;
    int64_t value;
    bell__json_open(&json, bell_str(text), 2);
    bell__json_enter_list(&json);
    while (bell__json_next_item(&json)) {
        if (!bell__json_int64(&json, &value)) {
            break;
        }
    }
    return json.wrong;
}

static void test_pull_wrong(void)
{
    CHECK(list_wrong("[1,2]") == NULL);
    CHECK_TEXT("a value is missing", list_wrong("[1,]"));
    CHECK_TEXT("expected , or ]", list_wrong("[1 2]"));
    CHECK_TEXT("the text ends too early", list_wrong("[1"));
    CHECK_TEXT("the text ends too early", list_wrong("["));
    CHECK_TEXT("wanted a number", list_wrong("[\"1\"]"));
    CHECK_TEXT("wanted a list", list_wrong("{}"));
    CHECK_TEXT("not a 64-bit integer", list_wrong("[1.5]"));
    struct bell__json json;
    bell__json_open(&json, BELL_STR("[[1]]"), 1);
    CHECK(bell__json_enter_list(&json));
    CHECK(bell__json_next_item(&json));
    CHECK(!bell__json_enter_list(&json));
    CHECK_TEXT("nested deeper than depth_max", json.wrong);
    CHECK(bell__json_peek(&json) == BELL__JSON_WRONG);
}

static void test_strings(void)
{
    static const struct {
        const char *json;
        const char *text;
    } cases[] = {
        {"\"\"", ""},
        {"\"plain\"", "plain"},
        {"\"\\u00e9\\u20AC\\ud83d\\udd14\"",
         "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\x94"},
        {"\"a\\ud800b\"", "a\xEF\xBF\xBD"
                          "b"},
        {"\"\\udc00\"", "\xEF\xBF\xBD"},
        {"\"\\ud800\\u0041\"", "\xEF\xBF\xBD"
                               "A"},
        {"\"\\ud800\\ud800\\udc00\"", "\xEF\xBF\xBD\xF0\x90\x80\x80"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
    };
    struct bell__arena arena;
    bell__arena_open(&arena, &bell__memory_default, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__json json;
        bell_string value = {NULL, 0};
        bell__json_open(&json, bell_str(cases[i].json), 8);
        CHECK(bell__json_string(&json, &arena, &value));
        CHECK_BYTES(cases[i].text, value.text, value.size);
        CHECK(value.text[value.size] == '\0');
    }
    bell__arena_close(&arena);
    bell__arena_open(&arena, &bell__memory_default, 8);
    struct bell__json json;
    bell_string value;
    bell__json_open(&json, BELL_STR("\"too long for it\""), 8);
    CHECK(!bell__json_string(&json, &arena, &value));
    CHECK_TEXT("reply_bytes_max", json.wrong);
    bell__arena_close(&arena);
}

int main(void)
{
    test_bad_texts();
    test_good_texts();
    test_prefixes();
    test_pull();
    test_pull_empty();
    test_pull_wrong();
    test_strings();
    return check_report();
}
