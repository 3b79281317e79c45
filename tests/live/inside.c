/* inside.c: scenarios of what a callback may do: cancel, close, and not a
 * sync call. */
#include "rig.h"

enum { SLOW_MS = 1500 };

struct inside {
    struct rig *rig;
    bell_call slow;
    int slow_ended;
    bell_status slow_status;
    int echo_ended;
    bell_status echo_status;
    bell_status sync_status;
};

static void slow_ended(void *context, bell_status status,
                       const live_pause *reply, const bell_error *error)
{
    struct inside *inside = context;
    (void)reply;
    (void)error;
    inside->slow_ended++;
    inside->slow_status = status;
}

static void begin(struct inside *inside, live_echo_done done)
{
    bell_error error;
    live_pause pause = {.ms = SLOW_MS};
    live_message message = {.number = 1};
    bell_status slow = live_slow_start(inside->rig->client, &pause, slow_ended,
                                       inside, NULL, &inside->slow, &error);
    bell_status echo = live_echo_start(inside->rig->client, &message, done,
                                       inside, NULL, NULL, &error);
    if (slow != BELL_OK || echo != BELL_OK) {
        rig_say_error("start", &error);
    }
}

static void say_ends(const struct inside *inside)
{
    rig_say("echo %s %d, slow %s %d", bell_status_name(inside->echo_status),
            inside->echo_ended, bell_status_name(inside->slow_status),
            inside->slow_ended);
}

static void echo_ended(struct inside *inside, bell_status status)
{
    inside->echo_ended++;
    inside->echo_status = status;
}

static void sync_inside(void *context, bell_status status,
                        const live_message *reply, const bell_error *error)
{
    struct inside *inside = context;
    (void)reply;
    (void)error;
    echo_ended(inside, status);
    bell_error inner;
    live_message *answer = NULL;
    live_message message = {.number = 2};
    inside->sync_status =
        live_echo(inside->rig->client, &message, &answer, &inner);
    bell_free(answer);
}

void inside_sync(struct rig *rig)
{
    rig_open(rig);
    struct inside inside = {.rig = rig};
    begin(&inside, sync_inside);
    while (inside.slow_ended == 0 || inside.echo_ended == 0) {
        rig_turn(rig);
    }
    rig_say("sync %s", bell_status_name(inside.sync_status));
    say_ends(&inside);
    rig_echo(rig, "echo");
    rig_close(rig);
}

static void cancel_inside(void *context, bell_status status,
                          const live_message *reply, const bell_error *error)
{
    struct inside *inside = context;
    (void)reply;
    echo_ended(inside, status);
    bell_cancel(inside->rig->client, inside->slow);
    bell_cancel(inside->rig->client, inside->slow);
    bell_cancel(inside->rig->client, error != NULL ? error->call : 0);
}

void inside_cancel(struct rig *rig)
{
    rig_open(rig);
    struct inside inside = {.rig = rig};
    int64_t start = rig_now_ms();
    begin(&inside, cancel_inside);
    while (inside.slow_ended == 0) {
        rig_turn(rig);
    }
    /* The server's answer to the cancelled call comes meanwhile. */
    while (rig_now_ms() - start < SLOW_MS + 500) {
        rig_turn(rig);
    }
    say_ends(&inside);
    rig_echo(rig, "echo");
    rig_close(rig);
}

static void close_inside(void *context, bell_status status,
                         const live_message *reply, const bell_error *error)
{
    struct inside *inside = context;
    (void)error;
    echo_ended(inside, status);
    rig_close(inside->rig);
    rig_say("reply %s", reply != NULL && reply->number == 1 ? "lent" : "gone");
}

void inside_close(struct rig *rig)
{
    rig_open(rig);
    struct inside inside = {.rig = rig};
    begin(&inside, close_inside);
    while (inside.echo_ended == 0) {
        rig_turn(rig);
    }
    say_ends(&inside);
    rig_open(rig);
    rig_echo(rig, "echo");
    rig_close(rig);
}
