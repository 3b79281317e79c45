/* layout.h: how text is laid out: long lines folded or filled, cells in
 * columns, words as comments, texts in quotes. What differs from language to
 * language is in the structs here, which lang.yaml fills; the code knows no
 * language.
 *
 * Every function appends to `out` and gives false where memory is short or the
 * output is too large. No text is NULL: an empty one is "". */
#ifndef GENERATOR_LAYOUT_LAYOUT_H
#define GENERATOR_LAYOUT_LAYOUT_H

#include <bell/bell.h>

#include "base/arena.h"
#include "base/buf.h"

enum { LAYOUT_WIDTH = 80 }; /* where nothing is said */

/* What makes words a comment. */
struct comment_style {
    bell_string first; /* before the first line, with its space; empty: the
                          language has not said */
    bell_string next;  /* before each further line */
    bell_string last;  /* behind the last line */
    const bell_string *apart; /* what must not stand in a comment: its first
                                 byte is put apart */
    size_t apart_count;
};

/* How a byte is spelled that cannot stand in quotes as it is. */
enum quote_escape {
    QUOTE_UNSAID,
    QUOTE_OCTAL,  /* \303\251 */
    QUOTE_HEX,    /* \xc3\xa9 */
    QUOTE_UNITS,  /* \u00e9, of UTF-16 */
    QUOTE_POINTS, /* \xe9, \u20ac, \U0001f514 */
    QUOTE_RAW     /* as it is, but for control characters: JSON */
};

struct quote_style {
    enum quote_escape escapes;
    bool single;       /* single quotes where they need fewer escapes */
    bool trigraphs;    /* `??` means something else */
    bell_string names; /* what is a letter in a name beside letters */
};

/* What is done with a bracket that does not fit. */
struct fold_style {
    int64_t step;  /* columns of an indent */
    bool angles;   /* a `<` behind a name is a bracket */
    bool bars;     /* types between ` | ` stand below each other, members of
                      types end with `;`, types that meet end with ` &` */
    bool numbers;  /* numbers share lines */
    bool tables;   /* a list of objects stands on more lines than one even
                      where it would fit */
    bool texts;    /* a text stands below its key */
    bool padded;   /* a brace has a space inside */
    bool together; /* items share one line where they fit there */
};

struct fill_style {
    int64_t hang;          /* columns to the right of a bracket that hangs */
    bell_string continued; /* behind a line that goes on outside of brackets */
};

/* A language's manners. */
struct layout {
    int64_t width; /* columns of a line */
    struct comment_style comment;
    struct quote_style text;
    struct fold_style fold;
    struct fill_style fill;
};

/* Those of a language that has not said: no comments, no quotes. */
extern const struct layout layout_unsaid;

/* One long line; what is in brackets stands on it, or on lines of its own.
 * `flat` is room to work in, here and below. */
bool fold_write(struct bell__buf *out, bell_string text, struct bell__buf *flat,
                const struct layout *layout);

/* One long line, broken behind commas and lined up with the bracket that is
 * open there. */
bool fill_write(struct bell__buf *out, bell_string text, struct bell__buf *flat,
                const struct layout *layout);

/* Lines of cells, in columns. */
bool align_write(struct bell__buf *out, bell_string text,
                 struct bell__arena *arena);

/* A comment that nothing in the text can end or lead astray. */
bool comment_write(struct bell__buf *out, bell_string text,
                   const struct comment_style *style, int64_t width);

/* The text in quotes. */
bool quote_write(struct bell__buf *out, bell_string text,
                 const struct quote_style *style);

/* A key: in quotes where it is no name. */
bool quote_write_key(struct bell__buf *out, bell_string text,
                     const struct quote_style *style);

#endif
