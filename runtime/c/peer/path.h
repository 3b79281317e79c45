/* path.h: the path of a request against the routes of a schema. */
#ifndef BELL__PEER_PATH_H
#define BELL__PEER_PATH_H

#include <bell/schema.h>

#include "base/buf.h"

/* Whether the path is one of the route. What is percent-encoded counts as what
 * it stands for, but for a slash. A parameter is as short as may be, the last
 * of its segment as long, and never empty. */
bool bell__path_matches(const bell_route *route, bell_string path);

/* The parameter at `index` (from 0) of a path that matches, as it stands. */
bell_string bell__path_parameter(const bell_route *route, bell_string path,
                                 size_t index);

/* Bytes of the route that are no parameter: of routes that match, the one with
 * the most is meant. */
size_t bell__path_weight(const bell_route *route);

/* Appends what a percent-encoded text stands for; `form`: a plus is a space. */
void bell__path_decode(struct bell__buf *out, bell_string text, bool form);

#endif
