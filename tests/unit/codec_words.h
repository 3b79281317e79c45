/* codec_words.h: short words for tables written by hand. */
#ifndef TESTS_UNIT_CODEC_WORDS_H
#define TESTS_UNIT_CODEC_WORDS_H

#include <bell/schema.h>

#define SCALAR(kind_, type_, name_)                                            \
    {                                                                          \
        .kind = (kind_), .size = sizeof(type_), .name = (name_)                \
    }
#define CODED(kind_, type_, name_, codec_)                                     \
    {                                                                          \
        .kind = (kind_), .size = sizeof(type_), .name = (name_),               \
        .codec = &bell_codec_##codec_                                          \
    }
#define FIELD(struct_, member_, type_)                                         \
    {                                                                          \
        .key = "\"" #member_ "\":", .name = #member_,                          \
        .key_size = sizeof(#member_) + 2, .name_size = sizeof(#member_) - 1,   \
        .offset = offsetof(struct_, member_), .type = (type_)                  \
    }
#define FIELD_HAS(struct_, member_, type_, state_, has_)                       \
    {                                                                          \
        .key = "\"" #member_ "\":", .name = #member_,                          \
        .key_size = sizeof(#member_) + 2, .name_size = sizeof(#member_) - 1,   \
        .state = (state_), .has_offset = offsetof(struct_, has_),              \
        .offset = offsetof(struct_, member_), .type = (type_)                  \
    }
#define FIELD_POINTER(struct_, member_, type_, state_)                         \
    {                                                                          \
        .key = "\"" #member_ "\":", .name = #member_,                          \
        .key_size = sizeof(#member_) + 2, .name_size = sizeof(#member_) - 1,   \
        .state = (state_), .by_pointer = 1,                                    \
        .offset = offsetof(struct_, member_), .type = (type_)                  \
    }
#define RECORD(struct_, name_, fields_, flags_)                                \
    {                                                                          \
        .kind = BELL_KIND_RECORD, .flags = (flags_),                           \
        .count = sizeof(fields_) / sizeof((fields_)[0]),                       \
        .size = sizeof(struct_), .name = (name_), .fields = (fields_)          \
    }
#define LIST(struct_, name_, item_, item_type_)                                \
    {                                                                          \
        .kind = BELL_KIND_LIST, .size = sizeof(struct_), .name = (name_),      \
        .item = (item_), .stride = sizeof(item_type_)                          \
    }
#define RULED(item_, type_, rule_)                                             \
    {                                                                          \
        .kind = BELL_KIND_RULED, .size = sizeof(type_), .name = "ruled",       \
        .item = (item_), .rule = (rule_), .codec = &bell_codec_ruled           \
    }
#define VALUE(text_)                                                           \
    {                                                                          \
        .text = (text_), .json = "\"" text_ "\"",                              \
        .text_size = sizeof(text_) - 1, .json_size = sizeof(text_) + 1         \
    }

static const bell_type t_bool = SCALAR(BELL_KIND_BOOL, bool, "bool");
static const bell_type t_int32 = SCALAR(BELL_KIND_INT32, int32_t, "int32");
static const bell_type t_int64 = SCALAR(BELL_KIND_INT64, int64_t, "int64");
static const bell_type t_uint32 = SCALAR(BELL_KIND_UINT32, uint32_t, "uint32");
static const bell_type t_uint64 = SCALAR(BELL_KIND_UINT64, uint64_t, "uint64");
static const bell_type t_float32 =
    CODED(BELL_KIND_FLOAT32, float, "float32", float32);
static const bell_type t_float64 =
    CODED(BELL_KIND_FLOAT64, double, "float64", float64);
static const bell_type t_string =
    SCALAR(BELL_KIND_STRING, bell_string, "string");
static const bell_type t_json = SCALAR(BELL_KIND_JSON, bell_json, "json");
static const bell_type t_bytes =
    CODED(BELL_KIND_BYTES, bell_bytes, "bytes", bytes);
static const bell_type t_moment =
    CODED(BELL_KIND_DATETIME, bell_datetime, "datetime", datetime);
static const bell_type t_date = CODED(BELL_KIND_DATE, bell_date, "date", date);
static const bell_type t_duration =
    CODED(BELL_KIND_DURATION, int64_t, "duration", duration);
static const bell_type t_uuid =
    CODED(BELL_KIND_UUID, bell_string, "uuid", uuid);
static const bell_type t_decimal =
    CODED(BELL_KIND_DECIMAL, bell_string, "decimal", decimal);
static const bell_type t_seconds = {.kind = BELL_KIND_DURATION,
                                    .flags = BELL_TYPE_SECONDS,
                                    .size = sizeof(int64_t),
                                    .name = "duration",
                                    .codec = &bell_codec_units};
static const bell_type t_milliseconds = {.kind = BELL_KIND_DURATION,
                                         .flags = BELL_TYPE_MILLISECONDS,
                                         .size = sizeof(int64_t),
                                         .name = "duration",
                                         .codec = &bell_codec_units};
static const bell_type t_number = {.kind = BELL_KIND_DECIMAL,
                                   .flags = BELL_TYPE_NUMBER,
                                   .size = sizeof(bell_string),
                                   .name = "decimal",
                                   .codec = &bell_codec_decimal};

#endif
