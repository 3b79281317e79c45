/* ws_close.c: the closing handshake (RFC 6455 7.1), for as long as a program
 * that wants to end can be held up. */
#include "transport/ws_line.h"

#include <errno.h>
#include <poll.h>

enum {
    GOODBYE_MS_MAX = 50, /* for all of it */
    SCRAP_BYTES = 1024
};

/* What is ready of `events`; 0: the time is over. */
static short wait_ready(struct bell__ws *ws, short events, int64_t until)
{
    struct pollfd wait = {.fd = ws->connection.socket.fd, .events = events};
    int count = 0;
    do {
        bell__loop_clock(ws->loop);
        int64_t left = until - ws->loop->now;
        count = left > 0 ? poll(&wait, 1, (int)left) : 0;
    } while (count < 0 && errno == EINTR);
    return count > 0 ? wait.revents : 0;
}

/* What still comes is for nobody. False: nothing more can come. */
static bool discard(struct bell__ws *ws)
{
    char scrap[SCRAP_BYTES];
    size_t moved = 0;
    enum bell__flow flow = ws->connection.socket.ops->read(
        &ws->connection.socket, scrap, sizeof scrap, &moved);
    return flow == BELL__FLOW_MOVED || flow == BELL__FLOW_BLOCKED;
}

/* What is queued leaves, the close frame behind it. Then the server's own end
 * is waited for: a socket that is closed with bytes unread resets the line,
 * and a reset may take from the server what it has not read yet. */
void bell__ws_goodbye(struct bell__ws *ws)
{
    bool finished = false;
    bell__loop_clock(ws->loop);
    int64_t until = ws->loop->now + GOODBYE_MS_MAX;
    while (ws->phase == BELL__PHASE_UP && ws->broken == 0) {
        if (!finished && ws->head.idle) {
            ws->connection.socket.ops->finish(&ws->connection.socket);
            finished = true;
        }
        short ready =
            wait_ready(ws, finished ? POLLIN : POLLIN | POLLOUT, until);
        if (ready == 0) {
            return;
        }
        if ((ready & POLLOUT) != 0) {
            bell__ws_push(ws);
        }
        if ((ready & ~POLLOUT) != 0 && !discard(ws)) {
            return;
        }
    }
}
