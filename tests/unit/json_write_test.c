/* json_write_test.c: texts as JSON.stringify spells them. */
#include "base/memory.h"
#include "unit/check.h"
#include "unit/counter.h"
#include "json/read.h"
#include "json/write.h"

static void check_written(bell_string text, const char *want)
{
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, bell__json_write_string(&out, text));
    CHECK_BYTES(want, out.bytes, out.size);
    bell__buf_close(&out);
}

static void test_bad(void)
{
    static const char *const texts[] = {"\x80",
                                        "a\xFF",
                                        "\xC0\xAF",
                                        "\xED\xA0\x80",
                                        "\xE2\x82",
                                        "\xF4\x90\x80\x80",
                                        "\xF8\x88\x80\x80\x80",
                                        "sixteen bytes and then \xC3",
                                        "0123456\xE0\x80\x80"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct bell__buf out;
        bell__buf_open(&out, &bell__memory_default, 0);
        CHECK_INT(BELL_OK, bell__buf_append(&out, "keep", 4));
        CHECK_INT(BELL_INVALID,
                  bell__json_write_string(&out, bell_str(texts[i])));
        CHECK_BYTES("keep", out.bytes, out.size);
        bell__buf_close(&out);
    }
}

static void test_escapes(void)
{
    check_written((bell_string){NULL, 0}, "\"\"");
    check_written(BELL_STR("plain"), "\"plain\"");
    check_written(BELL_STR("\b\t\n\f\r\"\\"), "\"\\b\\t\\n\\f\\r\\\"\\\\\"");
    check_written(BELL_STR("\x01\x0b\x1f\x7f/"),
                  "\"\\u0001\\u000b\\u001f\x7f/\"");
    check_written((bell_string){"a\0b", 3}, "\"a\\u0000b\"");
    check_written(BELL_STR("<>&\xE2\x80\xA8\xF0\x9F\x94\x94"),
                  "\"<>&\xE2\x80\xA8\xF0\x9F\x94\x94\"");
}

/* Each special byte at each place of texts of each size: nothing depends on
 * how many bytes are looked at together. */
static void test_places(void)
{
    char text[64];
    char want[80];
    for (size_t size = 1; size < 40; size++) {
        for (size_t place = 0; place < size; place++) {
            memset(text, 'x', size);
            text[place] = '\n';
            want[0] = '"';
            memset(want + 1, 'x', size + 1);
            memcpy(want + 1 + place, "\\n", 2);
            memcpy(want + size + 2, "\"", 2);
            check_written((bell_string){text, size}, want);
        }
    }
}

/* What grows sixfold still fits; and it reads back. */
static void test_growth(void)
{
    char text[5000];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)(i % 128);
    }
    struct bell__buf out;
    struct bell__arena arena;
    struct bell__json json;
    bell_string back = {NULL, 0};
    bell__buf_open(&out, &bell__memory_default, 0);
    bell__arena_open(&arena, &bell__memory_default, 0);
    CHECK_INT(BELL_OK,
              bell__json_write_string(&out, (bell_string){text, sizeof text}));
    bell__json_open(&json, (bell_string){out.bytes, out.size}, 4);
    CHECK(bell__json_string(&json, &arena, &back));
    CHECK(back.size == sizeof text);
    CHECK(back.size == sizeof text &&
          memcmp(back.text, text, sizeof text) == 0);
    bell__arena_close(&arena);
    bell__buf_close(&out);
}

static void test_memory(void)
{
    char text[3000];
    memset(text, 1, sizeof text);
    struct counter counter;
    for (size_t fail = 1; fail < 20; fail++) {
        bell_allocator memory = counter_allocator(&counter);
        struct bell__buf out;
        counter.fail = fail;
        bell__buf_open(&out, &memory, 0);
        bell_status status =
            bell__json_write_string(&out, (bell_string){text, sizeof text});
        CHECK(status == BELL_OK || (status == BELL_NO_MEMORY && out.size == 0));
        CHECK(status != BELL_OK || out.size == 6 * sizeof text + 2);
        bell__buf_close(&out);
        CHECK_INT(0, counter.bytes);
    }
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 100);
    CHECK_INT(BELL_LIMIT,
              bell__json_write_string(&out, (bell_string){text, 17}));
    CHECK_INT(0, out.size);
    CHECK_INT(BELL_OK, bell__json_write_string(&out, (bell_string){text, 16}));
    CHECK_INT(98, out.size);
    bell__buf_close(&out);
}

/* Pieces for bell__buf_settle(): nothing follows one that failed. */
static void test_adding(void)
{
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    bell__json_add_int64(&out, INT64_MIN);
    bell__json_add_string(&out, bell_str(","));
    CHECK_INT(BELL_OK, bell__buf_settle(&out));
    CHECK_BYTES("-9223372036854775808\",\"", out.bytes, out.size);
    out.size = 0;
    bell__json_add_string(&out, bell_str("\xff"));
    bell__json_add_string(&out, bell_str("a"));
    bell__json_add_int64(&out, 1);
    CHECK_INT(0, out.size);
    CHECK_INT(BELL_INVALID, bell__buf_settle(&out));
    bell__buf_close(&out);
}

int main(void)
{
    test_bad();
    test_escapes();
    test_places();
    test_growth();
    test_memory();
    test_adding();
    return check_report();
}
