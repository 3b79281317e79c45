/* centrifugo.c: writes commands and reads replies of Centrifugo's client
 * protocol. It knows no socket and no call. */
#include "protocol/centrifugo.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "protocol/centrifugo_greeting.h"
#include "protocol/centrifugo_life.h"
#include "protocol/centrifugo_text.h"
#include "json/members.h"
#include "json/skip.h"
#include "json/text.h"
#include "json/write.h"

/* As deep as a skip goes: depth_max is the codec's, and of data alone. */
enum { ENVELOPE_DEPTH_MAX = BELL__JSON_DEPTH_MAX };

enum { CLOSE_NOT_UTF8 = 1007 };

struct centrifugo {
    struct bell__protocol head;
    const bell_allocator *memory;
    size_t size; /* of this block */
    bool greeted;
    bool renewing;   /* a refresh command has no answer yet */
    uint32_t own_id; /* of connect, later of refresh; no call has it */
    bell_string token;
    char *renewed; /* where the token lies, if it is not the first */
    size_t renewed_size;
    bell_string name;
    bell_string data;    /* JSON */
    bool keeps_greeting; /* somebody asks for it */
    bool advises;
    struct bell__centrifugo_greeting greeting;
};

static struct centrifugo *self(struct bell__protocol *protocol)
{
    return (struct centrifugo *)(void *)protocol;
}

/* `{"id":N`: the command that the answer is known by. */
static void begin_own(struct centrifugo *centrifugo, struct bell__buf *out,
                      uint32_t id)
{
    centrifugo->own_id = id;
    bell__buf_add_text(out, "{\"id\":");
    bell__json_add_int64(out, id);
}

static bell_status hello(struct bell__protocol *protocol, struct bell__buf *out,
                         const uint32_t *ids)
{
    struct centrifugo *centrifugo = self(protocol);
    centrifugo->greeted = false;
    centrifugo->renewing = false;
    bell__centrifugo_greeting_close(&centrifugo->greeting);
    begin_own(centrifugo, out, ids[0]);
    bell__buf_add_text(out, ",\"connect\":{");
    if (centrifugo->token.size != 0) {
        bell__buf_add_text(out, "\"token\":");
        bell__json_add_string(out, centrifugo->token);
        bell__buf_add_text(out, ",");
    }
    if (centrifugo->data.size != 0) {
        bell__buf_add_text(out, "\"data\":");
        bell__buf_add(out, centrifugo->data.text, centrifugo->data.size);
        bell__buf_add_text(out, ",");
    }
    bell__buf_add_text(out, "\"name\":");
    bell__json_add_string(out, centrifugo->name);
    bell__buf_add_text(out, "}}");
    return bell__buf_settle(out);
}

static bell_status begin(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id, const bell_method *method)
{
    static const char open[] = "{\"id\":";
    static const char name[] = ",\"rpc\":{\"method\":";
    static const char params[] = ",\"data\":";
    (void)protocol;
    size_t room = sizeof open + BELL__JSON_INT_MAX + sizeof name +
                  method->json_size + sizeof params;
    bell_status status = bell__buf_reserve(out, room);
    if (status != BELL_OK) {
        return status;
    }
    char *at = out->bytes + out->size;
    memcpy(at, open, sizeof open - 1);
    at = bell__json_put_uint64(at + sizeof open - 1, id);
    memcpy(at, name, sizeof name - 1);
    at += sizeof name - 1;
    memcpy(at, method->json, method->json_size);
    at += method->json_size;
    memcpy(at, params, sizeof params - 1);
    at += sizeof params - 1;
    out->size = (size_t)(at - out->bytes);
    return BELL_OK;
}

static bell_status end(struct bell__protocol *protocol, struct bell__buf *out)
{
    (void)protocol;
    return bell__buf_append(out, "}}", 2);
}

static bell_status pong(struct bell__protocol *protocol, struct bell__buf *out)
{
    (void)protocol;
    return bell__buf_append(out, "{}", 2);
}

static bell_status renew(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id)
{
    struct centrifugo *centrifugo = self(protocol);
    begin_own(centrifugo, out, id);
    bell__buf_add_text(out, ",\"refresh\":{\"token\":");
    bell__json_add_string(out, centrifugo->token);
    bell__buf_add_text(out, "}}");
    bell_status status = bell__buf_settle(out);
    centrifugo->renewing = status == BELL_OK;
    return status;
}

/* ---- The usual reply, read without looking for keys ---------------------- */

static const char *skip_literal(const char *at, const char *end,
                                const char *literal, size_t size)
{
    if ((size_t)(end - at) < size || memcmp(at, literal, size) != 0) {
        return NULL;
    }
    return at + size;
}

/* From behind `"rpc":{` to the value of its data, over what else may stand in
 * front of that; NULL where there is none. */
static const char *find_data(const char *at, const char *end)
{
    struct bell__fault fault;
    bool escaped = false;
    const char *data = skip_literal(at, end, "\"data\":", 7);
    while (data == NULL && at < end && *at == '"') {
        at = bell__text_end(at + 1, end, &escaped, &fault);
        at = at != NULL ? skip_literal(at, end, "\":", 2) : NULL;
        if (at != NULL) {
            at = bell__skip_value(at, end, ENVELOPE_DEPTH_MAX, &fault);
        }
        if (at == NULL || at == end || *at != ',') {
            return NULL;
        }
        at++;
        data = skip_literal(at, end, "\"data\":", 7);
    }
    return data;
}

/* `{"id":N,"rpc":{"data":X}}`, as every Centrifugo writes it: N, and the bytes
 * of X if nothing follows it. False: it looks different, and the general way
 * must look. */
static bool take_apart(bell_string line, uint32_t *id, bell_string *data)
{
    const char *end = line.text + line.size;
    const char *at = skip_literal(line.text, end, "{\"id\":", 6);
    if (at == NULL) {
        return false;
    }
    uint64_t number = 0;
    const char *digits = at;
    while (at < end && *at >= '0' && *at <= '9' && at - digits < 10) {
        number = number * 10 + (uint64_t)(*at - '0');
        at++;
    }
    if (number == 0 || number > UINT32_MAX || *digits == '0') {
        return false;
    }
    at = skip_literal(at, end, ",\"rpc\":{", 8);
    at = at != NULL ? find_data(at, end) : NULL;
    if (at == NULL || end - at < 3 || memcmp(end - 2, "}}", 2) != 0) {
        return false;
    }
    *id = (uint32_t)number;
    *data = (bell_string){at, (size_t)(end - at) - 2};
    return true;
}

/* Whoever decodes the data finds out whether it is one value: to look for its
 * end here as well would cost half as much again. */
static bool usual_reply(const struct centrifugo *centrifugo, bell_string line,
                        struct bell__event *event)
{
    uint32_t id = 0;
    bell_string data;
    if (!take_apart(line, &id, &data) || id == centrifugo->own_id) {
        return false;
    }
    char first = data.text[0];
    char last = data.text[data.size - 1];
    if ((first != '{' || last != '}') && (first != '[' || last != ']')) {
        return false;
    }
    bell__event_begin(event, BELL__EVENT_REPLY);
    event->id = id;
    event->payload = data;
    event->guessed = true;
    return true;
}

/* Data that was guessed to reach up to the line's last two brackets: members
 * may follow it, of rpc and of the message. */
static bool reread(struct bell__protocol *protocol, bell_string *payload)
{
    struct bell__json json;
    struct bell__members at;
    bell_string data = {NULL, 0};
    bool refused = false;
    bell_string rest = {payload->text, payload->size + 2};
    (void)protocol;
    bell__json_open(&json, rest, ENVELOPE_DEPTH_MAX);
    json.depth = 2;
    bell__json_skip(&json, &data);
    for (bell__members_resume(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "data")) {
            bell__json_skip(&json, &data);
        }
    }
    for (bell__members_resume(&at, &json); bell__members_next(&at);) {
        refused |= bell__member_is(&at, "error");
    }
    if (refused || json.wrong != NULL || !bell__json_done(&json)) {
        return false;
    }
    *payload = data;
    return true;
}

/* What is wrong inside of one message must not end the calls of all others:
 * bad data goes to its own call, where the codec says what is wrong with it,
 * and a push that nests too deep, or is not UTF-8, is nobody's: the server
 * passes on what any client may have published. */
static bool only_inside(const struct centrifugo *centrifugo, bell_string line,
                        const char *wrong, struct bell__event *event)
{
    uint32_t id = 0;
    bell_string data;
    if (take_apart(line, &id, &data) && id != centrifugo->own_id) {
        bell__event_begin(event, BELL__EVENT_REPLY);
        event->id = id;
        event->payload = data;
        return true;
    }
    bell__event_begin(event, BELL__EVENT_PUSH);
    if (wrong == bell__text_not_utf8) {
        snprintf(event->text, sizeof event->text,
                 "a push was ignored: it is not UTF-8");
    }
    return (wrong == bell__skip_too_deep || wrong == bell__text_not_utf8) &&
           skip_literal(line.text, line.text + line.size, "{\"push\":{", 9) !=
               NULL;
}

/* ---- Any other message ----------------------------------------------------
 */

/* What a message holds; the values are lent slices, empty where missing. */
struct message {
    uint64_t id;
    bell_string error;
    bell_string connect;
    bell_string refresh;
    bell_string data; /* of rpc */
    bell_string push;
    bool empty; /* {} */
};

/* The data of an rpc reply, in passing: a second look would cost as much as
 * the decoding that follows. */
static void read_data(struct bell__json *json, bell_string *data)
{
    struct bell__members at;
    for (bell__members_enter(&at, json); bell__members_next(&at);) {
        if (bell__member_is(&at, "data")) {
            bell__json_skip(json, data);
        }
    }
}

static bool read_message(struct bell__json *json, struct message *message)
{
    struct bell__members at;
    memset(message, 0, sizeof *message);
    message->empty = true;
    for (bell__members_enter(&at, json); bell__members_next(&at);) {
        message->empty = false;
        if (bell__member_is(&at, "id")) {
            bell__json_uint64(json, &message->id);
        } else if (bell__member_is(&at, "error")) {
            bell__json_skip(json, &message->error);
        } else if (bell__member_is(&at, "connect")) {
            bell__json_skip(json, &message->connect);
        } else if (bell__member_is(&at, "refresh")) {
            bell__json_skip(json, &message->refresh);
        } else if (bell__member_is(&at, "rpc")) {
            read_data(json, &message->data);
        } else if (bell__member_is(&at, "push")) {
            bell__json_skip(json, &message->push);
        }
    }
    return json->wrong == NULL && bell__json_done(json);
}

/* The answer to connect or to refresh. */
static bool sort_own(struct centrifugo *centrifugo,
                     const struct message *message, struct bell__event *event)
{
    bool greeted = centrifugo->greeted;
    bell__event_begin(event, greeted ? BELL__EVENT_RENEWED : BELL__EVENT_READY);
    event->id = centrifugo->own_id;
    centrifugo->renewing = false;
    if (message->error.size != 0) {
        event->origin = BELL_ORIGIN_REPLY;
        if (!bell__centrifugo_read_error(message->error, event)) {
            return false;
        }
        if (greeted) {
            bell__centrifugo_renewal_refused(event);
        } else {
            bell__centrifugo_connect_refused(event);
        }
        return true;
    }
    if (greeted) {
        return message->refresh.size != 0 &&
               bell__centrifugo_lives(message->refresh, event);
    }
    centrifugo->greeted = true;
    if (message->connect.size == 0 ||
        !bell__centrifugo_lives(message->connect, event)) {
        return false;
    }
    if (centrifugo->keeps_greeting) {
        bell__centrifugo_greeting_keep(&centrifugo->greeting, message->connect);
    }
    return true;
}

static bool sort_message(struct centrifugo *centrifugo,
                         const struct message *message,
                         struct bell__event *event)
{
    if (message->empty) {
        bell__event_begin(event, BELL__EVENT_ALIVE);
        return true;
    }
    if (message->id == 0) {
        bell__event_begin(event, BELL__EVENT_PUSH);
        return message->push.size == 0 ||
               bell__centrifugo_push(message->push, event);
    }
    if (message->id == centrifugo->own_id &&
        (!centrifugo->greeted || centrifugo->renewing)) {
        return sort_own(centrifugo, message, event);
    }
    /* No call has 0: what is beyond 32 bits is for nobody. */
    uint32_t id = message->id > UINT32_MAX ? 0 : (uint32_t)message->id;
    bell__event_begin(event, message->error.size != 0 ? BELL__EVENT_ERROR
                                                      : BELL__EVENT_REPLY);
    event->id = id;
    if (message->error.size != 0) {
        event->origin = BELL_ORIGIN_REPLY;
        bool good = bell__centrifugo_read_error(message->error, event);
        if (good && centrifugo->advises) {
            bell__centrifugo_advise(event);
        }
        return good;
    }
    event->payload = message->data;
    return true;
}

/* Nothing that comes after nonsense can be trusted to be in step. Whether it
 * is text at all (RFC 6455 8.1) is asked here alone: whoever reads a string
 * checks it as well. */
static void nonsense(const struct bell__frame *frame, struct bell__event *event,
                     size_t offset, const char *wrong)
{
    bell__event_begin(event, BELL__EVENT_BYE);
    event->may_reconnect = true;
    event->origin = BELL_ORIGIN_CODEC;
    size_t good = bell__utf8_good(frame->bytes, frame->size);
    if (good < frame->size) {
        event->drop_code = CLOSE_NOT_UTF8;
        snprintf(event->text, sizeof event->text,
                 "the server sent text that is not UTF-8 (byte %zu)", good);
        return;
    }
    snprintf(event->text, sizeof event->text,
             "the server sent something that is not a Centrifugo message (byte "
             "%zu: %s)",
             offset, wrong);
}

static bool decode(struct bell__protocol *protocol,
                   const struct bell__frame *frame, size_t *at,
                   struct bell__event *event)
{
    struct centrifugo *centrifugo = self(protocol);
    const char *start = frame->bytes + *at;
    const char *end = frame->bytes + frame->size;
    if (start < end && (unsigned char)*start <= ' ') {
        start = bell__scan_space(start, end); /* nobody's, newlines too */
    }
    if (start >= end) {
        return false;
    }
    size_t left = (size_t)(end - start);
    const char *newline = memchr(start, '\n', left);
    bell_string line = {start,
                        newline != NULL ? (size_t)(newline - start) : left};
    *at = (size_t)(start - frame->bytes) + line.size + (newline != NULL);
    if (usual_reply(centrifugo, line, event)) {
        return true;
    }
    struct bell__json json;
    struct message message;
    bell__json_open(&json, line, ENVELOPE_DEPTH_MAX);
    bool good = read_message(&json, &message) &&
                sort_message(centrifugo, &message, event);
    if (!good && !only_inside(centrifugo, line, json.wrong, event)) {
        const char *wrong =
            json.wrong != NULL ? json.wrong : "a member has a wrong type";
        size_t offset =
            (size_t)(start - frame->bytes) + (size_t)(json.at - json.start);
        *at = frame->size;
        nonsense(frame, event, offset, wrong);
    }
    return true;
}

static void closed(struct bell__protocol *protocol, int32_t code,
                   bell_string reason, struct bell__event *event)
{
    bell__event_begin(event, BELL__EVENT_BYE);
    bell__centrifugo_closed(code, reason, event);
    if (code == 3501 && self(protocol)->token.size == 0) {
        snprintf(event->text, sizeof event->text,
                 "the server closed with 3501 bad request: no token was sent; "
                 "does it allow anonymous clients?");
    }
}

static size_t length(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

static void forget_renewed(struct centrifugo *centrifugo)
{
    if (centrifugo->renewed != NULL) {
        bell__memory_wipe(centrifugo->renewed, centrifugo->renewed_size);
        bell__memory_free(centrifugo->memory, centrifugo->renewed,
                          centrifugo->renewed_size);
    }
    centrifugo->renewed = NULL;
    centrifugo->renewed_size = 0;
    centrifugo->token = (bell_string){"", 0};
}

static bell_status set_token(struct bell__protocol *protocol, const char *token)
{
    struct centrifugo *centrifugo = self(protocol);
    size_t size = length(token);
    char *copy = NULL;
    if (size != 0) {
        copy = bell__memory_take(centrifugo->memory, size);
        if (copy == NULL) {
            return BELL_NO_MEMORY;
        }
        memcpy(copy, token, size);
    }
    forget_renewed(centrifugo);
    centrifugo->renewed = copy;
    centrifugo->renewed_size = size;
    centrifugo->token = (bell_string){copy, size};
    return BELL_OK;
}

static bool tell_greeting(struct bell__protocol *protocol,
                          struct bell__greeting *greeting)
{
    const struct centrifugo *centrifugo = self(protocol);
    *greeting = centrifugo->greeting.said;
    return !centrifugo->greeting.short_of_memory;
}

static void free_protocol(struct bell__protocol *protocol)
{
    struct centrifugo *centrifugo = self(protocol);
    const bell_allocator *memory = centrifugo->memory;
    size_t size = centrifugo->size;
    forget_renewed(centrifugo);
    bell__centrifugo_greeting_close(&centrifugo->greeting);
    bell__memory_wipe(centrifugo, size);
    bell__memory_free(memory, centrifugo, size);
}

static const struct bell__protocol_ops ops = {
    .name = "centrifugo",
    .join = "\n",
    .own_max = 1,
    .hello = hello,
    .begin = begin,
    .end = end,
    .pong = pong,
    .renew = renew,
    .token = set_token,
    .decode = decode,
    .reread = reread,
    .closed = closed,
    .greeting = tell_greeting,
    .free = free_protocol,
};

bell_status
bell__centrifugo_make(const struct bell__centrifugo_options *options,
                      struct bell__protocol **protocol)
{
    size_t token_size = length(options->token);
    size_t name_size = length(options->name);
    size_t data_size = options->data.size;
    size_t size =
        sizeof(struct centrifugo) + token_size + name_size + data_size;
    struct centrifugo *made = bell__memory_take(options->memory, size);
    *protocol = NULL;
    if (made == NULL) {
        return BELL_NO_MEMORY;
    }
    char *text = (char *)(made + 1);
    memset(made, 0, sizeof *made);
    if (token_size != 0) {
        memcpy(text, options->token, token_size);
    }
    if (name_size != 0) {
        memcpy(text + token_size, options->name, name_size);
    }
    char *data = text + token_size + name_size;
    if (data_size != 0) {
        memcpy(data, options->data.text, data_size);
    }
    made->head.ops = &ops;
    made->memory = options->memory;
    made->size = size;
    made->token = (bell_string){text, token_size};
    made->name = (bell_string){text + token_size, name_size};
    made->data = (bell_string){data, data_size};
    made->keeps_greeting = options->keeps_greeting;
    made->advises = options->advises;
    bell__buf_open(&made->greeting.texts, options->memory, 0);
    *protocol = &made->head;
    return BELL_OK;
}
