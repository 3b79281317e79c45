/* fit.h: whether a value of a schema fits its type. Private to this room. */
#ifndef GENERATOR_BIND_FIT_H
#define GENERATOR_BIND_FIT_H

#include <bell/schema.h>

#include "model/model.h"

/* Tells every part of an example that does not fit. `root` is the word that
 * paths start with. */
void fit_check(const struct node *node, const bell_type *type, const char *root,
               const struct service *service, struct diags *diags);

/* False where it does not fit: then `error` has the first mistake. The arena is
 * scratch. */
bool fit_try(const struct node *node, const bell_type *type, const char *root,
             struct bell__arena *arena, bell_error *error);

/* What the codec says, without what only bytes on a wire have: the path, where
 * the place in the schema shows it, and the number of the byte. */
bell_string fit_words(bell_error *error, bool shown);

#endif
