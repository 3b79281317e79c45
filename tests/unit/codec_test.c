/* codec_test.c: JSON to structs and back by the tables: what is right, and what
 * may not be sent. */
#include <float.h>
#include <math.h>

#include "unit/codec_check.h"

/* ---- Scalars ------------------------------------------------------------- */

static void test_scalars(void)
{
    scalars value;
    CHECK_INT(BELL_OK, decode(&t_scalars, scalars_text, &value));
    CHECK(value.flag && value.small == INT32_MIN);
    CHECK(value.large == INT64_MIN && value.natural == UINT32_MAX);
    CHECK(value.huge == UINT64_MAX && value.narrow == (float)0.1F);
    CHECK(value.wide == (double)-1.5e-7);
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
    CHECK_INT(BELL_OK, decode(&t_float32, "3.4028235677973366e38", &value));
    CHECK(value == FLT_MAX);
    CHECK_INT(BELL_BAD_REPLY,
              decode(&t_float32, "3.4028235677973367e38", &value));
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

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
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
    bell__arena_close(&arena);
    return check_report();
}
