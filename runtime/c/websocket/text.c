/* text.c: whether bytes are text, as they come in pieces. It knows no frames.
 */
#include "websocket/websocket.h"

#include <string.h>

#include "base/utf8.h"

enum { BLOCK = 64, SEQUENCE_MAX = 4 };

/* Two words, as one vector where the machine has them. */
typedef uint64_t pair __attribute__((vector_size(16)));

static const char *skip_ascii(const char *at, const char *end)
{
    while (end - at >= BLOCK) {
        pair pairs[BLOCK / sizeof(pair)];
        memcpy(pairs, at, sizeof pairs);
        pair any = (pairs[0] | pairs[1]) | (pairs[2] | pairs[3]);
        if (((any[0] | any[1]) & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        at += BLOCK;
    }
    return at;
}

/* Whether more bytes could make a sequence of what is there: with the lowest or
 * the highest that may follow, one of them is valid where any is. */
static bool may_go_on(const char *at, size_t left)
{
    static const char fill[][SEQUENCE_MAX] = {{'\x80', '\x80', '\x80', '\x80'},
                                              {'\xBF', '\xBF', '\xBF', '\xBF'}};
    if (left >= SEQUENCE_MAX) {
        return false;
    }
    for (size_t i = 0; i < sizeof fill / sizeof fill[0]; i++) {
        char text[SEQUENCE_MAX];
        memcpy(text, fill[i], sizeof text);
        memcpy(text, at, left);
        if (bell__utf8_size(text, text + sizeof text) > left) {
            return true;
        }
    }
    return false;
}

size_t bell__websocket_text(const char *text, size_t size, bool whole)
{
    if (size == 0) {
        return 0;
    }
    const char *at = text;
    const char *end = text + size;
    while ((at = skip_ascii(at, end)) < end) {
        const char *block = end - at > BLOCK ? at + BLOCK : end;
        size_t step = 1;
        while (at < block && step != 0) {
            step = (unsigned char)*at < 0x80 ? 1 : bell__utf8_size(at, end);
            at += step;
        }
        if (step == 0) {
            break;
        }
    }
    size_t left = (size_t)(end - at);
    return left == 0 || (!whole && may_go_on(at, left)) ? (size_t)(at - text)
                                                        : SIZE_MAX;
}
