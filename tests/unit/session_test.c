/* session_test.c: the table, the wheel, and a session under a random script:
 * each committed call ends exactly once. */
#include "core/session.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/table.h"
#include "core/wheel.h"
#include "protocol/centrifugo.h"
#include "unit/check.h"

/* A generator of our own: the same script on every machine. */
static uint64_t seed = 7;

static uint64_t draw(void)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return seed >> 33;
}

static uint64_t draw_for(void *context)
{
    (void)context;
    return draw();
}

/* ---- Table -----------------------------------------------------------------
 */

static void table_finds_what_it_holds(void)
{
    struct bell__table table;
    uint32_t index = 0;
    bell__table_open(&table, &bell__memory_default, 3, 0, 1);
    CHECK(bell__table_find(&table, 2) == NULL);
    CHECK_INT(BELL_OK, bell__table_take(&table, &index));
    bell_call first = table.slots[index].number;
    CHECK_INT(2, first); /* the protocols' own commands have 0 and 1 */
    uint32_t second = 0;
    uint32_t third = 0;
    CHECK_INT(BELL_OK, bell__table_take(&table, &second));
    CHECK_INT(BELL_OK, bell__table_take(&table, &third));
    CHECK_INT(BELL_LIMIT, bell__table_take(&table, &third));
    struct bell__slot *slot = bell__table_find(&table, first);
    CHECK(slot == &table.slots[index]);
    bell__table_forget(&table, slot);
    CHECK(bell__table_find(&table, first) == NULL);
    bell__table_release(&table, index);
    CHECK_INT(BELL_OK, bell__table_take(&table, &index));
    CHECK(table.slots[index].number > first);
    CHECK(bell__table_find(&table, first) == NULL);
    bell__table_close(&table);
}

/* A call that ended is not found by its id, however many came after it. */
static void late_ids_find_nobody(void)
{
    struct bell__table table;
    uint32_t index = 0;
    bell__table_open(&table, &bell__memory_default, 8, 0, 1);
    CHECK_INT(BELL_OK, bell__table_take(&table, &index));
    uint32_t late = (uint32_t)table.slots[index].number;
    bell__table_forget(&table, &table.slots[index]);
    bell__table_release(&table, index);
    for (int i = 0; i < 100000; i++) {
        CHECK_INT(BELL_OK, bell__table_take(&table, &index));
        CHECK(bell__table_find_id(&table, late) == NULL);
        bell__table_forget(&table, &table.slots[index]);
        bell__table_release(&table, index);
    }
    bell__table_close(&table);
}

/* ---- Wheel -----------------------------------------------------------------
 */

enum { WHEEL_CALLS = 500, WHEEL_STEPS = 4000 };

/* Against the naive way: a deadline is told once, not early, and at most 8 ms
 * late, also after jumps and beyond a round of the wheel. */
static void wheel_is_right(void)
{
    static struct bell__wheel wheel;
    static bool in[WHEEL_CALLS * 2];
    struct bell__table table;
    uint32_t index = 0;
    int64_t now = 1000;
    bell__table_open(&table, &bell__memory_default, WHEEL_CALLS, 0, 1);
    bell__wheel_open(&wheel, &bell__memory_default, now);
    CHECK_INT(BELL_OK, bell__wheel_ready(&wheel));
    for (int i = 0; i < WHEEL_CALLS; i++) {
        CHECK_INT(BELL_OK, bell__table_take(&table, &index));
    }
    for (int step = 0; step < WHEEL_STEPS; step++) {
        uint32_t pick = (uint32_t)(draw() % WHEEL_CALLS);
        if (in[pick]) {
            bell__wheel_remove(&wheel, &table, pick);
            in[pick] = false;
        } else {
            table.slots[pick].due = now + (int64_t)(draw() % 90000);
            bell__wheel_add(&wheel, &table, pick);
            in[pick] = true;
        }
        now += (int64_t)(draw() % 40 == 0 ? draw() % 50000 : draw() % 20);
        for (;;) {
            index = bell__wheel_due(&wheel, &table, now);
            if (index == BELL__NO_SLOT) {
                break;
            }
            CHECK(in[index]);
            CHECK(table.slots[index].due <= now);
            in[index] = false;
        }
        uint32_t left = 0;
        for (uint32_t i = 0; i < WHEEL_CALLS; i++) {
            CHECK(!in[i] || table.slots[i].due > now - 8);
            CHECK(!in[i] || bell__wheel_next(&wheel) <= table.slots[i].due + 7);
            left += in[i];
        }
        CHECK_INT(left, wheel.count);
        CHECK((wheel.count == 0) == (bell__wheel_next(&wheel) == INT64_MAX));
    }
    wheel.count = 0;
    bell__wheel_rest(&wheel);
    bell__table_close(&table);
}

/* Calls of a later round stand before those of this one: they are looked at
 * once, and not again for each that is due. They are told by their deadlines,
 * which are made due behind the wheel's back. */
static void later_rounds_are_passed_once(void)
{
    enum { EACH = 20, ROUND = BELL__WHEEL_BUCKETS << BELL__WHEEL_SHIFT };
    static struct bell__wheel wheel;
    struct bell__table table;
    uint32_t index = 0;
    bell__table_open(&table, &bell__memory_default, 3 * EACH, 0, 1);
    bell__wheel_open(&wheel, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, bell__wheel_ready(&wheel));
    for (uint32_t i = 0; i < 2 * EACH; i++) {
        CHECK_INT(BELL_OK, bell__table_take(&table, &index));
        table.slots[index].due = i < EACH ? 80 : 80 + ROUND;
        bell__wheel_add(&wheel, &table, index);
    }
    CHECK(bell__wheel_due(&wheel, &table, 80) < EACH);
    for (index = EACH; index < 2 * EACH; index++) {
        table.slots[index].due = 80;
    }
    CHECK(bell__wheel_due(&wheel, &table, 80) < EACH);
    uint32_t next = wheel.scan;
    bell__wheel_remove(&wheel, &table, next);
    for (int i = 3; i < EACH; i++) {
        CHECK(bell__wheel_due(&wheel, &table, 80) < EACH);
    }
    for (index = EACH; index < 2 * EACH; index++) {
        table.slots[index].due = 80 + ROUND;
    }
    bell__wheel_add(&wheel, &table, next); /* due, behind what was passed */
    CHECK_INT(next, bell__wheel_due(&wheel, &table, 80));
    CHECK_INT(BELL__NO_SLOT, bell__wheel_due(&wheel, &table, 80));
    CHECK_INT(EACH, wheel.count);
    for (int i = 0; i < EACH; i++) {
        CHECK(bell__wheel_due(&wheel, &table, 80 + ROUND) >= EACH);
    }
    CHECK_INT(0, wheel.count);
    bell__wheel_rest(&wheel);
    bell__table_close(&table);
}

/* ---- Session ---------------------------------------------------------------
 */

enum { EVENTS = 100000, CALLS_MAX = 200 };

struct script {
    struct bell__protocol *protocol;
    struct bell__session *session;
    int64_t now;
    uint64_t taken;
    bool up;
    bell_call live[CALLS_MAX]; /* committed, not ended */
    size_t count;
    uint64_t committed;
    uint64_t ended;
    uint64_t by_status[BELL_TERMINAL + 1];
    bell_call last_ended;
};

static const bell_method method = {
    .name = "t.m", .json = "\"t.m\"", .name_size = 3, .json_size = 5};

static void open_script(struct script *script)
{
    struct bell__centrifugo_options protocol = {
        .memory = &bell__memory_default, .token = "t", .name = "n"};
    struct bell__session_options options = {
        .memory = &bell__memory_default,
        .random = draw_for,
        .reconnect_min_ms = 10,
        .reconnect_max_ms = 200,
        .connect_deadline_ms = 500,
        .ping_grace_ms = 1000,
        .calls_max = CALLS_MAX,
        .request_bytes_max = 200,
        .queue_bytes_max = 4000,
    };
    memset(script, 0, sizeof *script);
    CHECK_INT(BELL_OK, bell__centrifugo_make(&protocol, &script->protocol));
    options.protocol = script->protocol;
    CHECK_INT(BELL_OK, bell__session_make(&options, 0, &script->session));
}

static void note_end(struct script *script,
                     const struct bell__completion *completion)
{
    size_t at = 0;
    while (at < script->count && script->live[at] != completion->call) {
        at++;
    }
    CHECK(at < script->count); /* else it ended twice, or never began */
    if (at < script->count) {
        script->live[at] = script->live[--script->count];
    }
    CHECK(!bell__session_waits(script->session, completion->call));
    CHECK(completion->status == BELL_OK ||
          completion->error.call == completion->call);
    script->ended++;
    script->by_status[completion->status]++;
    script->last_ended = completion->call;
}

static void collect(struct script *script)
{
    struct bell__completion completion;
    struct bell__session_news news;
    while (bell__session_next(script->session, &completion)) {
        note_end(script, &completion);
    }
    if (bell__session_news(script->session, &news) && news.drop_line) {
        script->up = false;
    }
}

static void begin_call(struct script *script)
{
    static const char params[] = "{\"a\":\"0123456789012345678901234567890123"
                                 "456789012345678901234567890123456789012345"
                                 "678901234567890123456789012345678901234567"
                                 "89012345678901234567890123456789\"}";
    struct bell__order order = {
        .method = &method,
        .deadline =
            draw() % 4 == 0 ? INT64_MAX : script->now + (int64_t)(draw() % 300),
        .fail_fast = draw() % 8 == 0,
    };
    bell_error error = {.status = BELL_OK};
    struct bell__buf *out =
        bell__session_begin(script->session, &order, script->now, &error);
    if (out == NULL) {
        CHECK(error.status != BELL_OK && error.message[0] != '\0');
        return;
    }
    size_t size = draw() % 10 == 0 ? sizeof params - 1 : 2;
    bell__buf_append(out, size == 2 ? "{}" : params, size);
    if (draw() % 50 == 0) {
        bell__session_abort(script->session);
        return;
    }
    bell_call call = 0;
    if (bell__session_commit(script->session, &call, &error) == BELL_OK) {
        CHECK(script->count < CALLS_MAX);
        script->live[script->count++] = call;
        script->committed++;
    }
}

static bell_call some_call(const struct script *script)
{
    uint64_t pick = draw();
    if (script->count == 0 || pick % 5 == 0) {
        return pick % 2 == 0 ? script->last_ended : pick;
    }
    return script->live[pick % script->count];
}

static void reply(struct script *script)
{
    char text[256];
    uint32_t id = (uint32_t)some_call(script);
    uint32_t other = (uint32_t)some_call(script);
    switch (draw() % 6) {
    case 0:
        snprintf(text, sizeof text,
                 "{\"id\":%" PRIu32
                 ",\"error\":{\"code\":7,\"message\":\"m\"}}",
                 id);
        break;
    case 1:
        snprintf(text, sizeof text,
                 "{\"id\":%" PRIu32 ",\"rpc\":{}}\n{\"rpc\":{\"data\":2},"
                 "\"id\":%" PRIu32 "}\n{}",
                 id, other);
        break;
    case 2:
        snprintf(text, sizeof text, "%s",
                 draw() % 20 == 0 ? "nonsense" : "{\"push\":{}}");
        break;
    default:
        snprintf(text, sizeof text,
                 "{\"id\":%" PRIu32 ",\"rpc\":{\"data\":{\"a\":1}}}", id);
    }
    struct bell__frame frame = {.bytes = text, .size = strlen(text)};
    bell__session_feed(script->session, &frame, script->now);
}

static void take_frames(struct script *script)
{
    struct bell__outbox *outbox = bell__session_outbox(script->session);
    script->taken += outbox->count;
    bell__outbox_clear(outbox);
    if (draw() % 3 != 0) {
        bell__session_written(script->session, script->taken);
    }
}

static void lose_line(struct script *script)
{
    static const int32_t codes[] = {0, 0, 0, 1006, 3012, 4000};
    struct bell__line_end end = {codes[draw() % 6], 0, "lost"};
    script->up = false;
    bell__session_lost(script->session, &end, script->now);
}

static void connect_line(struct script *script)
{
    static const char ready[] = "{\"id\":1,\"connect\":{\"ping\":1}}";
    if (!bell__session_wants_line(script->session, script->now)) {
        return;
    }
    bell__session_opening(script->session, script->now);
    script->taken = 0;
    if (draw() % 5 == 0) {
        lose_line(script);
        return;
    }
    script->up = true;
    bell__session_opened(script->session, script->now);
    take_frames(script);
    struct bell__frame frame = {.bytes = ready, .size = sizeof ready - 1};
    bell__session_feed(script->session, &frame, script->now);
}

static void play(struct script *script)
{
    switch (draw() % 12) {
    case 0:
    case 1:
    case 2:
    case 3:
        begin_call(script);
        break;
    case 4:
    case 5:
    case 6:
        reply(script);
        break;
    case 7:
        bell__session_cancel(script->session, some_call(script));
        break;
    case 8:
        script->now += (int64_t)(draw() % 60 == 0 ? 5000 : draw() % 30);
        bell__session_tick(script->session, script->now);
        break;
    case 9:
        if (draw() % 10 == 0) {
            lose_line(script);
        }
        break;
    case 10:
        connect_line(script);
        break;
    default:
        if (script->up) {
            take_frames(script);
        }
    }
    collect(script);
}

/* Replies, errors, deadlines, cancels, losses, reconnects, nonsense and
 * duplicates in any order: what was committed ends once, and nothing else. */
static void each_call_ends_once(void)
{
    static struct script script;
    open_script(&script);
    for (int i = 0; i < EVENTS; i++) {
        play(&script);
        CHECK(script.committed == script.ended + script.count);
        CHECK(bell__session_deadline(script.session) >= 0);
    }
    bell__session_shut(script.session);
    collect(&script);
    CHECK_INT(0, script.count);
    CHECK_INT(script.committed, script.ended);
    /* The script went everywhere. */
    CHECK(script.by_status[BELL_OK] > 100);
    CHECK(script.by_status[BELL_REFUSED] > 100);
    CHECK(script.by_status[BELL_DEADLINE] > 100);
    CHECK(script.by_status[BELL_CANCELLED] > 100);
    CHECK(script.by_status[BELL_DISCONNECTED] > 100);
    bell__session_free(script.session);
    bell__protocol_free(script.protocol);
}

int main(void)
{
    table_finds_what_it_holds();
    late_ids_find_nobody();
    wheel_is_right();
    later_rounds_are_passed_once();
    each_call_ends_once();
    return check_report();
}
