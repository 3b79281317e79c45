/* line.c: scenarios where the line stands still or swallows what is sent;
 * the harness has the line. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAUSED_CALLS = 400,
    PAUSED_DEADLINE_MS = 500,    /* of every second call */
    PATIENT_DEADLINE_MS = 60000, /* of all others */
    FULL_CALLS = 400,
    FULL_BYTES = 60000, /* each: far more in all than kernels buffer */
    FULL_QUEUE_BYTES = 64 * 1024 * 1024
};

struct tally {
    int ended;
    int own;
    int deadline;
    int not_sent;
    int unknown;
};

struct call {
    int64_t number;
    int ended;
    struct tally *tally;
};

static void echo_ended(void *context, bell_status status,
                       const live_message *reply, const bell_error *error)
{
    struct call *call = context;
    struct tally *tally = call->tally;
    call->ended++;
    tally->ended++;
    if (status == BELL_OK) {
        tally->own += reply->number == call->number;
    } else if (status == BELL_DEADLINE) {
        tally->deadline++;
    } else if (status == BELL_DISCONNECTED) {
        tally->not_sent += error->sent == BELL_SENT_NO;
        tally->unknown += error->sent == BELL_SENT_UNKNOWN;
    } else {
        rig_say_error("echo", error);
    }
}

static void start(struct rig *rig, struct call *call, bell_string text,
                  int64_t deadline_ms)
{
    bell_error error;
    bell_call_options options = {.deadline_ms = deadline_ms};
    live_message message = {
        .number = call->number, .has_text = text.size != 0, .text = text};
    if (live_echo_start(rig->client, &message, echo_ended, call, &options, NULL,
                        &error) != BELL_OK) {
        rig_say_error("start", &error);
        exit(1);
    }
}

static int count_once(const struct call *calls, int count)
{
    int once = 0;
    for (int i = 0; i < count; i++) {
        once += calls[i].ended == 1;
    }
    return once;
}

void line_paused(struct rig *rig)
{
    static struct call calls[PAUSED_CALLS];
    struct tally tally = {0};
    rig_open(rig);
    rig_echo(rig, "echo");
    rig_wait();
    for (int i = 0; i < PAUSED_CALLS; i++) {
        calls[i] = (struct call){.number = i, .tally = &tally};
        start(rig, &calls[i], (bell_string){NULL, 0},
              i % 2 == 0 ? PAUSED_DEADLINE_MS : PATIENT_DEADLINE_MS);
    }
    while (tally.deadline < PAUSED_CALLS / 2) {
        rig_turn(rig);
    }
    rig_say("deadline %d, waiting %d", tally.deadline,
            PAUSED_CALLS - tally.ended);
    while (tally.ended < PAUSED_CALLS) {
        rig_turn(rig);
    }
    rig_say("own %d, deadline %d, once %d", tally.own, tally.deadline,
            count_once(calls, PAUSED_CALLS));
    rig_echo(rig, "echo");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

void line_full(struct rig *rig)
{
    static struct call calls[FULL_CALLS];
    static char text[FULL_BYTES];
    struct tally tally = {0};
    memset(text, 'x', sizeof text);
    rig->options.queue_bytes_max = FULL_QUEUE_BYTES;
    rig_open(rig);
    rig_echo(rig, "echo");
    rig_wait();
    for (int i = 0; i < FULL_CALLS; i++) {
        calls[i] = (struct call){.number = i, .tally = &tally};
        start(rig, &calls[i], (bell_string){text, sizeof text},
              PATIENT_DEADLINE_MS);
    }
    rig_turn(rig);
    rig_say("in flight");
    while (tally.ended < FULL_CALLS) {
        rig_turn(rig);
    }
    rig_say("ended once %d, sum %d, replied %d", count_once(calls, FULL_CALLS),
            tally.own + tally.not_sent + tally.unknown, tally.own);
    rig_say("some not sent %d, some unknown %d", tally.not_sent > 0,
            tally.unknown > 0);
    rig_echo(rig, "next");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

static void silent_ended(void *context, bell_status status,
                         const live_message *reply, const bell_error *error)
{
    bool *done = context;
    (void)reply;
    *done = true;
    rig_say("silent %s, %s", bell_status_name(status),
            error->sent == BELL_SENT_NO ? "not sent" : "unknown");
    rig_say("%s", error->message);
}

void line_silent(struct rig *rig)
{
    bool done = false;
    bell_error error;
    live_message message = {.number = 1};
    bell_call_options options = {.deadline_ms = PATIENT_DEADLINE_MS};
    rig_open(rig);
    rig_echo(rig, "echo");
    rig_wait();
    if (live_echo_start(rig->client, &message, silent_ended, &done, &options,
                        NULL, &error) != BELL_OK) {
        rig_say_error("start", &error);
        return;
    }
    while (!done) {
        rig_turn(rig);
    }
    rig_echo(rig, "next");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}
