/* starter.h: the files of a first project, as they lie in generator/starter/,
 * by their names. `@name@`, `@file@` and `@version@` stand in them for what
 * they say. Made at build time by bake.cmake. */
#ifndef GENERATOR_COMMANDS_STARTER_H
#define GENERATOR_COMMANDS_STARTER_H

#include "render/builtin.h"

/* Sorted by path; ends with a path of NULL. */
extern const struct builtin_template starter_files[];

#endif
