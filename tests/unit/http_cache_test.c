/* http_cache_test.c: answers that are kept, as a transport: when they are told,
 * and what becomes of them where a call or a client ends, or memory does. */
#include "transport/http_cache.h"

#include "unit/stub_line.h"

enum { CACHE_MS = 60000, FAILS_MAX = 60 };

static const char lead[] = "Accept: */*\r\nAuthorization: Bearer t\r\n";
static const char get[] = "GET /a HTTP/1.1\r\n";
static const char post[] = "POST /a HTTP/1.1\r\n";

struct rig {
    struct stage stage; /* first */
    struct stub stub;
    struct bell__transport *transport;
    struct bell__frame frame;
};

static bool make_rig(struct rig *rig, size_t fail)
{
    stage_open(&rig->stage);
    stub_make(&rig->stub);
    struct bell__http_cache_options options = {.memory = &rig->stage.memory,
                                               .loop = rig->stage.loop,
                                               .guest = &rig->stage.guest,
                                               .cache_ms = CACHE_MS,
                                               .cache_bytes_max = 10000};
    rig->stage.counter.fail = fail == 0 ? 0 : rig->stage.counter.calls + fail;
    bell_status status =
        bell__http_cache_make(&options, &rig->stub.head, &rig->transport);
    if (status != BELL_OK) {
        CHECK_INT(BELL_NO_MEMORY, status);
        CHECK_INT(1, rig->stub.freed);
        stage_close(&rig->stage);
        return false;
    }
    CHECK_INT(BELL_OK, rig->transport->ops->open(rig->transport));
    return true;
}

static void open_rig(struct rig *rig)
{
    CHECK(make_rig(rig, 0));
}

static void close_rig(struct rig *rig)
{
    rig->transport->ops->free(rig->transport);
    CHECK_INT(1, rig->stub.freed);
    stage_close(&rig->stage);
}

static void flush(struct rig *rig)
{
    rig->transport->ops->send(rig->transport, &rig->stage.outbox);
}

static void ask(struct rig *rig, uint64_t tag, const char *head)
{
    CHECK(stage_put(&rig->stage, tag, 0, lead, head));
    flush(rig);
}

static bool receive(struct rig *rig)
{
    return rig->transport->ops->receive(rig->transport, &rig->frame);
}

static void answer(struct rig *rig, uint64_t tag, int32_t code,
                   const char *head, const char *body)
{
    stub_say(&rig->stub, tag, code, head, body);
    CHECK(receive(rig));
    CHECK_INT(tag, rig->frame.tag);
    CHECK(!rig->frame.stored);
    CHECK(!receive(rig));
}

/* What was asked with the tag is told by itself, once. */
static void check_kept(struct rig *rig, uint64_t tag, const char *body)
{
    CHECK(receive(rig));
    CHECK_INT(tag, rig->frame.tag);
    CHECK_INT(BELL__EXCHANGE_REPLIED, rig->frame.exchange);
    CHECK_INT(200, rig->frame.code);
    CHECK(rig->frame.stored);
    CHECK_BYTES(body, rig->frame.bytes, rig->frame.size);
    CHECK_BYTES("A: b\r\n", rig->frame.head, rig->frame.head_size);
}

/* An answer is kept to what the tag 1 asked. */
static void keep(struct rig *rig)
{
    ask(rig, 1, get);
    answer(rig, 1, 200, "A: b\r\n", "one");
}

static void the_same_request_is_answered_by_itself(void)
{
    struct rig rig;
    open_rig(&rig);
    keep(&rig);
    CHECK(!rig.stage.guest.due);
    ask(&rig, 2, get);
    CHECK(rig.stage.guest.due); /* it is told in a turn, not by sending */
    CHECK_INT(1, rig.stub.taken_count);
    CHECK_INT(0, rig.stage.outbox.count);
    check_kept(&rig, 2, "one");
    CHECK(!receive(&rig));
    close_rig(&rig);
}

static void it_stands_in_a_row_with_others(void)
{
    struct rig rig;
    open_rig(&rig);
    keep(&rig);
    CHECK(stage_put(&rig.stage, 2, 0, lead, get));
    CHECK(stage_put(&rig.stage, 3, 0, lead, "GET /b HTTP/1.1\r\n"));
    CHECK(stage_put(&rig.stage, 4, 0, "Accept: */*\r\n", get));
    CHECK(stage_put(&rig.stage, 5, 0, lead, get));
    flush(&rig);
    CHECK_INT(3, rig.stub.taken_count);
    CHECK_INT(3, rig.stub.taken[1].tag);
    CHECK_INT(4, rig.stub.taken[2].tag);
    check_kept(&rig, 2, "one");
    check_kept(&rig, 5, "one");
    CHECK(!receive(&rig));
    close_rig(&rig);
}

static void who_wants_a_new_one_has_it(void)
{
    struct rig rig;
    open_rig(&rig);
    keep(&rig);
    CHECK(stage_put(&rig.stage, 2, 0, lead, get));
    rig.stage.outbox.spans[0].fresh = true;
    flush(&rig);
    CHECK_INT(2, rig.stub.taken_count);
    answer(&rig, 2, 200, "A: b\r\n", "two");
    ask(&rig, 3, get);
    check_kept(&rig, 3, "two");
    close_rig(&rig);
}

static void a_call_that_is_over_is_not_answered(void)
{
    struct rig rig;
    open_rig(&rig);
    keep(&rig);
    ask(&rig, 2, get);
    ask(&rig, 3, get);
    CHECK(rig.transport->ops->cancel(rig.transport, 2));
    CHECK_INT(0, rig.stub.cancelled);
    check_kept(&rig, 3, "one");
    CHECK(!receive(&rig));
    ask(&rig, 4, post);
    CHECK(!rig.transport->ops->cancel(rig.transport, 4));
    CHECK_INT(4, rig.stub.cancelled);
    rig.stub.stays = true;
    CHECK(rig.transport->ops->cancel(rig.transport, 5));
    close_rig(&rig);
}

/* As if it had not been looked at: the session still has it. */
static void what_is_not_taken_stays_as_it_is(void)
{
    struct rig rig;
    open_rig(&rig);
    keep(&rig);
    rig.stub.head.idle = false;
    CHECK(stage_put(&rig.stage, 2, 0, lead, get));
    CHECK(stage_put(&rig.stage, 3, 0, lead, "GET /b HTTP/1.1\r\n"));
    size_t size = rig.stage.outbox.spans[0].size;
    flush(&rig);
    flush(&rig);
    CHECK_INT(2, rig.stage.outbox.count);
    CHECK_INT(size, rig.stage.outbox.spans[0].size);
    CHECK(!rig.transport->idle);
    CHECK(!receive(&rig));
    rig.stub.head.idle = true;
    flush(&rig);
    CHECK_INT(2, rig.stub.taken_count);
    CHECK_INT(3, rig.stub.taken[1].tag);
    check_kept(&rig, 2, "one");
    CHECK(!receive(&rig));
    close_rig(&rig);
}

static void a_change_removes_it(void)
{
    static const struct {
        const char *head;
        int32_t code;
        bool removes;
    } cases[] = {
        {post, 200, true},
        {post, 204, true},
        {post, 307, false},
        {post, 400, false},
        {post, 0, false},
        {post, 401, true},
        {"DELETE /a HTTP/1.1\r\nX: y\r\n", 204, true},
        {"LOCK /a HTTP/1.1\r\n", 200, true},
        {"POST /a?x=1 HTTP/1.1\r\n", 200, false},
        {"POST /aa HTTP/1.1\r\n", 200, false},
        {"HEAD /a HTTP/1.1\r\n", 200, false},
        {"OPTIONS /a HTTP/1.1\r\n", 200, false},
        {"GET /b HTTP/1.1\r\n", 401, true},
        {"HEAD /b HTTP/1.1\r\n", 401, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        open_rig(&rig);
        keep(&rig);
        ask(&rig, 2, "GET /a HTTP/1.1\r\nX: y\r\n"); /* under way meanwhile */
        ask(&rig, 3, cases[i].head);
        answer(&rig, 3, cases[i].code, "", "");
        answer(&rig, 2, 200, "A: b\r\n", "two");
        size_t taken = rig.stub.taken_count;
        ask(&rig, 4, get);
        CHECK_INT(cases[i].removes, rig.stub.taken_count != taken);
        CHECK_INT(!cases[i].removes, receive(&rig));
        taken = rig.stub.taken_count;
        ask(&rig, 5, "GET /a HTTP/1.1\r\nX: y\r\n");
        CHECK_INT(cases[i].removes, rig.stub.taken_count != taken);
        CHECK_INT(!cases[i].removes, receive(&rig));
        close_rig(&rig);
    }
}

static void another_token_removes_all(void)
{
    struct rig rig;
    open_rig(&rig);
    keep(&rig);
    ask(&rig, 2, get);
    ask(&rig, 3, "GET /b HTTP/1.1\r\n");
    rig.transport->ops->forget(rig.transport);
    check_kept(&rig, 2, "one"); /* it was there when it was asked */
    answer(&rig, 3, 200, "A: b\r\n", "two");
    ask(&rig, 4, get);
    ask(&rig, 5, "GET /b HTTP/1.1\r\n");
    CHECK_INT(4, rig.stub.taken_count);
    CHECK(!receive(&rig));
    close_rig(&rig);
}

static void what_is_under_way_goes_with_it(void)
{
    struct rig rig;
    open_rig(&rig);
    keep(&rig);
    ask(&rig, 2, get);
    ask(&rig, 3, get);
    ask(&rig, 4, post);
    CHECK(receive(&rig)); /* lent */
    rig.transport->ops->rest(rig.transport);
    CHECK_INT(1, rig.stub.rested);
    rig.transport->ops->close(rig.transport, 1000);
    CHECK_INT(BELL__LINE_DOWN, rig.transport->line);
    CHECK(!receive(&rig));
    ask(&rig, 5, get);
    CHECK_INT(1, rig.stage.outbox.count);
    close_rig(&rig);
}

/* Whatever fails: each request goes on or is answered, and what has changed is
 * not answered as it was. */
static bool live_once(size_t fail)
{
    struct rig rig;
    if (!make_rig(&rig, fail)) {
        return true;
    }
    uint64_t tag = 1;
    for (int i = 0; i < 3; i++, tag++) {
        size_t taken = rig.stub.taken_count;
        while (!stage_put(&rig.stage, tag, 0, lead, get)) {
        }
        flush(&rig);
        if (rig.stub.taken_count != taken) {
            answer(&rig, tag, 200, "A: b\r\n", "one");
        } else {
            check_kept(&rig, tag, "one");
        }
    }
    while (!stage_put(&rig.stage, tag, 0, lead, post)) {
    }
    flush(&rig);
    answer(&rig, tag, 200, "", "");
    size_t taken = rig.stub.taken_count;
    while (!stage_put(&rig.stage, ++tag, 0, lead, get)) {
    }
    flush(&rig);
    CHECK_INT(taken + 1, rig.stub.taken_count);
    bool failed = rig.stage.counter.calls >= rig.stage.counter.fail;
    close_rig(&rig);
    return failed;
}

static void each_allocation_may_fail(void)
{
    size_t fail = 1;
    while (live_once(fail) && fail < FAILS_MAX) {
        fail++;
    }
    CHECK(fail > 5 && fail < FAILS_MAX);
}

int main(void)
{
    the_same_request_is_answered_by_itself();
    it_stands_in_a_row_with_others();
    who_wants_a_new_one_has_it();
    a_call_that_is_over_is_not_answered();
    what_is_not_taken_stays_as_it_is();
    a_change_removes_it();
    another_token_removes_all();
    what_is_under_way_goes_with_it();
    each_allocation_may_fail();
    return check_report();
}
