/* centrifugo_greeting.h: what a Centrifugo server says of itself and of us in
 * its answer to connect. It knows no frame. */
#ifndef BELL__PROTOCOL_CENTRIFUGO_GREETING_H
#define BELL__PROTOCOL_CENTRIFUGO_GREETING_H

#include "base/buf.h"
#include "seam/protocol.h"

/* A copy, as the frame is gone when somebody asks. Not more than the message
 * that it came in. */
struct bell__centrifugo_greeting {
    bool short_of_memory;
    struct bell__buf texts; /* each behind the other, NUL-terminated */
    struct bell__greeting said;
};

/* `answer` is an object that was read already. */
void bell__centrifugo_greeting_keep(struct bell__centrifugo_greeting *greeting,
                                    bell_string answer);

/* Forgets all, and frees it. */
void bell__centrifugo_greeting_close(
    struct bell__centrifugo_greeting *greeting);

#endif
