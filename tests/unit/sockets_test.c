/* sockets_test.c: messages and streams in a client: who gets what comes, what
 * waits, how a gate opens or stays shut, and what ends a line. */
#include "unit/sockets.h"

struct seen {
    int items;
    int64_t sum;
    int unknown;
    int bad;
    char text[64]; /* the last unknown tag, or bad bytes */
    char why[256];
    size_t offset;
    bool stops;
    bool closes;
    const bell_stream *stream;
};

static void act(bell_client *client, const struct seen *seen)
{
    if (seen->stops) {
        bell_client_stop(client, seen->stream);
    }
    if (seen->closes) {
        bell_close(client);
    }
}

static void on_unknown(bell_client *client, bell_string tag, bell_json raw,
                       void *context)
{
    struct seen *seen = context;
    act(client, seen);
    seen->unknown++;
    snprintf(seen->text, sizeof seen->text, "%.*s %.*s", (int)tag.size,
             tag.text, (int)raw.size, raw.text);
}

static void on_bad(bell_client *client, bell_string raw,
                   const bell_error *error, void *context)
{
    struct seen *seen = context;
    act(client, seen);
    seen->bad++;
    seen->offset = error->offset;
    snprintf(seen->text, sizeof seen->text, "%.*s", (int)raw.size, raw.text);
    snprintf(seen->why, sizeof seen->why, "%s", error->message);
}

static void on_push(bell_client *client, const struct push *push, void *context)
{
    struct seen *seen = context;
    seen->items++;
    seen->sum += push->tag == 1 ? push->news->n : -push->gone->n;
    act(client, seen);
}

static void on_item(bell_client *client, const struct note *note, void *context)
{
    struct seen *seen = context;
    seen->items++;
    seen->sum += note->n;
    act(client, seen);
}

static const struct push_handlers push_handlers = {{on_unknown, on_bad},
                                                   on_push};
static const struct note_handlers note_handlers = {{on_unknown, on_bad},
                                                   on_item};

static void listen_to(bell_client *client, uint32_t link, struct seen *seen)
{
    bell_error error;
    memset(seen, 0, sizeof *seen);
    seen->stream = &streams[link];
    const void *handlers =
        link == TALK ? (const void *)&push_handlers : &note_handlers;
    CHECK_INT(BELL_OK,
              bell_client_listen(client, &streams[link], NULL, handlers,
                                 sizeof push_handlers, seen, &error));
    sockets_turn(client);
}

/* ---- Items -----------------------------------------------------------------
 */

static void handlers_get_what_is_theirs(void)
{
    bell_client *client = sockets_open(NULL);
    struct seen seen;
    CHECK_INT(0, toy_line(client, TALK)->opened);
    listen_to(client, TALK, &seen);
    CHECK_INT(1, toy_line(client, TALK)->opened);
    CHECK_INT(0, toy_line(client, LEVELS)->opened);
    sockets_say(client, TALK, "{\"type\":\"news\",\"n\":5}");
    sockets_say(client, TALK, "{\"n\":2,\"type\":\"gone\"}");
    sockets_turn(client);
    CHECK_INT(2, seen.items);
    CHECK_INT(3, seen.sum);
    sockets_say(client, TALK, "{\"type\":\"other\",\"n\":[]}");
    sockets_turn(client);
    CHECK_INT(1, seen.unknown);
    CHECK_TEXT("other {\"type\":\"other\",\"n\":[]}", seen.text);
    bell_counts counts = bell_client_counts(client, &streams[TALK]);
    CHECK_INT(3, counts.came);
    CHECK_INT(1, counts.unknown);
    CHECK_INT(0, counts.waiting);
    bell_close(client);
}

/* Whatever bytes come, the line stays. */
static void bad_items_are_told(void)
{
    static const char *const bad[] = {
        "{\"type\":\"news\",\"n\":\"x\"}",
        "{\"type\":\"news\"}",
        "[1]",
        "",
        "{\"type\":\"news\",\"n\":1",
        "{\"n\":1}",
        "null",
        "{\"type\":7,\"n\":1}",
        "\xff\xfe",
        "{}x",
    };
    bell_client *client = sockets_open(NULL);
    struct seen seen;
    listen_to(client, TALK, &seen);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sockets_say(client, TALK, bad[i]);
        sockets_turn(client);
        CHECK_INT((int)i + 1, seen.bad);
        CHECK_TEXT(bad[i], seen.text);
    }
    CHECK_INT(0, seen.items);
    CHECK_INT(1, toy_line(client, TALK)->opened);
    sockets_say(client, TALK, bad[0]);
    sockets_turn(client);
    CHECK_TEXT("item.n: wanted int64, got \"x\" (byte 19)", seen.why);
    CHECK_INT(19, seen.offset);
    CHECK_INT(11, bell_client_counts(client, &streams[TALK]).bad);
    bell_close(client);
}

static void who_takes_gets_them_in_order(void)
{
    bell_client *client = sockets_open(NULL);
    bell_error error;
    void *item = NULL;
    CHECK_INT(BELL_DEADLINE,
              bell_client_next(client, &streams[TALK], &item, 0, &error));
    CHECK(item == NULL);
    CHECK_TEXT("no item within 0 ms", error.message);
    sockets_say(client, TALK, "{\"type\":\"news\",\"n\":5}");
    sockets_say(client, TALK, "{\"type\":\"what\"}");
    sockets_say(client, TALK, "{\"type\":\"gone\",\"n\":true}");
    sockets_say(client, TALK, "{\"type\":\"gone\",\"n\":6}");
    CHECK_INT(BELL_OK,
              bell_client_next(client, &streams[TALK], &item, 1000, &error));
    CHECK_INT(5, ((struct push *)item)->news->n);
    bell_free(item);
    CHECK_INT(BELL_OK,
              bell_client_next(client, &streams[TALK], &item, 1000, &error));
    CHECK_INT(0, ((struct push *)item)->tag);
    CHECK_TEXT("what", ((struct push *)item)->tag_text.text);
    bell_free(item);
    CHECK_INT(BELL_BAD_REPLY,
              bell_client_next(client, &streams[TALK], &item, 1000, &error));
    CHECK(item == NULL);
    CHECK_TEXT("item.n", error.path);
    CHECK_INT(BELL_OK,
              bell_client_next(client, &streams[TALK], &item, 1000, &error));
    bell_close(client);
    CHECK_INT(6, ((struct push *)item)->gone->n); /* it is the caller's */
    bell_free(item);
}

/* `keep: 2`: the newest stay, and what went is counted. */
static void what_is_too_much_is_counted(void)
{
    bell_client *client = sockets_open(NULL);
    bell_error error;
    void *item = NULL;
    CHECK_INT(BELL_OK, bell_client_listen(client, &streams[LEVELS], NULL, NULL,
                                          0, NULL, &error));
    sockets_turn(client);
    sockets_say(client, LEVELS, "{\"n\":1}");
    sockets_say(client, LEVELS, "{\"n\":2}");
    sockets_say(client, LEVELS, "{\"n\":3}");
    sockets_turn(client);
    bell_counts counts = bell_client_counts(client, &streams[LEVELS]);
    CHECK_INT(3, counts.came);
    CHECK_INT(1, counts.dropped);
    CHECK_INT(2, counts.waiting);
    CHECK_INT(14, counts.waiting_bytes);
    CHECK_INT(BELL_OK,
              bell_client_next(client, &streams[LEVELS], &item, 0, &error));
    CHECK_INT(2, ((struct note *)item)->n);
    bell_free(item);
    struct seen seen; /* what waits goes to whoever listens now */
    listen_to(client, LEVELS, &seen);
    CHECK_INT(3, seen.sum);
    CHECK_INT(BELL_INVALID,
              bell_client_next(client, &streams[LEVELS], &item, 0, &error));
    bell_close(client);
}

static void handlers_may_stop_and_close(void)
{
    static const char *const said[] = {"{\"type\":\"news\",\"n\":1}", "[]",
                                       "{\"type\":\"x\"}"};
    for (int i = 0; i < 3; i++) {
        bell_client *client = sockets_open(NULL);
        struct seen seen;
        listen_to(client, TALK, &seen);
        seen.stops = true;
        sockets_say(client, TALK, said[i]);
        sockets_say(client, TALK, said[i]);
        sockets_turn(client);
        CHECK_INT(1, seen.items + seen.bad + seen.unknown);
        CHECK_INT(0, bell_client_counts(client, &streams[TALK]).came);
        listen_to(client, TALK, &seen);
        seen.closes = true;
        sockets_say(client, TALK, said[i]);
        sockets_say(client, TALK, said[i]);
        bell_loop_run(bell_client_loop(client), 0);
        CHECK_INT(1, seen.items + seen.bad + seen.unknown);
    }
}

/* A stream's line is of no use then; that of messages stays for calls. */
static void stopping_gives_the_line_up(void)
{
    bell_client *client = sockets_open(NULL);
    struct seen seen;
    listen_to(client, LEVELS, &seen);
    listen_to(client, TALK, &seen);
    bell_client_stop(client, &streams[LEVELS]);
    bell_client_stop(client, &streams[TALK]);
    sockets_turn(client);
    CHECK(toy_line(client, LEVELS)->head.line == BELL__LINE_DOWN);
    CHECK(toy_line(client, TALK)->head.line == BELL__LINE_UP);
    CHECK_INT(1, toy_line(client, LEVELS)->opened);
    CHECK_INT(BELL_STATE_CONNECTED, bell_client_state(client));
    listen_to(client, LEVELS, &seen);
    CHECK_INT(2, toy_line(client, LEVELS)->opened);
    sockets_say(client, LEVELS, "{\"n\":9}");
    sockets_turn(client);
    CHECK_INT(9, seen.sum);
    bell_close(client);
}

/* ---- Calls -----------------------------------------------------------------
 */

struct end {
    int times;
    bell_status status;
    int64_t n;
    bell_error error;
};

static void note_end(void *context, bell_status status, const void *result,
                     const bell_error *error)
{
    struct end *end = context;
    end->times++;
    end->status = status;
    end->n = result != NULL ? ((const struct note *)result)->n : 0;
    end->error = *error;
}

static void start(bell_client *client, int method, struct end *end)
{
    const struct note params = {7};
    bell_error error;
    memset(end, 0, sizeof *end);
    CHECK_INT(BELL_OK, bell_client_start(client, &methods[method],
                                         method == ASK ? &params : NULL,
                                         (bell_function)note_end, end, NULL, 0,
                                         NULL, &error));
    sockets_turn(client);
}

static void calls_are_messages(void)
{
    bell_client *client = sockets_open(NULL);
    struct seen seen;
    struct end first;
    struct end second;
    listen_to(client, TALK, &seen);
    start(client, ASK, &first);
    CHECK_TEXT("{\"type\":\"ask\",\"n\":7}", sockets_sent(client, TALK, 0));
    start(client, ASK, &second);
    sockets_say(client, TALK, "{\"type\":\"news\",\"n\":1}");
    sockets_say(client, TALK, "{\"type\":\"answer\",\"n\":8}");
    sockets_turn(client);
    CHECK_INT(1, first.times);
    CHECK_INT(8, first.n);
    CHECK_INT(0, second.times);
    CHECK_INT(1, seen.items);
    sockets_say(client, TALK,
                "{\"type\":\"error\",\"code\":404,\"message\":\"no \\u0041\"}");
    sockets_turn(client);
    CHECK_INT(1, second.times);
    CHECK_INT(BELL_REFUSED, second.status);
    CHECK_INT(404, second.error.code);
    CHECK_TEXT("no A", second.error.message);
    start(client, TELL, &first);
    CHECK_TEXT("{\"type\":\"tell\"}", sockets_sent(client, TALK, 0));
    /* Nobody's: an error is told, a late answer is not. */
    sockets_say(client, TALK, "{\"type\":\"answer\",\"n\":8}");
    sockets_say(client, TALK, "{\"type\":\"error\"}");
    sockets_turn(client);
    CHECK_INT(1, seen.unknown);
    CHECK_TEXT("error {\"type\":\"error\"}", seen.text);
    bell_close(client);
}

static void pings_are_answered(void)
{
    bell_client *client = sockets_open(NULL);
    struct seen seen;
    listen_to(client, TALK, &seen);
    sockets_say(client, TALK, "ping");
    sockets_turn(client);
    CHECK_TEXT("pong", sockets_sent(client, TALK, 0));
    CHECK_INT(0, seen.bad);
    sockets_say(client, TALK, "ping ");
    sockets_turn(client);
    CHECK_INT(1, seen.bad);
    CHECK_INT(1, toy_line(client, TALK)->sent_count);
    bell_close(client);
}

/* ---- The gate --------------------------------------------------------------
 */

static void the_gate_opens(void)
{
    bell_client *client = sockets_open("a\"b");
    struct seen seen;
    struct end hold;
    listen_to(client, GATED, &seen);
    start(client, HOLD, &hold);
    CHECK_INT(0, toy_line(client, GATED)->sent_count);
    sockets_say(client, GATED, "{\"type\":\"who\"}");
    sockets_turn(client);
    CHECK_TEXT("{\"type\":\"me\",\"token\":\"a\\\"b\"}",
               sockets_sent(client, GATED, 0));
    CHECK_INT(1, toy_line(client, GATED)->sent_count);
    sockets_say(client, GATED, "{\"type\":\"welcome\"}");
    sockets_turn(client);
    CHECK_TEXT("{\"type\":\"hold\"}", sockets_sent(client, GATED, 0));
    CHECK_INT(1, hold.times);
    CHECK_INT(0, seen.bad + seen.items);
    sockets_say(client, GATED, "{\"n\":4}");
    sockets_turn(client);
    CHECK_INT(4, seen.sum);
    /* Another line has another gate. */
    sockets_hang_up(client, GATED, 4000, "");
    for (int i = 0; i < 200 && toy_line(client, GATED)->opened < 2; i++) {
        bell_loop_run(bell_client_loop(client), 10);
    }
    sockets_say(client, GATED, "{\"type\":\"who\"}");
    sockets_turn(client);
    CHECK_INT(3, toy_line(client, GATED)->sent_count);
    bell_close(client);
}

/* Without an answer it is open once the token is sent, which has no tag. */
static void a_silent_gate_opens_at_once(void)
{
    bell_client *client = sockets_open("t");
    struct seen seen;
    listen_to(client, SILENT, &seen);
    CHECK_TEXT("{\"token\":\"t\"}", sockets_sent(client, SILENT, 0));
    sockets_say(client, SILENT, "{\"n\":4}");
    sockets_turn(client);
    CHECK_INT(4, seen.sum);
    bell_close(client);
}

static void the_gate_stays_shut(void)
{
    bell_client *client = sockets_open("t");
    bell_error error;
    void *item = NULL;
    struct seen seen;
    listen_to(client, GATED, &seen);
    sockets_say(client, GATED, "{\"type\":\"who\"}");
    sockets_say(client, GATED, "{\"type\":\"no\",\"message\":\"too old\"}");
    sockets_turn(client);
    CHECK_INT(1, toy_line(client, GATED)->opened);
    bell_client_stop(client, &streams[GATED]);
    CHECK_INT(BELL_OK, bell_client_listen(client, &streams[GATED], NULL, NULL,
                                          0, NULL, &error));
    sockets_turn(client);
    CHECK_INT(2, toy_line(client, GATED)->opened); /* listening means it */
    sockets_say(client, GATED, "{\"type\":\"no\",\"message\":\"too old\"}");
    CHECK_INT(BELL_TERMINAL,
              bell_client_next(client, &streams[GATED], &item, 1000, &error));
    CHECK_TEXT("the server refused the token: too old", error.message);
    CHECK_INT(2, toy_line(client, GATED)->opened);
    bell_close(client);
    client = sockets_open(NULL);
    CHECK_INT(BELL_TERMINAL,
              bell_client_next(client, &streams[GATED], &item, 1000, &error));
    CHECK_TEXT("there is no token to show", error.message);
    CHECK_INT(0, toy_line(client, GATED)->opened);
    CHECK_INT(0, toy_line(client, GATED)->sent_count);
    bell_close(client);
}

/* ---- Ends ------------------------------------------------------------------
 */

static void close_codes_mean_what_is_said(void)
{
    static const struct {
        int32_t code;
        uint32_t link;
        bool final;
        const char *words;
    } ends[] = {
        {4001, SILENT, true,
         "the server closed: 4001 bye: the token is not good"},
        {4000, SILENT, false, "the server closed: 4000 bye"},
        {1008, SILENT, false, "the server closed: 1008 bye: full"},
        {1008, LEVELS, true, "the server closed: 1008 bye"},
        {1007, LEVELS, true, "the server closed: 1007 bye"},
        {1000, LEVELS, false, "the server closed: 1000 bye"},
        {1011, LEVELS, false, "the server closed: 1011 bye"},
        {4001, LEVELS, false, "the server closed: 4001 bye"},
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        bell_client *client = sockets_open("t");
        struct seen seen;
        listen_to(client, ends[i].link, &seen);
        sockets_hang_up(client, ends[i].link, ends[i].code, "bye");
        bell_loop_run(bell_client_loop(client), 0);
        const struct bell__link *link = &client->links[ends[i].link];
        CHECK_TEXT(ends[i].words, bell__session_trouble(link->session));
        CHECK(bell__state_is_over(link) == ends[i].final);
        bell_close(client);
    }
}

int main(void)
{
    handlers_get_what_is_theirs();
    bad_items_are_told();
    who_takes_gets_them_in_order();
    what_is_too_much_is_counted();
    handlers_may_stop_and_close();
    stopping_gives_the_line_up();
    calls_are_messages();
    pings_are_answered();
    the_gate_opens();
    a_silent_gate_opens_at_once();
    the_gate_stays_shut();
    close_codes_mean_what_is_said();
    return check_report();
}
