/* filters.h: what may stand behind a bar in a template. Each takes one kind of
 * value and gives one kind; none knows a language. */
#ifndef GENERATOR_RENDER_FILTERS_H
#define GENERATOR_RENDER_FILTERS_H

#include "base/buf.h"
#include "render/tree.h"

enum { FILTER_ARGUMENTS_MAX = 4 };

struct filter_call {
    bell_string text; /* the input */
    bell_string texts[FILTER_ARGUMENTS_MAX];
    int64_t numbers[FILTER_ARGUMENTS_MAX];
    size_t argument_count;
    int64_t number;        /* the output of a filter that gives a number */
    struct bell__buf *out; /* the output of one that gives text */
    struct bell__arena *arena;
};

struct filter {
    const char *name;
    const char *arguments; /* a letter each: t text, n number; upper case
                              letters may be left out */
    enum value_kind gives;
    bool (*apply)(struct filter_call *call); /* false: memory is short */
    const char *doc;
};

/* Ends with a name of NULL. Every filter takes text, or a number as text. */
extern const struct filter filters[];

const struct filter *filter_find(bell_string name);

/* align.c: the lines of `text` with their cells in columns; false where memory
 * is short, or the output too large. */
bool align_write(struct bell__buf *out, bell_string text,
                 struct bell__arena *arena);

/* fill.c: one long line, broken behind commas and lined up with the bracket
 * that is open there. */
enum { FILL_WIDTH = 80 };
bool fill_write(struct bell__buf *out, bell_string text,
                struct bell__buf *flat);

/* fold.c: one long line; what is in brackets stands on it, or each item on a
 * line of its own. */
bool fold_write(struct bell__buf *out, bell_string text,
                struct bell__buf *flat);

/* script.c: the filters `jsstr` and `jskey`. */
bool script_apply_text(struct filter_call *call);
bool script_apply_key(struct filter_call *call);

/* comment.c: the filter `comment`. */
bool comment_apply(struct filter_call *call);

#endif
