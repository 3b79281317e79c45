/* seen.h: which of a record's fields came, and what stands for the others. */
#ifndef BELL__RECORD_SEEN_H
#define BELL__RECORD_SEEN_H

#include "record/decode.h"

/* Which fields came: all below `ordered`, and of the others a bit each. Where
 * the sender keeps the declared order the bits are not looked at. */
struct bell__seen {
    uint32_t ordered;
    bool marked;
    uint64_t few; /* where there are at most 64 fields */
    uint64_t *many;
};

/* A field that came out of order, or behind one that was left out. */
bool bell__seen_mark(struct bell__decoder *decoder, const char *at,
                     const bell_type *type, struct bell__seen *seen,
                     uint32_t index);

/* Puts the defaults where nothing came. Gives `at`; NULL where a field that
 * must be there is not. */
const char *bell__seen_fill(struct bell__decoder *decoder, const char *at,
                            const bell_type *type, char *out,
                            const struct bell__seen *seen);

#endif
