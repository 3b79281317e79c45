/* wire.h: Centrifugo's client protocol in JSON or in binary, from the server's
 * side: frames are cut into commands, answers are written, each a message of
 * its own. It knows no line and no method. */
#ifndef GENERATOR_SERVE_WIRE_H
#define GENERATOR_SERVE_WIRE_H

#include "base/buf.h"
#include "peer/centrifugo_peer.h"

/* What a command says; lent by the message and by the room. */
struct wire_command {
    enum bell__command_kind kind;
    uint32_t id;
    bell_string text; /* the method of rpc, the token of connect and refresh,
                         the channel of what belongs to one */
    bell_string data; /* as it came; of any bytes; empty: none */
};

/* Where a reader puts what does not lie in the message as it is. */
struct wire_room {
    struct bell__buf clean;
    struct bell__buf text;
};

void wire_open_room(struct wire_room *room);
void wire_close_room(struct wire_room *room);

/* What a client is told of its session. */
struct wire_session {
    const char *client; /* NULL: it knows already */
    bool expires;
    uint32_t ttl;  /* seconds */
    uint32_t ping; /* seconds */
};

struct wire {
    bool binary;
    /* Cuts the first message off a frame that is not empty; false where it is
     * no frame. */
    bool (*next)(bell_string *frame, bell_string *message);
    /* False where the message is no command. */
    bool (*read)(bell_string message, struct wire_room *room,
                 struct wire_command *command);
    void (*connected)(struct bell__buf *out, uint32_t id,
                      const struct wire_session *session);
    void (*refreshed)(struct bell__buf *out, uint32_t id,
                      const struct wire_session *session);
    void (*done)(struct bell__buf *out, uint32_t id,
                 enum bell__command_kind kind);
    void (*result)(struct bell__buf *out, uint32_t id, bell_string data);
    void (*error)(struct bell__buf *out, uint32_t id,
                  const struct bell__peer_error *error);
    void (*ping)(struct bell__buf *out);
    /* Adds a message to a frame. */
    void (*add)(struct bell__buf *frame, bell_string message);
};

extern const struct wire wire_json;
extern const struct wire wire_protobuf;

#endif
