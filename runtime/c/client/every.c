/* every.c: calls at intervals, such as heartbeats: a beat starts one, and none
 * is started while the last is under way. It knows no method. */
#include "client/every.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/client.h"
#include "client/pump.h"
#include "client/started.h"

/* Longer than any program runs: sums of times do not overflow. */
#define INTERVAL_MAX_MS (INT64_MAX / 4)

struct bell_every {
    bell_client *client;
    bell_every *next;
    bell_every **link;
    int64_t interval_ms;
    int64_t due; /* of the next beat */
    bell_beat beat;
    void *context;
    bell_call call; /* that the last beat started; 0: none */
    bool beating;
    bool stopped;
};

static void forget(bell_every *every)
{
    *every->link = every->next;
    if (every->next != NULL) {
        every->next->link = every->link;
    }
    bell__memory_free(&every->client->memory, every, sizeof *every);
}

/* Beats that were missed are not made up for. */
static void beat_now(bell_every *every)
{
    bell_client *client = every->client;
    int64_t late = client->loop->now - every->due;
    every->due += every->interval_ms * (1 + late / every->interval_ms);
    if (bell__started_waits(client, every->call)) {
        return;
    }
    every->beating = true;
    bell__loop_hold(client->loop);
    every->call = every->beat(every->context, client);
    bell__loop_let_go(client->loop);
    every->beating = false;
    if (every->stopped) {
        bell_cancel(client, every->call);
        forget(every);
    }
}

static void every_turn(bell_client *client)
{
    bell_every *at = client->everys;
    while (at != NULL && !client->closed) {
        if (at->due > client->loop->now) {
            at = at->next;
        } else if (bell__pump_others(client)) {
            bell__pump_owe(client);
            return;
        } else {
            beat_now(at);
            at = client->everys; /* it may have stopped any of them */
        }
    }
}

static int64_t every_deadline(const bell_client *client)
{
    int64_t earliest = INT64_MAX;
    if (bell__pump_others(client)) {
        return earliest;
    }
    for (const bell_every *at = client->everys; at != NULL; at = at->next) {
        earliest = at->due < earliest ? at->due : earliest;
    }
    return earliest;
}

static void every_free(bell_client *client)
{
    while (client->everys != NULL) {
        forget(client->everys);
    }
}

static const struct bell__every_ops ops = {every_turn, every_deadline,
                                           every_free};

static bell_status refuse(const bell_client *client, bell_status status,
                          bell_error *error, const char *words)
{
    bell_error trouble;
    bell__error_set(&trouble, status, BELL_ORIGIN_LOCAL, "%s", words);
    bell__client_tell(client, error, &trouble);
    return status;
}

bell_status bell_every_start(bell_client *client, int64_t interval_ms,
                             bell_beat beat, void *context, bell_every **every,
                             bell_error *error)
{
    if (every != NULL) {
        *every = NULL;
    }
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell__client_clear(client, error);
    if (bell__loop_is_others(client->loop)) {
        return bell__client_refuse_thread(client, error);
    }
    if (client->closed) {
        return refuse(client, BELL_CLOSED, error, "the client is closed");
    }
    if (beat == NULL || interval_ms <= 0) {
        return refuse(client, BELL_INVALID, error,
                      beat == NULL ? "every: a function is needed"
                                   : "every: the interval must be positive");
    }
    bell_every *made = bell__memory_take(&client->memory, sizeof *made);
    if (made == NULL) {
        return refuse(client, BELL_NO_MEMORY, error, "out of memory");
    }
    memset(made, 0, sizeof *made);
    if (!bell__loop_held(client->loop)) {
        bell__loop_clock(client->loop);
    }
    made->client = client;
    made->interval_ms =
        interval_ms < INTERVAL_MAX_MS ? interval_ms : INTERVAL_MAX_MS;
    made->due = client->loop->now;
    made->beat = beat;
    made->context = context;
    made->next = client->everys;
    made->link = &client->everys;
    if (made->next != NULL) {
        made->next->link = &made->next;
    }
    client->everys = made;
    client->every_ops = &ops;
    bell__loop_due(client->loop, &client->guest);
    if (every != NULL) {
        *every = made;
    }
    return BELL_OK;
}

void bell_every_stop(bell_every *every)
{
    if (every == NULL || bell__loop_is_others(every->client->loop)) {
        return;
    }
    if (every->beating) {
        every->stopped = true;
        return;
    }
    bell_cancel(every->client, every->call);
    forget(every);
}
