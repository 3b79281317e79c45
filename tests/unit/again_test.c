/* again_test.c: further tries of an exchange's call: which calls, after which
 * waits, within which budget. Time is numbers. */
#include "core/session.h"

#include "base/error.h"
#include "core/places.h"
#include "unit/counter.h"
#include "unit/toy.h"

enum { MIN_MS = 1000, MAX_MS = 6000 };

/* What is drawn: the longest wait, or none. */
static uint64_t drawn;

static uint64_t draw(void *context)
{
    (void)context;
    return drawn;
}

/* 503 asks for another try, 429 for one after as many milliseconds as the body
 * says. */
static bool decode(struct bell__protocol *protocol,
                   const struct bell__frame *frame, size_t *at,
                   struct bell__event *event)
{
    if (!toy_decode(protocol, frame, at, event)) {
        return false;
    }
    if (frame->code != 200) {
        event->kind = BELL__EVENT_ERROR;
        event->code = frame->code;
        event->again = frame->code != 404;
        event->elsewhere = frame->code == 503;
        event->after_ms =
            frame->code == 429 ? strtol(frame->bytes, NULL, 10) : -1;
        snprintf(event->text, sizeof event->text, "status %d",
                 (int)frame->code);
    }
    return true;
}

static struct bell__protocol_ops ops;
static struct bell__protocol protocol = {.ops = &ops};

static const bell_method once = {.name = "once", .name_size = 4};
static const bell_method again = {
    .name = "again", .name_size = 5, .flags = BELL_METHOD_IDEMPOTENT};

/* Where calls go: NULL, there is one server. */
static struct bell__places *places;

struct rig {
    struct bell__session *session;
    struct counter counter;
    bell_allocator memory;
    int64_t now;
    int sent; /* frames that left */
    uint8_t place;
    uint64_t tag;
};

static void open_rig(struct rig *rig, int32_t budget)
{
    memset(rig, 0, sizeof *rig);
    rig->memory = counter_allocator(&rig->counter);
    struct bell__session_options options = {.memory = &rig->memory,
                                            .protocol = &protocol,
                                            .random = draw,
                                            .connect_deadline_ms = 5000,
                                            .reconnect_min_ms = 1,
                                            .reconnect_max_ms = 1,
                                            .retry_min_ms = MIN_MS,
                                            .retry_max_ms = MAX_MS,
                                            .retry_budget = budget,
                                            .places = places,
                                            .calls_max = 1000,
                                            .request_bytes_max = 1000000,
                                            .queue_bytes_max = 1000000};
    ops = toy_ops;
    ops.decode = decode;
    CHECK_INT(BELL_OK, bell__session_make(&options, 0, &rig->session));
    bell__session_opening(rig->session, 0);
    bell__session_opened(rig->session, 0);
}

static void close_rig(struct rig *rig)
{
    bell__session_free(rig->session);
    CHECK_INT(0, rig->counter.bytes);
}

/* What is in the outbox leaves. */
static void flush(struct rig *rig)
{
    struct bell__outbox *outbox = bell__session_outbox(rig->session);
    for (size_t i = 0; i < outbox->count; i++) {
        CHECK_BYTES("params.",
                    outbox->bytes.bytes + outbox->spans[i].offset +
                        outbox->spans[i].size - 7,
                    7);
        rig->tag = outbox->spans[i].tag;
        rig->place = outbox->spans[i].place;
        rig->sent++;
    }
    bell__outbox_clear(outbox);
}

static bell_call call(struct rig *rig, const bell_method *method,
                      int64_t deadline, uint32_t retries)
{
    struct bell__order order = {
        .method = method, .deadline = deadline, .retries = retries};
    bell_error error;
    bell_call number = 0;
    struct bell__buf *out =
        bell__session_begin(rig->session, &order, rig->now, &error);
    CHECK(out != NULL);
    CHECK_INT(BELL_OK, bell__buf_append(out, "params", 6));
    CHECK_INT(BELL_OK, bell__session_commit(rig->session, &number, &error));
    flush(rig);
    return number;
}

/* The exchange ends; true where its call does. */
static bool say(struct rig *rig, enum bell__exchange end, int32_t code,
                const char *text, struct bell__completion *ended)
{
    struct bell__frame frame = {.tag = rig->tag,
                                .bytes = text,
                                .size = strlen(text),
                                .exchange = end,
                                .code = code,
                                .trouble = text};
    bell__session_feed(rig->session, &frame, rig->now);
    bool over = bell__session_next(rig->session, ended);
    struct bell__completion none;
    CHECK(!over || !bell__session_next(rig->session, &none));
    flush(rig);
    return over;
}

/* Time passes; nothing leaves before `ms`, one frame does at it. */
static void wait_for(struct rig *rig, int64_t ms)
{
    int sent = rig->sent;
    int64_t next = bell__session_deadline(rig->session);
    CHECK(next >= rig->now + ms - 8 && next <= rig->now + ms + 8);
    bell__session_tick(rig->session, rig->now + ms - 1);
    flush(rig);
    CHECK_INT(sent, rig->sent);
    rig->now += ms + 8;
    bell__session_tick(rig->session, rig->now);
    flush(rig);
    CHECK_INT(sent + 1, rig->sent);
}

static void a_call_is_tried_as_often_as_it_may(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, -1);
    bell_call number = call(&rig, &again, INT64_MAX, 4);
    static const int64_t waits[] = {1000, 2000, 4000, 6000};
    for (size_t i = 0; i < 4; i++) {
        drawn = (uint64_t)waits[i]; /* the most that is drawn from */
        CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
        CHECK(bell__session_waits(rig.session, number));
        wait_for(&rig, waits[i]);
        CHECK_INT(number, rig.tag);
    }
    CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    CHECK_INT(BELL_REFUSED, ended.status);
    CHECK_INT(503, ended.error.code);
    CHECK_TEXT("status 503", ended.error.message);
    close_rig(&rig);
}

/* One more than the most is as if nothing had been drawn. */
static void a_wait_is_within_its_span(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, -1);
    call(&rig, &again, INT64_MAX, 2);
    drawn = MIN_MS + 1;
    CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    CHECK_INT(2, rig.sent);
    drawn = 2 * MIN_MS + 1;
    CHECK(!say(&rig, BELL__EXCHANGE_UNKNOWN, 0, "cut", &ended));
    CHECK_INT(3, rig.sent);
    CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 200, "1", &ended));
    CHECK_INT(BELL_OK, ended.status);
    close_rig(&rig);
}

/* What is not idempotent only where it has certainly not been executed. */
static void what_may_not_be_repeated_is_not(void)
{
    static const struct {
        const bell_method *method;
        enum bell__exchange end;
        int32_t code;
        bool tried;
        bell_status status;
        bell_sent sent;
    } cases[] = {
        {&once, BELL__EXCHANGE_NOT_SENT, 0, true, BELL_OK, BELL_SENT_NO},
        {&once, BELL__EXCHANGE_UNKNOWN, 0, false, BELL_DISCONNECTED,
         BELL_SENT_UNKNOWN},
        {&once, BELL__EXCHANGE_REPLIED, 503, false, BELL_REFUSED,
         BELL_SENT_UNKNOWN},
        {&again, BELL__EXCHANGE_NOT_SENT, 0, true, BELL_OK, BELL_SENT_NO},
        {&again, BELL__EXCHANGE_UNKNOWN, 0, true, BELL_OK, BELL_SENT_NO},
        {&again, BELL__EXCHANGE_REPLIED, 503, true, BELL_OK, BELL_SENT_NO},
        {&again, BELL__EXCHANGE_REPLIED, 404, false, BELL_REFUSED,
         BELL_SENT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        struct bell__completion ended;
        open_rig(&rig, -1);
        drawn = 500;
        call(&rig, cases[i].method, INT64_MAX, 3);
        bool over = say(&rig, cases[i].end, cases[i].code, "!", &ended);
        CHECK(over == !cases[i].tried);
        if (cases[i].tried) {
            wait_for(&rig, 500);
        } else if (over) {
            CHECK_INT(cases[i].status, ended.status);
            CHECK_INT(cases[i].sent, ended.error.sent);
        }
        close_rig(&rig);
    }
}

/* Not sent, after a try that may have arrived. */
static void what_was_sent_once_stays_unknown(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, -1);
    drawn = 0;
    call(&rig, &again, INT64_MAX, 1);
    CHECK(!say(&rig, BELL__EXCHANGE_UNKNOWN, 0, "cut", &ended));
    CHECK(say(&rig, BELL__EXCHANGE_NOT_SENT, 0, "no route", &ended));
    CHECK_INT(BELL_DISCONNECTED, ended.status);
    CHECK_INT(BELL_SENT_UNKNOWN, ended.error.sent);
    close_rig(&rig);
}

/* The longer one; 0 has a floor. */
static void the_server_says_when(void)
{
    static const struct {
        const char *said;
        uint64_t drawn;
        int64_t wait;
    } cases[] = {
        {"3000", 10, 3000}, {"300", 900, 900}, {"0", 0, 100}, {"0", 700, 700}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        struct bell__completion ended;
        open_rig(&rig, -1);
        drawn = cases[i].drawn;
        call(&rig, &again, INT64_MAX, 1);
        CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 429, cases[i].said, &ended));
        wait_for(&rig, cases[i].wait);
        close_rig(&rig);
    }
}

/* A wait that would pass it is none: the call ends with what it has. */
static void a_deadline_leaves_no_time(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, -1);
    drawn = 0;
    call(&rig, &again, 3000, 3);
    CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 429, "3000", &ended));
    CHECK_INT(BELL_REFUSED, ended.status);
    CHECK_INT(429, ended.error.code);
    call(&rig, &again, 3000, 3);
    CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 429, "2900", &ended));
    wait_for(&rig, 2900);
    rig.now = 3009;
    bell__session_tick(rig.session, rig.now);
    CHECK(bell__session_next(rig.session, &ended));
    CHECK_INT(BELL_DEADLINE, ended.status);
    close_rig(&rig);
}

static void a_rest_ends_with_the_call(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, -1);
    drawn = 1000;
    bell_call number = call(&rig, &once, INT64_MAX, 3);
    CHECK(!say(&rig, BELL__EXCHANGE_NOT_SENT, 0, "refused", &ended));
    CHECK(bell__session_cancel(rig.session, number));
    CHECK(bell__session_next(rig.session, &ended));
    CHECK_INT(BELL_CANCELLED, ended.status);
    CHECK_INT(BELL_SENT_NO, ended.error.sent);
    struct bell__given_up given;
    CHECK(!bell__session_given_up(rig.session, &given));
    number = call(&rig, &again, INT64_MAX, 3);
    CHECK(!say(&rig, BELL__EXCHANGE_UNKNOWN, 0, "cut", &ended));
    bell__session_shut(rig.session);
    CHECK(bell__session_next(rig.session, &ended));
    CHECK_INT(number, ended.call);
    CHECK_INT(BELL_CLOSED, ended.status);
    CHECK_INT(BELL_SENT_UNKNOWN, ended.error.sent);
    close_rig(&rig);
}

/* Without a wait, until each server has had the call; then with one, whatever
 * server that is. */
static void another_server_is_asked_at_once(void)
{
    static struct bell__places three;
    static const struct {
        const bell_method *method;
        enum bell__exchange end;
        int32_t code;
        bool at_once;
    } cases[] = {
        {&again, BELL__EXCHANGE_REPLIED, 503, true},
        {&again, BELL__EXCHANGE_UNKNOWN, 0, true},
        {&once, BELL__EXCHANGE_NOT_SENT, 0, true},
        {&again, BELL__EXCHANGE_REPLIED, 429, false},
    };
    drawn = 500;
    places = &three;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        struct bell__completion ended;
        bell__places_open(&three, 3, 100000);
        open_rig(&rig, -1);
        call(&rig, cases[i].method, INT64_MAX, 9);
        for (int j = 0; j < 5; j++) {
            CHECK_INT(j % 3, rig.place);
            CHECK_INT(j + 1, rig.sent);
            CHECK(!say(&rig, cases[i].end, cases[i].code, "500", &ended));
            if (!cases[i].at_once || j >= 2) {
                drawn = 500;
                wait_for(&rig, 500);
            }
        }
        close_rig(&rig);
    }
    places = NULL;
}

/* It says nothing of the server that would have been asked, nor of others. */
static void an_answer_of_before_counts_for_nobody(void)
{
    static struct bell__places two;
    struct rig rig;
    struct bell__completion ended;
    places = &two;
    bell__places_open(&two, 2, 100000);
    open_rig(&rig, 10);
    call(&rig, &again, INT64_MAX, 9);
    CHECK(!say(&rig, BELL__EXCHANGE_UNKNOWN, 0, "cut", &ended));
    CHECK(say(&rig, BELL__EXCHANGE_UNKNOWN, 0, "cut", &ended));
    for (int i = 0; i < 20; i++) {
        struct bell__frame frame = {.bytes = "1",
                                    .size = 1,
                                    .exchange = BELL__EXCHANGE_REPLIED,
                                    .stored = true,
                                    .code = 200};
        frame.tag = call(&rig, &again, INT64_MAX, 9);
        bell__session_feed(rig.session, &frame, 0);
        CHECK(bell__session_next(rig.session, &ended));
        CHECK_INT(BELL_OK, ended.status);
    }
    CHECK(two.rests_until[0] > 0 && two.rests_until[1] > 0);
    call(&rig, &again, INT64_MAX, 9);
    CHECK(say(&rig, BELL__EXCHANGE_UNKNOWN, 0, "cut", &ended));
    close_rig(&rig);
    places = NULL;
}

/* Two tries for 20; ten good replies are worth another one. */
static void a_budget_bounds_them_all(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, 20);
    drawn = 0;
    call(&rig, &again, INT64_MAX, 9);
    CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    CHECK(!say(&rig, BELL__EXCHANGE_UNKNOWN, 0, "cut", &ended));
    CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    for (int i = 0; i < 10; i++) {
        call(&rig, &again, INT64_MAX, 9);
        if (i == 9) {
            CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
            call(&rig, &again, INT64_MAX, 9);
        }
        CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 200, "1", &ended));
    }
    call(&rig, &again, INT64_MAX, 9);
    CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    close_rig(&rig);
}

/* It is full at the beginning: what is earned then is not saved. */
static void a_budget_has_a_most(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, 10);
    drawn = 0;
    for (int i = 0; i < 30; i++) {
        call(&rig, &again, INT64_MAX, 9);
        CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 200, "1", &ended));
    }
    call(&rig, &again, INT64_MAX, 9);
    CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
    close_rig(&rig);
}

/* Params are kept without an allocation for each call. */
static void kept_params_take_no_memory(void)
{
    struct rig rig;
    struct bell__completion ended;
    open_rig(&rig, -1);
    drawn = 0;
    size_t calls = 0;
    for (int i = 0; i < 20; i++) {
        call(&rig, &again, INT64_MAX, 3);
        CHECK(!say(&rig, BELL__EXCHANGE_REPLIED, 503, "!", &ended));
        CHECK(say(&rig, BELL__EXCHANGE_REPLIED, 200, "1", &ended));
        calls = i == 3 ? rig.counter.calls : calls;
    }
    CHECK_INT(calls, rig.counter.calls);
    close_rig(&rig);
}

int main(void)
{
    a_call_is_tried_as_often_as_it_may();
    a_wait_is_within_its_span();
    what_may_not_be_repeated_is_not();
    what_was_sent_once_stays_unknown();
    the_server_says_when();
    a_deadline_leaves_no_time();
    a_rest_ends_with_the_call();
    another_server_is_asked_at_once();
    an_answer_of_before_counts_for_nobody();
    a_budget_bounds_them_all();
    a_budget_has_a_most();
    kept_params_take_no_memory();
    return check_report();
}
