/* withdraw_test.c: commands of calls that are over never leave the outbox, and
 * those around them leave as they were; also heads in front of bodies. */
#include <stdlib.h>

#include "core/session.h"
#include "unit/toy.h"

enum { CALLS_MAX = 200, ROUNDS = 400, LIMIT = 64 };

static uint64_t draw(void *context)
{
    (void)context;
    return 0;
}

static bell_status begin(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id, const bell_method *method)
{
    char text[16];
    (void)protocol;
    (void)method;
    snprintf(text, sizeof text, "%" PRIu32 ":", id);
    return bell__buf_append(out, text, strlen(text));
}

static const struct bell__protocol_ops joined_ops = {
    .name = "joined",
    .join = "\n",
    .binary = true,
    .begin = begin,
    .end = toy_end,
    .decode = toy_decode,
    .closed = toy_closed,
    .free = toy_free,
};
static struct bell__protocol joined = {.ops = &joined_ops};

static const bell_method method = {.name = "m", .name_size = 1};

static struct bell__session *make_within(struct bell__protocol *protocol,
                                         size_t queue)
{
    struct bell__session *session = NULL;
    struct bell__session_options options = {
        .memory = &bell__memory_default,
        .protocol = protocol,
        .random = draw,
        .reconnect_max_ms = 1000,
        .connect_deadline_ms = 1000,
        .calls_max = CALLS_MAX,
        .request_bytes_max = LIMIT,
        .queue_bytes_max = queue,
    };
    CHECK_INT(BELL_OK, bell__session_make(&options, 0, &session));
    bell__session_opening(session, 0);
    bell__session_opened(session, 0);
    CHECK_INT(BELL__SESSION_READY, bell__session_state(session));
    return session;
}

static struct bell__session *make(struct bell__protocol *protocol)
{
    return make_within(protocol, 1 << 20);
}

struct call {
    bell_call number;
    char text[32]; /* the whole command */
    bool over;
};

static void start(struct bell__session *session, struct call *call)
{
    struct bell__order order = {.method = &method, .deadline = INT64_MAX};
    bell_error error;
    size_t size = (size_t)rand() % 6;
    struct bell__buf *out = bell__session_begin(session, &order, 0, &error);
    CHECK(out != NULL);
    if (out == NULL) {
        return;
    }
    CHECK_INT(BELL_OK, bell__buf_append(out, "abcdef", size));
    CHECK_INT(BELL_OK, bell__session_commit(session, &call->number, &error));
    snprintf(call->text, sizeof call->text, "%" PRIu32 ":%.*s.",
             (uint32_t)call->number, (int)size, "abcdef");
    call->over = false;
}

/* Takes the outbox: its commands are those of the calls that live, in order,
 * with one join between two of one frame and none at an end. */
static void check_sent(struct bell__session *session, const struct call *calls,
                       size_t count)
{
    struct bell__outbox *outbox = bell__session_outbox(session);
    size_t next = 0;
    for (size_t i = 0; i < outbox->count; i++) {
        const struct bell__span *span = &outbox->spans[i];
        char frame[LIMIT + 1];
        CHECK(span->size > 0 && span->size <= LIMIT);
        CHECK(span->binary && span->tag == 0);
        snprintf(frame, sizeof frame, "%.*s", (int)span->size,
                 outbox->bytes.bytes + span->offset);
        char *at = frame;
        for (char *end = frame; end != NULL; at = end + 1) {
            end = strchr(at, '\n');
            while (next < count && calls[next].over) {
                next++;
            }
            CHECK(next < count);
            if (next == count) {
                return;
            }
            CHECK_BYTES(calls[next].text, at,
                        end == NULL ? strlen(at) : (size_t)(end - at));
            next++;
            if (end == NULL) {
                break;
            }
        }
    }
    while (next < count && calls[next].over) {
        next++;
    }
    CHECK_INT(count, next);
    bell__outbox_clear(outbox);
}

static void drain(struct bell__session *session, enum bell_sent sent)
{
    struct bell__completion completion;
    memset(&completion, 0xaa, sizeof completion);
    while (bell__session_next(session, &completion)) {
        CHECK_INT(sent, completion.error.sent);
        CHECK_INT(0, completion.code);
        CHECK_INT(0, completion.head.size);
    }
}

static void whatever_is_cancelled(void)
{
    static struct call calls[CALLS_MAX];
    srand(7);
    for (int round = 0; round < ROUNDS; round++) {
        struct bell__session *session = make(&joined);
        size_t count = 1 + (size_t)rand() % 40;
        int often = rand() % 5; /* 0: nothing is cancelled */
        for (size_t i = 0; i < count; i++) {
            start(session, &calls[i]);
            if (rand() % 8 == 0) { /* also in the middle */
                (void)bell__session_outbox(session);
            }
            size_t victim = (size_t)rand() % (i + 1);
            if (rand() % 4 < often && !calls[victim].over) {
                CHECK(bell__session_cancel(session, calls[victim].number));
                calls[victim].over = true;
            }
        }
        drain(session, BELL_SENT_NO);
        bool breaks = rand() % 3 == 0;
        if (breaks) { /* what lives waits for the next line as it was */
            struct bell__line_end end = {0, 0, "broken"};
            bell__session_lost(session, &end, 1);
            bell__session_opening(session, 2);
            bell__session_opened(session, 2);
        }
        check_sent(session, calls, count);
        bell__session_written(session, 1000);
        for (size_t i = 0; i < count; i++) {
            if (!calls[i].over) {
                CHECK(bell__session_cancel(session, calls[i].number));
            }
        }
        drain(session, BELL_SENT_UNKNOWN);
        CHECK_INT(0, bell__session_outbox(session)->count);
        bell__session_free(session);
    }
}

/* Slots are used again in any order; what is sent again leaves in the order
 * of the calls, in front of younger ones, and what ends together ends so. */
static void sent_again_in_order(void)
{
    enum { OLD = 5, ALL = 9 };
    static const bell_method again = {
        .name = "m", .name_size = 1, .flags = BELL_METHOD_IDEMPOTENT};
    struct bell__session *session = make(&joined);
    struct call calls[ALL];
    struct call early[OLD];
    for (int i = 0; i < OLD; i++) {
        start(session, &early[i]);
    }
    for (int i = 0; i < OLD; i++) { /* leaves a mixed list of free slots */
        CHECK(bell__session_cancel(session, early[(i * 3) % OLD].number));
    }
    drain(session, BELL_SENT_NO);
    bell__outbox_clear(bell__session_outbox(session));
    for (int i = 0; i < ALL; i++) {
        struct bell__order order = {
            .method = &again, .deadline = INT64_MAX, .retries = 1};
        bell_error error;
        CHECK(bell__session_begin(session, &order, 0, &error) != NULL);
        CHECK_INT(BELL_OK,
                  bell__session_commit(session, &calls[i].number, &error));
        snprintf(calls[i].text, sizeof calls[i].text, "%" PRIu32 ":.",
                 (uint32_t)calls[i].number);
        calls[i].over = false;
        if (i == OLD) {
            bell__outbox_clear(bell__session_outbox(session));
        }
    }
    struct bell__line_end end = {0, 0, "broken"};
    bell__session_written(session, 1000);
    bell__session_lost(session, &end, 1);
    bell__session_opening(session, 2);
    bell__session_opened(session, 2);
    check_sent(session, calls, ALL);
    bell__session_lost(session, &end, 3); /* tries are spent, but the last's */
    bell__session_shut(session);
    bell_call last = 0;
    struct bell__completion completion;
    while (bell__session_next(session, &completion)) {
        CHECK(completion.call > last);
        last = completion.call;
    }
    CHECK_INT(calls[ALL - 1].number, last);
    bell__session_free(session);
}

/* What a deadline withdrew was never sent, and its words say so. */
/* What is withdrawn fills the queue no more, though it stands there still. */
static void withdrawn_is_room(void)
{
    struct bell__session *session = make_within(&joined, 100);
    struct call calls[CALLS_MAX];
    size_t count = 0;
    bell_error error;
    struct bell__order order = {.method = &method, .deadline = INT64_MAX};
    while (count < CALLS_MAX &&
           bell__session_begin(session, &order, 0, &error) != NULL) {
        bell__session_abort(session);
        start(session, &calls[count++]);
    }
    CHECK(count > 2 && count < CALLS_MAX);
    CHECK_TEXT("queue_bytes_max (100) is reached: nothing was sent",
               error.message);
    for (size_t i = 0; i < 2; i++) {
        CHECK(bell__session_cancel(session, calls[i].number));
        calls[i].over = true;
    }
    start(session, &calls[count++]);
    check_sent(session, calls, count);
    drain(session, BELL_SENT_NO);
    bell__session_free(session);
}

static void late_before_it_left(void)
{
    struct bell__session *session = make(&joined);
    struct bell__order order = {.method = &method, .deadline = 500};
    struct bell__completion completion;
    bell_call call = 0;
    bell_error error;
    CHECK(bell__session_begin(session, &order, 0, &error) != NULL);
    CHECK_INT(BELL_OK, bell__session_commit(session, &call, &error));
    bell__session_tick(session, 600);
    CHECK(bell__session_next(session, &completion));
    CHECK_INT(BELL_DEADLINE, completion.status);
    CHECK_INT(BELL_SENT_NO, completion.error.sent);
    CHECK_TEXT("m: not sent within 500 ms", completion.error.message);
    CHECK_INT(0, bell__session_outbox(session)->count);
    bell__session_free(session);
}

/* A route is the head of an exchange's frame, also where it waited. */
static void a_head_stays_in_front(void)
{
    static const bell_route route = {.verb = "GET"};
    static const bell_method routed = {
        .name = "r", .name_size = 1, .route = &route};
    struct bell__order order = {.method = &routed, .deadline = INT64_MAX};
    struct bell__session *session = make(&toy_protocol);
    bell_error error;
    bell_call call = 0;
    for (int i = 0; i < 2; i++) {
        struct bell__buf *out = bell__session_begin(session, &order, 0, &error);
        CHECK_INT(BELL_OK, bell__buf_append(out, "/path", 5));
        CHECK_INT(BELL_OK, bell__session_body(session, out));
        CHECK_INT(BELL_OK, bell__buf_append(out, "body", 4));
        CHECK_INT(BELL_OK, bell__session_commit(session, &call, &error));
        const struct bell__outbox *outbox = bell__session_outbox(session);
        CHECK_INT(1, outbox->count);
        const struct bell__span *span = &outbox->spans[0];
        CHECK_BYTES("r /path|body.", outbox->bytes.bytes + span->offset,
                    span->size);
        CHECK_INT(8, span->head_size);
        CHECK_INT(2, span->lead_size);
        CHECK_INT(call, span->tag);
        struct bell__line_end end = {0, 0, "broken"};
        bell__session_lost(session, &end, 1);
        bell__session_opening(session, 2);
        bell__session_opened(session, 2);
        outbox = bell__session_outbox(session);
        span = &outbox->spans[0];
        CHECK_BYTES("r /path|body.", outbox->bytes.bytes + span->offset,
                    span->size);
        CHECK_INT(8, span->head_size);
        CHECK_INT(2, span->lead_size);
        CHECK(bell__session_cancel(session, call));
        CHECK_INT(0, bell__session_outbox(session)->count);
        drain(session, BELL_SENT_NO);
    }
    bell__session_free(session);
}

/* A second try is withdrawn or never begins; the first may have arrived. */
static void an_earlier_try_may_have_left(void)
{
    static const bell_method repeatable = {
        .name = "m", .name_size = 1, .flags = BELL_METHOD_IDEMPOTENT};
    struct bell__line_end end = {0, 0, "broken"};
    for (int reached = 0; reached < 2; reached++) {
        for (int second = 0; second < 2; second++) {
            struct bell__session *session = make(&joined);
            struct bell__order order = {
                .method = &repeatable, .deadline = INT64_MAX, .retries = 2};
            bell_error error;
            bell_call call = 0;
            CHECK(bell__session_begin(session, &order, 0, &error) != NULL);
            CHECK_INT(BELL_OK, bell__session_commit(session, &call, &error));
            bell__outbox_clear(bell__session_outbox(session));
            bell__session_written(session, reached != 0);
            bell__session_lost(session, &end, 1);
            if (second) {
                bell__session_opening(session, 2);
                bell__session_opened(session, 2);
            }
            CHECK(bell__session_cancel(session, call));
            drain(session, reached ? BELL_SENT_UNKNOWN : BELL_SENT_NO);
            bell__session_free(session);
        }
    }
}

int main(void)
{
    an_earlier_try_may_have_left();
    whatever_is_cancelled();
    sent_again_in_order();
    withdrawn_is_room();
    late_before_it_left();
    a_head_stays_in_front();
    return check_report();
}
