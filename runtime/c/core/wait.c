/* wait.c: how long to wait before a try after others that failed. It knows no
 * clock. */
#include "core/inside.h"

enum { STEP_MAX = 31 };

/* Full jitter: min + a random part of min * 2^step, at most max. */
int64_t bell__wait(struct bell__session *session, uint32_t failed)
{
    const struct bell__session_options *options = &session->options;
    uint32_t step = failed < STEP_MAX ? failed : STEP_MAX;
    int64_t span = options->reconnect_max_ms;
    if (options->reconnect_min_ms < (options->reconnect_max_ms >> step)) {
        span = options->reconnect_min_ms << step;
    }
    uint64_t random = options->random(options->random_context);
    int64_t wait =
        options->reconnect_min_ms + (int64_t)(random % ((uint64_t)span + 1));
    return wait < options->reconnect_max_ms ? wait : options->reconnect_max_ms;
}
