/* push.h: who listens to what comes unasked on a link; for the files of client/
 * alone. It knows no line. */
#ifndef BELL__CLIENT_PUSH_H
#define BELL__CLIENT_PUSH_H

#include <bell/bell.h>
#include <bell/schema.h>

struct bell__link;

/* Made by whoever listens first, so that who never does links none of it. */
struct bell__listener_ops {
    /* Items that came go to their handlers, which may close the client. */
    void (*turn)(struct bell__link *link);
    void (*free)(struct bell__link *link);
};

/* What listens to a link. `handlers` NULL: items wait to be taken. */
struct bell__listener {
    const struct bell__listener_ops *ops;
    const bell_stream *stream;
    void *handlers; /* a copy */
    size_t handlers_size;
    void *context;
    uint64_t unknown; /* items of no kind that the schema knows */
    uint64_t bad;     /* bytes that are no item */
    bool delivering;
    bool stopped; /* in a handler: it ends behind that */
};

/* stream_url.c: the line of a stream whose url has parameters. BELL_INVALID
 * where it has one already, to another url. */
bell_status bell__stream_url(struct bell__link *link, const bell_stream *stream,
                             const void *params, bell_error *error);

#endif
