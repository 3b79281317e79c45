/* headers.h: headers of a program's own in the request for a WebSocket. It
 * knows no socket and no answer. */
#ifndef BELL__TRANSPORT_HEADERS_H
#define BELL__TRANSPORT_HEADERS_H

#include <bell/bell.h>

/* True where one of them cannot be sent; `text` says why, and no value: that
 * may be a secret. */
bool bell__headers_wrong(const bell_header *headers, size_t count, char *text,
                         size_t text_size);

/* Whether it can be a header's value: printable ASCII, without a space around
 * it, which a reader would drop. */
bool bell__headers_value(const char *value);

/* Whether one has this name, in any case of letters. */
bool bell__headers_have(const bell_header *headers, size_t count,
                        const char *name);

/* The bytes of the lines, each with its line break in front. */
size_t bell__headers_size(const bell_header *headers, size_t count);

/* Writes them; gives the place behind. */
char *bell__headers_put(const bell_header *headers, size_t count, char *at);

#endif
