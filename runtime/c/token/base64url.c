/* base64url.c: base64 in the alphabet for addresses, without padding. */
#include "token/base64url.h"

#include "base/base64.h"

bell_status bell__base64url_append(struct bell__buf *out, const void *bytes,
                                   size_t size)
{
    if (size > SIZE_MAX / 4) {
        return BELL_LIMIT;
    }
    if (size == 0) {
        return BELL_OK;
    }
    bell_status status = bell__buf_reserve(out, bell__base64_size(size));
    if (status != BELL_OK) {
        return status;
    }
    char *start = out->bytes + out->size;
    char *end = bell__base64_put(start, bytes, size);
    while (end > start && end[-1] == '=') {
        end--;
    }
    for (char *at = start; at < end; at++) {
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    }
    out->size = (size_t)(end - out->bytes);
    return BELL_OK;
}
