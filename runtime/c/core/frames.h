/* frames.h: what stands in the outbox and what has left it; for the files of
 * core/ alone. It knows no call's end. */
#ifndef BELL__CORE_FRAMES_H
#define BELL__CORE_FRAMES_H

#include "core/inside.h"

/* The outbox's frames have left it. */
void bell__frames_left(struct bell__session *session);

/* Notices that the transport took the outbox's frames. */
static inline void bell__frames_taken(struct bell__session *session)
{
    if (session->outbox.count < session->frames_shown) {
        bell__frames_left(session);
    }
}

/* The outbox as it is now is what the transport will see. */
static inline void bell__frames_show(struct bell__session *session)
{
    session->frames_shown = session->outbox.count;
}

/* The number of the outbox's last frame, counted over this line from 1. */
static inline uint64_t bell__frames_last(const struct bell__session *session)
{
    return session->frames_taken + session->outbox.count;
}

/* What to fall back to where a frame cannot be finished. */
static inline struct bell__outbox_mark
bell__frames_mark(struct bell__session *session)
{
    bell__frames_taken(session);
    struct bell__outbox_mark mark = {session->outbox.bytes.size,
                                     session->outbox.count};
    return mark;
}

void bell__frames_fall_back(struct bell__session *session,
                            struct bell__outbox_mark mark);

/* Begins a frame; `tag` of an exchange, else 0. */
static inline bell_status bell__frames_begin(struct bell__session *session,
                                             uint64_t tag)
{
    struct bell__outbox *outbox = &session->outbox;
    bell_status status = bell__outbox_begin(outbox);
    if (status == BELL_OK) {
        outbox->spans[outbox->count - 1].tag = tag;
        outbox->spans[outbox->count - 1].binary = session->ops->binary;
        session->frame_gone = 0;
    }
    return status;
}

/* Writes one frame of the session's own; `ids` of HELLO and RENEW. */
bell_status bell__frames_own(struct bell__session *session,
                             enum bell__own_command command,
                             const uint32_t *ids);

/* Throws the outbox away. */
void bell__frames_forget(struct bell__session *session);

#endif
