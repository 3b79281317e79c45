/* transcripts.h: what a transcript plays on. */
#ifndef TESTS_CONFORMANCE_TRANSCRIPTS_H
#define TESTS_CONFORMANCE_TRANSCRIPTS_H

#include "core/session.h"

enum {
    CALLS_MAX = 64,
    SENT_MAX = 256,
    ENDED_MAX = 128,
    NAME_MAX_BYTES = 64,
    PAYLOAD_MAX = 2048,
    LINE_MAX_BYTES = 64 * 1024
};

struct call {
    char name[NAME_MAX_BYTES];
    char wire[NAME_MAX_BYTES];
    char json[NAME_MAX_BYTES + 2];
    bell_method method;
    bell_call number;
};

struct ended {
    char name[NAME_MAX_BYTES];
    char text[PAYLOAD_MAX + 8];
};

struct stage {
    const char *file;
    int line;
    char name[128];
    bool quiet;
    bool failed;
    size_t request_bytes_max;
    size_t queue_bytes_max;
    uint32_t calls_max;
    uint64_t random;
    int64_t now;
    struct bell__protocol *protocol;
    struct bell__session *session;
    bool up;
    bool held;    /* the line takes no frames */
    bool stuck;   /* the kernel takes none */
    bool dropped; /* the session asked for it */
    int drop_code;
    bool renews;  /* a token can be renewed */
    bool channel; /* mode */
    bool due;     /* the session asked for a token */
    uint64_t taken;
    struct call calls[CALLS_MAX];
    size_t call_count;
    char *sent[SENT_MAX];
    size_t sent_count;
    size_t sent_seen;
    struct ended ended[ENDED_MAX];
    size_t ended_count;
    size_t ended_seen;
};

/* stage.c: what came is not what was wanted. */
void complain(struct stage *stage, const char *want, const char *got);

/* The session and its protocol, by the limits that were set. */
bell_status make_session(struct stage *stage);

#endif
