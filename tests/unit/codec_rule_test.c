/* codec_rule_test.c: constraints: kept before sending, kept by the replies of
 * strict records, told in words. */
#include "unit/codec_check.h"

/* ---- Ruled types --------------------------------------------------------- */

enum { M = BELL_STEP_MATCH, C = BELL_STEP_CLASS };

static const uint32_t upper_words[] = {
    BELL_STEP_BEGIN, C, 1, 'A', 'Z', BELL_STEP_FORK, 1, 8, BELL_STEP_END, M};
static const bell_pattern upper = {"^[A-Z]+$", upper_words, 10, 5};
static const uint32_t never_words[] = {C, 0, M};
static const bell_pattern never = {
    "(0123456789|0123456789|0123456789|0123456789|0123456789|0123456789|"
    "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC"
    "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC)",
    never_words, 3, 2};

static const bell_rule age_rule = {.checks = BELL_RULE_MIN | BELL_RULE_MAX,
                                   .min = {.integer = -5},
                                   .max = {.integer = 150}};
static const bell_rule least_rule = {.checks = BELL_RULE_MIN,
                                     .min = {.integer = INT64_MIN}};
static const bell_rule edge_rule = {.checks = BELL_RULE_MAX,
                                    .max = {.integer = INT64_MAX - 1}};
static const bell_rule count_rule = {.checks = BELL_RULE_MIN | BELL_RULE_MAX,
                                     .min = {.natural = 1},
                                     .max = {.natural = UINT64_MAX - 1}};
static const bell_rule share_rule = {.checks = BELL_RULE_MIN | BELL_RULE_MAX,
                                     .min = {.real = 0.1},
                                     .max = {.real = 1}};
/* 0.1 is a little more as a float than as a double. */
static const bell_rule tenth_rule = {.checks = BELL_RULE_MAX,
                                     .max = {.real = 0.1}};
static const bell_rule size_rule = {.checks = BELL_RULE_MIN_COUNT |
                                              BELL_RULE_MAX_COUNT,
                                    .min_count = 2,
                                    .max_count = 3};
static const bell_rule upper_rule = {.pattern = &upper};
static const bell_rule never_rule = {.pattern = &never};
static const bell_rule both_rule = {
    .checks = BELL_RULE_MAX_COUNT, .max_count = 4, .pattern = &upper};

static const bell_type t_age = RULED(&t_int32, int32_t, &age_rule);
static const bell_type t_least = RULED(&t_int64, int64_t, &least_rule);
static const bell_type t_edge = RULED(&t_int64, int64_t, &edge_rule);
static const bell_type t_few = RULED(&t_uint32, uint32_t, &count_rule);
static const bell_type t_some = RULED(&t_uint64, uint64_t, &count_rule);
static const bell_type t_share = RULED(&t_float64, double, &share_rule);
static const bell_type t_part = RULED(&t_float32, float, &share_rule);
static const bell_type t_tenth = RULED(&t_float32, float, &tenth_rule);
static const bell_type t_short = RULED(&t_string, bell_string, &size_rule);
static const bell_type t_blob = RULED(&t_bytes, bell_bytes, &size_rule);
static const bell_type t_code = RULED(&t_string, bell_string, &upper_rule);
static const bell_type t_never = RULED(&t_string, bell_string, &never_rule);
static const bell_type t_both = RULED(&t_string, bell_string, &both_rule);
static const bell_type t_twice = RULED(&t_both, bell_string, &size_rule);
static const bell_type t_pair = RULED(&t_strings, string_list, &size_rule);
static const bell_type t_pairs = RULED(&t_counts, int64_map, &size_rule);
static const bell_type t_codes =
    LIST(string_list, "string[]", &t_code, bell_string);

/* ---- Both ways ----------------------------------------------------------- */

/* A JSON text whose value keeps the rule (words NULL), or how it does not. */
struct row {
    const bell_type *type;
    const char *text;
    const char *words;
};

static const struct row rows[] = {
    {&t_age, "-5", NULL},
    {&t_age, "150", NULL},
    {&t_age, "-6", "-6 is less than its min -5"},
    {&t_age, "151", "151 is more than its max 150"},
    {&t_least, "-9223372036854775808", NULL},
    {&t_edge, "9223372036854775806", NULL},
    {&t_edge, "9223372036854775807",
     "9223372036854775807 is more than its max 9223372036854775806"},
    {&t_few, "0", "0 is less than its min 1"},
    {&t_few, "4294967295", NULL},
    {&t_some, "18446744073709551614", NULL},
    {&t_some, "18446744073709551615",
     "18446744073709551615 is more than its max 18446744073709551614"},
    {&t_share, "0.1", NULL},
    {&t_share, "0.099", "0.099 is less than its min 0.1"},
    {&t_share, "1.5", "1.5 is more than its max 1"},
    {&t_part, "0.1", NULL},
    {&t_part, "0.09", "0.09 is less than its min 0.1"},
    {&t_part, "1", NULL},
    {&t_tenth, "0.1", NULL},
    {&t_tenth, "0.10000001", "0.10000001 is more than its max 0.1"},
    {&t_short, "\"ab\"", NULL},
    {&t_short, "\"\xE2\x82\xAC\xF0\x9F\x98\x80\xC3\xA9\"", NULL},
    {&t_short, "\"\"", "0 code points, min_length is 2"},
    {&t_short, "\"\xE2\x82\xAC\"", "1 code point, min_length is 2"},
    {&t_short, "\"abcd\"", "4 code points, max_length is 3"},
    {&t_blob, "\"AAAA\"", NULL},
    {&t_blob, "\"AA==\"", "1 byte, min_length is 2"},
    {&t_blob, "\"AAAAAA==\"", "4 bytes, max_length is 3"},
    {&t_code, "\"ABZ\"", NULL},
    {&t_code, "\"\"", "does not match ^[A-Z]+$"},
    {&t_code, "\"ABz\"", "does not match ^[A-Z]+$"},
    {&t_both, "\"ABCD\"", NULL},
    {&t_both, "\"ABCDE\"", "5 code points, max_length is 4"},
    {&t_both, "\"abc\"", "does not match ^[A-Z]+$"},
    {&t_twice, "\"ABC\"", NULL},
    {&t_twice, "\"ABCD\"", "4 code points, max_length is 3"},
    {&t_twice, "\"abc\"", "does not match ^[A-Z]+$"},
    {&t_pair, "[\"a\",\"b\"]", NULL},
    {&t_pair, "[]", "0 items, min_items is 2"},
    {&t_pair, "[\"a\"]", "1 item, min_items is 2"},
    {&t_pair, "[\"\",\"\",\"\",\"\"]", "4 items, max_items is 3"},
    {&t_pairs, "{\"a\":1,\"b\":2}", NULL},
    {&t_pairs, "{\"a\":1}", "1 item, min_items is 2"},
};

static bell_status decode_ruled(const bell_type *type, const char *text,
                                void *value)
{
    struct bell__codec_limits ruled = limits;
    ruled.rules = true;
    memset(&last, 0, sizeof last);
    return bell__decode(bell_str(text), type, value, &arena, &ruled, "result",
                        &last);
}

static void check_told(const char *text, const char *words)
{
    bool told = strstr(last.message, words) != NULL;
    CHECK(told);
    if (!told) {
        fprintf(stderr, "  %s: %s\n", text, last.message);
    }
}

static void test_rows(void)
{
    char value[64];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        bool kept = row->words == NULL;
        CHECK_INT(kept ? BELL_OK : BELL_BAD_REPLY,
                  decode_ruled(row->type, row->text, value));
        if (!kept) {
            check_told(row->text, row->words);
            CHECK_TEXT("result", last.path);
            CHECK_INT(0, last.offset);
        }
        /* Not for what no strict record holds. */
        CHECK_INT(BELL_OK, decode(row->type, row->text, value));
        if (kept) {
            check_encoded(row->type, value, row->text);
        } else {
            check_refused(row->type, value, "params", row->words);
        }
    }
}

/* What is no value at all is told as such, not as a broken rule. */
static void test_no_value(void)
{
    char value[64];
    CHECK_INT(BELL_BAD_REPLY, decode_ruled(&t_age, "\"1\"", value));
    check_told("\"1\"", "wanted int32, got \"1\"");
    bell_string text = {"\xFF\xFF", 2};
    check_refused(&t_short, &text, "params", "not UTF-8");
    text.text = NULL;
    check_refused(&t_short, &text, "params", "the text is NULL");
    string_list list = {NULL, 2};
    check_refused(&t_pair, &list, "params", "items is NULL");
}

static void test_long_pattern(void)
{
    bell_string text = BELL_STR("a");
    check_refused(&t_never, &text, "params", "does not match (0123456789|");
    check_told("a", "\xE2\x82\xAC...");
    size_t size = strlen(last.message);
    CHECK_TEXT("\xAC...", last.message + size - 4);
}

/* ---- Whose fields -------------------------------------------------------- */

typedef struct age_option {
    bool has_value;
    int32_t value;
} age_option;
typedef struct age_list {
    const age_option *items;
    size_t count;
} age_list;
static const bell_type t_age_option = {.kind = BELL_KIND_OPTION,
                                       .size = sizeof(age_option),
                                       .name = "int32 | null",
                                       .item = &t_age,
                                       .item_offset =
                                           offsetof(age_option, value)};
static const bell_type t_ages =
    LIST(age_list, "(int32 | null)[]", &t_age_option, age_option);

typedef struct person {
    int32_t age;
    bool has_code;
    bell_string code;
    bool has_ages;
    age_list ages;
} person;
static const bell_field person_fields[] = {
    FIELD(person, age, &t_age),
    FIELD_HAS(person, code, &t_code, BELL_STATE_OPTIONAL, has_code),
    FIELD_HAS(person, ages, &t_ages, BELL_STATE_OPTIONAL, has_ages)};
static const bell_type t_loose = RECORD(person, "Loose", person_fields, 0);
static const bell_type t_strict =
    RECORD(person, "Strict", person_fields, BELL_TYPE_STRICT);

typedef struct family {
    person loose;
    person strict;
    int32_t age;
} family;
static const bell_field family_fields[] = {FIELD(family, loose, &t_loose),
                                           FIELD(family, strict, &t_strict),
                                           FIELD(family, age, &t_age)};
static const bell_type t_family = RECORD(family, "Family", family_fields, 0);
static const bell_type t_strict_family =
    RECORD(family, "Family", family_fields, BELL_TYPE_STRICT);

typedef struct codes {
    string_list value;
} codes;
static const bell_field codes_fields[] = {FIELD(codes, value, &t_codes)};
static const bell_type t_bare_loose =
    RECORD(codes, "Codes", codes_fields, BELL_TYPE_BARE);
static const bell_type t_bare_strict =
    RECORD(codes, "Codes", codes_fields, BELL_TYPE_BARE | BELL_TYPE_STRICT);

static const struct {
    const bell_type *type;
    const char *text;
    const char *path; /* NULL: taken */
    size_t offset;
} places[] = {
    {&t_loose, "{\"age\":200}", NULL, 0},
    {&t_strict, "{\"age\":150}", NULL, 0},
    {&t_strict, "{\"age\": 200}", "result.age", 8},
    {&t_strict, "{\"age\":1,\"code\":\"a\"}", "result.code", 16},
    {&t_strict, "{\"age\":1,\"ages\":[null,7,151]}", "result.ages[2]", 24},
    {&t_family, "{\"loose\":{\"age\":200},\"strict\":{\"age\":1},\"age\":200}",
     NULL, 0},
    {&t_family, "{\"loose\":{\"age\":200},\"strict\":{\"age\":200},\"age\":1}",
     "result.strict.age", 37},
    {&t_family, "{\"strict\":{\"age\":1},\"loose\":{\"age\":200},\"age\":200}",
     NULL, 0},
    {&t_strict_family,
     "{\"loose\":{\"age\":200},\"strict\":{\"age\":1},\"age\":1}", NULL, 0},
    {&t_strict_family,
     "{\"loose\":{\"age\":200},\"strict\":{\"age\":1},\"age\":200}",
     "result.age", 46},
    {&t_bare_loose, "[\"a\"]", NULL, 0},
    {&t_bare_strict, "[\"A\"]", NULL, 0},
    {&t_bare_strict, "[\"A\",\"a\"]", "result[1]", 5}};

static void test_places(void)
{
    char value[256];
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        bell_status status = decode(places[i].type, places[i].text, value);
        CHECK_INT(places[i].path == NULL ? BELL_OK : BELL_BAD_REPLY, status);
        CHECK_TEXT(places[i].path != NULL ? places[i].path : "", last.path);
        CHECK_INT(places[i].offset, last.offset);
    }
    CHECK_INT(BELL_BAD_REPLY,
              decode_ruled(&t_family,
                           "{\"loose\":{\"age\":200},\"strict\":{\"age\":1},"
                           "\"age\":1}",
                           value));
    CHECK_TEXT("result.loose.age", last.path);
    CHECK_TEXT("result.loose.age: 200 is more than its max 150 (byte 16)",
               last.message);
}

/* Sending: always, strict or not, but only what is sent. */
static void test_sent(void)
{
    person value;
    memset(&value, 0, sizeof value);
    check_encoded(&t_loose, &value, "{\"age\":0}");
    value.age = 151;
    check_refused(&t_loose, &value, "age", "151 is more than its max 150");
    CHECK_TEXT("age: 151 is more than its max 150", last.message);
    value.age = 1;
    value.has_code = true;
    check_refused(&t_loose, &value, "code", "does not match ^[A-Z]+$");
    value.has_code = false;
    value.code = BELL_STR("A");
    check_refused(&t_loose, &value, "code", "has_ is false");
    value.code.size = 0;
    age_option ages[] = {{false, 0}, {true, -6}};
    value.has_ages = true;
    value.ages.items = ages;
    value.ages.count = 2;
    check_refused(&t_loose, &value, "ages[1]", "-6 is less than its min -5");
    ages[1].value = -5;
    check_encoded(&t_loose, &value, "{\"age\":1,\"ages\":[null,-5]}");
    ages[0].value = 7;
    check_refused(&t_loose, &value, "ages[0]", "has_value is false");
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    test_rows();
    test_no_value();
    test_long_pattern();
    test_places();
    test_sent();
    bell__arena_close(&arena);
    return check_report();
}
