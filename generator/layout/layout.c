/* layout.c: the manners of a language that has said nothing. */
#include "layout/layout.h"

const struct layout layout_unsaid = {
    .width = LAYOUT_WIDTH,
    .fold = {.step = 2},
    .fill = {.hang = 4},
};
