/* answer.h: what a backend would answer, from a schema's examples. It knows no
 * socket. */
#ifndef GENERATOR_SERVE_ANSWER_H
#define GENERATOR_SERVE_ANSWER_H

#include "handler/handler.h"
#include "model/model.h"
#include "peer/centrifugo_peer.h"
#include "peer/mishap.h"

struct answers;

/* What is added must outlive it, and so must the arena. NULL where memory is
 * short. */
struct answers *answers_open(struct bell__arena *arena, uint64_t seed);

/* A service whose methods are answered, with its tables (bind/bind.h); false
 * where memory is short. */
bool answers_add(struct answers *answers, const struct service *service,
                 const bell_service *tables);

/* Endpoints of rest, in the order of the schemas. */
struct answers_endpoint {
    const bell_method *method;
    struct answers_endpoint *next;
};

const struct answers_endpoint *answers_endpoints(const struct answers *answers);
bool answers_has_calls(const struct answers *answers); /* those of rpc */

/* Kinds of faults that mean nothing with an option. */
struct answers_ban {
    const char *option;
    const enum bell__mishap_kind *kinds;
    size_t count;
};

/* The name of a kind that is banned and is there; NULL: none. */
const char *answers_banned(const struct answers_ban *ban,
                           const struct bell__mishaps *mishaps);

/* A script of answers: a list of steps, each for the calls of a method.
 *
 *     - method: tasks.get_stats
 *       params: {user_id: "123"}   # any, where they are not said
 *       when: closed               # in this state alone
 *       result: {...}              # or error: {code, message, temporary}
 *       fault: late:1s             # as peer/mishap.h has it
 *       times: 2                   # usual: 1; always: without end
 *       then: open                 # the state behind it
 *
 * A call is answered by the first step that fits and is left; where a step says
 * neither result nor error, and where none fits, by the schema's examples. The
 * state is a word; it is "" in the beginning. False: a sentence stands in
 * `wrong`. All services are added before. */
bool answers_script(struct answers *answers, const struct node *document,
                    const struct answers_ban *ban, char *wrong,
                    size_t wrong_size);

/* What the script lets go wrong with the last answer; NULL: nothing. */
const struct bell__mishap *answers_mishap(const struct answers *answers);

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
