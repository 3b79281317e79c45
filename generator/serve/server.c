/* server.c: listens, runs and ends the mock server. */
#include "serve/server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "serve/sockets.h"

enum {
    END_MS = 1000, /* so long may clients take to say farewell */
    WATCH_MS = 300 /* how often a change is looked for */
};

/* ---- Signals ------------------------------------------------------------- */

/* A signal handler has nothing else to talk through. */
static volatile sig_atomic_t stops;
static volatile sig_atomic_t reloads;
static int alarm_in = -1;

/* The second one that ends it ends it at once, whatever it is at. */
static void hear(int number)
{
    int error = errno;
    if (number == SIGHUP) {
        reloads = 1;
    } else {
        stops = stops + 1;
    }
    if (stops > 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
    ssize_t written = write(alarm_in, "", 1);
    (void)written; /* a full pipe is a look that is owed already */
    errno = error;
}

static bool catch_signals(struct net *net)
{
    int ends[2];
    struct sigaction action;
    if (pipe(ends) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
        return false;
    }
    net->alarm = ends[0];
    alarm_in = ends[1];
    memset(&action, 0, sizeof action);
    action.sa_handler = hear;
    sigaction(SIGHUP, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return true;
}

static void release_signals(const struct net *net)
{
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    close(net->alarm);
    close(alarm_in);
}

/* ---- Start --------------------------------------------------------------- */

/* A socket must not take the place of a standard file that is closed. Without
 * standard output nobody is told the port. */
static bool hold_standard_files(void)
{
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0) {
        fprintf(stderr, "bellpull: standard output is closed: nobody would be "
                        "told the port\n");
        return false;
    }
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
    return true;
}

/* False where it arrives nowhere; main.c says so. */
static bool announce(const struct server_options *options, int port)
{
    if (options->publish_proxy) {
        printf("listening on http://127.0.0.1:%d/publish\n", port);
    } else if (options->rpc_proxy) {
        printf("listening on http://127.0.0.1:%d/rpc\n", port);
    } else {
        const struct answers *answers = options->backend->answers;
        if (answers_has_calls(answers)) {
            printf("listening on ws://127.0.0.1:%d/connection/websocket\n",
                   port);
        }
        if (answers_endpoints(answers) != NULL) {
            printf("listening on http://127.0.0.1:%d/\n", port);
        }
    }
    return fflush(stdout) == 0;
}

/* Said once, at the start: all replies would be refused one by one. */
static void warn_of_no_key(void)
{
    fprintf(stderr,
            "bellpull: no API key: replies are published without one, which "
            "Centrifugo refuses unless its API is insecure; set "
            "$CENTRIFUGO_API_KEY or give --api-key-file FILE\n");
}

/* ---- Run and end --------------------------------------------------------- */

static bool turn(struct net *net, int64_t until)
{
    if (net_turn(net, until)) {
        return true;
    }
    fprintf(stderr, "bellpull: the event loop failed: %s\n", strerror(errno));
    return false;
}

/* Clients are told, and have a moment. */
static bool say_farewell(struct server *server)
{
    struct net *net = &server->net;
    int64_t until = net->now + END_MS;
    bool good = true;
    net_deafen(net);
    api_close(&server->api);
    for (struct net_line *line = net->lines; line != NULL; line = line->next) {
        if (!line->gone) {
            sockets_end(line);
        }
    }
    while (good && net->lines != NULL && net->now < until) {
        good = turn(net, until);
    }
    return good;
}

static bool serve(struct server *server)
{
    const struct server_options *options = server->options;
    struct net *net = &server->net;
    char wrong[160];
    int port = net_listen(net, options->port, wrong, sizeof wrong);
    if (port == 0) {
        fprintf(stderr, "bellpull: %s\n", wrong);
        return false;
    }
    if (options->publish_proxy && server->api.key[0] == '\0') {
        warn_of_no_key();
    }
    if (!announce(options, port)) {
        return false;
    }
    while (stops == 0 && !options->backend->journal.broken) {
        if (!turn(net, NET_NEVER)) {
            return false;
        }
        if (reloads != 0) {
            reloads = 0;
            options->reload(options->context);
        }
    }
    return say_farewell(server);
}

static void look(struct net_timer *timer)
{
    struct watch *watch = (struct watch *)(void *)timer;
    const struct server_options *options = watch->server->options;
    timer->due = watch->server->net.now + WATCH_MS;
    if (options->has_changed(options->context)) {
        options->reload(options->context);
    }
}

static void start_watching(struct server *server)
{
    struct watch *watch = &server->watch;
    watch->server = server;
    watch->timer.fire = look;
    net_add_timer(&server->net, &watch->timer);
    if (server->options->has_changed != NULL) {
        watch->timer.due = server->net.now + WATCH_MS;
    }
}

static bool open_server(struct server *server,
                        const struct server_options *options)
{
    server->options = options;
    server->seal = (uint64_t)time(NULL) << 32 ^ (uint64_t)getpid();
    net_open(&server->net, server);
    server->net.accepted = options->rpc_proxy || options->publish_proxy
                               ? sockets_accept_proxy
                               : sockets_accept_peer;
    start_watching(server);
    if (!catch_signals(&server->net)) {
        fprintf(stderr, "bellpull: no pipe for signals: %s\n", strerror(errno));
        return false;
    }
    return !options->publish_proxy ||
           api_open(&server->api, &server->net, options->api_url,
                    options->api_key);
}

bool server_run(const struct server_options *options)
{
    if (!hold_standard_files()) {
        return false;
    }
    struct server *server =
        bell__memory_take(&bell__memory_default, sizeof *server);
    if (server == NULL) {
        fprintf(stderr, "bellpull: out of memory\n");
        return false;
    }
    memset(server, 0, sizeof *server);
    signal(SIGPIPE, SIG_IGN); /* who does not read is told by an error */
    bool good = open_server(server, options) && serve(server);
    api_close(&server->api);
    net_close(&server->net);
    release_signals(&server->net);
    bell__memory_free(&bell__memory_default, server, sizeof *server);
    return good;
}
