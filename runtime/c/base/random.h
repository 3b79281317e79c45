/* random.h: random bytes from the kernel, fetched by the page. It knows no
 * use for them. */
#ifndef BELL__BASE_RANDOM_H
#define BELL__BASE_RANDOM_H

#include <bell/bell.h>

enum { BELL__RANDOM_POOL = 1024 };

struct bell__random {
    size_t left; /* unused bytes, at the end of the pool; zeroed: none */
    unsigned char pool[BELL__RANDOM_POOL];
};

/* False where the kernel gives none; then *bytes is not to be used. */
bool bell__random_take(struct bell__random *random, void *bytes, size_t size);

#endif
