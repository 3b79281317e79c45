/* links_test.c: a client with two links that speak a protocol of the test's
 * own: each call goes by its link and ends by its own exchange. */
#include "unit/toy_service.h"

/* How a call ended, and how often. */
struct end {
    int times;
    bell_status status;
    int64_t value;
    bell_error error;
};

static void note(void *context, bell_status status, const void *result,
                 const bell_error *error)
{
    struct end *end = context;
    end->times++;
    end->status = status;
    end->value = result != NULL ? ((const struct value *)result)->value : 0;
    end->error = *error;
}

static bell_client *open_client(const bell_options *more)
{
    bell_options options = {.url = "toy://base/"};
    bell_client *client = NULL;
    bell_error error;
    if (more != NULL) {
        options.links = more->links;
        options.link_count = more->link_count;
        options.link_size = sizeof *more->links;
        options.token = more->token;
    }
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    return client;
}

static bell_call start(bell_client *client, int method, uint32_t retries,
                       struct end *end)
{
    bell_call call = 0;
    bell_error error;
    bell_call_options options = {.retries = (int32_t)retries};
    memset(end, 0, sizeof *end);
    CHECK_INT(BELL_OK, bell_client_start(client, &methods[method], NULL,
                                         (bell_function)note, end, &options,
                                         sizeof options, &call, &error));
    return call;
}

static void turn(bell_client *client)
{
    for (int i = 0; i < 4; i++) {
        CHECK_INT(BELL_OK, bell_loop_run(bell_client_loop(client), 0));
    }
}

static void what_is_not_asked_is_not_opened(void)
{
    struct end end;
    bell_client *client = open_client(NULL);
    turn(client);
    CHECK_INT(0, toy_line(client, 0)->opened);
    CHECK_INT(0, toy_line(client, 1)->opened);
    CHECK(client->links[0].session == NULL);
    start(client, FAR, 0, &end);
    turn(client);
    CHECK_INT(0, toy_line(client, 0)->opened);
    CHECK_INT(1, toy_line(client, 1)->opened);
    CHECK(bell_connected(client));
    bell_close(client);
    CHECK_INT(1, end.times);
    CHECK_INT(BELL_CLOSED, end.status);
}

static void answers_come_by_tag(void)
{
    struct end ends[4];
    bell_call calls[4];
    bell_client *client = open_client(NULL);
    for (int i = 0; i < 4; i++) {
        calls[i] = start(client, i % 2 == 0 ? NEAR : FAR, 0, &ends[i]);
    }
    turn(client);
    for (uint32_t i = 0; i < 2; i++) {
        const struct toy_line *line = toy_line(client, i);
        CHECK_INT(2, line->sent_count);
        CHECK_INT(calls[i], line->sent[0].tag);
        CHECK_INT(calls[i + 2], line->sent[1].tag);
        CHECK(line->sent[0].binary && line->sent[0].head_size == 0);
        CHECK_TEXT(i == 0 ? "near.ask {}." : "far.ask {}.", line->sent[0].text);
    }
    CHECK(calls[0] != calls[1]);
    toy_say(toy_line(client, 0), calls[2], BELL__EXCHANGE_REPLIED, "12");
    toy_say(toy_line(client, 0), calls[0], BELL__EXCHANGE_REPLIED, "10");
    toy_say(toy_line(client, 1), calls[3], BELL__EXCHANGE_REPLIED, "!");
    toy_say(toy_line(client, 1), calls[1], BELL__EXCHANGE_REPLIED, "11");
    /* Twice, and of the other link: for nobody. */
    toy_say(toy_line(client, 1), calls[1], BELL__EXCHANGE_REPLIED, "13");
    toy_say(toy_line(client, 1), calls[0], BELL__EXCHANGE_REPLIED, "14");
    turn(client);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(1, ends[i].times);
        CHECK_INT(BELL_OK, ends[i].status);
        CHECK_INT(10 + i, ends[i].value);
    }
    CHECK_INT(BELL_REFUSED, ends[3].status);
    CHECK_INT(400, ends[3].error.code);
    CHECK_INT(2, bell__session_ignored(client->links[1].session));
    bell_close(client);
}

static void an_exchange_breaks_alone(void)
{
    struct end broken;
    struct end refused;
    struct end empty;
    struct end good;
    bell_client *client = open_client(NULL);
    bell_call first = start(client, FAR, 0, &broken);
    bell_call second = start(client, FAR, 0, &refused);
    bell_call third = start(client, FAR, 0, &empty);
    bell_call last = start(client, FAR, 0, &good);
    turn(client);
    struct toy_line *line = toy_line(client, 1);
    toy_say(line, first, BELL__EXCHANGE_UNKNOWN, "the line broke");
    toy_say(line, second, BELL__EXCHANGE_NOT_SENT, "nobody listens");
    toy_say(line, third, BELL__EXCHANGE_REPLIED, "?");
    toy_say(line, last, BELL__EXCHANGE_REPLIED, "1");
    turn(client);
    CHECK_INT(BELL_DISCONNECTED, broken.status);
    CHECK_INT(BELL_SENT_UNKNOWN, broken.error.sent);
    CHECK(strstr(broken.error.message, "the line broke") != NULL);
    CHECK_INT(BELL_DISCONNECTED, refused.status);
    CHECK_INT(BELL_SENT_NO, refused.error.sent);
    CHECK_INT(BELL_DISCONNECTED, empty.status);
    CHECK(strstr(empty.error.message, "holds no reply") != NULL);
    CHECK_INT(BELL_OK, good.status);
    CHECK_INT(1, line->opened); /* the transport itself is up */
    CHECK_INT(4, broken.times + refused.times + empty.times + good.times);
    bell_close(client);
}

static void what_may_be_repeated_is(void)
{
    struct end end;
    bell_client *client = open_client(NULL);
    bell_call call = start(client, AGAIN, 1, &end);
    turn(client);
    struct toy_line *line = toy_line(client, 1);
    toy_say(line, call, BELL__EXCHANGE_UNKNOWN, "once");
    turn(client);
    CHECK_INT(0, end.times);
    CHECK_INT(2, line->sent_count);
    CHECK_INT(call, line->sent[1].tag);
    CHECK_TEXT(line->sent[0].text, line->sent[1].text);
    toy_say(line, call, BELL__EXCHANGE_NOT_SENT, "twice");
    turn(client);
    CHECK_INT(1, end.times);
    CHECK_INT(BELL_DISCONNECTED, end.status);
    /* The first try may have been executed, whatever became of the second. */
    CHECK_INT(BELL_SENT_UNKNOWN, end.error.sent);
    CHECK_INT(2, line->sent_count);
    bell_close(client);
}

static void cancelled_before_and_behind(void)
{
    struct end never;
    struct end gone;
    struct end good;
    struct end held;
    bell_client *client = open_client(NULL);
    start(client, FAR, 0, &good); /* brings the link up */
    turn(client);
    struct toy_line *line = toy_line(client, 1);
    bell_cancel(client, start(client, FAR, 0, &never));
    bell_call call = start(client, FAR, 0, &gone);
    turn(client);
    CHECK_INT(BELL_CANCELLED, never.status);
    CHECK_INT(BELL_SENT_NO, never.error.sent);
    CHECK_INT(2, line->sent_count);
    CHECK_INT(0, line->cancelled_count);
    bell_cancel(client, call);
    bell_cancel(client, call);
    turn(client);
    CHECK_INT(BELL_CANCELLED, gone.status);
    CHECK_INT(BELL_SENT_UNKNOWN, gone.error.sent);
    CHECK_INT(1, line->cancelled_count);
    CHECK_INT(call, line->cancelled[0]);
    toy_say(line, call, BELL__EXCHANGE_CANCELLED, "");
    turn(client);
    CHECK_INT(1, gone.times);
    CHECK_INT(0, bell__session_ignored(client->links[1].session));
    bell_cancel(client, 0);
    bell_cancel(client, UINT64_MAX);
    call = start(client, FAR, 0, &held);
    turn(client);
    CHECK_INT(3, line->sent_count);
    line->keeps_back = true; /* it is dialed still, say */
    bell_cancel(client, call);
    turn(client);
    CHECK_INT(BELL_CANCELLED, held.status);
    CHECK_INT(BELL_SENT_NO, held.error.sent);
    line->keeps_back = false;
    bell_close(client);
    CHECK_INT(BELL_CLOSED, good.status);
    CHECK_INT(BELL_SENT_UNKNOWN, good.error.sent);
}

static void pushes_reach_their_inbox(void)
{
    struct end end;
    bell_string payload;
    uint32_t channel = 0;
    bell_client *client = open_client(NULL);
    start(client, NEAR, 0, &end);
    turn(client);
    struct toy_line *line = toy_line(client, 0);
    struct bell__session *session = client->links[0].session;
    struct bell__inbox_options latest = {BELL__INBOX_LATEST, 9, 100};
    struct bell__inbox_options ring = {BELL__INBOX_RING, 2, 100};
    CHECK_INT(BELL_OK, bell__session_listen(session, 3, &latest));
    CHECK_INT(BELL_OK, bell__session_listen(session, 1, &ring));
    const char *pushes[] = {"3a", "3b", "1c", "1d", "1e", "2f", "9g"};
    for (size_t i = 0; i < sizeof pushes / sizeof pushes[0]; i++) {
        toy_say(line, 0, BELL__EXCHANGE_NONE, pushes[i]);
    }
    turn(client);
    const char *wanted[] = {"1d", "3b", "1e"}; /* in turn */
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        CHECK(bell__session_push(session, &channel, &payload));
        CHECK_INT(wanted[i][0] - '0', channel);
        CHECK_BYTES(wanted[i] + 1, payload.text, payload.size);
    }
    CHECK(!bell__session_push(session, &channel, &payload));
    CHECK_INT(1, bell__session_inbox(session, 1).dropped);
    CHECK_INT(3, bell__session_inbox(session, 1).came);
    CHECK_INT(1, bell__session_inbox(session, 3).dropped);
    CHECK_INT(2, bell__session_unheard(session));
    CHECK_INT(0, end.times); /* calls do not mind */
    bell_close(client);
}

static void options_name_links(void)
{
    const bell_link_option far = {
        .name = "far", .url = "toy://elsewhere/x", .token = "FAR"};
    const bell_link_option wrong = {.name = "fr", .url = "toy://x"};
    const bell_link_option twice[] = {far, far};
    bell_options options = {
        .links = &far, .link_count = 1, .link_size = sizeof far, .token = "T"};
    bell_client *client = open_client(&options);
    CHECK_TEXT("toy://base/ T", toy_line(client, 0)->url);
    CHECK_TEXT("toy://elsewhere/x FAR", toy_line(client, 1)->url);
    bell_close(client);
    client = open_client(NULL);
    CHECK_TEXT("toy://base/far -", toy_line(client, 1)->url);
    bell_close(client);
    bell_error error;
    options = (bell_options){.url = "toy://x",
                             .links = &wrong,
                             .link_count = 1,
                             .link_size = sizeof wrong};
    CHECK_INT(BELL_INVALID, bell_client_open(&service, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: links names one that the service does not have: fr "
               "(it has: near, far)",
               error.message);
    options = (bell_options){.url = "toy://x",
                             .links = twice,
                             .link_count = 2,
                             .link_size = sizeof twice[0]};
    CHECK_INT(BELL_INVALID, bell_client_open(&service, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: links names one twice: far", error.message);
    options =
        (bell_options){.links = &far, .link_count = 1, .link_size = sizeof far};
    CHECK_INT(BELL_INVALID, bell_client_open(&service, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: url is missing", error.message);
    options = (bell_options){.url = "toy://x?a=1"};
    CHECK_INT(BELL_INVALID, bell_client_open(&service, &options, sizeof options,
                                             &client, &error, sizeof error));
    CHECK_TEXT("options: url has a query, and /far is to be put behind it",
               error.message);
    CHECK(client == NULL);
}

/* Programs of another version have other elements. */
static void link_options_of_any_size(void)
{
    struct {
        bell_link_option known;
        const char *more;
    } newer[2] = {{{.name = "near", .token = "N"}, "?"},
                  {{.name = "far", .token = "F"}, "!"}};
    bell_options options = {.url = "toy://base",
                            .links = &newer[0].known,
                            .link_count = 2,
                            .link_size = sizeof newer[0]};
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    CHECK_TEXT("toy://base N", toy_line(client, 0)->url);
    CHECK_TEXT("toy://base/far F", toy_line(client, 1)->url);
    bell_close(client);
    struct {
        const char *name;
        const char *url;
        const char *token;
    } older[] = {{"far", NULL, "F"}, {"near", NULL, "N"}};
    options.links = (const bell_link_option *)(const void *)older;
    options.link_size = sizeof older[0];
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    CHECK_TEXT("toy://base N", toy_line(client, 0)->url);
    CHECK_TEXT("toy://base/far F", toy_line(client, 1)->url);
    bell_close(client);
    size_t wrong[] = {0, 8, offsetof(bell_link_option, urls) - 1};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        options.link_size = wrong[i];
        CHECK_INT(BELL_INVALID,
                  bell_client_open(&service, &options, sizeof options, &client,
                                   &error, sizeof error));
        CHECK_TEXT("options: link_size is not sizeof links[0]", error.message);
    }
}

/* ---- How they stand ------------------------------------------------------ */

struct told {
    char text[1024];
    bell_client *closes; /* when it is connected */
};

static void add(struct told *told, const char *link, const char *what)
{
    size_t size = strlen(told->text);
    snprintf(told->text + size, sizeof told->text - size, "%s %s, ",
             link == NULL ? "-" : link, what);
}

static void on_change(void *context, const bell_state_change *change)
{
    static const char *const kinds[] = {"", "connecting", "connected", "lost",
                                        "disconnected"};
    add(context, change->link, kinds[change->kind]);
    CHECK(change->client.text == NULL && change->data.text == NULL);
    struct told *told = context;
    if (change->kind == BELL_CHANGE_CONNECTED && told->closes != NULL) {
        bell_close(told->closes);
    }
}

static void on_log(void *context, const bell_record *record)
{
    add(context, record->link, record->text);
}

static void on_metric(void *context, const bell_metric *metric)
{
    static const char *const kinds[] = {"", "call", "end", "connected", "lost"};
    add(context, metric->link, kinds[metric->kind]);
}

static void says(struct told *told, const char *want)
{
    CHECK_TEXT(want, told->text);
    told->text[0] = '\0';
}

static bell_client *open_told(bell_options *options)
{
    bell_client *client = NULL;
    bell_error error;
    options->url = "toy://base/";
    CHECK_INT(BELL_OK, bell_client_open(&service, options, sizeof *options,
                                        &client, &error, sizeof error));
    return client;
}

static void end_for_good(bell_client *client, uint32_t link)
{
    bell__session_refused(client->links[link].session, true, "over",
                          client->loop->now);
    bell__loop_due(client->loop, &client->guest);
    turn(client);
}

/* One that nobody uses is no part of it, and one that ended for good only
 * where it is the last. */
static void states_of_links(void)
{
    struct told told = {"", NULL};
    struct end end;
    bell_error error;
    bell_options options = {.state_changed = on_change, .state_context = &told};
    bell_client *client = open_told(&options);
    turn(client);
    says(&told, "");
    CHECK_INT(BELL_STATE_CONNECTED, bell_client_state(client));
    start(client, NEAR, 0, &end);
    CHECK_INT(BELL_STATE_CONNECTING, bell_client_state(client));
    turn(client);
    says(&told, "near connecting, near connected, ");
    CHECK_INT(BELL_STATE_CONNECTED, bell_client_state(client));
    start(client, FAR, 0, &end);
    turn(client);
    says(&told, "far connecting, far connected, ");
    end_for_good(client, 1);
    says(&told, "far disconnected, ");
    CHECK_INT(BELL_TERMINAL, end.status);
    CHECK(bell_connected(client));
    CHECK_INT(BELL_OK, bell_connect(client, 0, &error));
    struct toy_line *line = toy_line(client, 0);
    line->head.line = BELL__LINE_DOWN;
    bell__loop_due(line->loop, line->guest);
    turn(client);
    says(&told, "near lost, ");
    CHECK_INT(BELL_STATE_CONNECTING, bell_client_state(client));
    end_for_good(client, 0);
    says(&told, "near disconnected, ");
    CHECK_INT(BELL_STATE_DISCONNECTED, bell_client_state(client));
    CHECK_INT(BELL_TERMINAL, bell_connect(client, 0, &error));
    bell_close(client);
    says(&told, "");
}

static void send_and_break(struct bell__transport *transport,
                           struct bell__outbox *outbox)
{
    toy_send(transport, outbox);
    transport->line = BELL__LINE_DOWN;
}

/* A line that breaks in the turn that it came up in: both are told, in order,
 * and nothing but the end behind a close. */
static void up_and_down_in_one_turn(bool closes)
{
    static struct bell__transport_ops breaking;
    struct told told = {"", NULL};
    struct end end;
    bell_options options = {.state_changed = on_change, .state_context = &told};
    bell_client *client = open_told(&options);
    told.closes = closes ? client : NULL;
    breaking = toy_line_ops;
    breaking.send = send_and_break;
    toy_line(client, 0)->head.ops = &breaking;
    start(client, NEAR, 0, &end);
    CHECK_INT(BELL_OK, bell_loop_run(bell_client_loop(client), 0));
    says(&told, closes ? "near connecting, near connected, near disconnected, "
                       : "near connecting, near connected, near lost, ");
    if (!closes) {
        CHECK_INT(BELL_DISCONNECTED, end.status);
        bell_close(client);
    }
    CHECK_INT(1, end.times);
}

static void closed_links_say_so(void)
{
    struct told told = {"", NULL};
    struct end end;
    bell_options options = {.state_changed = on_change, .state_context = &told};
    bell_client *client = open_told(&options);
    start(client, FAR, 0, &end);
    turn(client);
    told.text[0] = '\0';
    bell_close(client);
    says(&told, "far disconnected, ");
}

static void logs_and_metrics_name_links(void)
{
    struct told told = {"", NULL};
    struct end end;
    bell_options options = {.metrics = on_metric, .metrics_context = &told};
    bell_client *client = open_told(&options);
    bell_call call = start(client, FAR, 0, &end);
    turn(client);
    toy_say(toy_line(client, 1), call, BELL__EXCHANGE_REPLIED, "1");
    turn(client);
    says(&told, "far call, far connected, far end, ");
    bell_close(client);
    options = (bell_options){.log = on_log, .log_context = &told};
    client = open_told(&options);
    start(client, FAR, 0, &end);
    turn(client);
    says(&told, "far call, 2 bytes of params, waits for a connection, "
                "far far: connecting, far far: connected, ");
    bell_close(client);
    CHECK(strncmp("- closed, ", told.text, 10) == 0);
}

/* Behind the end nothing is opened any more. */
static void start_far(void *context, bell_status status, const void *result,
                      const bell_error *error)
{
    bell_client *client = context;
    bell_error trouble;
    (void)result;
    (void)error;
    CHECK_INT(BELL_CLOSED, status);
    CHECK_INT(BELL_CLOSED, bell_client_start(client, &methods[FAR], NULL,
                                             (bell_function)start_far, client,
                                             NULL, 0, NULL, &trouble));
    CHECK(client->links[1].session == NULL);
}

static void a_closed_client_opens_no_link(void)
{
    bell_client *client = open_client(NULL);
    bell_error error;
    CHECK_INT(BELL_OK, bell_client_start(client, &methods[NEAR], NULL,
                                         (bell_function)start_far, client, NULL,
                                         0, NULL, &error));
    turn(client);
    bell_close(client);
}

static void a_method_of_another_service(void)
{
    bell_error error;
    bell_client *client = open_client(NULL);
    CHECK_INT(BELL_INVALID, bell_client_call(client, &methods[NOWHERE], NULL,
                                             NULL, 0, NULL, &error));
    CHECK_TEXT("nowhere is not a method of the client's service",
               error.message);
    CHECK_TEXT("nowhere", error.method);
    bell_close(client);
}

/* A call that wants no reply ends with its exchange. */
static void a_quiet_exchange(void)
{
    struct end good;
    struct end broken;
    bell_client *client = open_client(NULL);
    bell_call call = start(client, QUIET, 0, &good);
    bell_call other = start(client, QUIET, 0, &broken);
    turn(client);
    struct toy_line *line = toy_line(client, 0);
    CHECK_INT(2, line->sent_count);
    CHECK_INT(0, good.times);
    toy_say(line, call, BELL__EXCHANGE_REPLIED, "1");
    toy_say(line, other, BELL__EXCHANGE_NOT_SENT, "nobody listens");
    turn(client);
    CHECK_INT(1, good.times);
    CHECK_INT(BELL_OK, good.status);
    CHECK_INT(BELL_DISCONNECTED, broken.status);
    CHECK_INT(BELL_SENT_NO, broken.error.sent);
    bell_close(client);
}

/* The whole transport ends: what it took may have left. */
static void a_line_of_exchanges_ends(void)
{
    struct end end;
    bell_client *client = open_client(NULL);
    start(client, FAR, 0, &end);
    turn(client);
    struct toy_line *line = toy_line(client, 1);
    line->head.line = BELL__LINE_DOWN;
    snprintf(line->head.end.text, sizeof line->head.end.text, "over");
    bell__loop_due(line->loop, line->guest);
    turn(client);
    CHECK_INT(BELL_DISCONNECTED, end.status);
    CHECK_INT(BELL_SENT_UNKNOWN, end.error.sent);
    bell_close(client);
}

int main(void)
{
    a_quiet_exchange();
    a_line_of_exchanges_ends();
    what_is_not_asked_is_not_opened();
    answers_come_by_tag();
    an_exchange_breaks_alone();
    what_may_be_repeated_is();
    cancelled_before_and_behind();
    pushes_reach_their_inbox();
    options_name_links();
    link_options_of_any_size();
    states_of_links();
    up_and_down_in_one_turn(false);
    up_and_down_in_one_turn(true);
    closed_links_say_so();
    logs_and_metrics_name_links();
    a_closed_client_opens_no_link();
    a_method_of_another_service();
    return check_report();
}
