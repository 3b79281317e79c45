/* places.h: servers of one service that exchanges may go to: whose turn it is,
 * and which of them rests. It knows no urls. */
#ifndef BELL__CORE_PLACES_H
#define BELL__CORE_PLACES_H

#include "core/table.h"

enum { BELL__PLACES_MAX = 64 };

/* The functions are pointers, so that a program without exchanges links none
 * of them. */
struct bell__places {
    uint32_t count;
    uint32_t turn;   /* of a call's first try */
    int64_t rest_ms; /* how long a server is passed over that failed */
    int64_t rests_until[BELL__PLACES_MAX];

    /* Where the call's next try goes: into slot->place. */
    void (*pick)(struct bell__places *places, struct bell__slot *slot,
                 int64_t now);

    /* A try there was answered, or it was not. */
    void (*heard)(struct bell__places *places, uint8_t place, bool good,
                  int64_t now);

    /* Whether there is one that has not had its try of the call. */
    bool (*are_left)(const struct bell__places *places,
                     const struct bell__slot *slot);
};

/* From 1 to BELL__PLACES_MAX of them. */
void bell__places_open(struct bell__places *places, uint32_t count,
                       int64_t rest_ms);

#endif
