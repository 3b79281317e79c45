/* late_test.c: a program that comes back late to its loop: how late it must
 * be, and how long what still comes is waited for. The clock is the test's. */
#include "client/client.h"

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "unit/check.h"

enum { NOW = 1000, LATE_MS = 50, QUIET_MS = 20, CATCH_UP_MS = 250 };

struct late {
    bell_client client;
    struct bell_loop loop;
    struct bell__transport transport;
    struct bell__link link;
    int64_t deadline; /* of the session's one call */
};

static uint64_t no_jitter(void *context)
{
    (void)context;
    return 0;
}

static void start_call(struct late *late)
{
    static const bell_method method = {
        .name = "t.m", .json = "\"t.m\"", .name_size = 3, .json_size = 5};
    struct bell__order order = {.method = &method, .deadline = NOW + 3000};
    bell_call number;
    bell_error error;
    struct bell__session *session = late->link.session;
    struct bell__buf *out = bell__session_begin(session, &order, NOW, &error);
    CHECK(out != NULL && bell__buf_append(out, "{}", 2) == BELL_OK);
    CHECK_INT(BELL_OK, bell__session_commit(session, &number, &error));
    late->deadline = bell__session_deadline(session);
    late->client.guest.deadline = late->deadline;
}

static void open_late(struct late *late)
{
    struct bell__centrifugo_options protocol = {.memory = &bell__memory_default,
                                                .name = "n"};
    struct bell__session_options options = {.memory = &bell__memory_default,
                                            .random = no_jitter,
                                            .connect_deadline_ms = 50000,
                                            .calls_max = 1,
                                            .request_bytes_max = 1000,
                                            .queue_bytes_max = 1000};
    memset(late, 0, sizeof *late);
    late->client.loop = &late->loop;
    late->link.client = &late->client;
    late->link.transport = &late->transport;
    late->transport.line = BELL__LINE_UP;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&protocol, &late->link.protocol));
    options.protocol = late->link.protocol;
    CHECK_INT(BELL_OK, bell__session_make(&options, NOW, &late->link.session));
    bell__session_opening(late->link.session, NOW);
    start_call(late);
}

static void close_late(struct late *late)
{
    bell__session_free(late->link.session);
    bell__protocol_free(late->link.protocol);
}

/* A look so long behind the deadline. */
static bool look(struct late *late, int64_t behind, bool heard)
{
    late->loop.looked_at = late->deadline + behind;
    late->transport.heard = heard;
    return bell__link_catches_up(&late->link);
}

static void test_how_late(void)
{
    struct late late;
    open_late(&late);
    CHECK(!look(&late, LATE_MS - 1, true));
    CHECK(look(&late, LATE_MS, true));
    close_late(&late);
}

static void test_while_bytes_come(void)
{
    struct late late;
    open_late(&late);
    CHECK(look(&late, LATE_MS, true));
    CHECK(look(&late, LATE_MS + QUIET_MS - 1, false));
    CHECK(!look(&late, LATE_MS + QUIET_MS, false));
    close_late(&late);
}

/* Whoever sends without end holds no deadline up for long. */
static void test_not_for_ever(void)
{
    struct late late;
    open_late(&late);
    int64_t behind = LATE_MS;
    for (; behind < LATE_MS + CATCH_UP_MS; behind += 10) {
        CHECK(look(&late, behind, true));
    }
    CHECK(!look(&late, LATE_MS + CATCH_UP_MS, true));
    close_late(&late);
}

static void test_no_line(void)
{
    struct late late;
    open_late(&late);
    late.transport.line = BELL__LINE_DOWN;
    CHECK(!look(&late, LATE_MS, true));
    close_late(&late);
}

int main(void)
{
    test_how_late();
    test_while_bytes_come();
    test_not_for_ever();
    test_no_line();
    return check_report();
}
