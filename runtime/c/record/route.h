/* route.h: the params of a call of rest as an HTTP request, by its route: the
 * request line and header lines, then the body. It knows no server. */
#ifndef BELL__RECORD_ROUTE_H
#define BELL__RECORD_ROUTE_H

#include <bell/bell.h>
#include <bell/schema.h>

#include "base/buf.h"
#include "record/codec.h"

/* Appends the request line, whose target begins with the route's path, and a
 * line for each header that there is, each with its CR LF (RFC 9112 3 and 5).
 * `params` NULL: the route has none. A value that cannot be sent gives
 * BELL_INVALID with its path, such as "params.path.id"; then `out` has the size
 * that it had. */
bell_status bell__route_head(struct bell__buf *out, const bell_route *route,
                             const void *params,
                             const struct bell__codec_limits *limits,
                             bell_error *error);

/* Appends the body as JSON; the route has one. */
bell_status bell__route_body(struct bell__buf *out, const bell_route *route,
                             const void *params,
                             const struct bell__codec_limits *limits,
                             bell_error *error);

#endif
