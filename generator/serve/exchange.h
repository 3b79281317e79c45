/* exchange.h: connections of HTTP whose requests are answered by somebody else.
 */
#ifndef GENERATOR_SERVE_EXCHANGE_H
#define GENERATOR_SERVE_EXCHANGE_H

#include "peer/mishap.h"
#include "serve/http.h"
#include "serve/net.h"

/* A request that has come whole, and its answer; the first part is lent. */
struct exchange {
    struct server *server;
    uint64_t number; /* of the connection; 0: it has none */
    const struct http_head *head;
    bell_string body;

    int status;             /* 200 */
    const char *type;       /* of the body; NULL: text for people */
    struct bell__buf lines; /* more header lines, each with its end */
    struct bell__buf out;   /* the body */
    const struct bell__mishap *mishap;
};

/* Fills in the answer; false: there is no memory for it. */
typedef bool (*exchange_answer)(struct exchange *exchange);

/* Gives a line its role. What has come of it already has to be heard. */
void exchange_accept(struct net_line *line, exchange_answer answer,
                     uint64_t number);

/* What came on the line is answered so, and the line ends. */
void exchange_refuse(struct net_line *line, const struct http_head *head,
                     int status, const char *words);

/* The head of a request: false where it is not whole yet, or was refused. */
bool exchange_take_head(struct net_line *line, struct http_head *head);

#endif
