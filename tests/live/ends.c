/* ends.c: scenarios where the connection ends: tokens, kills, stops. */
#include "rig.h"

enum {
    KILLED_CALLS = 1000,
    KILLED_AFTER = 100, /* replies, before the harness kills the server */
    KILLED_SLOW_MS = 20,
    KILLED_DEADLINE_MS = 60000, /* of a busy machine */
    STOPPED_DEADLINE_MS = 500,
    UNTRUSTED_DEADLINE_MS = 1000,
    DROP_MS_MAX = 30000
};

void ends_token(struct rig *rig)
{
    rig_open(rig);
    bell_error error;
    bell_connect(rig->client, 0, &error);
    rig_say_error("connect", &error);
    live_message *reply = NULL;
    live_message message = {.number = 1};
    live_echo(rig->client, &message, &reply, &error);
    rig_say_error("echo", &error);
    bell_free(reply);
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

/* Who waits hears the reason at its deadline; who does not, at once. */
void ends_untrusted(struct rig *rig)
{
    bell_error error;
    live_message *reply = NULL;
    live_message message = {.number = 1};
    bell_call_options options = {.fail_fast = true};
    rig_open(rig);
    bell_connect(rig->client, UNTRUSTED_DEADLINE_MS, &error);
    rig_say_error("connect", &error);
    live_echo_with(rig->client, &message, &options, &reply, &error);
    rig_say_error("echo", &error);
    bell_free(reply);
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

/* ---- Killed with calls in flight ------------------------------------------
 */

struct killed {
    int ended;
    struct tally *tally;
};

struct tally {
    int ended;
    int replied;
    int not_sent;
    int unknown;
};

static void killed_ended(void *context, bell_status status,
                         const live_pause *reply, const bell_error *error)
{
    struct killed *call = context;
    (void)reply;
    call->ended++;
    struct tally *tally = call->tally;
    tally->ended++;
    if (status == BELL_OK) {
        tally->replied++;
    } else if (status == BELL_DISCONNECTED) {
        tally->not_sent += error->sent == BELL_SENT_NO;
        tally->unknown += error->sent == BELL_SENT_UNKNOWN;
    } else {
        rig_say_error("slow", error);
    }
}

void ends_killed(struct rig *rig)
{
    static struct killed calls[KILLED_CALLS];
    rig_open(rig);
    rig_echo(rig, "echo");
    bell_error error;
    struct tally tally = {0};
    live_pause pause = {.ms = KILLED_SLOW_MS};
    bell_call_options options = {.deadline_ms = KILLED_DEADLINE_MS};
    for (int i = 0; i < KILLED_CALLS; i++) {
        calls[i].tally = &tally;
        if (live_slow_start(rig->client, &pause, killed_ended, &calls[i],
                            &options, NULL, &error) != BELL_OK) {
            rig_say_error("start", &error);
        }
    }
    while (tally.ended < KILLED_AFTER) {
        rig_turn(rig);
    }
    rig_say("in flight");
    while (tally.ended < KILLED_CALLS) {
        rig_turn(rig);
    }
    rig_echo(rig, "next");
    int once = 0;
    for (int i = 0; i < KILLED_CALLS; i++) {
        once += calls[i].ended == 1;
    }
    rig_say("ended once %d, sum %d", once,
            tally.replied + tally.not_sent + tally.unknown);
    rig_say("some replied %d, some unknown %d", tally.replied > 0,
            tally.unknown > 0);
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

/* ---- Stopped: alive for the kernel, silent for us --------------------------
 */

static void stopped_deadline(struct rig *rig)
{
    bell_error error;
    live_message *reply = NULL;
    live_message message = {.number = 1};
    bell_call_options options = {.deadline_ms = STOPPED_DEADLINE_MS};
    int64_t start = rig_now_ms();
    bell_status status =
        live_echo_with(rig->client, &message, &options, &reply, &error);
    int64_t elapsed = rig_now_ms() - start;
    bell_free(reply);
    rig_say("stopped %s, %s", bell_status_name(status),
            elapsed >= STOPPED_DEADLINE_MS ? "not early" : "early");
}

void ends_stopped(struct rig *rig)
{
    rig->options.ping_grace_ms = 1500;
    rig->options.connect_deadline_ms = 1000;
    rig->options.reconnect_min_ms = 100;
    rig->options.reconnect_max_ms = 300;
    rig_open(rig);
    rig_echo(rig, "echo");
    rig_wait();
    stopped_deadline(rig);
    int64_t start = rig_now_ms();
    while (bell_connected(rig->client) && rig_now_ms() - start < DROP_MS_MAX) {
        rig_turn(rig);
    }
    rig_say("%s", bell_connected(rig->client) ? "still up" : "dropped");
    rig_echo(rig, "next");
    rig_say("connected again %d", rig->connected > 1);
    rig_close(rig);
}

void ends_idle(struct rig *rig)
{
    rig_open(rig);
    rig_echo(rig, "echo");
    rig_wait();
    rig_echo(rig, "next");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}

void ends_leave(struct rig *rig)
{
    rig_open(rig);
    rig_echo(rig, "echo");
    bell_error error;
    live_leave_params params = {.code = 4001};
    live_leave(rig->client, &params, &error);
    rig_say_error("leave", &error);
    rig_echo(rig, "next");
    params.code = 4501;
    live_leave(rig->client, &params, &error);
    rig_say_error("leave", &error);
    rig_echo(rig, "next");
    rig_say("connected %d", rig->connected);
    rig_close(rig);
}
