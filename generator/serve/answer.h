/* answer.h: what a backend would answer, from a schema's examples. It knows no
 * socket. */
#ifndef GENERATOR_SERVE_ANSWER_H
#define GENERATOR_SERVE_ANSWER_H

#include "handler/handler.h"
#include "model/model.h"
#include "peer/centrifugo_peer.h"

struct answers;

/* What is added must outlive it, and so must the arena. NULL where memory is
 * short. */
struct answers *answers_open(struct bell__arena *arena, uint64_t seed);

/* A service whose methods are answered, with its tables (bind/bind.h); false
 * where memory is short. */
bool answers_add(struct answers *answers, const struct service *service,
                 const bell_service *tables);

void answers_close(struct answers *answers);

/* Params are checked as a backend would; then comes the example with the same
 * params, else the first one that has a result, else a value made from the
 * type. What comes is lent until the next call. */
void answers_give(struct answers *answers, bell_string method,
                  bell_string params, struct bell__outcome *outcome);

/* The table of a method; NULL: there is none of that name. */
const bell_method *answers_find(const struct answers *answers,
                                bell_string method);

/* What a client is told of an outcome that is refused. */
struct bell__peer_error answers_error(const struct bell__outcome *outcome);

#endif
