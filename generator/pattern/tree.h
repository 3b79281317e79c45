/* tree.h: a pattern between its text and its instructions; for the files of
 * this room alone. */
#ifndef GENERATOR_PATTERN_TREE_H
#define GENERATOR_PATTERN_TREE_H

#include "pattern/pattern.h"

enum piece_kind {
    PIECE_EMPTY,
    PIECE_POINT,
    PIECE_CLASS,
    PIECE_BEGIN,
    PIECE_END,
    PIECE_EDGE,
    PIECE_INSIDE,
    PIECE_BOTH,   /* left, then right */
    PIECE_EITHER, /* left or right */
    PIECE_REPEAT  /* left, min to max times */
};

enum { REPEAT_MAX = 1000, REPEAT_ENDLESS = -1 };

struct range {
    uint32_t first;
    uint32_t last;
    struct range *next;
};

struct piece {
    enum piece_kind kind;
    uint32_t point;
    struct range *ranges; /* class: ascending, apart from each other */
    struct piece *left;
    struct piece *right;
    int min;
    int max;
};

/* classes.c: sets of code points. */
struct range *range_make(struct bell__arena *arena, uint32_t first,
                         uint32_t last);
struct range *ranges_sort(struct range *ranges);
struct range *ranges_invert(struct bell__arena *arena, struct range *sorted);

/* `d`, `w`, `s` and their opposites `D`, `W`, `S`, unsorted; NULL for another
 * letter, and where memory is short. */
struct range *ranges_named(struct bell__arena *arena, char letter);

/* parse.c. NULL with *error set. */
struct piece *pattern_parse(bell_string text, struct bell__arena *arena,
                            struct pattern_error *error);

#endif
