/* proxy_test.c: how long a request to the proxy may take, by a clock that the
 * test has. It knows no sockets. */
#include "serve/sockets.h"

#include <string.h>

#include "base/memory.h"
#include "unit/check.h"

static struct net net;

static void open_line(struct net_line *line)
{
    memset(line, 0, sizeof *line);
    line->net = &net;
    line->fd = -1;
    bell__buf_open(&line->in, &bell__memory_default, 0);
    bell__buf_open(&line->out, &bell__memory_default, 0);
    sockets_accept_proxy(line);
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

/* Whoever sends a byte now and then holds the line no longer. */
static void test_no_byte_sets_it_anew(void)
{
    struct net_line line;
    net.now = 1000;
    open_line(&line);
    CHECK_INT(31000, line.due);
    net.now = 2000;
    hear(&line, "P");
    CHECK_INT(32000, line.due);
    net.now = 20000;
    hear(&line, "OST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n12");
    CHECK_INT(32000, line.due);
    net.now = 31000;
    hear(&line, "3");
    CHECK_INT(32000, line.due);
    line.role->due(&line);
    CHECK(line.gone);
    close_line(&line);
}

/* What comes behind an answer has its own time. */
static void test_each_request_has_its_own(void)
{
    struct net_line line;
    net.now = 1000;
    open_line(&line);
    line.mute = true;
    hear(&line, "P");
    net.now = 5000;
    hear(&line, "UT / HTTP/1.1\r\n\r\nP");
    CHECK(line.out.size != 0);
    CHECK_INT(35000, line.due);
    net.now = 6000;
    hear(&line, "UT / HTTP/1.1\r\n\r\n");
    CHECK(line.due == NET_NEVER);
    close_line(&line);
}

int main(void)
{
    struct server server;
    memset(&server, 0, sizeof server);
    net.owner = &server;
    test_no_byte_sets_it_anew();
    test_each_request_has_its_own();
    return check_report();
}
