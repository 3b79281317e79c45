/* calls.c: scenarios where the server stays well: what calls answer. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

enum {
    BIG_BYTES = 300000,
    LATE_MS = 1200,
    LATE_DEADLINE_MS = 300,
    LATE_WAIT_MS = 2000, /* the late reply has come by then */
    PINGS = 100000,
    PINGS_WINDOW = 1000,
    MANY = 500,
    OVERSIZE_BYTES = 70000
};

static void typed_echo(struct rig *rig)
{
    bell_error error;
    live_message *reply = NULL;
    live_message message = {.number = INT64_C(9007199254740993),
                            .has_text = true,
                            .text = BELL_STR("rope \"\xc3\xa9\"\n")};
    if (live_echo(rig->client, &message, &reply, &error) != BELL_OK) {
        rig_say_error("echo", &error);
        return;
    }
    bool same =
        reply->has_text && reply->text.size == message.text.size &&
        memcmp(reply->text.text, message.text.text, message.text.size) == 0;
    rig_say("echo %" PRId64 " %s", reply->number, same ? "same" : "other");
    bell_free(reply);
}

static void typed_big(struct rig *rig)
{
    bell_error error;
    live_text *reply = NULL;
    live_big_params params = {.bytes = BIG_BYTES};
    if (live_big(rig->client, &params, &reply, &error) != BELL_OK) {
        rig_say_error("big", &error);
        return;
    }
    size_t count = 0;
    while (count < reply->text.size && reply->text.text[count] == 'x') {
        count++;
    }
    rig_say("big %zu of %zu", count, reply->text.size);
    bell_free(reply);
}

void calls_typed(struct rig *rig)
{
    rig_open(rig);
    typed_echo(rig);
    bell_error error;
    live_touch_params params = {.number = 1};
    bell_status status = live_touch(rig->client, &params, &error);
    rig_say("touch %s", bell_status_name(status));
    typed_big(rig);
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

void calls_error(struct rig *rig)
{
    rig_open(rig);
    bell_error error;
    live_fail_params fail = {.code = 1000,
                             .message = BELL_STR("no rope"),
                             .has_temporary = true,
                             .temporary = true};
    live_fail(rig->client, &fail, &error);
    rig_say_error("fail", &error);
    fail.code = 404;
    fail.has_temporary = false;
    fail.temporary = false;
    live_fail(rig->client, &fail, &error);
    rig_say_error("fail", &error);
    live_missing_params missing = {.number = 1};
    live_missing(rig->client, &missing, &error);
    rig_say_error("missing", &error);
    rig_echo(rig, "echo");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

/* ---- A reply that comes too late ------------------------------------------
 */

struct late {
    struct rig *rig;
    int ended;
    bell_status status;
    size_t pings_started;
    size_t pings_ended;
    size_t pings_failed;
};

static void late_ended(void *context, bell_status status,
                       const live_pause *reply, const bell_error *error)
{
    struct late *late = context;
    (void)reply;
    (void)error;
    late->ended++;
    late->status = status;
}

static void ping_start(struct late *late);

static void ping_ended(void *context, bell_status status,
                       const bell_error *error)
{
    struct late *late = context;
    (void)error;
    late->pings_ended++;
    late->pings_failed += status != BELL_OK;
    if (late->pings_started < PINGS) {
        ping_start(late);
    }
}

static void ping_start(struct late *late)
{
    bell_error error;
    live_ping_params params = {.number = (int64_t)late->pings_started};
    late->pings_started++;
    if (live_ping_start(late->rig->client, &params, ping_ended, late, NULL,
                        NULL, &error) != BELL_OK) {
        rig_say_error("ping", &error);
        exit(1);
    }
}

static void ping_all(struct late *late)
{
    while (late->pings_started < PINGS_WINDOW) {
        ping_start(late);
    }
    while (late->pings_ended < PINGS) {
        rig_turn(late->rig);
    }
}

void calls_late(struct rig *rig)
{
    rig_open(rig);
    rig_echo(rig, "echo");
    bell_error error;
    struct late late = {.rig = rig};
    int64_t start = rig_now_ms();
    live_pause pause = {.ms = LATE_MS};
    bell_call_options options = {.deadline_ms = LATE_DEADLINE_MS};
    live_slow_start(rig->client, &pause, late_ended, &late, &options, NULL,
                    &error);
    while (late.ended == 0) {
        rig_turn(rig);
    }
    rig_say("slow %s, %s", bell_status_name(late.status),
            rig_now_ms() - start >= LATE_DEADLINE_MS ? "not early" : "early");
    ping_all(&late);
    while (rig_now_ms() - start < LATE_WAIT_MS) {
        rig_turn(rig);
    }
    rig_say("pings %zu failed %zu", late.pings_ended, late.pings_failed);
    rig_say("slow ended %d", late.ended);
    rig_echo(rig, "echo");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

/* ---- Many calls in one turn -----------------------------------------------
 */

struct many {
    int64_t number;
    int ended;
    bool own;
    size_t *total;
};

static void many_ended(void *context, bell_status status,
                       const live_message *reply, const bell_error *error)
{
    struct many *call = context;
    (void)error;
    call->ended++;
    call->own = status == BELL_OK && reply->number == call->number;
    (*call->total)++;
}

void calls_many(struct rig *rig)
{
    static struct many calls[MANY];
    rig_open(rig);
    bell_error error;
    size_t total = 0;
    for (int i = 0; i < MANY; i++) {
        calls[i].number = 1000000 + i;
        calls[i].total = &total;
        live_message message = {.number = calls[i].number};
        if (live_echo_start(rig->client, &message, many_ended, &calls[i], NULL,
                            NULL, &error) != BELL_OK) {
            rig_say_error("start", &error);
        }
    }
    while (total < MANY) {
        rig_turn(rig);
    }
    rig_echo(rig, "echo");
    int once = 0;
    int own = 0;
    for (int i = 0; i < MANY; i++) {
        once += calls[i].ended == 1;
        own += calls[i].own;
    }
    rig_say("answered once %d, own %d", once, own);
    rig_close(rig);
}

void calls_oversize(struct rig *rig)
{
    rig_open(rig);
    rig_echo(rig, "before");
    char *text = malloc(OVERSIZE_BYTES);
    if (text == NULL) {
        return;
    }
    memset(text, 'x', OVERSIZE_BYTES);
    bell_error error;
    live_message *reply = NULL;
    live_message message = {
        .number = 1, .has_text = true, .text = {text, OVERSIZE_BYTES}};
    live_echo(rig->client, &message, &reply, &error);
    rig_say_error("oversize", &error);
    bell_free(reply);
    free(text);
    rig_echo(rig, "after");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}
