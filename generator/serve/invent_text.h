/* invent_text.h: scalars that keep their rules; for invent.c alone, which asks
 * whether all was added. */
#ifndef GENERATOR_SERVE_INVENT_TEXT_H
#define GENERATOR_SERVE_INVENT_TEXT_H

#include <bell/schema.h>

#include "base/buf.h"

uint64_t invent_draw(uint64_t *seed);
void invent_number(struct bell__buf *out, uint64_t value);

/* A value of a scalar kind. */
void invent_scalar(struct bell__buf *out, const bell_type *type,
                   uint64_t *seed);

/* The rule, and what another ruled type says besides. Of two patterns the
 * first is kept. */
void invent_tighten(bell_rule *rule, const bell_type *ruled);

/* The same under a rule. */
void invent_ruled(struct bell__buf *out, const bell_type *type,
                  const bell_rule *rule, uint64_t *seed);

#endif
