/* commands.h: what the program can be told to do. One file a command exports
 * `int <name>_command(const struct options *)`, which gives the exit code; the
 * table that lists them is in main.c. */
#ifndef GENERATOR_COMMANDS_COMMANDS_H
#define GENERATOR_COMMANDS_COMMANDS_H

#include "options.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_SCHEMA = 1, /* a schema or template is wrong */
    EXIT_USAGE = 2,  /* what was typed is wrong */
    EXIT_FILES = 3,  /* a file cannot be read or written */
    EXIT_STALE = 4   /* --check: the output is not what it would be */
};

struct command {
    const char *name;
    int (*run)(const struct options *options);
    const char *summary; /* one line, for --help */
    unsigned options;    /* OPTION_... */
};

int check_command(const struct options *options);
int generate_command(const struct options *options);
int generate_centrifugo_clients_command(const struct options *options);
int init_command(const struct options *options);
int serve_command(const struct options *options);
int templates_command(const struct options *options);
int token_command(const struct options *options);

#endif
