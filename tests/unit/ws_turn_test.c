/* ws_turn_test.c: what a server may take of a program, however much it sends:
 * of a turn, of memory, of pongs. The line's socket is the test's own. */
#include "transport/ws_line.h"
#include "unit/line.h"

enum {
    MIB = 1024 * 1024,
    LARGE = 6 * MIB,
    TURN_MAX = 64 * MIB, /* more than any turn may read */
    KEPT_MAX = 4 * MIB + 128 * 1024,
    PONGS_MAX = MIB / 2,
    PINGS = 5000
};

/* What the socket has to read; endless: from the start again. */
static struct {
    char *bytes;
    size_t size;
    size_t at;
    bool endless;
    size_t moved;
} source;

/* What it took; where it is deaf: nothing. */
static struct {
    bool deaf;
    size_t size;
} sink;

static enum bell__flow own_read(struct bell__socket *socket, void *bytes,
                                size_t size, size_t *moved)
{
    size_t left = source.size - source.at;
    *moved = size < left ? size : left;
    memcpy(bytes, source.bytes + source.at, *moved);
    source.at += *moved;
    source.moved += *moved;
    if (source.endless && source.at == source.size) {
        source.at = 0;
    }
    socket->more = source.at < source.size;
    return *moved == 0 ? BELL__FLOW_BLOCKED : BELL__FLOW_MOVED;
}

static enum bell__flow own_write(struct bell__socket *socket,
                                 const struct iovec *pieces, int count,
                                 size_t *moved)
{
    (void)socket;
    if (sink.deaf) {
        return BELL__FLOW_BLOCKED;
    }
    *moved = 0;
    for (int i = 0; i < count; i++) {
        *moved += pieces[i].iov_len;
    }
    sink.size += *moved;
    return BELL__FLOW_MOVED;
}

static struct bell__socket_ops own_ops = {.read = own_read, .write = own_write};

static struct bell__ws *open_own(struct line *line)
{
    static const struct bell__ws_options large = {.message_bytes_max =
                                                      2 * LARGE};
    make_line_to(line, NULL, &large);
    dial(line);
    CHECK(peer_upgrade(&line->peer, NULL, 0));
    pump_while_opening(line);
    CHECK_INT(BELL__LINE_UP, line->transport->line);
    struct bell__ws *ws = (struct bell__ws *)(void *)line->transport;
    own_ops.finish = ws->connection.socket.ops->finish;
    own_ops.close = ws->connection.socket.ops->close;
    ws->connection.socket.ops = &own_ops;
    memset(&sink, 0, sizeof sink);
    return ws;
}

/* The next bytes of the socket, of whole frames; it is ready. */
static void feed(struct bell__ws *ws, char *bytes, size_t size, bool endless)
{
    source.bytes = bytes;
    source.size = size;
    source.at = 0;
    source.endless = endless;
    source.moved = 0;
    ws->connection.ops->ready(&ws->connection, BELL__READABLE);
}

/* ---- A turn -------------------------------------------------------------- */

static int others_turns;

static void read_all(struct bell__guest *guest)
{
    struct line *line = (struct line *)(void *)guest;
    struct bell__frame frame;
    while (line->transport->ops->receive(line->transport, &frame) &&
           source.moved < TURN_MAX) {
        CHECK(frame.size == 2);
    }
}

static void count_turn(struct bell__guest *guest)
{
    (void)guest;
    others_turns++;
}

/* A socket that always has more: others get their turn, and so does the line
 * again, though no descriptor rings. */
static void test_budget(void)
{
    static char hello[] = "\x81\x02hi";
    struct line line;
    struct bell__guest other = {.turn = count_turn, .free = count_turn};
    struct bell__ws *ws = open_own(&line);
    bell__loop_join(line.loop, &other);
    line.guest.turn = read_all;
    feed(ws, hello, 4, true);
    bell__loop_due(line.loop, &other);
    others_turns = 0;
    bell__loop_pump(line.loop, 0);
    CHECK_INT(1, others_turns);
    size_t first = source.moved;
    CHECK(first >= BELL__TURN_BYTES_MAX);
    CHECK(first < 2 * 2 * BELL__TURN_BYTES_MAX); /* two turns in a round */
    CHECK(line.guest.due);
    bell__loop_due(line.loop, &other);
    bell__loop_pump(line.loop, 0);
    CHECK_INT(2, others_turns);
    CHECK(source.moved > first && source.moved < TURN_MAX);
    source.endless = false;
    bell__loop_leave(line.loop, &other);
    end_line(&line);
}

/* ---- Memory -------------------------------------------------------------- */

static size_t write_head(char *at, int first, size_t size)
{
    at[0] = (char)first;
    at[1] = 127;
    for (int i = 0; i < 8; i++) {
        at[2 + i] = (char)(unsigned char)((uint64_t)size >> (8 * (7 - i)));
    }
    return 10;
}

static void check_one(struct line *line, size_t size)
{
    struct bell__frame frame;
    bool received = false;
    for (int turns = 0; turns < 3 && !received; turns++) {
        received = line->transport->ops->receive(line->transport, &frame);
    }
    CHECK(received);
    CHECK_INT(size, frame.size);
    CHECK(line->counter.bytes >= size);
    CHECK(!line->transport->ops->receive(line->transport, &frame));
}

/* In one frame, or in two that are gathered. */
static void test_large_message(bool gathered)
{
    static char bytes[LARGE + 64];
    static char small[] = "\x81\x02hi";
    struct line line;
    struct bell__ws *ws = open_own(&line);
    size_t size = 0;
    size_t first = gathered ? LARGE / 2 : LARGE;
    size += write_head(bytes, gathered ? 0x01 : 0x81, first);
    size += first;
    if (gathered) {
        size += write_head(bytes + size, 0x80, LARGE - first);
        size += LARGE - first;
    }
    feed(ws, bytes, size, false);
    check_one(&line, LARGE);
    feed(ws, small, 4, false);
    check_one(&line, 2);
    CHECK(line.counter.bytes < KEPT_MAX);
    end_line(&line);
}

/* ---- Pongs --------------------------------------------------------------- */

/* A server that pings and does not read: one pong is enough for many pings
 * (RFC 6455 5.5.3), and they fill no memory. */
static void test_one_pong_for_many_pings(void)
{
    enum { PING = 127, PONG = PING + 4 };
    static char pings[PINGS * PING];
    struct line line;
    struct bell__frame frame;
    struct bell__ws *ws = open_own(&line);
    for (size_t i = 0; i < sizeof pings; i += PING) {
        pings[i] = (char)(unsigned char)0x89;
        pings[i + 1] = 125;
    }
    sink.deaf = true;
    feed(ws, pings, sizeof pings, false);
    CHECK(!line.transport->ops->receive(line.transport, &frame));
    CHECK_INT(sizeof pings, source.moved);
    CHECK(line.counter.bytes < PONGS_MAX);
    sink.deaf = false;
    ws->connection.ops->ready(&ws->connection, BELL__WRITABLE);
    CHECK_INT(PONG, sink.size);
    feed(ws, pings, PING, false);
    CHECK(!line.transport->ops->receive(line.transport, &frame));
    CHECK_INT(2 * PONG, sink.size);
    end_line(&line);
}

int main(void)
{
    test_budget();
    test_large_message(false);
    test_large_message(true);
    test_one_pong_for_many_pings();
    return check_report();
}
