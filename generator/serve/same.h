/* same.h: whether two JSON texts say the same, in whatever order their members
 * stand and however they are spelled. It knows no types. */
#ifndef GENERATOR_SERVE_SAME_H
#define GENERATOR_SERVE_SAME_H

#include <bell/bell.h>

/* False also where one of them is no JSON, or is deeper than 100. */
bool same_json(bell_string one, bell_string two);

/* What stands between quotes in JSON, and a text. */
bool same_text(bell_string quoted, bell_string text);

#endif
