/* asked.h: a request of HTTP as the params of an endpoint, in JSON: so that one
 * codec checks what comes by any way. */
#ifndef GENERATOR_SERVE_ASKED_H
#define GENERATOR_SERVE_ASKED_H

#include <bell/schema.h>

#include "serve/http.h"

/* Appends {"path":...,"query":...,"headers":...,"body":...}, of these what the
 * route has; an empty body is left out. A text that is not UTF-8 becomes one
 * with U+FFFD in it. */
void asked_params(struct bell__buf *out, const bell_route *route,
                  const struct http_head *head, bell_string body);

/* Whether it is one JSON value. */
bool asked_is_json(bell_string text);

#endif
