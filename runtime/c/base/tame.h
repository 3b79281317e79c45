/* tame.h: what others said, fit to be shown: one line, in order, whole
 * characters. It knows no error and no log. */
#ifndef BELL__BASE_TAME_H
#define BELL__BASE_TAME_H

#include <bell/bell.h>

/* In place: what ends a line, steers a terminal or turns the order of letters
 * becomes a space each, what is no UTF-8 a `?`, and half a character at the
 * end goes. */
void bell__tame(char *text);

/* The bytes of the first whole characters that `most` bytes hold. */
size_t bell__cut(bell_string text, size_t most);

#endif
