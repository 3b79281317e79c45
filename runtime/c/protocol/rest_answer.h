/* rest_answer.h: what an HTTP answer that is no success says, in the shapes
 * that servers write (RFC 9457 and others). It knows no call. */
#ifndef BELL__PROTOCOL_REST_ANSWER_H
#define BELL__PROTOCOL_REST_ANSWER_H

#include <bell/bell.h>

/* The members of a problem that are texts, as between their quotes. */
struct bell__problem {
    bell_string type;
    bell_string title;
    bell_string detail;
    bell_string instance;
};

/* All empty where the body is no JSON object. */
void bell__rest_problem(bell_string body, struct bell__problem *problem);

/* One line for people: what the body says, or "HTTP 503". */
void bell__rest_words(int32_t status, bell_string head, bell_string body,
                      char *text, size_t size);

/* How long to wait by Retry-After (RFC 9110 10.2.3), in milliseconds; -1:
 * nothing is said. `now` is seconds since 1970. */
int64_t bell__rest_after(bell_string head, int64_t now);

#endif
