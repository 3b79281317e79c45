/* sockets.h: what the kinds of server share; for the files of serve/. */
#ifndef GENERATOR_SERVE_SOCKETS_H
#define GENERATOR_SERVE_SOCKETS_H

#include "serve/api.h"
#include "serve/exchange.h"
#include "serve/net.h"
#include "serve/server.h"

/* Looks now and then whether the schema has changed. */
struct watch {
    struct net_timer timer; /* first */
    struct server *server;
};

struct server {
    const struct server_options *options;
    struct watch watch;
    struct net net;
    struct api api; /* publish_proxy */
    uint64_t peers; /* since the start */
    uint64_t seal;  /* of this run: its clients' ids are unlike others' */
};

/* Gives a line that was accepted its role: a client's WebSocket, or HTTP of a
 * Centrifugo that asks its proxy. */
void sockets_accept_peer(struct net_line *line);
void sockets_accept_proxy(struct net_line *line);

/* A line that asks for an endpoint of `rest`. */
void sockets_accept_rest(struct net_line *line, uint64_t number);

/* The server ends: a client is told so, whoever else is there goes. */
void sockets_end(struct net_line *line);

#endif
