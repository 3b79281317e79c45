/* ws_test.c: a WebSocket line against a peer that says whatever a test wants:
 * both ends live in this one thread. */
#include "transport/ws.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/memory.h"
#include "base/sha1.h"
#include "unit/check.h"

enum { ROUNDS_MAX = 400, ROUND_MS = 5, MESSAGE_MAX = 1000 };

struct rig {
    bell_loop *loop;
    struct bell__guest guest;
    struct bell__transport *line;
    int listener;
    int peer;
    char got[256]; /* the messages, joined by | */
};

static void no_turn(struct bell__guest *guest)
{
    (void)guest;
}

static int listen_on(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int little = 64 * 1024; /* so that writes are cut short */
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(listener, 4) == 0);
    getsockname(listener, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    return listener;
}

static void pump(struct rig *rig)
{
    bell__loop_pump(rig->loop, ROUND_MS);
}

static void rig_open(struct rig *rig, const char *path)
{
    uint16_t port = 0;
    char url[128];
    bell_error error;
    memset(rig, 0, sizeof *rig);
    rig->listener = listen_on(&port);
    rig->peer = -1;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &rig->loop, &error));
    rig->guest.turn = no_turn;
    rig->guest.free = no_turn;
    bell__loop_join(rig->loop, &rig->guest);
    snprintf(url, sizeof url, "ws://127.0.0.1:%u%s", port, path);
    struct bell__ws_options options = {
        .memory = &bell__memory_default,
        .loop = rig->loop,
        .guest = &rig->guest,
        .url = url,
        .message_bytes_max = MESSAGE_MAX,
    };
    CHECK_INT(BELL_OK, bell__ws_make(&options, &rig->line, &error));
    CHECK_INT(BELL_OK, rig->line->ops->open(rig->line));
    pump(rig);
    rig->peer = accept(rig->listener, NULL, NULL);
    int at_once = 1; /* single bytes do not wait for each other */
    setsockopt(rig->peer, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
}

static void rig_close(struct rig *rig)
{
    rig->line->ops->free(rig->line);
    bell__loop_leave(rig->loop, &rig->guest);
    bell_loop_close(rig->loop);
    close(rig->peer);
    close(rig->listener);
}

static void say(struct rig *rig, const void *bytes, size_t size)
{
    CHECK(send(rig->peer, bytes, size, MSG_NOSIGNAL) == (ssize_t)size);
}

/* What the client said, as far as it came within a moment. */
static size_t hear(struct rig *rig, char *bytes, size_t size)
{
    size_t heard = 0;
    struct pollfd ready = {rig->peer, POLLIN, 0};
    for (int i = 0; i < 4 && heard < size; i++) {
        pump(rig);
        if (poll(&ready, 1, 0) == 1) {
            ssize_t got = recv(rig->peer, bytes + heard, size - heard, 0);
            heard += got > 0 ? (size_t)got : 0;
        }
    }
    return heard;
}

/* Reads the upgrade and answers it; `more` goes in the same write. */
static void upgrade(struct rig *rig, const char *more, size_t more_size)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char request[2048];
    uint8_t hash[BELL__SHA1_BYTES];
    char accept_key[64];
    size_t size = hear(rig, request, sizeof request - 1);
    request[size] = '\0';
    const char *key = strstr(request, "Sec-WebSocket-Key: ");
    CHECK(key != NULL);
    if (key == NULL) {
        return;
    }
    char text[128];
    snprintf(text, sizeof text, "%.24s%s", key + 19, guid);
    bell__sha1(text, strlen(text), hash);
    *bell__base64_put(accept_key, hash, sizeof hash) = '\0';
    char answer[4096];
    int wrote = snprintf(answer, sizeof answer,
                         "HTTP/1.1 101 Switching Protocols\r\n"
                         "upgrade: WebSocket\r\nConnection: keep-alive, "
                         "Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                         accept_key);
    memcpy(answer + wrote, more, more_size);
    say(rig, answer, (size_t)wrote + more_size);
    for (int i = 0; i < ROUNDS_MAX && rig->line->line == BELL__LINE_OPENING;
         i++) {
        pump(rig);
    }
}

/* Takes messages until there is none for a few rounds, or the line is down. */
static void take(struct rig *rig)
{
    struct bell__frame frame;
    for (int i = 0; i < 4; i++) {
        while (rig->line->ops->receive(rig->line, &frame)) {
            size_t at = strlen(rig->got);
            snprintf(rig->got + at, sizeof rig->got - at, "%.*s|",
                     (int)(frame.size < 40 ? frame.size : 40), frame.bytes);
            i = 0;
        }
        pump(rig);
    }
}

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *name;
    const char *bytes;
    size_t size;
    const char *got;
    const char *end; /* a part of the line's end; NULL: it lives */
    int32_t code;
} cases[] = {
    {"a text", BYTES("\x81\x02hi"), "hi|", NULL, 0},
    {"binary alike", BYTES("\x82\x02hi"), "hi|", NULL, 0},
    {"an empty message", BYTES("\x81\x00"), "|", NULL, 0},
    {"two in one read",
     BYTES("\x81\x01"
           "a\x81\x01"
           "b"),
     "a|b|", NULL, 0},
    {"fragments",
     BYTES("\x01\x01"
           "a\x00\x01"
           "b\x80\x01"
           "c"),
     "abc|", NULL, 0},
    {"a ping between fragments",
     BYTES("\x01\x01"
           "a\x89\x01x\x80\x01"
           "b"),
     "ab|", NULL, 0},
    {"a pong that nobody asked for",
     BYTES("\x8a\x01x\x81\x01"
           "a"),
     "a|", NULL, 0},
    {"16-bit length that needs none", BYTES("\x81\x7e\x00\x02hi"), "",
     "shortest form", 0},
    {"close with code and reason",
     BYTES("\x88\x08\x0d\xac"
           "reason"),
     "", "reason", 3500},
    {"close without a code", BYTES("\x88\x00"), "", "", 1005},
    {"half a close code", BYTES("\x88\x01\x03"), "", "half a close code", 0},
    {"reserved bit",
     BYTES("\xc1\x01"
           "a"),
     "", "", 0},
    {"reserved opcode",
     BYTES("\x83\x01"
           "a"),
     "", "", 0},
    {"reserved control opcode", BYTES("\x8b\x00"), "", "", 0},
    {"masked by a server",
     BYTES("\x81\x81\x00\x00\x00\x00"
           "a"),
     "", "", 0},
    {"a fragmented ping",
     BYTES("\x09\x01"
           "a"),
     "", "", 0},
    {"a long ping", BYTES("\x89\x7e\x00\x7e"), "", "", 0},
    {"continuation of nothing",
     BYTES("\x80\x01"
           "a"),
     "", "that it had not begun", 0},
    {"a message inside a message",
     BYTES("\x01\x01"
           "a\x81\x01"
           "b"),
     "", "inside another", 0},
    {"64-bit length beyond the limit",
     BYTES("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), "",
     "message_bytes_max (1000)", 0},
    {"64-bit length with the top bit",
     BYTES("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), "", "", 0},
    {"one byte beyond the limit", BYTES("\x81\x7e\x03\xe9"), "",
     "message_bytes_max (1000)", 0},
    {"messages, then an end",
     BYTES("\x81\x01"
           "a\x88\x02\x0b\xb9"),
     "a|", "", 3001},
};

static void check_end(const struct rig *rig, const char *end, int32_t code)
{
    if (end == NULL) {
        CHECK_INT(BELL__LINE_UP, rig->line->line);
        return;
    }
    CHECK_INT(BELL__LINE_DOWN, rig->line->line);
    CHECK_INT(code, rig->line->end.code);
    CHECK(strstr(rig->line->end.text, end) != NULL);
    CHECK(code != 0 || rig->line->end.text[0] != '\0');
}

/* Whole, together with the answer to the upgrade, and byte by byte. */
enum way { WAY_WHOLE, WAY_WITH_ANSWER, WAY_BYTES, WAYS };

static void frames_come_in(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0] * WAYS; i++) {
        size_t at = i / WAYS;
        enum way way = (enum way)(i % WAYS);
        int failed = check_failed;
        struct rig rig;
        rig_open(&rig, "/connection/websocket?x=1");
        upgrade(&rig, cases[at].bytes,
                way == WAY_WITH_ANSWER ? cases[at].size : 0);
        if (way == WAY_WHOLE) {
            say(&rig, cases[at].bytes, cases[at].size);
        }
        for (size_t j = 0; way == WAY_BYTES && j < cases[at].size; j++) {
            ssize_t sent = send(rig.peer, cases[at].bytes + j, 1, MSG_NOSIGNAL);
            CHECK(sent == 1 || rig.line->line == BELL__LINE_DOWN);
            pump(&rig);
            struct bell__frame frame;
            if (rig.line->ops->receive(rig.line, &frame)) {
                size_t end = strlen(rig.got);
                snprintf(rig.got + end, sizeof rig.got - end, "%.*s|",
                         (int)frame.size, frame.bytes);
            }
        }
        take(&rig);
        CHECK_TEXT(cases[at].got, rig.got);
        check_end(&rig, cases[at].end, cases[at].code);
        if (check_failed != failed) {
            fprintf(stderr, "  in: %s (way %d): %s\n", cases[at].name, way,
                    rig.line->end.text);
        }
        rig_close(&rig);
    }
}

static const struct {
    const char *answer;
    const char *end;
} answers[] = {
    {"HTTP/1.1 403 Forbidden\r\n\r\n", "403"},
    {"HTTP/1.1 404 Not Found\r\n\r\n", "404: is the path right?"},
    {"HTTP/1.1 503 Service Unavailable\r\n\r\n", "503"},
    {"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
     ""},
    {"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n", ""},
    {"nonsense\r\n\r\n", ""},
    {"\r\n\r\n", ""},
};

static void upgrades_are_refused(void)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct rig rig;
        char request[2048];
        rig_open(&rig, "/");
        hear(&rig, request, sizeof request);
        say(&rig, answers[i].answer, strlen(answers[i].answer));
        take(&rig);
        check_end(&rig, answers[i].end, 0);
        rig_close(&rig);
    }
}

static void a_head_has_a_limit(void)
{
    struct rig rig;
    char junk[20000];
    rig_open(&rig, "/");
    hear(&rig, junk, sizeof junk);
    memset(junk, 'x', sizeof junk);
    memcpy(junk, "HTTP/1.1 101 ", 13);
    say(&rig, junk, sizeof junk);
    take(&rig);
    check_end(&rig, "16 KiB", 0);
    rig_close(&rig);
}

/* Unmasks the frame at the front; gives its payload's size. */
static size_t unmask(char *bytes, size_t size, char **payload)
{
    CHECK(size >= 6 && ((unsigned char)bytes[1] & 0x80) != 0);
    size_t length = (unsigned char)bytes[1] & 0x7f;
    char *key = bytes + 2;
    if (length == 126) {
        length = (size_t)(unsigned char)bytes[2] << 8 | (unsigned char)bytes[3];
        key = bytes + 4;
    }
    *payload = key + 4;
    for (size_t i = 0; i < length; i++) {
        (*payload)[i] ^= key[i % 4];
    }
    return length;
}

static void pings_are_answered(void)
{
    struct rig rig;
    char bytes[256];
    char *payload = NULL;
    rig_open(&rig, "/");
    upgrade(&rig, "", 0);
    say(&rig, BYTES("\x89\x03"
                    "abc"));
    take(&rig);
    size_t size = hear(&rig, bytes, sizeof bytes);
    CHECK_INT(0x8a, (unsigned char)bytes[0]);
    size_t length = unmask(bytes, size, &payload);
    CHECK_BYTES("abc", payload, length);
    rig_close(&rig);
}

static void closes_are_answered(void)
{
    struct rig rig;
    char bytes[256];
    char *payload = NULL;
    rig_open(&rig, "/");
    upgrade(&rig, "", 0);
    say(&rig, BYTES("\x88\x02\x0b\xb9"));
    take(&rig);
    size_t size = hear(&rig, bytes, sizeof bytes);
    CHECK_INT(0x88, (unsigned char)bytes[0]);
    size_t length = unmask(bytes, size, &payload);
    CHECK_BYTES("\x0b\xb9", payload, length);
    rig_close(&rig);
}

static void add_frame(struct bell__outbox *outbox, size_t size, char letter)
{
    CHECK_INT(BELL_OK, bell__outbox_begin(outbox));
    CHECK_INT(BELL_OK, bell__buf_reserve(&outbox->bytes, size));
    memset(outbox->bytes.bytes + outbox->bytes.size, letter, size);
    outbox->bytes.size += size;
    bell__outbox_end(outbox);
}

/* While nothing can be written one pong is for all pings: a server that pings
 * and does not read fills nobody's memory. */
static void many_pings_have_one_pong(void)
{
    enum { BIG = 12 * 1000 * 1000, PINGS = 100 };
    struct rig rig;
    struct bell__outbox outbox;
    rig_open(&rig, "/");
    upgrade(&rig, "", 0);
    bell__outbox_open(&outbox, &bell__memory_default, 0);
    add_frame(&outbox, BIG, 'b');
    rig.line->ops->send(rig.line, &outbox);
    CHECK_INT(0, rig.line->written);
    for (int i = 0; i < PINGS; i++) {
        say(&rig, BYTES("\x89\x03"
                        "abc"));
    }
    take(&rig);
    char *bytes = malloc(BIG + 4096);
    char *payload = NULL;
    size_t size = 0;
    size_t more = 1;
    while (more != 0) {
        more = hear(&rig, bytes + size, BIG + 4096 - size);
        size += more;
    }
    CHECK_INT(BIG + 14 + 9, size);
    char *pong = bytes + BIG + 14;
    CHECK_INT(0x8a, (unsigned char)pong[0]);
    size_t length = unmask(pong, 9, &payload);
    CHECK_BYTES("abc", payload, length);
    free(bytes);
    bell__outbox_close(&outbox);
    rig_close(&rig);
}

/* More than the kernel takes: short writes, in order, counted at their end,
 * and nothing is taken twice. */
static void short_writes_go_on(void)
{
    enum { BIG = 12 * 1000 * 1000, SMALL = 200 };
    struct rig rig;
    struct bell__outbox outbox;
    rig_open(&rig, "/");
    upgrade(&rig, "", 0);
    bell__outbox_open(&outbox, &bell__memory_default, 0);
    add_frame(&outbox, SMALL, 'a');
    add_frame(&outbox, BIG, 'b');
    add_frame(&outbox, SMALL, 'c');
    rig.line->ops->send(rig.line, &outbox);
    CHECK_INT(0, outbox.count);
    CHECK(!rig.line->idle);
    CHECK(rig.line->written >= 1 && rig.line->written < 3);
    add_frame(&outbox, SMALL, 'd');
    rig.line->ops->send(rig.line, &outbox);
    CHECK_INT(1, outbox.count); /* it waits its turn */
    char *bytes = malloc(BIG + 4096);
    size_t size = 0;
    size_t more = 1;
    while (more != 0) {
        more = hear(&rig, bytes + size, BIG + 4096 - size);
        size += more;
    }
    CHECK_INT(3, rig.line->written);
    CHECK(rig.line->idle);
    CHECK_INT((SMALL + 8) * 2 + BIG + 14, size);
    char *payload = NULL;
    CHECK_INT(SMALL, unmask(bytes, size, &payload));
    CHECK(payload[0] == 'a' && payload[SMALL - 1] == 'a');
    char *last = bytes + size - SMALL - 8;
    CHECK_INT(SMALL, unmask(last, SMALL + 8, &payload));
    CHECK(payload[0] == 'c' && payload[SMALL - 1] == 'c');
    rig.line->ops->send(rig.line, &outbox);
    CHECK_INT(0, outbox.count);
    free(bytes);
    bell__outbox_close(&outbox);
    rig_close(&rig);
}

/* Says goodbye for a reason while frames wait: what `written` does not count
 * never leaves, also where the socket has room again. */
static void what_is_held_back_never_leaves(void)
{
    enum { FRAMES = 400, SIZE = 30000, WHOLE = SIZE + 8 };
    struct rig rig;
    struct bell__outbox outbox;
    rig_open(&rig, "/");
    upgrade(&rig, "", 0);
    bell__outbox_open(&outbox, &bell__memory_default, 0);
    for (int i = 0; i < FRAMES; i++) {
        add_frame(&outbox, SIZE, 'a');
    }
    rig.line->ops->send(rig.line, &outbox);
    size_t written = (size_t)rig.line->written;
    CHECK(written >= 1 && written < FRAMES);
    size_t room = (size_t)FRAMES * WHOLE;
    char *bytes = malloc(room);
    size_t size = 0;
    ssize_t got = 1;
    while (got > 0) { /* the kernel has room again */
        got = recv(rig.peer, bytes + size, room - size, MSG_DONTWAIT);
        size += got > 0 ? (size_t)got : 0;
    }
    rig.line->ops->close(rig.line, 1007);
    do {
        got = recv(rig.peer, bytes + size, room - size, 0);
        size += got > 0 ? (size_t)got : 0;
    } while (got > 0);
    CHECK_INT(written, size / WHOLE);
    free(bytes);
    bell__outbox_close(&outbox);
    rig_close(&rig);
}

static void a_peer_that_hangs_up_is_told(void)
{
    struct rig rig;
    rig_open(&rig, "/");
    upgrade(&rig, "", 0);
    shutdown(rig.peer, SHUT_RDWR);
    take(&rig);
    check_end(&rig, "ended the connection", 0);
    rig_close(&rig);
}

static void nobody_listens(void)
{
    struct rig rig;
    rig_open(&rig, "/");
    upgrade(&rig, "", 0);
    close(rig.listener);
    close(rig.peer);
    rig.line->ops->close(rig.line, 1000);
    CHECK_INT(BELL__LINE_DOWN, rig.line->line);
    CHECK_INT(BELL_OK, rig.line->ops->open(rig.line));
    take(&rig);
    check_end(&rig, "Connection refused", 0);
    CHECK(rig.line->end.os_error != 0);
    rig.listener = -1;
    rig.peer = -1;
    rig_close(&rig);
}

int main(void)
{
    frames_come_in();
    upgrades_are_refused();
    a_head_has_a_limit();
    pings_are_answered();
    closes_are_answered();
    many_pings_have_one_pong();
    short_writes_go_on();
    what_is_held_back_never_leaves();
    a_peer_that_hangs_up_is_told();
    nobody_listens();
    return check_report();
}
