/* templates.h: the words behind `bellpull templates`; for the files of that
 * command. Each gives the exit code. */
#ifndef GENERATOR_COMMANDS_TEMPLATES_H
#define GENERATOR_COMMANDS_TEMPLATES_H

#include "base/arena.h"
#include "commands/commands.h"

struct templates_options {
    const char *output; /* NULL: not said, here and below */
    const char *block;
    const char *format;
    bool quiet;
};

/* `words` are those behind `templates`: its own first. */
int templates_eject(const struct words *words,
                    const struct templates_options *options,
                    struct bell__arena *arena);
int templates_check(const struct words *words,
                    const struct templates_options *options,
                    struct bell__arena *arena);
int templates_diff(const struct words *words,
                   const struct templates_options *options,
                   struct bell__arena *arena);
int templates_model(const struct words *words,
                    const struct templates_options *options,
                    struct bell__arena *arena);

/* templates_folders.c: a sentence to stderr; gives `code`. */
int templates_tell(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The languages' folders in the one that the user named, sorted, ends with
 * NULL; NULL where it cannot be read or holds none: told, *code says why. */
const char *const *templates_folders(const struct words *words,
                                     struct bell__arena *arena, int *code);

#endif
