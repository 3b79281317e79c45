/* points.h: code points of a text. It knows no files. */
#ifndef GENERATOR_BASE_POINTS_H
#define GENERATOR_BASE_POINTS_H

#include <bell/bell.h>

/* Bytes of the code point at `text`; 0 where it is not valid UTF-8 or nothing
 * is left. `point` may be NULL. */
size_t utf8_next(const char *text, size_t size, uint32_t *point);

/* The offset of the first byte that is not valid UTF-8; text.size where all
 * is. */
size_t utf8_wrong(bell_string text);

#endif
