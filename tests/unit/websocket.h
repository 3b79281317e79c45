/* websocket.h: a server for one WebSocket, in a thread of its own: it upgrades
 * the line and says what a test's script says. */
#ifndef TESTS_UNIT_WEBSOCKET_H
#define TESTS_UNIT_WEBSOCKET_H

#include <pthread.h>

#include <bell/ws.h>

#include "unit/peer.h"

enum { BIG = 3 * 1024 * 1024, SOON_MS = 30 };

#define BYTES(text) text, sizeof(text) - 1

/* One connection, in a thread of its own. */
struct server {
    struct peer peer;
    pthread_t thread;
    void (*script)(struct server *server);
    const char *lines;    /* more of the answer's head */
    pthread_mutex_t gate; /* held by the test where a script waits */
    char request[2048];
    char text[4096]; /* the last frame that came */
    size_t size;
    int first;
};

static inline void *serve(void *context)
{
    struct server *server = context;
    char accept_text[64];
    char answer[4096];
    server->peer.fd = accept(server->peer.listener, NULL, NULL);
    if (server->peer.fd < 0 ||
        !peer_request(&server->peer, server->request, sizeof server->request)) {
        return NULL;
    }
    peer_accept_key(server->request, accept_text);
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 101 Switching Protocols\r\n"
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        "%sSec-WebSocket-Accept: %s\r\n\r\n",
                        server->lines, accept_text);
    CHECK(peer_say(&server->peer, answer, (size_t)size));
    if (server->script != NULL) {
        server->script(server);
    }
    peer_close(&server->peer);
    return NULL;
}

static inline void server_begin(struct server *server, const char *lines,
                                void (*script)(struct server *server))
{
    memset(server, 0, sizeof *server);
    server->script = script;
    server->lines = lines;
    pthread_mutex_init(&server->gate, NULL);
    peer_listen(&server->peer);
    server->peer.patience_ms = 60000; /* a loaded machine is slow */
    CHECK_INT(0, pthread_create(&server->thread, NULL, serve, server));
}

static inline void server_end(struct server *server)
{
    pthread_join(server->thread, NULL);
    peer_end(&server->peer);
    pthread_mutex_destroy(&server->gate);
}

static inline bool hear(struct server *server)
{
    return peer_frame(&server->peer, &server->first, server->text,
                      sizeof server->text, &server->size);
}

/* Waits until the test lets it. */
static inline void wait_for_test(struct server *server)
{
    pthread_mutex_lock(&server->gate);
    pthread_mutex_unlock(&server->gate);
}

/* Says each frame as it came, and a close frame too. */
static inline void echo(struct server *server)
{
    static char payload[BIG];
    size_t size = 0;
    int first = 0;
    while (peer_frame(&server->peer, &first, payload, sizeof payload, &size)) {
        unsigned char head[10] = {(unsigned char)first};
        size_t more = size < 126 ? 0 : size < 65536 ? 2 : 8;
        head[1] = (unsigned char)(more == 0 ? size : more == 2 ? 126 : 127);
        for (size_t i = 0; i < more; i++) {
            head[2 + i] =
                (unsigned char)((uint64_t)size >> (8 * (more - 1 - i)));
        }
        peer_say(&server->peer, head, 2 + more);
        peer_say(&server->peer, payload, size);
        if ((first & 15) == 8) {
            return;
        }
    }
}

static inline bell_ws *open_to(const struct server *server,
                               bell_ws_options *options)
{
    bell_ws *ws = NULL;
    bell_error error;
    options->url = server->peer.url;
    CHECK_INT(BELL_OK, bell_ws_open(options, &ws, &error));
    return ws;
}

/* "a", then a close frame with a code and a reason. */
static inline void say_and_close(struct server *server)
{
    peer_say(&server->peer, BYTES("\x81\x01"
                                  "a\x88\x06\x0f\xa1"
                                  "done"));
    hear(server);
}

#endif
