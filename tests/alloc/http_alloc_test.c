/* http_alloc_test.c: exchanges of HTTP from open to close, once for each
 * allocation that fails in them: each ends once, and nothing stays behind. */
#include "transport/http.h"
#include "unit/counter.h"
#include "unit/peer.h"

enum { CALLS_MAX = 64, EXCHANGES = 5, TURNS_MAX = 300, LARGE = 100 * 1024 };

struct calls {
    int fds[CALLS_MAX];
    int count;
};

struct world {
    struct bell__guest guest; /* first: the loop hands it back */
    struct counter counter;
    bell_allocator memory;
    bell_loop *loop;
    struct bell__transport *transport;
    struct bell__outbox outbox;
    struct calls calls;
    int ended[EXCHANGES];
    int replied;
};

static struct peer peer;

static void no_turn(struct bell__guest *guest)
{
    (void)guest;
}

/* Each request is answered at once, with much in chunks. */
static void answer(int fd)
{
    static char body[LARGE + 1];
    char text[512];
    memset(body, 'b', LARGE);
    int size = snprintf(text, sizeof text,
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "%x\r\n",
                        LARGE);
    send(fd, text, (size_t)size, MSG_NOSIGNAL);
    send(fd, body, LARGE, MSG_NOSIGNAL);
    send(fd, "\r\n0\r\n\r\n", 7, MSG_NOSIGNAL);
}

static void serve(struct calls *calls)
{
    struct pollfd wait = {peer.listener, POLLIN, 0};
    char heard[4096];
    while (calls->count < CALLS_MAX && poll(&wait, 1, 0) == 1) {
        calls->fds[calls->count++] = accept(peer.listener, NULL, NULL);
    }
    for (int i = 0; i < calls->count; i++) {
        ssize_t got =
            recv(calls->fds[i], heard, sizeof heard - 1, MSG_DONTWAIT);
        heard[got > 0 ? got : 0] = '\0';
        const char *at = strstr(heard, "\r\n\r\n");
        for (; at != NULL; at = strstr(at + 1, "\r\n\r\n")) {
            answer(calls->fds[i]);
        }
    }
}

/* False: no memory for it, and it is not there. */
static bool put(struct world *world, uint64_t tag)
{
    static const char head[] = "POST /a HTTP/1.1\r\nAccept: */*\r\n";
    struct bell__outbox *outbox = &world->outbox;
    size_t size = outbox->bytes.size;
    if (bell__outbox_begin(outbox) != BELL_OK) {
        return false;
    }
    if (bell__buf_append(&outbox->bytes, head, sizeof head - 1) != BELL_OK) {
        outbox->bytes.size = size;
        outbox->count--;
        return false;
    }
    bell__outbox_end(outbox);
    outbox->spans[outbox->count - 1].tag = tag;
    outbox->spans[outbox->count - 1].head_size = sizeof head - 1;
    return true;
}

static void check_frame(struct world *world, const struct bell__frame *frame)
{
    CHECK(frame->tag < EXCHANGES);
    world->ended[frame->tag % EXCHANGES]++;
    if (frame->exchange != BELL__EXCHANGE_REPLIED) {
        CHECK(frame->trouble[0] != '\0');
        return;
    }
    world->replied++;
    CHECK_INT(200, frame->code);
    CHECK_INT(LARGE, frame->size);
}

/* Until all that was asked has ended. */
static void turn(struct world *world, int asked)
{
    int ended = 0;
    struct bell__frame frame;
    for (int i = 0; i < TURNS_MAX && ended < asked; i++) {
        while (world->transport->ops->receive(world->transport, &frame)) {
            check_frame(world, &frame);
            ended++;
        }
        if (world->outbox.count != 0) {
            world->transport->ops->send(world->transport, &world->outbox);
        }
        bell__loop_pump(world->loop, 2);
        serve(&world->calls);
    }
    CHECK_INT(asked, ended);
}

static void use(struct world *world)
{
    int asked[EXCHANGES] = {0};
    CHECK_INT(BELL_OK, world->transport->ops->open(world->transport));
    for (int i = 0; i < EXCHANGES; i++) {
        asked[i] = put(world, (uint64_t)i);
        if (i != 1) { /* two at once, then one by one */
            turn(world, asked[i] + (i == 2 ? asked[1] : 0));
        }
    }
    for (int i = 0; i < EXCHANGES; i++) {
        CHECK_INT(asked[i], world->ended[i]);
    }
    world->transport->ops->rest(world->transport);
}

/* False where no allocation failed any more. */
static bool live_once(size_t fail)
{
    static const bell_header headers[] = {{"X-One", "1"}};
    struct world world;
    char url[64];
    bell_error error;
    memset(&world, 0, sizeof world);
    world.guest.turn = no_turn;
    world.guest.free = no_turn;
    world.memory = counter_allocator(&world.counter);
    world.counter.fail = fail;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/base", (unsigned)peer.port);
    bell_status status = bell_loop_open(&world.memory, &world.loop, &error);
    if (status == BELL_OK) {
        bell__loop_join(world.loop, &world.guest);
        bell__outbox_open(&world.outbox, &world.memory, 0);
        struct bell__http_options options = {.memory = &world.memory,
                                             .loop = world.loop,
                                             .guest = &world.guest,
                                             .url = url,
                                             .headers = headers,
                                             .header_count = 1,
                                             .connections_max = 2,
                                             .message_bytes_max = LARGE};
        status = bell__http_make(&options, &world.transport, &error);
        if (status == BELL_OK) {
            use(&world);
            world.transport->ops->free(world.transport);
        }
        bell__outbox_close(&world.outbox);
        bell__loop_leave(world.loop, &world.guest);
        bell_loop_close(world.loop);
    }
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    CHECK_INT(0, world.counter.bytes);
    for (int i = 0; i < world.calls.count; i++) {
        close(world.calls.fds[i]);
    }
    bool failed = world.counter.calls >= fail;
    CHECK(failed || world.replied == EXCHANGES);
    return failed;
}

int main(void)
{
    enum { ROUNDS_MAX = 500 };
    size_t fail = 1;
    peer_listen(&peer);
    while (fail < ROUNDS_MAX && live_once(fail)) {
        fail++;
    }
    CHECK(fail > 10 && fail < ROUNDS_MAX);
    printf("%zu allocations failed in turn\n", fail - 1);
    peer_end(&peer);
    return check_report();
}
