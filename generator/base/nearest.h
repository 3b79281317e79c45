/* nearest.h: which of some names was probably meant. It knows no names. */
#ifndef GENERATOR_BASE_NEAREST_H
#define GENERATOR_BASE_NEAREST_H

#include <bell/bell.h>

struct nearest {
    bell_string wanted;
    bell_string best; /* empty: nothing is near enough */
    size_t distance;
};

void nearest_open(struct nearest *nearest, bell_string wanted);

/* Offers a name; the first of the nearest ones is kept. */
void nearest_offer(struct nearest *nearest, bell_string name);

/* " (did you mean NAME?)" for a message, or "". Lent until the next call with
 * the same `room`. */
enum { NEAREST_BYTES_MAX = 128 };
const char *nearest_hint(const struct nearest *nearest,
                         char room[NEAREST_BYTES_MAX]);

#endif
