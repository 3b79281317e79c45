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

/* True where some part of the text matches. Steps in proportion to the text
 * times the pattern. `room` is aligned for 64 bits; NULL where the
 * pattern is not large.
 * A byte that is not UTF-8 counts as U+FFFD. Where the words make no sense:
 * false. */
bool bell__pattern_found(const bell_pattern *pattern, bell_string text,
                         void *room);

#endif
