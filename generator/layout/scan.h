/* scan.h: one long line as brackets, items and texts in quotes: where they
 * begin and end. It writes nothing. Private to this room. */
#ifndef GENERATOR_LAYOUT_SCAN_H
#define GENERATOR_LAYOUT_SCAN_H

#include "layout/layout.h"

enum { SCAN_BEHIND = 3 }; /* bytes behind the text that may be looked at */

struct line {
    const char *text; /* SCAN_BEHIND zeros follow it */
    const struct fold_style *style;
};

/* A part of the text: [start, end). */
struct part {
    size_t start;
    size_t end;
};

/* The lines of a text as one; gives its size, which is not larger. */
size_t scan_flatten(bell_string text, char *flat,
                    const struct fold_style *style);

/* Whether every bracket is closed, by its own order. The others want that. */
bool scan_in_order(const struct line *line, size_t size);

bool scan_is_open(const struct line *line, size_t at);

/* Behind whatever begins at `at`: a bracket with all that is in it, a text in
 * quotes, or one byte. */
size_t scan_one(const struct line *line, size_t at, size_t end);

/* The place of `mark`, three bytes outside of brackets and quotes; `end` where
 * there is none. */
size_t scan_mark(const struct line *line, size_t at, size_t end,
                 const char *mark);

struct part scan_trim(const struct line *line, struct part part);

/* The next item of a list, up to its comma, and where the one behind that
 * begins; members of types have another mark. */
struct part scan_item(const struct line *line, size_t at, size_t end);
size_t scan_next(const struct line *line, size_t at, size_t end);

/* Columns of a part. */
size_t scan_width(const struct line *line, struct part part);

/* The columns from `at` up to where the line may be broken next: behind the
 * next bracket that holds something, else the end and what is behind that.
 * What is wider than `width` is not measured. */
size_t scan_width_behind(const struct line *line, size_t at, size_t end,
                         size_t behind, size_t width);

/* The columns from `at` up to an angle that may be broken, else to the end. */
size_t scan_width_to_angle(const struct line *line, size_t at, size_t end);

/* More than one number. */
bool scan_are_numbers(const struct line *line, struct part inside);

/* Whether a bracket is a list of more than one object, each with more than one
 * member; whether one of the part is. */
bool scan_is_table(const struct line *line, struct part list);
bool scan_holds_table(const struct line *line, struct part part);

/* One plain type in angles has no place to be broken at. */
bool scan_is_firm(const struct line *line, struct part part);

/* Types that are met in brackets: `(A & B)`. */
bool scan_is_meet(const struct line *line, struct part part);

/* `key: "text"` where the text ends the part: the place behind the colon, or
 * 0. */
size_t scan_text(const struct line *line, struct part part);

/* The first bar between types, and where the types begin; false where there is
 * none, or a function's brackets stand before it. */
bool scan_bars(const struct line *line, struct part part, size_t *start);

#endif
