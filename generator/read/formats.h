/* formats.h: the readers, one a format. Each gives the document's tree, or NULL
 * where the text is none; `diags` says why. Private to this room. */
#ifndef GENERATOR_READ_FORMATS_H
#define GENERATOR_READ_FORMATS_H

#include "base/diag.h"
#include "tree/node.h"

const struct node *read_yaml(const struct source *source,
                             struct bell__arena *arena, struct diags *diags);
const struct node *read_json(const struct source *source,
                             struct bell__arena *arena, struct diags *diags);

#endif
