/* sockets_alloc_test.c: messages and streams from open to close, once for each
 * allocation that fails in them: each call ends once, and nothing stays
 * behind. */
#include "unit/counter.h"
#include "unit/sockets.h"

struct seen {
    int items;
    int others;
    int ends;
};

static void on_unknown(bell_client *client, bell_string tag, bell_json raw,
                       void *context)
{
    (void)client;
    (void)tag;
    (void)raw;
    ((struct seen *)context)->others++;
}

static void on_bad(bell_client *client, bell_string raw,
                   const bell_error *error, void *context)
{
    (void)client;
    (void)raw;
    CHECK(error->message[0] != '\0');
    ((struct seen *)context)->others++;
}

static void on_push(bell_client *client, const struct push *push, void *context)
{
    (void)client;
    CHECK(push->tag == 1 || push->tag == 2);
    ((struct seen *)context)->items++;
}

static void on_end(void *context, bell_status status, const void *result,
                   const bell_error *error)
{
    (void)status;
    (void)result;
    (void)error;
    ((struct seen *)context)->ends++;
}

static const struct push_handlers handlers = {{on_unknown, on_bad}, on_push};

static bool is_fine(bell_status status)
{
    return status == BELL_OK || status == BELL_NO_MEMORY;
}

static void turn(bell_client *client)
{
    for (int i = 0; i < 4; i++) {
        (void)bell_loop_run(bell_client_loop(client), 0);
    }
}

/* Where the line is up: else nobody hears. */
static void say(bell_client *client, uint32_t link, const char *text)
{
    if (toy_line(client, link)->head.line == BELL__LINE_UP) {
        sockets_say(client, link, text);
    }
}

static void talk_to(bell_client *client, struct seen *seen, int *started)
{
    const struct note params = {7};
    bell_error error;
    CHECK(is_fine(bell_client_listen(client, &streams[TALK], NULL, &handlers,
                                     sizeof handlers, seen, &error)));
    turn(client);
    bell_status status =
        bell_client_start(client, &methods[ASK], &params, (bell_function)on_end,
                          seen, NULL, 0, NULL, &error);
    CHECK(is_fine(status));
    *started += status == BELL_OK;
    say(client, TALK, "{\"type\":\"news\",\"n\":5}");
    say(client, TALK, "{\"type\":\"what\"}");
    say(client, TALK, "ping");
    say(client, TALK, "[1]");
    say(client, TALK, "{\"type\":\"answer\",\"n\":8}");
    turn(client);
}

static void take_from(bell_client *client)
{
    bell_error error;
    void *item = NULL;
    CHECK(is_fine(bell_client_listen(client, &streams[GATED], NULL, NULL, 0,
                                     NULL, &error)));
    turn(client);
    say(client, GATED, "{\"type\":\"who\"}");
    say(client, GATED, "{\"type\":\"welcome\"}");
    say(client, GATED, "{\"n\":4}");
    bell_status status =
        bell_client_next(client, &streams[GATED], &item, 0, &error);
    CHECK(is_fine(status) || status == BELL_DEADLINE ||
          status == BELL_BAD_REPLY);
    bell_free(item);
    bell_client_stop(client, &streams[GATED]);
    turn(client);
}

/* False where no allocation failed any more. */
static bool live_once(size_t fail)
{
    struct counter counter;
    struct seen seen = {0};
    bell_allocator memory = counter_allocator(&counter);
    bell_options options = {
        .url = "toy://base/", .token = "t", .allocator = &memory};
    bell_client *client = NULL;
    bell_error error;
    int started = 0;
    counter.fail = fail;
    bell_status status = bell_client_open(&service, &options, sizeof options,
                                          &client, &error, sizeof error);
    CHECK(is_fine(status));
    if (status == BELL_OK) {
        talk_to(client, &seen, &started);
        take_from(client);
        bell_close(client);
    }
    CHECK_INT(started, seen.ends);
    CHECK_INT(0, counter.bytes);
    bool failed = counter.calls >= fail;
    CHECK(failed || (seen.items == 1 && seen.others == 2 && started == 1));
    return failed;
}

int main(void)
{
    enum { ROUNDS_MAX = 500 };
    size_t fail = 1;
    while (fail < ROUNDS_MAX && live_once(fail)) {
        fail++;
    }
    CHECK(fail > 10 && fail < ROUNDS_MAX);
    printf("%zu allocations failed in turn\n", fail - 1);
    return check_report();
}
