/* centrifugo_peer.h: Centrifugo's client protocol in JSON from the server's
 * side: commands are read, replies, errors and pushes written. It knows no
 * socket, no clock and no table.
 *
 * What is written goes to a buffer that remembers a failure: whoever writes
 * asks bell__buf_settle() in the end. Slices that are read are lent by the
 * frame, and empty where missing. */
#ifndef BELL__PEER_CENTRIFUGO_PEER_H
#define BELL__PEER_CENTRIFUGO_PEER_H

#include <bell/bell.h>

#include "base/buf.h"

/* ---- Reading ------------------------------------------------------------- */

/* Cuts the first line off a frame that is not empty; its end is not part of
 * it. */
bell_string bell__peer_line(bell_string *frame);

/* In the order in which a Centrifugo looks: of several requests in one command
 * it takes the first. */
enum bell__command_kind {
    BELL__COMMAND_CONNECT,
    BELL__COMMAND_PING,
    BELL__COMMAND_SUBSCRIBE,
    BELL__COMMAND_UNSUBSCRIBE,
    BELL__COMMAND_PUBLISH,
    BELL__COMMAND_PRESENCE,
    BELL__COMMAND_PRESENCE_STATS,
    BELL__COMMAND_HISTORY,
    BELL__COMMAND_RPC,
    BELL__COMMAND_SEND,
    BELL__COMMAND_REFRESH,
    BELL__COMMAND_SUB_REFRESH,
    BELL__COMMAND_NONE /* none of these: without an id it is a pong */
};

struct bell__command {
    enum bell__command_kind kind;
    uint32_t id;      /* 0: none */
    bell_string body; /* an object; empty: NONE */
};

/* The name of a kind, as it stands in commands and replies. */
const char *bell__peer_kind_name(enum bell__command_kind kind);

/* False where the line is no command. As a Centrifugo reads it: what stands
 * behind the object, members that nobody knows and the case of names do not
 * matter, null is as good as nothing, and the last of two members counts. */
bool bell__peer_read(bell_string line, struct bell__command *command);

/* A call as either mode carries it; texts have their quotes. */
struct bell__peer_call {
    bell_string method;
    bell_string params;
    bell_string correlation; /* channel mode */
    bell_string reply_to;    /* channel mode */
};

/* {"method":"...","data":...}: the body of rpc. False where a member is of the
 * wrong type. */
bool bell__peer_read_rpc(bell_string body, struct bell__peer_call *call);

/* {"method","params","correlation_id","reply_to"}: a publication's data in
 * channel mode, and those of a send. False where they are no object. */
bool bell__peer_read_request(bell_string data, struct bell__peer_call *call);

/* {"data":...}: the data of publish and of send. */
bool bell__peer_read_data(bell_string body, bell_string *data);

/* {"token":"..."}: the token of connect and of refresh, with its quotes. */
bool bell__peer_read_token(bell_string body, bell_string *token);

/* {"channel":"...","data":...}: what belongs to a channel. */
bool bell__peer_read_channel(bell_string body, bell_string *channel,
                             bell_string *data);

/* A text with its quotes, unescaped into `room`. False where it is no text, or
 * one of `size` bytes or more. */
bool bell__peer_text(bell_string quoted, char *room, size_t size,
                     bell_string *text);

/* ---- Writing ------------------------------------------------------------- */

struct bell__peer_error {
    int32_t code;
    bool temporary;
    bell_string message; /* of any bytes: "error" stands for no UTF-8 */
    bell_string data;    /* JSON; empty: none */
};

/* {"code":1,"message":"...","temporary":true,"data":...}, the last two where
 * there are such. */
void bell__peer_add_error(struct bell__buf *out,
                          const struct bell__peer_error *error);

/* Replies stand on lines of their own, behind what the frame holds already:
 * {"id":1,"KIND":BODY}, {"id":1,"rpc":{"data":...}}, {"id":1,"error":{...}}. */
void bell__peer_reply(struct bell__buf *out, uint32_t id, const char *kind,
                      bell_string body);
void bell__peer_reply_result(struct bell__buf *out, uint32_t id,
                             bell_string data);
void bell__peer_reply_error(struct bell__buf *out, uint32_t id,
                            const struct bell__peer_error *error);

/* {}: the client is asked for a pong, which looks the same. */
void bell__peer_ping(struct bell__buf *out);

/* The answer to a call of channel mode: {"correlation_id":"...","result":...},
 * or with "error" where there is one. Without data the result is null. */
void bell__peer_add_envelope(struct bell__buf *out, bell_string correlation,
                             const struct bell__peer_error *error,
                             bell_string data);

/* The same as a push on `channel`, which has its quotes. */
void bell__peer_push_envelope(struct bell__buf *out, bell_string channel,
                              bell_string correlation,
                              const struct bell__peer_error *error,
                              bell_string data);

#endif
