/* base64url.c: base64 in the alphabet for addresses, without padding. */
#include "token/base64url.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789-_";

bell_status bell__base64url_append(struct bell__buf *out, const void *bytes,
                                   size_t size)
{
    const unsigned char *from = bytes;
    if (size > SIZE_MAX / 4) {
        return BELL_LIMIT;
    }
    bell_status status = bell__buf_reserve(out, size / 3 * 4 + 4);
    if (status != BELL_OK) {
        return status;
    }
    char *to = out->bytes + out->size;
    while (size > 0) {
        size_t count = size < 3 ? size : 3;
        uint32_t group = (uint32_t)from[0] << 16;
        group |= count > 1 ? (uint32_t)from[1] << 8 : 0;
        group |= count > 2 ? from[2] : 0;
        for (size_t i = 0; i <= count; i++) {
            *to++ = letters[group >> (18 - 6 * i) & 63];
        }
        from += count;
        size -= count;
    }
    out->size = (size_t)(to - out->bytes);
    return BELL_OK;
}
