/* count_framing.c: WebSocket frames out and in for scripts/count.sh: the
 * client's line, and a peer in the same thread. It knows no call. */
#include "base/memory.h"
#include "bench/count.h"
#include "unit/line.h"

enum { SMALL = 60, LARGE = 60000, BATCH = 100 };

static char bytes[MESSAGE_MAX];
static char heard[MESSAGE_MAX];

struct framing {
    struct line line;
    struct bell__outbox outbox;
};

static void *open_framing(const struct count_row *row)
{
    struct framing *framing = calloc(1, sizeof *framing);
    (void)row;
    count_need(framing != NULL, "memory");
    memset(bytes, 'x', sizeof bytes);
    open_line(&framing->line);
    bell__outbox_open(&framing->outbox, &bell__memory_default, 0);
    count_need(check_failed == 0, "the line is up");
    return framing;
}

static void close_framing(void *context)
{
    struct framing *framing = context;
    bell__outbox_close(&framing->outbox);
    end_line(&framing->line);
    count_need(check_failed == 0, "the line ended well");
    free(framing);
}

/* `count` frames go to the transport at once, and are read by the peer. */
static void write_frames(struct framing *framing, int count, size_t size)
{
    struct bell__transport *transport = framing->line.transport;
    size_t left = 0;
    for (int i = 0; i < count; i++) {
        count_need(bell__outbox_begin(&framing->outbox) == BELL_OK &&
                       bell__buf_append(&framing->outbox.bytes, bytes, size) ==
                           BELL_OK,
                   "a frame");
        bell__outbox_end(&framing->outbox);
        left += size + (size < 126 ? 6 : 8);
    }
    transport->ops->send(transport, &framing->outbox);
    while (left != 0) {
        size_t part = left < sizeof heard ? left : sizeof heard;
        count_need(peer_hear(&framing->line.peer, heard, part), "frames");
        left -= part;
    }
}

static void write_small(void *context, int turns)
{
    for (int i = 0; i < turns; i++) {
        write_frames(context, 1, SMALL);
    }
}

static void write_batch(void *context, int turns)
{
    for (int i = 0; i < turns; i++) {
        write_frames(context, BATCH, SMALL);
    }
}

static void write_large(void *context, int turns)
{
    for (int i = 0; i < turns; i++) {
        write_frames(context, 1, LARGE);
    }
}

static void read_frames(struct framing *framing, int count, size_t size)
{
    struct bell__frame frame;
    for (int i = 0; i < count; i++) {
        count_need(next(&framing->line, &frame) && frame.size == size,
                   "a message");
    }
}

/* One frame by one write: what comes in two may come late. */
static void say_frame(struct framing *framing, size_t size)
{
    static char text[LARGE + 4];
    size_t head = size < 126 ? 2 : 4;
    text[0] = (char)0x81;
    text[1] = (char)(size < 126 ? size : 126);
    text[2] = (char)(size >> 8);
    text[3] = (char)(size & 0xff);
    memset(text + head, 'x', size);
    count_need(peer_say(&framing->line.peer, text, head + size), "saying");
}

static void read_small(void *context, int turns)
{
    for (int i = 0; i < turns; i++) {
        say_frame(context, SMALL);
        read_frames(context, 1, SMALL);
    }
}

/* Many frames of one read. */
static void read_batch(void *context, int turns)
{
    struct framing *framing = context;
    static char text[BATCH * (SMALL + 2)];
    for (int i = 0; i < BATCH; i++) {
        char *at = text + (size_t)i * (SMALL + 2);
        at[0] = (char)0x81;
        at[1] = SMALL;
        memset(at + 2, 'x', SMALL);
    }
    for (int i = 0; i < turns; i++) {
        count_need(peer_say(&framing->line.peer, text, sizeof text), "saying");
        read_frames(framing, BATCH, SMALL);
    }
}

static void read_large(void *context, int turns)
{
    for (int i = 0; i < turns; i++) {
        say_frame(context, LARGE);
        read_frames(context, 1, LARGE);
    }
}

/* A message in pieces, with pings between them. */
static void read_pieces(void *context, int turns)
{
    struct framing *framing = context;
    static char text[3 * (SMALL + 2) + 2];
    char pong[6];
    for (int i = 0; i < 3; i++) {
        char *at = text + (size_t)i * (SMALL + 2) + (i == 2 ? 2 : 0);
        at[0] = (char)(i == 0 ? 0x01 : i == 2 ? 0x80 : 0x00);
        at[1] = SMALL;
        memset(at + 2, 'x', SMALL);
    }
    memcpy(text + (size_t)2 * (SMALL + 2), "\x89\x00", 2);
    for (int i = 0; i < turns; i++) {
        count_need(peer_say(&framing->line.peer, text, sizeof text), "saying");
        read_frames(framing, 1, 3 * (size_t)SMALL);
        count_need(peer_hear(&framing->line.peer, pong, sizeof pong), "a pong");
    }
}

#define ROW(name_, turns_)                                                     \
    {                                                                          \
        .name = "framing." #name_, .open = open_framing, .run = (name_),       \
        .close = close_framing, .turns = (turns_)                              \
    }

static const struct count_row rows[] = {
    ROW(write_small, 500), ROW(write_batch, 20), ROW(write_large, 20),
    ROW(read_small, 500),  ROW(read_batch, 20),  ROW(read_large, 20),
    ROW(read_pieces, 200)};

int main(int argc, char **argv)
{
    return count_main(rows, sizeof rows / sizeof rows[0], argc, argv);
}
