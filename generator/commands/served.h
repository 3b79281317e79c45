/* served.h: what `serve` answers from: schemas and a script, read, and read
 * again where they have changed. It knows no server. */
#ifndef GENERATOR_COMMANDS_SERVED_H
#define GENERATOR_COMMANDS_SERVED_H

#include "commands/load.h"
#include "serve/answer.h"

struct served {
    const struct words *words; /* as in load_services() */
    const char *include_root;
    const char *script;            /* a file; NULL: none */
    const struct answers_ban *ban; /* of the script's faults */
    uint64_t seed;
    bool rpc_alone; /* endpoints are not served */
    bool quiet;

    struct bell__arena arena; /* of all that was read */
    struct schema *schemas;
    struct answers *answers;
    uint64_t stamp; /* of the files, when they were read */
};

/* Reads it; the members of the first part are set. An exit code; the reasons
 * are on stderr. */
int served_open(struct served *served);
void served_close(struct served *served);

/* Reads it again. Where something is wrong, what was read before stays. True
 * where the answers are new: those before are gone. */
bool served_reload(struct served *served);

/* Tells rules for names that no call has. */
void served_warn(const struct served *served,
                 const struct bell__mishaps *mishaps);

/* Whether a file is not as it was when it was last read, or looked at. */
bool served_has_changed(struct served *served);

#endif
