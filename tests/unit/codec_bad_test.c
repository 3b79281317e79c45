/* codec_bad_test.c: what the codec says to wrong texts, limits, failing memory
 * and random damage. */
#include "unit/codec_check.h"
#include "unit/codec_damage.h"

/* ---- Wrong texts --------------------------------------------------------- */

struct bad {
    const bell_type *type;
    const char *text;
    const char *path;
    size_t offset;
    const char *words;
};

#define SCALARS_HEAD "{\"flag\":true,\"small\":1,\"large\":2,\"natural\":3,"

static const struct bad bads[] = {
    {&t_point, "", "result", 0, "wanted Point, got the end of the text"},
    {&t_point, "[]", "result", 0, "wanted Point, got a list"},
    {&t_point, "{\"x\":1,\"y\":2} x", "result", 14, "more text"},
    {&t_point, "{\"x\":1,\"y\":\"x\"}", "result.y", 11,
     "wanted int64, got \"x\""},
    {&t_point, "{\"x\":1.5,\"y\":1}", "result.x", 5, "wanted int64, got 1.5"},
    {&t_point, "{\"x\":null,\"y\":1}", "result.x", 5, "got null"},
    {&t_point, "{\"x\":9223372036854775808,\"y\":1}", "result.x", 5,
     "wanted int64, got 9223372036854775808"},
    {&t_point, "{\"x\":01,\"y\":1}", "result.x", 6, "begins with 0"},
    {&t_point, "{\"x\":}", "result.x", 5, "got no JSON value"},
    {&t_point, "{\"x\":1", "result", 6, "expected , or }"},
    {&t_point, "{\"x\":1,", "result", 7, "a key is missing"},
    {&t_point, "{\"x\":1,}", "result", 7, "a key is missing"},
    {&t_point, "{,\"x\":1}", "result", 1, "a key is missing"},
    {&t_point, "{\"x\" 1}", "result", 5, "colon"},
    {&t_point, "{\"x\":1}", "result.y", 7, "required field is missing"},
    {&t_point, "{}", "result.x", 2, "required field is missing"},
    {&t_point, "{\"x\":1,\"y\":2,\"z\":3}", "result.z", 13, "unknown field"},
    {&t_scalars, "{\"flag\":1}", "result.flag", 8, "wanted bool, got 1"},
    {&t_scalars, "{\"flag\":tru}", "result.flag", 8, "wanted bool"},
    {&t_scalars, "{\"small\":2147483648}", "result.small", 9,
     "wanted int32, got 2147483648"},
    {&t_scalars, "{\"natural\":-1}", "result.natural", 11,
     "wanted uint32, got -1"},
    {&t_scalars, "{\"huge\":-1}", "result.huge", 8, "wanted uint64, got -1"},
    {&t_scalars, "{\"wide\":1e400}", "result.wide", 8, "wanted float64"},
    {&t_scalars, "{\"wide\":\"1\"}", "result.wide", 8, "got \"1\""},
    {&t_scalars, "{\"wide\":NaN}", "result.wide", 8, "wanted float64"},
    {&t_scalars, "{\"narrow\":3.5e38}", "result.narrow", 10, "wanted float32"},
    {&t_scalars, "{\"text\":{}}", "result.text", 8, "wanted string, got a map"},
    {&t_scalars, "{\"text\":\"a\nb\"}", "result.text", 10, "control char"},
    {&t_scalars, "{\"text\":\"\xff\"}", "result.text", 9, "not UTF-8"},
    {&t_scalars, "{\"text\":\"\\x\"}", "result.text", 10, "unknown escape"},
    {&t_scalars, "{\"text\":\"abc", "result.text", 12, "not closed"},
    {&t_scalars, "{\"free_form\":[1,]}", "result.free_form", 16,
     "no JSON value"},
    {&t_scalars, "{\"color\":1}", "result.color", 9, "wanted Color, got 1"},
    {&t_scalars, "{\"closed\":\"blue\"}", "result.closed", 10,
     "wanted Closed, got \"blue\""},
    {&t_scalars, "{\"other\":[}", "result", 10, "no JSON value"},
    {&t_states, "{\"optional\":null}", "result.optional", 12,
     "wanted int64, got null"},
    {&t_states, "{\"pointer\":null}", "result.pointer", 11, "got null"},
    {&t_states, "{}", "result.nullable", 2, "required field is missing"},
    {&t_many, "{\"points\":[{\"x\":1,\"y\":2},{\"x\":1,\"y\":[]}]}",
     "result.points[1].y", 36, "wanted int64, got a list"},
    {&t_many, "{\"points\":[,]}", "result.points[0]", 11, "wanted Point"},
    {&t_many, "{\"strings\":[\"a\",]}", "result.strings[1]", 16,
     "wanted string"},
    {&t_many, "{\"strings\":[\"a\"", "result.strings", 15, "expected , or ]"},
    {&t_many, "{\"counts\":{\"a b\":\"c\"}}", "result.counts[\"a b\"]", 17,
     "wanted int64, got \"c\""},
    {&t_many, "{\"counts\":{a:1}}", "result.counts", 11, "a key is missing"},
    {&t_many, "{\"counts\":[]}", "result.counts", 10, "got a list"},
    {&t_many, "{\"maybes\":[null,true]}", "result.maybes[1]", 16,
     "wanted int64, got true"},
    {&t_shape, "{}", "result.type", 0, "tag is missing"},
    {&t_shape, "{\"x\":1,\"y\":2}", "result.type", 0, "tag is missing"},
    {&t_shape, "{\"type\":1}", "result.type", 8, "wanted string, got 1"},
    {&t_shape, "{\"type\":\"point\",\"x\":1,\"type\":\"point\",\"y\":1}",
     "result.type", 22, "twice"},
    {&t_shape, "{\"x\":1,\"type\":\"point\",\"y\":2,\"type\":\"point\"}",
     "result.type", 28, "twice"},
    {&t_shape, "{\"type\":\"new\",\"type\":\"new\"}", "result.type", 14,
     "twice"},
    {&t_shape, "{\"type\":\"point\",\"x\":1}", "result.y", 22, "missing"},
    {&t_shape, "{\"type\":\"new\",\"x\":[}", "result", 19, "no JSON value"},
    {&t_shape, "[]", "result", 0, "wanted Shape, got a list"},
    {&t_bare, "{}", "result", 0, "wanted Point[], got a map"},
    {&t_bare, "[{\"x\":1,\"y\":2},3]", "result[1]", 15, "got 3"},
};

static void test_bad_texts(void)
{
    char value[512];
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        const struct bad *bad = &bads[i];
        bell_status status = decode(bad->type, bad->text, value);
        CHECK_INT(BELL_BAD_REPLY, status);
        CHECK_TEXT(bad->path, last.path);
        CHECK_INT(bad->offset, last.offset);
        check_count(strstr(last.message, bad->words) != NULL, __FILE__,
                    __LINE__, last.message);
        CHECK_INT(BELL_ORIGIN_CODEC, last.origin);
    }
    /* Without a place for the error, too. */
    CHECK_INT(BELL_BAD_REPLY, bell__decode(BELL_STR("{"), &t_point, value,
                                           &arena, &limits, "", NULL));
}

static void test_long_got(void)
{
    char value[512];
    char text[400];
    char *end = text;
    end += snprintf(text, sizeof text, "{\"x\":\"");
    for (int i = 0; i < 60; i++) {
        memcpy(end, "\xE2\x82\xAC", 3);
        end += 3;
    }
    memcpy(end, "\"}", 3);
    CHECK_INT(BELL_BAD_REPLY, decode(&t_point, text, value));
    size_t size = strlen(last.message);
    CHECK(size < 200);
    CHECK(strstr(last.message, "\xE2\x82\xAC...") != NULL);
}

/* A path of hundreds of bytes keeps its inner end. */
static void test_long_path(void)
{
    char value[512];
    char text[600];
    char *end = text;
    end += snprintf(text, sizeof text, "{\"counts\":{\"");
    memset(end, 'k', 300);
    end += 300;
    memcpy(end, "\":{}}}", 7);
    CHECK_INT(BELL_BAD_REPLY, decode(&t_many, text, value));
    CHECK_INT(127, strlen(last.path));
    CHECK(memcmp(last.path, "...kkk", 6) == 0);
    CHECK_TEXT("kkk\"]", last.path + 122);
}

/* ---- Limits -------------------------------------------------------------- */

static void test_depth(void)
{
    states value;
    const char *deep = "{\"nullable\":null,\"nothing\":";
    char text[1000] = "";
    size_t size = 0;
    for (int i = 0; i < 8; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%s", deep);
    }
    char good[1100];
    snprintf(good, sizeof good, "%snull}}}}}}}}", text);
    CHECK_INT(BELL_OK, decode(&t_states, good, &value));
    snprintf(good, sizeof good, "%s%snull}}}}}}}}}", text, deep);
    CHECK_INT(BELL_LIMIT, decode(&t_states, good, &value));
    CHECK(strstr(last.message, "depth_max") != NULL);
    CHECK_INT(BELL_LIMIT,
              decode(&t_states,
                     "{\"nullable\":null,\"anything\":[[[[[[[[]]]]]]]]}",
                     &value));
    CHECK_INT(BELL_LIMIT,
              decode(&t_states, "{\"unknown\":[[[[[[[[]]]]]]]]}", &value));
    CHECK_INT(BELL_LIMIT,
              bell__decode(BELL_STR("{\"unknown\":[[[[[[[[]]]]]]]]}"),
                           &t_states, &value, &arena, &limits, "", NULL));
    states cycle;
    memset(&cycle, 0, sizeof cycle);
    cycle.pointer = &cycle;
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_LIMIT,
              bell__encode(&out, &t_states, &cycle, &limits, &last));
    CHECK(strstr(last.message, "depth_max") != NULL);
    CHECK_INT(0, out.size);
    bell__buf_close(&out);
}

static void test_items(void)
{
    char text[4000];
    bare value;
    string_list strings;
    struct bell__codec_limits small = {.depth_max = 8, .items_max = 3};
    CHECK_INT(BELL_OK, bell__decode(BELL_STR("[\"a\",\"b\",\"c\"]"), &t_strings,
                                    &strings, &arena, &small, "result", &last));
    CHECK_INT(BELL_LIMIT,
              bell__decode(BELL_STR("[\"a\",\"b\",\"c\",\"d\"]"), &t_strings,
                           &strings, &arena, &small, "result", &last));
    CHECK(strstr(last.message, "items_max") != NULL);
    CHECK_TEXT("result[3]", last.path);
    size_t size = 1;
    text[0] = '[';
    for (int i = 0; i < 150; i++) {
        size +=
            (size_t)snprintf(text + size, sizeof text - size,
                             "%s{\"x\":%d,\"y\":%d}", i == 0 ? "" : ",", i, -i);
    }
    memcpy(text + size, "]", 2);
    CHECK_INT(BELL_OK, decode(&t_bare, text, &value));
    CHECK_INT(150, value.value.count);
    for (size_t i = 0; i < value.value.count; i++) {
        CHECK_INT(i, value.value.items[i].x);
        CHECK_INT(-(int64_t)i, value.value.items[i].y);
    }
    check_encoded(&t_bare, &value, text);
}

static void test_reply_bytes(void)
{
    struct bell__arena little;
    named value;
    bell__arena_open(&little, &bell__memory_default, 64);
    CHECK_INT(BELL_LIMIT,
              bell__decode(BELL_STR("{\"name\":\"0123456789012345678901234567"
                                    "8901234567890123456789012345678\"}"),
                           &t_named, &value, &little, &limits, "result",
                           &last));
    CHECK(strstr(last.message, "reply_bytes_max") != NULL);
    bell__arena_close(&little);
}

/* ---- Memory and mutations ------------------------------------------------ */

/* Each allocation fails in turn: a status, and nothing is left behind. */
static void test_failing_memory(void)
{
    struct counter counter;
    bool done = false;
    char list[3000];
    size_t size = 1;
    list[0] = '[';
    for (int i = 0; i < 150; i++) {
        size += (size_t)snprintf(list + size, sizeof list - size, "%s\"%d\"",
                                 i == 0 ? "" : ",", i);
    }
    memcpy(list + size, "]", 2);
    for (size_t fail = 1; fail < 50 && !done; fail++) {
        bell_allocator memory = counter_allocator(&counter);
        struct bell__arena small;
        string_list value;
        counter.fail = fail;
        bell__arena_open(&small, &memory, 0);
        bell_status status = bell__decode(bell_str(list), &t_strings, &value,
                                          &small, &limits, "result", &last);
        done = status == BELL_OK;
        CHECK(done || status == BELL_NO_MEMORY);
        CHECK(done ? value.count == 150 : counter.calls == fail);
        bell__arena_close(&small);
        CHECK_INT(0, counter.bytes);
    }
    CHECK(done);
    string_list value;
    CHECK_INT(BELL_OK, decode(&t_strings, list, &value));
    for (size_t fail = 1; fail < 3; fail++) {
        bell_allocator memory = counter_allocator(&counter);
        struct bell__buf out;
        counter.fail = fail;
        bell__buf_open(&out, &memory, 0);
        bell_status status =
            bell__encode(&out, &t_strings, &value, &limits, &last);
        CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
        CHECK(status == BELL_OK || out.size == 0);
        bell__buf_close(&out);
        CHECK_INT(0, counter.bytes);
    }
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 100);
    CHECK_INT(BELL_LIMIT,
              bell__encode(&out, &t_strings, &value, &limits, &last));
    CHECK_INT(0, out.size);
    bell__buf_close(&out);
}

/* Whatever comes: a value that can be written again, or an error with a
 * place. */
static void test_mutations(void)
{
    static const struct {
        const bell_type *type;
        const char *text;
    } seeds[] = {{&t_scalars, scalars_text},
                 {&t_many, many_text},
                 {&t_states, "{\"nullable\":\"x\",\"nothing\":{\"nullable\":"
                             "null,\"nothing\":null,\"either\":\"\\u20ac\"}}"}};
    int good = 0;
    for (int round = 0; round < 9000; round++) {
        const bell_type *type = seeds[round % 3].type;
        char text[1024];
        char value[512];
        size_t size = strlen(seeds[round % 3].text);
        memcpy(text, seeds[round % 3].text, size);
        for (size_t i = random_below(3) + 1; i > 0 && size > 1; i--) {
            size = mutate(text, size);
        }
        bell_status status = decode_bytes(type, text, size, value);
        if (status != BELL_OK) {
            CHECK(last.offset <= size && last.path[0] != '\0');
            bell__arena_reset(&arena);
            continue;
        }
        good++;
        struct bell__buf out;
        bell__buf_open(&out, &bell__memory_default, 0);
        CHECK_INT(BELL_OK, bell__encode(&out, type, value, &limits, &last));
        CHECK(memchr(out.bytes, '\n', out.size) == NULL);
        CHECK_INT(BELL_OK, decode_bytes(type, out.bytes, out.size, value));
        bell__buf_close(&out);
        bell__arena_reset(&arena);
    }
    CHECK(good > 100);
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    test_bad_texts();
    test_long_got();
    test_long_path();
    test_depth();
    test_items();
    test_reply_bytes();
    test_failing_memory();
    test_mutations();
    bell__arena_close(&arena);
    return check_report();
}
