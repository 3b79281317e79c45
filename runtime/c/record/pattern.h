/* pattern.h: does a text hold a match of a compiled pattern? It knows no
 * pattern's spelling. */
#ifndef BELL__RECORD_PATTERN_H
#define BELL__RECORD_PATTERN_H

#include <bell/schema.h>

/* True where some part of the text matches. Steps in proportion to the text
 * times the pattern, about 8 kB of stack, no other memory. A byte that is not
 * UTF-8 counts as U+FFFD. Where the words make no sense: false. */
bool bell__pattern_found(const bell_pattern *pattern, bell_string text);

#endif
