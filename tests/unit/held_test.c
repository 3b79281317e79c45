/* held_test.c: tokens by role: copied, told apart, dated, wiped. */
#include <string.h>

#include "base/memory.h"
#include "token/held.h"
#include "unit/check.h"

static void check_line(const struct bell__held *held, uint32_t role,
                       const char *want)
{
    const struct bell__token *token = &held->tokens[role];
    CHECK_BYTES(want, token->line, token->line_size);
}

static void texts_come_and_go(void)
{
    struct bell__held held = {.memory = &bell__memory_default};
    CHECK_INT(0, bell__token_text(&held.tokens[0]).size);
    CHECK_INT(BELL_OK, bell__held_set(&held, 0, "t-1"));
    CHECK_INT(BELL_OK, bell__held_set(&held, 31, "t-2"));
    check_line(&held, 0, "Authorization: Bearer t-1\r\n");
    check_line(&held, 31, "Authorization: Bearer t-2\r\n");
    CHECK_INT(1, held.tokens[0].serial);
    CHECK_INT(2, held.tokens[31].serial);
    CHECK_INT(2, held.changes);
    CHECK_INT(BELL_OK, bell__held_set(&held, 0, "t-1")); /* the same */
    CHECK_INT(1, held.tokens[0].serial);
    CHECK_INT(2, held.changes);
    CHECK_INT(BELL_OK, bell__held_set(&held, 0, "t-10"));
    CHECK_BYTES("t-10", bell__token_text(&held.tokens[0]).text,
                bell__token_text(&held.tokens[0]).size);
    CHECK_INT(3, held.tokens[0].serial);
    CHECK_INT(BELL_OK, bell__held_set(&held, 0, ""));
    CHECK(held.tokens[0].line == NULL && held.tokens[0].serial == 0);
    uint32_t changes = held.changes;
    CHECK_INT(BELL_OK, bell__held_set(&held, 0, NULL));
    CHECK_INT(changes, held.changes);
    bell__held_close(&held);
    CHECK(held.tokens[31].line == NULL);
}

/* What would be two lines, or none that a server reads; the old one stays. */
static void some_cannot_be_sent(void)
{
    static const char *const wrong[] = {"a\r\nX: y", "a b", "\xC3\xA4", "a\x7F",
                                        "\n"};
    struct bell__held held = {.memory = &bell__memory_default};
    CHECK_INT(BELL_OK, bell__held_set(&held, 1, "t-1"));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK_INT(BELL_INVALID, bell__held_set(&held, 1, wrong[i]));
        check_line(&held, 1, "Authorization: Bearer t-1\r\n");
    }
    bell__held_close(&held);
}

/* RFC 7519 4.1.4: what makes no sense says nothing. */
static void some_expire(void)
{
    static const struct {
        const char *token;
        int64_t expires;
    } rows[] = {
        {"e30.eyJleHAiOjE3MDB9.c2ln", 1700},             /* {"exp":1700} */
        {"e30.eyJzdWIiOiJhIiwiZXhwIjoxLjVlM30.x", 1500}, /* ... 1.5e3 */
        {"e30.eyJleHAiOjE3MDB9.", 1700},                 /* not signed */
        {"e30.eyJleHAiOiIxNzAwIn0.c2ln", 0},             /* "1700" */
        {"e30.eyJleHAiOi0xfQ.c2ln", 0},                  /* -1 */
        {"e30.eyJleHAiOjFlMzB9.c2ln", 0},                /* 1e30 */
        {"e30.eyJleHAiOjE3MDB9", 0},                     /* two parts */
        {"e30.eyJleHAiOjE3MDB9.a.b", 0},                 /* four */
        {"e30.eyJleHAiOjE3MDA.c2ln", 0},                 /* cut */
        {"e30.!.c2ln", 0},
        {"opaque", 0},
        {"..", 0},
    };
    struct bell__held held = {.memory = &bell__memory_default};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_INT(BELL_OK, bell__held_set(&held, 2, rows[i].token));
        CHECK_INT(rows[i].expires, held.tokens[2].expires);
    }
    CHECK(!bell__token_is_past(&held.tokens[2], INT64_MAX));
    CHECK_INT(BELL_OK, bell__held_set(&held, 2, rows[0].token));
    CHECK(!bell__token_is_past(&held.tokens[2], 1699));
    CHECK(bell__token_is_past(&held.tokens[2], 1700));
    bell__held_close(&held);
}

int main(void)
{
    texts_come_and_go();
    some_cannot_be_sent();
    some_expire();
    return check_report();
}
