/* protobuf_test.c: Centrifugo's binary protocol to lines of JSON, and back. */
#include "serve/protobuf.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "unit/check.h"

#define BYTES(literal) ((bell_string){literal, sizeof(literal) - 1})

#define CHECK_LINES(want, got) check_lines(want, got, __LINE__)

static struct bell__buf out;

static void check_lines(const char *want, bell_string got, int line)
{
    if (got.size != strlen(want) || memcmp(got.text, want, got.size) != 0) {
        printf("line %d: want %s, got %.*s\n", line, want, (int)got.size,
               got.text);
    }
    CHECK_BYTES(want, got.text, got.size);
}

static bell_string lines_of(bell_string frame)
{
    out.size = 0;
    if (!protobuf_read(frame, &out)) {
        return BELL_STR("(wrong)");
    }
    return (bell_string){out.bytes, out.size};
}

static bell_string frame_of(bell_string lines)
{
    out.size = 0;
    if (!protobuf_write(lines, &out)) {
        return BELL_STR("(wrong)");
    }
    return (bell_string){out.bytes, out.size};
}

static void check_reading(void)
{
    CHECK_LINES("{\"id\":1,\"connect\":{\"name\":\"\",\"token\":\"t\"}}",
                lines_of(BYTES("\x07\x08\x01\x22\x03\x0a\x01t")));
    CHECK_LINES("{\"id\":2,\"rpc\":{\"method\":\"m\",\"data\":[1, 2]}}\n{}",
                lines_of(BYTES("\x0f\x08\x02\x6a\x0b\x0a\x06[1,\n2]\x12\x01m"
                               "\x00")));
    CHECK_LINES("{\"id\":300,\"rpc\":{\"method\":\"\"}}",
                lines_of(BYTES("\x05\x08\xac\x02\x6a\x00")));
    CHECK_LINES("{\"id\":3,\"subscribe\":{}}",
                lines_of(BYTES("\x04\x08\x03\x2a\x00")));
    CHECK_LINES("{\"send\":{}}", lines_of(BYTES("\x02\x62\x00")));
}

static void check_wrong(void)
{
    static const char good[] = "\x0f\x08\x02\x6a\x0b\x0a\x06[1, 2]\x12\x01m";
    for (size_t size = 0; size + 1 < sizeof good; size++) {
        CHECK_LINES("(wrong)", lines_of((bell_string){good, size}));
    }
    CHECK_LINES("(wrong)", lines_of(BYTES("\x02\x0d\x00")));
    CHECK_LINES("(wrong)", lines_of(BYTES("\x03\x7a\x00\x82")));
    CHECK_LINES(
        "(wrong)",
        lines_of(BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
    CHECK_LINES("(wrong)", lines_of(BYTES("\x05\x6a\x03\x12\x01\xff")));
}

static void check_writing(void)
{
    CHECK(frame_of(BELL_STR("{\"id\":2,\"rpc\":{}}")).size == 5);
    bell_string frame =
        frame_of(BELL_STR("{\"id\":2,\"rpc\":{\"data\":[1]}}\n{}"));
    CHECK(frame.size == 11);
    CHECK(memcmp(frame.text, "\x09\x08\x02\x6a\x05\x0a\x03[1]", 10) == 0);
    CHECK(frame.text[10] == 0);
    frame = frame_of(BELL_STR("{\"id\":1,\"error\":{\"code\":104,\"message\":"
                              "\"\\u006e\",\"temporary\":true}}"));
    CHECK(frame.size == 12);
    CHECK(memcmp(frame.text, "\x0b\x08\x01\x12\x07\x08\x68\x12\x01n\x18\x01",
                 12) == 0);
    frame = frame_of(BELL_STR("{\"id\":1,\"connect\":{\"client\":\"c\","
                              "\"ping\":25,\"pong\":true}}"));
    CHECK(frame.size == 12);
    CHECK(memcmp(frame.text,
                 "\x0b\x08\x01\x2a\x07\x0a\x01"
                 "c\x38\x19\x40\x01",
                 12) == 0);
}

int main(void)
{
    bell__buf_open(&out, &bell__memory_default, 0);
    check_reading();
    check_wrong();
    check_writing();
    bell__buf_close(&out);
    return check_report();
}
