/* fake_rest_test.c: endpoints of rest against a fake: params of every part,
 * results, errors, further tries, and what goes wrong with an exchange. */
#include <agents.h>
#include <bell/fake.h>

#include "unit/check.h"
#include "unit/counter.h"

static bell_fake *fake;
static bell_client *client;
static bell_error error;

static void begin_with(bell_options options)
{
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    options.fake = fake;
    CHECK_INT(BELL_OK, agents_open(&options, &client, &error));
}

static void begin(void)
{
    begin_with((bell_options){.token = "secret"});
}

static void end(void)
{
    bell_close(client);
    bell_fake_close(fake);
}

static void expect(bell_fake_call call)
{
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

/* The status of agents.get; *status is the agent's. */
static bell_status get(const char *id, int *status)
{
    static const bell_string tags[] = {{"a&b", 3}, {"c d", 3}};
    agents_get_params params = {
        .path = {.agent_id = bell_str(id)},
        .query = {.has_include_metrics = true,
                  .include_metrics = true,
                  .has_tags = true,
                  .tags = {tags, 2}},
        .headers = {.x_client_fingerprint = BELL_STR("f-1")}};
    agents_agent *agent = NULL;
    bell_status ended = agents_get(client, &params, &agent, &error);
    *status = agent != NULL ? agent->status.value : -1;
    bell_free(agent);
    return ended;
}

static const char active[] = "{\"agent_id\": \"a\", \"status\": \"active\"}";

/* What the program meant, not how HTTP spells it. */
static void every_part(void)
{
    int status;
    begin();
    expect((bell_fake_call){
        .method = "agents.get",
        .params = "{\"path\": {\"agent_id\": \"a/\xc3\xa4 %\"},"
                  " \"query\": {\"include_metrics\": true,"
                  " \"tags\": [\"a&b\", \"c d\"]},"
                  " \"headers\": {\"X-Client-Fingerprint\": \"f-1\"}}",
        .result = active});
    CHECK_INT(BELL_OK, get("a/\xc3\xa4 %", &status));
    CHECK_INT(AGENTS_AGENT_STATUS_ACTIVE, status);
    CHECK_TEXT("secret", bell_fake_token(fake));
    CHECK(bell_fake_trouble(fake) == NULL);
    end();
}

static void results(void)
{
    agents_register_params key = {.body.agent_key = BELL_STR("test-agent-001")};
    agents_remove_params gone = {.path.agent_id = BELL_STR("a")};
    agents_page_params page = {
        .path = {.agent_id = BELL_STR("a"), .part = BELL_STR("b")}};
    agents_registration *made = NULL;
    agents_page_result *text = NULL;
    agents_all_result *all = NULL;
    begin();
    expect((bell_fake_call){
        .method = "agents.register",
        .params = "{\"body\":{\"agent_key\":\"test-agent-001\"}}",
        .result = "{\"agent_id\":\"a\",\"access_token\":\"later\","
                  "\"expires_in\":60}"});
    expect((bell_fake_call){.method = "agents.remove",
                            .params = "{\"path\":{\"agent_id\":\"a\"}}"});
    expect((bell_fake_call){.method = "agents.page",
                            .result = "\"a \\\"page\\\"\\n\""});
    expect((bell_fake_call){
        .method = "agents.all", .params = "{}", .result = "[]"});
    expect((bell_fake_call){.method = "agents.ping"});
    CHECK_INT(BELL_OK, agents_register(client, &key, &made, &error));
    CHECK_TEXT("later", made->access_token.text);
    CHECK_INT(BELL_OK, agents_remove(client, &gone, &error));
    CHECK_INT(BELL_OK, agents_page(client, &page, &text, &error));
    CHECK_TEXT("a \"page\"\n", text->value.text);
    CHECK_INT(BELL_OK, agents_all(client, &all, &error));
    CHECK_INT(0, (int)all->value.count);
    CHECK_INT(BELL_OK, agents_ping(client, &error));
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_free(made);
    bell_free(text);
    bell_free(all);
    end();
}

static void refusals(void)
{
    int status;
    begin();
    expect((bell_fake_call){.method = "agents.get",
                            .code = AGENTS_GET_ERROR_NO_SUCH_AGENT,
                            .message = "no such agent"});
    expect((bell_fake_call){.method = "agents.get",
                            .code = AGENTS_GET_ERROR_NO_SUCH_AGENT,
                            .data = "{\"type\":\"not-found\","
                                    "\"detail\":\"gone\"}"});
    expect((bell_fake_call){.method = "agents.get", .code = 7});
    CHECK_INT(BELL_REFUSED, get("a", &status));
    CHECK_TEXT("no such agent", error.message);
    CHECK_INT(404, error.code);
    CHECK(!error.temporary);
    CHECK_INT(404, bell_error_http(client, &error)->status);
    CHECK_INT(BELL_REFUSED, get("a", &status));
    CHECK_TEXT("gone", error.message);
    const agents_get_no_such_agent_data *data =
        agents_error_no_such_agent(client, &error);
    CHECK(data != NULL);
    CHECK_TEXT("not-found", data->type.text);
    CHECK_INT(BELL_REFUSED, get("a", &status));
    CHECK_INT(500, error.code);
    CHECK(bell_fake_trouble(fake) == NULL);
    end();
}

/* Waits between tries pass at once. */
static void tries(void)
{
    int status;
    begin();
    expect((bell_fake_call){.method = "agents.get", .code = 503, .times = 2});
    expect((bell_fake_call){.method = "agents.get", .disconnect = true});
    expect((bell_fake_call){.method = "agents.get", .result = active});
    CHECK_INT(BELL_OK, get("a", &status));
    CHECK(bell_fake_trouble(fake) == NULL);
    end();
    begin_with((bell_options){.rest_retries = -1});
    expect((bell_fake_call){.method = "agents.get",
                            .disconnect = true,
                            .message = "the power is out"});
    CHECK_INT(BELL_DISCONNECTED, get("a", &status));
    CHECK_INT(BELL_SENT_UNKNOWN, error.sent);
    CHECK(strstr(error.message, "the power is out") != NULL);
    bell_fake_offline(fake, true);
    CHECK_INT(BELL_DISCONNECTED, get("a", &status));
    CHECK_INT(BELL_SENT_NO, error.sent);
    bell_fake_offline(fake, false);
    expect((bell_fake_call){.method = "agents.get", .never = true});
    CHECK_INT(BELL_DEADLINE, get("a", &status));
    expect((bell_fake_call){
        .method = "agents.get", .result = active, .delay_ms = 29000});
    CHECK_INT(BELL_OK, get("a", &status));
    CHECK(bell_fake_trouble(fake) == NULL);
    end();
}

static void on_pinged(void *context, bell_status status, const bell_error *why)
{
    (void)why;
    *(bell_status *)context = status;
}

/* Nobody hears of a call that was cancelled; the others go on. */
static void many_at_once(void)
{
    enum { COUNT = 3 };
    bell_status ended[COUNT] = {BELL_INVALID, BELL_INVALID, BELL_INVALID};
    bell_call calls[COUNT];
    begin();
    expect((bell_fake_call){
        .method = "agents.ping", .delay_ms = 200, .times = COUNT});
    for (int i = 0; i < COUNT; i++) {
        CHECK_INT(BELL_OK, agents_ping_start(client, on_pinged, &ended[i], NULL,
                                             &calls[i], &error));
    }
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 100));
    CHECK_INT(BELL_INVALID, ended[0]);
    bell_cancel(client, calls[1]);
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 200));
    CHECK_INT(BELL_OK, ended[0]);
    CHECK_INT(BELL_CANCELLED, ended[1]);
    CHECK_INT(BELL_OK, ended[2]);
    end();
}

static void check_fault(const char *rule, bell_status wanted)
{
    int status;
    begin_with((bell_options){.rest_retries = -1});
    expect((bell_fake_call){
        .method = "agents.get", .result = active, .times = UINT32_MAX});
    CHECK_INT(BELL_OK, bell_fake_fault(fake, rule, &error));
    CHECK_INT(wanted, get("a", &status));
    end();
}

static void faults(void)
{
    check_fault("error:503:busy", BELL_REFUSED);
    CHECK_TEXT("busy", error.message);
    CHECK(error.temporary);
    check_fault("agents.get=drop", BELL_DISCONNECTED);
    check_fault("close", BELL_DISCONNECTED);
    check_fault("cut-frame", BELL_DISCONNECTED);
    check_fault("silent", BELL_DEADLINE);
    check_fault("freeze", BELL_DEADLINE);
    check_fault("late:40s", BELL_DEADLINE);
    check_fault("late:20s", BELL_OK);
    check_fault("duplicate", BELL_OK);
    check_fault("reorder", BELL_OK);
    check_fault("burst", BELL_OK);
    check_fault("wrong-type:agent_id", BELL_BAD_REPLY);
}

/* The words name the call as the program made it. */
static void troubles(void)
{
    int status;
    begin();
    expect((bell_fake_call){.method = "agents.get",
                            .params = "{\"path\":{\"agent_id\":\"b\"}}",
                            .result = active});
    CHECK_TEXT("a call that never came: agents.get with "
               "{\"path\":{\"agent_id\":\"b\"}}",
               bell_fake_trouble(fake));
    CHECK_INT(BELL_REFUSED, get("a", &status));
    CHECK_INT(-1, error.code);
    CHECK_TEXT("the fake did not expect this call", error.message);
    CHECK(strstr(bell_fake_trouble(fake),
                 "an unexpected call: agents.get with "
                 "{\"path\":{\"agent_id\":\"a\"}") != NULL);
    end();
}

/* A line that goes ends what waits, and nothing is left of it. */
static void ends_early(void)
{
    bell_status ended = BELL_OK;
    begin_with((bell_options){.rest_retries = -1});
    expect(
        (bell_fake_call){.method = "agents.ping", .never = true, .times = 2});
    CHECK_INT(BELL_OK,
              agents_ping_start(client, on_pinged, &ended, NULL, NULL, &error));
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    bell_fake_disconnect(fake, 0, NULL);
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    CHECK_INT(BELL_DISCONNECTED, ended);
    CHECK_INT(BELL_OK,
              agents_ping_start(client, on_pinged, &ended, NULL, NULL, &error));
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    end();
    CHECK_INT(BELL_CLOSED, ended);
}

/* Each allocation in turn fails: never worse than the status. */
static void out_of_memory(void)
{
    for (size_t fail = 1; fail < 400; fail++) {
        struct counter counter;
        bell_allocator memory = counter_allocator(&counter);
        counter.fail = fail;
        bell_status status = bell_fake_open(&memory, &fake, &error);
        bell_options options = {.fake = fake, .allocator = &memory};
        bell_fake_call call = {.method = "agents.ping", .times = UINT32_MAX};
        client = NULL;
        if (status == BELL_OK &&
            bell_fake_expect(fake, &call, &error) == BELL_OK &&
            agents_open(&options, &client, &error) == BELL_OK) {
            status = agents_ping(client, &error);
        }
        end();
        fake = NULL;
        CHECK_INT(0, counter.bytes);
    }
}

int main(void)
{
    every_part();
    results();
    refusals();
    tries();
    many_at_once();
    faults();
    troubles();
    ends_early();
    out_of_memory();
    return 0;
}
