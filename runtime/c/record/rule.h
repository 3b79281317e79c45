/* rule.h: the constraints of a schema: does a value keep them? It knows no
 * JSON; what is wrong it says in words. */
#ifndef BELL__RECORD_RULE_H
#define BELL__RECORD_RULE_H

#include <bell/schema.h>

enum { BELL__RULE_NOTE_BYTES = 112 };

/* `type` is ruled. False where the value breaks the rule; then `note`
 * (BELL__RULE_NOTE_BYTES) says how: "151 is more than its max 150". */
bool bell__rule_keeps(const bell_type *type, const char *value, char *note);

#endif
