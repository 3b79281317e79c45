/* fake.h: what a fake is made of. The client knows the first member alone, so
 * that a program without fakes links none of this. */
#ifndef BELL__FAKE_FAKE_H
#define BELL__FAKE_FAKE_H

#include <bell/fake.h>

#include "base/buf.h"
#include "loop/loop.h"
#include "peer/outlet.h"
#include "seam/transport.h"

struct bell__line_maker {
    bell_loop *loop; /* where its clients live */
    bell_status (*make)(struct bell__line_maker *maker,
                        struct bell__guest *guest,
                        struct bell__transport **line);
};

/* A call that is expected. */
struct bell__expected {
    struct bell__expected *next;
    char *method;
    char *params; /* compact; NULL: any */
    char *result;
    char *message;
    char *data;
    int32_t code;
    bool temporary;
    bool never;
    bool disconnect;
    bool always;
    int64_t delay_ms;
    uint32_t left;
    uint32_t met;
};

/* One client's connection. */
struct bell__fake_line {
    struct bell__transport head; /* first */
    struct bell_fake *fake;
    struct bell__guest *client;
    struct bell__outlet outlet; /* what it will hear */
    int64_t frozen_until;       /* of the fake's clock; 0: it is not frozen */
    struct bell__fake_line *next;
    struct bell__fake_line **link;
};

struct bell_fake {
    struct bell__line_maker maker; /* first */
    struct bell__guest guest;      /* wakes lines when their time has come */
    struct bell__fed_clock clock;
    bell_allocator memory;
    struct bell__fake_line *lines;
    struct bell__expected *expected;
    struct bell__expected **expected_end;
    bool offline;
    int32_t refusal; /* of whoever connects; 0: none */
    char refusal_text[192];
    uint32_t ttl; /* seconds, told to clients; 0: none */
    char trouble[512];
    char token[512];
    char missing[320];
    struct bell__buf scratch;
    struct bell__buf spoiled;
    struct bell__mishaps mishaps;
};

/* line.c: transports of this fake. */
bell_status bell__fake_line_make(struct bell__line_maker *maker,
                                 struct bell__guest *guest,
                                 struct bell__transport **made);

/* The line hears this frame in delay_ms, or as the mishap (NULL: none) has it.
 * Where memory is short the line ends at once. */
void bell__fake_tell(struct bell__fake_line *line, int64_t delay_ms,
                     bell_string text, const struct bell__mishap *mishap);
void bell__fake_end_later(struct bell__fake_line *line, int64_t delay_ms,
                          int32_t code, bell_string reason);
void bell__fake_end(struct bell__fake_line *line, int32_t code,
                    const char *reason);
void bell__fake_turn(struct bell__guest *guest);

/* server.c: a frame of commands arrives. */
void bell__fake_take(struct bell__fake_line *line, bell_string frame);

#endif
