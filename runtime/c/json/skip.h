/* skip.h: passes over a value, checking it. It knows no reader. */
#ifndef BELL__JSON_SKIP_H
#define BELL__JSON_SKIP_H

#include "json/scan.h"

/* More than any depth_max: what a skip keeps in its frame is a bit a level. */
enum { BELL__JSON_DEPTH_MAX = 1024 };

/* The fault of a value that nests deeper: this very pointer. */
extern const char bell__skip_too_deep[];

/* One value that begins at `at` (white space may stand before it) and nests at
 * most `depth` lists and maps; gives the place behind it. */
const char *bell__skip_value(const char *at, const char *end, uint32_t depth,
                             struct bell__fault *fault);

/* One of the three names of JSON: passes over `word`. */
const char *bell__skip_word(const char *at, const char *end, const char *word,
                            struct bell__fault *fault);

#endif
