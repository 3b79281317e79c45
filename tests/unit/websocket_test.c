/* websocket_test.c: a program's own WebSocket: its options, messages in both
 * directions, and functions that use it and close it. */
#include "unit/counter.h"
#include "unit/websocket.h"

enum { MOMENTS = 300 };

/* ---- Options ------------------------------------------------------------- */

static void options_are_checked(void)
{
    static const char *const one[] = {"a"};
    static const char *const twice[] = {"a", "b", "a"};
    static const char *const spaced[] = {"a b"};
    static const char *const listed[] = {"a,b"};
    static const char *const nothing[] = {NULL};
    static const bell_header host[] = {{"Host", "x"}};
    static const bell_header origin[] = {{"Origin", "http://x"}};
    static const struct {
        bell_ws_options options;
        const char *words;
    } bad[] = {
        {{0}, "url is missing"},
        {{.url = "ftp://x"}, "ws://"},
        {{.url = "ws://"}, "url"},
        {{.url = "ws://x", .subprotocols = twice, .subprotocol_count = 3},
         "offered twice"},
        {{.url = "ws://x", .subprotocols = spaced, .subprotocol_count = 1},
         "not a token"},
        {{.url = "ws://x", .subprotocols = listed, .subprotocol_count = 1},
         "not a token"},
        {{.url = "ws://x", .subprotocols = nothing, .subprotocol_count = 1},
         "not a token"},
        {{.url = "ws://x", .subprotocol_count = 1}, "subprotocols is missing"},
        {{.url = "ws://x", .subprotocols = one, .subprotocol_count = 101},
         "more than 100"},
        {{.url = "ws://x", .header_count = 1}, "headers is missing"},
        {{.url = "ws://x", .headers = host, .header_count = 1}, "Host"},
        {{.url = "ws://x",
          .headers = origin,
          .header_count = 1,
          .origin = "http://y"},
         "one of them"},
        {{.url = "ws://x", .origin = "a\r\nb"}, "origin is not"},
        {{.url = "ws://x", .receive_deadline_ms = -2}, "less than -1"},
        {{.url = "ws://x", .proxy = "socks://x"}, "http://"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bell_error error;
        bell_ws *ws = (bell_ws *)(void *)&error;
        CHECK_INT(BELL_INVALID, bell_ws_open(&bad[i].options, &ws, &error));
        CHECK(ws == NULL);
        CHECK_INT(BELL_INVALID, error.status);
        if (strstr(error.message, bad[i].words) == NULL) {
            CHECK_TEXT(bad[i].words, error.message);
        }
    }
    bell_error error;
    CHECK_INT(BELL_INVALID, bell_ws_open(&bad[0].options, NULL, &error));
    CHECK_INT(BELL_INVALID, bell_ws_make(NULL, 0, NULL, NULL, 0));
    bell_ws_close(NULL);
}

/* ---- Messages ------------------------------------------------------------ */

static void messages_keep_their_kind(void)
{
    static const size_t sizes[] = {0, 1, 125, 126, 65535, 65536, BIG};
    struct server server;
    bell_error error;
    char *bytes = malloc(BIG);
    server_begin(&server, "", echo);
    bell_ws *ws = open_to(&server, &(bell_ws_options){0});
    CHECK_INT(BELL_WS_CONNECTING, bell_ws_state_of(ws));
    CHECK_INT(BELL_OK, bell_ws_connect(ws, &error));
    CHECK_INT(BELL_OK, bell_ws_connect(ws, NULL));
    CHECK_INT(BELL_WS_OPEN, bell_ws_state_of(ws));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int kind = BELL_WS_TEXT; kind <= BELL_WS_BINARY; kind++) {
            bell_ws_message message;
            memset(bytes, kind == BELL_WS_TEXT ? 'a' : 0xff, sizes[i]);
            CHECK_INT(BELL_OK, bell_ws_send(ws, (bell_ws_kind)kind, bytes,
                                            sizes[i], &error));
            CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, 0, &error));
            CHECK_INT(kind, message.kind);
            CHECK_INT(sizes[i], message.size);
            CHECK(sizes[i] == 0 || memcmp(bytes, message.bytes, sizes[i]) == 0);
        }
    }
    CHECK_INT(BELL_INVALID, bell_ws_send(ws, BELL_WS_TEXT, "a\xff", 2, &error));
    CHECK(strstr(error.message, "UTF-8") != NULL);
    CHECK_INT(BELL_INVALID, bell_ws_send(ws, (bell_ws_kind)3, "a", 1, NULL));
    CHECK_INT(BELL_INVALID, bell_ws_send(ws, BELL_WS_BINARY, NULL, 1, NULL));
    CHECK_INT(BELL_INVALID, bell_ws_receive(ws, NULL, 0, NULL));
    CHECK_INT(0, bell_ws_queued(ws));
    CHECK_INT(1006, bell_ws_close_code(ws));
    bell_ws_close(ws);
    server_end(&server);
    free(bytes);
}

/* What was sent before it is open leaves first, in its order. */
static void what_is_queued_leaves(void)
{
    struct server server;
    bell_ws_message message;
    server_begin(&server, "", echo);
    bell_ws *ws = open_to(&server, &(bell_ws_options){0});
    CHECK_INT(BELL_OK, bell_ws_send_text(ws, "one", NULL));
    CHECK_INT(BELL_OK, bell_ws_send_text(ws, "two", NULL));
    CHECK(bell_ws_queued(ws) > 0);
    CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, 0, NULL));
    CHECK_BYTES("one", message.bytes, message.size);
    CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, 0, NULL));
    CHECK_BYTES("two", message.bytes, message.size);
    bell_ws_close(ws);
    server_end(&server);
}

static void half_a_message(struct server *server)
{
    peer_say(&server->peer, "\x81\x05hel", 5);
    wait_for_test(server);
    peer_say(&server->peer, "lo\x82\x01!", 5);
    hear(server);
}

static void a_timeout_loses_nothing(void)
{
    struct server server;
    bell_ws_message message;
    bell_error error;
    server_begin(&server, "", half_a_message);
    pthread_mutex_lock(&server.gate);
    bell_ws *ws =
        open_to(&server, &(bell_ws_options){.receive_deadline_ms = SOON_MS});
    CHECK_INT(BELL_OK, bell_ws_connect(ws, &error));
    /* Whether the clock stands at its end, or a moment behind it. */
    for (int i = 0; i < MOMENTS; i++) {
        CHECK_INT(BELL_DEADLINE, bell_ws_receive(ws, &message, 1, &error));
    }
    for (int i = 0; i < 3; i++) {
        CHECK_INT(BELL_DEADLINE, bell_ws_receive(ws, &message, 0, &error));
        CHECK_TEXT("receive: no message came within 30 ms", error.message);
        CHECK(message.bytes == NULL && message.size == 0);
    }
    pthread_mutex_unlock(&server.gate);
    CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, -1, &error));
    CHECK_BYTES("hello", message.bytes, message.size);
    CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, -1, &error));
    CHECK_INT(BELL_WS_BINARY, message.kind);
    CHECK_BYTES("!", message.bytes, message.size);
    bell_ws_close(ws);
    server_end(&server);
}

struct piece {
    const char *bytes;
    size_t size;
    const char *message; /* NULL: the line ends with 1007 */
};

static const struct piece pieces[] = {
    {BYTES("\x81\x02\xc3\xa9"), "\xc3\xa9"},
    {BYTES("\x01\x00\x00\x00\x80\x00"), ""},
    {BYTES("\x01\x00\x80\x01\xff"), NULL},
    {BYTES("\x01\x01\xc3\x80\x01\xa9"), "\xc3\xa9"},
    {BYTES("\x01\x02\xf0\x9f\x00\x01\x98\x80\x01\x80"), "\xf0\x9f\x98\x80"},
    {BYTES("\x01\x01\xed\x80\x02\x9f\xbf"), "\xed\x9f\xbf"},
    {BYTES("\x81\x02\xc3\x28"), NULL},
    {BYTES("\x81\x01\xc3"), NULL},
    {BYTES("\x81\x0a"
           "abcdefgh\xff\x61"),
     NULL},
    {BYTES("\x01\x02\xed\xa0"), NULL}, /* at once: no byte could mend it */
    {BYTES("\x01\x01\xf5"), NULL},
    {BYTES("\x01\x04\xf4\x90\x80\x80"), NULL},
    {BYTES("\x01\x01\xc3\x80\x01\x28"), NULL},
};
static const struct piece *said;

static void say_piece(struct server *server)
{
    peer_say(&server->peer, said->bytes, said->size);
    hear(server);
}

static void texts_are_utf8(void)
{
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct server server;
        bell_ws_message message;
        bell_error error;
        said = &pieces[i];
        server_begin(&server, "", say_piece);
        bell_ws *ws = open_to(&server, &(bell_ws_options){0});
        bell_status status = bell_ws_receive(ws, &message, 0, &error);
        if (said->message != NULL) {
            CHECK_INT(BELL_OK, status);
            CHECK_BYTES(said->message, message.bytes, message.size);
        } else {
            CHECK_INT(BELL_DISCONNECTED, status);
            CHECK_TEXT("the server sent a text that is not UTF-8",
                       error.message);
        }
        bell_ws_close(ws);
        server_end(&server);
        CHECK_INT(0x88, server.first);
        CHECK_BYTES(said->message != NULL ? "\x03\xe8" : "\x03\xef",
                    server.text, server.size);
    }
}

/* What a large message took is given back when there is none for a moment. */
static void memory_is_given_back(void)
{
    enum { IDLE_MAX = 12 * 1024, REST_MS = 1500 };
    struct server server;
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    bell_ws_message message;
    bell_error error;
    char *bytes = calloc(1, BIG);
    server_begin(&server, "", echo);
    bell_ws *ws = open_to(&server, &(bell_ws_options){.allocator = &memory});
    CHECK_INT(BELL_OK, bell_ws_send(ws, BELL_WS_BINARY, bytes, BIG, &error));
    CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, 0, &error));
    CHECK(counter.bytes > BIG);
    CHECK_INT(BELL_DEADLINE, bell_ws_receive(ws, &message, REST_MS, &error));
    CHECK(counter.bytes < IDLE_MAX);
    CHECK_INT(BELL_OK, bell_ws_send_text(ws, "again", &error));
    CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, 0, &error));
    CHECK_BYTES("again", message.bytes, message.size);
    bell_ws_close(ws);
    server_end(&server);
    CHECK_INT(0, counter.bytes);
    free(bytes);
}

/* ---- Functions ----------------------------------------------------------- */

enum when { NEVER, OPENED, RECEIVED, PONGED, DRAINED, ENDED };

struct program {
    enum when closes; /* where it closes the WebSocket */
    enum when last;
    int calls[ENDED + 1];
    bell_status end;
    bool over;
};

static void happens(struct program *program, bell_ws *ws, enum when when)
{
    bell_ws_message message;
    bell_error error;
    CHECK(!program->over);
    program->last = when;
    program->calls[when]++;
    CHECK_INT(BELL_REENTRANT, bell_ws_receive(ws, &message, 0, &error));
    CHECK_INT(BELL_REENTRANT, bell_ws_connect(ws, NULL));
    CHECK_INT(BELL_REENTRANT, bell_ws_flush(ws, 0, NULL));
    if (when == program->closes) {
        program->over = true;
        bell_ws_close(ws);
    }
}

static void on_open(void *context, bell_ws *ws)
{
    CHECK_INT(BELL_OK, bell_ws_send_text(ws, "first", NULL));
    happens(context, ws, OPENED);
}

static void on_message(void *context, bell_ws *ws,
                       const bell_ws_message *message)
{
    CHECK_BYTES("first", message->bytes, message->size);
    CHECK_INT(BELL_OK, bell_ws_ping(ws, "p", 1, NULL));
    happens(context, ws, RECEIVED);
    CHECK_BYTES("first", message->bytes, message->size);
}

static void on_pong(void *context, bell_ws *ws, const char *payload,
                    size_t size)
{
    CHECK_BYTES("p", payload, size);
    CHECK_INT(BELL_OK, bell_ws_shut(ws, 1000, "enough", NULL));
    happens(context, ws, PONGED);
}

static void on_drain(void *context, bell_ws *ws)
{
    happens(context, ws, DRAINED);
}

static void on_close(void *context, bell_ws *ws, const bell_error *error)
{
    struct program *program = context;
    program->end = error->status;
    happens(program, ws, ENDED);
    program->over = true;
}

/* Says pongs for pings, else what it hears. */
static void echo_pongs(struct server *server)
{
    while (hear(server)) {
        unsigned char head[2] = {
            (unsigned char)(server->first == 0x89 ? 0x8a : server->first),
            (unsigned char)server->size};
        peer_say(&server->peer, head, 2);
        peer_say(&server->peer, server->text, server->size);
        if (server->first == 0x88) {
            return;
        }
    }
}

static void functions_are_called(void)
{
    for (int closes = NEVER; closes <= ENDED; closes++) {
        struct server server;
        struct program program = {.closes = (enum when)closes};
        bell_loop *loop = NULL;
        server_begin(&server, "", echo_pongs);
        CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, NULL));
        bell_ws *ws =
            open_to(&server, &(bell_ws_options){.loop = loop,
                                                .context = &program,
                                                .on_open = on_open,
                                                .on_message = on_message,
                                                .on_pong = on_pong,
                                                .on_drain = on_drain,
                                                .on_close = on_close});
        CHECK(bell_ws_loop(ws) == loop);
        while (!program.over) {
            CHECK_INT(BELL_OK, bell_loop_run(loop, 1000));
        }
        if (closes == NEVER) {
            bell_ws_message message;
            bell_error error;
            CHECK_INT(BELL_INVALID, bell_ws_receive(ws, &message, 0, &error));
            CHECK(strstr(error.message, "on_message") != NULL);
            bell_ws_close(ws);
        }
        for (int when = OPENED; when <= ENDED; when++) {
            bool told = closes == NEVER || when <= closes || when == DRAINED;
            CHECK(told || program.calls[when] == 0);
        }
        CHECK_INT(closes == NEVER || closes == ENDED, program.calls[ENDED]);
        CHECK_INT(closes == NEVER || closes == ENDED ? BELL_CLOSED : BELL_OK,
                  program.end);
        CHECK(closes == NEVER || closes == (int)program.last);
        bell_loop_close(loop);
        server_end(&server);
    }
}

/* Another one's function closes it while it waits. */
static bell_ws *victim;

static void close_victim(void *context, bell_ws *ws,
                         const bell_ws_message *message)
{
    (void)context;
    (void)ws;
    (void)message;
    bell_ws_close(victim);
    victim = NULL;
}

static void closed_while_it_waits(void)
{
    struct server one;
    struct server two;
    bell_loop *loop = NULL;
    bell_error error;
    bell_ws_message message;
    server_begin(&one, "", say_and_close);
    server_begin(&two, "", echo);
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, NULL));
    bell_ws *killer = open_to(
        &one, &(bell_ws_options){.loop = loop, .on_message = close_victim});
    victim = open_to(&two, &(bell_ws_options){.loop = loop});
    CHECK_INT(BELL_CLOSED, bell_ws_receive(victim, &message, -1, &error));
    CHECK_TEXT("a callback closed the WebSocket", error.message);
    CHECK(victim == NULL);
    bell_ws_close(killer);
    bell_loop_close(loop);
    server_end(&one);
    server_end(&two);
}

static void *use_elsewhere(void *context)
{
    bell_error error;
    bell_ws_message message;
    bell_ws *ws = context;
    CHECK_INT(BELL_INVALID, bell_ws_send_text(ws, "a", &error));
    CHECK(strstr(error.message, "another thread") != NULL);
    CHECK_INT(BELL_INVALID, bell_ws_receive(ws, &message, 0, &error));
    CHECK_INT(BELL_INVALID, bell_ws_shut(ws, 1000, NULL, &error));
    CHECK_INT(BELL_INVALID, bell_ws_ping(ws, NULL, 0, &error));
    bell_ws *other = NULL;
    bell_ws_options options = {.url = "ws://127.0.0.1:1",
                               .loop = bell_ws_loop(ws)};
    CHECK_INT(BELL_INVALID, bell_ws_open(&options, &other, &error));
    CHECK(strstr(error.message, "another thread runs the loop") != NULL);
    return NULL;
}

static void a_thread_owns_it(void)
{
    struct server server;
    pthread_t thread;
    server_begin(&server, "", echo);
    bell_ws *ws = open_to(&server, &(bell_ws_options){0});
    CHECK_INT(BELL_OK, bell_ws_connect(ws, NULL));
    CHECK_INT(0, pthread_create(&thread, NULL, use_elsewhere, ws));
    pthread_join(thread, NULL);
    bell_ws_close(ws);
    server_end(&server);
}

int main(void)
{
    options_are_checked();
    messages_keep_their_kind();
    what_is_queued_leaves();
    a_timeout_loses_nothing();
    texts_are_utf8();
    memory_is_given_back();
    functions_are_called();
    closed_while_it_waits();
    a_thread_owns_it();
    return check_report();
}
