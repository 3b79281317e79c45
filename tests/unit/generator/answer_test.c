/* answer_test.c: what the mock's backend answers, without a socket; and what
 * the mock says to commands that are wrong. */
#include "schema_text.h"

#include <time.h>

#include "serve/answer.h"
#include "serve/mock.h"
#include "serve/ticket.h"

#define SCHEMA                                                                 \
    "bellpull: 1\nservice: t\ntypes:\n"                                        \
    "  E: {enum: [a, b]}\n"                                                    \
    "  R:\n    fields: {n: int32, e: E, x?: 'R[]', m: map<bool>, j: json, "    \
    "f: float64, s: string, o: string | null}\n"                               \
    "rpc:\n"                                                                   \
    "  t.sum:\n    params: {a: int32, b?: {type: int32, default: 2}}\n"        \
    "    result: {fields: {sum: int64}}\n    errors: {409: taken, 410: "       \
    "gone}\n"                                                                  \
    "    examples:\n"                                                          \
    "      - {params: {a: 8}, error: {code: 410}}\n"                           \
    "      - {params: {a: 1}, result: {sum: 3}}\n"                             \
    "      - {params: {a: 9}, error: {code: 409, message: taken, temporary: "  \
    "true}}\n"                                                                 \
    "  t.made: {params: {a: int32}, result: R}\n"                              \
    "  t.list: {result: 'int64[]'}\n"                                          \
    "  t.quiet: {params: {a: int32}}\n"

static struct answers *open_answers(struct schema_text *schema)
{
    schema_check(schema, "t.yaml", bell_str(SCHEMA));
    CHECK_TEXT("", schema->said);
    struct answers *answers = answers_open(&schema->arena, 1);
    CHECK(answers_add(answers, schema->service, schema->tables));
    return answers;
}

static void answers_by_example(void)
{
    static const struct {
        const char *method;
        const char *params;
        const char *data; /* or the message of an error */
        int32_t code;
    } cases[] = {
        {"t.sum", "{\"a\":1}", "{\"sum\":3}", 0},
        {"t.sum", " { \"b\" : 2, \"a\" : 1e0 } ", "{\"sum\":3}", 0},
        {"t.sum", "{\"a\":9}", "taken", 409},
        {"t.sum", "{\"a\":8}", "gone", 410},
        {"t.sum", "{\"a\":5}", "{\"sum\":3}", 0},
        {"t.sum", "{\"a\":\"x\"}", "params.a: wanted int32, got \"x\" (byte 5)",
         400},
        {"t.sum", "", "params.a: required (byte 0)", 400},
        {"t.sum", "[", NULL, 400},
        {"t.nix", "{}", "method not found", 404},
        {"", "{}", "method not found", 404},
        {"t.quiet", "{\"a\":1}", "", 0},
        {"t.quiet", "{\"a\":1.5}", NULL, 400},
    };
    struct schema_text schema;
    struct answers *answers = open_answers(&schema);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__outcome answer;
        answers_give(answers, bell_str(cases[i].method),
                     bell_str(cases[i].params), &answer);
        CHECK_INT(cases[i].code, answer.code);
        CHECK(answer.refused == (cases[i].code != 0));
        CHECK(answer.temporary == (cases[i].code == 409));
        bell_string got = answer.refused ? answer.message : answer.data;
        if (cases[i].data != NULL &&
            strstr(cases[i].data, "required") == NULL) {
            CHECK_BYTES(cases[i].data, got.text, got.size);
        }
    }
    answers_close(answers);
    schema_close(&schema);
}

/* Where no example has a value, one is made, and it fits its own type: what is
 * made is read by the codec of a client in the live demo. */
static void values_are_made(void)
{
    struct schema_text schema;
    struct answers *answers = open_answers(&schema);
    struct bell__outcome first;
    answers_give(answers, BELL_STR("t.made"), BELL_STR("{\"a\":1}"), &first);
    CHECK(!first.refused && first.data.size > 20);
    answers_give(answers, BELL_STR("t.list"), BELL_STR("{}"), &first);
    CHECK(!first.refused && first.data.size > 2 && first.data.text[0] == '[');
    answers_close(answers);
    schema_close(&schema);
}

/* What is due, one message a line. */
static void check_said(struct mock_peer *peer, int64_t now, const char *want)
{
    const struct bell__parcel *parcel;
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    while ((parcel = bell__outlet_next(&peer->outlet, now)) != NULL) {
        CHECK_INT(BELL__PARCEL_MESSAGE, parcel->kind);
        wire_json.add(&out, (bell_string){parcel->text, parcel->size});
    }
    CHECK_BYTES(want, out.bytes, out.size);
    bell__buf_close(&out);
}

static void commands_are_obeyed(void)
{
    static const struct {
        const char *frame;
        const char *replies;
        uint16_t code;
    } cases[] = {
        {"{\"id\":2,\"rpc\":{\"method\":\"t.sum\",\"data\":{\"a\":1}}}",
         "{\"id\":2,\"rpc\":{\"data\":{\"sum\":3}}}", 0},
        {"{\"id\":2,\"rpc\":{\"data\":{\"a\":1},\"method\":\"t.quiet\"}}\n"
         "{\"id\":3,\"rpc\":{\"method\":\"no\"}}\r\n",
         "{\"id\":2,\"rpc\":{}}\n"
         "{\"id\":3,\"error\":{\"code\":404,\"message\":\"method not "
         "found\"}}",
         0},
        {"{\"id\":4,\"subscribe\":{\"channel\":\"x\"}}",
         "{\"id\":4,\"error\":{\"code\":103,\"message\":\"permission "
         "denied\"}}",
         0},
        {"{\"id\":2,\"rpc\":{}}\n{}\n{\"id\":3,\"rpc\":{}}",
         "{\"id\":2,\"error\":{\"code\":404,\"message\":\"method not found\"}}",
         3501},
        {"{\"id\":2,\"connect\":{}}", "", 3501},
        {"{\"id\":2,\"ping\":{}}", "", 3501},
        {"{\"send\":{}}", "", 3508},
        {"{}", "", 3501},
        {"", "", 3501},
        {"\n{}", "", 3501},
        {"nonsense", "", 3501},
        {"{\"id\":0,\"rpc\":{}}", "", 3501},
        {"{\"id\":4294967296,\"rpc\":{}}", "", 3501},
        {"{\"id\":-1,\"rpc\":{}}", "", 3501},
        {"{\"id\":\"2\",\"rpc\":{}}", "", 3501},
        {"{\"rpc\":{}}", "", 3501},
        {"{\"id\":2,\"rpc\":7}", "", 3501},
    };
    struct schema_text schema;
    struct backend backend;
    struct answers *answers = open_answers(&schema);
    backend_open(&backend, answers, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mock_peer peer = {.backend = &backend, .wire = &wire_json};
        mock_open(&peer, 0);
        peer.connected = true;
        mock_receive(&peer, bell_str(cases[i].frame), 0);
        CHECK_INT(cases[i].code, peer.close_code);
        check_said(&peer, 0, cases[i].replies);
        mock_close(&peer);
    }
    backend_close(&backend);
    answers_close(answers);
    schema_close(&schema);
}

static void pongs_are_watched(void)
{
    struct backend backend;
    backend_open(&backend, NULL, 1);
    struct mock_peer peer = {.backend = &backend, .wire = &wire_json};
    mock_open(&peer, 0);
    CHECK_INT(10000, mock_due(&peer)); /* stale */
    mock_receive(&peer, BELL_STR("{\"id\":1,\"connect\":{}}"), 100);
    CHECK_INT(25100, mock_due(&peer));
    while (bell__outlet_next(&peer.outlet, 100) != NULL) {
    }
    mock_tick(&peer, 25100);
    check_said(&peer, 25100, "{}");
    CHECK_INT(33100, mock_due(&peer));
    mock_receive(&peer, BELL_STR("{}"), 26000);
    CHECK_INT(0, peer.close_code);
    CHECK_INT(50100, mock_due(&peer));
    mock_tick(&peer, 50100);
    mock_tick(&peer, 58100);
    CHECK_INT(3012, peer.close_code);
    mock_close(&peer);
    struct mock_peer stale = {.backend = &backend, .wire = &wire_json};
    mock_open(&stale, 0);
    mock_tick(&stale, 10000);
    CHECK_INT(3502, stale.close_code);
    mock_close(&stale);
    backend_close(&backend);
}

/* Says a command with a token that ends in so many seconds. */
static void show_token(struct mock_peer *peer, const char *command, int seconds)
{
    bell_claims claims = {.user = BELL_STR("42"),
                          .expires_at = (int64_t)time(NULL) + seconds};
    char *token = NULL;
    char text[512];
    bell_error error;
    CHECK_INT(BELL_OK, bell_token_hs256(peer->secret, &claims, &token, &error));
    snprintf(text, sizeof text, "{\"id\":1,\"%s\":{\"token\":\"%s\"}}", command,
             token);
    mock_receive(peer, bell_str(text), 0);
    CHECK_INT(0, peer->close_code);
    bell_free(token);
}

/* 25 s behind the end of the last token. */
static void ends_are_kept(void)
{
    struct backend backend;
    backend_open(&backend, NULL, 1);
    for (int renewed = 0; renewed < 2; renewed++) {
        int64_t end_ms = renewed ? 225000 : 125000;
        struct mock_peer peer = {.backend = &backend,
                                 .wire = &wire_json,
                                 .secret = BELL_STR("s3cret")};
        mock_open(&peer, 0);
        show_token(&peer, "connect", 100);
        if (renewed) {
            show_token(&peer, "refresh", 200);
        }
        mock_tick(&peer, end_ms - 20000);
        CHECK_INT(0, peer.close_code);
        mock_tick(&peer, end_ms);
        CHECK_INT(3005, peer.close_code);
        mock_close(&peer);
    }
    backend_close(&backend);
}

static void tokens_are_checked(void)
{
    static const bell_string secret = {"s3cret", 6};
    bell_claims claims = {.user = BELL_STR("42"), .expires_at = 1000};
    char *token = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_token_hs256(secret, &claims, &token, &error));
    struct ticket ticket;
    ticket_open(&ticket);
    ticket_check(&ticket, bell_str(token), secret, 999);
    CHECK_INT(TICKET_GOOD, ticket.verdict);
    CHECK_INT(1000, ticket.expires_at);
    CHECK_BYTES("42", ticket.user.bytes, ticket.user.size);
    ticket_check(&ticket, bell_str(token), secret, 1000);
    CHECK_INT(TICKET_EXPIRED, ticket.verdict);
    ticket_check(&ticket, bell_str(token), BELL_STR("other"), 999);
    CHECK_INT(TICKET_WRONG, ticket.verdict);
    token[strlen(token) - 5] ^= 1;
    ticket_check(&ticket, bell_str(token), secret, 999);
    CHECK_INT(TICKET_WRONG, ticket.verdict);
    bell_free(token);
    static const char *const wrong[] = {"", "a", "a.b", "a.b.c", "..", "a..c"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ticket_check(&ticket, bell_str(wrong[i]), secret, 1);
        CHECK_INT(TICKET_WRONG, ticket.verdict);
    }
    ticket_close(&ticket);
}

int main(void)
{
    answers_by_example();
    values_are_made();
    commands_are_obeyed();
    pongs_are_watched();
    ends_are_kept();
    tokens_are_checked();
    return check_report();
}
