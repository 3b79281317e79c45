/* diag.h: messages with places, collected over a run. It knows no schema. */
#ifndef GENERATOR_BASE_DIAG_H
#define GENERATOR_BASE_DIAG_H

#include <bell/bell.h>

#include "base/arena.h"

/* Shown of a run, and kept at all: what is beyond is only counted. */
enum { DIAG_SHOWN_MAX = 20, DIAG_KEPT_MAX = 1000 };

/* Where in a document something lies, from the inside out; printed as
 * "types.Task.fields.id" or "rpc.list.examples[0]". */
struct trail {
    const struct trail *up; /* NULL: this is the document */
    bell_string part;       /* the key; text NULL: an item of a list */
    size_t index;           /* of the item, from 0 */
};

/* A place in a source. line and column count from 1, columns in code points;
 * line 0: the file as a whole. `trail` NULL: no path is known. */
struct place {
    const struct source *source; /* NULL: nowhere */
    uint32_t line;
    uint32_t column;
    const struct trail *trail;
};

/* One file's text, as read; kept for showing lines under carets. */
struct source {
    bell_string name; /* as the user named it; "<stdin>" for - */
    bell_string text;
};

struct diag {
    const char *code; /* "E014": stable, documented in docs/errors.md */
    struct place place;
    bell_string message;     /* what is wrong (did you mean ...) */
    struct place second;     /* source NULL: none */
    bell_string second_text; /* "first defined here" */
    struct diag *next;
};

struct diags {
    struct bell__arena *arena;
    struct diag *first;
    struct diag *last;
    size_t count;
};

void diags_open(struct diags *diags, struct bell__arena *arena);

/* Adds a message; gives it, so that a second place can be set. NULL where it
 * was only counted: there are too many, or memory is short; or where the same
 * was said of the same place, as of a value that aliases repeat. */
struct diag *diag_add(struct diags *diags, const char *code, struct place place,
                      const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether this place has earned this code already. */
bool diags_have(const struct diags *diags, const char *code,
                struct place place);

/* NULL `diag` is fine. `text` is a literal. */
void diag_second(struct diags *diags, struct diag *diag, struct place place,
                 const char *text);

/* The trail as text, cut where it is too long. Gives `room`. */
enum { TRAIL_BYTES_MAX = 256 };
const char *trail_text(const struct trail *trail, char room[TRAIL_BYTES_MAX]);

#endif
