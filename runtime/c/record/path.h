/* path.h: where in a value something is wrong: "result.items[3].id". Built
 * from the inside out, while the recursion that failed returns. */
#ifndef BELL__RECORD_PATH_H
#define BELL__RECORD_PATH_H

#include <bell/bell.h>

enum { BELL__PATH_BYTES = 128 }; /* as in bell_error */

struct bell__path {
    char text[BELL__PATH_BYTES]; /* the path is its end, without a NUL */
    size_t start;
    bool cut; /* the outer part did not fit */
};

void bell__path_open(struct bell__path *path);

/* Each puts one step in front of what is there. */
void bell__path_field(struct bell__path *path, bell_string name);
void bell__path_index(struct bell__path *path, size_t index);
void bell__path_key(struct bell__path *path, bell_string key);

/* The whole path, NUL-terminated, of at most BELL__PATH_BYTES. */
void bell__path_close(struct bell__path *path, const char *root, char *out);

#endif
