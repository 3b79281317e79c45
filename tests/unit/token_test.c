/* token_test.c: tokens, against ones that another program made. */
#include "base/memory.h"
#include "token/base64url.h"
#include "token/hs256.h"
#include "unit/check.h"
#include "unit/counter.h"

#define HEAD "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."

static void check_token(const char *secret, bell_claims claims,
                        const char *want)
{
    char *token = NULL;
    bell_error error;
    CHECK_INT(BELL_OK,
              bell_token_hs256(bell_str(secret), &claims, &token, &error));
    CHECK(token != NULL);
    CHECK_TEXT(want, token != NULL ? token : "");
    bell_free(token);
}

static void test_tokens(void)
{
    check_token("secret",
                (bell_claims){.user = BELL_STR("123"),
                              .issued_at = 1600000000,
                              .expires_at = 1700000000},
                HEAD "eyJzdWIiOiIxMjMiLCJleHAiOjE3MDAwMDAwMDAsImlhdCI6MTYw"
                     "MDAwMDAwMH0.onuqp1HkzCYy_7a9C2noYL9xYDk0S2IvVr9tIqD7eSg");
    check_token("secret", (bell_claims){.user = {NULL, 0}},
                HEAD "eyJzdWIiOiIifQ."
                     "4L69059Ugh1_92SlVGjqsOmCPJ6_H4MY1EAPJwleWX4");
    check_token("another secret",
                (bell_claims){.user = BELL_STR("\xC3\xA9\""),
                              .channel = BELL_STR("tasks:1")},
                HEAD "eyJzdWIiOiLDqVwiIiwiY2hhbm5lbCI6InRhc2tzOjEifQ."
                     "WmSowolNrmnifH97b9_o_Gh2k0ucX12MFXKB8qPW_oI");
}

static void check_refused(bell_string secret, const bell_claims *claims,
                          const char *words)
{
    char *token = NULL;
    bell_error error;
    CHECK_INT(BELL_INVALID, bell_token_hs256(secret, claims, &token, &error));
    CHECK(token == NULL);
    CHECK(strstr(error.message, words) != NULL);
    CHECK(strstr(error.message, "s3cret") == NULL);
    CHECK_INT(BELL_INVALID, bell_token_hs256(secret, claims, &token, NULL));
}

static void test_refused(void)
{
    bell_claims claims = {.user = BELL_STR("u")};
    check_refused(BELL_STR(""), &claims, "secret");
    check_refused((bell_string){NULL, 4}, &claims, "secret");
    check_refused(BELL_STR("s3cret"), NULL, "NULL");
    claims.issued_at = -1;
    check_refused(BELL_STR("s3cret"), &claims, "negative");
    claims.issued_at = 0;
    claims.expires_at = INT64_MIN;
    check_refused(BELL_STR("s3cret"), &claims, "negative");
    claims.expires_at = 0;
    claims.user = BELL_STR("\xFF");
    check_refused(BELL_STR("s3cret"), &claims, "UTF-8");
    claims.user = BELL_STR("u");
    claims.channel = BELL_STR("\xED\xA0\x80");
    check_refused(BELL_STR("s3cret"), &claims, "UTF-8");
}

static void test_base64url(void)
{
    static const struct {
        const char *bytes;
        const char *text;
    } cases[] = {{"", ""},
                 {"f", "Zg"},
                 {"fo", "Zm8"},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg"},
                 {"fooba", "Zm9vYmE"},
                 {"foobar", "Zm9vYmFy"},
                 {"\xFB\xFF\xFE", "-__-"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__buf out;
        bell__buf_open(&out, &bell__memory_default, 0);
        CHECK_INT(BELL_OK, bell__base64url_append(&out, cases[i].bytes,
                                                  strlen(cases[i].bytes)));
        CHECK_BYTES(cases[i].text, out.bytes, out.size);
        bell__buf_close(&out);
    }
}

/* Each allocation fails in turn; what stood in the buffer stays. */
static void test_memory(void)
{
    struct counter counter;
    bell_error error;
    bell_claims claims = {.user = BELL_STR("u"), .expires_at = 1};
    bell_status status = BELL_NO_MEMORY;
    for (size_t fail = 1; status != BELL_OK && fail < 20; fail++) {
        bell_allocator memory = counter_allocator(&counter);
        struct bell__buf out;
        counter.fail = fail;
        bell__buf_open(&out, &memory, 0);
        status = bell__token_hs256(&out, BELL_STR("s"), &claims, &error);
        CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
        CHECK(status == BELL_OK || out.size == 0);
        bell__buf_close(&out);
        CHECK_INT(0, counter.bytes);
    }
    CHECK_INT(BELL_OK, status);
}

int main(void)
{
    test_tokens();
    test_refused();
    test_base64url();
    test_memory();
    return check_report();
}
