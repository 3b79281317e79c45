/* codec_test.c: JSON to structs and back by the tables. Bad input first. */
#include <math.h>

#include "base/memory.h"
#include "record/codec.h"
#include "unit/check.h"
#include "unit/codec_tables.h"
#include "unit/counter.h"

static const struct bell__codec_limits limits = {8, 1000};

static bell_error last;
static struct bell__arena arena;

/* The text in a block of its own size, so that ASan sees reads beyond it. */
static bell_status decode_bytes(const bell_type *type, const char *bytes,
                                size_t size, void *value)
{
    char *copy = malloc(size != 0 ? size : 1);
    memcpy(copy, bytes, size);
    memset(value, 0xA5, type->size);
    memset(&last, 0, sizeof last);
    bell_status status = bell__decode((bell_string){copy, size}, type, value,
                                      &arena, &limits, "result", &last);
    free(copy);
    return status;
}

static bell_status decode(const bell_type *type, const char *text, void *value)
{
    return decode_bytes(type, text, strlen(text), value);
}

static void check_encoded(const bell_type *type, const void *value,
                          const char *want)
{
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    bell_status status = bell__encode(&out, type, value, &limits, &last);
    CHECK_INT(BELL_OK, status);
    if (status == BELL_OK) {
        CHECK_BYTES(want, out.bytes, out.size);
    } else {
        fprintf(stderr, "  %s\n", last.message);
    }
    bell__buf_close(&out);
}

static void check_refused(const bell_type *type, const void *value,
                          const char *path, const char *words)
{
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    bell__buf_append(&out, "keep", 4);
    CHECK_INT(BELL_INVALID, bell__encode(&out, type, value, &limits, &last));
    CHECK_BYTES("keep", out.bytes, out.size);
    CHECK_TEXT(path, last.path);
    CHECK(strstr(last.message, words) != NULL);
    CHECK_INT(BELL_ORIGIN_CODEC, last.origin);
    bell__buf_close(&out);
}

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
    {&t_point, "{\"x\":1", "result", 6, "a map wants , or }"},
    {&t_point, "{\"x\":1,", "result", 7, "wants a key"},
    {&t_point, "{\"x\":1,}", "result", 7, "wants a key"},
    {&t_point, "{,\"x\":1}", "result", 1, "wants a key"},
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
    {&t_many, "{\"strings\":[\"a\"", "result.strings", 15, "wants , or ]"},
    {&t_many, "{\"counts\":{\"a b\":\"c\"}}", "result.counts[\"a b\"]", 17,
     "wanted int64, got \"c\""},
    {&t_many, "{\"counts\":{a:1}}", "result.counts", 11, "wants a key"},
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
    struct bell__codec_limits small = {8, 3};
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

/* ---- Scalars ------------------------------------------------------------- */

static const char scalars_text[] =
    "{\"flag\":true,\"small\":-2147483648,\"large\":-9223372036854775808,"
    "\"natural\":4294967295,\"huge\":18446744073709551615,\"narrow\":0.1,"
    "\"wide\":-1.5e-7,\"text\":\"a\\n\xE2\x82\xAC\","
    "\"free_form\":{\"a\":[1,2]},\"color\":\"dark green\","
    "\"closed\":\"red\"}";

static void test_scalars(void)
{
    scalars value;
    CHECK_INT(BELL_OK, decode(&t_scalars, scalars_text, &value));
    CHECK(value.flag && value.small == INT32_MIN);
    CHECK(value.large == INT64_MIN && value.natural == UINT32_MAX);
    CHECK(value.huge == UINT64_MAX && value.narrow == 0.1F);
    CHECK(value.wide == -1.5e-7);
    CHECK_BYTES("a\n\xE2\x82\xAC", value.text.text, value.text.size);
    CHECK(value.text.text[value.text.size] == '\0');
    CHECK_BYTES("{\"a\":[1,2]}", value.free_form.text, value.free_form.size);
    CHECK(value.free_form.text[value.free_form.size] == '\0');
    CHECK_INT(2, value.color.value);
    CHECK_BYTES("dark green", value.color.text.text, value.color.text.size);
    CHECK_INT(1, value.closed.value);
    check_encoded(&t_scalars, &value, scalars_text);
}

/* Another order, white space, escaped keys, unknown ones, and a key twice. */
static void test_any_order(void)
{
    scalars value;
    const char *text =
        " { \"closed\" : \"\\u0072ed\" , \"unknown\":{\"a\":[1,{}]},\r\n"
        "\"color\":\"bl\\u0075e\",\"fr\\u0065e_form\": [ 1 ] ,"
        "\"text\":\"\",\"wide\":1,\"narrow\":2,\"huge\":1.0,\"natural\":1e2,"
        "\"large\":5,\"large\":-6,\"small\":7.00,\t\"flag\":false } ";
    CHECK_INT(BELL_OK, decode(&t_scalars, text, &value));
    CHECK(!value.flag && value.small == 7 && value.large == -6);
    CHECK(value.natural == 100 && value.huge == 1);
    CHECK_INT(0, value.color.value);
    CHECK_BYTES("blue", value.color.text.text, value.color.text.size);
    CHECK_INT(1, value.closed.value);
    CHECK_BYTES("[ 1 ]", value.free_form.text, value.free_form.size);
    check_encoded(&t_scalars, &value,
                  "{\"flag\":false,\"small\":7,\"large\":-6,\"natural\":100,"
                  "\"huge\":1,\"narrow\":2,\"wide\":1,\"text\":\"\","
                  "\"free_form\":[1],\"color\":\"blue\",\"closed\":\"red\"}");
}

/* Each prefix is wrong, and nothing is read behind it. */
static void test_prefixes(void)
{
    char value[512];
    for (size_t size = 0; size < sizeof scalars_text - 1; size++) {
        CHECK_INT(BELL_BAD_REPLY,
                  decode_bytes(&t_scalars, scalars_text, size, value));
        CHECK(last.offset <= size);
    }
}

static void test_text_sizes(void)
{
    char text[128];
    named value;
    for (int size = 0; size < 80; size++) {
        char *end = text + snprintf(text, sizeof text, "{\"name\":\"");
        memset(end, 'n', (size_t)size);
        memcpy(end + size, "\"}", 3);
        CHECK_INT(BELL_OK, decode(&t_named, text, &value));
        CHECK_INT(size, value.name.size);
        CHECK(value.name.text[size] == '\0');
        check_encoded(&t_named, &value, text);
    }
}

static void test_float(void)
{
    /* Just above the midpoint of 1 and the next float: rounding the decimal to
     * a double first would lose that. */
    float value = 0;
    CHECK_INT(BELL_OK,
              decode(&t_float32, "1.00000005960464477539062500001", &value));
    CHECK(value == 1.00000011920928955078125F);
    CHECK_INT(BELL_OK,
              decode(&t_float32, "1.000000059604644775390625", &value));
    CHECK(value == 1.0F);
    CHECK_INT(BELL_OK,
              decode(&t_float32, "-1.00000005960464477539062499999", &value));
    CHECK(value == -1.0F);
    CHECK_INT(BELL_BAD_REPLY,
              decode(&t_float32, "3.4028235677973366e38", &value));
    CHECK_INT(BELL_OK, decode(&t_float32, "3.4028235e38", &value));
    check_encoded(&t_float32, &value, "3.4028235e+38");
}

/* ---- States -------------------------------------------------------------- */

static void test_states(void)
{
    states value;
    CHECK_INT(BELL_OK, decode(&t_states, "{\"nullable\":null,\"nothing\":null}",
                              &value));
    CHECK(!value.has_optional && value.optional == 0 && !value.has_nullable);
    CHECK(value.either_state == BELL_ABSENT && value.pointer == NULL);
    CHECK(value.nothing == NULL && value.both_state == BELL_ABSENT);
    CHECK(!value.has_assumed && value.assumed == 20 && !value.has_anything);
    check_encoded(&t_states, &value, "{\"nullable\":null,\"nothing\":null}");

    const char *full = "{\"optional\":1,\"nullable\":\"\",\"either\":\"e\","
                       "\"pointer\":{\"nullable\":null,\"nothing\":null},"
                       "\"nothing\":{\"nullable\":\"n\",\"nothing\":null},"
                       "\"both\":{\"nullable\":\"b\",\"nothing\":null},"
                       "\"assumed\":20,\"anything\":null}";
    CHECK_INT(BELL_OK, decode(&t_states, full, &value));
    CHECK(value.has_optional && value.optional == 1 && value.has_nullable);
    CHECK(value.either_state == BELL_SET && value.has_assumed);
    CHECK(value.has_anything && value.anything.size == 4);
    CHECK_BYTES("n", value.nothing->nullable.text,
                value.nothing->nullable.size);
    check_encoded(&t_states, &value, full);

    const char *nulls = "{\"nullable\":null,\"either\":null,\"nothing\":null,"
                        "\"both\":null}";
    CHECK_INT(BELL_OK, decode(&t_states, nulls, &value));
    CHECK(value.either_state == BELL_NULL && value.both_state == BELL_NULL);
    check_encoded(&t_states, &value, nulls);

    CHECK_INT(BELL_OK, decode(&t_states,
                              "{\"either\":\"x\",\"nullable\":\"x\","
                              "\"nothing\":null,\"either\":null,"
                              "\"nullable\":null}",
                              &value));
    CHECK(value.either_state == BELL_NULL && value.either.size == 0);
    check_encoded(&t_states, &value,
                  "{\"nullable\":null,\"either\":null,\"nothing\":null}");
}

static void test_forgotten(void)
{
    states value;
    memset(&value, 0, sizeof value);
    value.optional = 1;
    check_refused(&t_states, &value, "optional", "has_ is false");
    memset(&value, 0, sizeof value);
    value.nullable = BELL_STR("x");
    check_refused(&t_states, &value, "nullable", "has_ is false");
    memset(&value, 0, sizeof value);
    value.either = BELL_STR("x");
    check_refused(&t_states, &value, "either", "not BELL_SET");
    memset(&value, 0, sizeof value);
    value.both_state = BELL_SET;
    check_refused(&t_states, &value, "both", "pointer is NULL");
    states inner = {.nullable = BELL_STR("x")};
    memset(&value, 0, sizeof value);
    value.both = &inner;
    check_refused(&t_states, &value, "both", "not BELL_SET");
    memset(&value, 0, sizeof value);
    value.nothing = &inner;
    check_refused(&t_states, &value, "nothing.nullable", "has_ is false");
    memset(&value, 0, sizeof value);
    value.assumed = 21;
    check_refused(&t_states, &value, "assumed", "has_ is false");
}

static void test_refused_scalars(void)
{
    scalars value;
    memset(&value, 0, sizeof value);
    check_refused(&t_scalars, &value, "color", "not set");
    value.color.value = 3;
    check_refused(&t_scalars, &value, "color", "not a value");
    value.color.value = -1;
    check_refused(&t_scalars, &value, "color", "not a value");
    value.color.value = 1;
    value.closed.text = BELL_STR("blue");
    check_refused(&t_scalars, &value, "closed", "not a value");
    value.closed.text = BELL_STR("red");
    check_encoded(&t_scalars, &value,
                  "{\"flag\":false,\"small\":0,\"large\":0,\"natural\":0,"
                  "\"huge\":0,\"narrow\":0,\"wide\":0,\"text\":\"\","
                  "\"free_form\":null,\"color\":\"red\",\"closed\":\"red\"}");
    value.wide = NAN;
    check_refused(&t_scalars, &value, "wide", "NaN");
    value.wide = -INFINITY;
    check_refused(&t_scalars, &value, "wide", "infinity");
    value.wide = 0;
    value.narrow = INFINITY;
    check_refused(&t_scalars, &value, "narrow", "infinity");
    value.narrow = 0;
    value.text = BELL_STR("a\xC3");
    check_refused(&t_scalars, &value, "text", "UTF-8");
    value.text = (bell_string){NULL, 3};
    check_refused(&t_scalars, &value, "text", "NULL");
}

static void test_user_json(void)
{
    static const struct {
        const char *json;
        const char *written;
    } cases[] = {
        {"[1,\n 2\t,\r\n{\"a \\\" b\" : \"c\\\\\" }]",
         "[1,2,{\"a \\\" b\":\"c\\\\\"}]"},
        {" true ", "true"},
        {"{\"a\":1", NULL},
        {"1 2", NULL},
        {"\"a\nb\"", NULL},
        {"nul", NULL},
        {" ", NULL},
        {"1}\n{\"id\":2", NULL},
        {"\"\xFF\"", NULL},
        {"[[[[[[[[[1]]]]]]]]]", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_json json = {cases[i].json, strlen(cases[i].json)};
        states value = {.has_anything = true, .anything = json};
        char want[100];
        if (cases[i].written == NULL) {
            check_refused(&t_states, &value, "anything", "");
            continue;
        }
        snprintf(want, sizeof want,
                 "{\"nullable\":null,\"nothing\":null,\"anything\":%s}",
                 cases[i].written);
        check_encoded(&t_states, &value, want);
    }
}

/* ---- Lists, maps, unions ------------------------------------------------- */

static const char many_text[] =
    "{\"points\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4},{\"x\":5,\"y\":6}],"
    "\"strings\":[],\"maybes\":[1,null,-3],\"counts\":{\"b\":1,\"a\":2},"
    "\"shapes\":[{\"type\":\"point\",\"x\":1,\"y\":2},"
    "{\"type\":\"named\",\"name\":\"n\"},{\"type\":\"other\",\"z\":[1]}]}";

static void test_many(void)
{
    many value;
    CHECK_INT(BELL_OK, decode(&t_many, many_text, &value));
    CHECK_INT(3, value.points.count);
    CHECK_INT(6, value.points.items[2].y);
    CHECK_INT(0, value.strings.count);
    CHECK_INT(3, value.maybes.count);
    CHECK(!value.maybes.items[1].has_value &&
          value.maybes.items[2].value == -3);
    CHECK_INT(2, value.counts.count);
    CHECK_BYTES("b", value.counts.items[0].key.text,
                value.counts.items[0].key.size);
    CHECK_INT(2, value.counts.items[1].value);
    CHECK_INT(3, value.shapes.count);
    const shape *shapes = value.shapes.items;
    CHECK(shapes[0].tag == 1 && shapes[0].point->y == 2);
    CHECK(shapes[1].tag == 2 && shapes[1].point == NULL);
    CHECK_INT(0, shapes[2].tag);
    CHECK_BYTES("other", shapes[2].tag_text.text, shapes[2].tag_text.size);
    CHECK_BYTES("{\"type\":\"other\",\"z\":[1]}", shapes[2].raw.text,
                shapes[2].raw.size);
    check_encoded(&t_many, &value, many_text);
}

static void test_refused_many(void)
{
    many value;
    memset(&value, 0, sizeof value);
    check_encoded(&t_many, &value,
                  "{\"points\":[],\"strings\":[],\"maybes\":[],\"counts\":{},"
                  "\"shapes\":[]}");
    bell_string strings[] = {BELL_STR("a"), BELL_STR("\xFF")};
    value.strings.items = strings;
    value.strings.count = 2;
    check_refused(&t_many, &value, "strings[1]", "UTF-8");
    value.strings.count = 0;
    value.points.count = 1;
    check_refused(&t_many, &value, "points", "items is NULL");
    value.points.count = 0;
    entry entries[] = {{BELL_STR("k"), 1}, {BELL_STR("\xC0"), 2}};
    value.counts.items = entries;
    value.counts.count = 2;
    check_refused(&t_many, &value, "counts[1]", "UTF-8");
    value.counts.count = 0;
    shape shapes[1];
    memset(shapes, 0, sizeof shapes);
    value.shapes.items = shapes;
    value.shapes.count = 1;
    check_refused(&t_many, &value, "shapes[0]", "not set");
    shapes[0].tag = 1;
    check_refused(&t_many, &value, "shapes[0]", "variant is NULL");
    shapes[0].tag = 3;
    check_refused(&t_many, &value, "shapes[0]", "not a tag");
    shapes[0].tag = 0;
    shapes[0].raw = (bell_json){"[1]", 3};
    check_refused(&t_many, &value, "shapes[0]", "no object");
    shapes[0].raw = (bell_json){"{\"a\"}", 5};
    check_refused(&t_many, &value, "shapes[0]", "colon");
    maybe maybes[] = {{true, 1}, {false, 2}};
    memset(&value, 0, sizeof value);
    value.maybes.items = maybes;
    value.maybes.count = 2;
    check_refused(&t_many, &value, "maybes[1]", "has_value is false");
}

/* The tag may stand anywhere, and be spelled with escapes. */
static void test_tag_places(void)
{
    static const char *const texts[] = {
        "{\"type\":\"point\",\"x\":1,\"y\":2}",
        "{\"x\":1,\"type\":\"point\",\"y\":2}",
        "{\"x\":1,\"y\":2,\"type\":\"point\"}",
        " { \"type\" : \"po\\u0069nt\" , \"x\" : 1 , \"y\" : 2 } ",
        "{\"x\":1,\"t\\u0079pe\":\"point\",\"y\":2}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        shape value;
        CHECK_INT(BELL_OK, decode(&t_shape, texts[i], &value));
        CHECK_INT(1, value.tag);
        CHECK(value.point != NULL && value.point->x == 1 &&
              value.point->y == 2);
        check_encoded(&t_shape, &value, texts[0]);
    }
}

/* The last of equal keys wins, in the first one's place; few and many. */
static void test_equal_keys(void)
{
    int64_map value;
    CHECK_INT(
        BELL_OK,
        decode(&t_counts, "{\"b\":1,\"a\":2,\"b\":3,\"c\":4,\"b\":5}", &value));
    check_encoded(&t_counts, &value, "{\"b\":5,\"a\":2,\"c\":4}");
    char text[4000] = "{";
    size_t size = 1;
    for (int i = 0; i < 200; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%s\"%d\":%d",
                                 i == 0 ? "" : ",", i * 37 % 100, i);
    }
    memcpy(text + size, "}", 2);
    CHECK_INT(BELL_OK, decode(&t_counts, text, &value));
    CHECK_INT(100, value.count);
    for (size_t i = 0; i < value.count && i < 100; i++) {
        char key[8];
        snprintf(key, sizeof key, "%zu", i * 37 % 100);
        CHECK_BYTES(key, value.items[i].key.text, value.items[i].key.size);
        CHECK_INT(i + 100, value.items[i].value);
    }
}

/* ---- Many fields --------------------------------------------------------- */

enum { WIDE_COUNT = 200 };

static char wide_names[WIDE_COUNT][12];
static bell_field wide_fields[WIDE_COUNT];

static void test_wide_record(void)
{
    static int64_t value[WIDE_COUNT];
    static char text[8000];
    size_t size = 1;
    text[0] = '{';
    for (uint16_t i = 0; i < WIDE_COUNT; i++) {
        int key = snprintf(wide_names[i], sizeof wide_names[i], "\"f%d\":", i);
        wide_fields[i].key = wide_names[i];
        wide_fields[i].name = wide_names[i] + 1;
        wide_fields[i].key_size = (uint16_t)key;
        wide_fields[i].name_size = (uint16_t)(key - 3);
        wide_fields[i].offset = i * (uint32_t)sizeof(int64_t);
        wide_fields[i].type = &t_int64;
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s%d",
                                 i == 0 ? "" : ",", wide_names[i], i);
    }
    memcpy(text + size, "}", 2);
    bell_type type = {.kind = BELL_KIND_RECORD,
                      .count = WIDE_COUNT,
                      .size = sizeof value,
                      .name = "Wide",
                      .fields = wide_fields};
    CHECK_INT(BELL_OK, decode(&type, text, value));
    for (int i = 0; i < WIDE_COUNT; i++) {
        CHECK_INT(i, value[i]);
    }
    check_encoded(&type, value, text);
    memcpy(strstr(text, "f150"), "g150", 4);
    CHECK_INT(BELL_BAD_REPLY, decode(&type, text, value));
    CHECK_TEXT("result.f150", last.path);
}

static void test_empty_record(void)
{
    char value[1];
    bell_type type = {
        .kind = BELL_KIND_RECORD, .size = sizeof value, .name = "Empty"};
    CHECK_INT(BELL_OK, decode(&type, "{}", value));
    CHECK_INT(BELL_OK, decode(&type, "{ \"a\" : 1 , \"b\" : [ ] }", value));
    check_encoded(&type, value, "{}");
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

static uint64_t random_state = 88172645463325252U;

static size_t random_below(size_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % bound);
}

static size_t mutate(char *text, size_t size)
{
    static const char bytes[] = "{}[]\",:\\u0e.-n\x80\xE2\xFF\x01 \n9";
    switch (random_below(4)) {
    case 0:
        return random_below(size + 1);
    case 1:
        text[random_below(size)] = bytes[random_below(sizeof bytes)];
        return size;
    case 2: {
        size_t at = random_below(size);
        memmove(text + at, text + at + 1, size - at - 1);
        return size - 1;
    }
    default: {
        size_t from = random_below(size);
        size_t count = random_below(size - from) % 40;
        memmove(text + random_below(size - count), text + from, count);
        return size;
    }
    }
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
    test_scalars();
    test_any_order();
    test_prefixes();
    test_text_sizes();
    test_float();
    test_states();
    test_forgotten();
    test_refused_scalars();
    test_user_json();
    test_many();
    test_refused_many();
    test_tag_places();
    test_equal_keys();
    test_wide_record();
    test_empty_record();
    test_failing_memory();
    test_mutations();
    bell__arena_close(&arena);
    return check_report();
}
