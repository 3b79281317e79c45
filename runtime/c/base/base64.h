/* base64.h: bytes as text (RFC 4648). It knows no JSON. */
#ifndef BELL__BASE_BASE64_H
#define BELL__BASE_BASE64_H

#include <bell/bell.h>

/* Bytes of the text of `size` bytes, which must be below SIZE_MAX / 2. */
static inline size_t bell__base64_size(size_t size)
{
    return (size + 2) / 3 * 4;
}

/* The standard alphabet, padded; gives the place behind. */
char *bell__base64_put(char *at, const uint8_t *bytes, size_t size);

/* Reads standard or url-safe letters, with or without padding, into `out`
 * (3 bytes for each 4 letters begun), which may be the text itself. Gives
 * NULL, or what is wrong (static words) and the place of that in *place. */
const char *bell__base64_read(bell_string text, uint8_t *out, size_t *size,
                              size_t *place);

#endif
