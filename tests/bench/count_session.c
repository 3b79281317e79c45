/* count_session.c: calls, their ids, deadlines and the loss of a line for
 * scripts/count.sh: a session is fed numbers. It knows no clock and no
 * socket. */
#include <inttypes.h>

#include "base/memory.h"
#include "bench/count.h"
#include "core/session.h"
#include "protocol/centrifugo.h"

enum { MANY = 10000, BATCH = 100, SECONDS_30 = 30000 };

static const char params[] =
    "{\"user_id\":\"usr_01hq7v9x3k\",\"include_completed\":true}";
static const char result[] = "{\"total\":3,\"completed\":1,\"pending\":2}";

static const bell_method method = {.name = "tasks.get_stats",
                                   .json = "\"tasks.get_stats\"",
                                   .name_size = 15,
                                   .json_size = 17};

struct fed {
    struct bell__protocol *protocol;
    struct bell__session *session;
    int64_t now;
    uint64_t taken; /* frames */
    uint64_t seed;
    int ended;
    bell_call calls[MANY];
};

static uint64_t no_chance(void *context)
{
    (void)context;
    return 0;
}

static void collect(struct fed *fed)
{
    struct bell__completion completion;
    struct bell__session_news news;
    while (bell__session_next(fed->session, &completion)) {
        fed->ended++;
    }
    (void)bell__session_news(fed->session, &news);
}

static void take_frames(struct fed *fed)
{
    struct bell__outbox *outbox = bell__session_outbox(fed->session);
    fed->taken += outbox->count;
    bell__outbox_clear(outbox);
    bell__session_written(fed->session, fed->taken);
}

static void connect_line(struct fed *fed)
{
    static const char ready[] =
        "{\"id\":1,\"connect\":{\"client\":\"c\",\"version\":\"5.4.9\","
        "\"ping\":25,\"pong\":true}}";
    struct bell__frame frame = {
        .tag = 0, .bytes = ready, .size = sizeof ready - 1};
    fed->now += 100000; /* whatever the wait before the next line is */
    bell__session_tick(fed->session, fed->now);
    count_need(bell__session_wants_line(fed->session, fed->now), "a line");
    bell__session_opening(fed->session, fed->now);
    bell__session_opened(fed->session, fed->now);
    fed->taken = 0;
    take_frames(fed);
    bell__session_feed(fed->session, &frame, fed->now);
    collect(fed);
    count_need(bell__session_state(fed->session) == BELL__SESSION_READY,
               "greeting");
}

static void *open_session(const struct count_row *row)
{
    struct bell__centrifugo_options protocol = {
        .memory = &bell__memory_default, .token = "t", .name = "count"};
    struct bell__session_options options = {
        .memory = &bell__memory_default,
        .random = no_chance,
        .reconnect_min_ms = 10,
        .reconnect_max_ms = 200,
        .connect_deadline_ms = 5000,
        .ping_grace_ms = 1000000000,
        .calls_max = 2 * MANY,
        .request_bytes_max = 65536,
        .queue_bytes_max = 64 * 1024 * 1024,
    };
    struct fed *fed = calloc(1, sizeof *fed);
    (void)row;
    count_need(fed != NULL, "memory");
    count_need(bell__centrifugo_make(&protocol, &fed->protocol) == BELL_OK,
               "protocol");
    options.protocol = fed->protocol;
    count_need(bell__session_make(&options, 0, &fed->session) == BELL_OK,
               "session");
    connect_line(fed);
    return fed;
}

static void close_session(void *context)
{
    struct fed *fed = context;
    bell__session_free(fed->session);
    bell__protocol_free(fed->protocol);
    free(fed);
}

static bell_call submit(struct fed *fed, int64_t deadline)
{
    struct bell__order order = {.method = &method, .deadline = deadline};
    bell_error error;
    bell_call call = 0;
    struct bell__buf *out =
        bell__session_begin(fed->session, &order, fed->now, &error);
    count_need(out != NULL, "begin");
    count_need(bell__buf_append(out, params, sizeof params - 1) == BELL_OK,
               "params");
    count_need(bell__session_commit(fed->session, &call, &error) == BELL_OK,
               "commit");
    return call;
}

/* One frame with the replies to `count` calls. */
static void reply(struct fed *fed, const bell_call *calls, int count)
{
    static char text[BATCH * 128];
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        size +=
            (size_t)snprintf(text + size, sizeof text - size,
                             "%s{\"id\":%" PRIu32 ",\"rpc\":{\"data\":%s}}",
                             i == 0 ? "" : "\n", (uint32_t)calls[i], result);
    }
    struct bell__frame frame = {.tag = 0, .bytes = text, .size = size};
    bell__session_feed(fed->session, &frame, fed->now);
    collect(fed);
}

/* Out and home, one by one. */
static void one_by_one(void *context, int turns)
{
    struct fed *fed = context;
    fed->ended = 0;
    for (int i = 0; i < turns; i++) {
        fed->calls[0] = submit(fed, fed->now + SECONDS_30);
        take_frames(fed);
        reply(fed, fed->calls, 1);
    }
    count_need(fed->ended == turns, "every call ended");
}

static void submit_many(struct fed *fed)
{
    fed->ended = 0;
    for (int i = 0; i < MANY; i++) {
        fed->calls[i] =
            submit(fed, fed->now + (int64_t)(count_draw(&fed->seed) % 30000));
        if (i % BATCH == BATCH - 1) {
            take_frames(fed);
        }
    }
}

/* 10,000 in flight, and their replies in no order. */
static void in_flight(void *context, int turns)
{
    struct fed *fed = context;
    fed->seed = 7;
    for (int turn = 0; turn < turns; turn++) {
        submit_many(fed);
        for (int i = MANY - 1; i > 0; i--) {
            int other = (int)(count_draw(&fed->seed) % (uint64_t)(i + 1));
            bell_call call = fed->calls[i];
            fed->calls[i] = fed->calls[other];
            fed->calls[other] = call;
        }
        for (int i = 0; i < MANY; i += BATCH) {
            reply(fed, fed->calls + i, BATCH);
        }
        count_need(fed->ended == MANY, "every reply came");
    }
}

/* 10,000 in flight, and nobody answers: each ends at its deadline. */
static void deadlines(void *context, int turns)
{
    struct fed *fed = context;
    fed->seed = 11;
    for (int turn = 0; turn < turns; turn++) {
        submit_many(fed);
        while (fed->ended < MANY) {
            fed->now = bell__session_deadline(fed->session);
            bell__session_tick(fed->session, fed->now);
            collect(fed);
        }
    }
}

static void cancels(void *context, int turns)
{
    struct fed *fed = context;
    fed->seed = 13;
    for (int turn = 0; turn < turns; turn++) {
        submit_many(fed);
        for (int i = 0; i < MANY; i++) {
            count_need(bell__session_cancel(fed->session, fed->calls[i]),
                       "cancel");
        }
        collect(fed);
        count_need(fed->ended == MANY, "every call was cancelled");
    }
}

/* 10,000 in flight when the line breaks; then the next line. */
static void losses(void *context, int turns)
{
    struct fed *fed = context;
    fed->seed = 17;
    for (int turn = 0; turn < turns; turn++) {
        struct bell__line_end end = {.code = 1006, .text = "lost"};
        submit_many(fed);
        bell__session_lost(fed->session, &end, fed->now);
        collect(fed);
        count_need(fed->ended == MANY, "every call was lost");
        connect_line(fed);
    }
}

#define ROW(name_, turns_)                                                     \
    {                                                                          \
        .name = "session." #name_, .open = open_session, .run = (name_),       \
        .close = close_session, .turns = (turns_)                              \
    }

static const struct count_row rows[] = {ROW(one_by_one, 1000),
                                        ROW(in_flight, 1), ROW(deadlines, 1),
                                        ROW(cancels, 1), ROW(losses, 1)};

int main(int argc, char **argv)
{
    return count_main(rows, sizeof rows / sizeof rows[0], argc, argv);
}
