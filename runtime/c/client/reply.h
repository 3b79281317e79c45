/* reply.h: a decoded reply: its value and all that the value points to, found
 * again from the value's address. It knows no types and no calls.
 *
 * A sync call's reply: open, decode, give: one allocation as a rule.
 * A callback's reply: the client keeps one struct bell__reply * for all of
 * them: open (reuses it), decode, lend, the callback, take_back. No
 * allocation unless the reply is large or was kept. */
#ifndef BELL__CLIENT_REPLY_H
#define BELL__CLIENT_REPLY_H

#include <bell/bell.h>

#include "base/arena.h"

struct bell__reply;

/* Room for a value of `size` bytes (not zeroed, aligned for any type). *reply
 * is NULL or a spare one, whose content goes; `hint` says about how many bytes
 * will be taken beside the value (the JSON's size is a good one). `limit` is
 * of all bytes, 0: none. NULL where memory is short or the limit is met
 * (*limited, may be NULL, tells which); then *reply is NULL or still a spare.
 * The allocator is copied: a reply may outlive its client. */
void *bell__reply_open(struct bell__reply **reply, const bell_allocator *memory,
                       size_t limit, size_t size, size_t hint, bool *limited);

/* What the value points to is taken from here. */
struct bell__arena *bell__reply_arena(struct bell__reply *reply);

/* The user's from now on, until bell_free(): gives the value; *reply is
 * NULL. */
void *bell__reply_give(struct bell__reply **reply);

/* Lends the value to a callback: bell_keep() may take it over. */
const void *bell__reply_lend(struct bell__reply *reply);

/* Behind the callback: *reply is a spare again, or NULL where it was kept. */
void bell__reply_take_back(struct bell__reply **reply);

/* Frees a reply that the user does not have. *reply may be NULL, and is. */
void bell__reply_close(struct bell__reply **reply);

#endif
