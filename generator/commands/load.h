/* load.h: the schemas that the user named, checked. It knows no
 * output. */
#ifndef GENERATOR_COMMANDS_LOAD_H
#define GENERATOR_COMMANDS_LOAD_H

#include "commands/commands.h"
#include "generate.h"

/* What becomes of a file that has types alone, for others to include. */
enum load_shared {
    LOAD_SHARED_CHECKED, /* it is in the list, as service->only_types */
    LOAD_SHARED_REFUSED  /* where it was named; else it is passed over */
};

struct load_options {
    const char *format;       /* how mistakes are told; NULL: as text */
    const char *include_root; /* NULL: the schema's own folder */
    enum load_shared shared;
};

/* Reads the inputs (without one: schemas/ *.yaml and *.yml), builds and checks
 * each, then all together. On EXIT_DONE *schemas is the list, in the order of
 * the inputs, without an error. Else the reasons are on stderr and the exit
 * code comes back. All of it lives in `arena`. */
int load_services(const struct words *inputs,
                  const struct load_options *options, struct bell__arena *arena,
                  struct schema **schemas);

#endif
