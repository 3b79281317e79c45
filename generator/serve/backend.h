/* backend.h: a call as all kinds of server have it answered: by the schema's
 * examples, and with what goes wrong on demand; each is told on stderr where
 * that is wanted. It knows no line. */
#ifndef GENERATOR_SERVE_BACKEND_H
#define GENERATOR_SERVE_BACKEND_H

#include "peer/mishap.h"
#include "serve/answer.h"
#include "serve/journal.h"

struct backend {
    struct answers *answers;
    struct bell__mishaps mishaps;
    bool verbose;
    struct bell__buf spoiled; /* the last result that was */
    struct journal journal;   /* what was asked; its owner closes it */
};

/* Opens it without a rule; the answers stay whose they are. */
void backend_open(struct backend *backend, struct answers *answers,
                  uint64_t seed);
void backend_close(struct backend *backend);

/* Who asks, for what is told: a client's number; 0: a proxy. */
struct asker {
    uint64_t number;
    bool rest; /* for an endpoint of HTTP, not by rpc */
};

/* The answer, lent until the next call, and what is to go wrong on its way;
 * NULL: nothing. */
const struct bell__mishap *backend_call(struct backend *backend,
                                        const struct asker *asker,
                                        bell_string method, bell_string params,
                                        struct bell__outcome *outcome);

#endif
