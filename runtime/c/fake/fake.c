/* fake.c: a fake's beginning and end, and what it is told to expect. */
#include "fake/fake.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "json/read.h"

enum { DEPTH_MAX = 128, SEED_USUAL = 1 };

/* Whoever has something to hear gets a turn. */
static void turn(struct bell__guest *guest)
{
    struct bell_fake *fake =
        (struct bell_fake *)(void *)((char *)guest -
                                     offsetof(struct bell_fake, guest));
    int64_t lines = bell__fake_lines_due(fake);
    int64_t webs = bell__fake_webs_due(fake);
    bell__loop_remind(fake->maker.loop, guest, lines < webs ? lines : webs);
}

bell_status bell_fake_open(const bell_allocator *allocator, bell_fake **fake,
                           bell_error *error)
{
    const bell_allocator *memory =
        allocator != NULL ? allocator : &bell__memory_default;
    if (fake == NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "fake is NULL");
    }
    bell__error_clear(error);
    *fake = NULL;
    bell_fake *made = bell__memory_take(memory, sizeof *made);
    if (made == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a fake");
    }
    memset(made, 0, sizeof *made);
    made->memory = *memory;
    bell_status status =
        bell_loop_open(&made->memory, &made->maker.loop, error);
    if (status != BELL_OK) {
        bell__memory_free(memory, made, sizeof *made);
        return status;
    }
    made->maker.make = bell__fake_line_make;
    made->maker.make_web = bell__fake_web_make;
    made->expected_end = &made->expected;
    made->clock.now_ns = 1000000000;
    bell__buf_open(&made->scratch, &made->memory, 0);
    bell__buf_open(&made->spoiled, &made->memory, 0);
    bell__mishaps_open(&made->mishaps, &made->memory, SEED_USUAL);
    bell__loop_feed(made->maker.loop, &made->clock);
    made->guest.turn = turn;
    bell__loop_join(made->maker.loop, &made->guest);
    *fake = made;
    return BELL_OK;
}

static void free_text(const bell_fake *fake, char *text)
{
    if (text != NULL) {
        bell__memory_free(&fake->memory, text, strlen(text) + 1);
    }
}

static void free_expected(const bell_fake *fake,
                          struct bell__expected *expected)
{
    free_text(fake, expected->method);
    free_text(fake, expected->params);
    free_text(fake, expected->result);
    free_text(fake, expected->message);
    free_text(fake, expected->data);
    bell__memory_free(&fake->memory, expected, sizeof *expected);
}

void bell_fake_close(bell_fake *fake)
{
    if (fake == NULL) {
        return;
    }
    while (fake->expected != NULL) {
        struct bell__expected *expected = fake->expected;
        fake->expected = expected->next;
        free_expected(fake, expected);
    }
    bell__buf_close(&fake->scratch);
    bell__buf_close(&fake->spoiled);
    bell__mishaps_close(&fake->mishaps);
    bell_loop_close(fake->maker.loop);
    bell_allocator memory = fake->memory;
    bell__memory_free(&memory, fake, sizeof *fake);
}

bell_loop *bell_fake_loop(bell_fake *fake)
{
    return fake->maker.loop;
}

/* ---- What is expected ---------------------------------------------------- */

/* White space outside of texts goes: what goes out has none. */
static size_t squeeze(const char *json, char *out)
{
    bool quoted = false;
    size_t size = 0;
    for (const char *at = json; *at != '\0'; at++) {
        if (!quoted && strchr(" \t\r\n", *at) != NULL) {
            continue;
        }
        quoted = *at == '"' ? !quoted : quoted;
        out[size++] = *at;
        if (quoted && *at == '\\' && at[1] != '\0') {
            out[size++] = *++at;
        }
    }
    out[size] = '\0';
    return size;
}

static bell_status wrong(bell_error *error, const char *what, const char *why)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "bell_fake_expect: %s%s", what, why);
}

/* A copy whose memory is exactly its text; NULL stays NULL. */
static bell_status keep_text(const bell_fake *fake, const char *text,
                             char **kept, bell_error *error)
{
    if (text == NULL) {
        return BELL_OK;
    }
    size_t size = strlen(text) + 1;
    *kept = bell__memory_take(&fake->memory, size);
    if (*kept == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for an expected call");
    }
    memcpy(*kept, text, size);
    return BELL_OK;
}

static bell_status keep_json(bell_fake *fake, const char *text, char **kept,
                             const char *what, bell_error *error)
{
    struct bell__json json;
    if (text == NULL) {
        return BELL_OK;
    }
    bell__json_open(&json, bell_str(text), DEPTH_MAX);
    if (!bell__json_skip(&json, NULL) || !bell__json_done(&json)) {
        return wrong(error, what, " is no JSON");
    }
    struct bell__buf *room = &fake->scratch;
    room->size = 0;
    bell_status status = bell__buf_reserve(room, strlen(text) + 1);
    if (status != BELL_OK) {
        return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                               "no memory for an expected call");
    }
    squeeze(text, room->bytes);
    return keep_text(fake, room->bytes, kept, error);
}

static bell_status fill(bell_fake *fake, struct bell__expected *expected,
                        const bell_fake_call *call, bell_error *error)
{
    const char *message = call->message != NULL ? call->message
                          : call->disconnect    ? "the fake ended the line"
                                                : "refused";
    bell_status status =
        keep_text(fake, call->method, &expected->method, error);
    if (status == BELL_OK) {
        status = keep_text(fake, message, &expected->message, error);
    }
    if (status == BELL_OK) {
        status =
            keep_json(fake, call->params, &expected->params, "params", error);
    }
    if (status == BELL_OK) {
        status =
            keep_json(fake, call->result, &expected->result, "result", error);
    }
    if (status == BELL_OK) {
        status = keep_json(fake, call->data, &expected->data, "data", error);
    }
    expected->code = call->code;
    expected->temporary = call->temporary;
    expected->never = call->never;
    expected->disconnect = call->disconnect;
    expected->delay_ms = call->delay_ms > 0 ? call->delay_ms : 0;
    expected->always = call->times == UINT32_MAX;
    expected->left = call->times == 0 ? 1 : call->times;
    return status;
}

bell_status bell_fake_add(bell_fake *fake, const bell_fake_call *call,
                          size_t call_size, bell_error *error)
{
    bell_fake_call filled;
    bell__error_clear(error);
    memset(&filled, 0, sizeof filled);
    memcpy(&filled, call,
           call_size < sizeof filled ? call_size : sizeof filled);
    if (filled.method == NULL || filled.method[0] == '\0') {
        return wrong(error, "method", " is missing");
    }
    struct bell__expected *expected =
        bell__memory_take(&fake->memory, sizeof *expected);
    if (expected == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for an expected call");
    }
    memset(expected, 0, sizeof *expected);
    bell_status status = fill(fake, expected, &filled, error);
    if (status != BELL_OK) {
        free_expected(fake, expected);
        return status;
    }
    *fake->expected_end = expected;
    fake->expected_end = &expected->next;
    return BELL_OK;
}

/* ---- What happens to everybody ------------------------------------------- */

void bell_fake_disconnect(bell_fake *fake, int32_t code, const char *reason)
{
    if (reason == NULL) {
        reason = "the fake ended the line";
    }
    for (struct bell__fake_line *line = fake->lines; line != NULL;
         line = line->next) {
        bell__fake_end(line, code, reason);
    }
    bell__fake_webs_break(fake, reason);
}

void bell_fake_offline(bell_fake *fake, bool offline)
{
    fake->offline = offline;
}

void bell_fake_refuse(bell_fake *fake, int32_t code, const char *message)
{
    fake->refusal = code;
    snprintf(fake->refusal_text, sizeof fake->refusal_text, "%s",
             message != NULL ? message : "refused");
}

void bell_fake_expire(bell_fake *fake, uint32_t seconds)
{
    fake->ttl = seconds;
}

bell_status bell_fake_fault(bell_fake *fake, const char *rule,
                            bell_error *error)
{
    bell__error_clear(error);
    return bell__mishaps_add(&fake->mishaps, bell_str(rule), error);
}

void bell_fake_seed(bell_fake *fake, uint64_t seed)
{
    fake->mishaps.seed = seed;
}

const char *bell_fake_token(const bell_fake *fake)
{
    return fake->token;
}

bell_status bell_fake_advance(bell_fake *fake, int64_t ms)
{
    bell_loop *loop = fake->maker.loop;
    int64_t end = fake->clock.now_ns + (ms > 0 ? ms : 0) * 1000000;
    bell_status status = BELL_OK;
    do {
        int64_t left = (end - fake->clock.now_ns) / 1000000;
        int bound = left > 3600000 ? 3600000 : (int)left;
        status = bell_loop_run(loop, bound);
    } while (status == BELL_OK &&
             (fake->clock.now_ns < end || loop->due != NULL));
    return status;
}

const char *bell_fake_trouble(bell_fake *fake)
{
    if (fake->trouble[0] != '\0') {
        return fake->trouble;
    }
    for (const struct bell__expected *at = fake->expected; at != NULL;
         at = at->next) {
        if (!at->always && at->left > 0) {
            snprintf(fake->missing, sizeof fake->missing,
                     "a call that never came: %.80s%s%.200s", at->method,
                     at->params != NULL ? " with " : "",
                     at->params != NULL ? at->params : "");
            return fake->missing;
        }
    }
    return NULL;
}
