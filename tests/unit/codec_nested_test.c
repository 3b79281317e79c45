/* codec_nested_test.c: unions in unions whose tags stand last: what is passed
 * over is passed over twice at most, and is read as if it were read at once. */
#include "record/passed.h"

#include "unit/codec_check.h"
#include "json/skip.h"

enum { DEPTH = 40 };

typedef struct node {
    int tag;
    bell_string tag_text;
    bell_json raw;
    bool has_seq;
    int64_t seq;
    const struct more *more;
} node;
typedef struct more {
    const node *next;
    bool has_pad;
    bell_json pad;
} more;

static const bell_type t_node;
static const bell_type t_free = {
    .kind = BELL_KIND_JSON, .size = sizeof(bell_json), .name = "json"};
static const bell_field more_fields[] = {
    {.key = "\"next\":",
     .name = "next",
     .key_size = 7,
     .name_size = 4,
     .state = BELL_STATE_OPTIONAL,
     .by_pointer = 1,
     .offset = offsetof(more, next),
     .type = &t_node},
    FIELD_HAS(more, pad, &t_free, BELL_STATE_OPTIONAL, has_pad)};
static const bell_type t_more = RECORD(more, "More", more_fields, 0);
static const bell_field shared_fields[] = {
    FIELD_HAS(node, seq, &t_int64, BELL_STATE_OPTIONAL, has_seq)};
static const bell_type t_shared = RECORD(node, "Node", shared_fields, 0);
static const bell_variant node_variants[] = {{.text = "m",
                                              .json = "\"m\"",
                                              .text_size = 1,
                                              .json_size = 3,
                                              .offset = offsetof(node, more),
                                              .type = &t_more}};
static const bell_type t_node = {.kind = BELL_KIND_UNION,
                                 .count = 1,
                                 .size = sizeof(node),
                                 .name = "Node",
                                 .variants = node_variants,
                                 .item = &t_shared,
                                 .tag = "t",
                                 .tag_size = 1};

/* Each level with its number, and lists in front of and behind the next. */
static void put_level(struct bell__buf *out, int level, bool late)
{
    static const char pad[] = "[[1,{\"a\":[2]}],\"x\",{},[[3],[4]]]";
    char number[32];
    snprintf(number, sizeof number, "\"seq\":%d", level);
    bell__buf_add_text(out, late ? "{\"y\":" : "{\"t\":\"m\",");
    bell__buf_add_text(out, late ? pad : number);
    bell__buf_add_text(out, ",");
    if (level < DEPTH) {
        bell__buf_add_text(out, "\"next\":");
        put_level(out, level + 1, late);
        bell__buf_add_text(out, ",");
    }
    bell__buf_add_text(out, "\"pad\":");
    bell__buf_add_text(out, pad);
    if (late) {
        bell__buf_add_text(out, ",");
        bell__buf_add_text(out, number);
        bell__buf_add_text(out, ",\"t\":\"m\"");
    }
    bell__buf_add_text(out, "}");
}

static bell_status decode_deep(const struct bell__buf *text, node *value)
{
    static const struct bell__codec_limits deep = {.depth_max = 64,
                                                   .items_max = 1000};
    return bell__decode((bell_string){text->bytes, text->size}, &t_node, value,
                        &arena, &deep, "result", &last);
}

static void a_tag_may_stand_last(void)
{
    struct bell__buf first;
    struct bell__buf behind;
    struct bell__buf out;
    node value;
    bell__buf_open(&first, &bell__memory_default, 0);
    bell__buf_open(&behind, &bell__memory_default, 0);
    bell__buf_open(&out, &bell__memory_default, 0);
    put_level(&first, 1, false);
    bell__buf_add(&first, "", 1);
    put_level(&behind, 1, true);
    CHECK_INT(BELL_OK, decode_deep(&behind, &value));
    CHECK_INT(BELL_OK, bell__encode(&out, &t_node, &value,
                                    &(struct bell__codec_limits){
                                        .depth_max = 64, .items_max = 1000},
                                    &last));
    CHECK_BYTES(first.bytes, out.bytes, out.size);
    /* What is wrong within is told, wherever it stands. */
    size_t half = behind.size / 2;
    char *at = memmem(behind.bytes + half, behind.size - half, "[4]", 3);
    CHECK(at != NULL);
    at[1] = '!';
    CHECK_INT(BELL_BAD_REPLY, decode_deep(&behind, &value));
    CHECK_INT(at + 1 - behind.bytes, last.offset);
    bell__arena_reset(&arena);
    bell__buf_close(&first);
    bell__buf_close(&behind);
    bell__buf_close(&out);
}

/* From the third time on nobody looks into it: not even at what was changed. */
static void there_is_no_third_time(void)
{
    char text[4 * BELL__NOTED_BYTES_MIN + 16];
    size_t inner = 2 * BELL__NOTED_BYTES_MIN;
    memset(text, ' ', sizeof text);
    text[0] = '[';
    text[1] = '[';
    text[2] = '7';
    text[1 + inner - 1] = ']';
    text[1 + inner] = ',';
    text[2 + inner] = '[';
    text[3 + inner] = ']';
    text[sizeof text - 1] = ']';
    struct bell__passing passing = {text, NULL};
    struct bell__fault fault;
    const char *end = text + sizeof text;
    for (int time = 1; time <= 2; time++) {
        CHECK(bell__pass(&passing, text, end, 8, &arena, &fault) == end);
        CHECK(bell__pass(&passing, text + 1, end, 8, &arena, &fault) ==
              text + 1 + inner);
    }
    text[2] = '!';
    text[3 + inner] = '!';
    CHECK(bell__pass(&passing, text, end, 8, &arena, &fault) == end);
    CHECK(bell__pass(&passing, text + 1, end, 8, &arena, &fault) ==
          text + 1 + inner);
    /* What is small is looked at again. */
    CHECK(bell__pass(&passing, text + 2 + inner, end, 8, &arena, &fault) ==
          NULL);
    bell__passing_end(&passing, &arena);
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    a_tag_may_stand_last();
    there_is_no_third_time();
    bell__arena_close(&arena);
    return check_report();
}
