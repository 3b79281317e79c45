/* skip.h: passes over a value, checking it. It knows no reader. */
#ifndef BELL__JSON_SKIP_H
#define BELL__JSON_SKIP_H

#include "base/buf.h"
#include "json/scan.h"

/* More than any depth_max: what a skip keeps in its frame is a bit a level. */
enum { BELL__JSON_DEPTH_MAX = 1024 };

/* The fault of a value that nests deeper: this very pointer. */
extern const char bell__skip_too_deep[];

/* One value that begins at `at` (white space may stand before it) and nests at
 * most `depth` lists and maps; gives the place behind it. */
const char *bell__skip_value(const char *at, const char *end, uint32_t depth,
                             struct bell__fault *fault);

/* Where lists and maps of at least so many bytes end, by where they begin:
 * places in a text of less than 4 GiB, of values that follow one another. */
enum { BELL__NOTED_BYTES_MIN = 128 };

struct bell__noted {
    uint32_t at;
    uint32_t end;
};

struct bell__notes {
    const char *start; /* of the text */
    struct bell__buf noted;
    uint32_t open[BELL__JSON_DEPTH_MAX]; /* for a skip */
};

/* The same, and notes what lies in the value. Where memory is short less is
 * noted. */
const char *bell__skip_noting(const char *at, const char *end, uint32_t depth,
                              struct bell__notes *notes,
                              struct bell__fault *fault);

/* The place behind the list or map at `at`; NULL where it is not noted. */
const char *bell__noted_end(const struct bell__notes *notes, const char *at);

/* One of the three names of JSON: passes over `word`. */
const char *bell__skip_word(const char *at, const char *end, const char *word,
                            struct bell__fault *fault);

#endif
