/* failure.h: what a declared error carried; for the files of client/ alone. */
#ifndef BELL__CLIENT_FAILURE_H
#define BELL__CLIENT_FAILURE_H

#include <bell/schema.h>

#include "client/reply.h"
#include "core/session.h"

/* Zeroed: none. */
struct bell__failure {
    bell_call call;
    const bell_type *type;
    const void *value;
    struct bell__reply *reply;
    const bell_http_error *http; /* NULL: it was no answer of HTTP */
    struct bell__reply *details; /* holds that */
};

/* Decodes the data of a completion that was refused, where its method declares
 * some for the code. What does not fit its type is as if none had come. What
 * else came the kind of its link keeps. */
void bell__failure_read(bell_client *client, struct bell__failure *failure,
                        const struct bell__completion *completion);

void bell__failure_move(struct bell__failure *to, struct bell__failure *from);
void bell__failure_close(struct bell__failure *failure);

#endif
