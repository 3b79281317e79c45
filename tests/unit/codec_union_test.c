/* codec_union_test.c: unions whose variant is one member's value, and unions
 * whose variants share fields. */
#include "unit/codec_check.h"

/* ---- Content beside the tag ---------------------------------------------- */

typedef struct empty {
    char nothing;
} empty;
static const bell_type t_empty = {.kind = BELL_KIND_RECORD,
                                  .flags = BELL_TYPE_STRICT,
                                  .size = sizeof(empty),
                                  .name = "Empty"};

typedef struct event {
    int tag;
    bell_string tag_text;
    bell_json raw;
    const int64_t *count;
    const string_list *names;
    const point *point;
    const empty *ping;
    const maybe *maybe;
    const struct event *inner;
} event;

#define VARIANT(struct_, name_, member_, type_)                                \
    {                                                                          \
        .text = (name_), .json = "\"" name_ "\"",                              \
        .text_size = sizeof(name_) - 1, .json_size = sizeof(name_) + 1,        \
        .offset = offsetof(struct_, member_), .type = (type_)                  \
    }

static const bell_type t_event;
static const bell_variant event_variants[] = {
    VARIANT(event, "count", count, &t_int64),
    VARIANT(event, "names", names, &t_strings),
    VARIANT(event, "point", point, &t_point),
    VARIANT(event, "ping", ping, &t_empty),
    VARIANT(event, "maybe", maybe, &t_maybe),
    VARIANT(event, "inner", inner, &t_event)};
static const bell_type t_event = {.kind = BELL_KIND_UNION,
                                  .count = 6,
                                  .size = sizeof(event),
                                  .name = "Event",
                                  .variants = event_variants,
                                  .tag = "event",
                                  .content = "data",
                                  .tag_size = 5,
                                  .content_size = 4};

/* ---- Shared fields ------------------------------------------------------- */

typedef struct message {
    int tag;
    bell_string tag_text;
    bell_json raw;
    int64_t seq;
    bool has_note;
    bell_string note;
    const point *point;
    const named *named;
} message;
static const bell_field message_fields[] = {
    FIELD(message, seq, &t_int64),
    FIELD_HAS(message, note, &t_string, BELL_STATE_OPTIONAL, has_note)};
static const bell_type t_message_shared =
    RECORD(message, "Message", message_fields, BELL_TYPE_STRICT);
static const bell_variant message_variants[] = {
    VARIANT(message, "point", point, &t_point), /* strict */
    VARIANT(message, "named", named, &t_named)};
static const bell_type t_message = {.kind = BELL_KIND_UNION,
                                    .count = 2,
                                    .size = sizeof(message),
                                    .name = "Message",
                                    .variants = message_variants,
                                    .item = &t_message_shared,
                                    .tag = "type",
                                    .tag_size = 4};
static const bell_type t_parcel = {.kind = BELL_KIND_UNION,
                                   .count = 2,
                                   .size = sizeof(message),
                                   .name = "Parcel",
                                   .variants = message_variants,
                                   .item = &t_message_shared,
                                   .tag = "type",
                                   .content = "data",
                                   .tag_size = 4,
                                   .content_size = 4};

/* ---- What is read, and how it is written --------------------------------- */

static const struct {
    const bell_type *type;
    const char *text;
    const char *want; /* NULL: the same */
} goods[] = {
    {&t_event, "{\"event\":\"count\",\"data\":-7}", NULL},
    {&t_event, " { \"data\" : 7 , \"event\" : \"count\" } ",
     "{\"event\":\"count\",\"data\":7}"},
    {&t_event, "{\"event\":\"names\",\"data\":[\"a\",\"b\"]}", NULL},
    {&t_event, "{\"event\":\"names\",\"data\":[]}", NULL},
    {&t_event, "{\"event\":\"point\",\"data\":{\"x\":1,\"y\":2}}", NULL},
    {&t_event, "{\"event\":\"ping\",\"data\":{}}", NULL},
    {&t_event, "{\"event\":\"ping\"}", "{\"event\":\"ping\",\"data\":{}}"},
    {&t_event, "{\"event\":\"maybe\",\"data\":null}", NULL},
    {&t_event, "{\"event\":\"maybe\",\"data\":5}", NULL},
    {&t_event,
     "{\"event\":\"inner\",\"data\":{\"event\":\"inner\",\"data\":"
     "{\"data\":{\"x\":3,\"y\":4},\"event\":\"point\"}}}",
     "{\"event\":\"inner\",\"data\":{\"event\":\"inner\",\"data\":"
     "{\"event\":\"point\",\"data\":{\"x\":3,\"y\":4}}}}"},
    {&t_event,
     "{\"id\":[1,{\"event\":2}],\"\\u0065vent\":\"co\\u0075nt\",\"x\":{},"
     "\"d\\u0061ta\":1e2,\"z\":null}",
     "{\"event\":\"count\",\"data\":100}"},
    {&t_event, "{\"event\":\"new\",\"data\":{\"a\":1}}", NULL},
    {&t_event, "{ \"x\":1, \"event\":\"new\" }", "{\"x\":1,\"event\":\"new\"}"},
    {&t_message,
     "{\"type\":\"point\",\"seq\":1,\"note\":\"n\",\"x\":2,\"y\":3}", NULL},
    {&t_message, "{\"type\":\"named\",\"seq\":1,\"name\":\"n\"}", NULL},
    {&t_message, "{\"y\":3,\"seq\":1,\"x\":2,\"type\":\"point\"}",
     "{\"type\":\"point\",\"seq\":1,\"x\":2,\"y\":3}"},
    {&t_message,
     "{\"type\":\"point\",\"x\":2,\"s\\u0065q\":1,\"y\":3,\"seq\":4}",
     "{\"type\":\"point\",\"seq\":4,\"x\":2,\"y\":3}"},
    {&t_message, "{\"type\":\"named\",\"seq\":1,\"name\":\"n\",\"other\":[]}",
     "{\"type\":\"named\",\"seq\":1,\"name\":\"n\"}"},
    {&t_message, "{\"type\":\"new\",\"a\":[],\"seq\":9}", NULL},
    {&t_parcel,
     "{\"type\":\"point\",\"seq\":1,\"note\":\"\",\"data\":{\"x\":2,\"y\":3}}",
     NULL},
    {&t_parcel, "{\"data\":{\"name\":\"seq\"},\"type\":\"named\",\"seq\":1}",
     "{\"type\":\"named\",\"seq\":1,\"data\":{\"name\":\"seq\"}}"},
    {&t_parcel, "{\"seq\":1,\"x\":5,\"type\":\"new\",\"data\":5}", NULL}};

static void test_goods(void)
{
    char value[256];
    for (size_t i = 0; i < sizeof goods / sizeof goods[0]; i++) {
        bell_status status = decode(goods[i].type, goods[i].text, value);
        CHECK_INT(BELL_OK, status);
        if (status != BELL_OK) {
            fprintf(stderr, "  %s: %s\n", goods[i].text, last.message);
            continue;
        }
        check_encoded(goods[i].type, value,
                      goods[i].want != NULL ? goods[i].want : goods[i].text);
    }
}

static const struct {
    const bell_type *type;
    const char *text;
    const char *path;
    size_t offset;
    const char *words;
} bads[] = {
    {&t_event, "[]", "result", 0, "wanted Event, got a list"},
    {&t_event, "{}", "result.event", 0, "tag is missing"},
    {&t_event, "{\"data\":1}", "result.event", 0, "tag is missing"},
    {&t_event, "{\"event\":\"count\"}", "result.data", 0, "content is missing"},
    {&t_event, "{\"event\":\"maybe\"}", "result.data", 0, "content is missing"},
    {&t_event, "{\"event\":\"point\",\"x\":1,\"y\":2}", "result.data", 0,
     "content is missing"},
    {&t_event, "{\"event\":5,\"data\":1}", "result.event", 9,
     "wanted string, got 5"},
    {&t_event, "{\"event\":\"count\",\"data\":\"1\"}", "result.data", 24,
     "wanted int64, got \"1\""},
    {&t_event, "{\"data\":null,\"event\":\"count\"}", "result.data", 8,
     "wanted int64, got null"},
    {&t_event, "{\"event\":\"point\",\"data\":{\"x\":1,\"y\":[]}}",
     "result.data.y", 35, "wanted int64, got a list"},
    {&t_event, "{\"event\":\"ping\",\"data\":{\"x\":1}}", "result.data.x", 24,
     "unknown field"},
    {&t_event, "{\"event\":\"ping\",\"data\":null}", "result.data", 23,
     "wanted Empty, got null"},
    {&t_event, "{\"event\":\"count\",\"data\":1,\"event\":\"count\"}",
     "result.event", 26, "tag stands twice"},
    {&t_event, "{\"event\":\"count\",\"data\":1,\"data\":1}", "result.data", 26,
     "content stands twice"},
    {&t_event, "{\"data\":1,\"d\\u0061ta\":1,\"event\":\"count\"}",
     "result.data", 10, "content stands twice"},
    {&t_event, "{\"event\":\"new\",\"data\":1,\"data\":1}", "result.data", 24,
     "content stands twice"},
    {&t_event, "{\"event\":\"count\",\"data\":1", "result", 25,
     "the text ends too early"},
    {&t_event, "{\"event\":\"count\",\"data\":1,}", "result", 26,
     "a key is missing"},
    {&t_event, "{\"event\":\"count\",\"data\":1,\"z\":tru}", "result", 30,
     "no JSON value"},
    {&t_message, "{\"type\":\"point\",\"x\":1,\"y\":2}", "result.seq", 28,
     "required field is missing"},
    {&t_message, "{\"type\":\"new\"}", "result.seq", 14,
     "required field is missing"},
    {&t_message, "{\"type\":\"new\",\"seq\":\"1\"}", "result.seq", 20,
     "wanted int64, got \"1\""},
    {&t_message, "{\"type\":\"point\",\"seq\":1,\"x\":1}", "result.y", 30,
     "required field is missing"},
    {&t_message, "{\"type\":\"point\",\"seq\":1,\"x\":1,\"y\":2,\"z\":3}",
     "result.z", 36, "unknown field"},
    {&t_message, "{\"type\":\"point\",\"seq\":1,\"type\":\"point\"}",
     "result.type", 24, "tag stands twice"},
    {&t_parcel, "{\"type\":\"point\",\"seq\":1}", "result.data", 0,
     "content is missing"},
    {&t_parcel, "{\"type\":\"point\",\"data\":{\"seq\":1,\"x\":2,\"y\":3}}",
     "result.seq", 45, "required field is missing"},
    {&t_parcel,
     "{\"type\":\"point\",\"seq\":1,\"data\":{\"x\":2,\"y\":3,\"seq\":1}}",
     "result.data.seq", 44, "unknown field"}};

static void test_bads(void)
{
    char value[256];
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        CHECK_INT(BELL_BAD_REPLY, decode(bads[i].type, bads[i].text, value));
        CHECK_TEXT(bads[i].path, last.path);
        CHECK_INT(bads[i].offset, last.offset);
        bool told = strstr(last.message, bads[i].words) != NULL;
        CHECK(told);
        if (!told) {
            fprintf(stderr, "  %s: %s\n", bads[i].text, last.message);
        }
    }
}

/* ---- Values -------------------------------------------------------------- */

static void test_unknown(void)
{
    event value;
    message note;
    CHECK_INT(BELL_OK,
              decode(&t_event, "{\"event\":\"new\",\"data\":1}", &value));
    CHECK(value.tag == 0 && value.count == NULL);
    CHECK_BYTES("new", value.tag_text.text, value.tag_text.size);
    CHECK_BYTES("{\"event\":\"new\",\"data\":1}", value.raw.text,
                value.raw.size);
    CHECK_INT(BELL_OK,
              decode(&t_message, "{\"note\":\"a\",\"type\":\"new\",\"seq\":5}",
                     &note));
    CHECK(note.tag == 0 && note.seq == 5 && note.has_note);
    CHECK_BYTES("a", note.note.text, note.note.size);
    CHECK(note.point == NULL && note.named == NULL);
    CHECK_BYTES("{\"note\":\"a\",\"type\":\"new\",\"seq\":5}", note.raw.text,
                note.raw.size);
}

static void test_known(void)
{
    message note;
    event value;
    CHECK_INT(BELL_OK,
              decode(&t_message,
                     "{\"type\":\"named\",\"seq\":5,\"name\":\"n\"}", &note));
    CHECK(note.tag == 2 && note.seq == 5 && !note.has_note);
    CHECK(note.raw.size == 0 && note.point == NULL);
    CHECK_BYTES("named", note.tag_text.text, note.tag_text.size);
    CHECK_BYTES("n", note.named->name.text, note.named->name.size);
    CHECK_INT(BELL_OK,
              decode(&t_event, "{\"event\":\"maybe\",\"data\":null}", &value));
    CHECK(value.tag == 5 && value.maybe != NULL && !value.maybe->has_value);
}

static void test_refused(void)
{
    event value;
    message note;
    int64_t count = 1;
    point where = {1, 2};
    memset(&value, 0, sizeof value);
    check_refused(&t_event, &value, "params", "a union is not set");
    value.tag = 1;
    check_refused(&t_event, &value, "params", "its variant is NULL");
    value.tag = 7;
    check_refused(&t_event, &value, "params", "not a tag of the union");
    value.tag = 1;
    value.count = &count;
    check_encoded(&t_event, &value, "{\"event\":\"count\",\"data\":1}");
    bell_string bad = {"\xFF", 1};
    string_list names = {&bad, 1};
    value.tag = 2;
    value.names = &names;
    check_refused(&t_event, &value, "data[0]", "not UTF-8");
    memset(&note, 0, sizeof note);
    note.tag = 1;
    note.point = &where;
    check_encoded(&t_message, &note,
                  "{\"type\":\"point\",\"seq\":0,\"x\":1,\"y\":2}");
    note.note = BELL_STR("forgotten");
    check_refused(&t_message, &note, "note", "has_ is false");
}

/* A union counts one level, what its content holds the next ones. */
static void test_depth(void)
{
    char text[400] = "";
    char value[256];
    event cycle;
    struct bell__buf out;
    size_t size = 0;
    for (int i = 0; i < 7; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "{\"event\":\"inner\",\"data\":");
    }
    memcpy(text + size, "{\"event\":\"count\",\"data\":1}}}}}}}}", 34);
    CHECK_INT(BELL_OK, decode(&t_event, text, value));
    check_encoded(&t_event, value, text);
    memcpy(text + size, "{\"event\":\"names\",\"data\":[]}}}}}}}}", 35);
    CHECK_INT(BELL_LIMIT, decode(&t_event, text, value));
    CHECK(strstr(last.message, "depth_max") != NULL);
    memset(&cycle, 0, sizeof cycle);
    cycle.tag = 6;
    cycle.inner = &cycle;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_LIMIT, bell__encode(&out, &t_event, &cycle, &limits, &last));
    CHECK(strstr(last.message, "depth_max") != NULL);
    bell__buf_close(&out);
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    test_goods();
    test_bads();
    test_unknown();
    test_known();
    test_refused();
    test_depth();
    bell__arena_close(&arena);
    return check_report();
}
