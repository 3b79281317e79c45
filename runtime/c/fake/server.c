/* server.c: what the fake answers: Centrifugo's commands in JSON, one a line,
 * and channel mode's publications. It knows no socket and no schema. */
#include "fake/fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES_MAX = 256 };

/* A call, and the command that it came by. */
struct call {
    uint32_t id; /* 0: rpc wants no reply, or it is no rpc */
    struct bell__peer_call parts;
};

/* What stands in `scratch` is said in delay_ms, or as the mishap has it. */
static void say(struct bell__fake_line *line, int64_t delay_ms,
                const struct bell__mishap *mishap)
{
    struct bell__buf *out = &line->fake->scratch;
    if (bell__buf_settle(out) != BELL_OK) {
        bell__fake_end(line, 0, "no memory for what the fake says");
        return;
    }
    bell__fake_tell(line, delay_ms, (bell_string){out->bytes, out->size},
                    mishap);
}

static void acknowledge(struct bell__fake_line *line, uint32_t id,
                        const char *kind)
{
    struct bell__buf *out = &line->fake->scratch;
    out->size = 0;
    bell__peer_reply(out, id, kind, BELL_STR("{}"));
    say(line, 0, NULL);
}

/* Tokens are base64url and dots: nothing in them is escaped. */
static void note_token(struct bell_fake *fake, bell_string body)
{
    bell_string token;
    fake->token[0] = '\0';
    if (bell__peer_read_token(body, &token) && token.size >= 2) {
        snprintf(fake->token, sizeof fake->token, "%.*s", (int)token.size - 2,
                 token.text + 1);
    }
}

/* Connect, or refresh: `kind` is the member that says so. */
static void take_token(struct bell__fake_line *line, const char *kind,
                       const struct bell__command *command)
{
    struct bell_fake *fake = line->fake;
    struct bell__buf *out = &fake->scratch;
    char life[96] = "{\"client\":\"fake\",\"version\":\"0.0.0\"}";
    if (fake->ttl != 0) {
        snprintf(life, sizeof life,
                 "{\"client\":\"fake\",\"version\":\"0.0.0\","
                 "\"expires\":true,\"ttl\":%" PRIu32 "}",
                 fake->ttl);
    }
    note_token(fake, command->body);
    out->size = 0;
    const struct bell__mishap *mishap =
        bell__mishaps_draw(&fake->mishaps, bell_str(kind), false);
    if (mishap != NULL && mishap->kind == BELL__MISHAP_ERROR) {
        struct bell__peer_error error;
        bell__fake_refuses(NULL, mishap, &error);
        bell__peer_reply_error(out, command->id, &error);
    } else if (fake->refusal != 0) {
        struct bell__peer_error error = {
            .code = fake->refusal, .message = bell_str(fake->refusal_text)};
        bell__peer_reply_error(out, command->id, &error);
    } else {
        bell__peer_reply(out, command->id, kind, bell_str(life));
    }
    say(line, 0, mishap);
}

/* ---- Calls --------------------------------------------------------------- */

static void write_answer(struct bell_fake *fake, const struct call *call,
                         const struct bell__expected *expected,
                         const struct bell__mishap *mishap)
{
    struct bell__buf *out = &fake->scratch;
    struct bell__peer_error error;
    bell_string data = {NULL, 0};
    bool refused = bell__fake_refuses(expected, mishap, &error);
    if (!refused) {
        data = bell__fake_result(fake, expected, mishap);
    }
    if (call->parts.reply_to.size != 0) {
        bell__peer_push_envelope(out, call->parts.reply_to,
                                 call->parts.correlation,
                                 refused ? &error : NULL, data);
    } else if (refused) {
        bell__peer_reply_error(out, call->id, &error);
    } else {
        bell__peer_reply_result(out, call->id, data);
    }
}

static void answer(struct bell__fake_line *line, const struct call *call,
                   const struct bell__expected *expected,
                   const struct bell__mishap *mishap)
{
    struct bell__buf *out = &line->fake->scratch;
    int64_t delay_ms = expected != NULL ? expected->delay_ms : 0;
    bool wanted = call->parts.reply_to.size != 0 || call->id != 0;
    if (expected != NULL && expected->disconnect) {
        bell__fake_end_later(line, delay_ms, expected->code,
                             bell_str(expected->message));
        return;
    }
    if (!wanted || (expected != NULL && expected->never)) {
        return;
    }
    out->size = 0;
    write_answer(line->fake, call, expected, mishap);
    say(line, delay_ms, mishap);
}

static void take_call(struct bell__fake_line *line, struct call *call)
{
    char room[NAME_BYTES_MAX + 1];
    bell_string method = {"", 0};
    bell__peer_text(call->parts.method, room, sizeof room, &method);
    const struct bell__mishap *mishap;
    struct bell__expected *expected =
        bell__fake_meet(line->fake, method, call->parts.params, &mishap);
    answer(line, call, expected, mishap);
}

/* A publication or a message: in channel mode its data are a call. */
static bool read_call(const struct bell__command *command, struct call *call)
{
    bell_string data;
    return bell__peer_read_data(command->body, &data) &&
           bell__peer_read_request(data, &call->parts);
}

static void take_command(struct bell__fake_line *line,
                         const struct bell__command *command)
{
    struct call call = {.id = 0};
    switch (command->kind) {
    case BELL__COMMAND_CONNECT:
        take_token(line, "connect", command);
        return;
    case BELL__COMMAND_REFRESH:
        take_token(line, "refresh", command);
        return;
    case BELL__COMMAND_SUBSCRIBE:
        acknowledge(line, command->id, "subscribe");
        return;
    case BELL__COMMAND_RPC:
        call.id = command->id;
        if (bell__peer_read_rpc(command->body, &call.parts)) {
            take_call(line, &call);
        }
        return;
    case BELL__COMMAND_PUBLISH:
        if (!read_call(command, &call)) {
            return;
        }
        if (command->id != 0) {
            acknowledge(line, command->id, "publish");
        }
        take_call(line, &call);
        return;
    case BELL__COMMAND_SEND:
        if (read_call(command, &call)) {
            call.parts.reply_to.size = 0;
            take_call(line, &call);
        }
        return;
    case BELL__COMMAND_PING:
    case BELL__COMMAND_UNSUBSCRIBE:
    case BELL__COMMAND_PRESENCE:
    case BELL__COMMAND_PRESENCE_STATS:
    case BELL__COMMAND_HISTORY:
    case BELL__COMMAND_SUB_REFRESH:
    case BELL__COMMAND_NONE:
        return;
    }
}

void bell__fake_take(struct bell__fake_line *line, bell_string frame)
{
    while (frame.size != 0 && line->head.line == BELL__LINE_UP) {
        struct bell__command command;
        if (bell__peer_read(bell__peer_line(&frame), &command)) {
            take_command(line, &command);
        }
    }
}
