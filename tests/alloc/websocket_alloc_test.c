/* websocket_alloc_test.c: a program's own WebSocket from open to close, once
 * for each allocation that fails in it: it ends once, and nothing stays. */
#include <pthread.h>

#include <bell/ws.h>

#include "unit/counter.h"
#include "unit/peer.h"

enum { LARGE = 100 * 1024, MESSAGES = 4, TURNS_MAX = 400 };

struct world {
    int opened;
    int received;
    int ponged;
    int ended;
};

static struct peer peer;
static bool finished;

static const char *const offered[] = {"one", "two"};

/* Each message in two fragments with a ping between, a pong for each ping. */
static void echo(void)
{
    static char payload[LARGE];
    size_t size = 0;
    int first = 0;
    while (peer_frame(&peer, &first, payload, sizeof payload, &size)) {
        unsigned char head[4] = {(unsigned char)(first & 15), 126,
                                 (unsigned char)(size / 2 >> 8),
                                 (unsigned char)(size / 2)};
        if (first == 0x8a) {
            continue;
        }
        if ((first & 15) > 2) {
            unsigned char last[2] = {
                (unsigned char)(first == 0x89 ? 0x8a : first),
                (unsigned char)size};
            peer_say(&peer, last, 2);
            peer_say(&peer, payload, size);
            if (first == 0x88) {
                return;
            }
            continue;
        }
        size = size / 2;
        peer_say(&peer, head, 4);
        peer_say(&peer, payload, size);
        peer_say(&peer, "\x89\x01p", 3);
        head[0] = 0x80;
        peer_say(&peer, head, 4);
        peer_say(&peer, payload, size);
    }
}

static void *serve(void *context)
{
    (void)context;
    for (;;) {
        peer.fd = accept(peer.listener, NULL, NULL);
        if (finished || peer.fd < 0) {
            peer_close(&peer);
            return NULL;
        }
        if (peer_upgrade(&peer, NULL, 0)) {
            echo();
        }
        peer_close(&peer);
    }
}

/* What cannot be sent leaves the rest as it was. */
static bool send_one(bell_ws *ws)
{
    static char bytes[LARGE];
    bell_status status =
        bell_ws_send(ws, BELL_WS_BINARY, bytes, sizeof bytes / 2, NULL);
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY ||
          status == BELL_DISCONNECTED);
    return status == BELL_OK;
}

static void on_open(void *context, bell_ws *ws)
{
    struct world *world = context;
    world->opened++;
    if (!send_one(ws)) {
        bell_ws_shut(ws, 1000, "no memory", NULL);
    }
}

static void on_message(void *context, bell_ws *ws,
                       const bell_ws_message *message)
{
    struct world *world = context;
    world->received++;
    CHECK_INT(LARGE / 2, message->size);
    if (world->received == MESSAGES || !send_one(ws) ||
        bell_ws_ping(ws, "p", 1, NULL) != BELL_OK) {
        bell_ws_shut(ws, 1000, "enough", NULL);
    }
}

static void on_pong(void *context, bell_ws *ws, const char *payload,
                    size_t size)
{
    struct world *world = context;
    (void)ws;
    (void)payload;
    CHECK_INT(1, size);
    world->ponged++;
}

static void on_close(void *context, bell_ws *ws, const bell_error *error)
{
    struct world *world = context;
    (void)ws;
    CHECK(error->status != BELL_OK && error->message[0] != '\0');
    world->ended++;
}

static void use(bell_ws *ws, const struct world *world)
{
    for (int i = 0; i < TURNS_MAX && world->ended == 0; i++) {
        CHECK_INT(BELL_OK, bell_loop_run(bell_ws_loop(ws), 100));
    }
    CHECK_INT(1, world->ended);
}

/* False where no allocation failed any more. */
static bool live_once(size_t fail)
{
    struct world world = {0};
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    bell_ws *ws = NULL;
    bell_error error;
    counter.fail = fail;
    bell_ws_options options = {.url = peer.url,
                               .allocator = &memory,
                               .subprotocols = offered,
                               .subprotocol_count = 2,
                               .context = &world,
                               .on_open = on_open,
                               .on_message = on_message,
                               .on_pong = on_pong,
                               .on_close = on_close};
    bell_status status = bell_ws_open(&options, &ws, &error);
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    if (status == BELL_OK) {
        use(ws, &world);
    }
    bell_ws_close(ws);
    CHECK_INT(0, counter.bytes);
    CHECK_INT(0, counter.blocks);
    bool failed = counter.calls >= fail;
    CHECK(failed || (world.opened == 1 && world.received == MESSAGES &&
                     world.ponged == MESSAGES - 1));
    return failed;
}

int main(void)
{
    enum { ROUNDS_MAX = 300 };
    pthread_t thread;
    size_t fail = 1;
    peer_listen(&peer);
    CHECK_INT(0, pthread_create(&thread, NULL, serve, NULL));
    while (fail < ROUNDS_MAX && live_once(fail)) {
        fail++;
    }
    CHECK(fail > 10 && fail < ROUNDS_MAX);
    printf("%zu allocations failed in turn\n", fail - 1);
    finished = true;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(peer.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int last = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(0, connect(last, (struct sockaddr *)&address, sizeof address));
    pthread_join(thread, NULL);
    close(last);
    peer_end(&peer);
    return check_report();
}
