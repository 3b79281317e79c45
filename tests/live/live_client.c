/* live_client.c: one scenario against a real server, told line by line.
 *
 *   LIVE_TOKEN=... [LIVE_MODE=channel] [LIVE_CA=FILE] [LIVE_OWN=FILE]
 *       [LIVE_ANSWERS=...] [LIVE_RESPONDER=USER] [LIVE_DEADLINE=MS]
 *       live_client SCENARIO URL */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scenario {
    const char *name;
    void (*run)(struct rig *rig);
};

static const struct scenario scenarios[] = {
    {"typed", calls_typed},
    {"error", calls_error},
    {"late", calls_late},
    {"many", calls_many},
    {"oversize", calls_oversize},
    {"inside_sync", inside_sync},
    {"inside_cancel", inside_cancel},
    {"inside_close", inside_close},
    {"token", ends_token},
    {"untrusted", ends_untrusted},
    {"killed", ends_killed},
    {"stopped", ends_stopped},
    {"idle", ends_idle},
    {"leave", ends_leave},
    {"paused", line_paused},
    {"full", line_full},
    {"silent", line_silent},
    {"ask", tokens_ask},
    {"keep", tokens_keep},
    {"outlive", tokens_outlive},
    {"channel_cross", channel_cross},
    {"channel_forged", channel_forged},
};

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: live_client SCENARIO URL\n");
        return 2;
    }
    struct rig rig = {.options = {.url = arguments[2],
                                  .token = getenv("LIVE_TOKEN"),
                                  .user_id = "42",
                                  .tls_ca_file = getenv("LIVE_CA"),
                                  .tls_certificate_file = getenv("LIVE_OWN"),
                                  .responder_user = getenv("LIVE_RESPONDER"),
                                  .name = "live"}};
    const char *mode = getenv("LIVE_MODE");
    const char *deadline = getenv("LIVE_DEADLINE");
    if (deadline != NULL) {
        rig.options.deadline_ms = strtol(deadline, NULL, 10);
    }
    if (mode != NULL && strcmp(mode, "channel") == 0) {
        rig.options.mode = BELL_MODE_CHANNEL;
    }
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(arguments[1], scenarios[i].name) == 0) {
            scenarios[i].run(&rig);
            return 0;
        }
    }
    fprintf(stderr, "live_client: no scenario %s\n", arguments[1]);
    return 2;
}
