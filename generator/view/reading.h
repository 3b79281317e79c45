/* reading.h: how lang.yaml is read, key by key. Private to the files that read
 * it. */
#ifndef GENERATOR_VIEW_READING_H
#define GENERATOR_VIEW_READING_H

#include "base/nearest.h"
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

/* Which of `names`, that end with NULL, the text is; -1: none. */
int lang_find_word(bell_string text, const char *const *names);

/* " (did you mean snake?)", or "" where none of them is near. */
const char *lang_hint(bell_string text, const char *const *names,
                      char room[NEAREST_BYTES_MAX]);

/* Every key of the map is one of `names`, which end with NULL. */
void lang_check_keys(struct lang_reading *reading, const struct node *map,
                     const char *const *names);

/* A map of scalars; those that must all be there, or any of them. */
void lang_read_scalars(struct lang_reading *reading, const struct node *map,
                       bool all, struct lang_scalar scalars[SCALAR_COUNT]);

/* lang_layout.c: `layout`, which may be left out. */
void lang_read_layout(struct lang_reading *reading,
                      const struct node *document);

/* choice.c: `choices`. */
void lang_read_choices(struct lang_reading *reading, const struct node *map);

#endif
