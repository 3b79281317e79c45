/* sockets.h: a service with messages and two streams, on lines of the test's
 * own: one stream is open to all, at the other the server asks for a token. */
#ifndef TESTS_UNIT_SOCKETS_H
#define TESTS_UNIT_SOCKETS_H

#include "client/message.h"
#include "unit/toy.h"

struct note {
    int64_t n;
};

struct push {
    int tag; /* 1: news, 2: gone */
    bell_string tag_text;
    bell_json raw;
    const struct note *news;
    const struct note *gone;
};

static const bell_type int64_type = {
    .kind = BELL_KIND_INT64, .size = sizeof(int64_t), .name = "int64"};
static const bell_field note_fields[] = {{.key = "\"n\":",
                                          .name = "n",
                                          .key_size = 4,
                                          .name_size = 1,
                                          .type = &int64_type}};
static const bell_type note_type = {.kind = BELL_KIND_RECORD,
                                    .count = 1,
                                    .size = sizeof(struct note),
                                    .fields = note_fields,
                                    .name = "Note"};
static const bell_variant push_variants[] = {
    {.text = "news",
     .json = "\"news\"",
     .text_size = 4,
     .json_size = 6,
     .offset = offsetof(struct push, news),
     .type = &note_type},
    {.text = "gone",
     .json = "\"gone\"",
     .text_size = 4,
     .json_size = 6,
     .offset = offsetof(struct push, gone),
     .type = &note_type},
};
static const bell_type push_type = {.kind = BELL_KIND_UNION,
                                    .count = 2,
                                    .size = sizeof(struct push),
                                    .tag = "type",
                                    .tag_size = 4,
                                    .variants = push_variants,
                                    .name = "Push"};

/* ---- Handlers --------------------------------------------------------------
 */

struct push_handlers {
    bell_handlers common;
    void (*on_push)(bell_client *client, const struct push *push,
                    void *context);
};

static bool deliver_push(bell_client *client, const void *handlers,
                         const void *item, void *context)
{
    const struct push_handlers *to = handlers;
    const struct push *push = item;
    if (push->tag == 0) {
        return false;
    }
    if (to->on_push != NULL) {
        to->on_push(client, push, context);
    }
    return true;
}

struct note_handlers {
    bell_handlers common;
    void (*on_item)(bell_client *client, const struct note *note,
                    void *context);
};

static bool deliver_note(bell_client *client, const void *handlers,
                         const void *item, void *context)
{
    const struct note_handlers *to = handlers;
    if (to->on_item != NULL) {
        to->on_item(client, item, context);
    }
    return true;
}

static void deliver(bell_function done, void *context, bell_status status,
                    const void *result, const bell_error *error)
{
    ((void (*)(void *, bell_status, const void *, const bell_error *))done)(
        context, status, result, error);
}

/* ---- The service -----------------------------------------------------------
 */

static const bell_closing closings[] = {
    {.code = 4001, .final = true, .text = "the token is not good"},
    {.code = 4000, .final = false, .text = ""},
    {.code = 1008, .final = false, .text = "full"},
};
static const bell_socket talk = {.tag = "type",
                                 .error_type = "error",
                                 .error_code = "code",
                                 .error_message = "message",
                                 .ping = "ping",
                                 .pong = "pong",
                                 .flags = BELL_SOCKET_SEQUENTIAL};
static const bell_socket levels = {.closings = NULL};
static const bell_socket gated = {.tag = "type",
                                  .auth_wait = "who",
                                  .auth_send = "me",
                                  .auth_token = "token",
                                  .auth_reply = "welcome",
                                  .auth_error = "no",
                                  .closings = closings,
                                  .closing_count = 3};
static const bell_socket silent = {.tag = "type",
                                   .auth_token = "token",
                                   .closings = closings,
                                   .closing_count = 3};

#define KIND(items)                                                            \
    {                                                                          \
        .name = "toy", .not_found = "", .request_bytes_max = 1024,             \
        .only_items = items, .pass = bell__message_pass,                       \
        .protocol = bell__message_link, .transport = toy_make_line,            \
        .encode = bell__message_encode                                         \
    }

static const bell_link_kind messages_kind = KIND(false);
static const bell_link_kind stream_kind = KIND(true);

static const bell_link links[] = {
    {.name = "messages", .kind = &messages_kind, .socket = &talk},
    {.name = "streams.levels", .kind = &stream_kind, .socket = &levels},
    {.name = "streams.gated", .kind = &stream_kind, .socket = &gated},
    {.name = "streams.silent", .kind = &stream_kind, .socket = &silent},
};
enum { TALK, LEVELS, GATED, SILENT };

static const bell_message to_ask = {
    .tag = "\"ask\"", .tag_size = 5, .reply = "answer", .reply_size = 6};
static const bell_message to_tell = {.tag = "\"tell\"", .tag_size = 6};
static const bell_message to_hold = {.tag = "\"hold\"", .tag_size = 6};

#define METHOD(text, how, flag, index, sends, gives)                           \
    {                                                                          \
        .name = text, .json = "\"" text "\"", .name_size = sizeof text - 1,    \
        .json_size = sizeof text + 1, .flags = flag, .params = sends,          \
        .result = gives, .deliver = deliver, .message = how, .link = index     \
    }

static const bell_method methods[] = {
    METHOD("ask", &to_ask, 0, TALK, &note_type, &note_type),
    METHOD("tell", &to_tell, BELL_METHOD_NO_REPLY, TALK, NULL, NULL),
    METHOD("gated.hold", &to_hold, BELL_METHOD_NO_REPLY, GATED, NULL, NULL),
};
enum { ASK, TELL, HOLD };

static const bell_stream streams[] = {
    {.name = "messages",
     .item = &push_type,
     .deliver = deliver_push,
     .link = TALK},
    {.name = "levels",
     .item = &note_type,
     .deliver = deliver_note,
     .keep = 2,
     .link = LEVELS},
    {.name = "gated",
     .item = &note_type,
     .deliver = deliver_note,
     .keep = BELL_KEEP_LATEST,
     .link = GATED},
    {.name = "silent",
     .item = &note_type,
     .deliver = deliver_note,
     .link = SILENT},
};

static const bell_service service = {
    .name = "sockets",
    .version = "1",
    .contract = "0",
    .tables = &bell_tables_v6,
    .links = links,
    .methods = methods,
    .streams = streams,
    .link_count = 4,
    .method_count = 3,
    .stream_count = 4,
};

/* ---- What the peer does ----------------------------------------------------
 */

static inline bell_client *sockets_open(const char *token)
{
    bell_options options = {
        .url = "toy://base/", .token = token, .reconnect_min_ms = 1};
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    return client;
}

static inline void sockets_turn(bell_client *client)
{
    for (int i = 0; i < 4; i++) {
        CHECK_INT(BELL_OK, bell_loop_run(bell_client_loop(client), 0));
    }
}

static inline void sockets_say(bell_client *client, uint32_t link,
                               const char *text)
{
    toy_say(toy_line(client, link), 0, BELL__EXCHANGE_NONE, text);
}

/* The last message that was sent on the link, from the end. */
static inline const char *sockets_sent(bell_client *client, uint32_t link,
                                       size_t behind)
{
    const struct toy_line *line = toy_line(client, link);
    return line->sent_count > behind
               ? line->sent[line->sent_count - 1 - behind].text
               : "";
}

static inline void sockets_hang_up(bell_client *client, uint32_t link,
                                   int32_t code, const char *reason)
{
    struct toy_line *line = toy_line(client, link);
    line->head.line = BELL__LINE_DOWN;
    line->head.end.code = code;
    snprintf(line->head.end.text, sizeof line->head.end.text, "%s", reason);
    bell__loop_due(line->loop, line->guest);
}

#endif
