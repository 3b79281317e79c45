/* channel_test.c: which pushes end a call in channel mode, and which do not. */
#include "protocol/channel.h"

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "unit/check.h"

#define OURS   "00000000000000000000000000000000-"
#define THEIRS "10000000000000000000000000000000-"

#define PUSH(data, more)                                                       \
    "{\"push\":{\"channel\":\"user#42\",\"pub\":{\"data\":" data more "}}}"
#define REPLY(id, more) "{\"correlation_id\":\"" id "\"," more "}"
#define INFO(user)      ",\"info\":{\"client\":\"c\",\"user\":\"" user "\"}"

static struct bell__protocol *make_for(const char *reply_channel,
                                       const char *responder)
{
    struct bell__centrifugo_options inner = {
        .memory = &bell__memory_default, .token = "t", .name = "n"};
    struct bell__protocol *protocol = NULL;
    struct bell__channel_options options = {
        .memory = &bell__memory_default,
        .request_channel = "rpc.requests",
        .reply_channel = reply_channel,
        .responder_user = responder,
    };
    CHECK_INT(BELL_OK, bell__centrifugo_make(&inner, &options.inner));
    CHECK_INT(BELL_OK, bell__channel_make(&options, &protocol));
    return protocol;
}

static struct bell__protocol *make(const char *responder)
{
    return make_for("user#42", responder);
}

static void greet(struct bell__protocol *protocol, struct bell__buf *out)
{
    static const uint32_t ids[] = {1, 2};
    bell__buf_open(out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, protocol->ops->hello(protocol, out, ids));
}

/* The first event of a frame; false where the frame has none for us. */
static bool feed(struct bell__protocol *protocol, const char *text,
                 struct bell__event *event)
{
    struct bell__frame frame = {.bytes = text, .size = strlen(text)};
    size_t at = 0;
    return protocol->ops->decode(protocol, &frame, &at, event);
}

static void greets_in_one_frame(void)
{
    struct bell__protocol *protocol = make(NULL);
    struct bell__buf out;
    struct bell__event event;
    greet(protocol, &out);
    CHECK_BYTES("{\"id\":1,\"connect\":{\"token\":\"t\",\"name\":\"n\"}}\n"
                "{\"id\":2,\"subscribe\":{\"channel\":\"user#42\"}}",
                out.bytes, out.size);
    CHECK(!feed(protocol, "{\"id\":1,\"connect\":{\"ping\":25,\"pong\":true}}",
                &event));
    CHECK(feed(protocol, "{\"id\":2,\"subscribe\":{}}", &event));
    CHECK_INT(BELL__EVENT_READY, event.kind);
    CHECK_INT(25000, event.ping_ms);
    CHECK(event.pong);
    bell__buf_close(&out);
    bell__protocol_free(protocol);
}

static void a_subscription_may_be_there(void)
{
    static const struct {
        const char *reply;
        enum bell__event_kind kind;
        bool may_reconnect;
    } cases[] = {
        {"{\"code\":105,\"message\":\"already subscribed\"}", BELL__EVENT_READY,
         false},
        {"{\"code\":103,\"message\":\"permission denied\"}", BELL__EVENT_BYE,
         false},
        {"{\"code\":100,\"message\":\"internal\",\"temporary\":true}",
         BELL__EVENT_BYE, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__protocol *protocol = make(NULL);
        struct bell__event event;
        struct bell__buf out;
        char text[256];
        greet(protocol, &out);
        bell__buf_close(&out);
        snprintf(text, sizeof text,
                 "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"error\":%s}",
                 cases[i].reply);
        CHECK(feed(protocol, text, &event));
        CHECK_INT(cases[i].kind, event.kind);
        CHECK_INT(cases[i].may_reconnect, event.may_reconnect);
        bell__protocol_free(protocol);
    }
}

static void writes_an_envelope(void)
{
    static const bell_method method = {
        .name = "t.m", .json = "\"t.m\"", .name_size = 3, .json_size = 5};
    struct bell__protocol *protocol = make(NULL);
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, protocol->ops->begin(protocol, &out, 7, &method));
    CHECK_INT(BELL_OK, bell__buf_append(&out, "{\"a\":1}", 7));
    CHECK_INT(BELL_OK, protocol->ops->end(protocol, &out));
    CHECK_BYTES("{\"id\":7,\"publish\":{\"channel\":\"rpc.requests\",\"data\":"
                "{\"method\":\"t.m\",\"params\":{\"a\":1},"
                "\"correlation_id\":\"" OURS "7\",\"reply_to\":\"user#42\"}}}",
                out.bytes, out.size);
    bell__buf_close(&out);
    bell__protocol_free(protocol);
}

enum { NOTHING = -1 };

static const struct {
    const char *name;
    const char *frame;
    int kind; /* NOTHING: no event */
    uint32_t id;
    const char *payload; /* or the text of an error */
} pushes[] = {
    {"a reply", PUSH(REPLY(OURS "7", "\"result\":{\"a\":1}"), ""),
     BELL__EVENT_REPLY, 7, "{\"a\":1}"},
    {"null is a result", PUSH(REPLY(OURS "7", "\"result\":null"), ""),
     BELL__EVENT_REPLY, 7, "null"},
    {"an error",
     PUSH(REPLY(OURS "9", "\"error\":{\"code\":404,"
                          "\"message\":\"no\"}"),
          ""),
     BELL__EVENT_ERROR, 9, "no"},
    {"an error that is none", PUSH(REPLY(OURS "9", "\"error\":5"), ""),
     BELL__EVENT_ERROR, 9,
     "the backend sent an error that is not {code, message}"},
    {"error null", PUSH(REPLY(OURS "9", "\"error\":null,\"result\":3"), ""),
     BELL__EVENT_REPLY, 9, "3"},
    {"another client's", PUSH(REPLY(THEIRS "7", "\"result\":1"), ""),
     BELL__EVENT_PUSH, 0, NULL},
    {"no number", PUSH(REPLY(OURS "", "\"result\":1"), ""), BELL__EVENT_PUSH, 0,
     NULL},
    {"a wrong number", PUSH(REPLY(OURS "7x", "\"result\":1"), ""),
     BELL__EVENT_PUSH, 0, NULL},
    {"a huge number", PUSH(REPLY(OURS "99999999999", "\"result\":1"), ""),
     BELL__EVENT_PUSH, 0, NULL},
    {"the subscription's number", PUSH(REPLY(OURS "2", "\"result\":1"), ""),
     BELL__EVENT_PUSH, 0, NULL},
    {"no envelope", PUSH("[1]", ""), BELL__EVENT_PUSH, 0, NULL},
    {"no correlation id", PUSH("{\"result\":1}", ""), BELL__EVENT_PUSH, 0,
     NULL},
    {"a correlation id that is a number",
     PUSH("{\"correlation_id\":7,\"result\":1}", ""), BELL__EVENT_PUSH, 0,
     NULL},
    {"another channel",
     "{\"push\":{\"channel\":\"user#4\",\"pub\":{\"data\":" REPLY(
         OURS "7", "\"result\":1") "}}}",
     BELL__EVENT_PUSH, 0, NULL},
    {"forged", PUSH(REPLY(OURS "7", "\"result\":1"), INFO("7")),
     BELL__EVENT_PUSH, 0, NULL},
    {"forged by an empty user", PUSH(REPLY(OURS "7", "\"result\":1"), INFO("")),
     BELL__EVENT_PUSH, 0, NULL},
    {"the responder's", PUSH(REPLY(OURS "7", "\"result\":1"), INFO("back")),
     BELL__EVENT_REPLY, 7, "1"},
    {"forged by a name with a NUL",
     PUSH(REPLY(OURS "7", "\"result\":1"), INFO("back\\u0000x")),
     BELL__EVENT_PUSH, 0, NULL},
    {"the responder's, spelled with escapes",
     PUSH(REPLY(OURS "7", "\"result\":1"), INFO("\\u0062\\u0061ck")),
     BELL__EVENT_REPLY, 7, "1"},
    {"a channel spelled with escapes",
     "{\"push\":{\"channel\":\"\\u0075ser#\\u00342\",\"pub\":{\"data\":" REPLY(
         OURS "7", "\"result\":1") "}}}",
     BELL__EVENT_REPLY, 7, "1"},
    {"a channel that a NUL ends",
     "{\"push\":{\"channel\":\"user#42\\u0000\",\"pub\":{\"data\":" REPLY(
         OURS "7", "\"result\":1") "}}}",
     BELL__EVENT_PUSH, 0, NULL},
    {"a correlation id spelled with escapes",
     PUSH(REPLY("\\u0030\\u0030000000000000000000000000000000\\u002d\\u0037",
                "\"result\":1"),
          ""),
     BELL__EVENT_REPLY, 7, "1"},
    {"info first",
     "{\"push\":{\"pub\":{\"info\":{\"user\":\"7\"},\"data\":" REPLY(
         OURS "7", "\"result\":1") "},\"channel\":\"user#42\"}}",
     BELL__EVENT_PUSH, 0, NULL},
    {"unsubscribed",
     "{\"push\":{\"channel\":\"user#42\",\"unsubscribe\":{\"code\":2500}}}",
     BELL__EVENT_BYE, 0, NULL},
    {"a publish reply", "{\"id\":7,\"publish\":{}}", NOTHING, 0, NULL},
    {"a refused publish",
     "{\"id\":7,\"error\":{\"code\":103,\"message\":\"permission denied\"}}",
     BELL__EVENT_ERROR, 7, "permission denied"},
};

static void sorts_pushes(void)
{
    for (size_t i = 0; i < sizeof pushes / sizeof pushes[0]; i++) {
        struct bell__protocol *protocol = make("back");
        struct bell__event event;
        struct bell__buf out;
        greet(protocol, &out);
        bell__buf_close(&out);
        int failed = check_failed;
        CHECK(!feed(protocol, "{\"id\":1,\"connect\":{}}", &event));
        CHECK(feed(protocol, "{\"id\":2,\"subscribe\":{}}", &event));
        bool got = feed(protocol, pushes[i].frame, &event);
        CHECK(got == (pushes[i].kind != NOTHING));
        if (got) {
            CHECK_INT(pushes[i].kind, event.kind);
        }
        if (got && pushes[i].id != 0) {
            bool error = event.kind == BELL__EVENT_ERROR;
            CHECK_INT(pushes[i].id, event.id);
            CHECK_BYTES(pushes[i].payload,
                        error ? event.text : event.payload.text,
                        error ? strlen(event.text) : event.payload.size);
        }
        if (check_failed != failed) {
            fprintf(stderr, "  in: %s\n", pushes[i].name);
        }
        bell__protocol_free(protocol);
    }
}

/* Without the option no client is trusted, whatever it is called. */
static void trusts_nobody_by_default(void)
{
    struct bell__protocol *protocol = make(NULL);
    struct bell__event event;
    CHECK(feed(protocol, PUSH(REPLY(OURS "7", "\"result\":1"), INFO("back")),
               &event));
    CHECK_INT(BELL__EVENT_PUSH, event.kind);
    CHECK(strstr(event.text, "refused") != NULL);
    bell__protocol_free(protocol);
}

/* A server in Go writes these with escapes where we write them as they are:
 * both are the same name. */
static void a_name_is_its_text(void)
{
    static const struct {
        const char *name;
        const char *spelled;
    } names[] = {
        {"user#a&b", "user#a\\u0026b"},
        {"user#<>", "user#\\u003c\\u003E"},
        {"user#\"\\/", "user#\\\"\\\\\\/"},
        {"user#\t\x01\n", "user#\\t\\u0001\\n"},
        {"user#\xc3\xa9\xf0\x9f\x94\x94", "user#\\u00e9\\ud83d\\udd14"},
        {"user#\xe2\x80\xa8", "user#\\u2028"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct bell__protocol *protocol = make_for(names[i].name, NULL);
        struct bell__event event;
        struct bell__buf out;
        char frame[256];
        greet(protocol, &out);
        bell__buf_close(&out);
        snprintf(frame, sizeof frame,
                 "{\"push\":{\"channel\":\"%s\",\"pub\":{\"data\":"
                 "{\"correlation_id\":\"" OURS "7\",\"result\":1}}}}",
                 names[i].spelled);
        CHECK(feed(protocol, frame, &event));
        CHECK_INT(BELL__EVENT_REPLY, event.kind);
        CHECK_INT(7, event.id);
        bell__protocol_free(protocol);
    }
}

static void names_have_limits(void)
{
    char name[300];
    memset(name, 'x', sizeof name);
    name[299] = '\0';
    struct bell__centrifugo_options inner = {
        .memory = &bell__memory_default, .token = "t", .name = "n"};
    struct bell__protocol *protocol = NULL;
    struct bell__channel_options options = {
        .memory = &bell__memory_default,
        .request_channel = name,
        .reply_channel = "user#42",
    };
    CHECK_INT(BELL_OK, bell__centrifugo_make(&inner, &options.inner));
    CHECK_INT(BELL_INVALID, bell__channel_make(&options, &protocol));
    CHECK(protocol == NULL);
}

int main(void)
{
    greets_in_one_frame();
    a_subscription_may_be_there();
    writes_an_envelope();
    sorts_pushes();
    trusts_nobody_by_default();
    a_name_is_its_text();
    names_have_limits();
    return check_report();
}
