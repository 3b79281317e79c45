/* message.c: messages and items on a socket. Which kind a message is says one
 * of its members, if there are kinds; all but the gate's messages, pings,
 * answers and errors are handed on whole. */
#include "protocol/message.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "json/members.h"
#include "json/skip.h"
#include "json/write.h"

/* As deep as a skip goes: depth_max is the codec's, and of data alone. */
enum { DEPTH_MAX = BELL__JSON_DEPTH_MAX };

/* A token that was refused may be replaced by another one of the program's, but
 * not for ever. */
enum { REFUSED_MAX = 2 };

enum stand {
    STAND_WAITING, /* the server speaks first */
    STAND_SENT,    /* the token is: nothing has come yet */
    STAND_READY
};

struct message {
    struct bell__protocol head; /* first */
    const bell_allocator *memory;
    const bell_socket *socket;
    const bell_service *service;
    uint32_t link;
    enum stand stand;
    uint32_t refused; /* tokens in a row */
    char *token;      /* NULL: none */
    size_t token_size;
};

static struct message *of(struct bell__protocol *protocol)
{
    return (struct message *)(void *)protocol;
}

static bool gated(const struct message *message)
{
    return message->socket->auth_token != NULL;
}

/* ---- The token -------------------------------------------------------------
 */

static void forget_token(struct message *message)
{
    if (message->token != NULL) {
        bell__memory_wipe(message->token, message->token_size);
        bell__memory_free(message->memory, message->token,
                          message->token_size + 1);
        message->token = NULL;
        message->token_size = 0;
    }
}

static bell_status message_token(struct bell__protocol *protocol,
                                 const char *token)
{
    struct message *message = of(protocol);
    size_t size = token != NULL ? strlen(token) : 0;
    if (size == 0) {
        forget_token(message);
        return BELL_OK;
    }
    if (bell__utf8_good(token, size) != size) {
        return BELL_INVALID;
    }
    char *copy = bell__memory_take(message->memory, size + 1);
    if (copy == NULL) {
        return BELL_NO_MEMORY;
    }
    memcpy(copy, token, size + 1);
    forget_token(message);
    message->token = copy;
    message->token_size = size;
    return BELL_OK;
}

/* ---- What is sent ----------------------------------------------------------
 */

static bell_status put(struct bell__buf *out, const char *text, size_t size)
{
    return bell__buf_append(out, text, size);
}

/* `"name":"text"` */
static bell_status put_member(struct bell__buf *out, const char *name,
                              bell_string text)
{
    bell_status status = bell__json_write_string(out, bell_str(name));
    if (status == BELL_OK) {
        status = put(out, ":", 1);
    }
    return status == BELL_OK ? bell__json_write_string(out, text) : status;
}

static bell_status message_hello(struct bell__protocol *protocol,
                                 struct bell__buf *out, const uint32_t *ids)
{
    struct message *message = of(protocol);
    const bell_socket *socket = message->socket;
    bell_string token = {message->token, message->token_size};
    (void)ids;
    bell_status status = put(out, "{", 1);
    if (status == BELL_OK && socket->auth_send != NULL) {
        status = put_member(out, socket->tag, bell_str(socket->auth_send));
        status = status == BELL_OK ? put(out, ",", 1) : status;
    }
    if (status == BELL_OK) {
        status = put_member(out, socket->auth_token, token);
    }
    return status == BELL_OK ? put(out, "}", 1) : status;
}

/* `{"type":"stop"`: the params come behind that, see bell_link_messages. */
static bell_status message_begin(struct bell__protocol *protocol,
                                 struct bell__buf *out, uint32_t id,
                                 const bell_method *method)
{
    const struct message *message = of(protocol);
    (void)id;
    bell_status status = put(out, "{", 1);
    if (status == BELL_OK) {
        status = bell__json_write_string(out, bell_str(message->socket->tag));
    }
    status = status == BELL_OK ? put(out, ":", 1) : status;
    return status == BELL_OK
               ? put(out, method->message->tag, method->message->tag_size)
               : status;
}

static bell_status message_end(struct bell__protocol *protocol,
                               struct bell__buf *out)
{
    (void)protocol;
    (void)out;
    return BELL_OK;
}

static bell_status message_pong(struct bell__protocol *protocol,
                                struct bell__buf *out)
{
    const struct message *message = of(protocol);
    return put(out, message->socket->pong, strlen(message->socket->pong));
}

/* ---- The gate --------------------------------------------------------------
 */

static void say(struct bell__event *event, const char *what, bell_string why)
{
    snprintf(event->text, sizeof event->text, "%s%s%.*s", what,
             why.size != 0 ? ": " : "", (int)why.size,
             why.size != 0 ? why.text : "");
}

static void message_opened(struct bell__protocol *protocol,
                           struct bell__event *event)
{
    struct message *message = of(protocol);
    message->stand = STAND_READY;
    if (!gated(message)) {
        bell__event_begin(event, BELL__EVENT_READY);
        return;
    }
    if (message->token == NULL) {
        bell__event_begin(event, BELL__EVENT_BYE);
        event->origin = BELL_ORIGIN_LOCAL;
        event->drop_code = 1000;
        say(event, "there is no token to show", (bell_string){NULL, 0});
        return;
    }
    if (message->socket->auth_wait != NULL) {
        message->stand = STAND_WAITING;
        bell__event_begin(event, BELL__EVENT_PASSED);
        return;
    }
    message->stand =
        message->socket->auth_reply != NULL ? STAND_SENT : STAND_READY;
    bell__event_begin(event, BELL__EVENT_HELLO);
    event->silent = message->stand == STAND_READY;
}

/* What a message says of itself; texts are lent, and not unescaped. */
struct said {
    bell_string tag;
    bell_string text;    /* its member with the words */
    bell_string refusal; /* its member `message` */
    int64_t code;
    bool object;
};

static void refuse(struct message *message, bell_string why,
                   struct bell__event *event)
{
    bell__event_begin(event, BELL__EVENT_BYE);
    event->origin = BELL_ORIGIN_REPLY;
    event->drop_code = 1000;
    event->spent_token = true;
    event->stale_token = ++message->refused < REFUSED_MAX;
    say(event, "the server refused the token", why);
}

static bool is_kind(bell_string tag, const char *kind)
{
    return kind != NULL && tag.text != NULL && bell__json_key_is(tag, kind);
}

/* Longer words are cut. */
static bell_string unescape(bell_string raw, char *room, size_t size)
{
    while (raw.size >= size) {
        raw.size = raw.text != NULL ? size - 1 : 0;
        while (raw.size != 0 && (raw.text[raw.size] & 0xc0) == 0x80) {
            raw.size--;
        }
        const char *escape = memchr(raw.text, '\\', raw.size);
        raw.size = escape != NULL ? (size_t)(escape - raw.text) : raw.size;
    }
    if (raw.size == 0) {
        return (bell_string){"", 0};
    }
    return (bell_string){room, bell__json_unescape(raw, room)};
}

/* True where the message is the gate's. */
static bool pass_gate(struct message *message, const struct said *said,
                      struct bell__event *event)
{
    const bell_socket *socket = message->socket;
    char room[sizeof event->text];
    bool before = message->stand != STAND_READY;
    if (is_kind(said->tag, socket->auth_error)) {
        refuse(message, unescape(said->refusal, room, sizeof room), event);
        return true;
    }
    if (before && is_kind(said->tag, socket->error_type)) {
        refuse(message, unescape(said->text, room, sizeof room), event);
        return true;
    }
    if (message->stand == STAND_WAITING &&
        is_kind(said->tag, socket->auth_wait)) {
        message->stand = socket->auth_reply != NULL ? STAND_SENT : STAND_READY;
        bell__event_begin(event, BELL__EVENT_HELLO);
        event->silent = message->stand == STAND_READY;
        return true;
    }
    if (message->stand == STAND_SENT &&
        is_kind(said->tag, socket->auth_reply)) {
        message->stand = STAND_READY;
        message->refused = 0;
        bell__event_begin(event, BELL__EVENT_READY);
        return true;
    }
    /* Asked again, or told again. */
    if (is_kind(said->tag, socket->auth_wait) ||
        is_kind(said->tag, socket->auth_reply)) {
        bell__event_begin(event, BELL__EVENT_PASSED);
        return true;
    }
    return false;
}

/* ---- What comes ------------------------------------------------------------
 */

static bool read_text(struct bell__members *at, bell_string *text)
{
    bool escaped;
    return bell__member_kind(at) == BELL__JSON_STRING &&
           bell__json_raw_string(at->json, text, &escaped);
}

/* As far as it makes sense; the rest is for who decodes it. */
static void read_said(const bell_socket *socket, bell_string text,
                      struct said *said)
{
    struct bell__json json;
    struct bell__members at;
    memset(said, 0, sizeof *said);
    bell__json_open(&json, text, DEPTH_MAX);
    said->object = bell__json_peek(&json) == BELL__JSON_MAP;
    if (!said->object) {
        return;
    }
    bool error = false;
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, socket->tag)) {
            read_text(&at, &said->tag);
            error = is_kind(said->tag, socket->error_type) ||
                    is_kind(said->tag, socket->auth_error);
        } else if (socket->error_code != NULL &&
                   bell__member_is(&at, socket->error_code) &&
                   bell__member_kind(&at) == BELL__JSON_NUMBER) {
            bell__json_int64(&json, &said->code);
        } else if (socket->error_message != NULL &&
                   bell__member_is(&at, socket->error_message)) {
            read_text(&at, &said->text);
        } else if (bell__member_is(&at, "message")) {
            read_text(&at, &said->refusal);
        }
        if (said->tag.text != NULL && !error) {
            return; /* nothing else is wanted of it */
        }
    }
    if (said->refusal.text == NULL) {
        said->refusal = said->text;
    }
}

/* The call's own word for what answers it; NULL: it answers none. */
static const bell_message *answered(const struct message *message,
                                    bell_string tag)
{
    for (uint32_t i = 0; i < message->service->method_count; i++) {
        const bell_method *method = &message->service->methods[i];
        if (method->link == message->link && method->message != NULL &&
            is_kind(tag, method->message->reply)) {
            return method->message;
        }
    }
    return NULL;
}

static void say_error(const struct message *message, const struct said *said,
                      struct bell__event *event)
{
    char room[sizeof event->text];
    bell_string text = unescape(said->text, room, sizeof room);
    bool fits = said->code >= INT32_MIN && said->code <= INT32_MAX;
    bell__event_begin(event, BELL__EVENT_ERROR);
    event->origin = BELL_ORIGIN_REPLY;
    event->code = fits ? (int32_t)said->code : 0;
    event->channel = BELL__MESSAGE_CHANNEL;
    event->ordered = (message->socket->flags & BELL_SOCKET_SEQUENTIAL) != 0;
    say(event, text.size != 0 ? "" : "the server reported an error",
        (bell_string){NULL, 0});
    if (text.size != 0) {
        snprintf(event->text, sizeof event->text, "%.*s", (int)text.size,
                 text.text);
    }
}

static void take_message(struct message *message, bell_string text,
                         struct bell__event *event)
{
    const bell_socket *socket = message->socket;
    struct said said = {.object = false};
    if (socket->tag != NULL) {
        read_said(socket, text, &said);
    }
    if (gated(message) && said.tag.text != NULL &&
        pass_gate(message, &said, event)) {
        return;
    }
    const bell_message *call = answered(message, said.tag);
    if (is_kind(said.tag, socket->error_type)) {
        say_error(message, &said, event);
    } else if (call != NULL) {
        bell__event_begin(event, BELL__EVENT_ANSWER);
        event->answer = (bell_string){call->reply, call->reply_size};
    } else {
        bell__event_begin(event, BELL__EVENT_PUSH);
        event->channel = BELL__MESSAGE_CHANNEL;
    }
    event->payload = text;
}

/* One event a message. */
static bool message_decode(struct bell__protocol *protocol,
                           const struct bell__frame *frame, size_t *at,
                           struct bell__event *event)
{
    struct message *message = of(protocol);
    const bell_socket *socket = message->socket;
    if (*at > frame->size) {
        return false;
    }
    *at = frame->size + 1;
    bool ping = socket->ping != NULL && strlen(socket->ping) == frame->size &&
                memcmp(socket->ping, frame->bytes, frame->size) == 0;
    if (ping) {
        bell__event_begin(event, BELL__EVENT_ALIVE);
        event->pong = true;
        return true;
    }
    take_message(message, (bell_string){frame->bytes, frame->size}, event);
    return true;
}

/* ---- Why it ends -----------------------------------------------------------
 */

/* Where the schema says nothing: what the next line would earn as well. */
static bool is_final(int32_t code)
{
    return code == 1002 || code == 1003 || code == 1007 || code == 1008 ||
           code == 1010;
}

static void message_closed(struct bell__protocol *protocol, int32_t code,
                           bell_string reason, struct bell__event *event)
{
    const bell_socket *socket = of(protocol)->socket;
    const char *meaning = "";
    bool final = is_final(code);
    for (uint16_t i = 0; i < socket->closing_count; i++) {
        if (socket->closings[i].code == code) {
            meaning = socket->closings[i].text;
            final = socket->closings[i].final;
        }
    }
    bell__event_begin(event, BELL__EVENT_BYE);
    event->code = code;
    event->origin = BELL_ORIGIN_CLOSE;
    event->may_reconnect = !final;
    snprintf(event->text, sizeof event->text, "the server closed: %d%s%.*s%s%s",
             (int)code, reason.size != 0 ? " " : "", (int)reason.size,
             reason.size != 0 ? reason.text : "",
             meaning[0] != '\0' ? ": " : "", meaning);
}

static void message_free(struct bell__protocol *protocol)
{
    struct message *message = of(protocol);
    forget_token(message);
    bell__memory_free(message->memory, message, sizeof *message);
}

#define COMMON                                                                 \
    .opened = message_opened, .hello = message_hello, .begin = message_begin,  \
    .end = message_end, .pong = message_pong, .decode = message_decode,        \
    .closed = message_closed, .free = message_free

static const struct bell__protocol_ops open_ops = {.name = "message", COMMON};

/* Somebody has to say who he is. */
static const struct bell__protocol_ops gated_ops = {
    .name = "message", .token = message_token, COMMON};

bell_status bell__message_make(const struct bell__message_options *options,
                               struct bell__protocol **protocol)
{
    struct message *message =
        bell__memory_take(options->memory, sizeof *message);
    if (message == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(message, 0, sizeof *message);
    message->memory = options->memory;
    message->socket = options->socket;
    message->service = options->service;
    message->link = options->link;
    message->head.ops = gated(message) ? &gated_ops : &open_ops;
    bell_status status = gated(message)
                             ? message_token(&message->head, options->token)
                             : BELL_OK;
    if (status != BELL_OK) {
        message_free(&message->head);
        return status;
    }
    *protocol = &message->head;
    return BELL_OK;
}

bool bell__message_has_token(const struct bell__protocol *protocol)
{
    return ((const struct message *)(const void *)protocol)->token != NULL;
}
