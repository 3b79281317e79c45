/* ws_bad_test.c: WebSocket lines against a peer that says what it should not,
 * reads nothing, or is gone. */
#include "unit/line.h"

/* ---- Frames in ----------------------------------------------------------- */

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct bad_frame {
    const char *bytes;
    size_t size;
    const char *says;
    int code; /* that the peer is told */
} bad_frames[] = {
    {BYTES("\xc1\x01x"), "reserved bits", 1002},
    {BYTES("\x91\x01x"), "reserved bits", 1002},
    {BYTES("\x83\x01x"), "unknown opcode", 1002},
    {BYTES("\x87\x01x"), "unknown opcode", 1002},
    {BYTES("\x8b\x01x"), "unknown opcode", 1002},
    {BYTES("\x8f\x00"), "unknown opcode", 1002},
    {BYTES("\x81\x81mask\x01"), "masked", 1002},
    {BYTES("\x09\x00"), "control frame in fragments", 1002},
    {BYTES("\x89\x7e\x00\x7e"), "longer than 125", 1002},
    {BYTES("\x88\x7f\x00\x00"), "longer than 125", 1002},
    {BYTES("\x80\x01x"), "that it had not begun", 1002},
    {BYTES("\x01\x01x\x81\x01x"), "inside another", 1002},
    {BYTES("\x81\x7e\x00\x05hello"), "shortest form", 1002},
    {BYTES("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"), "shortest form", 1002},
    {BYTES("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), "2^63", 1002},
    {BYTES("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"),
     "message_bytes_max (200000)", 1009},
    {BYTES("\x81\x7f\x00\x00\x00\x00\x00\x03\x0d\x41"), "message_bytes_max",
     1009},
    {BYTES("\x01\x03"
           "abc\x80\x7f\x00\x00\x00\x00\x00\x03\x0d\x3e"),
     "message_bytes_max", 1009},
    {BYTES("\x88\x01\x03"), "half a close code", 1002},
    {BYTES("\x88\x02\x00\x00"), "closed with 0, which is no", 1002},
    {BYTES("\x88\x02\x03\xe7"), "closed with 999, which is no", 1002},
    {BYTES("\x88\x02\x03\xec"), "closed with 1004, which is no", 1002},
    {BYTES("\x88\x02\x03\xed"), "closed with 1005, which is no", 1002},
    {BYTES("\x88\x02\x03\xee"), "closed with 1006, which is no", 1002},
    {BYTES("\x88\x02\x03\xf7"), "closed with 1015, which is no", 1002},
    {BYTES("\x88\x04\x13\x88hi"), "closed with 5000, which is no", 1002},
    {BYTES("\x88\x02\xff\xff"), "closed with 65535, which is no", 1002},
};

static void test_bad_frames(void)
{
    for (size_t i = 0; i < sizeof bad_frames / sizeof bad_frames[0]; i++) {
        const struct bad_frame *bad = &bad_frames[i];
        struct line line;
        struct bell__frame frame;
        int first = 0;
        size_t size = 0;
        char payload[125];
        open_line(&line);
        CHECK(peer_say(&line.peer, bad->bytes, bad->size));
        CHECK(!next(&line, &frame));
        CHECK_INT(BELL__LINE_DOWN, line.transport->line);
        CHECK_INT(0, line.transport->end.code);
        check_says(bad->says, line.transport->end.text);
        CHECK(peer_frame(&line.peer, &first, payload, sizeof payload, &size));
        CHECK_INT(0x88, first);
        CHECK_INT(2, size);
        CHECK_INT(bad->code,
                  (unsigned char)payload[0] << 8 | (unsigned char)payload[1]);
        end_line(&line);
    }
}

static const struct goodbye {
    const char *bytes;
    size_t size;
    int code;
    int answer; /* 0: without a code */
    const char *text;
} goodbyes[] = {
    {BYTES("\x88\x0d\x0d\xadtoken gone "), 3501, 3501, "token gone "},
    {BYTES("\x88\x02\x03\xe8"), 1000, 1000, ""},
    {BYTES("\x88\x00"), 1005, 0, ""},
    {BYTES("\x88\x02\x03\xf6"), 1014, 1014, ""},
    {BYTES("\x88\x02\x0b\xb7"), 2999, 2999, ""},
    {BYTES("\x88\x02\x13\x87"), 4999, 4999, ""},
    {BYTES("\x88\x06\x0d\xad\xf0\x9f\x94\x94"), 3501, 3501, "\xf0\x9f\x94\x94"},
    {BYTES("\x88\x04\x0d\xad\xff!"), 3501, 1007,
     "(for a reason that is not "
     "UTF-8)"},
    {BYTES("\x88\x04\x0d\xad!\xc3"), 3501, 1007,
     "(for a reason that is not "
     "UTF-8)"},
    {BYTES("\x88\x05\x0d\xad\xed\xa0\x80"), 3501, 1007,
     "(for a reason that is not UTF-8)"},
    {BYTES("\x88\x04\x0d\xad\xc0\x80"), 3501, 1007,
     "(for a reason that is not UTF-8)"},
};

static void test_goodbyes(void)
{
    for (size_t i = 0; i < sizeof goodbyes / sizeof goodbyes[0]; i++) {
        struct line line;
        struct bell__frame frame;
        open_line(&line);
        CHECK(peer_text(&line.peer, "last", 4));
        CHECK(peer_say(&line.peer, goodbyes[i].bytes, goodbyes[i].size));
        CHECK(next(&line, &frame));
        CHECK_BYTES("last", frame.bytes, frame.size);
        CHECK(!next(&line, &frame));
        CHECK_INT(goodbyes[i].code, line.transport->end.code);
        CHECK_TEXT(goodbyes[i].text, line.transport->end.text);
        int first = 0;
        size_t size = 0;
        char payload[125] = "";
        CHECK(peer_frame(&line.peer, &first, payload, sizeof payload, &size));
        CHECK_INT(0x88, first);
        CHECK_INT(goodbyes[i].answer == 0 ? 0 : 2, size);
        CHECK_INT(goodbyes[i].answer,
                  (unsigned char)payload[0] << 8 | (unsigned char)payload[1]);
        end_line(&line);
    }
}

static void test_sizes(void)
{
    static const size_t sizes[] = {0,     1,     125,   126,
                                   65535, 65536, 70000, MESSAGE_MAX};
    static char text[MESSAGE_MAX];
    struct line line;
    open_line(&line);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + i % 23);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct bell__frame frame = {.bytes = NULL, .size = 0};
        CHECK(peer_text(&line.peer, text, sizes[i]));
        CHECK(next(&line, &frame));
        CHECK_INT(0, frame.tag);
        CHECK(frame.size == sizes[i] &&
              (frame.size == 0 || memcmp(frame.bytes, text, frame.size) == 0));
    }
    end_line(&line);
}

/* Pings between fragments are answered and are no part of the message. */
static void test_fragments(void)
{
    static const char bytes[] = "\x01\x02"
                                "ab\x89\x03?!.\x00\x00\x8a\x00\x00\x01"
                                "c\x80\x02"
                                "de\x81\x01.";
    struct line line;
    struct bell__frame frame;
    int first = 0;
    size_t size = 0;
    char payload[125];
    open_line(&line);
    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        CHECK(peer_say(&line.peer, bytes + i, 1));
        bell__loop_pump(line.loop, 10);
        bool whole = line.transport->ops->receive(line.transport, &frame);
        CHECK_INT(i == sizeof bytes - 5 || i == sizeof bytes - 2, whole);
        if (i == sizeof bytes - 5 && whole) {
            CHECK_BYTES("abcde", frame.bytes, frame.size);
        }
    }
    CHECK(peer_frame(&line.peer, &first, payload, sizeof payload, &size));
    CHECK_INT(0x8a, first);
    CHECK_BYTES("?!.", payload, size);
    end_line(&line);
}

/* The message's limit is not met by a ping that comes between its parts. */
static void test_ping_at_limit(void)
{
    static char text[MESSAGE_MAX];
    static const char rest[] = "\x89\x7d";
    static const char end[] = "\x80\x00";
    struct line line;
    struct bell__frame frame;
    memset(text, 'm', sizeof text);
    open_line(&line);
    unsigned char head[10] = {0x01, 127, 0, 0, 0, 0, 0, 0x03, 0x0d, 0x40};
    CHECK(peer_say(&line.peer, head, sizeof head));
    CHECK(peer_say(&line.peer, text, sizeof text));
    CHECK(peer_say(&line.peer, rest, 2));
    CHECK(peer_say(&line.peer, text, 125));
    CHECK(peer_say(&line.peer, end, 2));
    CHECK(next(&line, &frame));
    CHECK_INT(MESSAGE_MAX, frame.size);
    end_line(&line);
}

/* ---- Frames out ---------------------------------------------------------- */

static void put(struct bell__outbox *outbox, const char *text, size_t size)
{
    CHECK(bell__outbox_begin(outbox) == BELL_OK);
    CHECK(bell__buf_append(&outbox->bytes, text, size) == BELL_OK);
    bell__outbox_end(outbox);
}

static void test_sending(void)
{
    static const size_t sizes[] = {0, 5, 31, 125, 126, 1000, 65535, 65536};
    enum { COUNT = sizeof sizes / sizeof sizes[0] };
    static char text[65536];
    static char got[65536];
    struct line line;
    struct bell__outbox outbox;
    open_line(&line);
    bell__outbox_open(&outbox, &line.memory, 0);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)(i * 7);
    }
    for (size_t i = 0; i < COUNT; i++) {
        put(&outbox, text, sizes[i]);
    }
    line.transport->ops->send(line.transport, &outbox);
    CHECK_INT(0, outbox.count);
    for (size_t i = 0; i < COUNT; i++) {
        int first = 0;
        size_t size = 0;
        bell__loop_pump(line.loop, 0);
        CHECK(peer_frame(&line.peer, &first, got, sizeof got, &size));
        CHECK_INT(0x81, first);
        CHECK(size == sizes[i] && memcmp(got, text, size) == 0);
    }
    CHECK_INT(COUNT, line.transport->written);
    CHECK(line.transport->idle);
    bell__outbox_close(&outbox);
    end_line(&line);
}

/* RFC 6455 5.6: what a message is, its first frame says, whatever the next ones
 * are called. */
static void test_binary(void)
{
    static const bool binary[] = {true, false, true, false};
    static const char in[] = "\x82\x01"
                             "a\x81\x01"
                             "b\x02\x01"
                             "c\x80\x01"
                             "d\x01\x01"
                             "e\x00\x01"
                             "f\x80\x01"
                             "g";
    static const char *const messages[] = {"a", "b", "cd", "efg"};
    struct line line;
    struct bell__outbox outbox;
    struct bell__frame frame;
    open_line(&line);
    bell__outbox_open(&outbox, &line.memory, 0);
    CHECK(peer_say(&line.peer, in, sizeof in - 1));
    for (size_t i = 0; i < sizeof binary / sizeof binary[0]; i++) {
        CHECK(next(&line, &frame));
        CHECK_BYTES(messages[i], frame.bytes, frame.size);
        CHECK_INT(binary[i], frame.binary);
        put(&outbox, messages[i], strlen(messages[i]));
        outbox.spans[i].binary = binary[i];
    }
    line.transport->ops->send(line.transport, &outbox);
    for (size_t i = 0; i < sizeof binary / sizeof binary[0]; i++) {
        char got[8];
        int first = 0;
        size_t size = 0;
        CHECK(peer_frame(&line.peer, &first, got, sizeof got, &size));
        CHECK_INT(binary[i] ? 0x82 : 0x81, first);
        CHECK_BYTES(messages[i], got, size);
    }
    bell__outbox_close(&outbox);
    end_line(&line);
}

/* A peer that does not read: frames wait, nothing more is taken, a pong goes
 * out between two frames and never inside one. */
static void test_short_writes(void)
{
    enum { COUNT = 64, SIZE = 256 * 1024 };
    static char text[SIZE];
    static char got[SIZE];
    struct line line;
    struct bell__outbox outbox;
    struct bell__outbox second;
    struct bell__frame frame;
    open_line(&line);
    bell__outbox_open(&outbox, &line.memory, 0);
    bell__outbox_open(&second, &line.memory, 0);
    for (int i = 0; i < COUNT; i++) {
        memset(text, 'a' + i % 26, sizeof text);
        put(&outbox, text, sizeof text);
    }
    put(&second, "more", 4);
    line.transport->ops->send(line.transport, &outbox);
    CHECK(!line.transport->idle);
    CHECK(line.transport->written < COUNT);
    line.transport->ops->send(line.transport, &second);
    CHECK_INT(1, second.count);
    CHECK(peer_say(&line.peer, "\x89\x01!", 3));
    bell__loop_pump(line.loop, 100);
    CHECK(!line.transport->ops->receive(line.transport, &frame));
    int pongs = 0;
    int frames = 0;
    for (int i = 0; i < COUNT + 1; i++) {
        int first = 0;
        size_t size = 0;
        unsigned char head[14];
        /* Who reads makes room: the line is pumped while we wait for it. */
        size_t have = 0;
        while (have < 6) {
            ssize_t n = recv(line.peer.fd, head + have, 1, MSG_DONTWAIT);
            have += n > 0 ? 1 : 0;
            bell__loop_pump(line.loop, 0);
        }
        first = head[0];
        size = head[1] & 0x7f;
        unsigned char key[4];
        memcpy(key, head + 2, 4);
        if (size == 127) {
            while (have < 14) {
                ssize_t n = recv(line.peer.fd, head + have, 1, MSG_DONTWAIT);
                have += n > 0 ? 1 : 0;
                bell__loop_pump(line.loop, 0);
            }
            size = SIZE;
            memcpy(key, head + 10, 4);
        }
        for (size_t at = 0; at < size;) {
            ssize_t n = recv(line.peer.fd, got + at, size - at, MSG_DONTWAIT);
            at += n > 0 ? (size_t)n : 0;
            bell__loop_pump(line.loop, 0);
        }
        if (first == 0x8a) {
            pongs++;
            continue;
        }
        char want = (char)('a' + frames % 26);
        CHECK((char)(got[0] ^ (char)key[0]) == want);
        CHECK((char)(got[SIZE - 1] ^ (char)key[3]) == want);
        frames++;
    }
    CHECK_INT(1, pongs);
    CHECK_INT(COUNT, frames);
    CHECK_INT(COUNT, line.transport->written);
    CHECK(line.transport->idle);
    bell__outbox_close(&outbox);
    bell__outbox_close(&second);
    end_line(&line);
}

/* The server says why and hangs up; we write before we read. The reason must
 * still be told. */
static void test_reason_before_a_broken_write(void)
{
    struct line line;
    struct bell__outbox outbox;
    struct bell__frame frame;
    open_line(&line);
    bell__outbox_open(&outbox, &line.memory, 0);
    CHECK(peer_say(&line.peer, "\x88\x04\x0d\xad!?", 6));
    peer_close(&line.peer);
    for (int i = 0; i < 3; i++) {
        put(&outbox, "late", 4);
        line.transport->ops->send(line.transport, &outbox);
    }
    CHECK(!next(&line, &frame));
    CHECK_INT(3501, line.transport->end.code);
    CHECK_TEXT("!?", line.transport->end.text);
    bell__outbox_close(&outbox);
    end_line(&line);
}

/* Only who ends well waits for the peer's own goodbye. */
static void test_close_for_a_reason(void)
{
    struct line line;
    int first = 0;
    size_t size = 0;
    char payload[125];
    open_line(&line);
    line.transport->ops->close(line.transport, 1007);
    CHECK_INT(BELL__LINE_DOWN, line.transport->line);
    CHECK(peer_frame(&line.peer, &first, payload, sizeof payload, &size));
    CHECK_INT(0x88, first);
    CHECK_BYTES("\x03\xef", payload, size);
    CHECK_INT(0, recv(line.peer.fd, payload, 1, 0));
    end_line(&line);
}

static void test_close(void)
{
    struct line line;
    int first = 0;
    size_t size = 0;
    char payload[125];
    open_line(&line);
    line.transport->ops->close(line.transport, 1000);
    CHECK_INT(BELL__LINE_DOWN, line.transport->line);
    CHECK(peer_frame(&line.peer, &first, payload, sizeof payload, &size));
    CHECK_INT(0x88, first);
    CHECK_BYTES("\x03\xe8", payload, size);
    CHECK_INT(0, recv(line.peer.fd, payload, 1, 0));
    end_line(&line);
}

/* A line can be opened again, and knows nothing of the one before. */
static void test_again(void)
{
    struct line line;
    struct bell__frame frame;
    open_line(&line);
    CHECK(peer_say(&line.peer, "\x01\x05half", 6));
    bell__loop_pump(line.loop, 100);
    CHECK(!line.transport->ops->receive(line.transport, &frame));
    peer_close(&line.peer);
    CHECK(!next(&line, &frame));
    check_says("ended the connection", line.transport->end.text);
    dial(&line);
    CHECK(peer_upgrade(&line.peer, "\x81\x03new", 5));
    pump_while_opening(&line);
    CHECK(next(&line, &frame));
    CHECK_BYTES("new", frame.bytes, frame.size);
    CHECK_INT(0, line.transport->written);
    end_line(&line);
}

static void test_no_memory(void)
{
    for (size_t fail = 1; fail < 12; fail++) {
        struct line line;
        struct bell__frame frame;
        bell_error error;
        memset(&line, 0, sizeof line);
        make_line(&line);
        line.transport->ops->free(line.transport);
        struct bell__ws_options options = {
            .memory = &line.memory,
            .loop = line.loop,
            .guest = &line.guest,
            .url = line.peer.url,
            .message_bytes_max = MESSAGE_MAX,
        };
        line.counter.fail = line.counter.calls + fail;
        if (bell__ws_make(&options, &line.transport, &error) == BELL_OK) {
            dial(&line);
            if (line.peer.fd >= 0 &&
                peer_upgrade(&line.peer, "\x01\x02hi\x80\x01!", 7)) {
                pump_while_opening(&line);
            }
            if (next(&line, &frame)) {
                CHECK_BYTES("hi!", frame.bytes, frame.size);
            } else {
                check_says("no memory", line.transport->end.text);
            }
            line.transport->ops->free(line.transport);
        } else {
            CHECK_INT(BELL_NO_MEMORY, error.status);
        }
        bell__loop_leave(line.loop, &line.guest);
        bell_loop_close(line.loop);
        CHECK_INT(0, line.counter.bytes);
        peer_end(&line.peer);
    }
}

int main(void)
{
    test_bad_frames();
    test_goodbyes();
    test_sizes();
    test_fragments();
    test_ping_at_limit();
    test_sending();
    test_binary();
    test_short_writes();
    test_reason_before_a_broken_write();
    test_close_for_a_reason();
    test_close();
    test_again();
    test_no_memory();
    return check_report();
}
