/* sockets.h: what the two kinds of server share; for the files of serve/. */
#ifndef GENERATOR_SERVE_SOCKETS_H
#define GENERATOR_SERVE_SOCKETS_H

#include <libwebsockets.h>

#include "serve/api.h"
#include "serve/server.h"

struct server {
    const struct server_options *options;
    struct api api; /* publish_proxy */
    uint64_t peers; /* since the start */
};

/* lws callbacks; the context's user pointer is a struct server. */
int sockets_peer(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                 void *in, size_t size);
int sockets_proxy(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                  void *in, size_t size);

/* Bytes that each keeps for a connection. */
size_t sockets_peer_size(void);
size_t sockets_proxy_size(void);

#endif
