/* invent_text.h: scalars that keep their rules; for invent.c alone. */
#ifndef GENERATOR_SERVE_INVENT_TEXT_H
#define GENERATOR_SERVE_INVENT_TEXT_H

#include <bell/schema.h>

#include "base/buf.h"

uint64_t invent_draw(uint64_t *seed);
bell_status invent_append(struct bell__buf *out, const char *text);
bell_status invent_number(struct bell__buf *out, uint64_t value);

/* A value of a scalar kind. */
bell_status invent_scalar(struct bell__buf *out, const bell_type *type,
                          uint64_t *seed);

/* The rule, and what another ruled type says besides. Of two patterns the
 * first is kept. */
void invent_tighten(bell_rule *rule, const bell_type *ruled);

/* The same under a rule. */
bell_status invent_ruled(struct bell__buf *out, const bell_type *type,
                         const bell_rule *rule, uint64_t *seed);

#endif
