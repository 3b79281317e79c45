/* invent.h: a plausible JSON value of a type, where no example has one. */
#ifndef GENERATOR_SERVE_INVENT_H
#define GENERATOR_SERVE_INVENT_H

#include <bell/schema.h>

#include "base/buf.h"

/* The same seed gives the same value. Optional fields are left out where the
 * type is deep, so recursion ends. */
bell_status invent_value(struct bell__buf *out, const bell_type *type,
                         uint64_t *seed);

#endif
