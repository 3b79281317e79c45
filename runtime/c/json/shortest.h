/* shortest.h: the shortest decimal that reads back as the same binary float.
 * It knows no text. */
#ifndef BELL__JSON_SHORTEST_H
#define BELL__JSON_SHORTEST_H

#include <stdbool.h>
#include <stdint.h>

struct bell__decimal {
    uint64_t digits; /* may end with zeros */
    int exponent;    /* of ten */
};

/* The shortest decimal between the midpoints around mantissa * 2^power, and
 * of these the closest. `lopsided` where the float below is only half as far
 * as the one above: the mantissa is a power of two, and not the smallest. */
struct bell__decimal bell__shortest(uint64_t mantissa, int power,
                                    bool lopsided);

#endif
