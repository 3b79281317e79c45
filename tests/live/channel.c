/* channel.c: scenarios of channel mode: replies that are not for us. */
#include "rig.h"

#include <string.h>

enum { CROSS = 1000, SLOW_MS = 700, CROSS_MS_MAX = 30000 };

/* What one of two clients of the same user got. */
struct side {
    int64_t base; /* its numbers begin here */
    int own;
    int other;
    int failed;
};

static void crossed(void *context, bell_status status,
                    const live_message *message, const bell_error *error)
{
    struct side *side = context;
    (void)error;
    if (status != BELL_OK) {
        side->failed++;
    } else if (message->number >= side->base &&
               message->number < side->base + CROSS) {
        side->own++;
    } else {
        side->other++;
    }
}

static int ended(const struct side *side)
{
    return side->own + side->other + side->failed;
}

static void start_all(bell_client *client, struct side *side)
{
    for (int i = 0; i < CROSS; i++) {
        live_message message = {.number = side->base + i};
        bell_error error;
        if (live_echo_start(client, &message, crossed, side, NULL, NULL,
                            &error) != BELL_OK) {
            rig_say_error("start", &error);
            side->failed++;
        }
    }
}

void channel_cross(struct rig *rig)
{
    struct side left = {.base = 0};
    struct side right = {.base = CROSS};
    bell_client *other = NULL;
    bell_error error;
    rig_open(rig);
    bell_options options = rig->options;
    options.loop = bell_client_loop(rig->client);
    if (live_open(&options, &other, &error) != BELL_OK) {
        rig_say_error("open", &error);
        return;
    }
    start_all(rig->client, &left);
    start_all(other, &right);
    int64_t limit = rig_now_ms() + CROSS_MS_MAX;
    while (ended(&left) + ended(&right) < 2 * CROSS && rig_now_ms() < limit) {
        rig_turn(rig);
    }
    rig_say("own %d, own %d, other %d, failed %d", left.own, right.own,
            left.other + right.other, left.failed + right.failed);
    bell_close(other);
    rig_close(rig);
}

static void tell_refusals(void *context, const bell_record *record)
{
    (void)context;
    if (strcmp(record->event, "refused") == 0) {
        rig_say("refused: %s", record->text);
    }
}

static void slow_done(void *context, bell_status status,
                      const live_pause *pause, const bell_error *error)
{
    bool *done = context;
    *done = true;
    if (status != BELL_OK) {
        rig_say_error("slow", error);
        return;
    }
    rig_say("slow ok, ms %" PRId64, pause->ms);
}

void channel_forged(struct rig *rig)
{
    bool done = false;
    bell_error error;
    live_pause pause = {.ms = SLOW_MS};
    rig->options.log = tell_refusals;
    if (live_open(&rig->options, &rig->client, &error) != BELL_OK ||
        live_slow_start(rig->client, &pause, slow_done, &done, NULL, NULL,
                        &error) != BELL_OK) {
        rig_say_error("start", &error);
        return;
    }
    rig_say("asked");
    while (!done) {
        rig_turn(rig);
    }
    rig_close(rig);
}
