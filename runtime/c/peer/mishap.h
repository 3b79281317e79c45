/* mishap.h: what may go wrong with an answer on demand: one table of kinds for
 * all that plays a server, and rules of it as people type them:
 *
 *     [NAME=]KIND[:ARG][@COUNT|@RATE%]
 *
 *     error:404:no such user     every call
 *     tasks.list=late:2s@3       the first three calls of this name
 *     drop@5%                    one of twenty calls, by the seed
 *
 * It knows no call, no envelope and no line. */
#ifndef BELL__PEER_MISHAP_H
#define BELL__PEER_MISHAP_H

#include <bell/bell.h>

enum bell__mishap_kind {
    BELL__MISHAP_ERROR,     /* an error is answered: `code`, `text` */
    BELL__MISHAP_CLOSE,     /* the connection is closed: `code`, `text` */
    BELL__MISHAP_LATE,      /* the answer comes in `ms` */
    BELL__MISHAP_SILENT,    /* no answer comes */
    BELL__MISHAP_DROP,      /* the connection ends without a word */
    BELL__MISHAP_DUPLICATE, /* the answer comes `count` times */
    BELL__MISHAP_REORDER,   /* the answer comes behind `count` later ones */
    BELL__MISHAP_WRONG_TYPE,
    BELL__MISHAP_UNKNOWN_VARIANT,
    BELL__MISHAP_CUT_FRAME, /* `count` bytes of the frame come, then drop; 0:
                               half of it */
    BELL__MISHAP_FREEZE,    /* nothing is said or heard for `ms` */
    BELL__MISHAP_BURST      /* answers wait until there are `count` */
};

#define BELL__MISHAP_FOREVER INT64_MAX

struct bell__mishap {
    enum bell__mishap_kind kind;
    int32_t code;
    int64_t ms;
    uint32_t count;
    bool temporary;   /* of an error: as Centrifugo's of that code */
    const char *text; /* of an error or a close; a member's name, or NULL */
};

struct bell__mishap_rule;

struct bell__mishaps {
    const bell_allocator *memory;
    struct bell__mishap_rule *rules; /* in order */
    uint64_t seed;
};

/* Allocates nothing yet. */
void bell__mishaps_open(struct bell__mishaps *mishaps,
                        const bell_allocator *memory, uint64_t seed);
void bell__mishaps_close(struct bell__mishaps *mishaps);

/* Adds a rule behind the others. BELL_INVALID: the error says what is wrong
 * with the words. */
bell_status bell__mishaps_add(struct bell__mishaps *mishaps, bell_string words,
                              bell_error *error);

/* What happens to this one: the first rule that fits, has a count left, and
 * whose rate the seed draws. NULL: nothing. A rule without a name is for calls
 * alone, not for what else has a name here (connect, refresh, ping). */
const struct bell__mishap *bell__mishaps_draw(struct bell__mishaps *mishaps,
                                              bell_string name, bool is_call);

/* Whether a rule is of that kind; a kind as people type it. */
bool bell__mishaps_have(const struct bell__mishaps *mishaps,
                        enum bell__mishap_kind kind);
const char *bell__mishap_name(enum bell__mishap_kind kind);

/* The next rule that is for a name; *rule is NULL before the first. */
bool bell__mishaps_next_name(const struct bell__mishaps *mishaps,
                             const struct bell__mishap_rule **rule,
                             bell_string *name);

/* The next of a row of numbers by a seed. */
uint64_t bell__mishap_random(uint64_t *seed);

#endif
