/* server.h: the mock server: WebSocket for clients, or HTTP for a Centrifugo
 * that asks its RPC or publish proxy. It knows no schema. */
#ifndef GENERATOR_SERVE_SERVER_H
#define GENERATOR_SERVE_SERVER_H

#include "serve/backend.h"

struct server_options {
    struct backend *backend;
    int port;            /* 0: a free one */
    bool rpc_proxy;      /* HTTP instead of WebSocket: calls */
    bool publish_proxy;  /* HTTP instead of WebSocket: publications */
    const char *api_url; /* publish_proxy: see api.h; NULL: the environment's */
    const char *api_key; /* the same */
    bell_string secret;  /* checks tokens; empty: every token is good */
    const char *allow_origin;      /* of pages; "any": all; NULL: none */
    void (*reload)(void *context); /* at SIGHUP, and where it has changed */
    bool (*has_changed)(void *context); /* asked now and then; NULL: never */
    void *context;
};

/* Listens on 127.0.0.1 until SIGINT or SIGTERM, or until the backend's record
 * cannot be written; says where on stdout. False where it cannot listen: a
 * sentence is on stderr. */
bool server_run(const struct server_options *options);

#endif
