/* filters.h: what may stand behind a bar in a template. Each takes one kind of
 * value and gives one kind; none knows a language. */
#ifndef GENERATOR_RENDER_FILTERS_H
#define GENERATOR_RENDER_FILTERS_H

#include "base/buf.h"
#include "layout/layout.h"
#include "render/tree.h"

enum { FILTER_ARGUMENTS_MAX = 4 };

struct filter_call {
    bell_string text; /* the input */
    bell_string texts[FILTER_ARGUMENTS_MAX];
    int64_t numbers[FILTER_ARGUMENTS_MAX];
    size_t argument_count;
    int64_t number;        /* the output of a filter that gives a number */
    struct bell__buf *out; /* the output of one that gives text */
    const struct layout *layout;
    struct bell__arena *arena;
};

/* What a language must have said of itself for a filter to mean anything. */
enum filter_want { WANTS_NOTHING, WANTS_COMMENT, WANTS_TEXT };

struct filter {
    const char *name;
    const char *arguments; /* a letter each: t text, n number; upper case
                              letters may be left out */
    enum value_kind gives;
    bool (*apply)(struct filter_call *call); /* false: out of memory */
    const char *doc;
    enum filter_want wants;
};

/* Ends with a name of NULL. Every filter takes text, or a number as text. */
extern const struct filter filters[];

const struct filter *filter_find(bell_string name);

#endif
