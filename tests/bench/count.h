/* count.h: what a program of scripts/count.sh is: rows with names. It sets one
 * up, and runs it inside count_measured(), the only function whose inside is
 * counted. It knows no counter: run by hand it only has to end well.
 *
 *   count_SUBJECT list | ROW | all */
#ifndef TESTS_BENCH_COUNT_H
#define TESTS_BENCH_COUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct count_row {
    const char *name;
    void *(*open)(const struct count_row *row);
    void (*run)(void *context, int turns);
    void (*close)(void *context);
    int turns;
    const void *what; /* the row's own */
};

static inline void count_need(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "count: failed: %s\n", what);
        exit(1);
    }
}

/* Numbers that are the same in every run. */
static inline uint64_t count_draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1;
    return *state >> 33;
}

__attribute__((noinline)) static void
count_measured(const struct count_row *row, void *context)
{
    row->run(context, row->turns);
    __asm__ volatile("" ::: "memory"); /* comes back: no tail call */
}

/* Once before it counts: what is only made once is there, and a page that is
 * touched for the first time is nobody's cost. */
static inline void count_run(const struct count_row *row)
{
    void *context = row->open(row);
    row->run(context, row->turns);
    count_measured(row, context);
    row->close(context);
}

static inline int count_main(const struct count_row *rows, size_t count,
                             int argc, char **argv)
{
    const char *asked = argc == 2 ? argv[1] : "";
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(asked, "list") == 0) {
            puts(rows[i].name);
            found = true;
        } else if (strcmp(asked, "all") == 0 ||
                   strcmp(asked, rows[i].name) == 0) {
            count_run(&rows[i]);
            found = true;
        }
    }
    if (!found) {
        fprintf(stderr, "usage: %s list | all | ROW\n", argv[0]);
    }
    return found ? 0 : 2;
}

#endif
