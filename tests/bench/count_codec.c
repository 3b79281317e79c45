/* count_codec.c: decoding and encoding for scripts/count.sh: records of
 * several sizes and kinds. It knows no protocol. */
#include "base/memory.h"
#include "bench/count.h"
#include "bench/messages.h"
#include "record/codec.h"
#include "unit/codec_tables.h"

enum { FLEET_COUNT = 100, LONG_BYTES = 64 * 1024 };

static const struct bell__codec_limits limits = {.depth_max = 64,
                                                 .items_max = 1 << 24};

/* ---- Kinds that have a form, and rules ----------------------------------- */

enum { M = BELL_STEP_MATCH };

static const uint32_t word_words[] = {BELL_STEP_CLASS, 1, 'a', 'z', M};
static const bell_pattern word_pattern = {"[a-z]", word_words, 5, 2};
static const bell_rule word_rule = {
    .checks = BELL_RULE_MAX_COUNT, .max_count = 40, .pattern = &word_pattern};
static const bell_rule small_rule = {.checks = BELL_RULE_MIN,
                                     .min = {.integer = -1000}};
static const bell_type t_word = RULED(&t_string, bell_string, &word_rule);
static const bell_type t_small = RULED(&t_int64, int64_t, &small_rule);

typedef struct formed {
    bell_bytes photo;
    bell_datetime placed_at;
    bell_date ship_by;
    int64_t lead;
    int64_t took;
    bell_string id;
    bell_string total;
    bell_string price;
    bell_string word;
    int64_t small;
} formed;
static const bell_field formed_fields[] = {
    FIELD(formed, photo, &t_bytes),   FIELD(formed, placed_at, &t_moment),
    FIELD(formed, ship_by, &t_date),  FIELD(formed, lead, &t_duration),
    FIELD(formed, took, &t_seconds),  FIELD(formed, id, &t_uuid),
    FIELD(formed, total, &t_decimal), FIELD(formed, price, &t_number),
    FIELD(formed, word, &t_word),     FIELD(formed, small, &t_small)};
static const bell_type t_formed =
    RECORD(formed, "Formed", formed_fields, BELL_TYPE_STRICT);

static const char formed_text[] =
    "{\"photo\":\"3q2+796tvu/erb7v3q2+796tvu8=\","
    "\"placed_at\":\"2024-02-29T10:00:00.5Z\","
    "\"ship_by\":\"2024-03-01\",\"lead\":\"PT1H30M\",\"took\":90,"
    "\"id\":\"6f1c2a34-9d0e-4b57-8a61-2f3e4d5c6b7a\",\"total\":\"1299.50\","
    "\"price\":12.25,\"word\":\"rope\",\"small\":-7}";

static const char scalars_text[] =
    "{\"flag\":true,\"small\":-42,\"large\":9007199254740993,"
    "\"natural\":4294967295,\"huge\":18446744073709551615,\"narrow\":0.5,"
    "\"wide\":3.141592653589793,\"text\":\"somebody pulls the rope\","
    "\"free_form\":{\"a\":[1,2,{\"b\":null}]},\"color\":\"dark green\","
    "\"closed\":\"red\"}";

static const char many_text[] =
    "{\"points\":[{\"x\":1,\"y\":2},{\"x\":-3,\"y\":40000}],"
    "\"strings\":[\"one\",\"two\",\"three\",\"four\"],"
    "\"maybes\":[1,null,3],\"counts\":{\"open\":3,\"done\":41,"
    "\"blocked\":0},\"shapes\":[{\"type\":\"point\",\"x\":1,\"y\":2},"
    "{\"type\":\"named\",\"name\":\"bell\"}]}";

static const bell_type t_note = RECORD(named, "Note", named_fields, 0);

/* ---- Unions in unions -----------------------------------------------------
 */

typedef struct holder {
    int tag;
    bell_string tag_text;
    bell_json raw;
    const struct holder *inner;
    const bell_json *end;
} holder;
static const bell_type t_free = {
    .kind = BELL_KIND_JSON, .size = sizeof(bell_json), .name = "json"};
static const bell_type t_holder;
static const bell_variant holder_variants[] = {
    {.text = "in",
     .json = "\"in\"",
     .text_size = 2,
     .json_size = 4,
     .offset = offsetof(holder, inner),
     .type = &t_holder},
    {.text = "end",
     .json = "\"end\"",
     .text_size = 3,
     .json_size = 5,
     .offset = offsetof(holder, end),
     .type = &t_free}};
static const bell_type t_holder = {.kind = BELL_KIND_UNION,
                                   .count = 2,
                                   .size = sizeof(holder),
                                   .name = "Holder",
                                   .variants = holder_variants,
                                   .tag = "t",
                                   .content = "c",
                                   .tag_size = 1,
                                   .content_size = 1};

/* ---- Rows ---------------------------------------------------------------- */

struct codec {
    const bell_type *type;
    bell_string text;
    char *owned; /* the text, where it was made */
    struct bell__arena arena;
    struct bell__buf out;
    _Alignas(max_align_t) char value[1024];
};

/* What a row reads and writes, and how its text is made where it is long. */
struct message {
    const bell_type *type;
    const char *text;
    char *(*make)(void);
};

static char *fleet_text(void)
{
    bell_string text = make_fleet(FLEET_COUNT);
    char *owned = malloc(text.size + 1);
    count_need(owned != NULL, "memory");
    memcpy(owned, text.text, text.size);
    owned[text.size] = '\0';
    free((void *)(uintptr_t)text.text);
    return owned;
}

/* `{"name":"..."}` of `bytes` bytes of `piece`. */
static char *long_text(const char *piece)
{
    static const char head[] = "{\"name\":\"";
    size_t each = strlen(piece);
    char *text = malloc(LONG_BYTES + each + sizeof head + 2);
    count_need(text != NULL, "memory");
    char *end = text + sizeof head - 1;
    memcpy(text, head, sizeof head - 1);
    while (end < text + LONG_BYTES) {
        memcpy(end, piece, each);
        end += each;
    }
    memcpy(end, "\"}", 3);
    return text;
}

static char *plain_text(void)
{
    return long_text("somebody pulls the rope, it rings downstairs; ");
}

static char *escaped_text(void)
{
    return long_text(
        "a \\\"quoted\\\" word\\n, \xc3\xa9t\xc3\xa9 \xe2\x82\xac 5; ");
}

/* A list of as many numbers, so many unions deep: each looks for its content.
 */
static char *nested_text(void)
{
    enum { LEVELS = 60, NUMBERS = 10000 };
    struct bell__buf text;
    bell__buf_open(&text, &bell__memory_default, 0);
    for (int i = 0; i < LEVELS; i++) {
        bell__buf_add_text(&text, "{\"t\":\"in\",\"c\":");
    }
    bell__buf_add_text(&text, "{\"t\":\"end\",\"c\":[0");
    for (int i = 0; i < NUMBERS; i++) {
        bell__buf_add_text(&text, ",[7]");
    }
    bell__buf_add_text(&text, "]}");
    for (int i = 0; i < LEVELS; i++) {
        bell__buf_add_text(&text, "}");
    }
    bell__buf_add(&text, "", 1);
    count_need(bell__buf_settle(&text) == BELL_OK, "memory");
    return text.bytes;
}

static const struct message stats_message = {&t_stats, stats_text, NULL};
static const struct message metrics_message = {&t_metrics, metrics_text, NULL};
static const struct message agent_message = {&t_agent, agent_text, NULL};
static const struct message scalars_message = {&t_scalars, scalars_text, NULL};
static const struct message many_message = {&t_many, many_text, NULL};
static const struct message formed_message = {&t_formed, formed_text, NULL};
static const struct message fleet_message = {&t_fleet, NULL, fleet_text};
static const struct message plain_message = {&t_note, NULL, plain_text};
static const struct message escaped_message = {&t_note, NULL, escaped_text};

static const struct message nested_message = {&t_holder, NULL, nested_text};

static void decode(void *context, int turns)
{
    struct codec *codec = context;
    bell_error error;
    for (int i = 0; i < turns; i++) {
        bell__arena_reset(&codec->arena);
        bell_status status =
            bell__decode(codec->text, codec->type, codec->value, &codec->arena,
                         &limits, "result", &error);
        count_need(status == BELL_OK, "decoding");
    }
}

static void encode(void *context, int turns)
{
    struct codec *codec = context;
    bell_error error;
    for (int i = 0; i < turns; i++) {
        codec->out.size = 0;
        bell_status status = bell__encode(&codec->out, codec->type,
                                          codec->value, &limits, &error);
        count_need(status == BELL_OK, "encoding");
    }
}

static void *open_codec(const struct count_row *row)
{
    const struct message *message = row->what;
    struct codec *codec = calloc(1, sizeof *codec);
    count_need(codec != NULL, "memory");
    codec->type = message->type;
    codec->owned = message->make == NULL ? NULL : message->make();
    codec->text =
        bell_str(message->make == NULL ? message->text : codec->owned);
    bell__arena_open(&codec->arena, &bell__memory_default, 0);
    bell__buf_open(&codec->out, &bell__memory_default, 0);
    decode(codec, 1);
    encode(codec, 1);
    count_need(
        codec->out.size == codec->text.size &&
            memcmp(codec->out.bytes, codec->text.text, codec->text.size) == 0,
        "what is written is what was read");
    return codec;
}

static void close_codec(void *context)
{
    struct codec *codec = context;
    bell__arena_close(&codec->arena);
    bell__buf_close(&codec->out);
    free(codec->owned);
    free(codec);
}

#define ROW(kind_, name_, turns_)                                              \
    {                                                                          \
        .name = "codec." #kind_ "." #name_, .open = open_codec,                \
        .run = (kind_), .close = close_codec, .turns = (turns_),               \
        .what = &name_##_message                                               \
    }

static const struct count_row rows[] = {
    ROW(decode, stats, 500),  ROW(decode, metrics, 200),
    ROW(decode, agent, 200),  ROW(decode, scalars, 200),
    ROW(decode, many, 200),   ROW(decode, formed, 200),
    ROW(decode, fleet, 5),    ROW(decode, plain, 20),
    ROW(decode, escaped, 10), ROW(decode, nested, 2),
    ROW(encode, stats, 500),  ROW(encode, metrics, 200),
    ROW(encode, agent, 200),  ROW(encode, scalars, 200),
    ROW(encode, many, 200),   ROW(encode, formed, 200),
    ROW(encode, fleet, 5),    ROW(encode, plain, 20),
    ROW(encode, escaped, 10)};

int main(int argc, char **argv)
{
    return count_main(rows, sizeof rows / sizeof rows[0], argc, argv);
}
