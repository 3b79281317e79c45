/* said.c: what a server says in a JSON string, as much of it as can be shown.
 */
#include "protocol/said.h"

#include <string.h>

#include "base/tame.h"
#include "json/read.h"

/* The part of a JSON string, as between the quotes, that is unescaped within
 * `most` bytes: no escape is torn, nor what two of them spell. */
static size_t whole_size(bell_string raw, size_t most)
{
    enum { POINT = 6, PAIR = 2 * POINT };
    size_t at = 0;
    while (at < raw.size && at < most) {
        size_t step = 1;
        if (raw.text[at] == '\\') {
            bool point = raw.text[at + 1] == 'u';
            bool high = point && (raw.text[at + 2] | 0x20) == 'd' &&
                        strchr("89abAB", raw.text[at + 3]) != NULL &&
                        at + PAIR <= raw.size &&
                        memcmp(raw.text + at + POINT, "\\u", 2) == 0;
            step = !point ? 2 : !high ? POINT : PAIR;
        }
        if (at + step > most) {
            break;
        }
        at += step;
    }
    return at;
}

void bell__said(bell_string raw, char *text, size_t size)
{
    char whole[1024];
    if (raw.size != 0 && memchr(raw.text, '\\', raw.size) != NULL) {
        raw.size = whole_size(raw, sizeof whole - 1);
        raw.size = bell__json_unescape(raw, whole);
        raw.text = whole;
    }
    size_t length = bell__cut(raw, size - 1);
    memcpy(text, length != 0 ? raw.text : "", length);
    text[length] = '\0';
}
