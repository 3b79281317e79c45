/* server.c: listens, runs and ends the mock server. */
#include "serve/server.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "serve/sockets.h"

/* A signal handler has nothing else to talk through. */
static volatile sig_atomic_t asked_to_stop;
static struct lws_context *running;

static void stop(int number)
{
    (void)number;
    asked_to_stop = 1;
    lws_cancel_service(running);
}

static void catch_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void announce(const struct server_options *options, int port)
{
    if (options->publish_proxy) {
        printf("listening on http://127.0.0.1:%d/publish\n", port);
    } else if (options->rpc_proxy) {
        printf("listening on http://127.0.0.1:%d/rpc\n", port);
    } else {
        printf("listening on ws://127.0.0.1:%d/connection/websocket\n", port);
    }
    fflush(stdout);
}

/* Said once, at the start: all replies would be refused one by one. */
static void warn_of_no_key(void)
{
    fprintf(stderr,
            "bellpull: no API key: replies are published without one, which "
            "Centrifugo refuses unless its API is insecure; set "
            "$CENTRIFUGO_API_KEY or give --api-key-file FILE\n");
}

static bool serve(struct lws_context *context, struct lws_vhost *vhost,
                  const struct server *server)
{
    running = context;
    catch_signals();
    if (server->options->publish_proxy && server->api.key[0] == '\0') {
        warn_of_no_key();
    }
    announce(server->options, lws_get_vhost_listen_port(vhost));
    while (!asked_to_stop) {
        if (lws_service(context, 0) < 0) {
            fprintf(stderr, "bellpull: the event loop failed\n");
            return false;
        }
    }
    return true;
}

bool server_run(const struct server_options *options)
{
    struct server server = {.options = options};
    if (options->publish_proxy &&
        !api_open(&server.api, options->api_url, options->api_key)) {
        return false;
    }
    const struct lws_protocols peers[] = {
        {"default", sockets_peer, sockets_peer_size(), 65536, 0, NULL, 0},
        {"centrifuge-json", sockets_peer, sockets_peer_size(), 65536, 0, NULL,
         0},
        {"centrifuge-protobuf", sockets_peer, sockets_peer_size(), 65536, 0,
         NULL, 0},
        {NULL, NULL, 0, 0, 0, NULL, 0},
    };
    const struct lws_protocols proxies[] = {
        {"http", sockets_proxy, sockets_proxy_size(), 65536, 0, NULL, 0},
        {"api", api_callback, 0, 65536, 0, NULL, 0},
        {NULL, NULL, 0, 0, 0, NULL, 0},
    };
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    info.port = options->port;
    info.iface = "127.0.0.1";
    info.protocols =
        options->rpc_proxy || options->publish_proxy ? proxies : peers;
    info.gid = -1;
    info.uid = -1;
    info.user = &server;
    info.options = LWS_SERVER_OPTION_DISABLE_IPV6 |
                   LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
    lws_set_log_level(0, NULL);
    struct lws_context *context = lws_create_context(&info);
    struct lws_vhost *vhost =
        context == NULL ? NULL : lws_create_vhost(context, &info);
    server.api.context = context;
    server.api.vhost = vhost;
    bool good = vhost != NULL && lws_get_vhost_listen_port(vhost) > 0;
    if (!good) {
        fprintf(stderr,
                "bellpull: cannot listen on 127.0.0.1:%d: is the port in use? "
                "Leave --port out for a free one\n",
                options->port);
    } else {
        good = serve(context, vhost, &server);
    }
    api_stop(&server.api);
    if (context != NULL) {
        lws_context_destroy(context);
    }
    api_close(&server.api);
    return good;
}
