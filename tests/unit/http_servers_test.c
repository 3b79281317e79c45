/* http_servers_test.c: several servers as one transport: which one has a frame,
 * what waits, and for how much. */
#include "transport/http_servers.h"

#include "unit/stub_line.h"

enum { SERVERS = 2, QUEUE_MAX = 300 };

struct rig {
    struct stage stage; /* first */
    struct stub stubs[SERVERS];
    struct bell__transport *transport;
    struct bell__frame frame;
};

static void make_rig(struct rig *rig)
{
    struct bell__transport *servers[SERVERS];
    stage_open(&rig->stage);
    for (int i = 0; i < SERVERS; i++) {
        stub_make(&rig->stubs[i]);
        servers[i] = &rig->stubs[i].head;
    }
    struct bell__http_servers_options options = {.memory = &rig->stage.memory,
                                                 .loop = rig->stage.loop,
                                                 .guest = &rig->stage.guest,
                                                 .queue_bytes_max = QUEUE_MAX};
    CHECK_INT(BELL_OK, bell__http_servers_make(&options, servers, SERVERS,
                                               &rig->transport));
}

static void open_rig(struct rig *rig)
{
    make_rig(rig);
    CHECK_INT(BELL_OK, rig->transport->ops->open(rig->transport));
    CHECK_INT(BELL__LINE_UP, rig->transport->line);
}

static void close_rig(struct rig *rig)
{
    rig->transport->ops->free(rig->transport);
    for (int i = 0; i < SERVERS; i++) {
        CHECK_INT(1, rig->stubs[i].freed);
    }
    stage_close(&rig->stage);
}

static void put(struct rig *rig, uint64_t tag, uint8_t place)
{
    char head[64];
    snprintf(head, sizeof head, "GET /%d HTTP/1.1\r\n", (int)tag);
    CHECK(stage_put(&rig->stage, tag, place, "A: b\r\n", head));
}

static void flush(struct rig *rig)
{
    rig->transport->ops->send(rig->transport, &rig->stage.outbox);
}

static bool receive(struct rig *rig)
{
    return rig->transport->ops->receive(rig->transport, &rig->frame);
}

/* The i-th frame that a server took. */
static void check_taken(const struct stub *stub, size_t i, uint64_t tag)
{
    char text[64];
    snprintf(text, sizeof text, "A: b\r\nGET /%d HTTP/1.1\r\n", (int)tag);
    CHECK(stub->taken_count > i);
    CHECK_INT(tag, stub->taken[i].tag);
    CHECK_TEXT(text, stub->taken[i].text);
}

static void each_has_its_frames(void)
{
    struct rig rig;
    open_rig(&rig);
    put(&rig, 1, 0);
    put(&rig, 2, 1);
    put(&rig, 3, 0);
    flush(&rig);
    CHECK_INT(0, rig.stage.outbox.count);
    check_taken(&rig.stubs[0], 0, 1);
    check_taken(&rig.stubs[0], 1, 3);
    check_taken(&rig.stubs[1], 0, 2);
    put(&rig, 4, 1);
    put(&rig, 5, 1);
    flush(&rig);
    check_taken(&rig.stubs[1], 1, 4);
    check_taken(&rig.stubs[1], 2, 5);
    close_rig(&rig);
}

static void one_that_takes_none_holds_up_nobody(void)
{
    struct rig rig;
    open_rig(&rig);
    rig.stubs[0].head.idle = false;
    put(&rig, 1, 0);
    put(&rig, 2, 1);
    flush(&rig);
    put(&rig, 3, 0);
    flush(&rig);
    CHECK_INT(0, rig.stage.outbox.count);
    CHECK_INT(0, rig.stubs[0].taken_count);
    check_taken(&rig.stubs[1], 0, 2);
    rig.stubs[0].head.idle = true;
    put(&rig, 4, 0); /* not before those that wait */
    flush(&rig);
    CHECK(!receive(&rig));
    check_taken(&rig.stubs[0], 0, 1);
    check_taken(&rig.stubs[0], 1, 3);
    check_taken(&rig.stubs[0], 2, 4);
    close_rig(&rig);
}

static void what_waits_has_a_bound(void)
{
    struct rig rig;
    int put_in = 0;
    open_rig(&rig);
    rig.stubs[0].head.idle = false;
    while (rig.stage.outbox.count == 0 && put_in < 100) {
        put(&rig, (uint64_t)++put_in, 0);
        flush(&rig);
    }
    CHECK(put_in > 3 && put_in < 20);
    CHECK_INT(1, rig.stage.outbox.count);
    rig.stubs[0].head.idle = true;
    CHECK(!receive(&rig));
    flush(&rig);
    CHECK_INT(put_in, rig.stubs[0].taken_count);
    check_taken(&rig.stubs[0], (size_t)put_in - 1, (uint64_t)put_in);
    close_rig(&rig);
}

static void cancelled_frames_do_not_leave(void)
{
    struct rig rig;
    open_rig(&rig);
    rig.stubs[0].head.idle = false;
    put(&rig, 1, 0);
    put(&rig, 2, 0);
    flush(&rig);
    CHECK(rig.transport->ops->cancel(rig.transport, 1));
    CHECK_INT(0, rig.stubs[0].cancelled);
    rig.stubs[0].head.idle = true;
    CHECK(!rig.transport->ops->cancel(rig.transport, 7));
    CHECK_INT(7, rig.stubs[1].cancelled);
    CHECK_INT(1, rig.stubs[0].taken_count); /* it takes frames again */
    check_taken(&rig.stubs[0], 0, 2);
    rig.stubs[1].stays = true;
    CHECK(rig.transport->ops->cancel(rig.transport, 8));
    close_rig(&rig);
}

static void answers_come_in_turn(void)
{
    struct rig rig;
    uint64_t tags[4] = {0};
    open_rig(&rig);
    for (uint64_t i = 0; i < 2; i++) {
        stub_say(&rig.stubs[0], 10 + i, 200, "", "a");
        stub_say(&rig.stubs[1], 20 + i, 200, "", "b");
    }
    rig.stubs[1].head.heard = true;
    for (int i = 0; i < 4; i++) {
        CHECK(receive(&rig));
        tags[i] = rig.frame.tag;
    }
    CHECK(!receive(&rig));
    CHECK(tags[0] / 10 != tags[1] / 10 && tags[1] / 10 != tags[2] / 10);
    CHECK(rig.transport->heard && !rig.stubs[1].head.heard);
    close_rig(&rig);
}

static void where_memory_is_short_nothing_is_lost(void)
{
    for (size_t fail = 1; fail < 8; fail++) {
        struct rig rig;
        open_rig(&rig);
        put(&rig, 1, 0);
        put(&rig, 2, 1);
        size_t calls = rig.stage.counter.calls;
        rig.stage.counter.fail = calls + fail;
        flush(&rig);
        if (rig.stage.outbox.count != 0) {
            CHECK_INT(2, rig.stage.outbox.count);
            CHECK_INT(0, rig.stubs[0].taken_count + rig.stubs[1].taken_count);
            CHECK(rig.stage.guest.due);
            flush(&rig);
        }
        check_taken(&rig.stubs[0], 0, 1);
        check_taken(&rig.stubs[1], 0, 2);
        CHECK_INT(1, rig.stubs[0].taken_count);
        CHECK_INT(1, rig.stubs[1].taken_count);
        close_rig(&rig);
    }
}

static void one_that_cannot_be_opened_closes_the_others(void)
{
    struct rig rig;
    make_rig(&rig);
    rig.stubs[1].opens = BELL_NO_MEMORY;
    CHECK_INT(BELL_NO_MEMORY, rig.transport->ops->open(rig.transport));
    CHECK_INT(BELL__LINE_DOWN, rig.stubs[0].head.line);
    CHECK_INT(BELL__LINE_DOWN, rig.transport->line);
    close_rig(&rig);
}

static void what_waits_goes_with_it(void)
{
    struct rig rig;
    open_rig(&rig);
    rig.stubs[0].head.idle = false;
    put(&rig, 1, 0);
    put(&rig, 2, 1);
    flush(&rig);
    rig.transport->ops->rest(rig.transport);
    CHECK_INT(1, rig.stubs[0].rested);
    rig.transport->ops->close(rig.transport, 1000);
    CHECK_INT(BELL__LINE_DOWN, rig.transport->line);
    CHECK_INT(BELL__LINE_DOWN, rig.stubs[1].head.line);
    put(&rig, 3, 0);
    flush(&rig);
    CHECK_INT(1, rig.stage.outbox.count);
    CHECK_INT(0, rig.stubs[0].taken_count);
    close_rig(&rig);
}

int main(void)
{
    each_has_its_frames();
    one_that_takes_none_holds_up_nobody();
    what_waits_has_a_bound();
    cancelled_frames_do_not_leave();
    answers_come_in_turn();
    where_memory_is_short_nothing_is_lost();
    one_that_cannot_be_opened_closes_the_others();
    what_waits_goes_with_it();
    return check_report();
}
