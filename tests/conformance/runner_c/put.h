/* put.h: puts into a struct what JSON cannot say. It knows the tables alone. */
#ifndef TESTS_CONFORMANCE_PUT_H
#define TESTS_CONFORMANCE_PUT_H

#include <bell/schema.h>

/* `path` as an error would spell it: a.b[3].c["key"]. `what` is one of nan,
 * infinity, -infinity, -0, unset, bad-text, bad-key (of a map's first entry)
 * and text:... (a text, uuid, decimal or enum of that spelling), and must live
 * as long as the value. NULL, or what is wrong with it. */
const char *put(const bell_type *type, char *value, const char *path,
                const char *what);

#endif
