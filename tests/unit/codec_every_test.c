/* codec_every_test.c: a record of every kind of the second tables: each
 * allocation of its decoding fails in turn, and its text is damaged. */
#include "unit/codec_check.h"
#include "unit/codec_damage.h"

/* ---- The record ---------------------------------------------------------- */

enum { M = BELL_STEP_MATCH };

static const uint32_t word_words[] = {BELL_STEP_CLASS, 1, 'a', 'z', M};
static const bell_pattern word_pattern = {"[a-z]", word_words, 5, 2};
static const bell_rule word_rule = {
    .checks = BELL_RULE_MAX_COUNT, .max_count = 40, .pattern = &word_pattern};
static const bell_rule small_rule = {.checks = BELL_RULE_MIN,
                                     .min = {.integer = -1000}};
static const bell_type t_word = RULED(&t_string, bell_string, &word_rule);
static const bell_type t_small = RULED(&t_int64, int64_t, &small_rule);

typedef struct packet {
    int tag;
    bell_string tag_text;
    bell_json raw;
    int64_t seq;
    const bell_bytes *blob;
    const point *point;
} packet;
static const bell_field packet_fields[] = {FIELD(packet, seq, &t_small)};
static const bell_type t_shared =
    RECORD(packet, "Packet", packet_fields, BELL_TYPE_STRICT);
static const bell_variant packet_variants[] = {
    {.text = "blob",
     .json = "\"blob\"",
     .text_size = 4,
     .json_size = 6,
     .offset = offsetof(packet, blob),
     .type = &t_bytes},
    {.text = "point",
     .json = "\"point\"",
     .text_size = 5,
     .json_size = 7,
     .offset = offsetof(packet, point),
     .type = &t_point}};
static const bell_type t_packet = {.kind = BELL_KIND_UNION,
                                   .count = 2,
                                   .size = sizeof(packet),
                                   .name = "Packet",
                                   .variants = packet_variants,
                                   .item = &t_shared,
                                   .tag = "kind",
                                   .content = "data",
                                   .tag_size = 4,
                                   .content_size = 4};

typedef struct packet_list {
    const packet *items;
    size_t count;
} packet_list;
static const bell_type t_packets =
    LIST(packet_list, "Packet[]", &t_packet, packet);

typedef struct every {
    bell_bytes bytes;
    bell_datetime moment;
    bell_date date;
    int64_t duration;
    int64_t seconds;
    bell_string uuid;
    bell_string decimal;
    bell_string number;
    bell_string word;
    packet_list packets;
    packet last;
} every;
static const bell_field every_fields[] = {
    FIELD(every, bytes, &t_bytes),     FIELD(every, moment, &t_moment),
    FIELD(every, date, &t_date),       FIELD(every, duration, &t_duration),
    FIELD(every, seconds, &t_seconds), FIELD(every, uuid, &t_uuid),
    FIELD(every, decimal, &t_decimal), FIELD(every, number, &t_number),
    FIELD(every, word, &t_word),       FIELD(every, packets, &t_packets),
    FIELD(every, last, &t_packet)};
static const bell_type t_every =
    RECORD(every, "Every", every_fields, BELL_TYPE_STRICT);

static const char every_text[] =
    "{\"bytes\":\"++\\/_\\u0041A\",\"moment\":\"2024-02-29 12:34:5\\u0036.7\","
    "\"date\":\"2024-12-3\\u0031\",\"duration\":\"-P1W2DT3H4M\\u0035.06S\","
    "\"seconds\":-1.25,\"uuid\":\"0011\\u0032334-5566-7788-99AA-bbccddeeff00\","
    "\"decimal\":\"-12.50e\\u002b3\",\"number\":12345678901234567890.10,"
    "\"word\":\"a \\u00e9\",\"packets\":[{\"kind\":\"blob\",\"seq\":1,"
    "\"data\":\"AAAA\"},{\"d\\u0061ta\":{\"x\":1,\"y\":2},\"s\\u0065q\":-2,"
    "\"kind\":\"p\\u006fint\"}],\"last\":{\"other\":[],\"k\\u0069nd\":"
    "\"n\\u0065w\",\"seq\":3}}";

static const char every_again[] =
    "{\"bytes\":\"++//AA==\",\"moment\":\"2024-02-29T12:34:56.7Z\","
    "\"date\":\"2024-12-31\",\"duration\":\"-PT219H4M5.06S\","
    "\"seconds\":-1.25,\"uuid\":\"00112334-5566-7788-99aa-bbccddeeff00\","
    "\"decimal\":\"-12.50e+3\",\"number\":12345678901234567890.10,"
    "\"word\":\"a \xC3\xA9\",\"packets\":[{\"kind\":\"blob\",\"seq\":1,"
    "\"data\":\"AAAA\"},{\"kind\":\"point\",\"seq\":-2,"
    "\"data\":{\"x\":1,\"y\":2}}],\"last\":{\"other\":[],\"k\\u0069nd\":"
    "\"n\\u0065w\",\"seq\":3}}";

/* ---- Good, cut, and without memory --------------------------------------- */

static void test_whole(void)
{
    every value;
    CHECK_INT(BELL_OK, decode(&t_every, every_text, &value));
    CHECK_TEXT("", last.message);
    check_encoded(&t_every, &value, every_again);
    CHECK_INT(BELL_OK, decode(&t_every, every_again, &value));
    check_encoded(&t_every, &value, every_again);
}

static void test_prefixes(void)
{
    every value;
    for (size_t size = 0; size < sizeof every_text - 1; size++) {
        CHECK_INT(BELL_BAD_REPLY,
                  decode_bytes(&t_every, every_text, size, &value));
        CHECK(last.offset <= size);
        bell__arena_reset(&arena);
    }
}

/* Blocks that fit one piece each, so that every piece is an allocation. */
static void test_failing_memory(void)
{
    struct counter counter;
    bool done = false;
    size_t fail = 0;
    while (!done && fail < 200) {
        bell_allocator memory = counter_allocator(&counter);
        struct bell__arena small;
        every value;
        counter.fail = ++fail;
        bell__arena_open(&small, &memory, 0);
        bell_status status =
            bell__decode(bell_str(every_text), &t_every, &value, &small,
                         &limits, "result", &last);
        done = status == BELL_OK;
        CHECK(done || status == BELL_NO_MEMORY);
        bell__arena_close(&small);
        CHECK_INT(0, counter.bytes);
    }
    CHECK(done);
}

/* Every number of bytes that the arena may hold at most, up to enough. */
static void test_reply_bytes(void)
{
    bool done = false;
    int limited = 0;
    for (size_t bytes = 1; bytes < 4000 && !done; bytes += 8) {
        struct bell__arena small;
        every value;
        bell__arena_open(&small, &bell__memory_default, bytes);
        bell_status status =
            bell__decode(bell_str(every_text), &t_every, &value, &small,
                         &limits, "result", &last);
        done = status == BELL_OK;
        limited += status == BELL_LIMIT;
        CHECK(done || status == BELL_LIMIT);
        CHECK(done || strstr(last.message, "reply_bytes_max") != NULL);
        bell__arena_close(&small);
    }
    CHECK(done && limited > 20);
}

/* A full buffer, an allocator that gives nothing: whatever is written next. */
static void test_full_buffer(void)
{
    every value;
    CHECK_INT(BELL_OK, decode(&t_every, every_text, &value));
    for (size_t most = 1; most < sizeof every_again; most++) {
        struct bell__buf out;
        bell__buf_open(&out, &bell__memory_default, most);
        bool fits = most >= sizeof every_again - 1;
        bell_status status =
            bell__encode(&out, &t_every, &value, &limits, &last);
        CHECK_INT(fits ? BELL_OK : BELL_LIMIT, status);
        CHECK_INT(fits ? most : 0, out.size);
        bell__buf_close(&out);
    }
    struct counter counter;
    bool done = false;
    for (size_t fail = 1; fail < 20 && !done; fail++) {
        struct bell__buf out;
        bell_allocator memory = counter_allocator(&counter);
        counter.fail = fail;
        bell__buf_open(&out, &memory, 0);
        bell_status status =
            bell__encode(&out, &t_every, &value, &limits, &last);
        done = status == BELL_OK;
        CHECK(done || (status == BELL_NO_MEMORY && out.size == 0));
        bell__buf_close(&out);
        CHECK_INT(0, counter.bytes);
    }
    CHECK(done);
}

/* ---- Damage -------------------------------------------------------------- */

/* Whatever comes: a value that can be written again and then means the same,
 * or an error with a place. */
static void test_mutations(void)
{
    int good = 0;
    for (int round = 0; round < 20000; round++) {
        char text[2 * sizeof every_text];
        every value;
        size_t size = sizeof every_text - 1;
        memcpy(text, every_text, size);
        for (size_t i = random_below(3) + 1; i > 0 && size > 1; i--) {
            size = mutate(text, size);
        }
        if (decode_bytes(&t_every, text, size, &value) != BELL_OK) {
            CHECK(last.offset <= size && last.path[0] != '\0');
            bell__arena_reset(&arena);
            continue;
        }
        good++;
        struct bell__buf out;
        struct bell__buf again;
        bell__buf_open(&out, &bell__memory_default, 0);
        bell__buf_open(&again, &bell__memory_default, 0);
        CHECK_INT(BELL_OK,
                  bell__encode(&out, &t_every, &value, &limits, &last));
        CHECK_INT(BELL_OK, decode_bytes(&t_every, out.bytes, out.size, &value));
        CHECK_INT(BELL_OK,
                  bell__encode(&again, &t_every, &value, &limits, &last));
        CHECK(again.size == out.size &&
              memcmp(again.bytes, out.bytes, out.size) == 0);
        bell__buf_close(&out);
        bell__buf_close(&again);
        bell__arena_reset(&arena);
    }
    CHECK(good > 100);
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    test_whole();
    test_prefixes();
    test_failing_memory();
    test_reply_bytes();
    test_full_buffer();
    test_mutations();
    bell__arena_close(&arena);
    return check_report();
}
