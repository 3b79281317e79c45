/* templates.h: the words behind `bellpull templates`; for the files of that
 * command. Each gives the exit code. */
#ifndef GENERATOR_COMMANDS_TEMPLATES_H
#define GENERATOR_COMMANDS_TEMPLATES_H

#include "base/arena.h"
#include "commands/commands.h"

/* `inputs` of the options are the words behind `templates`: its own first. */
int templates_eject(const struct options *options, struct bell__arena *arena);
int templates_check(const struct options *options, struct bell__arena *arena);
int templates_diff(const struct options *options, struct bell__arena *arena);
int templates_model(const struct options *options, struct bell__arena *arena);

/* A sentence to stderr; gives `code`. */
int templates_tell(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The languages' folders in the one that the user named, sorted, ends with
 * NULL; NULL where it cannot be read or holds none: told, *code says why. */
const char *const *templates_folders(const struct options *options,
                                     struct bell__arena *arena, int *code);

#endif
