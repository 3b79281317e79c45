/* rest_test.c: what a request says beside its route, and what answers mean:
 * statuses, shapes of errors, Retry-After and its dates, tokens. */
#include "protocol/rest.h"

#include "base/memory.h"
#include "protocol/http_date.h"
#include "protocol/rest_answer.h"
#include "unit/check.h"

enum { NOW = 784111777 }; /* Sun, 06 Nov 1994 08:49:37 GMT */

static int64_t now(void)
{
    return NOW;
}

/* ---- Dates and Retry-After -------------------------------------------------
 */

static void dates(void)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: it is none */
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", NOW},
        {"Sunday, 06-Nov-94 08:49:37 GMT", NOW},
        {"Sun Nov  6 08:49:37 1994", NOW},
        {"Wed Nov 16 08:49:37 1994", NOW + 10 * 86400},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Thu, 29 Feb 2024 23:59:60 GMT", 1709251200},
        {"Tue, 19 Jan 2038 03:14:08 GMT", INT64_C(2147483648)},
        {"Friday, 01-Jan-69 00:00:00 GMT", INT64_C(3124224000)},
        {"Sun, 06 Nov 1994 08:49:37", -1},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
        {"Sun, 06 nov 1994 08:49:37 GMT", -1},
        {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 00 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 32 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 08:60:37 GMT", -1},
        {"Sun, 06-Nov-1994 08:49:37 GMT", -1},
        {"Sun Nov 6 08:49:37 1994", -1},
        {"Su, 06 Nov 1994 08:49:37 GMT", -1},
        {"Sun", -1},
        {"", -1},
        {"tomorrow", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds = -2;
        bool read = bell__http_date_read(bell_str(cases[i].text), &seconds);
        CHECK(read == (cases[i].seconds >= 0));
        if (read) {
            CHECK_INT(cases[i].seconds, seconds);
        }
    }
}

static void retry_after(void)
{
    static const struct {
        const char *head;
        int64_t ms;
    } cases[] = {
        {"", -1},
        {"Retry-After: 0\r\n", 0},
        {"retry-after:  120 \r\n", 120000},
        {"A: b\r\nRetry-After: 1\r\n", 1000},
        {"Retry-After: 99999999999999999999\r\n", INT64_C(1000000000000)},
        {"Retry-After: -1\r\n", -1},
        {"Retry-After: 1.5\r\n", -1},
        {"Retry-After: soon\r\n", -1},
        {"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
        {"Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n", 60000},
        {"Retry-After: Sun, 06 Nov 1993 08:49:37 GMT\r\n", 0},
        {"Retry-After: Sun, 06 Nov 9994 08:49:37 GMT\r\n",
         INT64_C(1000000000000)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(cases[i].ms, bell__rest_after(bell_str(cases[i].head), NOW));
    }
}

/* ---- What errors say -------------------------------------------------------
 */

#define PLAIN "Content-Type: text/plain\r\n"

static void words(void)
{
    static const struct {
        const char *head;
        const char *body;
        const char *text;
    } cases[] = {
        {"", "{\"title\":\"t\",\"detail\":\"d\"}", "d"},
        {"", " \n{\"title\":\"t\",\"error\":\"e\"}", "e"},
        {"", "{\"title\":\"t\",\"error\":\"e\",\"message\":\"m\"}", "m"},
        {"", "{\"detail\":\"\",\"title\":\"t\"}", "t"},
        {"", "{\"detail\":[{\"msg\":\"x\"}],\"title\":\"t\"}", "t"},
        {"", "{\"detail\":7,\"message\":null}", "HTTP 418"},
        {"", "{\"\\u0064etail\":\"\\u00fc\\n\"}", "\xC3\xBC\n"},
        {"", "{\"detail\":\"d\"", "HTTP 418"},
        {"", "{\"detail\":\"d\"}}", "HTTP 418"},
        {"", "[\"detail\"]", "HTTP 418"},
        {"", "\"detail\"", "HTTP 418"},
        {"", "", "HTTP 418"},
        {"", "Not a teapot", "HTTP 418"},
        {PLAIN, "Not a teapot", "Not a teapot"},
        {"content-type: TEXT/PLAIN ; charset=utf-8\r\n", "\n\t a\x01 b \nc",
         "a b"},
        {"Content-Type: text/plainly\r\n", "x", "HTTP 418"},
        {"Content-Type: text/html\r\n", "<h1>x</h1>", "HTTP 418"},
        {PLAIN, "  \r\n ", "HTTP 418"},
        {PLAIN, "{\"detail\":\"d\"}", "d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        bell__rest_words(418, bell_str(cases[i].head), bell_str(cases[i].body),
                         text, sizeof text);
        CHECK_TEXT(cases[i].text, text);
    }
}

/* 200 bytes, and no half of a letter. */
static void long_words(void)
{
    char body[1000];
    char text[256];
    for (size_t i = 0; i < sizeof body; i += 2) {
        memcpy(body + i, "\xC3\xA4", 2);
    }
    bell_string all = {body, sizeof body};
    bell__rest_words(500, bell_str(PLAIN), all, text, sizeof text);
    CHECK_INT(200, strlen(text));
    all.text++;
    all.size--;
    body[0] = ' ';
    body[1] = 'x';
    bell__rest_words(500, bell_str(PLAIN), all, text, sizeof text);
    CHECK_INT(199, strlen(text));
    CHECK_INT('x', text[0]);
}

static void problems(void)
{
    struct bell__problem problem;
    bell__rest_problem(BELL_STR("{\"type\":\"t\",\"title\":\"a\\\"b\","
                                "\"detail\":1,\"instance\":\"\"}"),
                       &problem);
    CHECK_BYTES("t", problem.type.text, problem.type.size);
    CHECK_BYTES("a\\\"b", problem.title.text, problem.title.size);
    CHECK_INT(0, problem.detail.size);
    CHECK_INT(0, problem.instance.size);
    bell__rest_problem(BELL_STR("{\"type\":\"t\","), &problem);
    CHECK_INT(0, problem.type.size);
}

/* ---- The protocol ----------------------------------------------------------
 */

static const bell_type any = {.kind = BELL_KIND_JSON};

static void check_lead(struct bell__protocol *protocol, bool result,
                       uint16_t flags, const char *want)
{
    bell_route route = {.verb = "GET", .flags = flags};
    bell_method method = {.route = &route, .result = result ? &any : NULL};
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, protocol->ops->begin(protocol, &out, 1, &method));
    CHECK_BYTES(want, out.bytes, out.size);
    bell__buf_close(&out);
}

/* What a call shows: the line that `context` is, but none for id 7. */
static void choose(void *context, uint32_t id, const bell_route *route,
                   struct bell__bearer *bearer)
{
    CHECK((route->flags & BELL_ROUTE_BEARER) != 0);
    if (context != NULL && id != 7) {
        *bearer = (struct bell__bearer){context, strlen(context), 3};
    }
}

static uint32_t refused_serial;

static void refused(void *context, uint32_t serial)
{
    (void)context;
    refused_serial = serial;
}

static struct bell__protocol *make(char *line)
{
    struct bell__rest_options options = {.memory = &bell__memory_default,
                                         .now = now,
                                         .choose = choose,
                                         .refused = refused,
                                         .context = line};
    struct bell__protocol *protocol = NULL;
    CHECK_INT(BELL_OK, bell__rest_make(&options, &protocol));
    return protocol;
}

static void requests(void)
{
    char line[] = "Authorization: Bearer t-1\r\n";
    struct bell__protocol *protocol = make(line);
    check_lead(protocol, true, BELL_ROUTE_BEARER,
               "Accept: application/json\r\nAuthorization: Bearer t-1\r\n");
    CHECK_INT(3, protocol->shown);
    check_lead(protocol, true, 0, "Accept: application/json\r\n");
    CHECK_INT(0, protocol->shown);
    check_lead(protocol, false, 0, "Accept: */*\r\n");
    check_lead(protocol, true, BELL_ROUTE_TEXT, "Accept: */*\r\n");
    protocol->ops->refused(protocol, 9);
    CHECK_INT(9, refused_serial);
    bell__protocol_free(protocol);
    protocol = make(NULL);
    check_lead(protocol, false, BELL_ROUTE_BEARER, "Accept: */*\r\n");
    CHECK_INT(0, protocol->shown);
    bell__protocol_free(protocol);
}

static void answers(void)
{
    static const struct {
        int32_t status;
        bool good;
        bool temporary;
        bool again;
    } cases[] = {
        {200, true, false, false},  {201, true, false, false},
        {204, true, false, false},  {299, true, false, false},
        {300, false, false, false}, {302, false, false, false},
        {304, false, false, false}, {400, false, false, false},
        {401, false, false, false}, {404, false, false, false},
        {408, false, true, false},  {425, false, true, false},
        {429, false, true, true},   {500, false, false, false},
        {502, false, true, true},   {503, false, true, true},
        {504, false, true, true},   {599, false, false, false},
    };
    struct bell__protocol *protocol = make(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__frame frame = {.exchange = BELL__EXCHANGE_REPLIED,
                                    .code = cases[i].status,
                                    .bytes = "{\"detail\":\"d\"}",
                                    .size = i % 2 == 0 ? 14 : 0,
                                    .head = "Retry-After: 2\r\n",
                                    .head_size = 16};
        struct bell__event event;
        size_t at = 0;
        CHECK(protocol->ops->decode(protocol, &frame, &at, &event));
        CHECK_INT(frame.size, event.payload.size);
        if (cases[i].good) {
            CHECK_INT(BELL__EVENT_REPLY, event.kind);
        } else {
            CHECK_INT(BELL__EVENT_ERROR, event.kind);
            CHECK_INT(cases[i].status, event.code);
            CHECK_INT(BELL_ORIGIN_REPLY, event.origin);
            CHECK(cases[i].temporary == event.temporary);
            CHECK(cases[i].again == event.again);
            CHECK(event.spent_token == (cases[i].status == 401));
            CHECK_INT(2000, event.after_ms);
            CHECK(frame.size == 0 || strcmp("d", event.text) == 0);
        }
        CHECK(!protocol->ops->decode(protocol, &frame, &at, &event));
    }
    bell__protocol_free(protocol);
}

int main(void)
{
    dates();
    retry_after();
    words();
    long_words();
    problems();
    requests();
    answers();
    return check_report();
}
