/* server.c: what the fake answers: Centrifugo's commands in JSON, one a line,
 * and channel mode's publications. It knows no socket and no schema. */
#include "fake/fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json/read.h"
#include "json/write.h"

enum { DEPTH_MAX = 128, NAME_BYTES_MAX = 256, UNEXPECTED = -1 };

/* One command, taken apart; slices are lent and empty where missing. */
struct command {
    bell_string id;
    bell_string connect;
    bell_string refresh;
    bell_string subscribe;
    bell_string rpc;
    bell_string publish;
    bell_string send;
};

/* A call as either mode carries it. */
struct call {
    bell_string id; /* of the command; empty: it wants no reply */
    bell_string method;
    bell_string params;
    bell_string correlation; /* channel mode: with its quotes */
    bell_string reply_to;    /* channel mode: with its quotes */
};

struct part {
    const char *name;
    bell_string *value;
};

/* Members of a map by name, raw. False where it is no map. */
static bool take_apart(bell_string text, const struct part *parts)
{
    struct bell__json json;
    bell_string key;
    bool escaped = false;
    bell__json_open(&json, text, DEPTH_MAX);
    if (bell__json_peek(&json) != BELL__JSON_MAP ||
        !bell__json_enter_map(&json)) {
        return false;
    }
    while (bell__json_next_key(&json, &key, &escaped)) {
        bell_string *value = NULL;
        for (const struct part *part = parts; part->name != NULL; part++) {
            if (bell__json_key_is(key, part->name)) {
                value = part->value;
            }
        }
        if (!bell__json_skip(&json, value)) {
            return false;
        }
    }
    return json.wrong == NULL;
}

static bell_status add(struct bell__buf *out, const char *text)
{
    return bell__buf_append(out, text, strlen(text));
}

static bell_status add_slice(struct bell__buf *out, bell_string text)
{
    return text.size != 0 ? bell__buf_append(out, text.text, text.size)
                          : BELL_OK;
}

/* What stands in `scratch` is said in delay_ms. */
static void say(struct bell__fake_line *line, int64_t delay_ms,
                bell_status status)
{
    struct bell__buf *out = &line->fake->scratch;
    if (status != BELL_OK) {
        bell__fake_end(line, 0, "no memory for what the fake says");
        return;
    }
    bell__fake_tell(line, delay_ms, false, 0,
                    (bell_string){out->bytes, out->size});
}

/* {"id":N,"kind":{}} */
static void acknowledge(struct bell__fake_line *line, bell_string id,
                        const char *kind)
{
    struct bell__buf *out = &line->fake->scratch;
    out->size = 0;
    bell_status status = add(out, "{\"id\":");
    status = status == BELL_OK ? add_slice(out, id) : status;
    status = status == BELL_OK ? add(out, ",\"") : status;
    status = status == BELL_OK ? add(out, kind) : status;
    status = status == BELL_OK ? add(out, "\":{}}") : status;
    say(line, 0, status);
}

/* {"code":N,"message":"...","temporary":true,"data":...} */
static bell_status add_error(struct bell__buf *out, int32_t code,
                             bool temporary, const char *message,
                             const char *data)
{
    char head[64];
    snprintf(head, sizeof head, "{\"code\":%" PRId32 ",\"message\":", code);
    bell_status status = add(out, head);
    status = status == BELL_OK ? bell__json_write_string(out, bell_str(message))
                               : status;
    if (status == BELL_OK && temporary) {
        status = add(out, ",\"temporary\":true");
    }
    if (status == BELL_OK && data != NULL) {
        status = add(out, ",\"data\":");
        status = status == BELL_OK ? add(out, data) : status;
    }
    return status == BELL_OK ? add(out, "}") : status;
}

/* Tokens are base64url and dots: nothing in them is escaped. */
static void note_token(struct bell_fake *fake, bell_string connect)
{
    bell_string token = {"\"\"", 2};
    const struct part parts[] = {{"token", &token}, {NULL, NULL}};
    take_apart(connect, parts);
    snprintf(fake->token, sizeof fake->token, "%.*s", (int)token.size - 2,
             token.text + 1);
}

/* {"client":"fake","version":"0.0.0","expires":true,"ttl":N} */
static bell_status add_life(struct bell__buf *out, const struct bell_fake *fake)
{
    char life[96] = "{\"client\":\"fake\",\"version\":\"0.0.0\"}";
    if (fake->ttl != 0) {
        snprintf(life, sizeof life,
                 "{\"client\":\"fake\",\"version\":\"0.0.0\","
                 "\"expires\":true,\"ttl\":%" PRIu32 "}",
                 fake->ttl);
    }
    return add(out, life);
}

/* Connect, or refresh: `kind` is the member that says so. */
static void take_token(struct bell__fake_line *line, bell_string id,
                       const char *kind, bell_string body)
{
    struct bell_fake *fake = line->fake;
    struct bell__buf *out = &fake->scratch;
    note_token(fake, body);
    out->size = 0;
    bell_status status = add(out, "{\"id\":");
    status = status == BELL_OK ? add_slice(out, id) : status;
    status = status == BELL_OK ? add(out, ",\"") : status;
    status = status == BELL_OK ? add(out, fake->refusal != 0 ? "error" : kind)
                               : status;
    status = status == BELL_OK ? add(out, "\":") : status;
    if (status == BELL_OK && fake->refusal != 0) {
        status = add_error(out, fake->refusal, false, fake->refusal_text, NULL);
    } else if (status == BELL_OK) {
        status = add_life(out, fake);
    }
    status = status == BELL_OK ? add(out, "}") : status;
    say(line, 0, status);
}

/* ---- Calls --------------------------------------------------------------- */

static bool equal(bell_string one, const char *two)
{
    return strlen(two) == one.size &&
           (one.size == 0 || memcmp(one.text, two, one.size) == 0);
}

static struct bell__expected *find(const struct bell_fake *fake,
                                   const struct call *call, bell_string method)
{
    for (struct bell__expected *at = fake->expected; at != NULL;
         at = at->next) {
        if ((at->always || at->left > 0) && equal(method, at->method) &&
            (at->params == NULL || equal(call->params, at->params))) {
            return at;
        }
    }
    return NULL;
}

/* The first thing that went wrong is what a person wants to read. */
static void tell_unexpected(struct bell_fake *fake, const struct call *call,
                            bell_string method)
{
    const struct bell__expected *like = fake->expected;
    while (like != NULL && !equal(method, like->method)) {
        like = like->next;
    }
    if (fake->trouble[0] != '\0') {
        return;
    }
    int params = call->params.size > 200 ? 200 : (int)call->params.size;
    snprintf(fake->trouble, sizeof fake->trouble,
             "an unexpected call: %.*s with %.*s%s%.200s", (int)method.size,
             method.text, params, call->params.text,
             like == NULL           ? ""
             : like->left == 0      ? "; all that were expected have come"
             : like->params != NULL ? "; expected was "
                                    : "",
             like != NULL && like->left != 0 && like->params != NULL
                 ? like->params
                 : "");
}

/* The value or error of an answer, as a member: `"result":...`. */
static bell_status add_answer(struct bell__buf *out,
                              const struct bell__expected *expected,
                              const char *value_key)
{
    if (expected == NULL) {
        bell_status status = add(out, "\"error\":");
        return status == BELL_OK
                   ? add_error(out, UNEXPECTED, false,
                               "the fake did not expect this call", NULL)
                   : status;
    }
    if (expected->code != 0) {
        bell_status status = add(out, "\"error\":");
        return status == BELL_OK
                   ? add_error(out, expected->code, expected->temporary,
                               expected->message, expected->data)
                   : status;
    }
    bell_status status = add(out, value_key);
    return status == BELL_OK
               ? add(out, expected->result != NULL ? expected->result : "null")
               : status;
}

/* {"id":N,"rpc":{"data":...}} or {"id":N,"error":...} */
static bell_status answer_native(struct bell__buf *out, const struct call *call,
                                 const struct bell__expected *expected)
{
    bool good = expected != NULL && expected->code == 0;
    bell_status status = add(out, "{\"id\":");
    status = status == BELL_OK ? add_slice(out, call->id) : status;
    status = status == BELL_OK ? add(out, good ? ",\"rpc\":{" : ",") : status;
    status =
        status == BELL_OK ? add_answer(out, expected, "\"data\":") : status;
    return status == BELL_OK ? add(out, good ? "}}" : "}") : status;
}

/* The publication on the caller's channel. */
static bell_status answer_channel(struct bell__buf *out,
                                  const struct call *call,
                                  const struct bell__expected *expected)
{
    bell_status status = add(out, "{\"push\":{\"channel\":");
    status = status == BELL_OK ? add_slice(out, call->reply_to) : status;
    status = status == BELL_OK
                 ? add(out, ",\"pub\":{\"data\":{\"correlation_id\":")
                 : status;
    status = status == BELL_OK ? add_slice(out, call->correlation) : status;
    status = status == BELL_OK ? add(out, ",") : status;
    status =
        status == BELL_OK ? add_answer(out, expected, "\"result\":") : status;
    return status == BELL_OK ? add(out, "}}}}") : status;
}

static void answer(struct bell__fake_line *line, const struct call *call,
                   const struct bell__expected *expected)
{
    struct bell__buf *out = &line->fake->scratch;
    int64_t delay_ms = expected != NULL ? expected->delay_ms : 0;
    bool wanted = call->reply_to.size != 0 || call->id.size != 0;
    if (expected != NULL && expected->disconnect) {
        bell__fake_tell(line, delay_ms, true, expected->code,
                        bell_str(expected->message));
        return;
    }
    if (!wanted || (expected != NULL && expected->never)) {
        return;
    }
    out->size = 0;
    say(line, delay_ms,
        call->reply_to.size != 0 ? answer_channel(out, call, expected)
                                 : answer_native(out, call, expected));
}

/* A name between quotes, unescaped. */
static bell_string name_of(bell_string quoted, char *room)
{
    bell_string none = {"", 0};
    if (quoted.size < 2 || quoted.text[0] != '"' ||
        quoted.size > NAME_BYTES_MAX) {
        return none;
    }
    bell_string raw = {quoted.text + 1, quoted.size - 2};
    return (bell_string){room, bell__json_unescape(raw, room)};
}

static void take_call(struct bell__fake_line *line, struct call *call)
{
    char room[NAME_BYTES_MAX + 1];
    bell_string method = name_of(call->method, room);
    struct bell__expected *expected = find(line->fake, call, method);
    if (expected == NULL) {
        tell_unexpected(line->fake, call, method);
    } else {
        expected->met++;
        expected->left -= expected->left > 0 ? 1 : 0;
    }
    answer(line, call, expected);
}

static void take_rpc(struct bell__fake_line *line, bell_string id,
                     bell_string rpc)
{
    struct call call = {.id = id};
    const struct part parts[] = {
        {"method", &call.method}, {"data", &call.params}, {NULL, NULL}};
    if (take_apart(rpc, parts)) {
        take_call(line, &call);
    }
}

/* A publication: in channel mode its data are a call. */
static void take_publish(struct bell__fake_line *line, bell_string id,
                         bell_string publish)
{
    bell_string data = {NULL, 0};
    struct call call = {.id = {NULL, 0}};
    const struct part outer[] = {{"data", &data}, {NULL, NULL}};
    const struct part inner[] = {{"method", &call.method},
                                 {"params", &call.params},
                                 {"correlation_id", &call.correlation},
                                 {"reply_to", &call.reply_to},
                                 {NULL, NULL}};
    if (!take_apart(publish, outer) || !take_apart(data, inner)) {
        return;
    }
    if (id.size != 0) {
        acknowledge(line, id, "publish");
    }
    take_call(line, &call);
}

static void take_command(struct bell__fake_line *line, bell_string text)
{
    struct command command;
    memset(&command, 0, sizeof command);
    const struct part parts[] = {
        {"id", &command.id},           {"connect", &command.connect},
        {"refresh", &command.refresh}, {"subscribe", &command.subscribe},
        {"rpc", &command.rpc},         {"publish", &command.publish},
        {"send", &command.send},       {NULL, NULL}};
    if (!take_apart(text, parts)) {
        return;
    }
    bell_string none = {NULL, 0};
    if (command.connect.size != 0) {
        take_token(line, command.id, "connect", command.connect);
    } else if (command.refresh.size != 0) {
        take_token(line, command.id, "refresh", command.refresh);
    } else if (command.subscribe.size != 0) {
        acknowledge(line, command.id, "subscribe");
    } else if (command.rpc.size != 0) {
        take_rpc(line, command.id, command.rpc);
    } else if (command.publish.size != 0) {
        take_publish(line, command.id, command.publish);
    } else if (command.send.size != 0) {
        bell_string data = {NULL, 0};
        const struct part outer[] = {{"data", &data}, {NULL, NULL}};
        struct call call = {.id = none};
        const struct part inner[] = {
            {"method", &call.method}, {"params", &call.params}, {NULL, NULL}};
        if (take_apart(command.send, outer) && take_apart(data, inner)) {
            take_call(line, &call);
        }
    }
}

void bell__fake_take(struct bell__fake_line *line, bell_string frame)
{
    const char *end = frame.text + frame.size;
    for (const char *at = frame.text;
         at < end && line->head.line == BELL__LINE_UP;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        take_command(line, (bell_string){at, (size_t)(stop - at)});
        at = stop + 1;
    }
}
