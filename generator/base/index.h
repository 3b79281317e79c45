/* index.h: things by name: a sorted list, so that no choice of names makes it
 * slow. It knows no things. */
#ifndef GENERATOR_BASE_INDEX_H
#define GENERATOR_BASE_INDEX_H

#include <bell/bell.h>

#include "base/arena.h"

struct entry {
    bell_string name;
    void *thing;  /* lent as it was given */
    size_t order; /* as it was added */
};

struct index {
    struct bell__arena *arena;
    struct entry *entries;
    size_t count;
    size_t capacity;
    bool failed; /* memory was short: something is missing */
};

void index_open(struct index *index, struct bell__arena *arena,
                size_t capacity);
void index_add(struct index *index, bell_string name, void *thing);

/* By name, and equal names in the order they were added. */
void index_sort(struct index *index);

/* After index_sort(): the first of that name, or NULL. */
void *index_find(const struct index *index, bell_string name);

#endif
