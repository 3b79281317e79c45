/* mock.c: Centrifugo's client protocol from the server's side. */
#include "serve/mock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "peer/centrifugo_peer.h"
#include "serve/ticket.h"

/* Centrifugo's own codes. */
enum { UNKNOWN_METHOD = 104, NOT_AVAILABLE = 108, TOKEN_EXPIRED = 109 };

static void close_peer(struct mock_peer *peer, uint16_t code,
                       const char *reason)
{
    if (peer->close_code == 0) {
        peer->close_code = code;
        peer->close_reason = reason;
    }
}

static void reply_error(struct bell__buf *out, uint32_t id, int32_t code,
                        bell_string message)
{
    struct bell__peer_error error = {.code = code, .message = message};
    bell__peer_reply_error(out, id, &error);
}

static void greet(struct mock_peer *peer, const struct bell__command *command,
                  struct bell__buf *out)
{
    char room[16 * 1024];
    char body[160];
    bell_string quoted;
    bell_string token = {NULL, 0};
    if (peer->connected || command->id == 0 ||
        !bell__peer_read_token(command->body, &quoted) ||
        (quoted.size != 0 &&
         !bell__peer_text(quoted, room, sizeof room, &token))) {
        close_peer(peer, 3501, "bad request");
        return;
    }
    enum ticket ticket = TICKET_GOOD;
    if (peer->secret.size != 0) {
        if (token.size == 0) {
            close_peer(peer, 3501, "bad request");
            return;
        }
        ticket = ticket_check(token, peer->secret, time(NULL));
    }
    if (ticket == TICKET_WRONG) {
        close_peer(peer, 3500, "invalid token");
        return;
    }
    if (ticket == TICKET_EXPIRED) {
        reply_error(out, command->id, TOKEN_EXPIRED, BELL_STR("token expired"));
        return;
    }
    peer->connected = true;
    snprintf(body, sizeof body,
             "{\"client\":\"mock-%" PRIu64 "\",\"version\":\"bellpull %.40s\","
             "\"ping\":%d,\"pong\":true}",
             peer->number, bell_version(), MOCK_PING_SECONDS);
    bell__peer_reply(out, command->id, "connect", bell_str(body));
}

static void log_call(const struct mock_peer *peer, bell_string method,
                     const struct bell__outcome *outcome)
{
    if (!peer->verbose) {
        return;
    }
    bell_string said =
        outcome->fault.size != 0 ? outcome->fault : outcome->message;
    if (outcome->refused) {
        fprintf(stderr, "#%" PRIu64 " %.*s: error %" PRId32 " %.*s\n",
                peer->number, (int)method.size, method.text, outcome->code,
                (int)said.size, said.text);
        return;
    }
    fprintf(stderr, "#%" PRIu64 " %.*s: %zu bytes\n", peer->number,
            (int)method.size, method.text, outcome->data.size);
}

static void call(struct mock_peer *peer, const struct bell__command *command,
                 struct bell__buf *out)
{
    char name[1024];
    bell_string method = {"", 0};
    struct bell__peer_call parts;
    struct bell__outcome outcome;
    if (!bell__peer_read_rpc(command->body, &parts) ||
        (parts.method.size != 0 &&
         !bell__peer_text(parts.method, name, sizeof name, &method))) {
        close_peer(peer, 3501, "bad request");
        return;
    }
    answers_give(peer->answers, method, parts.params, &outcome);
    log_call(peer, method, &outcome);
    if (!outcome.refused) {
        bell__peer_reply_result(out, command->id, outcome.data);
        return;
    }
    struct bell__peer_error error = answers_error(&outcome);
    if (outcome.unknown) {
        error.code = UNKNOWN_METHOD;
    }
    bell__peer_reply_error(out, command->id, &error);
}

/* In the order in which a Centrifugo looks. */
static void obey(struct mock_peer *peer, const struct bell__command *command,
                 struct bell__buf *out)
{
    if (command->kind == BELL__COMMAND_PONG && peer->pinged) {
        peer->pinged = false;
        return;
    }
    if (command->kind == BELL__COMMAND_CONNECT) {
        greet(peer, command, out);
        return;
    }
    if (!peer->connected || command->kind == BELL__COMMAND_PONG) {
        close_peer(peer, 3501, "bad request");
    } else if (command->kind == BELL__COMMAND_SEND) {
        close_peer(peer, 3508, "not available");
    } else if (command->id == 0 || command->kind == BELL__COMMAND_UNKNOWN) {
        close_peer(peer, 3501, "bad request");
    } else if (command->kind == BELL__COMMAND_RPC) {
        call(peer, command, out);
    } else {
        reply_error(out, command->id, NOT_AVAILABLE, BELL_STR("not available"));
    }
}

void mock_receive(struct mock_peer *peer, bell_string frame,
                  struct bell__buf *out)
{
    if (frame.size > MOCK_FRAME_BYTES_MAX) {
        close_peer(peer, 1009, "");
        return;
    }
    if (frame.size == 0) {
        close_peer(peer, 3501, "bad request");
    }
    while (frame.size != 0 && peer->close_code == 0) {
        struct bell__command command;
        size_t size = out->size;
        if (!bell__peer_read(bell__peer_line(&frame), &command)) {
            close_peer(peer, 3501, "bad request");
            return;
        }
        obey(peer, &command, out);
        if (bell__buf_settle(out) != BELL_OK) {
            out->size = size;
            close_peer(peer, 3004, "internal server error");
        }
    }
}

void mock_ping(struct mock_peer *peer, struct bell__buf *out)
{
    if (!peer->connected) {
        close_peer(peer, 3502, "stale");
        return;
    }
    if (peer->pinged) {
        close_peer(peer, 3012, "no pong");
        return;
    }
    size_t size = out->size;
    bell__peer_ping(out);
    if (bell__buf_settle(out) != BELL_OK) {
        out->size = size;
        close_peer(peer, 3004, "internal server error");
        return;
    }
    peer->pinged = true;
}
