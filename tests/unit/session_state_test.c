/* session_state_test.c: every event in every state of a session; limits; what
 * a caller may do between two ends. */
#include "core/session.h"

#include <stdlib.h>

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "unit/check.h"

static const bell_method method = {
    .name = "t.m", .json = "\"t.m\"", .name_size = 3, .json_size = 5};

enum { NOW = 1000, FIRST_ID = 2, DEADLINE_MS = 3000, TTL_MS = 1000 };

struct rig {
    struct bell__protocol *protocol;
    struct bell__session *session;
    struct bell__outbox taken; /* swapped as a transport does */
    uint64_t frames;
    int64_t now;
};

static uint64_t no_jitter(void *context)
{
    (void)context;
    return 0;
}

static void open_rig(struct rig *rig, uint32_t calls_max, size_t request,
                     size_t queue)
{
    struct bell__centrifugo_options protocol = {
        .memory = &bell__memory_default, .token = "t", .name = "n"};
    struct bell__session_options options = {
        .memory = &bell__memory_default,
        .random = no_jitter,
        .reconnect_min_ms = 500,
        .reconnect_max_ms = 20000,
        .connect_deadline_ms = 5000,
        .ping_grace_ms = 10000,
        .calls_max = calls_max,
        .request_bytes_max = request,
        .queue_bytes_max = queue,
        .renews = true,
    };
    memset(rig, 0, sizeof *rig);
    rig->now = NOW;
    bell__outbox_open(&rig->taken, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, bell__centrifugo_make(&protocol, &rig->protocol));
    options.protocol = rig->protocol;
    CHECK_INT(BELL_OK, bell__session_make(&options, NOW, &rig->session));
}

static void close_rig(struct rig *rig)
{
    bell__session_free(rig->session);
    bell__protocol_free(rig->protocol);
    bell__outbox_close(&rig->taken);
}

/* All frames leave, and wait in the transport. */
static void take_unwritten(struct rig *rig)
{
    struct bell__outbox *outbox = bell__session_outbox(rig->session);
    struct bell__outbox empty = rig->taken;
    bell__outbox_clear(&empty);
    rig->taken = *outbox;
    *outbox = empty;
    rig->frames += rig->taken.count;
}

/* All frames leave, and the kernel has them. */
static void take(struct rig *rig)
{
    take_unwritten(rig);
    bell__session_written(rig->session, rig->frames);
}

static void feed(struct rig *rig, const char *text)
{
    struct bell__frame frame = {.bytes = text, .size = strlen(text)};
    bell__session_feed(rig->session, &frame, rig->now);
}

static void lose(struct rig *rig, int32_t code)
{
    struct bell__line_end end = {code, 0, "reset"};
    rig->frames = 0;
    bell__session_lost(rig->session, &end, rig->now);
}

/* The next end's status; -1 where there is none. */
static int next(struct rig *rig, bell_error *error)
{
    struct bell__completion completion;
    memset(&completion, 0, sizeof completion);
    if (!bell__session_next(rig->session, &completion)) {
        return -1;
    }
    if (error != NULL) {
        *error = completion.error;
    }
    return (int)completion.status;
}

static bell_status begin_as(struct rig *rig, const bell_method *as,
                            const char *params, bell_call *call,
                            bell_error *error)
{
    struct bell__order order = {.method = as,
                                .deadline = rig->now + DEADLINE_MS};
    struct bell__buf *out =
        bell__session_begin(rig->session, &order, rig->now, error);
    if (out == NULL) {
        return error->status;
    }
    bell_status status = bell__buf_append(out, params, strlen(params));
    if (status != BELL_OK) {
        bell__session_abort(rig->session);
        return status;
    }
    return bell__session_commit(rig->session, call, error);
}

static bell_status begin(struct rig *rig, const char *params, bell_call *call,
                         bell_error *error)
{
    return begin_as(rig, &method, params, call, error);
}

static bell_call call(struct rig *rig)
{
    bell_call number = 0;
    bell_error error;
    CHECK_INT(BELL_OK, begin(rig, "{}", &number, &error));
    return number;
}

static void connect_line(struct rig *rig)
{
    rig->now += 20000;
    bell__session_tick(rig->session, rig->now);
    CHECK(bell__session_wants_line(rig->session, rig->now));
    bell__session_opening(rig->session, rig->now);
    bell__session_opened(rig->session, rig->now);
    take(rig);
    feed(rig, "{\"id\":1,\"connect\":{\"ttl\":1,\"ping\":25,\"pong\":true}}");
    CHECK_INT(-1, next(rig, NULL));
    CHECK_INT(BELL__SESSION_READY, bell__session_state(rig->session));
}

/* ---- Every event in every state --------------------------------------------
 */

/* Where the one call is when the event comes. */
enum place {
    WAITING,  /* for the first line */
    OPENING,  /* ... which is being opened */
    GREETING, /* ... which is not READY */
    QUEUED,   /* READY, in the outbox */
    ON_LINE,  /* READY, written */
    OVER,     /* READY, the call ended */
    TERMINAL,
    CLOSED,
    PLACES
};

enum happening {
    REPLY,
    REFUSAL,
    STRANGER, /* a reply to nobody */
    NONSENSE,
    BREAK,   /* the line breaks */
    GOODBYE, /* a final close code */
    LATE,    /* the call's deadline */
    CANCEL,
    SHUT,
    DUE,          /* the token's time has come */
    RENEW,        /* there is another one */
    UNAUTHORIZED, /* there will be none */
    NO_TOKEN,     /* not now */
    HAPPENINGS
};

enum { NO = -1 }; /* nothing ends */

/* How the call ends; NO: not by this. */
static const int8_t ends[PLACES][HAPPENINGS] = {
    /* REPLY, REFUSAL, STRANGER, NONSENSE, BREAK, GOODBYE, LATE, CANCEL, SHUT,
     * DUE, RENEW, UNAUTHORIZED, NO_TOKEN */
    [WAITING] = {NO, NO, NO, NO, NO, NO, BELL_DEADLINE, BELL_CANCELLED,
                 BELL_CLOSED, NO, NO, BELL_TERMINAL, NO},
    [OPENING] = {NO, NO, NO, NO, NO, BELL_TERMINAL, BELL_DEADLINE,
                 BELL_CANCELLED, BELL_CLOSED, NO, NO, NO, NO},
    [GREETING] = {NO, NO, NO, NO, NO, BELL_TERMINAL, BELL_DEADLINE,
                  BELL_CANCELLED, BELL_CLOSED, NO, NO, NO, NO},
    [QUEUED] = {NO, NO, NO, NO, NO, BELL_TERMINAL, BELL_DEADLINE,
                BELL_CANCELLED, BELL_CLOSED, NO, NO, BELL_TERMINAL, NO},
    [ON_LINE] = {BELL_OK, BELL_REFUSED, NO, BELL_DISCONNECTED,
                 BELL_DISCONNECTED, BELL_TERMINAL, BELL_DEADLINE,
                 BELL_CANCELLED, BELL_CLOSED, NO, NO, BELL_TERMINAL, NO},
    [OVER] = {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO},
    [TERMINAL] = {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO},
    [CLOSED] = {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO},
};

static void go_on_line(struct rig *rig, enum place place)
{
    connect_line(rig);
    CHECK_INT(FIRST_ID, call(rig));
    if (place == QUEUED) {
        return;
    }
    take(rig);
    if (place == OVER) {
        feed(rig, "{\"id\":2,\"rpc\":{}}");
        CHECK_INT(BELL_OK, next(rig, NULL));
    } else if (place == TERMINAL) {
        lose(rig, 3500);
        CHECK_INT(BELL_TERMINAL, next(rig, NULL));
    } else if (place == CLOSED) {
        bell__session_shut(rig->session);
        CHECK_INT(BELL_CLOSED, next(rig, NULL));
    }
}

static void go(struct rig *rig, enum place place)
{
    if (place >= QUEUED) {
        go_on_line(rig, place);
        return;
    }
    CHECK_INT(FIRST_ID, call(rig));
    if (place >= OPENING) {
        bell__session_opening(rig->session, rig->now);
    }
    if (place >= GREETING) {
        bell__session_opened(rig->session, rig->now);
        take(rig);
    }
}

static void happen(struct rig *rig, enum happening happening)
{
    switch (happening) {
    case REPLY:
        feed(rig, "{\"id\":2,\"rpc\":{\"data\":1}}");
        return;
    case REFUSAL:
        feed(rig, "{\"id\":2,\"error\":{\"code\":7,\"message\":\"m\"}}");
        return;
    case STRANGER:
        feed(rig, "{\"id\":3,\"rpc\":{\"data\":1}}\n{\"id\":0,\"rpc\":{}}");
        return;
    case NONSENSE:
        feed(rig, "nonsense");
        return;
    case BREAK:
        lose(rig, 0);
        return;
    case GOODBYE:
        lose(rig, 3500);
        return;
    case LATE:
        rig->now += DEADLINE_MS + 8;
        bell__session_tick(rig->session, rig->now);
        return;
    case CANCEL:
        bell__session_cancel(rig->session, FIRST_ID);
        return;
    case DUE:
        rig->now += TTL_MS;
        bell__session_tick(rig->session, rig->now);
        return;
    case RENEW:
        bell__session_renew(rig->session, rig->now);
        return;
    case UNAUTHORIZED:
        bell__session_refused(rig->session, true, "none", rig->now);
        return;
    case NO_TOKEN:
        bell__session_renew_later(rig->session, rig->now);
        return;
    default:
        bell__session_shut(rig->session);
    }
}

/* The event twice, then the end of everything: one end in all. */
static void one_case(enum place place, enum happening happening)
{
    struct rig rig;
    open_rig(&rig, 10, 65536, 1 << 20);
    go(&rig, place);
    bool lives = place < OVER;
    CHECK_INT(lives, bell__session_waits(rig.session, FIRST_ID));
    happen(&rig, happening);
    bell_error error;
    memset(&error, 0, sizeof error);
    int status = next(&rig, &error);
    if (status != ends[place][happening]) {
        fprintf(stderr, "place %d, happening %d\n", (int)place, (int)happening);
    }
    CHECK_INT(ends[place][happening], status);
    if (status > BELL_OK) {
        CHECK_INT(FIRST_ID, error.call);
        CHECK_TEXT("t.m", error.method);
        CHECK(error.message[0] != '\0');
        bool never = place <= QUEUED; /* what is in the outbox is withdrawn */
        CHECK_INT(never ? BELL_SENT_NO : BELL_SENT_UNKNOWN, error.sent);
    }
    lives = lives && status == NO;
    CHECK_INT(lives, bell__session_waits(rig.session, FIRST_ID));
    happen(&rig, happening);
    status = next(&rig, NULL);
    lives = lives && status == NO;
    CHECK_INT(-1, next(&rig, NULL));
    bell__session_shut(rig.session);
    CHECK_INT(lives ? BELL_CLOSED : NO, next(&rig, NULL));
    CHECK_INT(-1, next(&rig, NULL));
    CHECK_INT(INT64_MAX, bell__session_deadline(rig.session));
    CHECK(!bell__session_wants_line(rig.session, rig.now + 1000000));
    close_rig(&rig);
}

static void every_event_in_every_state(void)
{
    for (int place = 0; place < PLACES; place++) {
        for (int happening = 0; happening < HAPPENINGS; happening++) {
            one_case((enum place)place, (enum happening)happening);
        }
    }
}

/* ---- Limits ----------------------------------------------------------------
 */

enum { MANY = 20000, QUEUE_BYTES = 64 * 1024 };

/* What waits fits the queue; with its envelopes it is much more. All of it goes
 * out, whatever buffers the transport swapped in. */
static void what_waits_goes_out_whole(void)
{
    struct rig rig;
    open_rig(&rig, MANY, 1000, QUEUE_BYTES);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MANY; i++) {
            call(&rig);
        }
        rig.now -= 20000; /* no deadline passes */
        connect_line(&rig);
        take(&rig);
        size_t bytes = 0;
        for (size_t i = 0; i < rig.taken.count; i++) {
            CHECK(rig.taken.spans[i].size <= 1000);
            bytes += rig.taken.spans[i].size;
        }
        CHECK(bytes > QUEUE_BYTES * 10);
        feed(&rig, "{}"); /* a pong: another swap */
        CHECK_INT(-1, next(&rig, NULL));
        take(&rig);
        CHECK_INT(1, rig.taken.count);
        lose(&rig, 0);
        for (int i = 0; i < MANY; i++) {
            CHECK_INT(BELL_DISCONNECTED, next(&rig, NULL));
        }
        CHECK_INT(-1, next(&rig, NULL));
        rig.now += 20000;
    }
    close_rig(&rig);
}

/* ---- Work of a turn ------------------------------------------------------ */

/* A message of so many is worked off in turns: a deadline between two is met,
 * and a server whose words wait with us is not silent. */
static void a_message_is_read_in_turns(void)
{
    enum { PINGS = 100, A_TURN = 10, WORK = A_TURN * (BELL__EVENT_WORK + 3) };
    char text[PINGS * 3 + 64];
    struct rig rig;
    open_rig(&rig, 10, 1000, 1 << 20);
    connect_line(&rig);
    call(&rig);
    rig.now += 1;
    bell_call late = call(&rig);
    take(&rig);
    for (int i = 0; i < PINGS; i++) {
        memcpy(text + i * 3, "{}\n", 3);
    }
    snprintf(text + PINGS * 3, 64, "{\"id\":%u,\"rpc\":{\"data\":1}}",
             (unsigned)late);
    bell__session_allow(rig.session, WORK, rig.now);
    feed(&rig, text);
    int turns = 1;
    CHECK_INT(-1, next(&rig, NULL));
    CHECK(bell__session_reading(rig.session));
    CHECK_INT(-1, next(&rig, NULL)); /* nothing is allowed any more */
    rig.now += DEADLINE_MS - 1;
    bell__session_tick(rig.session, rig.now);
    CHECK_INT(BELL_DEADLINE, next(&rig, NULL)); /* the first */
    int status = -1;
    while (status == -1 && bell__session_reading(rig.session)) {
        rig.now += 10000; /* far beyond the ping's time in all */
        bell__session_allow(rig.session, WORK, rig.now);
        status = next(&rig, NULL);
        turns++;
        if (turns == 2) {
            CHECK_INT(-1, status);
            bell__session_tick(rig.session, rig.now);
            CHECK_INT(BELL_DEADLINE, next(&rig, NULL));
        }
        bell__session_tick(rig.session, rig.now);
        CHECK_INT(BELL__SESSION_READY, bell__session_state(rig.session));
    }
    CHECK_INT(PINGS / A_TURN + 1, turns);
    CHECK_INT(1, bell__session_ignored(rig.session)); /* the late reply */
    close_rig(&rig);
}

/* However often what is said leaves while it is read. */
static void a_message_has_one_pong(void)
{
    struct rig rig;
    size_t pongs = 0;
    open_rig(&rig, 10, 1000, 1 << 20);
    connect_line(&rig);
    feed(&rig, "{}\n{}\n{}\n{}");
    for (; bell__session_reading(rig.session); pongs += rig.taken.count) {
        bell__session_allow(rig.session, BELL__EVENT_WORK, rig.now);
        CHECK_INT(-1, next(&rig, NULL));
        take(&rig);
    }
    CHECK_INT(1, pongs);
    close_rig(&rig);
}

static void fill(char *params, size_t size)
{
    memset(params, '1', size);
    params[size] = '\0';
}

/* A request of exactly the limit goes; one byte more does not, nor far more;
 * while there is no line it is refused by the same name. */
static void a_request_has_a_limit(void)
{
    enum { LIMIT = 500, ENVELOPE = 6 + 1 + 17 + 5 + 8 + 2 };
    static char params[LIMIT * 4];
    struct rig rig;
    bell_error error;
    bell_call number = 0;
    open_rig(&rig, 10, LIMIT, 1 << 20);
    fill(params, LIMIT * 4 - 1);
    CHECK_INT(BELL_LIMIT, begin(&rig, params, &number, &error));
    CHECK(strstr(error.message, "request_bytes_max (500)") != NULL);
    connect_line(&rig);
    for (int round = 0; round < 3; round++) { /* ids of one digit */
        fill(params, LIMIT - ENVELOPE);
        CHECK_INT(BELL_OK, begin(&rig, params, &number, &error));
        fill(params, LIMIT - ENVELOPE + 1);
        CHECK_INT(BELL_LIMIT, begin(&rig, params, &number, &error));
        CHECK(strstr(error.message, "request_bytes_max (500)") != NULL);
        fill(params, LIMIT * 4 - 1);
        CHECK_INT(BELL_LIMIT, begin(&rig, params, &number, &error));
        take(&rig);
        CHECK(bell__session_cancel(rig.session, number));
        CHECK_INT(BELL_CANCELLED, next(&rig, NULL));
        CHECK_INT(1, rig.taken.count);
        CHECK_INT(LIMIT, rig.taken.spans[0].size);
    }
    close_rig(&rig);
}

static void an_envelope_beyond_the_limit(void)
{
    struct rig rig;
    bell_error error;
    bell_call number = 0;
    open_rig(&rig, 10, 38, 1 << 20); /* the envelope is 39 bytes */
    connect_line(&rig);
    CHECK_INT(BELL_LIMIT, begin(&rig, "", &number, &error));
    CHECK(strstr(error.message, "request_bytes_max (38)") != NULL);
    CHECK_INT(0, bell__session_outbox(rig.session)->count);
    CHECK_INT(-1, next(&rig, NULL));
    close_rig(&rig);
}

/* ---- Between two ends ------------------------------------------------------
 */

/* From inside of "callbacks": new calls, a cancel of one whose reply is in the
 * same frame, and the end of everything. */
static void callers_may_do_anything(void)
{
    struct rig rig;
    open_rig(&rig, 10, 65536, 1 << 20);
    connect_line(&rig);
    bell_call first = call(&rig);
    bell_call second = call(&rig);
    bell_call third = call(&rig);
    take(&rig);
    feed(&rig, "{\"id\":2,\"rpc\":{}}\n{\"id\":3,\"rpc\":{}}\n"
               "{\"id\":5,\"rpc\":{}}\n{\"id\":4,\"rpc\":{}}");
    CHECK_INT(BELL_OK, next(&rig, NULL));
    CHECK(!bell__session_waits(rig.session, first));
    CHECK(!bell__session_cancel(rig.session, first));
    CHECK(bell__session_cancel(rig.session, second));
    CHECK(!bell__session_cancel(rig.session, second));
    bell_call fourth = call(&rig); /* 5: it has not left, so 5 is nobody's */
    CHECK_INT(5, fourth);
    CHECK_INT(BELL_CANCELLED, next(&rig, NULL));
    CHECK_INT(BELL_OK, next(&rig, NULL));
    CHECK(!bell__session_waits(rig.session, third));
    CHECK(bell__session_waits(rig.session, fourth));
    CHECK_INT(-1, next(&rig, NULL));
    CHECK_INT(2, bell__session_ignored(rig.session));
    bell__session_shut(rig.session);
    bell_error error;
    bell_call number = 0;
    CHECK_INT(BELL_CLOSED, begin(&rig, "{}", &number, &error));
    CHECK_INT(BELL_CLOSED, next(&rig, NULL));
    CHECK_INT(-1, next(&rig, NULL));
    close_rig(&rig);
}

/* Replies behind the end of everything are not looked at any more. */
static void shut_in_the_middle_of_a_frame(void)
{
    struct rig rig;
    open_rig(&rig, 10, 65536, 1 << 20);
    connect_line(&rig);
    call(&rig);
    call(&rig);
    take(&rig);
    feed(&rig, "{\"id\":2,\"rpc\":{}}\n{\"id\":3,\"rpc\":{}}");
    CHECK_INT(BELL_OK, next(&rig, NULL));
    bell__session_shut(rig.session);
    CHECK_INT(BELL_CLOSED, next(&rig, NULL));
    CHECK_INT(-1, next(&rig, NULL));
    close_rig(&rig);
}

/* A call that wants no reply ends when the kernel has it: whatever says its
 * number before is for nobody. */
static void a_reply_that_nobody_wants(void)
{
    static const bell_method quiet = {.name = "t.q",
                                      .json = "\"t.q\"",
                                      .name_size = 3,
                                      .json_size = 5,
                                      .flags = BELL_METHOD_NO_REPLY};
    static const char *const replies[] = {
        "{\"id\":2,\"rpc\":{\"data\":{}}}",
        "{\"id\":2,\"error\":{\"code\":404,\"message\":\"no\"}}"};
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        struct rig rig;
        bell_call number = 0;
        open_rig(&rig, 10, 65536, 1 << 20);
        connect_line(&rig);
        bell_error error;
        CHECK_INT(BELL_OK, begin_as(&rig, &quiet, "{}", &number, &error));
        CHECK_INT(FIRST_ID, number);
        take_unwritten(&rig);
        feed(&rig, replies[i]);
        CHECK_INT(-1, next(&rig, NULL));
        CHECK(bell__session_waits(rig.session, number));
        CHECK_INT(1, bell__session_ignored(rig.session));
        bell__session_written(rig.session, rig.frames);
        CHECK_INT(BELL_OK, next(&rig, NULL));
        CHECK(!bell__session_waits(rig.session, number));
        CHECK_INT(-1, next(&rig, NULL));
        close_rig(&rig);
    }
}

static void freed_with_calls_in_it(void)
{
    struct rig rig;
    open_rig(&rig, 10, 65536, 1 << 20);
    call(&rig);
    close_rig(&rig); /* a sanitizer sees what is left */
    bell__session_free(NULL);
}

int main(void)
{
    every_event_in_every_state();
    what_waits_goes_out_whole();
    a_message_is_read_in_turns();
    a_message_has_one_pong();
    a_request_has_a_limit();
    an_envelope_beyond_the_limit();
    callers_may_do_anything();
    shut_in_the_middle_of_a_frame();
    a_reply_that_nobody_wants();
    freed_with_calls_in_it();
    return check_report();
}
