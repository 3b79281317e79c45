/* match_test.c: answers without an id on a shared line: each ends the oldest
 * call that waits for its kind, and nobody else's. */
#include "core/session.h"
#include "unit/toy.h"

static bell_status begin(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id, const bell_method *method)
{
    (void)id;
    return toy_begin(protocol, out, id, method);
}

/* `kind:payload`, or `kind!text` for an error. */
static bool decode(struct bell__protocol *protocol,
                   const struct bell__frame *frame, size_t *at,
                   struct bell__event *event)
{
    (void)protocol;
    size_t kind = strcspn(frame->bytes, ":!");
    if (*at != 0) {
        return false;
    }
    *at = frame->size;
    bell__event_begin(event, BELL__EVENT_ANSWER);
    event->answer = (bell_string){frame->bytes, kind};
    event->payload =
        (bell_string){frame->bytes + kind + 1, frame->size - kind - 1};
    event->code = frame->bytes[kind] == '!' ? 7 : 0;
    snprintf(event->text, sizeof event->text, "refused");
    return true;
}

static const struct bell__protocol_ops ops = {
    .name = "asked",
    .begin = begin,
    .end = toy_end,
    .decode = decode,
    .closed = toy_closed,
    .free = toy_free,
};
static struct bell__protocol protocol = {.ops = &ops};

static const bell_message to_started = {.reply = "started", .reply_size = 7};
static const bell_message to_stopped = {.reply = "stopped", .reply_size = 7};
static const bell_message to_nothing = {.reply = NULL};

static const bell_method methods[] = {
    {.name = "start", .name_size = 5, .message = &to_started},
    {.name = "stop", .name_size = 4, .message = &to_stopped},
    {.name = "tell",
     .name_size = 4,
     .flags = BELL_METHOD_NO_REPLY,
     .message = &to_nothing},
    {.name = "again",
     .name_size = 5,
     .flags = BELL_METHOD_IDEMPOTENT,
     .message = &to_started},
};
enum { START, STOP, TELL, AGAIN };

static uint64_t draw(void *context)
{
    (void)context;
    return 0;
}

static struct bell__session *make(void)
{
    struct bell__session *session = NULL;
    struct bell__session_options options = {
        .memory = &bell__memory_default,
        .protocol = &protocol,
        .random = draw,
        .reconnect_max_ms = 1000,
        .connect_deadline_ms = 1000,
        .calls_max = 100,
        .request_bytes_max = 100,
        .queue_bytes_max = 1000,
    };
    CHECK_INT(BELL_OK, bell__session_make(&options, 0, &session));
    bell__session_opening(session, 0);
    bell__session_opened(session, 0);
    return session;
}

static bell_call start(struct bell__session *session, int method)
{
    struct bell__order order = {
        .method = &methods[method], .deadline = INT64_MAX, .retries = 1};
    bell_error error;
    bell_call call = 0;
    struct bell__buf *out = bell__session_begin(session, &order, 0, &error);
    CHECK(out != NULL);
    CHECK_INT(BELL_OK, bell__session_commit(session, &call, &error));
    return call;
}

static void send_all(struct bell__session *session)
{
    bell__outbox_clear(bell__session_outbox(session));
    bell__session_written(session, 1000);
}

/* The call that the answer ended, 0: none; and how. */
static bell_call hear(struct bell__session *session, const char *text,
                      bell_status want)
{
    struct bell__frame frame = {.bytes = text, .size = strlen(text)};
    struct bell__completion completion;
    bell__session_feed(session, &frame, 1);
    if (!bell__session_next(session, &completion)) {
        return 0;
    }
    bell_call call = completion.call;
    CHECK_INT(want, completion.status);
    CHECK(!bell__session_next(session, &completion));
    return call;
}

static void the_oldest_of_its_kind(void)
{
    struct bell__session *session = make();
    bell_call first = start(session, START);
    bell_call stop = start(session, STOP);
    bell_call second = start(session, START);
    CHECK_INT(0, hear(session, "started:1", BELL_OK)); /* not on the line */
    CHECK_INT(1, bell__session_ignored(session));
    send_all(session);
    CHECK_INT(0, hear(session, "else:1", BELL_OK));
    CHECK_INT(0, hear(session, "starte:1", BELL_OK));
    CHECK_INT(first, hear(session, "started:1", BELL_OK));
    CHECK_INT(second, hear(session, "started!", BELL_REFUSED));
    CHECK_INT(0, hear(session, "started:3", BELL_OK));
    CHECK_INT(stop, hear(session, "stopped:4", BELL_OK));
    CHECK_INT(4, bell__session_ignored(session));
    bell__session_free(session);
}

static void those_that_ended_otherwise(void)
{
    struct bell__session *session = make();
    struct bell__completion completion;
    bell_call gone = start(session, START);
    bell_call withdrawn = start(session, START);
    bell_call kept = start(session, START);
    CHECK(bell__session_cancel(session, withdrawn));
    send_all(session);
    CHECK(bell__session_cancel(session, gone));
    CHECK(bell__session_next(session, &completion));
    CHECK(bell__session_next(session, &completion));
    CHECK_INT(kept, hear(session, "started:1", BELL_OK));
    bell__session_free(session);
}

/* One that wants no answer ends when the kernel has it. */
static void quiet_ones_beside_them(void)
{
    struct bell__session *session = make();
    struct bell__completion completion;
    bell_call told = start(session, TELL);
    bell_call asked = start(session, START);
    send_all(session);
    CHECK(bell__session_next(session, &completion));
    CHECK_INT(told, completion.call);
    CHECK_INT(asked, hear(session, "started:1", BELL_OK));
    bell__session_free(session);
}

/* Sent again by the next line, it is behind the calls that left before. */
static void across_a_line_that_broke(void)
{
    struct bell__session *session = make();
    struct bell__completion completion;
    struct bell__line_end end = {0, 0, "broken"};
    bell_call again = start(session, AGAIN);
    bell_call lost = start(session, STOP);
    send_all(session);
    bell__session_lost(session, &end, 1);
    CHECK(bell__session_next(session, &completion));
    CHECK_INT(lost, completion.call);
    bell__session_opening(session, 2);
    bell__session_opened(session, 2);
    send_all(session);
    CHECK_INT(0, hear(session, "stopped:1", BELL_OK));
    CHECK_INT(again, hear(session, "started:1", BELL_OK));
    bell__session_free(session);
}

int main(void)
{
    the_oldest_of_its_kind();
    those_that_ended_otherwise();
    quiet_ones_beside_them();
    across_a_line_that_broke();
    return check_report();
}
