/* frames.h: the server's side of WebSocket (RFC 6455): the upgrade, frames of
 * clients read, our own written. It knows no socket and no command. */
#ifndef GENERATOR_SERVE_FRAMES_H
#define GENERATOR_SERVE_FRAMES_H

#include "base/buf.h"
#include "serve/http.h"

enum frames_opcode {
    FRAMES_MORE = 0,
    FRAMES_TEXT = 1,
    FRAMES_BINARY = 2,
    FRAMES_CLOSE = 8,
    FRAMES_PING = 9,
    FRAMES_PONG = 10
};

enum { FRAMES_CONTROL_BYTES_MAX = 125, FRAMES_HEAD_BYTES_MAX = 10 };

/* A client's message, while its frames come. */
struct frames_reader {
    struct bell__buf message; /* whole where FRAMES_MESSAGE */
    size_t bytes_max;
    bool inside; /* of a message of several frames */
    unsigned char control[FRAMES_CONTROL_BYTES_MAX];
    size_t control_size;
    uint16_t close_code; /* FRAMES_WRONG, FRAMES_CLOSED; 0: without a word */
    char wrong[96];      /* FRAMES_WRONG: the reason */
};

enum frames_read {
    FRAMES_PART,    /* come again with more */
    FRAMES_NOTHING, /* a frame that asks for nothing; go on */
    FRAMES_MESSAGE,
    FRAMES_PINGED, /* the answer's payload is `control` */
    FRAMES_CLOSED,
    FRAMES_WRONG
};

void frames_open(struct frames_reader *reader, size_t bytes_max);
void frames_close(struct frames_reader *reader);

/* Reads one frame off the front; *taken says how many bytes it was. */
enum frames_read frames_read(struct frames_reader *reader, bell_string bytes,
                             size_t *taken);

/* The head of a final frame, whose payload follows. */
void frames_head(struct bell__buf *out, enum frames_opcode opcode, size_t size);

/* A whole close frame; 1005 stands for a code that is not there. */
void frames_add_close(struct bell__buf *out, uint16_t code, const char *reason);

/* Answers an upgrade that is good: 101, with this subprotocol where it is not
 * NULL. False where the request's key is none. */
bool frames_accept(struct bell__buf *out, const struct http_head *head,
                   const char *subprotocol);

#endif
