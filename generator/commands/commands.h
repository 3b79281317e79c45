/* commands.h: what all commands share: how a program of this house ends. A
 * command is one file here: its options, the struct that they fill, and what
 * it does, exported as `const struct command NAME_command`. The rows of main.c
 * say which there are. */
#ifndef GENERATOR_COMMANDS_COMMANDS_H
#define GENERATOR_COMMANDS_COMMANDS_H

#include "options.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_SCHEMA = 1, /* a schema or template is wrong */
    EXIT_USAGE = 2,  /* what was typed is wrong */
    EXIT_FILES = 3,  /* a file cannot be read or written */
    EXIT_STALE = 4,  /* --check: the output is not what it would be */
    EXIT_OTHER = 6   /* --expect: something else was asked */
};

/* Options of more commands than one. */
#define OPTION_VERBOSE(type)                                                   \
    OPTION_FLAG(type, verbose, "verbose", "print what is done")
#define OPTION_QUIET(type)                                                     \
    OPTION_FLAG(type, quiet, "quiet", "print only errors")

#define OPTION_INCLUDE_ROOT(type)                                              \
    OPTION_TEXT(                                                               \
        type, include_root, "include-root", "DIR",                             \
        "allow includes of files below DIR (default: the schema's folder)")

/* The words of a command that takes schemas. */
#define TAKES_SCHEMAS " SCHEMA..."
#define ABOUT_SCHEMAS                                                          \
    "SCHEMA is a YAML or JSON file; - is standard input. Default: "            \
    "schemas/*.yaml.\n\n"

#endif
