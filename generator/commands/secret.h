/* secret.h: a secret out of a file, for argv is seen by all. It knows not what
 * the secret is for. */
#ifndef GENERATOR_COMMANDS_SECRET_H
#define GENERATOR_COMMANDS_SECRET_H

#include <bell/bell.h>

#include "base/arena.h"

/* The file's bytes without its last line end, NUL-terminated; "-" is standard
 * input. False where it cannot be read: a sentence is on stderr. */
bool secret_read(const char *path, struct bell__arena *arena,
                 bell_string *secret);

#endif
