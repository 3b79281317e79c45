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

struct name {
    const char *text; /* in small letters */
    size_t size;
};

#define NAME(text)                                                             \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }

/* By enum bell__command_kind. */
static const struct name kinds[] = {
    NAME("connect"),        NAME("ping"),    NAME("subscribe"),
    NAME("unsubscribe"),    NAME("publish"), NAME("presence"),
    NAME("presence_stats"), NAME("history"), NAME("rpc"),
    NAME("send"),           NAME("refresh"), NAME("sub_refresh")};

const char *bell__peer_kind_name(enum bell__command_kind kind)
{
    assert(kind < BELL__COMMAND_NONE);
    return kinds[kind].text;
}

static char small(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* In other letters, or by escapes. */
static bool spells(const struct bell__members *at, const struct name *name)
{
    const char *key = at->key.text;
    size_t size = at->key.size;
    if (size > name->size) {
        return memchr(key, '\\', size) != NULL &&
               bell__member_is(at, name->text);
    }
    for (size_t i = 0; i < size; i++) {
        if (small(key[i]) != name->text[i]) {
            return false;
        }
    }
    return size == name->size;
}

static inline bool is_exactly(const struct bell__members *at,
                              const struct name *name)
{
    return at->key.size == name->size &&
           memcmp(at->key.text, name->text, name->size) == 0;
}

/* In any case: so does a Centrifugo. */
static inline bool is_named(const struct bell__members *at,
                            const struct name *name)
{
    return is_exactly(at, name) ||
           (at->key.size >= name->size && spells(at, name));
}

static void read_id(struct bell__members *at, uint32_t *id)
{
    struct bell__json *json = at->json;
    bell_string digits;
    uint64_t number = 0;
    if (bell__member_kind(at) == BELL__JSON_NULL) {
        bell__json_null(json);
        return;
    }
    if (!bell__json_number(json, &digits)) {
        return;
    }
    for (size_t i = 0; i < digits.size && number <= UINT32_MAX; i++) {
        char digit = digits.text[i];
        number = digit >= '0' && digit <= '9'
                     ? number * 10 + (uint64_t)(digit - '0')
                     : UINT64_MAX;
    }
    if (number > UINT32_MAX) {
        bell__json_fail(json, "an id is from 1 to 4294967295");
    }
    *id = (uint32_t)number;
}

/* As it is spelled first: nobody spells it otherwise but to try. */
static size_t find_kind(const struct bell__members *at)
{
    size_t kind = BELL__COMMAND_NONE;
    while (kind > 0 && !is_exactly(at, &kinds[kind - 1])) {
        kind--;
    }
    if (kind > 0) {
        return kind - 1;
    }
    while (kind < BELL__COMMAND_NONE && !spells(at, &kinds[kind])) {
        kind++;
    }
    return kind;
}

static void read_body(struct bell__members *at, struct bell__command *command)
{
    struct bell__json *json = at->json;
    size_t kind = find_kind(at);
    if (kind == BELL__COMMAND_NONE) {
        return; /* nobody knows it */
    }
    enum bell__json_kind is = bell__member_kind(at);
    if (is == BELL__JSON_NULL) {
        bell__json_null(json);
        return;
    }
    bell_string body = {NULL, 0};
    bell__json_skip(json, &body);
    if (is != BELL__JSON_MAP) {
        bell__json_fail(json, "a request is an object");
    } else if (kind <= (size_t)command->kind) {
        command->kind = (enum bell__command_kind)kind;
        command->body = body;
    }
}

bool bell__peer_read(bell_string line, struct bell__command *command)
{
    static const struct name id = NAME("id");
    struct bell__json json;
    struct bell__members at;
    memset(command, 0, sizeof *command);
    command->kind = BELL__COMMAND_NONE;
    bell__json_open(&json, line, BELL__JSON_DEPTH_MAX);
    if (bell__json_peek(&json) == BELL__JSON_NULL) {
        return bell__json_null(&json);
    }
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (is_named(&at, &id)) {
            read_id(&at, &command->id);
        } else {
            read_body(&at, command);
        }
    }
    return json.wrong == NULL;
}

/* What a body's member has to be. */
enum wanted { ANY, TEXT, MAP };

struct wanted_part {
    struct name name; /* of no size: the list's end */
    enum wanted wanted;
    bell_string *value; /* NULL: it is only looked at */
};

static bool is_wanted(enum bell__json_kind kind, enum wanted wanted)
{
    return wanted == ANY ||
           kind == (wanted == TEXT ? BELL__JSON_STRING : BELL__JSON_MAP);
}

static void take_part(struct bell__members *at, const struct wanted_part *part)
{
    struct bell__json *json = at->json;
    bell_string ignored;
    bell_string *value = part->value != NULL ? part->value : &ignored;
    enum bell__json_kind kind = bell__member_kind(at);
    if (kind == BELL__JSON_NULL && part->wanted != ANY) {
        bell__json_null(json);
    } else if (!is_wanted(kind, part->wanted)) {
        bell__json_fail(json, "of another type");
    } else {
        bell__json_skip(json, value);
    }
}

/* Parts that are missing stay as they were. */
static bool take_parts(bell_string body, const struct wanted_part *parts)
{
    struct bell__json json;
    struct bell__members at;
    bell__json_open(&json, body, BELL__JSON_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        const struct wanted_part *part = parts;
        while (part->name.size != 0 && !is_named(&at, &part->name)) {
            part++;
        }
        if (part->name.size != 0) {
            take_part(&at, part);
        }
    }
    return json.wrong == NULL && bell__json_done(&json);
}

bool bell__peer_read_rpc(bell_string body, struct bell__peer_call *call)
{
    memset(call, 0, sizeof *call);
    const struct wanted_part parts[] = {{NAME("method"), TEXT, &call->method},
                                        {NAME("data"), ANY, &call->params},
                                        {{NULL, 0}, ANY, NULL}};
    return take_parts(body, parts);
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
    bell_string channel;
    return bell__peer_read_channel(body, &channel, data);
}

bool bell__peer_read_token(bell_string body, bell_string *token)
{
    *token = (bell_string){NULL, 0};
    const struct wanted_part parts[] = {{NAME("token"), TEXT, token},
                                        {NAME("name"), TEXT, NULL},
                                        {NAME("version"), TEXT, NULL},
                                        {NAME("subs"), MAP, NULL},
                                        {{NULL, 0}, ANY, NULL}};
    return take_parts(body, parts);
}

bool bell__peer_read_channel(bell_string body, bell_string *channel,
                             bell_string *data)
{
    *channel = (bell_string){NULL, 0};
    *data = (bell_string){NULL, 0};
    const struct wanted_part parts[] = {{NAME("channel"), TEXT, channel},
                                        {NAME("token"), TEXT, NULL},
                                        {NAME("data"), ANY, data},
                                        {{NULL, 0}, ANY, NULL}};
    return take_parts(body, parts);
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
