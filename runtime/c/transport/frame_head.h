/* frame_head.h: the head of a WebSocket frame (RFC 6455, 5.2), read and
 * written, and the mask. It knows no messages and no sockets. */
#ifndef BELL__TRANSPORT_FRAME_HEAD_H
#define BELL__TRANSPORT_FRAME_HEAD_H

#include <bell/bell.h>

enum bell__opcode {
    BELL__OPCODE_MORE = 0,
    BELL__OPCODE_TEXT = 1,
    BELL__OPCODE_BINARY = 2,
    BELL__OPCODE_CLOSE = 8,
    BELL__OPCODE_PING = 9,
    BELL__OPCODE_PONG = 10
};

enum { BELL__CONTROL_BYTES_MAX = 125, BELL__FRAME_HEAD_MAX = 14 };

struct bell__frame_head {
    uint64_t payload; /* bytes behind the head */
    size_t size;      /* of the head */
    int opcode;
    bool final;
};

/* Reads a head that a server sent. `size` 0: not whole yet. A head that may
 * not be: false, and *trouble says why. */
bool bell__frame_head_read(const unsigned char *bytes, size_t size,
                           struct bell__frame_head *head, const char **trouble);

/* Writes a final frame's head so that it ends at `end`, the key last, and
 * masks the payload in place. Gives the head's size, at most
 * BELL__FRAME_HEAD_MAX. */
size_t bell__frame_head_seal(unsigned char *end, size_t payload, int opcode,
                             const unsigned char key[4]);

#endif
