/* utf8.h: UTF-8 (RFC 3629), checked and written. It knows no JSON. */
#ifndef BELL__BASE_UTF8_H
#define BELL__BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The size of the sequence at `at`, whose first byte is 0x80 or more; 0 where
 * it is not valid (overlong, a surrogate, cut off, above U+10FFFF). */
size_t bell__utf8_size(const char *at, const char *end);

/* How many bytes from the beginning are valid: `size` where all are. A byte at
 * a time, for what is short or wrong. */
size_t bell__utf8_good(const char *text, size_t size);

/* Writes a code point; gives the place behind (at most four bytes). */
char *bell__utf8_put(char *at, uint32_t point);

#endif
