/* close_test.c: a client's goodbye: what is queued still leaves, the server's
 * own end is waited for, and a server that says nothing holds up nobody. */
#include <pthread.h>
#include <tasks.h>

#include "unit/scripted.h"

enum { CALLS = 60, TEXT_BYTES = 50000, PUSH_BYTES = 60000 };

/* What the server does once the client is connected. */
enum manner {
    LISTENS, /* reads all there is, then ends */
    TALKS,   /* says much that nobody will read, then listens */
    SLEEPS   /* does nothing until the test lets it go */
};

struct server {
    struct peer peer;
    pthread_t thread;
    enum manner manner;
    pthread_mutex_t gate; /* held by the test */
    int commands;         /* whole ones that came */
    int code;             /* of the close frame; 0: none came */
    int os_error;         /* of the end; 0: it was in order */
};

static void listen_on(struct server *server)
{
    static char text[SCRIPTED_FRAME_MAX];
    size_t size = 0;
    int first = 0;
    errno = 0;
    while (peer_frame(&server->peer, &first, text, sizeof text, &size) &&
           first != 0x88) {
        server->commands++;
    }
    if (first == 0x88 && size == 2) {
        server->code = (unsigned char)text[0] << 8 | (unsigned char)text[1];
        peer_say(&server->peer, "\x88\x02\x03\xe8", 4);
    }
    char rest;
    server->os_error = recv(server->peer.fd, &rest, 1, 0) < 0 ? errno : 0;
}

static void *serve(void *context)
{
    static const char hello[] = "{\"id\":1,\"connect\":{\"client\":\"c\","
                                "\"version\":\"t\",\"ping\":25}}";
    static char noise[PUSH_BYTES];
    struct server *server = context;
    char text[1024];
    size_t size = 0;
    int first = 0;
    server->peer.fd = accept(server->peer.listener, NULL, NULL);
    CHECK(peer_upgrade(&server->peer, NULL, 0));
    CHECK(peer_frame(&server->peer, &first, text, sizeof text, &size));
    CHECK(peer_text(&server->peer, hello, sizeof hello - 1));
    memset(noise, ' ', sizeof noise);
    pthread_mutex_lock(&server->gate); /* the test has queued its calls */
    pthread_mutex_unlock(&server->gate);
    if (server->manner == TALKS) {
        CHECK(peer_text(&server->peer, noise, sizeof noise));
    }
    if (server->manner != SLEEPS) {
        listen_on(server);
    }
    peer_close(&server->peer);
    return NULL;
}

static int ended;

static void on_done(void *context, bell_status status,
                    const tasks_task_stats_result *result,
                    const bell_error *error)
{
    (void)context;
    (void)result;
    (void)error;
    CHECK_INT(BELL_CLOSED, status);
    ended++;
}

/* One turn for each call: then it is the transport's. */
static void start_calls(bell_client *client, int count)
{
    static char user[TEXT_BYTES + 1];
    bell_error error;
    memset(user, 'x', TEXT_BYTES);
    for (int i = 0; i < count; i++) {
        tasks_task_stats_params params = {.user_id = {user, TEXT_BYTES}};
        CHECK_INT(BELL_OK, tasks_get_stats_start(client, &params, on_done, NULL,
                                                 NULL, NULL, &error));
        bell_loop_run(bell_client_loop(client), 0);
    }
}

static void visit(struct server *server, int calls)
{
    bell_client *client = NULL;
    bell_error error;
    ended = 0;
    pthread_mutex_init(&server->gate, NULL);
    pthread_mutex_lock(&server->gate);
    peer_listen(&server->peer);
    CHECK(pthread_create(&server->thread, NULL, serve, server) == 0);
    bell_options options = {.url = server->peer.url};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_OK, bell_connect(client, 0, &error));
    start_calls(client, calls);
    if (server->manner != SLEEPS) {
        pthread_mutex_unlock(&server->gate);
    }
    bell_close(client);
    if (server->manner == SLEEPS) { /* who came back has not waited for it */
        pthread_mutex_unlock(&server->gate);
    }
    pthread_join(server->thread, NULL);
    pthread_mutex_destroy(&server->gate);
    peer_end(&server->peer);
    CHECK_INT(calls, ended);
}

int main(void)
{
    struct server listens = {.manner = LISTENS};
    struct server talks = {.manner = TALKS};
    struct server sleeps = {.manner = SLEEPS};
    visit(&listens, 3);
    CHECK_INT(3, listens.commands);
    CHECK_INT(1000, listens.code);
    CHECK_INT(0, listens.os_error);
    visit(&talks, 3);
    CHECK_INT(3, talks.commands);
    CHECK_INT(1000, talks.code);
    CHECK_INT(0, talks.os_error);
    visit(&sleeps, CALLS); /* more than sockets hold */
    CHECK_INT(0, sleeps.code);
    return check_report();
}
