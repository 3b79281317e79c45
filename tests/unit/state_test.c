/* state_test.c: what a program is told of its connection, and when. Against a
 * fake, and by what servers say with their greeting. */
#include <bell/fake.h>
#include <tasks.h>

#include <stdarg.h>

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "protocol/channel.h"
#include "unit/check.h"
#include "unit/counter.h"

/* What the program does when it is told something. */
enum habit { LISTEN, CALL, CLOSE };

struct program {
    bell_fake *fake;
    bell_client *client;
    enum habit habit;
    bell_change_kind when; /* it does that */
    int ended;
    bell_status how;
    char told[2048];
};

static void add(struct program *program, const char *format, ...)
{
    size_t size = strlen(program->told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(program->told + size, sizeof program->told - size, format,
              arguments);
    va_end(arguments);
}

static const char *state_of(const struct program *program)
{
    static const char *const names[] = {"?", "connecting", "connected",
                                        "disconnected"};
    return names[bell_client_state(program->client)];
}

static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *result,
                     const bell_error *error)
{
    struct program *program = context;
    (void)result;
    (void)error;
    program->ended++;
    program->how = status;
}

static bell_status start(struct program *program)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    bell_error error;
    return tasks_get_stats_start(program->client, &params, on_stats, program,
                                 NULL, NULL, &error);
}

static void call_inside(struct program *program, bell_change_kind kind)
{
    bell_error error;
    CHECK_INT(BELL_REENTRANT, bell_connect(program->client, 0, &error));
    bool over = kind == BELL_CHANGE_DISCONNECTED;
    CHECK_INT(!over, start(program) == BELL_OK);
}

static void on_change(void *context, const bell_state_change *change)
{
    struct program *program = context;
    CHECK_TEXT("rpc", change->link);
    switch (change->kind) {
    case BELL_CHANGE_CONNECTING:
        add(program, "connecting %u", change->attempt);
        break;
    case BELL_CHANGE_CONNECTED:
        add(program, "connected %s %s", change->client.text,
            change->version.text);
        CHECK_INT(0, change->data.size);
        break;
    case BELL_CHANGE_LOST:
        add(program, "lost %d %s", change->code, change->reason);
        CHECK(change->next_try_ms >= 500 && change->next_try_ms <= 20000);
        CHECK(!change->terminal);
        break;
    case BELL_CHANGE_DISCONNECTED:
        add(program, "disconnected %d %s%s", change->code, change->reason,
            change->terminal ? ", terminal" : "");
        break;
    }
    add(program, " [%s]\n", state_of(program));
    if (change->kind != program->when) {
        return;
    }
    if (program->habit == CALL) {
        call_inside(program, change->kind);
    } else if (program->habit == CLOSE) {
        bell_close(program->client);
    }
}

static void open_program(struct program *program, bell_mode mode)
{
    bell_error error;
    memset(program, 0, sizeof *program);
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &program->fake, &error));
    bell_options options = {.fake = program->fake,
                            .mode = mode,
                            .user_id = "7",
                            .state_changed = on_change,
                            .state_context = program};
    CHECK_INT(BELL_OK, tasks_open(&options, &program->client, &error));
}

static void pass(struct program *program, int64_t ms)
{
    CHECK_INT(BELL_OK, bell_fake_advance(program->fake, ms));
}

static void told(struct program *program, const char *want)
{
    CHECK_TEXT(want, program->told);
    program->told[0] = '\0';
}

static void step_by_step(bell_mode mode)
{
    struct program program;
    open_program(&program, mode);
    told(&program, "");
    CHECK_INT(BELL_STATE_CONNECTING, bell_client_state(program.client));
    CHECK(!bell_connected(program.client));
    pass(&program, 1);
    told(&program, "connecting 1 [connecting]\n"
                   "connected fake 0.0.0 [connected]\n");
    CHECK(bell_connected(program.client));
    pass(&program, 100);
    CHECK_INT(BELL_OK, start(&program)); /* it lives */
    pass(&program, 30000);
    bell_fake_disconnect(program.fake, 3000, "shutdown");
    bell_fake_offline(program.fake, true);
    pass(&program, 1);
    told(&program, "lost 3000 the server closed with 3000 shutdown "
                   "[connecting]\n");
    bell_kick(program.client);
    pass(&program, 1);
    CHECK(strstr(program.told, "connecting 2 [connecting]\nlost 0 the fake is "
                               "offline [connecting]\n") != NULL);
    bell_fake_offline(program.fake, false);
    bell_fake_refuse(program.fake, 103, "permission denied");
    program.told[0] = '\0';
    bell_kick(program.client);
    pass(&program, 1);
    told(&program,
         "connecting 3 [connecting]\n"
         "disconnected 103 the server refused to connect: 103 permission "
         "denied, terminal [disconnected]\n");
    bell_close(program.client);
    told(&program, "");
    bell_fake_close(program.fake);
}

static void closed(void)
{
    struct program program;
    open_program(&program, BELL_MODE_NATIVE);
    pass(&program, 1);
    program.told[0] = '\0';
    program.habit = CALL;
    program.when = BELL_CHANGE_DISCONNECTED;
    bell_close(program.client);
    told(&program, "disconnected 0 the client was closed [disconnected]\n");
    CHECK_INT(0, program.ended);
    bell_fake_close(program.fake);
}

/* Nothing but the end is told behind a close, and calls end once. */
static void close_inside(bell_change_kind when, const char *want)
{
    struct program program;
    open_program(&program, BELL_MODE_NATIVE);
    program.habit = CLOSE;
    program.when = when;
    CHECK_INT(BELL_OK, start(&program));
    pass(&program, 1);
    if (when == BELL_CHANGE_LOST) {
        bell_fake_disconnect(program.fake, 3000, "shutdown");
        pass(&program, 1);
    }
    told(&program, want);
    CHECK_INT(1, program.ended);
    pass(&program, 30000);
    told(&program, "");
    bell_fake_close(program.fake);
}

static void closes_inside(void)
{
    close_inside(BELL_CHANGE_CONNECTING,
                 "connecting 1 [connecting]\n"
                 "disconnected 0 the client was closed [disconnected]\n");
    close_inside(BELL_CHANGE_CONNECTED,
                 "connecting 1 [connecting]\n"
                 "connected fake 0.0.0 [connected]\n"
                 "disconnected 0 the client was closed [disconnected]\n");
}

static void calls_inside(void)
{
    struct program program;
    open_program(&program, BELL_MODE_NATIVE);
    bell_error error;
    bell_fake_call call = {.method = "tasks.get_stats",
                           .result = "{\"total\":1,\"completed\":0,"
                                     "\"pending\":1}",
                           .times = 9};
    CHECK_INT(BELL_OK, bell_fake_expect(program.fake, &call, &error));
    program.habit = CALL;
    for (int when = BELL_CHANGE_CONNECTING; when <= BELL_CHANGE_LOST; when++) {
        program.when = (bell_change_kind)when;
        pass(&program, 30000);
        bell_fake_disconnect(program.fake, 3000, "shutdown");
        pass(&program, 30000);
    }
    CHECK(program.ended >= 3);
    CHECK_INT(BELL_OK, program.how);
    bell_close(program.client);
    bell_fake_close(program.fake);
}

/* ---- What came with the greeting ----------------------------------------- */

static bool feed(struct bell__protocol *protocol, const char *text,
                 struct bell__event *event)
{
    char *copy = strdup(text); /* gone when the greeting is asked for */
    struct bell__frame frame = {.bytes = copy, .size = strlen(copy)};
    size_t at = 0;
    bool told_some = protocol->ops->decode(protocol, &frame, &at, event);
    memset(copy, '#', strlen(copy));
    free(copy);
    return told_some;
}

static struct bell__protocol *make(const bell_allocator *memory, bool keeps,
                                   bool channel)
{
    struct bell__centrifugo_options options = {
        .memory = memory, .name = "n", .keeps_greeting = keeps};
    struct bell__protocol *made = NULL;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&options, &made));
    if (channel) {
        struct bell__channel_options over = {.memory = memory,
                                             .inner = made,
                                             .request_channel = "r",
                                             .reply_channel = "u"};
        CHECK_INT(BELL_OK, bell__channel_make(&over, &made));
    }
    return made;
}

static void greet(struct bell__protocol *protocol, const char *answer)
{
    struct bell__buf out;
    struct bell__event event;
    char text[256];
    uint32_t ids[] = {1, 2};
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, protocol->ops->hello(protocol, &out, ids));
    bell__buf_close(&out);
    snprintf(text, sizeof text, "{\"id\":1,\"connect\":%s}", answer);
    feed(protocol, text, &event);
}

static void greetings(bool channel)
{
    static const struct {
        const char *answer;
        const char *client;
        const char *version;
        const char *data;
    } cases[] = {
        {"{\"client\":\"a\\u0041\\n\",\"version\":\"6.1\",\"data\":{\"x\":[1,"
         "\"}\"]}}",
         "aA\n", "6.1", "{\"x\":[1,\"}\"]}"},
        {"{\"data\":null,\"client\":7,\"version\":{}}", NULL, NULL, "null"},
        {"{\"client\":\"\",\"version\":\"1\"}", NULL, "1", NULL},
        {"{}", NULL, NULL, NULL},
    };
    struct bell__protocol *protocol =
        make(&bell__memory_default, true, channel);
    struct bell__greeting said;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        greet(protocol, cases[i].answer);
        CHECK(protocol->ops->greeting(protocol, &said));
        bell_string want[] = {bell_str(cases[i].client),
                              bell_str(cases[i].version),
                              bell_str(cases[i].data)};
        bell_string got[] = {
            said.client, said.version, {said.data.text, said.data.size}};
        for (int k = 0; k < 3; k++) {
            CHECK_INT(want[k].size, got[k].size);
            CHECK(want[k].text == NULL
                      ? got[k].text == NULL
                      : strcmp(want[k].text, got[k].text) == 0);
        }
    }
    bell__protocol_free(protocol);
}

static void who_does_not_listen_keeps_none(void)
{
    struct bell__protocol *protocol = make(&bell__memory_default, false, false);
    struct bell__greeting said;
    greet(protocol, "{\"client\":\"c\",\"data\":1}");
    CHECK(protocol->ops->greeting(protocol, &said));
    CHECK(said.client.text == NULL && said.data.text == NULL);
    bell__protocol_free(protocol);
}

static void no_memory_for_a_greeting(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__protocol *protocol = make(&memory, true, false);
    struct bell__greeting said;
    counter.fail = counter.calls + 1;
    greet(protocol, "{\"client\":\"c\",\"data\":1}");
    CHECK(!protocol->ops->greeting(protocol, &said));
    CHECK(said.client.text == NULL && said.data.text == NULL);
    greet(protocol, "{\"client\":\"c\",\"data\":1}");
    CHECK(protocol->ops->greeting(protocol, &said));
    CHECK_TEXT("c", said.client.text);
    bell__protocol_free(protocol);
    CHECK_INT(0, counter.bytes);
}

int main(void)
{
    step_by_step(BELL_MODE_NATIVE);
    step_by_step(BELL_MODE_CHANNEL);
    closed();
    closes_inside();
    calls_inside();
    greetings(false);
    greetings(true);
    who_does_not_listen_keeps_none();
    no_memory_for_a_greeting();
    return check_report();
}
