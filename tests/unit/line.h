/* line.h: a WebSocket line and the peer at its other end, in one thread. */
#ifndef TESTS_UNIT_LINE_H
#define TESTS_UNIT_LINE_H

#include "transport/ws.h"
#include "unit/counter.h"
#include "unit/peer.h"

enum { MESSAGE_MAX = 200000, ROUNDS_MAX = 400 };

struct line {
    struct bell__guest guest; /* first: the loop hands it back */
    bell_loop *loop;
    struct bell__transport *transport;
    struct counter counter;
    bell_allocator memory;
    struct peer peer;
};

static inline void line_turn(struct bell__guest *guest)
{
    (void)guest;
}

/* To http://peer and a target; NULL: to the peer's own url. What the options
 * leave out is the line's. */
static inline void make_line_to(struct line *line, const char *target,
                                const struct bell__ws_options *asked)
{
    bell_error error;
    char url[128];
    memset(line, 0, sizeof *line);
    line->guest.turn = line_turn;
    line->guest.free = line_turn;
    line->memory = counter_allocator(&line->counter);
    peer_listen(&line->peer);
    CHECK(bell_loop_open(&line->memory, &line->loop, &error) == BELL_OK);
    bell__loop_join(line->loop, &line->guest);
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s",
             (unsigned)line->peer.port, target == NULL ? "" : target);
    struct bell__ws_options options = *asked;
    options.memory = &line->memory;
    options.loop = line->loop;
    options.guest = &line->guest;
    options.url = target == NULL ? line->peer.url : url;
    if (options.message_bytes_max == 0) {
        options.message_bytes_max = MESSAGE_MAX;
    }
    CHECK(bell__ws_make(&options, &line->transport, &error) == BELL_OK);
}

static inline void make_line(struct line *line)
{
    static const struct bell__ws_options none;
    make_line_to(line, NULL, &none);
}

static inline void end_line(struct line *line)
{
    line->transport->ops->free(line->transport);
    bell__loop_leave(line->loop, &line->guest);
    bell_loop_close(line->loop);
    CHECK_INT(0, line->counter.bytes);
    peer_end(&line->peer);
}

/* The peer has the connection and the request is on its way. */
static inline void dial(struct line *line)
{
    CHECK(line->transport->ops->open(line->transport) == BELL_OK);
    if (line->transport->line == BELL__LINE_DOWN) {
        return; /* nobody was dialed */
    }
    bell__loop_pump(line->loop, 1000);
    line->peer.fd = accept(line->peer.listener, NULL, NULL);
    bell__loop_pump(line->loop, 0);
}

static inline void pump_while_opening(struct line *line)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        if (line->transport->line != BELL__LINE_OPENING) {
            return;
        }
        bell__loop_pump(line->loop, 10);
    }
}

static inline void open_line(struct line *line)
{
    make_line(line);
    dial(line);
    CHECK(peer_upgrade(&line->peer, NULL, 0));
    pump_while_opening(line);
    CHECK_INT(BELL__LINE_UP, line->transport->line);
}

/* The next message, or false when the line is down. */
static inline bool next(struct line *line, struct bell__frame *frame)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        if (line->transport->ops->receive(line->transport, frame)) {
            return true;
        }
        if (line->transport->line != BELL__LINE_UP) {
            return false;
        }
        bell__loop_pump(line->loop, 10);
    }
    return false;
}

static inline void check_says(const char *want, const char *got)
{
    CHECK(strstr(got, want) != NULL);
    if (strstr(got, want) == NULL) {
        fprintf(stderr, "  want: %s\n  got:  %s\n", want, got);
    }
}

#endif
