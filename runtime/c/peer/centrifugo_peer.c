/* centrifugo_peer.c: Centrifugo's commands read and its replies written, from
 * the server's side. It knows no socket, no clock and no table. */
#include "peer/centrifugo_peer.h"

#include <assert.h>
#include <string.h>

#include "json/members.h"
#include "json/skip.h"
#include "json/write.h"

/* ---- Reading ------------------------------------------------------------- */

bell_string bell__peer_line(bell_string *frame)
{
    assert(frame->size != 0);
    const char *newline = memchr(frame->text, '\n', frame->size);
    bell_string line = {frame->text, newline != NULL
                                         ? (size_t)(newline - frame->text)
                                         : frame->size};
    size_t taken = line.size + (newline != NULL ? 1 : 0);
    frame->text += taken;
    frame->size -= taken;
    if (line.size != 0 && line.text[line.size - 1] == '\r') {
        line.size--;
    }
    return line;
}

static const struct {
    const char *name;
    enum bell__command_kind kind;
} kinds[] = {
    {"rpc", BELL__COMMAND_RPC},
    {"publish", BELL__COMMAND_PUBLISH},
    {"send", BELL__COMMAND_SEND},
    {"connect", BELL__COMMAND_CONNECT},
    {"refresh", BELL__COMMAND_REFRESH},
    {"subscribe", BELL__COMMAND_SUBSCRIBE},
    {"unsubscribe", BELL__COMMAND_OTHER},
    {"presence", BELL__COMMAND_OTHER},
    {"presence_stats", BELL__COMMAND_OTHER},
    {"history", BELL__COMMAND_OTHER},
    {"sub_refresh", BELL__COMMAND_OTHER},
};

static enum bell__command_kind kind_of(const struct bell__members *member)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (bell__member_is(member, kinds[i].name)) {
            return kinds[i].kind;
        }
    }
    return BELL__COMMAND_UNKNOWN;
}

static void read_id(struct bell__json *json, uint32_t *id)
{
    uint64_t number = 0;
    if (bell__json_uint64(json, &number) &&
        (number == 0 || number > UINT32_MAX)) {
        bell__json_fail(json, "an id is from 1 to 4294967295");
    }
    *id = (uint32_t)number;
}

bool bell__peer_read(bell_string line, struct bell__command *command)
{
    struct bell__json json;
    struct bell__members at;
    memset(command, 0, sizeof *command);
    bell__json_open(&json, line, BELL__JSON_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "id")) {
            read_id(&json, &command->id);
        } else if (command->body.size == 0) {
            command->kind = kind_of(&at);
            bell__json_skip(&json, &command->body);
        }
    }
    if (command->body.size == 0 && command->id != 0) {
        command->kind = BELL__COMMAND_UNKNOWN;
    }
    return json.wrong == NULL && bell__json_done(&json);
}

bool bell__peer_read_rpc(bell_string body, struct bell__peer_call *call)
{
    memset(call, 0, sizeof *call);
    const struct bell__part parts[] = {
        {"method", &call->method}, {"data", &call->params}, {NULL, NULL}};
    return bell__json_take_apart(body, parts);
}

bool bell__peer_read_request(bell_string data, struct bell__peer_call *call)
{
    memset(call, 0, sizeof *call);
    const struct bell__part parts[] = {{"method", &call->method},
                                       {"params", &call->params},
                                       {"correlation_id", &call->correlation},
                                       {"reply_to", &call->reply_to},
                                       {NULL, NULL}};
    return bell__json_take_apart(data, parts);
}

bool bell__peer_read_data(bell_string body, bell_string *data)
{
    *data = (bell_string){NULL, 0};
    const struct bell__part parts[] = {{"data", data}, {NULL, NULL}};
    return bell__json_take_apart(body, parts);
}

bool bell__peer_read_token(bell_string body, bell_string *token)
{
    *token = (bell_string){NULL, 0};
    const struct bell__part parts[] = {{"token", token}, {NULL, NULL}};
    return bell__json_take_apart(body, parts);
}

bool bell__peer_text(bell_string quoted, char *room, size_t size,
                     bell_string *text)
{
    if (quoted.size < 2 || quoted.text[0] != '"' || quoted.size - 2 >= size) {
        return false;
    }
    bell_string raw = {quoted.text + 1, quoted.size - 2};
    text->text = room;
    text->size = bell__json_unescape(raw, room);
    return true;
}

/* ---- Writing ------------------------------------------------------------- */

void bell__peer_add_error(struct bell__buf *out,
                          const struct bell__peer_error *error)
{
    bell__buf_add_text(out, "{\"code\":");
    bell__json_add_int64(out, error->code);
    bell__buf_add_text(out, ",\"message\":");
    bell_status before = out->failed;
    bell__json_add_string(out, error->message);
    if (before == BELL_OK && out->failed == BELL_INVALID) {
        bell__buf_settle(out);
        bell__buf_add_text(out, "\"error\"");
    }
    if (error->temporary) {
        bell__buf_add_text(out, ",\"temporary\":true");
    }
    if (error->data.size != 0) {
        bell__buf_add_text(out, ",\"data\":");
        bell__buf_add_string(out, error->data);
    }
    bell__buf_add_text(out, "}");
}

static void next_line(struct bell__buf *out)
{
    if (out->size != 0) {
        bell__buf_add_text(out, "\n");
    }
}

/* {"id":1,"KIND": */
static void begin_reply(struct bell__buf *out, uint32_t id, const char *kind)
{
    next_line(out);
    bell__buf_add_text(out, "{\"id\":");
    bell__json_add_int64(out, id);
    bell__buf_add_text(out, ",\"");
    bell__buf_add_text(out, kind);
    bell__buf_add_text(out, "\":");
}

void bell__peer_reply(struct bell__buf *out, uint32_t id, const char *kind,
                      bell_string body)
{
    begin_reply(out, id, kind);
    bell__buf_add_string(out, body);
    bell__buf_add_text(out, "}");
}

void bell__peer_reply_result(struct bell__buf *out, uint32_t id,
                             bell_string data)
{
    begin_reply(out, id, "rpc");
    if (data.size == 0) {
        bell__buf_add_text(out, "{}}");
        return;
    }
    bell__buf_add_text(out, "{\"data\":");
    bell__buf_add_string(out, data);
    bell__buf_add_text(out, "}}");
}

void bell__peer_reply_error(struct bell__buf *out, uint32_t id,
                            const struct bell__peer_error *error)
{
    begin_reply(out, id, "error");
    bell__peer_add_error(out, error);
    bell__buf_add_text(out, "}");
}

void bell__peer_ping(struct bell__buf *out)
{
    next_line(out);
    bell__buf_add_text(out, "{}");
}

void bell__peer_add_envelope(struct bell__buf *out, bell_string correlation,
                             const struct bell__peer_error *error,
                             bell_string data)
{
    bell__buf_add_text(out, "{\"correlation_id\":");
    bell__buf_add_string(out, correlation);
    if (error != NULL) {
        bell__buf_add_text(out, ",\"error\":");
        bell__peer_add_error(out, error);
    } else {
        bell__buf_add_text(out, ",\"result\":");
        bell__buf_add_string(out, data.size != 0 ? data : BELL_STR("null"));
    }
    bell__buf_add_text(out, "}");
}

void bell__peer_push_envelope(struct bell__buf *out, bell_string channel,
                              bell_string correlation,
                              const struct bell__peer_error *error,
                              bell_string data)
{
    next_line(out);
    bell__buf_add_text(out, "{\"push\":{\"channel\":");
    bell__buf_add_string(out, channel);
    bell__buf_add_text(out, ",\"pub\":{\"data\":");
    bell__peer_add_envelope(out, correlation, error, data);
    bell__buf_add_text(out, "}}}");
}
