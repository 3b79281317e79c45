/* peer_test.c: how long a client may take to begin and to end, by a clock that
 * the test has. It knows no sockets. */
#include "serve/sockets.h"

#include <string.h>

#include "base/memory.h"
#include "unit/check.h"

static struct net net;

static void open_line(struct net_line *line)
{
    memset(line, 0, sizeof *line);
    net.now = 1000;
    line->net = &net;
    line->fd = -1;
    line->mute = true;
    bell__buf_open(&line->in, &bell__memory_default, 0);
    bell__buf_open(&line->out, &bell__memory_default, 0);
    sockets_accept_peer(line);
}

static void close_line(struct net_line *line)
{
    line->role->gone(line, NULL);
    bell__buf_close(&line->in);
    bell__buf_close(&line->out);
}

static void hear(struct net_line *line, const char *bytes)
{
    CHECK_INT(BELL_OK, bell__buf_append(&line->in, bytes, strlen(bytes)));
    line->role->heard(line);
}

static void upgrade(struct net_line *line)
{
    hear(line, "GET /connection/websocket HTTP/1.1\r\nConnection: Upgrade\r\n"
               "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    CHECK(!line->ending);
}

/* Whoever sends a byte of the head now and then holds the line no longer. */
static void test_a_head_that_does_not_end(void)
{
    struct net_line line;
    open_line(&line);
    CHECK_INT(11000, line.due);
    net.now = 10000;
    hear(&line, "GET ");
    CHECK_INT(11000, line.due);
    line.role->due(&line);
    CHECK(line.gone);
    close_line(&line);
}

/* Nor whoever does not answer a close: here to a client that says nothing. */
static void test_a_close_without_an_answer(void)
{
    struct net_line line;
    open_line(&line);
    upgrade(&line);
    CHECK_INT(11000, line.due);
    net.now = 11000;
    line.role->due(&line);
    CHECK(!line.gone);
    CHECK_INT(16000, line.due);
    net.now = 15000;
    hear(&line, "\x89\x80mask");
    CHECK_INT(16000, line.due);
    line.role->due(&line);
    CHECK(line.gone);
    close_line(&line);
}

int main(void)
{
    struct server_options options;
    struct server server;
    struct bell__arena arena;
    struct backend backend;
    bell__arena_open(&arena, &bell__memory_default, 0);
    struct answers *answers = answers_open(&arena, 1);
    backend_open(&backend, answers, 1);
    memset(&options, 0, sizeof options);
    memset(&server, 0, sizeof server);
    options.backend = &backend;
    server.options = &options;
    net.owner = &server;
    test_a_head_that_does_not_end();
    test_a_close_without_an_answer();
    backend_close(&backend);
    answers_close(answers);
    bell__arena_close(&arena);
    return check_report();
}
