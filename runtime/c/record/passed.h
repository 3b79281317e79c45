/* passed.h: passes over values, some of which are read later: in unions, which
 * look for their tags first, by level for level of unions in unions. Each is
 * passed over twice at most. It knows no types. */
#ifndef BELL__RECORD_PASSED_H
#define BELL__RECORD_PASSED_H

#include "base/arena.h"
#include "json/scan.h"

struct bell__passed;

/* For one text. */
struct bell__passing {
    const char *until;           /* what was passed over ends here */
    struct bell__passed *passed; /* NULL: nothing twice */
};

/* Passes over the value at `at`, or behind white space there, checking it: it
 * nests at most so deep. NULL where it is wrong. */
const char *bell__pass(struct bell__passing *passing, const char *at,
                       const char *end, uint32_t depth,
                       const struct bell__arena *arena,
                       struct bell__fault *fault);

/* Where `passed` is not NULL: frees it. */
void bell__passing_end(struct bell__passing *passing,
                       const struct bell__arena *arena);

#endif
