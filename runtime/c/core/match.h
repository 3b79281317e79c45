/* match.h: which call an answer without an id belongs to. It knows no wire: a
 * protocol tells what came, a method's table what it waits for. */
#ifndef BELL__CORE_MATCH_H
#define BELL__CORE_MATCH_H

#include "core/table.h"
#include "seam/protocol.h"

struct bell__queue;

/* The index of the call in `asked` (calls on the line that wait for such an
 * answer, in the order in which they left) that the answer is for: the oldest
 * whose method waits for its kind. An error without a kind is for the oldest,
 * if answers come in order, or for the only one. BELL__NO_SLOT: nobody's. */
uint32_t bell__match(const struct bell__table *table,
                     const struct bell__queue *asked,
                     const struct bell__event *event);

#endif
