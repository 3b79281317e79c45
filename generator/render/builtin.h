/* builtin.h: the templates that the program carries: the files of templates/,
 * by their paths ("c/lang.yaml"). Made at build time by bake.cmake. */
#ifndef GENERATOR_RENDER_BUILTIN_H
#define GENERATOR_RENDER_BUILTIN_H

#include <stddef.h>

struct builtin_template {
    const char *path;
    const unsigned char *bytes;
    size_t size;
};

/* Sorted by path; ends with a path of NULL. */
extern const struct builtin_template builtin_templates[];

#endif
