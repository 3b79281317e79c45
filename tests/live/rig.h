/* rig.h: what each scenario of live_client.c starts from: a client of the
 * service `live`, a word to the harness and a word back. */
#ifndef TESTS_LIVE_RIG_H
#define TESTS_LIVE_RIG_H

#include <live.h>

#include <bell/bell.h>
#include <inttypes.h>
#include <stdint.h>

struct rig {
    bell_options options;
    bell_client *client;
    int connected; /* how often the log said so */
};

/* Opens rig->client, or says why not and ends the program. */
void rig_open(struct rig *rig);
void rig_close(struct rig *rig);

/* One line for the harness, at once. */
void rig_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "what: status=refused origin=2 code=1000 temporary=1 message=no rope" */
void rig_say_error(const char *what, const bell_error *error);

/* Waits until the harness says to go on. */
void rig_wait(void);

int64_t rig_now_ms(void);

/* One turn of the client's loop. */
void rig_turn(struct rig *rig);

/* A sync echo with a deadline of 30 s: says "NAME ok", or the error. */
void rig_echo(struct rig *rig, const char *name);

/* The scenarios. */
void calls_typed(struct rig *rig);
void calls_error(struct rig *rig);
void calls_late(struct rig *rig);
void calls_many(struct rig *rig);
void calls_oversize(struct rig *rig);
void inside_sync(struct rig *rig);
void inside_cancel(struct rig *rig);
void inside_close(struct rig *rig);
void ends_token(struct rig *rig);
void ends_untrusted(struct rig *rig);
void ends_killed(struct rig *rig);
void ends_stopped(struct rig *rig);
void ends_idle(struct rig *rig);
void ends_leave(struct rig *rig);
void line_paused(struct rig *rig);
void line_full(struct rig *rig);
void line_silent(struct rig *rig);
void tokens_ask(struct rig *rig);
void tokens_keep(struct rig *rig);
void tokens_outlive(struct rig *rig);
void channel_cross(struct rig *rig);
void channel_forged(struct rig *rig);

#endif
