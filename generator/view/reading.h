/* reading.h: how lang.yaml is read, key by key. Private to the files that read
 * it. */
#ifndef GENERATOR_VIEW_READING_H
#define GENERATOR_VIEW_READING_H

#include "view/lang.h"

struct lang_reading {
    struct lang *lang;
    struct bell__arena *arena;
    struct diags *diags;
};

/* The member of that kind; NULL, and a message, where it is not there. */
const struct node *lang_want(struct lang_reading *reading,
                             const struct node *map, const char *key,
                             enum node_kind kind);

/* Every key of the map is one of `names`, which end with NULL. */
void lang_check_keys(struct lang_reading *reading, const struct node *map,
                     const char *const *names);

/* A map of scalars; those that must all be there, or any of them. */
void lang_read_scalars(struct lang_reading *reading, const struct node *map,
                       bool all, struct lang_scalar scalars[SCALAR_COUNT]);

/* choice.c: `choices`. */
void lang_read_choices(struct lang_reading *reading, const struct node *map);

#endif
