/* stage.c: makes what a transcript plays on, and says what came otherwise. It
 * knows no line of a transcript. */
#include "transcripts.h"

#include <stdio.h>

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "protocol/channel.h"

void complain(struct stage *stage, const char *want, const char *got)
{
    if (!stage->quiet) {
        fprintf(stderr, "%s:%d: %s\n  want: %s\n  got:  %s\n", stage->file,
                stage->line, stage->name, want, got);
    }
    stage->failed = true;
}

static uint64_t draw(void *context)
{
    return ((struct stage *)context)->random;
}

static bell_status make_protocol(struct stage *stage)
{
    struct bell__centrifugo_options protocol = {
        .memory = &bell__memory_default, .token = "TOKEN", .name = "bellpull"};
    bell_status status = bell__centrifugo_make(&protocol, &stage->protocol);
    if (status != BELL_OK || !stage->channel) {
        return status;
    }
    struct bell__channel_options channel = {
        .memory = &bell__memory_default,
        .inner = stage->protocol,
        .request_channel = "rpc.requests",
        .reply_channel = "user#42",
    };
    return bell__channel_make(&channel, &stage->protocol);
}

bell_status make_session(struct stage *stage)
{
    if (make_protocol(stage) != BELL_OK) {
        return BELL_NO_MEMORY;
    }
    struct bell__session_options options = {
        .memory = &bell__memory_default,
        .protocol = stage->protocol,
        .random = draw,
        .random_context = stage,
        .reconnect_min_ms = 500,
        .reconnect_max_ms = 20000,
        .connect_deadline_ms = 5000,
        .ping_grace_ms = 10000,
        .calls_max = stage->calls_max,
        .request_bytes_max = stage->request_bytes_max,
        .queue_bytes_max = stage->queue_bytes_max,
        .renews = stage->renews,
    };
    return bell__session_make(&options, 0, &stage->session);
}
