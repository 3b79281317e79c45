/* diag.h: messages with places, collected over a run. It knows no schema. */
#ifndef GENERATOR_BASE_DIAG_H
#define GENERATOR_BASE_DIAG_H

#include <bell/bell.h>

#include "base/arena.h"

enum { DIAG_SHOWN_MAX = 20 };

/* A place in a source. line and column count from 1, columns in code points;
 * line 0: the file as a whole. `path` is where in the document it lies
 * ("types.TaskStatsParams.fields.user_id"), or empty. */
struct place {
    const struct source *source;
    uint32_t line;
    uint32_t column;
    bell_string path;
};

/* One file's text, as read; kept for showing lines under carets. */
struct source {
    bell_string name; /* as the user named it; "<stdin>" for - */
    bell_string text;
};

struct diag {
    const char *code; /* "E014": stable, documented in docs/errors.md */
    struct place place;
    bell_string message; /* what is wrong (did you mean ...) */
    struct place second; /* source NULL: none */
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

/* Adds a message; gives it, so that a second place can be set. */
struct diag *diag_add(struct diags *diags, const char *code,
                      struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void diag_second(struct diags *diags, struct diag *diag, struct place place,
                 const char *text);

#endif
