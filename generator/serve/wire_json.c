/* wire_json.c: the protocol in JSON: one command a line. */
#include "serve/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "json/members.h"

void wire_open_room(struct wire_room *room)
{
    bell__buf_open(&room->clean, &bell__memory_default, 0);
    bell__buf_open(&room->text, &bell__memory_default, 0);
}

void wire_close_room(struct wire_room *room)
{
    bell__buf_close(&room->clean);
    bell__buf_close(&room->text);
}

static bool next_line(bell_string *frame, bell_string *message)
{
    *message = bell__peer_line(frame);
    return true;
}

/* The line, or a copy of the same size with a `?` for each byte that is no
 * UTF-8: a Centrifugo looks at these no more than this. */
static bool clean_line(bell_string line, struct bell__buf *room,
                       bell_string *clean)
{
    size_t good = bell__utf8_good(line.text, line.size);
    *clean = line;
    if (good == line.size) {
        return true;
    }
    room->size = 0;
    if (bell__buf_append(room, line.text, line.size) != BELL_OK) {
        return false;
    }
    while (good < line.size) {
        room->bytes[good] = '?';
        good += bell__utf8_good(room->bytes + good, line.size - good);
    }
    *clean = (bell_string){room->bytes, line.size};
    return true;
}

/* What is between the quotes, in `room`. */
static bool unquote(bell_string quoted, struct bell__buf *room,
                    bell_string *text)
{
    room->size = 0;
    *text = (bell_string){"", 0};
    if (quoted.size < 2) {
        return true;
    }
    if (bell__buf_reserve(room, quoted.size) != BELL_OK) {
        return false;
    }
    bell_string raw = {quoted.text + 1, quoted.size - 2};
    room->size = bell__json_unescape(raw, room->bytes);
    *text = (bell_string){room->bytes, room->size};
    return true;
}

static bool read_parts(enum bell__command_kind kind, bell_string body,
                       bell_string *text, bell_string *data)
{
    struct bell__peer_call call;
    switch (kind) {
    case BELL__COMMAND_NONE:
    case BELL__COMMAND_PING:
        return true;
    case BELL__COMMAND_CONNECT:
    case BELL__COMMAND_REFRESH:
        return bell__peer_read_token(body, text);
    case BELL__COMMAND_RPC:
        if (!bell__peer_read_rpc(body, &call)) {
            return false;
        }
        *text = call.method;
        *data = call.params;
        return true;
    default:
        return bell__peer_read_channel(body, text, data);
    }
}

static bool read_line(bell_string message, struct wire_room *room,
                      struct wire_command *command)
{
    struct bell__command raw;
    bell_string line;
    bell_string quoted = {NULL, 0};
    memset(command, 0, sizeof *command);
    if (!clean_line(message, &room->clean, &line) ||
        !bell__peer_read(line, &raw) ||
        !read_parts(raw.kind, raw.body, &quoted, &command->data) ||
        !unquote(quoted, &room->text, &command->text)) {
        return false;
    }
    command->kind = raw.kind;
    command->id = raw.id;
    if (command->data.size != 0) {
        command->data.text = message.text + (command->data.text - line.text);
    }
    return true;
}

/* ---- Answers ------------------------------------------------------------- */

static void add_life(char *body, size_t size,
                     const struct wire_session *session)
{
    if (session->expires && session->ttl != 0) {
        snprintf(body, size, "\"expires\":true,\"ttl\":%" PRIu32, session->ttl);
    } else {
        snprintf(body, size, "%s", session->expires ? "\"expires\":true" : "");
    }
}

static void write_connected(struct bell__buf *out, uint32_t id,
                            const struct wire_session *session)
{
    char life[64];
    char body[256];
    add_life(life, sizeof life, session);
    snprintf(body, sizeof body,
             "{\"client\":\"%s\",\"version\":\"bellpull %.40s\",%s%s"
             "\"ping\":%" PRIu32 ",\"pong\":true}",
             session->client, bell_version(), life, life[0] != '\0' ? "," : "",
             session->ping);
    bell__peer_reply(out, id, "connect", bell_str(body));
}

static void write_refreshed(struct bell__buf *out, uint32_t id,
                            const struct wire_session *session)
{
    char life[64];
    char body[80];
    add_life(life, sizeof life, session);
    snprintf(body, sizeof body, "{%s}", life);
    bell__peer_reply(out, id, "refresh", bell_str(body));
}

static void write_done(struct bell__buf *out, uint32_t id,
                       enum bell__command_kind kind)
{
    bell__peer_reply(out, id, bell__peer_kind_name(kind), BELL_STR("{}"));
}

static void add_line(struct bell__buf *frame, bell_string message)
{
    if (frame->size != 0) {
        bell__buf_add_text(frame, "\n");
    }
    bell__buf_add_string(frame, message);
}

const struct wire wire_json = {
    .next = next_line,
    .read = read_line,
    .connected = write_connected,
    .refreshed = write_refreshed,
    .done = write_done,
    .result = bell__peer_reply_result,
    .error = bell__peer_reply_error,
    .ping = bell__peer_ping,
    .add = add_line,
};
