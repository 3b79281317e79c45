/* mock.h: one client of the mock server: Centrifugo's client protocol from the
 * server's side: commands in, answers and a close code out. It knows no socket,
 * and what time it is only when it is told. */
#ifndef GENERATOR_SERVE_MOCK_H
#define GENERATOR_SERVE_MOCK_H

#include "peer/outlet.h"
#include "serve/backend.h"
#include "serve/ticket.h"
#include "serve/wire.h"

/* As Centrifugo: larger frames close with 1009, and an answer holds at most so
 * many messages. */
enum { MOCK_FRAME_BYTES_MAX = 65536, MOCK_FRAME_MESSAGES_MAX = 16 };

enum {
    MOCK_PING_SECONDS = 25,
    MOCK_PONG_SECONDS = 8,
    MOCK_STALE_SECONDS = 10,
    MOCK_EXPIRED_SECONDS = 25 /* behind a token's end: so long may it be late */
};

struct mock_peer {
    struct backend *backend;
    const struct wire *wire;
    bell_string secret; /* empty: every token is good */
    uint64_t number;
    uint64_t seal; /* of the server's run, for the client's id */
    bool connected;
    bool over;   /* no command is read any more: its connect has failed */
    bool pinged; /* a pong is owed */
    int64_t ping_at, pong_at, stale_at, expire_at; /* INT64_MAX: never */
    uint16_t close_code;                           /* 0: stay */
    const char *close_reason;
    struct ticket ticket;
    struct wire_room room;
    struct bell__buf message;
    struct bell__outlet outlet; /* what it is told */
};

/* The rest of *peer is zero, but for backend, wire, secret, number, seal. */
void mock_open(struct mock_peer *peer, int64_t now);
void mock_close(struct mock_peer *peer);

/* Reads one frame; `now` in milliseconds. Answers go to the outlet. */
void mock_receive(struct mock_peer *peer, bell_string frame, int64_t now);

/* Pings, and closes where a time is over. */
void mock_tick(struct mock_peer *peer, int64_t now);

/* When mock_tick() has something to do. */
int64_t mock_due(const struct mock_peer *peer);

/* The first one counts. */
void mock_end(struct mock_peer *peer, uint16_t code, const char *reason);

#endif
