/* route_test.c: params become a request line, header lines and a body: every
 * kind of value, and what cannot be sent. */
#include "record/route.h"

#include <math.h>

#include "base/memory.h"
#include "unit/check.h"
#include "unit/codec_words.h"
#include "unit/counter.h"

static const struct bell__codec_limits limits = {.depth_max = 8,
                                                 .items_max = 100};

/* ---- Tables ----------------------------------------------------------------
 */

static const bell_value color_values[] = {VALUE("red"), VALUE("dark green")};
static const bell_type t_color = {.kind = BELL_KIND_ENUM,
                                  .count = 2,
                                  .size = sizeof(bell_enum),
                                  .name = "Color",
                                  .values = color_values};
typedef struct texts {
    const bell_string *items;
    size_t count;
} texts;
static const bell_type t_texts = {.kind = BELL_KIND_LIST,
                                  .size = sizeof(texts),
                                  .name = "string[]",
                                  .item = &t_string,
                                  .stride = sizeof(bell_string)};
static const bell_rule few_rule = {.checks = BELL_RULE_MAX_COUNT,
                                   .max_count = 2};
static const bell_type t_few = {.kind = BELL_KIND_RULED,
                                .size = sizeof(texts),
                                .name = "string[]",
                                .item = &t_texts,
                                .rule = &few_rule,
                                .codec = &bell_codec_ruled};
static const bell_rule size_rule = {.checks = BELL_RULE_MIN | BELL_RULE_MAX,
                                    .min = {.integer = 1},
                                    .max = {.integer = 50}};
static const bell_type t_size = {.kind = BELL_KIND_RULED,
                                 .size = sizeof(int32_t),
                                 .name = "int32",
                                 .item = &t_int32,
                                 .rule = &size_rule,
                                 .codec = &bell_codec_ruled};

struct path {
    bell_string id;
    bell_string part;
};
static const bell_field path_fields[] = {FIELD(struct path, id, &t_string),
                                         FIELD(struct path, part, &t_string)};
static const bell_type t_path = RECORD(struct path, "Path", path_fields, 0);

#define OPTIONAL(type_, name_, table)                                          \
    {                                                                          \
        .key = "\"" #name_ "\":", .name = #name_,                              \
        .key_size = sizeof(#name_) + 2, .name_size = sizeof(#name_) - 1,       \
        .state = BELL_STATE_OPTIONAL,                                          \
        .has_offset = offsetof(type_, has_##name_),                            \
        .offset = offsetof(type_, name_), .type = (table)                      \
    }

struct query {
    bool has_text, has_flag, has_wide, has_real, has_color, has_bytes;
    bool has_moment, has_day, has_span, has_id, has_price, has_tags, has_few;
    bool has_size, has_odd;
    bell_string text;
    bool flag;
    int64_t wide;
    double real;
    bell_enum color;
    bell_bytes bytes;
    bell_datetime moment;
    bell_date day;
    int64_t span;
    bell_string id;
    bell_string price;
    texts tags;
    texts few;
    int32_t size;
    bell_string odd;
};
static const bell_field query_fields[] = {
    OPTIONAL(struct query, text, &t_string),
    OPTIONAL(struct query, flag, &t_bool),
    OPTIONAL(struct query, wide, &t_int64),
    OPTIONAL(struct query, real, &t_float64),
    OPTIONAL(struct query, color, &t_color),
    OPTIONAL(struct query, bytes, &t_bytes),
    OPTIONAL(struct query, moment, &t_moment),
    OPTIONAL(struct query, day, &t_date),
    OPTIONAL(struct query, span, &t_duration),
    OPTIONAL(struct query, id, &t_uuid),
    OPTIONAL(struct query, price, &t_decimal),
    OPTIONAL(struct query, tags, &t_texts),
    OPTIONAL(struct query, few, &t_few),
    OPTIONAL(struct query, size, &t_size),
    {.key = "",
     .name = "a b&c=d[\xC3\xBC]",
     .name_size = 11,
     .state = BELL_STATE_OPTIONAL,
     .has_offset = offsetof(struct query, has_odd),
     .offset = offsetof(struct query, odd),
     .type = &t_string}};
static const bell_type t_query = RECORD(struct query, "Query", query_fields, 0);

struct headers {
    bell_string trace;
    bool has_count, has_tags, has_color;
    int32_t count;
    texts tags;
    bell_enum color;
};
static const bell_field headers_fields[] = {
    {.name = "X-Trace",
     .name_size = 7,
     .offset = offsetof(struct headers, trace),
     .type = &t_string},
    OPTIONAL(struct headers, count, &t_int32),
    OPTIONAL(struct headers, tags, &t_few),
    OPTIONAL(struct headers, color, &t_color)};
static const bell_type t_headers =
    RECORD(struct headers, "Headers", headers_fields, 0);

typedef struct params {
    struct path path;
    struct query query;
    struct headers headers;
    int32_t body;
} params;

static const bell_route_part item_parts[] = {
    {.text = "/items/", .text_size = 7, .field = 1},
    {.text = "/parts/", .text_size = 7, .field = 2},
    {.text = ".json", .text_size = 5}};
static const bell_route whole = {.verb = "PUT",
                                 .path = "/items/{id}/parts/{part}.json",
                                 .parts = item_parts,
                                 .part_count = 3,
                                 .path_offset = offsetof(params, path),
                                 .query_offset = offsetof(params, query),
                                 .headers_offset = offsetof(params, headers),
                                 .body_offset = offsetof(params, body),
                                 .path_type = &t_path,
                                 .query = &t_query,
                                 .headers = &t_headers,
                                 .body = &t_size};

static const bell_route_part root_parts[] = {{.text = "/", .text_size = 1}};
static const bell_route root = {
    .verb = "GET", .path = "/", .parts = root_parts, .part_count = 1};

/* ---- Checks ----------------------------------------------------------------
 */

static params good(void)
{
    params made;
    memset(&made, 0, sizeof made);
    made.path.id = BELL_STR("a");
    made.path.part = BELL_STR("b");
    made.headers.trace = BELL_STR("t");
    made.body = 7;
    return made;
}

static void check_head(const bell_route *route, const void *value,
                       const char *want)
{
    struct bell__buf out;
    bell_error error;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, bell__route_head(&out, route, value, &limits, &error));
    CHECK_BYTES(want, out.bytes, out.size);
    bell__buf_close(&out);
}

static void check_refused(const params *value, const char *where,
                          const char *words)
{
    struct bell__buf out;
    bell_error error;
    char message[sizeof error.message];
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, bell__buf_append(&out, "keep", 4));
    CHECK_INT(BELL_INVALID,
              bell__route_head(&out, &whole, value, &limits, &error));
    CHECK_BYTES("keep", out.bytes, out.size);
    CHECK_TEXT(where, error.path);
    snprintf(message, sizeof message, "%s: %s", where, words);
    CHECK_TEXT(message, error.message);
    bell__buf_close(&out);
}

static void check_path(bell_string id, const char *target)
{
    params value = good();
    char want[400];
    value.path.id = id;
    snprintf(want, sizeof want,
             "PUT /items/%s/parts/b.json HTTP/1.1\r\nX-Trace: t\r\n", target);
    check_head(&whole, &value, want);
}

static void check_query(const params *value, const char *query)
{
    char want[600];
    snprintf(want, sizeof want,
             "PUT /items/a/parts/b.json?%s HTTP/1.1\r\nX-Trace: t\r\n", query);
    check_head(&whole, value, want);
}

/* ---- Tests -----------------------------------------------------------------
 */

static void test_path(void)
{
    check_head(&root, NULL, "GET / HTTP/1.1\r\n");
    check_path(BELL_STR("a-b.c_d~9"), "a-b.c_d~9");
    check_path(BELL_STR("a/b?c#d%2F"), "a%2Fb%3Fc%23d%252F");
    check_path(BELL_STR("\xC3\xA4 \xE2\x82\xAC"), "%C3%A4%20%E2%82%AC");
    check_path(BELL_STR("!$&'()*+,;=:@"), "%21%24%26%27%28%29%2A%2B%2C%3B%3D"
                                          "%3A%40");
    check_path((bell_string){"a\0b", 3}, "a%00b");
    check_path(BELL_STR("..."), "...");
    params value = good();
    value.path.id = BELL_STR("");
    check_refused(&value, "params.path.id",
                  "an empty text cannot be part of a path");
    value.path.id = BELL_STR(".");
    check_refused(&value, "params.path.id", ". cannot be part of a path");
    value.path.id = BELL_STR("a");
    value.path.part = BELL_STR("..");
    check_refused(&value, "params.path.part", ".. cannot be part of a path");
    value.path.part = BELL_STR("a\xFF");
    check_refused(&value, "params.path.part", "the text is not UTF-8");
    value.path.part = (bell_string){NULL, 3};
    check_refused(&value, "params.path.part", "the text is NULL");
}

static void test_query(void)
{
    static const bell_string tags[] = {
        {"a b", 3}, {"", 0}, {"\xC3\xBC&", 3}, {"x", 1}};
    static const uint8_t bytes[] = {0xFB, 0xFF, 0};
    params value = good();
    struct query *query = &value.query;
    query->has_text = query->has_flag = query->has_wide = true;
    query->text = BELL_STR("a+b c");
    query->flag = true;
    query->wide = INT64_MIN;
    check_query(&value, "text=a%2Bb%20c&flag=true&wide=-9223372036854775808");
    value = good();
    query->has_real = query->has_color = query->has_bytes = true;
    query->real = 1e21;
    query->color.value = 2;
    query->bytes = (bell_bytes){bytes, 3};
    check_query(&value, "real=1e%2B21&color=dark%20green&bytes=%2B%2F8A");
    query->color = (bell_enum){0, BELL_STR("\"blue\"")};
    query->has_bytes = false;
    query->bytes = (bell_bytes){NULL, 0};
    check_query(&value, "real=1e%2B21&color=%22blue%22");
    value = good();
    query->has_moment = query->has_day = query->has_span = true;
    query->moment = (bell_datetime){.seconds = 0, .nanoseconds = 500000000};
    query->day = (bell_date){2026, 11, 30};
    query->span = 1500000000;
    check_query(&value, "moment=1970-01-01T00%3A00%3A00.5Z&day=2026-11-30"
                        "&span=PT1.5S");
    value = good();
    query->has_id = query->has_price = true;
    query->id = BELL_STR("00112233-4455-6677-8899-AABBCCDDEEFF");
    query->price = BELL_STR("-1.50");
    check_query(&value, "id=00112233-4455-6677-8899-aabbccddeeff&price=-1.50");
    value = good();
    query->has_tags = query->has_few = true;
    query->tags = (texts){tags, 4};
    check_query(&value, "tags=a%20b&tags=&tags=%C3%BC%26&tags=x");
    value = good();
    query->has_odd = true;
    query->odd = BELL_STR("1");
    check_query(&value, "a%20b%26c%3Dd%5B%C3%BC%5D=1");
}

static void test_query_refused(void)
{
    static const bell_string tags[] = {{"a", 1}, {"\xFF", 1}, {"c", 1}};
    params value = good();
    struct query *query = &value.query;
    query->text = BELL_STR("x");
    check_refused(&value, "params.query.text",
                  "a value is there, but its has_ is false");
    value = good();
    query->has_tags = true;
    query->tags = (texts){tags, 2};
    check_refused(&value, "params.query.tags[1]", "the text is not UTF-8");
    query->tags = (texts){NULL, 2};
    check_refused(&value, "params.query.tags", "items is NULL, count is not 0");
    value = good();
    query->has_few = true;
    query->few =
        (texts){(const bell_string[]){{"a", 1}, {"b", 1}, {"c", 1}}, 3};
    check_refused(&value, "params.query.few", "3 items, max_items is 2");
    value = good();
    query->has_size = true;
    query->size = 51;
    check_refused(&value, "params.query.size", "51 is more than its max 50");
    value = good();
    query->has_color = true;
    check_refused(&value, "params.query.color", "an enum is not set");
    value = good();
    query->has_real = true;
    query->real = (double)INFINITY;
    check_refused(&value, "params.query.real",
                  "JSON has no NaN and no infinity");
}

static void test_headers(void)
{
    static const char words[] = "not printable ASCII without spaces around it";
    static const bell_string tags[] = {{"a", 1}, {"b c", 3}};
    params value = good();
    struct headers *headers = &value.headers;
    headers->trace = BELL_STR("");
    headers->has_count = headers->has_tags = headers->has_color = true;
    headers->count = -5;
    headers->tags = (texts){tags, 2};
    headers->color.value = 2;
    check_head(&whole, &value,
               "PUT /items/a/parts/b.json HTTP/1.1\r\nX-Trace: \r\n"
               "count: -5\r\ntags: a, b c\r\ncolor: dark green\r\n");
    headers->tags.count = 0;
    headers->has_color = false;
    headers->color.value = 0;
    check_head(&whole, &value,
               "PUT /items/a/parts/b.json HTTP/1.1\r\nX-Trace: \r\n"
               "count: -5\r\n");
    headers->trace = BELL_STR("a\r\nHost: x");
    check_refused(&value, "params.headers.X-Trace", words);
    headers->trace = BELL_STR(" a");
    check_refused(&value, "params.headers.X-Trace", words);
    headers->trace = BELL_STR("a ");
    check_refused(&value, "params.headers.X-Trace", words);
    headers->trace = BELL_STR("\xC3\xA4");
    check_refused(&value, "params.headers.X-Trace", words);
    headers->trace = BELL_STR("a\x7F");
    check_refused(&value, "params.headers.X-Trace", words);
}

static void test_body(void)
{
    params value = good();
    struct bell__buf out;
    bell_error error;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, bell__route_body(&out, &whole, &value, &limits, &error));
    CHECK_BYTES("7", out.bytes, out.size);
    value.body = 0;
    CHECK_INT(BELL_INVALID,
              bell__route_body(&out, &whole, &value, &limits, &error));
    CHECK_BYTES("7", out.bytes, out.size);
    CHECK_TEXT("params.body", error.path);
    CHECK_TEXT("params.body: 0 is less than its min 1", error.message);
    bell__buf_close(&out);
}

/* Long values: every place where the buffer grows, and where it cannot. */
static void test_growth(void)
{
    char text[700];
    memset(text, '/', sizeof text);
    for (size_t size = 1; size < sizeof text; size += 23) {
        params value = good();
        char escaped[3 * sizeof text];
        char want[3 * sizeof text + 100];
        value.path.id = (bell_string){text, size};
        for (size_t i = 0; i < size; i++) {
            memcpy(escaped + 3 * i, "%2F", 3);
        }
        snprintf(want, sizeof want,
                 "PUT /items/%.*s/parts/b.json HTTP/1.1\r\nX-Trace: t\r\n",
                 (int)(3 * size), escaped);
        check_head(&whole, &value, want);
    }
}

static void test_memory(void)
{
    static uint8_t bytes[300];
    params value = good();
    value.query.has_bytes = true;
    memset(bytes, 0xFF, sizeof bytes);
    value.query.bytes = (bell_bytes){bytes, sizeof bytes};
    bell_status status = BELL_NO_MEMORY;
    for (size_t after = 1; status != BELL_OK && after < 50; after++) {
        struct counter counter;
        bell_allocator memory = counter_allocator(&counter);
        counter.fail = after;
        struct bell__buf out;
        bell_error error;
        bell__buf_open(&out, &memory, 0);
        status = bell__route_head(&out, &whole, &value, &limits, &error);
        CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
        CHECK(status == BELL_OK || out.size == 0);
        CHECK(status == BELL_OK || strstr(error.message, "out of memory"));
        bell__buf_close(&out);
    }
    CHECK_INT(BELL_OK, status);
}

int main(void)
{
    test_path();
    test_query();
    test_query_refused();
    test_headers();
    test_body();
    test_growth();
    test_memory();
    return check_report();
}
