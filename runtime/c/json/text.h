/* text.h: what stands between quotes. It knows no values and no reader. */
#ifndef BELL__JSON_TEXT_H
#define BELL__JSON_TEXT_H

#include <bell/bell.h>

#include "json/scan.h"

/* The fault of bytes that are no UTF-8, to be known by its address. */
extern const char bell__text_not_utf8[];

/* From behind the opening quote to the closing quote (not behind it), with
 * every escape and every byte checked; NULL and *fault where it is wrong.
 * *escaped (must be set by the caller) becomes true where there are escapes. */
const char *bell__text_end(const char *at, const char *end, bool *escaped,
                           struct bell__fault *fault);

/* Unescapes checked text; `out` holds raw.size bytes. Gives the size. */
size_t bell__text_unescape(bell_string raw, char *out);

#endif
