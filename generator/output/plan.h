/* plan.h: what a run wants to exist: a list of {path, bytes}. Write, check and
 * tests all consume it; it knows no schema and no language. */
#ifndef GENERATOR_OUTPUT_PLAN_H
#define GENERATOR_OUTPUT_PLAN_H

#include <bell/bell.h>

#include "base/arena.h"

struct planned_file {
    bell_string path; /* relative to the output folder, '/' between parts */
    bell_string bytes;
    struct planned_file *next;
};

/* A file that the plan was made of: a schema, a user's template. */
struct plan_source {
    const char *path;
    struct plan_source *next;
};

struct plan {
    struct bell__arena *arena;
    struct planned_file *first;
    struct planned_file *last;
    size_t count;
    struct plan_source *sources; /* each once */
};

void plan_open(struct plan *plan, struct bell__arena *arena);

/* False where memory is short, or the path would leave the folder. */
bool plan_add(struct plan *plan, bell_string path, bell_string bytes);

/* Notes what the plan was made of; standard input is no file. False where
 * memory is short. */
bool plan_note_source(struct plan *plan, bell_string path);

/* The path of a planned file below the output folder; NULL where memory is
 * short. */
const char *output_path(struct bell__arena *arena, const char *folder,
                        bell_string path);

#endif
