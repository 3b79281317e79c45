/* websocket_end_test.c: how a program's own WebSocket begins and ends: what is
 * agreed in the upgrade, deadlines, and goodbyes of both sides. */
#include "unit/websocket.h"

enum { ELSEWHERE_MS = 100 };

/* ---- The upgrade --------------------------------------------------------- */

static void subprotocols_are_agreed(void)
{
    static const char *const offered[] = {"chat.v2", "chat"};
    static const bell_header headers[] = {{"X-Key", "secret"}};
    static const struct {
        const char *lines;
        const char *chosen; /* NULL: refused */
    } cases[] = {
        {"", ""},
        {"Sec-WebSocket-Protocol: chat\r\n", "chat"},
        {"sec-websocket-protocol: chat.v2\r\n", "chat.v2"},
        {"Sec-WebSocket-Protocol: Chat\r\n", NULL},
        {"Sec-WebSocket-Protocol: ch\r\n", NULL},
        {"Sec-WebSocket-Protocol: chat.v2, chat\r\n", NULL},
        {"Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n",
         NULL},
        {"Sec-WebSocket-Extensions: permessage-deflate\r\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct server server;
        bell_error error;
        server_begin(&server, cases[i].lines, echo);
        bell_ws *ws =
            open_to(&server, &(bell_ws_options){.subprotocols = offered,
                                                .subprotocol_count = 2,
                                                .headers = headers,
                                                .header_count = 1,
                                                .origin = "http://here"});
        bell_status status = bell_ws_connect(ws, &error);
        bell_string chosen = bell_ws_subprotocol(ws);
        if (cases[i].chosen != NULL) {
            CHECK_INT(BELL_OK, status);
            CHECK_BYTES(cases[i].chosen, chosen.text, chosen.size);
        } else {
            CHECK_INT(BELL_DISCONNECTED, status);
            CHECK(strstr(error.message, "not offered") != NULL);
            CHECK_INT(0, chosen.size);
            CHECK_INT(BELL_WS_CLOSED, bell_ws_state_of(ws));
        }
        bell_ws_close(ws);
        server_end(&server);
        CHECK(strstr(server.request,
                     "\r\nSec-WebSocket-Protocol: chat.v2, chat\r\n") != NULL);
        CHECK(strstr(server.request, "\r\nX-Key: secret\r\n") != NULL);
        CHECK(strstr(server.request, "\r\nOrigin: http://here\r\n") != NULL);
    }
}

static void no_server_no_connection(void)
{
    struct peer peer;
    bell_ws *ws = NULL;
    bell_error error;
    peer_listen(&peer);
    close(peer.listener);
    CHECK_INT(BELL_OK,
              bell_ws_open(&(bell_ws_options){.url = peer.url}, &ws, &error));
    CHECK_INT(BELL_DISCONNECTED, bell_ws_connect(ws, &error));
    CHECK(strstr(error.message, "refused") != NULL);
    bell_ws_message message;
    CHECK_INT(BELL_DISCONNECTED, bell_ws_receive(ws, &message, 0, &error));
    CHECK_INT(BELL_DISCONNECTED, bell_ws_send_text(ws, "late", &error));
    CHECK(strstr(error.message, "the WebSocket is closed: ") != NULL);
    CHECK_INT(BELL_DISCONNECTED, bell_ws_ping(ws, "", 0, NULL));
    CHECK_INT(BELL_DISCONNECTED, bell_ws_shut(ws, 1000, NULL, NULL));
    CHECK_INT(BELL_DISCONNECTED, bell_ws_flush(ws, 10, NULL));
    bell_ws_close(ws);
}

/* It listens, and answers nothing. */
static void deadlines_end_it(void)
{
    struct peer peer;
    bell_ws *ws = NULL;
    bell_error error;
    peer_listen(&peer);
    bell_ws_options options = {.url = peer.url, .connect_deadline_ms = SOON_MS};
    CHECK_INT(BELL_OK, bell_ws_open(&options, &ws, &error));
    CHECK_INT(BELL_DEADLINE, bell_ws_connect(ws, &error));
    CHECK_TEXT("could not connect within 30 ms", error.message);
    CHECK_INT(BELL_DEADLINE, bell_ws_connect(ws, &error));
    bell_ws_close(ws);
    CHECK_INT(BELL_OK, bell_ws_open(&options, &ws, &error));
    CHECK_INT(BELL_OK, bell_ws_shut(ws, 1000, NULL, &error));
    CHECK_INT(BELL_CLOSED, bell_ws_connect(ws, &error));
    CHECK_TEXT("closed before it was open", error.message);
    bell_ws_close(ws);
    peer_end(&peer);
}

/* ---- Ends ---------------------------------------------------------------- */

static void say_and_vanish(struct server *server)
{
    peer_say(&server->peer, BYTES("\x81\x01"
                                  "a"));
}

static void the_server_ends_it(void)
{
    static const struct {
        void (*script)(struct server *server);
        uint16_t code;
        bell_origin origin;
        const char *reason;
        const char *words;
    } cases[] = {
        {say_and_close, 4001, BELL_ORIGIN_CLOSE, "done",
         "the server closed with 4001: done"},
        {say_and_vanish, 1006, BELL_ORIGIN_LOCAL, "",
         "the server ended the connection"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct server server;
        bell_ws_message message;
        bell_error error;
        server_begin(&server, "", cases[i].script);
        bell_ws *ws = open_to(&server, &(bell_ws_options){0});
        CHECK_INT(BELL_OK, bell_ws_receive(ws, &message, 0, &error));
        CHECK_BYTES("a", message.bytes, message.size);
        CHECK_INT(BELL_DISCONNECTED, bell_ws_receive(ws, &message, 0, &error));
        CHECK_TEXT(cases[i].words, error.message);
        CHECK_INT(cases[i].origin, error.origin);
        CHECK_INT(cases[i].code, bell_ws_close_code(ws));
        CHECK_TEXT(cases[i].reason, bell_ws_close_reason(ws));
        CHECK_INT(BELL_DISCONNECTED, bell_ws_receive(ws, &message, 0, &error));
        bell_ws_close(ws);
        server_end(&server);
    }
}

/* Its time begins when it is said, however long the program was elsewhere. */
static void a_program_that_was_elsewhere(void)
{
    struct server server;
    bell_error error;
    bell_ws_message message;
    server_begin(&server, "", echo);
    bell_ws *ws = open_to(
        &server, &(bell_ws_options){.close_deadline_ms = ELSEWHERE_MS * 9});
    CHECK_INT(BELL_OK, bell_ws_connect(ws, &error));
    usleep(ELSEWHERE_MS * 10 * 1000);
    CHECK_INT(BELL_OK, bell_ws_shut(ws, 1000, NULL, &error));
    CHECK_INT(BELL_CLOSED, bell_ws_receive(ws, &message, -1, &error));
    bell_ws_close(ws);
    server_end(&server);
}

/* Reads nothing until it may, then all there is, and answers the close. */
static size_t heard_bytes;
static bool close_was_last;

static void sleep_and_hear(struct server *server)
{
    static char payload[BIG];
    size_t size = 0;
    int first = 0;
    wait_for_test(server);
    heard_bytes = 0;
    while (peer_frame(&server->peer, &first, payload, sizeof payload, &size) &&
           first != 0x88) {
        heard_bytes += size;
    }
    server->first = first;
    server->size = size;
    memcpy(server->text, payload, size < 200 ? size : 0);
    peer_say(&server->peer, BYTES("\x88\x02\x0f\xa1"));
    char rest;
    close_was_last = recv(server->peer.fd, &rest, 1, 0) == 0;
}

/* A close frame goes behind all that is queued, and nothing behind that. */
static void shut_is_the_last_word(void)
{
    struct server server;
    bell_error error;
    bell_ws_message message;
    char *bytes = calloc(1, BIG);
    size_t sent = 0;
    server_begin(&server, "", sleep_and_hear);
    pthread_mutex_lock(&server.gate);
    bell_ws *ws = open_to(&server, &(bell_ws_options){0});
    CHECK_INT(BELL_OK, bell_ws_connect(ws, &error));
    CHECK_INT(BELL_INVALID, bell_ws_shut(ws, 1005, NULL, &error));
    CHECK_INT(BELL_INVALID, bell_ws_shut(ws, 999, NULL, NULL));
    CHECK_INT(BELL_INVALID, bell_ws_shut(ws, 5000, NULL, NULL));
    CHECK_INT(BELL_INVALID, bell_ws_shut(ws, 0, "why", NULL));
    CHECK_INT(BELL_INVALID, bell_ws_shut(ws, 1000, "\xff", NULL));
    for (int i = 0; i < 200; i++) {
        CHECK_INT(BELL_OK, bell_ws_send(ws, BELL_WS_BINARY, bytes, 7, &error));
        sent += 7;
    }
    while (bell_ws_send(ws, BELL_WS_BINARY, bytes, BIG, &error) == BELL_OK) {
        sent += BIG;
    }
    CHECK_INT(BELL_LIMIT, error.status);
    CHECK(bell_ws_queued(ws) <= (size_t)16 * 1024 * 1024);
    CHECK(strstr(error.message, "queue_bytes_max (16777216)") != NULL);
    CHECK_INT(BELL_DEADLINE, bell_ws_flush(ws, SOON_MS, &error));
    CHECK_INT(BELL_OK, bell_ws_ping(ws, "before", 6, &error));
    CHECK_INT(BELL_OK, bell_ws_shut(ws, 4002, "bye", &error));
    CHECK_INT(BELL_DISCONNECTED, bell_ws_shut(ws, 4002, "bye", &error));
    CHECK_TEXT("the WebSocket is closing", error.message);
    CHECK_INT(BELL_DISCONNECTED, bell_ws_send_text(ws, "late", &error));
    CHECK_INT(BELL_WS_CLOSING, bell_ws_state_of(ws));
    pthread_mutex_unlock(&server.gate);
    CHECK_INT(BELL_CLOSED, bell_ws_receive(ws, &message, 0, &error));
    CHECK_TEXT("the server closed with 4001", error.message);
    CHECK_INT(4001, bell_ws_close_code(ws));
    bell_ws_close(ws);
    server_end(&server);
    CHECK_INT(sent + 6, heard_bytes);
    CHECK_INT(0x88, server.first);
    CHECK_BYTES("\x0f\xa2"
                "bye",
                server.text, server.size);
    CHECK(close_was_last);
    free(bytes);
}

static void say_nothing(struct server *server)
{
    while (hear(server) && server->first != 0x88) {
    }
    wait_for_test(server);
}

static void a_server_that_never_closes(void)
{
    struct server server;
    bell_error error;
    bell_ws_message message;
    server_begin(&server, "", say_nothing);
    pthread_mutex_lock(&server.gate);
    bell_ws *ws =
        open_to(&server, &(bell_ws_options){.close_deadline_ms = SOON_MS});
    CHECK_INT(BELL_OK, bell_ws_connect(ws, &error));
    CHECK_INT(BELL_OK, bell_ws_shut(ws, 0, NULL, &error));
    CHECK_INT(BELL_DEADLINE, bell_ws_receive(ws, &message, -1, &error));
    CHECK_TEXT("the server did not close within 30 ms", error.message);
    bell_ws_close(ws);
    pthread_mutex_unlock(&server.gate);
    server_end(&server);
    CHECK_INT(0, server.size);
}

int main(void)
{
    subprotocols_are_agreed();
    no_server_no_connection();
    deadlines_end_it();
    the_server_ends_it();
    shut_is_the_last_word();
    a_server_that_never_closes();
    a_program_that_was_elsewhere();
    return check_report();
}
