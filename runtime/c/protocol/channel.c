/* channel.c: calls as publications, replies on the user's own channel. */
#include "protocol/channel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/tame.h"
#include "protocol/centrifugo_text.h"
#include "protocol/said.h"
#include "json/members.h"
#include "json/skip.h"
#include "json/write.h"

enum { SHOWN_MAX = 64 }; /* of a name that others chose */

enum { ALREADY_SUBSCRIBED = 105, CODE_INTERNAL_MAX = 100 };

/* Centrifugo's own limit of a channel's name. */
enum { NAME_BYTES_MAX = 255 };

enum { PREFIX_BYTES = 2 * BELL__NONCE_SIZE + 1 }; /* hex and a dash */

struct channel {
    struct bell__protocol head;
    const bell_allocator *memory;
    struct bell__protocol *inner;
    uint32_t subscribe_id; /* of the session's own ids */
    uint32_t open_id;      /* of the command between begin and end */
    bool open_quiet;       /* it wants no reply */
    bool subscribed;
    struct bell__event ready; /* waits for the subscription */
    char prefix[PREFIX_BYTES + 1];
    bool has_responder;
    char responder[NAME_BYTES_MAX + 1];
    char reply_channel[NAME_BYTES_MAX + 1];
    struct bell__buf request_json; /* the names as JSON */
    struct bell__buf reply_json;
};

static struct channel *self(struct bell__protocol *protocol)
{
    return (struct channel *)(void *)protocol;
}

static void add_buf(struct bell__buf *out, const struct bell__buf *from)
{
    bell__buf_add(out, from->bytes, from->size);
}

/* Connect and subscribe go in one frame: one round trip less. */
static bell_status hello(struct bell__protocol *protocol, struct bell__buf *out,
                         const uint32_t *ids)
{
    struct channel *channel = self(protocol);
    channel->subscribed = false;
    channel->subscribe_id = ids[1];
    bell__event_begin(&channel->ready, BELL__EVENT_READY);
    bell_status status = channel->inner->ops->hello(channel->inner, out, ids);
    if (status != BELL_OK) {
        return status;
    }
    bell__buf_add_text(out, "\n{\"id\":");
    bell__json_add_int64(out, channel->subscribe_id);
    bell__buf_add_text(out, ",\"subscribe\":{\"channel\":");
    add_buf(out, &channel->reply_json);
    bell__buf_add_text(out, "}}");
    return bell__buf_settle(out);
}

static bell_status begin(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id, const bell_method *method)
{
    struct channel *channel = self(protocol);
    char head[64];
    snprintf(head, sizeof head,
             "{\"id\":%" PRIu32 ",\"publish\":{\"channel\":", id);
    channel->open_id = id;
    channel->open_quiet = (method->flags & BELL_METHOD_NO_REPLY) != 0;
    bell__buf_add_text(out, head);
    add_buf(out, &channel->request_json);
    bell__buf_add_text(out, ",\"data\":{\"method\":");
    bell__buf_add(out, method->json, method->json_size);
    bell__buf_add_text(out, ",\"params\":");
    return bell__buf_settle(out);
}

static bell_status end(struct bell__protocol *protocol, struct bell__buf *out)
{
    struct channel *channel = self(protocol);
    char tail[96];
    if (channel->open_quiet) {
        return bell__buf_append(out, "}}}", 3);
    }
    snprintf(tail, sizeof tail,
             ",\"correlation_id\":\"%s%" PRIu32 "\",\"reply_to\":",
             channel->prefix, channel->open_id);
    bell__buf_add_text(out, tail);
    add_buf(out, &channel->reply_json);
    bell__buf_add_text(out, "}}}");
    return bell__buf_settle(out);
}

static bell_status pong(struct bell__protocol *protocol, struct bell__buf *out)
{
    struct channel *channel = self(protocol);
    return channel->inner->ops->pong(channel->inner, out);
}

static bell_status renew(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id)
{
    struct channel *channel = self(protocol);
    return channel->inner->ops->renew(channel->inner, out, id);
}

static bell_status set_token(struct bell__protocol *protocol, const char *token)
{
    struct channel *channel = self(protocol);
    return channel->inner->ops->token(channel->inner, token);
}

static void closed(struct bell__protocol *protocol, int32_t code,
                   bell_string reason, struct bell__event *event)
{
    struct channel *channel = self(protocol);
    channel->inner->ops->closed(channel->inner, code, reason, event);
}

/* ---- Replies ---------------------------------------------------------------
 */

/* A publication, taken apart; slices are lent, empty where missing. */
struct publication {
    bell_string channel; /* between its quotes, not unescaped */
    bell_string data;
    bell_string info;
    bool gone; /* the server ended the subscription */
};

static void read_pub(struct bell__json *json, struct publication *publication)
{
    struct bell__members at;
    for (bell__members_enter(&at, json); bell__members_next(&at);) {
        if (bell__member_is(&at, "data")) {
            bell__json_skip(json, &publication->data);
        } else if (bell__member_is(&at, "info")) {
            bell__json_skip(json, &publication->info);
        }
    }
}

static bool read_push(bell_string push, struct publication *publication)
{
    struct bell__json json;
    struct bell__members at;
    bool escaped = false;
    memset(publication, 0, sizeof *publication);
    bell__json_open(&json, push, BELL__JSON_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "channel")) {
            bell__json_raw_string(&json, &publication->channel, &escaped);
        } else if (bell__member_is(&at, "pub")) {
            read_pub(&json, publication);
        } else if (bell__member_is(&at, "unsubscribe")) {
            publication->gone = true;
        }
    }
    return json.wrong == NULL;
}

/* A reply envelope. `error` null is none. */
struct envelope {
    bell_string correlation; /* between its quotes, not unescaped */
    bell_string result;
    bell_string error;
};

static bool read_envelope(bell_string data, struct envelope *envelope)
{
    struct bell__json json;
    struct bell__members at;
    bool escaped = false;
    memset(envelope, 0, sizeof *envelope);
    bell__json_open(&json, data, BELL__JSON_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "correlation_id")) {
            if (bell__member_kind(&at) == BELL__JSON_STRING) {
                bell__json_raw_string(&json, &envelope->correlation, &escaped);
            }
        } else if (bell__member_is(&at, "result")) {
            bell__json_skip(&json, &envelope->result);
        } else if (bell__member_is(&at, "error")) {
            if (bell__member_kind(&at) != BELL__JSON_NULL) {
                bell__json_skip(&json, &envelope->error);
            }
        }
    }
    return json.wrong == NULL;
}

/* The call's id, 0 where the correlation id is not one of ours: another client
 * of the same user has its own prefix. */
static uint32_t our_id(const struct channel *channel, bell_string correlation)
{
    enum { DIGITS = 10, ESCAPE = 6 };
    char text[(PREFIX_BYTES + DIGITS) * ESCAPE + 1];
    uint64_t id = 0;
    if (correlation.size == 0 || correlation.size >= sizeof text) {
        return 0;
    }
    correlation.size = bell__json_unescape(correlation, text);
    if (correlation.size <= PREFIX_BYTES ||
        correlation.size > PREFIX_BYTES + DIGITS ||
        memcmp(text, channel->prefix, PREFIX_BYTES) != 0) {
        return 0;
    }
    for (size_t i = PREFIX_BYTES; i < correlation.size; i++) {
        char digit = text[i];
        if (digit < '0' || digit > '9') {
            return 0;
        }
        id = id * 10 + (uint64_t)(digit - '0');
    }
    return id <= channel->subscribe_id || id > UINT32_MAX ? 0 : (uint32_t)id;
}

/* `info` is the server's word on who published; the server API leaves none.
 * Else any client that may publish could answer in the backend's name. */
static bool is_trusted(const struct channel *channel, bell_string info,
                       bell_string *user)
{
    struct bell__json json;
    struct bell__members at;
    bool escaped = false;
    *user = (bell_string){NULL, 0};
    if (info.size == 0) {
        return true;
    }
    bell__json_open(&json, info, BELL__JSON_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "user")) {
            bell__json_raw_string(&json, user, &escaped);
        }
    }
    return json.wrong == NULL && channel->has_responder &&
           bell__json_key_is(*user, channel->responder);
}

static void refuse_forged(struct bell__event *event, bell_string user)
{
    char name[SHOWN_MAX + 1] = "";
    event->kind = BELL__EVENT_PUSH;
    bell__said(user, name, sizeof name);
    snprintf(event->text, sizeof event->text,
             "a reply was refused: user \"%s\" published it, who is not "
             "responder_user",
             name);
}

static void read_error(bell_string json, struct bell__event *event)
{
    event->kind = BELL__EVENT_ERROR;
    event->origin = BELL_ORIGIN_BACKEND;
    event->payload = (bell_string){NULL, 0};
    if (!bell__centrifugo_read_error(json, event)) {
        snprintf(event->text, sizeof event->text,
                 "the backend sent an error that is not {code, message}");
    }
}

/* A push becomes the reply of a call, or stays a push that nobody awaits. */
static void take_push(struct channel *channel, struct bell__event *event)
{
    struct publication publication;
    struct envelope envelope;
    bell_string user;
    if (!read_push(event->payload, &publication) ||
        !bell__json_key_is(publication.channel, channel->reply_channel)) {
        return;
    }
    if (publication.gone) {
        event->kind = BELL__EVENT_BYE;
        event->may_reconnect = true;
        event->origin = BELL_ORIGIN_REPLY;
        snprintf(event->text, sizeof event->text,
                 "the server ended the subscription of the reply channel");
        return;
    }
    if (!read_envelope(publication.data, &envelope)) {
        return;
    }
    uint32_t id = our_id(channel, envelope.correlation);
    if (id == 0) {
        return;
    }
    if (!is_trusted(channel, publication.info, &user)) {
        refuse_forged(event, user);
        return;
    }
    event->id = id;
    if (envelope.error.size != 0) {
        read_error(envelope.error, event);
        return;
    }
    event->kind = BELL__EVENT_REPLY;
    event->payload = envelope.result;
}

/* ---- Events ----------------------------------------------------------------
 */

static void become_ready(struct channel *channel, struct bell__event *event)
{
    channel->subscribed = true;
    *event = channel->ready;
}

static void subscription_refused(const struct channel *channel,
                                 struct bell__event *event)
{
    char text[sizeof event->text];
    bell_string name = bell_str(channel->reply_channel);
    bell_string said = bell_str(event->text);
    event->kind = BELL__EVENT_BYE;
    event->may_reconnect = event->temporary || event->code < CODE_INTERNAL_MAX;
    snprintf(text, sizeof text,
             "the server refused the reply channel %.*s: %" PRId32 " %.*s",
             (int)bell__cut(name, SHOWN_MAX), name.text, event->code,
             (int)bell__cut(said, SHOWN_MAX), said.text);
    memcpy(event->text, text, sizeof text);
}

/* True where the event is for the session; false where it was ours alone. */
static bool translate(struct channel *channel, struct bell__event *event)
{
    switch (event->kind) {
    case BELL__EVENT_READY:
        channel->ready = *event;
        return false;
    case BELL__EVENT_REPLY:
        if (event->id == channel->subscribe_id && !channel->subscribed) {
            become_ready(channel, event);
            return true;
        }
        return false; /* the publication is out; its reply is a push */
    case BELL__EVENT_ERROR:
        if (event->id != channel->subscribe_id || channel->subscribed) {
            return true;
        }
        if (event->code == ALREADY_SUBSCRIBED) {
            become_ready(channel, event);
        } else {
            subscription_refused(channel, event);
        }
        return true;
    case BELL__EVENT_PUSH:
        take_push(channel, event);
        return true;
    case BELL__EVENT_ALIVE: /* the session knows READY's word only then */
        event->pong |= channel->ready.pong;
        return true;
    default:
        return true;
    }
}

static bool decode(struct bell__protocol *protocol,
                   const struct bell__frame *frame, size_t *at,
                   struct bell__event *event)
{
    enum { PASSED_MAX = 64 };
    struct channel *channel = self(protocol);
    for (int i = 0; i < PASSED_MAX; i++) {
        if (!channel->inner->ops->decode(channel->inner, frame, at, event)) {
            return false;
        }
        if (translate(channel, event)) {
            return true;
        }
    }
    bell__event_begin(event, BELL__EVENT_PASSED);
    return true;
}

static bool reread(struct bell__protocol *protocol, bell_string *payload)
{
    struct channel *channel = self(protocol);
    return channel->inner->ops->reread(channel->inner, payload);
}

static bool tell_greeting(struct bell__protocol *protocol,
                          struct bell__greeting *greeting)
{
    struct channel *channel = self(protocol);
    return channel->inner->ops->greeting(channel->inner, greeting);
}

static void free_channel(struct bell__protocol *protocol)
{
    struct channel *channel = self(protocol);
    bell__protocol_free(channel->inner);
    bell__buf_close(&channel->request_json);
    bell__buf_close(&channel->reply_json);
    bell__memory_free(channel->memory, channel, sizeof *channel);
}

static const struct bell__protocol_ops ops = {
    .name = "channel",
    .join = "\n",
    .own_max = 2, /* connect or refresh, and subscribe */
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
    .free = free_channel,
};

static bell_status fill(struct channel *channel,
                        const struct bell__channel_options *options)
{
    bell_string request = bell_str(options->request_channel);
    bell_string reply = bell_str(options->reply_channel);
    bell_string responder = bell_str(options->responder_user);
    if (request.size == 0 || request.size > NAME_BYTES_MAX || reply.size == 0 ||
        reply.size > NAME_BYTES_MAX || responder.size > NAME_BYTES_MAX) {
        return BELL_INVALID;
    }
    memcpy(channel->reply_channel, reply.text, reply.size + 1);
    /* An empty name would be anybody's who is anonymous. */
    channel->has_responder = responder.size != 0;
    if (channel->has_responder) {
        memcpy(channel->responder, responder.text, responder.size + 1);
    }
    for (size_t i = 0; i < BELL__NONCE_SIZE; i++) {
        snprintf(channel->prefix + 2 * i, 3, "%02x", options->nonce[i]);
    }
    memcpy(channel->prefix + PREFIX_BYTES - 1, "-", 2);
    bell_status status =
        bell__json_write_string(&channel->request_json, request);
    return status == BELL_OK
               ? bell__json_write_string(&channel->reply_json, reply)
               : status;
}

bell_status bell__channel_make(const struct bell__channel_options *options,
                               struct bell__protocol **protocol)
{
    struct channel *made = bell__memory_take(options->memory, sizeof *made);
    *protocol = NULL;
    if (made == NULL) {
        bell__protocol_free(options->inner);
        return BELL_NO_MEMORY;
    }
    memset(made, 0, sizeof *made);
    made->head.ops = &ops;
    made->memory = options->memory;
    made->inner = options->inner;
    bell__buf_open(&made->request_json, options->memory, 0);
    bell__buf_open(&made->reply_json, options->memory, 0);
    bell_status status = fill(made, options);
    if (status != BELL_OK) {
        free_channel(&made->head);
        return status;
    }
    *protocol = &made->head;
    return BELL_OK;
}
