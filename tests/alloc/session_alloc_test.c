/* session_alloc_test.c: a session's whole life, once for each allocation that
 * fails in it: a status or an ended call, nothing lost, nothing leaked. */
#include "core/session.h"

#include "protocol/centrifugo.h"
#include "unit/check.h"
#include "unit/counter.h"

enum { CALLS = 40, ROUNDS_MAX = 10000 };

static const bell_method method = {
    .name = "t.m", .json = "\"t.m\"", .name_size = 3, .json_size = 5};

static uint64_t draw(void *context)
{
    (void)context;
    return 0;
}

struct life {
    struct bell__session *session;
    int committed;
    int ended;
    int64_t now;
};

static void collect(struct life *life)
{
    struct bell__completion completion;
    struct bell__session_news news;
    while (bell__session_next(life->session, &completion)) {
        life->ended++;
    }
    bell__session_news(life->session, &news);
}

static void call(struct life *life)
{
    struct bell__order order = {.method = &method,
                                .deadline = life->now + 60000};
    bell_error error;
    bell_call number = 0;
    struct bell__buf *out =
        bell__session_begin(life->session, &order, life->now, &error);
    if (out == NULL) {
        CHECK_INT(BELL_NO_MEMORY, error.status);
        return;
    }
    if (bell__buf_append(out, "{\"a\":1}", 7) != BELL_OK) {
        bell__session_abort(life->session);
        return;
    }
    bell_status status = bell__session_commit(life->session, &number, &error);
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    life->committed += status == BELL_OK;
}

static void feed(struct life *life, const char *text)
{
    struct bell__frame frame = {.bytes = text, .size = strlen(text)};
    bell__session_feed(life->session, &frame, life->now);
    collect(life);
}

static void connect_line(struct life *life)
{
    life->now += 30000;
    bell__session_tick(life->session, life->now);
    if (bell__session_wants_line(life->session, life->now)) {
        bell__session_opening(life->session, life->now);
        bell__session_opened(life->session, life->now);
    }
    feed(life, "{\"id\":1,\"connect\":{}}");
}

static void live(struct life *life)
{
    struct bell__line_end end = {0, 0, "lost"};
    for (int i = 0; i < CALLS; i++) {
        call(life); /* waits for a line */
    }
    connect_line(life);
    for (int i = 0; i < CALLS; i++) {
        call(life); /* into the outbox */
    }
    feed(life, "{}");
    feed(life, "{\"id\":2,\"rpc\":{}}\n{\"id\":3,\"rpc\":{}}");
    bell__session_lost(life->session, &end, life->now);
    collect(life);
    connect_line(life);
    struct bell__outbox *outbox = bell__session_outbox(life->session);
    bell__outbox_clear(outbox);
    feed(life, "{\"id\":9,\"rpc\":{\"data\":{\"a\":1}}}");
    bell__session_lost(life->session, &end, life->now);
    collect(life);
    bell__session_shut(life->session);
    collect(life);
}

/* False where no allocation failed any more: all were tried. */
static bool live_once(size_t fail)
{
    struct counter counter;
    bell_allocator allocator = counter_allocator(&counter);
    struct bell__centrifugo_options protocol = {
        .memory = &allocator, .token = "t", .name = "n"};
    struct bell__session_options options = {
        .memory = &allocator,
        .random = draw,
        .reconnect_min_ms = 500,
        .reconnect_max_ms = 20000,
        .connect_deadline_ms = 5000,
        .ping_grace_ms = 10000,
        .calls_max = 1000,
        .request_bytes_max = 300,
        .queue_bytes_max = 1 << 20,
    };
    struct life life = {.now = 0};
    counter.fail = fail;
    bell_status status = bell__centrifugo_make(&protocol, &options.protocol);
    if (status == BELL_OK) {
        status = bell__session_make(&options, 0, &life.session);
    }
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    if (status == BELL_OK) {
        live(&life);
        CHECK_INT(life.committed, life.ended);
    }
    bell__session_free(life.session);
    bell__protocol_free(options.protocol);
    CHECK_INT(0, counter.bytes);
    return counter.calls >= fail;
}

int main(void)
{
    size_t fail = 1;
    while (fail < ROUNDS_MAX && live_once(fail)) {
        fail++;
    }
    CHECK(fail > 20 && fail < ROUNDS_MAX);
    return check_report();
}
