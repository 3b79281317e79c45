/* peer_test.c: Centrifugo's protocol from the server's side, without a socket.
 * Bad lines first. */
#include "base/memory.h"
#include "peer/centrifugo_peer.h"
#include "unit/check.h"
#include "unit/counter.h"
#include "json/write.h"

static void test_bad(void)
{
    static const char *const lines[] = {
        "",
        "7",
        "[]",
        "{",
        "{\"id\":2.0,\"rpc\":{}}",
        "{\"id\":1,\"rpc\":2}",
        "{\"id\":1,\"rpc\":[]}",
        "{\"id\":-1,\"rpc\":{}}",
        "{\"id\":1.5,\"rpc\":{}}",
        "{\"id\":\"1\",\"rpc\":{}}",
        "{\"id\":4294967296,\"rpc\":{}}",
        "{\"rpc\":nope}",
    };
    struct bell__command command;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        CHECK(!bell__peer_read(bell_str(lines[i]), &command));
    }
}

static void test_commands(void)
{
    static const struct {
        const char *line;
        enum bell__command_kind kind;
        uint32_t id;
        const char *body;
    } cases[] = {
        {"{}", BELL__COMMAND_NONE, 0, ""},
        {"null", BELL__COMMAND_NONE, 0, ""},
        {"{\"id\":4294967295}", BELL__COMMAND_NONE, UINT32_MAX, ""},
        {"{\"id\":0}", BELL__COMMAND_NONE, 0, ""},
        {"{\"id\":null}", BELL__COMMAND_NONE, 0, ""},
        {"{\"id\":1,\"connect\":{}}", BELL__COMMAND_CONNECT, 1, "{}"},
        {"{\"connect\":{\"token\":\"t\"},\"id\":2}", BELL__COMMAND_CONNECT, 2,
         "{\"token\":\"t\"}"},
        {"{\"refresh\":{}}", BELL__COMMAND_REFRESH, 0, "{}"},
        {"{\"subscribe\":{}}", BELL__COMMAND_SUBSCRIBE, 0, "{}"},
        {"{\"publish\":{}}", BELL__COMMAND_PUBLISH, 0, "{}"},
        {"{\"send\":{}}", BELL__COMMAND_SEND, 0, "{}"},
        {"{\"send\":null}", BELL__COMMAND_NONE, 0, ""},
        {" { \"r\\u0070c\" : { } } ", BELL__COMMAND_RPC, 0, "{ }"},
        {"{\"rpc\":{\"b\":2},\"history\":{}}", BELL__COMMAND_HISTORY, 0, "{}"},
        {"{\"rpc\":{\"a\":1},\"rpc\":{}}", BELL__COMMAND_RPC, 0, "{}"},
        {"{\"ID\":3,\"RPC\":{}}", BELL__COMMAND_RPC, 3, "{}"},
        {"{\"id\":3,\"more\":[1],\"rpc\":{},\"x\":{}}", BELL__COMMAND_RPC, 3,
         "{}"},
        {"{} {}", BELL__COMMAND_NONE, 0, ""},
        {"{\"rpc\":{}}nonsense", BELL__COMMAND_RPC, 0, "{}"},
        {"{\"presence\":{}}", BELL__COMMAND_PRESENCE, 0, "{}"},
        {"{\"presence_stats\":{}}", BELL__COMMAND_PRESENCE_STATS, 0, "{}"},
        {"{\"unsubscribe\":{}}", BELL__COMMAND_UNSUBSCRIBE, 0, "{}"},
        {"{\"sub_refresh\":{}}", BELL__COMMAND_SUB_REFRESH, 0, "{}"},
        {"{\"ping\":{}}", BELL__COMMAND_PING, 0, "{}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__command command;
        CHECK(bell__peer_read(bell_str(cases[i].line), &command));
        CHECK_INT(cases[i].kind, command.kind);
        CHECK_INT(cases[i].id, command.id);
        CHECK_BYTES(cases[i].body, command.body.text, command.body.size);
    }
}

static void test_lines(void)
{
    static const char *const want[] = {"a", "", "b\rc", "d"};
    bell_string frame = BELL_STR("a\r\n\nb\rc\nd");
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        CHECK(frame.size != 0);
        bell_string line = bell__peer_line(&frame);
        CHECK_BYTES(want[i], line.text, line.size);
    }
    CHECK_INT(0, frame.size);
}

static void test_bodies(void)
{
    struct bell__peer_call call;
    bell_string text;
    char room[4];
    CHECK(!bell__peer_read_rpc(BELL_STR("7"), &call));
    CHECK(bell__peer_read_rpc(BELL_STR("{\"data\":[1],\"method\":\"m\"}"),
                              &call));
    CHECK_BYTES("\"m\"", call.method.text, call.method.size);
    CHECK_BYTES("[1]", call.params.text, call.params.size);
    CHECK_INT(0, call.reply_to.size);
    CHECK(!bell__peer_read_request(BELL_STR("{\"method\":}"), &call));
    CHECK(bell__peer_read_request(
        BELL_STR("{\"correlation_id\":\"c\",\"reply_to\":\"r\",\"params\":1,"
                 "\"method\":\"m\"}"),
        &call));
    CHECK_BYTES("\"m\"", call.method.text, call.method.size);
    CHECK_BYTES("1", call.params.text, call.params.size);
    CHECK_BYTES("\"c\"", call.correlation.text, call.correlation.size);
    CHECK_BYTES("\"r\"", call.reply_to.text, call.reply_to.size);
    CHECK(!bell__peer_read_data(BELL_STR("[]"), &text));
    CHECK(!bell__peer_read_data(BELL_STR("{\"channel\":1}"), &text));
    CHECK_INT(0, text.size);
    CHECK(bell__peer_read_data(BELL_STR("{\"data\":null}"), &text));
    CHECK_BYTES("null", text.text, text.size);
    CHECK(bell__peer_read_token(BELL_STR("{\"token\":\"abc\"}"), &text));
    CHECK_BYTES("\"abc\"", text.text, text.size);
    CHECK(bell__peer_text(text, room, sizeof room, &text));
    CHECK_BYTES("abc", text.text, text.size);
    CHECK(bell__peer_text(BELL_STR("\"\\n\""), room, sizeof room, &text));
    CHECK_BYTES("\n", text.text, text.size);
    CHECK(!bell__peer_text(BELL_STR("\"abcd\""), room, sizeof room, &text));
    CHECK(!bell__peer_text(BELL_STR("12"), room, sizeof room, &text));
    CHECK(!bell__peer_text(BELL_STR(""), room, sizeof room, &text));
}

/* A frame of everything that a server says, one a line. */
static void write_all(struct bell__buf *out)
{
    static const struct bell__peer_error plain = {.code = -1,
                                                  .message = {"no\n", 3}};
    static const struct bell__peer_error full = {.code = 7,
                                                 .temporary = true,
                                                 .message = {"\xff", 1},
                                                 .data = {"[1]", 3}};
    bell__peer_reply(out, 1, "connect", BELL_STR("{\"ping\":25}"));
    bell__peer_reply_result(out, UINT32_MAX, BELL_STR("{\"a\":1}"));
    bell__peer_reply_result(out, 3, BELL_STR(""));
    bell__peer_reply_error(out, 4, &plain);
    bell__peer_reply_error(out, 5, &full);
    bell__peer_ping(out);
    bell__peer_push_envelope(out, BELL_STR("\"user#1\""), BELL_STR("\"c\""),
                             NULL, BELL_STR("7"));
    bell__peer_push_envelope(out, BELL_STR("\"user#1\""), BELL_STR("\"c\""),
                             NULL, BELL_STR(""));
    bell__peer_push_envelope(out, BELL_STR("\"user#1\""), BELL_STR("\"c\""),
                             &plain, BELL_STR("7"));
}

static const char all[] =
    "{\"id\":1,\"connect\":{\"ping\":25}}\n"
    "{\"id\":4294967295,\"rpc\":{\"data\":{\"a\":1}}}\n"
    "{\"id\":3,\"rpc\":{}}\n"
    "{\"id\":4,\"error\":{\"code\":-1,\"message\":\"no\\n\"}}\n"
    "{\"id\":5,\"error\":{\"code\":7,\"message\":\"error\","
    "\"temporary\":true,\"data\":[1]}}\n"
    "{}\n"
    "{\"push\":{\"channel\":\"user#1\",\"pub\":{\"data\":"
    "{\"correlation_id\":\"c\",\"result\":7}}}}\n"
    "{\"push\":{\"channel\":\"user#1\",\"pub\":{\"data\":"
    "{\"correlation_id\":\"c\",\"result\":null}}}}\n"
    "{\"push\":{\"channel\":\"user#1\",\"pub\":{\"data\":"
    "{\"correlation_id\":\"c\",\"error\":{\"code\":-1,"
    "\"message\":\"no\\n\"}}}}}";

static void test_writing(void)
{
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    write_all(&out);
    CHECK_INT(BELL_OK, bell__buf_settle(&out));
    CHECK_BYTES(all, out.bytes, out.size);
    bell__buf_close(&out);
}

/* What failed is told, wherever it was; a message that is no UTF-8 does not
 * hide it. */
static void test_limits(void)
{
    for (size_t limit = 1; limit < sizeof all - 1; limit++) {
        struct bell__buf out;
        bell__buf_open(&out, &bell__memory_default, limit);
        write_all(&out);
        CHECK_INT(BELL_LIMIT, bell__buf_settle(&out));
        CHECK(out.size <= limit);
        bell__buf_close(&out);
    }
    struct bell__buf wrong;
    bell__buf_open(&wrong, &bell__memory_default, 0);
    bell__json_add_string(&wrong, BELL_STR("\xff"));
    write_all(&wrong);
    CHECK_INT(BELL_INVALID, bell__buf_settle(&wrong));
    CHECK_INT(0, wrong.size);
    bell__buf_close(&wrong);
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__buf out;
    counter.fail = 1;
    bell__buf_open(&out, &memory, 0);
    write_all(&out);
    CHECK_INT(BELL_NO_MEMORY, bell__buf_settle(&out));
    CHECK_INT(0, out.size);
    bell__buf_close(&out);
}

int main(void)
{
    test_bad();
    test_commands();
    test_lines();
    test_bodies();
    test_writing();
    test_limits();
    return check_report();
}
