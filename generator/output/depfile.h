/* depfile.h: what a plan's files were made of, for build systems. It knows no
 * schema. */
#ifndef GENERATOR_OUTPUT_DEPFILE_H
#define GENERATOR_OUTPUT_DEPFILE_H

#include "base/file.h"
#include "output/plan.h"

/* Writes a file for make and ninja: all paths of the plan, below `folder`,
 * depend on all of its sources. Spaces, '#', '$' and ':' are escaped; a line
 * break cannot be, and is refused. False: `wrong` says why. */
bool depfile_write(const struct plan *plan, const char *folder,
                   const char *path, char wrong[FILE_WRONG_MAX]);

#endif
