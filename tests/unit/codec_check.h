/* codec_check.h: what tests of the codec say to it. Each test program that
 * includes this has its own arena and error. */
#ifndef TESTS_UNIT_CODEC_CHECK_H
#define TESTS_UNIT_CODEC_CHECK_H

#include "base/memory.h"
#include "record/codec.h"
#include "unit/check.h"
#include "unit/codec_tables.h"
#include "unit/counter.h"

static const struct bell__codec_limits limits = {.depth_max = 8,
                                                 .items_max = 1000};

static bell_error last;
static struct bell__arena arena;

/* The text in a block of its own size, so that ASan sees reads beyond it. */
static inline bell_status decode_bytes(const bell_type *type, const char *bytes,
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

static inline bell_status decode(const bell_type *type, const char *text,
                                 void *value)
{
    return decode_bytes(type, text, strlen(text), value);
}

static inline void check_encoded(const bell_type *type, const void *value,
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

static inline void check_refused(const bell_type *type, const void *value,
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

/* A value of each type, as it is written. */
static const char scalars_text[] =
    "{\"flag\":true,\"small\":-2147483648,\"large\":-9223372036854775808,"
    "\"natural\":4294967295,\"huge\":18446744073709551615,\"narrow\":0.1,"
    "\"wide\":-1.5e-7,\"text\":\"a\\n\xE2\x82\xAC\","
    "\"free_form\":{\"a\":[1,2]},\"color\":\"dark green\","
    "\"closed\":\"red\"}";

static const char many_text[] =
    "{\"points\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4},{\"x\":5,\"y\":6}],"
    "\"strings\":[],\"maybes\":[1,null,-3],\"counts\":{\"b\":1,\"a\":2},"
    "\"shapes\":[{\"type\":\"point\",\"x\":1,\"y\":2},"
    "{\"type\":\"named\",\"name\":\"n\"},{\"type\":\"other\",\"z\":[1]}]}";

#endif
