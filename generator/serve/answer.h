/* answer.h: what a backend would answer, from a schema's examples. It knows no
 * socket and no envelope. */
#ifndef GENERATOR_SERVE_ANSWER_H
#define GENERATOR_SERVE_ANSWER_H

#include "base/buf.h"
#include "model/model.h"

/* Codes of errors that come from no example; an application's range. */
enum { ANSWER_BAD_PARAMS = 400, ANSWER_NO_METHOD = 404 };

struct answers;

struct answer {
    bool refused;
    int32_t code;        /* refused */
    bool temporary;      /* refused */
    bell_string message; /* refused; lent until the next call */
    bell_string data;    /* JSON, or empty: no data; lent until the next call */
};

/* Binds the services' tables and reads their examples. Both services and
 * arena must outlive it. NULL where memory is short. */
struct answers *answers_open(const struct service *services,
                             struct bell__arena *arena, uint64_t seed);

void answers_close(struct answers *answers);

/* Params are checked as a backend would (ANSWER_BAD_PARAMS with the path);
 * then comes the example with the same params, else the first one that has a
 * result, else a value made from the type. */
void answers_give(struct answers *answers, bell_string method,
                  bell_string params, struct answer *answer);

#endif
