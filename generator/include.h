/* include.h: the files that a schema includes. */
#ifndef GENERATOR_INCLUDE_H
#define GENERATOR_INCLUDE_H

#include "model/model.h"

/* Reads what the document includes, and what that includes, each file once;
 * in the order in which types may use each other: what is included stands
 * before who includes it. `path` is the document's; paths in it count from its
 * folder. Only plain files below `root` are read; NULL: below the document's
 * folder. What is wrong is in `diags`, with its own file and place. */
struct included *include_read(const char *path, const char *root,
                              const struct node *document,
                              struct bell__arena *arena, struct diags *diags);

#endif
