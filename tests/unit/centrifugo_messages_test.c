/* centrifugo_messages_test.c: Centrifugo's bytes: commands as they are written,
 * replies good and bad, and what codes mean. */
#include "protocol/centrifugo.h"

#include <stdlib.h>

#include "base/memory.h"
#include "protocol/centrifugo_life.h"
#include "unit/check.h"

static const bell_method method = {.name = "tasks.get_stats",
                                   .json = "\"tasks.get_stats\"",
                                   .name_size = 15,
                                   .json_size = 17};

static struct bell__protocol *make(const char *token)
{
    struct bell__centrifugo_options options = {
        .memory = &bell__memory_default, .token = token, .name = "bellpull"};
    struct bell__protocol *protocol = NULL;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&options, &protocol));
    return protocol;
}

/* One that waits for the answer to its connect command. */
static struct bell__protocol *make_greeting(const char *token)
{
    static const uint32_t ids[] = {1};
    struct bell__protocol *protocol = make(token);
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, protocol->ops->hello(protocol, &out, ids));
    bell__buf_close(&out);
    return protocol;
}

/* The first event of a text of `size` bytes, in a block of just that size so
 * that a sanitizer sees who reads behind it. */
static bool decode(struct bell__protocol *protocol, const char *text,
                   size_t size, struct bell__event *event)
{
    static char *block;
    free(block);
    block = malloc(size == 0 ? 1 : size);
    CHECK(block != NULL);
    if (block == NULL) {
        return false;
    }
    memcpy(block, text, size);
    struct bell__frame frame = {.bytes = block, .size = size};
    size_t at = 0;
    bool more = protocol->ops->decode(protocol, &frame, &at, event);
    CHECK(at <= size);
    return more;
}

static void greet(struct bell__protocol *protocol)
{
    static const char reply[] = "{\"id\":1,\"connect\":{\"client\":\"c\"}}";
    struct bell__event event;
    CHECK(decode(protocol, reply, sizeof reply - 1, &event));
    CHECK_INT(BELL__EVENT_READY, event.kind);
}

/* ---- Commands --------------------------------------------------------------
 */

static void commands_as_written(void)
{
    static const struct {
        const char *token;
        const char *hello;
    } cases[] = {
        {"t.o-k", "{\"id\":1,\"connect\":{\"token\":\"t.o-k\",\"name\":"
                  "\"bellpull\"}}"},
        {"a\"b", "{\"id\":1,\"connect\":{\"token\":\"a\\\"b\",\"name\":"
                 "\"bellpull\"}}"},
        {"", "{\"id\":1,\"connect\":{\"name\":\"bellpull\"}}"},
        {NULL, "{\"id\":1,\"connect\":{\"name\":\"bellpull\"}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__protocol *protocol = make_greeting(cases[i].token);
        static const uint32_t ids[] = {1};
        struct bell__buf out;
        bell__buf_open(&out, &bell__memory_default, 0);
        CHECK_INT(BELL_OK, protocol->ops->hello(protocol, &out, ids));
        CHECK_BYTES(cases[i].hello, out.bytes, out.size);
        out.size = 0;
        CHECK_INT(BELL_OK, protocol->ops->begin(protocol, &out, UINT32_MAX - 1,
                                                &method));
        CHECK_INT(BELL_OK, bell__buf_append(&out, "{}", 2));
        CHECK_INT(BELL_OK, protocol->ops->end(protocol, &out));
        CHECK_BYTES("{\"id\":4294967294,\"rpc\":{\"method\":"
                    "\"tasks.get_stats\",\"data\":{}}}",
                    out.bytes, out.size);
        bell__buf_close(&out);
        bell__protocol_free(protocol);
    }
}

/* ---- Replies ---------------------------------------------------------------
 */

static void replies_either_way(void)
{
    static const struct {
        const char *text;
        uint32_t id;
        const char *payload; /* NULL: none */
    } cases[] = {
        {"{\"id\":2,\"rpc\":{\"data\":{\"a\":1}}}", 2, "{\"a\":1}"},
        {"{\"id\":4294967295,\"rpc\":{\"data\":0}}", UINT32_MAX, "0"},
        {"{\"id\":2,\"rpc\":{\"data\":null}}", 2, "null"},
        {"{\"id\":2,\"rpc\":{}}", 2, NULL},
        {"{\"id\":2}", 2, NULL},
        {"{\"rpc\":{\"data\":[1]},\"id\":7}", 7, "[1]"},
        {" { \"id\" : 2 , \"rpc\" : { \"data\" : 5 } } ", 2, "5"},
        {"{\"id\":2,\"rpc\":{\"data\": 5 }}", 2, "5"},
        {"{\"id\":2,\"rpc\":{\"data\":1,\"x\":{\"y\":{}}}}", 2, "1"},
        {"{\"id\":2,\"rpc\":{\"x\":[{}],\"data\":1}}", 2, "1"},
        {"{\"id\":2,\"rpc\":{\"data\":\"}}\\\"}}\"}}", 2, "\"}}\\\"}}\""},
        {"{\"id\":2.0,\"rpc\":{\"data\":1}}", 2, "1"},
        {"{\"id\":2,\"rpc\":{\"data\":1}}\r", 2, "1"},
        /* No call has these ids. */
        {"{\"id\":4294967298,\"rpc\":{\"data\":1}}", 0, "1"},
        {"{\"id\":1,\"rpc\":{\"data\":1}}", 1, "1"},
    };
    struct bell__protocol *protocol = make_greeting("t");
    greet(protocol);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__event event;
        const char *text = cases[i].text;
        CHECK(decode(protocol, text, strlen(text), &event));
        CHECK_INT(BELL__EVENT_REPLY, event.kind);
        CHECK_INT(cases[i].id, event.id);
        CHECK_BYTES(cases[i].payload == NULL ? "" : cases[i].payload,
                    event.payload.text, event.payload.size);
    }
    bell__protocol_free(protocol);
}

static void errors_of_replies(void)
{
    static const struct {
        const char *error;
        int32_t code;
        bool temporary;
        const char *text;
    } cases[] = {
        {"{\"code\":1001,\"message\":\"no such task\"}", 1001, false,
         "no such task"},
        {"{\"temporary\":true,\"message\":\"a\\u00e9\\nb\",\"code\":100}", 100,
         true, "a\xc3\xa9\nb"},
        {"{\"code\":5}", 5, false, "error 5 without a message"},
        {"{}", 0, false, "error 0 without a message"},
        {"{\"code\":99999999999,\"message\":\"x\"}", 0, false, "x"},
        {"{\"code\":-7,\"message\":\"x\",\"more\":[{}]}", -7, false, "x"},
    };
    struct bell__protocol *protocol = make_greeting("t");
    greet(protocol);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__event event;
        char text[256];
        int size = snprintf(text, sizeof text, "{\"error\":%s,\"id\":9}",
                            cases[i].error);
        CHECK(decode(protocol, text, (size_t)size, &event));
        CHECK_INT(BELL__EVENT_ERROR, event.kind);
        CHECK_INT(BELL_ORIGIN_REPLY, event.origin);
        CHECK_INT(9, event.id);
        CHECK_INT(cases[i].code, event.code);
        CHECK_INT(cases[i].temporary, event.temporary);
        CHECK_TEXT(cases[i].text, event.text);
    }
    bell__protocol_free(protocol);
}

/* Long words are cut, never in the middle of a character. */
static void long_words_are_cut(void)
{
    char text[4096];
    struct bell__event event;
    struct bell__protocol *protocol = make_greeting("t");
    greet(protocol);
    for (int pad = 0; pad < 4; pad++) {
        int size = snprintf(
            text, sizeof text,
            "{\"id\":2,\"error\":{\"code\":1,\"message\":\"%.*s", pad, "abc");
        for (int i = 0; i < 900; i++) {
            memcpy(text + size, "\xc3\xa9", 2);
            size += 2;
        }
        memcpy(text + size, "\"}}", 3);
        CHECK(decode(protocol, text, (size_t)size + 3, &event));
        CHECK_INT(BELL__EVENT_ERROR, event.kind);
        size_t length = strlen(event.text);
        CHECK(length > 180 && length < sizeof event.text);
        CHECK_INT((size_t)pad % 2, length % 2);
    }
    bell__protocol_free(protocol);
}

/* ---- Trouble ---------------------------------------------------------------
 */

static size_t nest(char *text, const char *head, int depth, const char *tail)
{
    size_t size = strlen(head);
    memcpy(text, head, size);
    memset(text + size, '[', (size_t)depth);
    memset(text + size + depth, ']', (size_t)depth);
    size += 2 * (size_t)depth;
    memcpy(text + size, tail, strlen(tail));
    return size + strlen(tail);
}

/* Bad data is its own call's: the line and all other calls stay. */
static void bad_data_is_one_calls(void)
{
    static const char *const bad[] = {
        "tru", "{\"a\":}", "[1,]",        "\"\xff\"", "\"\x01\"",  "1 2",
        "}}",  "01",       "{\"a\":\"}}", "\"",       "1,\"x\":[",
    };
    struct bell__protocol *protocol = make_greeting("t");
    greet(protocol);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bell__event event;
        char text[128];
        int size = snprintf(text, sizeof text,
                            "{\"id\":77,\"rpc\":{\"data\":%s}}", bad[i]);
        CHECK(decode(protocol, text, (size_t)size, &event));
        CHECK_INT(BELL__EVENT_REPLY, event.kind);
        CHECK_INT(77, event.id);
        CHECK_BYTES(bad[i], event.payload.text, event.payload.size);
    }
    bell__protocol_free(protocol);
}

/* A reply whose data's end was guessed: what it is at a second look. */
static void guesses_are_mended(void)
{
    static const struct {
        const char *rest; /* of {"id":77,"rpc":{ */
        const char *guess;
        const char *data; /* NULL: there is no better one */
    } rows[] = {
        {"\"data\":{}}}", "{}", "{}"},
        {"\"data\":[{\"a\":\"}}\"}]}}", "[{\"a\":\"}}\"}]", "[{\"a\":\"}}\"}]"},
        {"\"method\":\"m\",\"data\":{}}}", "{}", "{}"},
        {"\"data\":{},\"x\":{}}}", "{},\"x\":{}", "{}"},
        {"\"data\":{}},\"x\":{\"y\":{}}}", "{}},\"x\":{\"y\":{}", "{}"},
        {"\"data\":[],\"x\":1},\"y\":[[]}}", "[],\"x\":1},\"y\":[[]", NULL},
        {"\"data\":[1],\"data\":[2]}}", "[1],\"data\":[2]", "[2]"},
        {"\"data\":{}},\"error\":{\"code\":1,\"a\":{}}}",
         "{}},\"error\":{\"code\":1,\"a\":{}", NULL},
        {"\"data\":{\"a\":tru}}}", "{\"a\":tru}", NULL},
        {"\"data\":{}{}}}", "{}{}", NULL},
        {"\"data\":{}}}}}", "{}}}", NULL},
        {"\"data\":{}},{}}}", "{}},{}", NULL},
        {"\"data\":[\"a]}}", "[\"a]", NULL},
        {"\"data\":\"a\"}}", NULL, NULL},
        {"\"data\":{\"a\":1}} }", NULL, NULL},
    };
    struct bell__protocol *protocol = make_greeting("t");
    greet(protocol);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bell__event event;
        char text[128];
        int size =
            snprintf(text, sizeof text, "{\"id\":77,\"rpc\":{%s", rows[i].rest);
        CHECK(decode(protocol, text, (size_t)size, &event));
        CHECK_INT(BELL__EVENT_REPLY, event.kind);
        CHECK_INT(77, event.id);
        CHECK_INT(rows[i].guess != NULL, event.guessed);
        if (rows[i].guess == NULL) {
            continue;
        }
        bell_string payload = event.payload;
        CHECK_BYTES(rows[i].guess, payload.text, payload.size);
        CHECK_INT(rows[i].data != NULL,
                  protocol->ops->reread(protocol, &payload));
        const char *want = rows[i].data != NULL ? rows[i].data : rows[i].guess;
        CHECK_BYTES(want, payload.text, payload.size);
    }
    bell__protocol_free(protocol);
}

static void deep_data_is_one_calls(void)
{
    static const int depths[] = {63, 64, 65, 1000, 1023, 1024, 1025, 20000};
    static char text[50000];
    struct bell__event event;
    struct bell__protocol *protocol = make_greeting("t");
    greet(protocol);
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        size_t size =
            nest(text, "{\"id\":2,\"rpc\":{\"data\":", depths[i], "}}");
        CHECK(decode(protocol, text, size, &event));
        CHECK_INT(BELL__EVENT_REPLY, event.kind);
        CHECK_INT(depths[i] * 2, event.payload.size);
        size = nest(text, "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":",
                    depths[i], "}}}");
        CHECK(decode(protocol, text, size, &event));
        CHECK_INT(BELL__EVENT_PUSH, event.kind);
    }
    bell__protocol_free(protocol);
}

/* Where it is not even known whose a message is, nothing behind it counts. */
static void nonsense_ends_the_line(void)
{
    static const char *const bad[] = {
        "x",
        "[]",
        "7",
        "null",
        "\"\"",
        "{",
        "}",
        "{\"id\":2",
        "{\"id\":}",
        "{\"id\":2,\"rpc\":{\"data\":}}",
        "{\"id\":2,\"rpc\":{\"data\":1}",
        "{\"id\":2,\"rpc\":7}",
        "{\"id\":2,\"error\":{\"code\":\"x\"}}",
        "{\"id\":2,\"error\":{\"message\":7}}",
        "{\"push\":7}",
        "{\"push\":{\"disconnect\":7}}",
        "{\"id\":1e99,\"rpc\":{}}",
        "{} x",
        "\xff",
        "{\"\xff\":1}",
        "{\"id\":2,\"error\":{\"code\":7,\"message\":\"\xff\"}}",
        "{\"id\":2,\"rpc\":{\"data\":1}}}}x",
        "{\"id\":99999999999999999999,\"rpc\":{\"data\":1}}",
    };
    struct bell__protocol *protocol = make_greeting("secret-token");
    greet(protocol);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bell__event event;
        CHECK(decode(protocol, bad[i], strlen(bad[i]), &event));
        CHECK_INT(BELL__EVENT_BYE, event.kind);
        CHECK_INT(BELL_ORIGIN_CODEC, event.origin);
        CHECK(event.may_reconnect);
        CHECK(!event.stale_token);
        bool text = strchr(bad[i], '\xff') == NULL;
        CHECK_INT(text ? 0 : 1007, event.drop_code);
        CHECK(strstr(event.text, text ? "not a Centrifugo message"
                                      : "text that is not UTF-8 (byte ") !=
              NULL);
        CHECK(strstr(event.text, "secret") == NULL);
    }
    bell__protocol_free(protocol);
}

/* The server passes on what backends answer and clients publish: such bytes
 * are for nobody, or for the one call that asked. */
static void not_utf8_inside(void)
{
    static const struct {
        const char *line;
        enum bell__event_kind kind;
    } cases[] = {
        {"{\"id\":7,\"rpc\":{\"data\":{\"a\":\"\xff\"}}}", BELL__EVENT_REPLY},
        {"{\"id\":7,\"rpc\":{\"data\":[\"\xed\xa0\x80\"]}}", BELL__EVENT_REPLY},
        {"{\"id\":7,\"rpc\":{\"data\":\"\xc0\x80\"}}", BELL__EVENT_REPLY},
        {"{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":\"\xff\"}}}",
         BELL__EVENT_PUSH},
        {"{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":{\"\xf5\":1}}}}",
         BELL__EVENT_PUSH},
    };
    struct bell__protocol *protocol = make_greeting("t");
    greet(protocol);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__event event;
        const char *line = cases[i].line;
        CHECK(decode(protocol, line, strlen(line), &event));
        CHECK_INT(cases[i].kind, event.kind);
        if (event.kind == BELL__EVENT_REPLY) {
            CHECK_INT(7, event.id);
        } else {
            CHECK(strstr(event.text, "not UTF-8") != NULL);
        }
    }
    bell__protocol_free(protocol);
}

static bool is_about_the_token(const struct bell__event *event)
{
    return strstr(event->text, "secret-token") != NULL;
}

/* Every prefix of good messages, and every byte changed: an event or the end,
 * nothing read behind the frame. */
static void cut_and_changed(void)
{
    static const char *const good[] = {
        "{\"id\":12,\"rpc\":{\"data\":{\"a\":[1,\"\\u00e9\"],\"b\":null}}}",
        "{\"id\":3,\"error\":{\"code\":9,\"message\":\"m\"}}",
        "{\"id\":3,\"error\":{\"code\":9,\"temporary\":true}}",
        "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":{}}}}\n{}",
        "{\"id\":1,\"connect\":{\"ping\":25,\"pong\":true}}",
        "{\"push\":{\"disconnect\":{\"code\":3501,\"reason\":\"r\"}}}",
    };
    static const char bytes[] = "\0\n\"\\{}[]:,0-x\xff";
    struct bell__protocol *protocol = make_greeting("secret-token");
    struct bell__event event;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        size_t size = strlen(good[i]);
        char text[256];
        for (size_t cut = 0; cut <= size; cut++) {
            CHECK(decode(protocol, good[i], cut, &event) == (cut != 0));
        }
        for (size_t at = 0; at < size; at++) {
            for (size_t change = 0; change < sizeof bytes - 1; change++) {
                memcpy(text, good[i], size);
                text[at] = bytes[change];
                CHECK(decode(protocol, text, size, &event));
                CHECK(event.kind <= BELL__EVENT_BYE);
                CHECK(event.kind != BELL__EVENT_BYE ||
                      !is_about_the_token(&event));
            }
        }
    }
    bell__protocol_free(protocol);
}

/* ---- Codes -----------------------------------------------------------------
 */

static void refused_connects(void)
{
    static const struct {
        const char *error;
        bool may_reconnect;
        bool stale_token;
    } cases[] = {
        {"{\"code\":109,\"message\":\"token expired\"}", true, true},
        {"{\"code\":100,\"message\":\"internal\",\"temporary\":true}", true,
         false},
        {"{\"code\":12,\"message\":\"m\"}", true, false},
        {"{\"code\":101,\"message\":\"unauthorized\"}", false, false},
        {"{\"code\":102,\"message\":\"unknown channel\"}", false, false},
        {"{\"code\":1000,\"message\":\"m\"}", false, false},
        {"{\"code\":1000,\"message\":\"m\",\"temporary\":true}", true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__protocol *protocol = make_greeting("secret-token");
        struct bell__event event;
        char text[256];
        int size = snprintf(text, sizeof text, "{\"id\":1,\"error\":%s}",
                            cases[i].error);
        CHECK(decode(protocol, text, (size_t)size, &event));
        CHECK_INT(BELL__EVENT_BYE, event.kind);
        CHECK_INT(BELL_ORIGIN_REPLY, event.origin);
        CHECK_INT(cases[i].may_reconnect, event.may_reconnect);
        CHECK_INT(cases[i].stale_token, event.stale_token);
        CHECK(!is_about_the_token(&event));
        bell__protocol_free(protocol);
    }
}

/* The code decides alone; 1009 would only happen again. */
static void close_codes(void)
{
    static const struct {
        int32_t from;
        int32_t to;
        bool may_reconnect;
    } ranges[] = {
        {1000, 1008, true},  {1009, 1009, false}, {1010, 3499, true},
        {3500, 3999, false}, {4000, 4499, true},  {4500, 4999, false},
        {5000, 5100, true},
    };
    struct bell__protocol *protocol = make_greeting("secret-token");
    bell_string reason = BELL_STR("because");
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (int32_t code = ranges[i].from; code <= ranges[i].to; code++) {
            struct bell__event event;
            protocol->ops->closed(protocol, code, reason, &event);
            CHECK_INT(BELL__EVENT_BYE, event.kind);
            CHECK_INT(ranges[i].may_reconnect, event.may_reconnect);
            CHECK_INT(code, event.code);
            CHECK(strstr(event.text, "because") != NULL);
        }
    }
    bell__protocol_free(protocol);
}

static void words_say_what_to_do(void)
{
    struct bell__event event;
    bell_string none = {NULL, 0};
    struct bell__protocol *anonymous = make_greeting(NULL);
    anonymous->ops->closed(anonymous, 3501, BELL_STR("bad request"), &event);
    CHECK(strstr(event.text, "no token was sent") != NULL);
    anonymous->ops->closed(anonymous, 3000, none, &event);
    CHECK_TEXT("the server closed with 3000", event.text);
    bell__protocol_free(anonymous);
    struct bell__protocol *protocol = make_greeting("t");
    protocol->ops->closed(protocol, 3500, BELL_STR("invalid token"), &event);
    CHECK(strstr(event.text, "3500 invalid token") != NULL);
    CHECK(strstr(event.text, "signature") != NULL);
    bell__protocol_free(protocol);
}

/* Seconds, whole or not: what makes no sense is none. */
static void seconds_of_a_session(void)
{
    static const struct {
        const char *says;
        bool good;
        int64_t ping_ms;
        int64_t ttl_ms;
    } lives[] = {
        {"{}", true, 0, 0},
        {"{\"ping\":25,\"ttl\":3600}", true, 25000, 3600000},
        {"{\"ttl\":1.5,\"ping\":0.25}", true, 250, 1500},
        {"{\"ping\":2.5e1,\"ttl\":36e2}", true, 25000, 3600000},
        {"{\"ping\":0,\"ttl\":0.0}", true, 0, 0},
        {"{\"ping\":-25,\"ttl\":-1}", true, 0, 0},
        {"{\"ping\":0.001,\"ttl\":0.0001}", true, 1, 1000},
        {"{\"ping\":999999999,\"ttl\":999999999}", true, 999999999000,
         999999999000},
        {"{\"ping\":1000000000,\"ttl\":1e300}", true, 0, 0},
        {"{\"ping\":25,\"ttl\":1e400}", false, 0, 0},
        {"{\"ping\":\"25\",\"ttl\":1}", false, 0, 0},
        {"{\"ping\":25,\"ttl\":01}", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
        struct bell__event event;
        memset(&event, 0, sizeof event);
        bool good = bell__centrifugo_lives(bell_str(lives[i].says), &event);
        CHECK_INT(lives[i].good, good);
        CHECK_INT(lives[i].ping_ms, good ? event.ping_ms : 0);
        CHECK_INT(lives[i].ttl_ms, good ? event.ttl_ms : 0);
    }
}

int main(void)
{
    seconds_of_a_session();
    commands_as_written();
    replies_either_way();
    errors_of_replies();
    long_words_are_cut();
    bad_data_is_one_calls();
    guesses_are_mended();
    deep_data_is_one_calls();
    nonsense_ends_the_line();
    not_utf8_inside();
    cut_and_changed();
    refused_connects();
    close_codes();
    words_say_what_to_do();
    return check_report();
}
