/* banner.h: whether a file is generated: its first line says so. */
#ifndef GENERATOR_OUTPUT_BANNER_H
#define GENERATOR_OUTPUT_BANNER_H

#include <bell/bell.h>

enum banner {
    BANNER_UNKNOWN, /* a link, empty, or it cannot be read */
    BANNER_MISSING, /* somebody's own text */
    BANNER_THERE
};

enum banner banner_of(int folder, const char *name);

bool banner_starts(bell_string text);

#endif
