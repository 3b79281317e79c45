/* plain.h: long texts that stand for themselves. It knows no quotes' end. */
#ifndef BELL__JSON_PLAIN_H
#define BELL__JSON_PLAIN_H

#include <stddef.h>

/* After so many plain bytes more of them are likely: then a call pays. */
enum { BELL__PLAIN_LONG = 64 };

/* Copies plain bytes (bell__scan_is_plain) in blocks of sixty-four; stops at
 * the first block that has another byte in it, or has not all its bytes in
 * `size`. How many were copied. */
size_t bell__plain_copy(char *restrict to, const char *restrict from,
                        size_t size);

/* The same by what every processor has. */
size_t bell__plain_copy_narrow(char *restrict to, const char *restrict from,
                               size_t size);

#endif
