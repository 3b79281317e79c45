/* outlet.h: messages on their way to one client, each with its time, and what
 * goes wrong with it: late, twice, behind others, never. It knows no bytes of a
 * protocol, no socket and no clock. */
#ifndef BELL__PEER_OUTLET_H
#define BELL__PEER_OUTLET_H

#include <bell/bell.h>

#include "peer/mishap.h"

#define BELL__OUTLET_NEVER INT64_MAX

enum bell__parcel_kind {
    BELL__PARCEL_MESSAGE,
    BELL__PARCEL_CUT,   /* `count` bytes of the message's frame, then the end */
    BELL__PARCEL_CLOSE, /* the end, with `code` and the text as its reason */
    BELL__PARCEL_DROP,  /* the end without a word */
    BELL__PARCEL_FREEZE /* nothing is said or heard for `ms` */
};

struct bell__parcel {
    struct bell__parcel *next;
    enum bell__parcel_kind kind;
    int64_t at; /* when it is due */
    int64_t ms;
    uint32_t count;  /* PARCEL_CUT; 0: half */
    uint32_t behind; /* so many messages come before it; 0: it waits for none */
    bool gathers;    /* it waits for others like it */
    int32_t code;
    size_t size;
    char text[]; /* and a NUL */
};

/* What is put last comes last, where both are due at once. */
struct bell__outlet {
    const bell_allocator *memory;
    struct bell__parcel *first; /* by time, then in order */
    struct bell__parcel *last;
    struct bell__parcel *lent;
    size_t bytes; /* of all that waits */
    uint32_t gathered;
    uint32_t held; /* that wait for others to pass */
};

void bell__outlet_open(struct bell__outlet *outlet,
                       const bell_allocator *memory);
void bell__outlet_close(struct bell__outlet *outlet); /* forgets all of it */

/* The mishap, where there is one, says when and how often it comes; an error
 * and what is done to a value are not its business. BELL_NO_MEMORY: it never
 * comes. */
bell_status bell__outlet_put(struct bell__outlet *outlet, int64_t now,
                             bell_string text,
                             const struct bell__mishap *mishap);

/* An end; `kind` is CLOSE or DROP. */
bell_status bell__outlet_end(struct bell__outlet *outlet, int64_t at,
                             enum bell__parcel_kind kind, int32_t code,
                             bell_string reason);

/* What is due, lent until the next call; NULL: nothing is. */
const struct bell__parcel *bell__outlet_next(struct bell__outlet *outlet,
                                             int64_t now);

/* When something is due. */
int64_t bell__outlet_due(const struct bell__outlet *outlet);

#endif
