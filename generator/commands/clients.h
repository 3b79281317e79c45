/* clients.h: what the two commands that write clients share. */
#ifndef GENERATOR_COMMANDS_CLIENTS_H
#define GENERATOR_COMMANDS_CLIENTS_H

#include "commands/commands.h"
#include "model/model.h"

struct clients_options {
    const char *output;    /* NULL: not said, here and below */
    const char *templates; /* a folder */
    const char *depfile;
    const char *include_root;
    struct option_texts languages; /* folders of languages; none: every one */
    bool all;                      /* every language */
    struct option_texts sets;      /* KEY=VALUE, each */
    bool check;
    bool dry_run;
    bool clean;
    bool list;
    bool flat;
    bool verbose;
    bool quiet;
};

extern const struct option generate_table[];

/* Keeps the services that a command is about; NULL keeps all. */
typedef bool (*generate_filter)(const struct service *service);

/* Loads, renders, then writes, compares or lists, for that command. Gives the
 * exit code. */
int generate_run(const struct command *command, const struct words *words,
                 const struct clients_options *options, generate_filter filter);

#endif
