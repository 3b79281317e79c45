/* clients.h: what the two commands that write clients share. */
#ifndef GENERATOR_COMMANDS_CLIENTS_H
#define GENERATOR_COMMANDS_CLIENTS_H

#include "commands/commands.h"
#include "model/model.h"

/* Keeps the services that a command is about; NULL keeps all. */
typedef bool (*generate_filter)(const struct service *service);

/* Loads, renders, then writes, compares or lists. Gives the exit code. */
int generate_run(const struct options *options, generate_filter filter);

#endif
