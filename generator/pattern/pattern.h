/* pattern.h: the text of a `pattern` as instructions for the runtime's
 * matcher. What RE2 and ECMAScript agree on: no back references, no
 * look-around; so a match takes linear time. It knows no schema. */
#ifndef GENERATOR_PATTERN_PATTERN_H
#define GENERATOR_PATTERN_PATTERN_H

#include <bell/schema.h>

#include "base/arena.h"

struct pattern_error {
    size_t offset; /* into the text, in bytes */
    const char *message;
};

/* False where the text is no pattern, with what is wrong and where. Memory
 * that is short is a message too. The pattern lies in the arena. */
bool pattern_compile(bell_string text, struct bell__arena *arena,
                     bell_pattern *pattern, struct pattern_error *error);

#endif
