/* asked.h: a request of HTTP as the params of an endpoint, in JSON: so that one
 * codec checks what comes by any way. */
#ifndef BELL__PEER_ASKED_H
#define BELL__PEER_ASKED_H

#include <bell/schema.h>

#include "base/buf.h"

/* A request; its texts are lent. */
struct bell__asked {
    bell_string path; /* without the query */
    bell_string query;
    bell_string body;
    const void *headers;
    /* The value of the first header of that name; text NULL: there is none. */
    bell_string (*header)(const void *headers, const char *name);
    bool brief; /* parts that are empty are left out */
};

/* Appends {"path":...,"query":...,"headers":...,"body":...}, of these what the
 * route has; an empty body is left out. A text that is not UTF-8 becomes one
 * with U+FFFD in it. */
void bell__asked_params(struct bell__buf *out, const bell_route *route,
                        const struct bell__asked *asked);

/* The words of a list, one after the other, without spaces around them: false
 * where none is left. */
bool bell__asked_next(bell_string *list, char mark, bell_string *word);

/* Whether it is one JSON value. */
bool bell__asked_is_json(bell_string text);

#endif
