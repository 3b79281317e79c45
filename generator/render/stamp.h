/* stamp.h: the named blocks of a template as text, for who copies and compares
 * them. `templates eject` marks each with a hash of what it was, so that a
 * later version can say what has changed beneath a replacement. */
#ifndef GENERATOR_RENDER_STAMP_H
#define GENERATOR_RENDER_STAMP_H

#include "base/arena.h"
#include "base/diag.h"

enum { STAMP_BYTES = 9 }; /* eight hex digits and a NUL */

struct stamped_block {
    bell_string name;
    struct place place; /* of the name */
    bell_string text;   /* the lines between `block` and `end` */
    bell_string whole;  /* these too */
    bell_string mark;   /* behind `#`; empty: none */
    const char *bar;    /* of the first line: where the name ends */
    size_t outer_count; /* how many blocks it is in */
    struct stamped_block *next;
};

/* The blocks of a text, in the order in which they begin; what is no template
 * gives what can be found. False where memory is short. */
bool stamp_blocks(const struct source *source, struct bell__arena *arena,
                  struct stamped_block **first);

/* Whether it only replaces blocks of the file beneath it. */
bool stamp_extends(const struct source *source);

/* The block of that name, or NULL. */
const struct stamped_block *stamp_find(const struct stamped_block *first,
                                       bell_string name);

/* FNV-1a over the text: tells apart what changed. */
void stamp_text(bell_string text, char stamp[STAMP_BYTES]);

/* The text with a mark behind each block's name that has none; `marks` false:
 * without any mark. Text NULL: out of memory. */
bell_string stamp_rewrite(const struct source *source, bool marks,
                          struct bell__arena *arena);

/* What a file that extends `original` makes of it, as one text. */
bell_string stamp_merge(const struct source *original,
                        const struct source *extension,
                        struct bell__arena *arena);

#endif
