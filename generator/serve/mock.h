/* mock.h: one client of the mock server: Centrifugo's client protocol from the
 * server's side (commands in, replies and a close code out). It knows no
 * socket and no clock. */
#ifndef GENERATOR_SERVE_MOCK_H
#define GENERATOR_SERVE_MOCK_H

#include "base/buf.h"
#include "serve/answer.h"

/* As Centrifugo: larger frames close with 1009, times are in seconds. */
enum {
    MOCK_FRAME_BYTES_MAX = 65536,
    MOCK_PING_SECONDS = 25,
    MOCK_PONG_SECONDS = 8,
    MOCK_STALE_SECONDS = 10
};

struct mock_peer {
    struct answers *answers;
    bell_string secret; /* empty: every token is good */
    bool connected;
    bool pinged; /* a pong is owed */
    bool verbose;
    uint64_t number;
    uint16_t close_code; /* 0: stay */
    const char *close_reason;
};

/* Reads one frame; replies go to the end of `out`, one a line. */
void mock_receive(struct mock_peer *peer, bell_string frame,
                  struct bell__buf *out);

/* Writes a ping, or closes where the last one was not answered. */
void mock_ping(struct mock_peer *peer, struct bell__buf *out);

#endif
