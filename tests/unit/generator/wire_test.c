/* wire_test.c: Centrifugo's binary protocol, read and written: what the JSON
 * one has, tests/unit/peer_test.c and the comparison with a real server show.
 */
#include "serve/wire.h"

#include <string.h>

#include "base/memory.h"
#include "unit/check.h"

#define BYTES(literal) ((bell_string){literal, sizeof(literal) - 1})

static struct wire_room room;

/* The only message of a frame. */
static bool read(bell_string frame, struct wire_command *command)
{
    bell_string message;
    return frame.size != 0 && wire_protobuf.next(&frame, &message) &&
           frame.size == 0 && wire_protobuf.read(message, &room, command);
}

static void check_reading(void)
{
    struct wire_command command;
    CHECK(read(BYTES("\x07\x08\x01\x22\x03\x0a\x01t"), &command));
    CHECK_INT(BELL__COMMAND_CONNECT, command.kind);
    CHECK_BYTES("t", command.text.text, command.text.size);
    CHECK(
        read(BYTES("\x0f\x08\x02\x6a\x0b\x0a\x06[1,\n2]\x12\x01m"), &command));
    CHECK_INT(BELL__COMMAND_RPC, command.kind);
    CHECK_INT(2, command.id);
    CHECK_BYTES("m", command.text.text, command.text.size);
    CHECK_BYTES("[1,\n2]", command.data.text, command.data.size);
    CHECK(read(BYTES("\x05\x08\xac\x02\x6a\x00"), &command));
    CHECK_INT(300, command.id);
    CHECK(read(BYTES("\x00"), &command));
    CHECK_INT(BELL__COMMAND_NONE, command.kind);
    CHECK(read(BYTES("\x02\x62\x00"), &command));
    CHECK_INT(BELL__COMMAND_SEND, command.kind);
    CHECK(read(BYTES("\x04\x08\x03\x5a\x00"), &command));
    CHECK_INT(BELL__COMMAND_PING, command.kind);
    CHECK(read(BYTES("\x0a\x08\x03\x0d\1\2\3\4\x52\x01x"), &command) == false);
}

static void check_wrong(void)
{
    static const char good[] = "\x0f\x08\x02\x6a\x0b\x0a\x06[1, 2]\x12\x01m";
    struct wire_command command;
    CHECK(read(BYTES(good), &command));
    for (size_t size = 0; size + 1 < sizeof good; size++) {
        CHECK(!read((bell_string){good, size}, &command));
    }
    CHECK(!read(BYTES("\x02\x0d\x00"), &command));
    CHECK(
        !read(BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), &command));
    CHECK(!read(BYTES("\x02\x00\x01"), &command)); /* field 0 */
    static char groups[41]; /* deeper than anybody needs */
    groups[0] = 40;
    memset(groups + 1, 0x33, 40);
    CHECK(!read((bell_string){groups, sizeof groups}, &command));
}

static struct bell__buf out;

static bell_string written(void)
{
    CHECK_INT(BELL_OK, bell__buf_settle(&out));
    return (bell_string){out.bytes, out.size};
}

#define CHECK_WRITTEN(want)                                                    \
    CHECK(written().size == sizeof(want) - 1 &&                                \
          memcmp(out.bytes, want, out.size) == 0);                             \
    out.size = 0

static void check_writing(void)
{
    static const struct bell__peer_error error = {
        .code = 104, .message = {"n", 1}, .temporary = true};
    struct wire_session session = {
        .client = "c", .expires = true, .ttl = 300, .ping = 25};
    wire_protobuf.result(&out, 2, BELL_STR(""));
    CHECK_WRITTEN("\x08\x02\x6a\x00");
    wire_protobuf.result(&out, 2, BELL_STR("[1]"));
    CHECK_WRITTEN("\x08\x02\x6a\x05\x0a\x03[1]");
    wire_protobuf.error(&out, 1, &error);
    CHECK_WRITTEN("\x08\x01\x12\x07\x08\x68\x12\x01n\x18\x01");
    wire_protobuf.refreshed(&out, 1, &session);
    CHECK_WRITTEN("\x08\x01\x72\x05\x18\x01\x20\xac\x02");
    wire_protobuf.done(&out, 1, BELL__COMMAND_UNSUBSCRIBE);
    CHECK_WRITTEN("\x08\x01\x3a\x00");
    wire_protobuf.connected(&out, 1, &session);
    CHECK(written().size > 20 && memcmp(out.bytes, "\x08\x01\x2a", 3) == 0);
    out.size = 0;
    wire_protobuf.add(&out, BELL_STR("ab"));
    wire_protobuf.add(&out, BELL_STR(""));
    CHECK_WRITTEN("\x02"
                  "ab\x00");
}

int main(void)
{
    wire_open_room(&room);
    bell__buf_open(&out, &bell__memory_default, 0);
    check_reading();
    check_wrong();
    check_writing();
    bell__buf_close(&out);
    wire_close_room(&room);
    return check_report();
}
