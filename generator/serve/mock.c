/* mock.c: Centrifugo's client protocol from the server's side. */
#include "serve/mock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "serve/ticket.h"
#include "json/read.h"
#include "json/write.h"

enum { DEPTH_MAX = 64 };

/* What a command holds; values are lent slices, empty where missing. */
struct command_text {
    uint64_t id;
    bool empty;
    bell_string name; /* "rpc", "connect", ... */
    bell_string body;
};

static void close_peer(struct mock_peer *peer, uint16_t code,
                       const char *reason)
{
    if (peer->close_code == 0) {
        peer->close_code = code;
        peer->close_reason = reason;
    }
}

static bool put(struct bell__buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Short texts of our own; everything foreign goes through the JSON writer. */
static bool put(struct bell__buf *out, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return size >= 0 && (size_t)size < sizeof text &&
           bell__buf_append(out, text, (size_t)size) == BELL_OK;
}

static void next_line(struct bell__buf *out)
{
    if (out->size != 0) {
        put(out, "\n");
    }
}

static void reply_error(struct bell__buf *out, uint64_t id, int32_t code,
                        bell_string message, bool temporary)
{
    next_line(out);
    put(out,
        "{\"id\":%" PRIu64 ",\"error\":{\"code\":%" PRId32 ",\"message\":", id,
        code);
    if (bell__json_write_string(out, message) != BELL_OK) {
        put(out, "\"error\"");
    }
    put(out, temporary ? ",\"temporary\":true}}" : "}}");
}

static bool read_command(bell_string line, struct command_text *command)
{
    struct bell__json json;
    bell_string key;
    bool escaped = false;
    memset(command, 0, sizeof *command);
    command->empty = true;
    bell__json_open(&json, line, DEPTH_MAX);
    if (!bell__json_enter_map(&json)) {
        return false;
    }
    while (bell__json_next_key(&json, &key, &escaped)) {
        command->empty = false;
        if (bell__json_key_is(key, "id")) {
            if (!bell__json_uint64(&json, &command->id) || command->id == 0 ||
                command->id > UINT32_MAX) {
                return false;
            }
            continue;
        }
        bell_string body;
        if (!bell__json_skip(&json, &body)) {
            return false;
        }
        if (command->name.size == 0) {
            command->name = key;
            command->body = body;
        }
    }
    return json.wrong == NULL && bell__json_done(&json);
}

/* A text member of a small map, copied; false where the map is wrong. */
static bool read_member(bell_string body, const char *name, char *out,
                        size_t size, bell_string *text, bell_string *data)
{
    struct bell__json json;
    bell_string key;
    bell_string raw;
    bool escaped = false;
    bell__json_open(&json, body, DEPTH_MAX);
    if (!bell__json_enter_map(&json)) {
        return false;
    }
    while (bell__json_next_key(&json, &key, &escaped)) {
        if (bell__json_key_is(key, name)) {
            if (!bell__json_raw_string(&json, &raw, &escaped) ||
                raw.size >= size) {
                return false;
            }
            text->text = out;
            text->size = bell__json_unescape(raw, out);
            continue;
        }
        bool is_data = bell__json_key_is(key, "data");
        if (!bell__json_skip(&json, is_data ? data : NULL)) {
            return false;
        }
    }
    return json.wrong == NULL;
}

static void greet(struct mock_peer *peer, const struct command_text *command,
                  struct bell__buf *out)
{
    char token[16 * 1024];
    bell_string text = {NULL, 0};
    bell_string data;
    if (peer->connected || command->id == 0 ||
        !read_member(command->body, "token", token, sizeof token, &text,
                     &data)) {
        close_peer(peer, 3501, "bad request");
        return;
    }
    enum ticket ticket = TICKET_GOOD;
    if (peer->secret.size != 0) {
        if (text.size == 0) {
            close_peer(peer, 3501, "bad request");
            return;
        }
        ticket = ticket_check(text, peer->secret, time(NULL));
    }
    if (ticket == TICKET_WRONG) {
        close_peer(peer, 3500, "invalid token");
        return;
    }
    if (ticket == TICKET_EXPIRED) {
        reply_error(out, command->id, 109, BELL_STR("token expired"), false);
        return;
    }
    peer->connected = true;
    next_line(out);
    put(out,
        "{\"id\":%" PRIu64 ",\"connect\":{\"client\":\"mock-%" PRIu64
        "\",\"version\":\"bellpull %s\",\"ping\":%d,\"pong\":true}}",
        command->id, peer->number, bell_version(), MOCK_PING_SECONDS);
}

static void log_call(const struct mock_peer *peer, bell_string method,
                     const struct answer *answer)
{
    if (!peer->verbose) {
        return;
    }
    if (answer->refused) {
        fprintf(stderr, "#%" PRIu64 " %.*s: error %" PRId32 " %.*s\n",
                peer->number, (int)method.size, method.text, answer->code,
                (int)answer->message.size, answer->message.text);
        return;
    }
    fprintf(stderr, "#%" PRIu64 " %.*s: %zu bytes\n", peer->number,
            (int)method.size, method.size != 0 ? method.text : "",
            answer->data.size);
}

static void call(struct mock_peer *peer, const struct command_text *command,
                 struct bell__buf *out)
{
    char name[1024];
    bell_string method = {name, 0};
    bell_string data = {NULL, 0};
    struct answer answer;
    if (!read_member(command->body, "method", name, sizeof name, &method,
                     &data)) {
        close_peer(peer, 3501, "bad request");
        return;
    }
    answers_give(peer->answers, method, data, &answer);
    log_call(peer, method, &answer);
    if (answer.refused) {
        bool unknown = answer.code == ANSWER_NO_METHOD &&
                       bell__json_key_is(answer.message, "method not found");
        reply_error(out, command->id, unknown ? 104 : answer.code,
                    answer.message, answer.temporary);
        return;
    }
    next_line(out);
    put(out, "{\"id\":%" PRIu64 ",\"rpc\":{", command->id);
    if (answer.data.size != 0 && put(out, "\"data\":") &&
        bell__buf_append(out, answer.data.text, answer.data.size) != BELL_OK) {
        close_peer(peer, 3004, "internal server error");
    }
    put(out, "}}");
}

/* Commands of Centrifugo that this server does not offer. */
static bool is_known(bell_string name)
{
    static const char *const names[] = {
        "subscribe", "unsubscribe",    "publish", "presence",
        "history",   "presence_stats", "refresh", "sub_refresh",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bell__json_key_is(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void obey(struct mock_peer *peer, bell_string line,
                 struct bell__buf *out)
{
    struct command_text command;
    if (!read_command(line, &command)) {
        close_peer(peer, 3501, "bad request");
        return;
    }
    if (command.empty && peer->pinged) {
        peer->pinged = false;
        return;
    }
    if (bell__json_key_is(command.name, "connect")) {
        greet(peer, &command, out);
        return;
    }
    if (!peer->connected || command.empty) {
        close_peer(peer, 3501, "bad request");
    } else if (bell__json_key_is(command.name, "send")) {
        close_peer(peer, 3508, "not available");
    } else if (command.id == 0) {
        close_peer(peer, 3501, "bad request");
    } else if (bell__json_key_is(command.name, "rpc")) {
        call(peer, &command, out);
    } else if (is_known(command.name)) {
        reply_error(out, command.id, 108, BELL_STR("not available"), false);
    } else {
        close_peer(peer, 3501, "bad request");
    }
}

void mock_receive(struct mock_peer *peer, bell_string frame,
                  struct bell__buf *out)
{
    if (frame.size > MOCK_FRAME_BYTES_MAX) {
        close_peer(peer, 1009, "");
        return;
    }
    size_t at = 0;
    do {
        const char *start = frame.text + at;
        const char *newline =
            frame.size == at ? NULL : memchr(start, '\n', frame.size - at);
        bell_string line = {start, newline != NULL ? (size_t)(newline - start)
                                                   : frame.size - at};
        at += line.size + (newline != NULL ? 1 : 0);
        if (line.size != 0 && line.text[line.size - 1] == '\r') {
            line.size--;
        }
        obey(peer, line, out);
    } while (at < frame.size && peer->close_code == 0);
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
    next_line(out);
    put(out, "{}");
    peer->pinged = true;
}
