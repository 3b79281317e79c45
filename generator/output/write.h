/* write.h: brings a plan to a folder, or says how the folder differs. */
#ifndef GENERATOR_OUTPUT_WRITE_H
#define GENERATOR_OUTPUT_WRITE_H

#include <stdio.h>

#include "base/file.h"
#include "output/plan.h"

enum output_mode {
    OUTPUT_WRITE,
    OUTPUT_CHECK,  /* unified diffs of what is stale */
    OUTPUT_DRY_RUN /* one line for each file that would be touched */
};

struct output_options {
    const char *folder;
    enum output_mode mode;
    bool clean;   /* what is planned no more goes; see clean_output() */
    bool verbose; /* writing: names each file */
    bool quiet;
    FILE *out;
};

struct output_counts {
    size_t created;
    size_t changed;
    size_t same;
    size_t removed; /* or would be */
};

/* False where a file could not be read or written: a sentence is on stderr.
 * Files that were written before stay; none is ever half written. Nothing is
 * written through a link below the folder. */
bool output_plan(const struct plan *plan, const struct output_options *options,
                 struct output_counts *counts);

/* clean.c: removes generated files that are planned no more, or only names
 * them, as the mode says. Generated is what starts with our banner; of others,
 * and of links, nothing is touched. Looked through are the folders that the
 * plan's paths start with, and of files right in the output folder those that
 * end as a planned one does. `root` is the output folder. */
bool clean_output(int root, const struct plan *plan,
                  const struct output_options *options, size_t *removed,
                  char wrong[FILE_WRONG_MAX]);

/* diff.c: a unified diff of two texts; nothing where they are equal. False
 * where memory is short. */
bool diff_print(FILE *out, bell_string path, bell_string before,
                bell_string after, struct bell__arena *arena);

/* The same between two things that have names of their own. */
bool diff_print_between(FILE *out, const char *before_name,
                        const char *after_name, bell_string before,
                        bell_string after, struct bell__arena *arena);

#endif
