/* mock.c: Centrifugo's client protocol from the server's side. */
#include "serve/mock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"

/* Centrifugo's own codes. */
enum {
    PERMISSION_DENIED = 103,
    NOT_AVAILABLE = 108,
    TOKEN_EXPIRED = 109,
    EXPIRED = 110
};

enum { WAITING_BYTES_MAX = 64 * 1024 * 1024 }; /* of answers that are late */

void mock_open(struct mock_peer *peer, int64_t now)
{
    peer->ping_at = INT64_MAX;
    peer->pong_at = INT64_MAX;
    peer->expire_at = INT64_MAX;
    peer->stale_at = now + MOCK_STALE_SECONDS * INT64_C(1000);
    ticket_open(&peer->ticket);
    wire_open_room(&peer->room);
    bell__buf_open(&peer->message, &bell__memory_default, 0);
    bell__outlet_open(&peer->outlet, &bell__memory_default);
}

void mock_close(struct mock_peer *peer)
{
    ticket_close(&peer->ticket);
    wire_close_room(&peer->room);
    bell__buf_close(&peer->message);
    bell__outlet_close(&peer->outlet);
}

void mock_end(struct mock_peer *peer, uint16_t code, const char *reason)
{
    if (peer->close_code == 0) {
        peer->close_code = code;
        peer->close_reason = reason;
    }
}

static void end_badly(struct mock_peer *peer)
{
    mock_end(peer, 3501, "bad request");
}

/* What stands in `message` is said. */
static void say(struct mock_peer *peer, int64_t now,
                const struct bell__mishap *mishap)
{
    struct bell__buf *message = &peer->message;
    bool good = bell__buf_settle(message) == BELL_OK &&
                bell__outlet_put(&peer->outlet, now,
                                 (bell_string){message->bytes, message->size},
                                 mishap) == BELL_OK;
    message->size = 0;
    if (!good) {
        mock_end(peer, 3004, "internal server error");
    } else if (peer->outlet.bytes > WAITING_BYTES_MAX) {
        mock_end(peer, 3008, "slow");
    }
}

static void say_error(struct mock_peer *peer, uint32_t id, int64_t now,
                      int32_t code, const char *text)
{
    struct bell__peer_error error = {.code = code, .message = bell_str(text)};
    peer->wire->error(&peer->message, id, &error);
    say(peer, now, NULL);
}

/* ---- Who it is ----------------------------------------------------------- */

/* A UUID: the run's, and the client's number. */
static void name_client(const struct mock_peer *peer, char name[37])
{
    snprintf(name, 37, "%08" PRIx32 "-%04x-4%03x-8%03x-%012" PRIx64,
             (uint32_t)(peer->seal >> 32),
             (unsigned)(peer->seal >> 16 & 0xffff),
             (unsigned)(peer->seal >> 4 & 0xfff), (unsigned)(peer->seal & 0xf),
             peer->number & UINT64_C(0xffffffffffff));
}

/* What a token's life means for its client, told at `now`. */
static struct wire_session session_of(struct mock_peer *peer,
                                      int64_t expires_at, int64_t now)
{
    struct wire_session session = {.ping = MOCK_PING_SECONDS};
    int64_t left = expires_at - (int64_t)time(NULL);
    if (expires_at != 0) {
        session.expires = true;
        session.ttl = (uint32_t)left;
        peer->expire_at =
            left > INT32_MAX
                ? INT64_MAX
                : now + (left + MOCK_EXPIRED_SECONDS) * INT64_C(1000);
    }
    return session;
}

/* The client may say no more; its line ends without a word. */
static void fail(struct mock_peer *peer, uint32_t id, int64_t now, int32_t code,
                 const char *text)
{
    say_error(peer, id, now, code, text);
    peer->over = true;
    peer->stale_at = INT64_MAX;
}

/* False where the answer is clear already. */
static bool check_ticket(struct mock_peer *peer, bell_string token, uint32_t id,
                         int64_t now)
{
    struct ticket *ticket = &peer->ticket;
    int64_t today = (int64_t)time(NULL);
    if (peer->secret.size == 0) {
        return true;
    }
    if (token.size == 0) {
        end_badly(peer);
        return false;
    }
    ticket_check(ticket, token, peer->secret, today);
    if (ticket->verdict == TICKET_WRONG) {
        mock_end(peer, 3500, "invalid token");
        return false;
    }
    if (ticket->verdict == TICKET_EXPIRED) {
        fail(peer, id, now, TOKEN_EXPIRED, "token expired");
        return false;
    }
    if (ticket->expires_at != 0 && ticket->expires_at < today) {
        fail(peer, id, now, EXPIRED, "expired");
        return false;
    }
    return true;
}

/* What goes wrong with one of our own commands, by its name. */
static const struct bell__mishap *draw(struct mock_peer *peer, uint32_t id,
                                       int64_t now, const char *name,
                                       bool *refused)
{
    const struct bell__mishap *mishap =
        bell__mishaps_draw(&peer->backend->mishaps, bell_str(name), false);
    *refused = mishap != NULL && mishap->kind == BELL__MISHAP_ERROR;
    if (*refused) {
        struct bell__peer_error error = {.code = mishap->code,
                                         .temporary = mishap->temporary,
                                         .message = bell_str(mishap->text)};
        peer->wire->error(&peer->message, id, &error);
        say(peer, now, NULL);
    }
    return mishap;
}

static void greet(struct mock_peer *peer, const struct wire_command *command,
                  int64_t now)
{
    char name[37];
    bool refused;
    if (peer->connected) {
        end_badly(peer);
        return;
    }
    const struct bell__mishap *mishap =
        draw(peer, command->id, now, "connect", &refused);
    if (refused) {
        peer->over = true;
        return;
    }
    if (!check_ticket(peer, command->text, command->id, now)) {
        return;
    }
    struct wire_session session =
        session_of(peer, peer->ticket.expires_at, now);
    name_client(peer, name);
    session.client = name;
    peer->connected = true;
    peer->stale_at = INT64_MAX;
    peer->ping_at = now + MOCK_PING_SECONDS * INT64_C(1000);
    peer->wire->connected(&peer->message, command->id, &session);
    say(peer, now, mishap);
}

/* A token that has expired closes, so that the client comes again with a
 * better one. */
static void renew(struct mock_peer *peer, const struct wire_command *command,
                  int64_t now)
{
    bool refused;
    struct ticket ticket;
    int64_t today = (int64_t)time(NULL);
    if (command->text.size == 0) {
        end_badly(peer);
        return;
    }
    const struct bell__mishap *mishap =
        draw(peer, command->id, now, "refresh", &refused);
    if (refused) {
        return;
    }
    ticket_open(&ticket);
    ticket.verdict = TICKET_GOOD;
    if (peer->secret.size != 0) {
        ticket_check(&ticket, command->text, peer->secret, today);
    }
    bool same = ticket.user.size == peer->ticket.user.size &&
                (ticket.user.size == 0 ||
                 memcmp(ticket.user.bytes, peer->ticket.user.bytes,
                        ticket.user.size) == 0);
    if (ticket.verdict == TICKET_EXPIRED) {
        mock_end(peer, 3005, "connection expired");
    } else if (ticket.verdict == TICKET_WRONG || !same) {
        mock_end(peer, 3500, "invalid token");
    } else if (ticket.expires_at != 0 && ticket.expires_at <= today) {
        say_error(peer, command->id, now, EXPIRED, "expired");
    } else {
        struct wire_session session = session_of(peer, ticket.expires_at, now);
        peer->wire->refreshed(&peer->message, command->id, &session);
        say(peer, now, mishap);
    }
    ticket_close(&ticket);
}

/* ---- Commands ------------------------------------------------------------ */

static void call(struct mock_peer *peer, const struct wire_command *command,
                 int64_t now)
{
    struct bell__outcome outcome;
    struct asker asker = {.number = peer->number};
    const struct bell__mishap *mishap = backend_call(
        peer->backend, &asker, command->text, command->data, &outcome);
    if (outcome.refused) {
        struct bell__peer_error error = answers_error(&outcome);
        error.data.size = 0; /* of which its protocol has none */
        peer->wire->error(&peer->message, command->id, &error);
    } else {
        peer->wire->result(&peer->message, command->id, outcome.data);
    }
    say(peer, now, mishap);
}

/* As a server on which nobody may subscribe and nobody may publish. */
static void refuse_channel(struct mock_peer *peer,
                           const struct wire_command *command, int64_t now)
{
    bool publishes = command->kind == BELL__COMMAND_PUBLISH;
    if (command->text.size == 0 || (publishes && command->data.size == 0)) {
        end_badly(peer);
        return;
    }
    switch (command->kind) {
    case BELL__COMMAND_UNSUBSCRIBE:
        peer->wire->done(&peer->message, command->id, command->kind);
        say(peer, now, NULL);
        return;
    case BELL__COMMAND_SUBSCRIBE:
    case BELL__COMMAND_PUBLISH:
    case BELL__COMMAND_SUB_REFRESH:
        say_error(peer, command->id, now, PERMISSION_DENIED,
                  "permission denied");
        return;
    default:
        say_error(peer, command->id, now, NOT_AVAILABLE, "not available");
        return;
    }
}

static void take_pong(struct mock_peer *peer)
{
    if (!peer->pinged) {
        end_badly(peer);
        return;
    }
    peer->pinged = false;
    peer->pong_at = INT64_MAX;
}

/* In the order in which a Centrifugo looks. */
static void obey(struct mock_peer *peer, const struct wire_command *command,
                 int64_t now)
{
    if (!peer->connected && command->kind != BELL__COMMAND_CONNECT) {
        end_badly(peer);
        return;
    }
    if (command->id == 0 && command->kind != BELL__COMMAND_SEND) {
        take_pong(peer);
        return;
    }
    switch (command->kind) {
    case BELL__COMMAND_CONNECT:
        greet(peer, command, now);
        return;
    case BELL__COMMAND_RPC:
        call(peer, command, now);
        return;
    case BELL__COMMAND_REFRESH:
        renew(peer, command, now);
        return;
    case BELL__COMMAND_SEND:
        mock_end(peer, 3508, "not available");
        return;
    case BELL__COMMAND_PING:
    case BELL__COMMAND_NONE:
        end_badly(peer);
        return;
    default:
        refuse_channel(peer, command, now);
        return;
    }
}

void mock_receive(struct mock_peer *peer, bell_string frame, int64_t now)
{
    if (frame.size > MOCK_FRAME_BYTES_MAX) {
        mock_end(peer, 1009, "");
        return;
    }
    if (frame.size == 0) {
        end_badly(peer);
    }
    while (frame.size != 0 && peer->close_code == 0 && !peer->over) {
        struct wire_command command;
        bell_string message;
        if (!peer->wire->next(&frame, &message) ||
            !peer->wire->read(message, &peer->room, &command)) {
            end_badly(peer);
            return;
        }
        obey(peer, &command, now);
    }
}

/* ---- Time ---------------------------------------------------------------- */

static void ping(struct mock_peer *peer, int64_t now)
{
    const struct bell__mishap *mishap =
        bell__mishaps_draw(&peer->backend->mishaps, BELL_STR("ping"), false);
    peer->ping_at = now + MOCK_PING_SECONDS * INT64_C(1000);
    peer->pong_at = now + MOCK_PONG_SECONDS * INT64_C(1000);
    peer->pinged = true;
    peer->wire->ping(&peer->message);
    say(peer, now, mishap);
}

void mock_tick(struct mock_peer *peer, int64_t now)
{
    if (peer->stale_at <= now) {
        mock_end(peer, 3502, "stale");
    }
    if (peer->expire_at <= now) {
        mock_end(peer, 3005, "connection expired");
    }
    if (peer->pong_at <= now) {
        mock_end(peer, 3012, "no pong");
    }
    if (peer->ping_at <= now && peer->close_code == 0) {
        ping(peer, now);
    }
}

int64_t mock_due(const struct mock_peer *peer)
{
    int64_t due = peer->ping_at;
    due = peer->pong_at < due ? peer->pong_at : due;
    due = peer->stale_at < due ? peer->stale_at : due;
    due = peer->expire_at < due ? peer->expire_at : due;
    return due;
}
