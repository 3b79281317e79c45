/* rule.h: the constraints of a schema: does a value keep them? It knows no
 * JSON; what is wrong it says in words. */
#ifndef BELL__RECORD_RULE_H
#define BELL__RECORD_RULE_H

#include <bell/schema.h>

#include "record/pattern.h"

enum { BELL__RULE_NOTE_BYTES = 112 };

/* `type` is ruled. Whether a look at a value needs room. */
static inline bool bell__rule_is_large(const bell_type *type)
{
    const bell_pattern *pattern = type->rule->pattern;
    return pattern != NULL && bell__pattern_is_large(pattern);
}

/* `type` is ruled. False where the value breaks the rule; then `note`
 * (BELL__RULE_NOTE_BYTES) says how: "151 is more than its max 150". Also where
 * a pattern's work was too much. Room of BELL__PATTERN_ROOM_MAX bytes where it
 * is needed. */
bool bell__rule_keeps(const bell_type *type, const char *value, char *note,
                      struct bell__means *means);

#endif
