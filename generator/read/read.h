/* read.h: text to node, with line and column of everything. YAML 1.2 core by
 * libyaml's events, JSON by the runtime's pull reader. It knows no schema. */
#ifndef GENERATOR_READ_READ_H
#define GENERATOR_READ_READ_H

#include "base/diag.h"
#include "tree/node.h"

/* By the source's name: `.json` is JSON, everything else YAML. NULL where the
 * text is no document at all; `diags` says why. */
const struct node *read_source(const struct source *source,
                               struct bell__arena *arena, struct diags *diags);

#endif
