/* pattern.h: does a text hold a match of a compiled pattern? It knows no
 * pattern's spelling. */
#ifndef BELL__RECORD_PATTERN_H
#define BELL__RECORD_PATTERN_H

#include <bell/schema.h>

/* Working memory that a search in a large pattern needs from its caller; one
 * in any other makes do with 1.5 kB of stack. */
enum { BELL__PATTERN_ROOM_MAX = 9 * 1024, BELL__PATTERN_SMALL_MAX = 1024 };

static inline bool bell__pattern_is_large(const bell_pattern *pattern)
{
    return pattern->count > BELL__PATTERN_SMALL_MAX;
}

/* What a search may use. */
struct bell__means {
    void *room;   /* aligned for 64 bits; NULL where the pattern is not large */
    int64_t left; /* the work that may be done still; below 0: there was too
                     much of it */
};

/* True where some part of the text matches. Work in proportion to the text
 * times the pattern; where there is too much of it: false. A byte that is not
 * UTF-8 counts as U+FFFD. Where the words make no sense: false. */
bool bell__pattern_found(const bell_pattern *pattern, bell_string text,
                         struct bell__means *means);

#endif
