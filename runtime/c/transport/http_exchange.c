/* http_exchange.c: the exchange on a line: how it begins, ends, and goes over
 * to a new connection. It does not know where lines come from. */
#include "transport/http_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Beginning -------------------------------------------------------------
 */

static void end_over(struct bell__http_line *line, enum bell__exchange end)
{
    struct bell__http *http = line->http;
    if (line->queue != NULL) {
        bell__http_queue_remove(line->queue, line);
    }
    line->stand = BELL__HTTP_OVER;
    line->end = end;
    bell__http_let_go(line);
    bell__http_queue_push(&http->over, line);
    bell__http_tell(http);
}

/* Nothing of the exchange has left. */
static void not_sent(struct bell__http_line *line, int os_error,
                     const char *text)
{
    bell__loop_unset(&line->patience);
    bell__connection_stop(&line->connection);
    line->os_error = os_error;
    snprintf(line->trouble, sizeof line->trouble, "%s", text);
    end_over(line, BELL__EXCHANGE_NOT_SENT);
}

static void dial(struct bell__http_line *line)
{
    struct bell__http *http = line->http;
    line->stand = BELL__HTTP_DIALING;
    line->used = 0;
    if (http->options.connect_ms > 0) {
        bell__loop_set(http->options.loop, &line->patience,
                       http->options.loop->now + http->options.connect_ms);
    }
    const struct bell__http_redirect *redirect = line->redirect;
    struct bell__way way = {&http->url, http->tls, http->proxy};
    if (redirect != NULL) {
        way.url = &redirect->url;
        way.tls = redirect->foreign ? redirect->tls : http->tls;
    }
    bell__connection_start(&line->connection, &way);
}

/* A kept line was over before a byte left: another one takes its place. */
static void redial(struct bell__http_line *line)
{
    if (line->queue != NULL) {
        bell__http_queue_remove(line->queue, line);
    }
    bell__connection_stop(&line->connection);
    bell__http_forget_answer(line);
    dial(line);
}

static void ask(struct bell__http_line *line)
{
    struct bell__http *http = line->http;
    line->stand = BELL__HTTP_BUSY;
    if (line->head.capacity == 0) {
        struct bell__buf none = line->head;
        line->head = http->spare_head;
        http->spare_head = none;
    }
    if (!bell__http_request_write(line)) {
        not_sent(line, ENOMEM, "no memory for a request");
        return;
    }
    line->whole = line->head.size;
    if (!bell__http_is_joined(&line->exchange)) {
        line->whole += line->exchange.body_size;
    }
    if (!bell__http_push(line)) {
        const struct bell__socket *socket = &line->connection.socket;
        bell__http_fail(line, socket->os_error, "the connection broke: %s",
                        strerror(socket->os_error));
    }
}

void bell__http_begin(struct bell__http_line *line)
{
    bell__http_forget_answer(line);
    if (line->connection.stage == BELL__STAGE_OPEN) {
        ask(line);
    } else {
        dial(line);
    }
}

/* ---- The end ---------------------------------------------------------------
 */

/* Behind a whole answer: nothing of it is left, and the server may stay. */
static bool is_good(const struct bell__http_line *line)
{
    return line->reply.keeps && line->answer.status < 500 &&
           line->broken == 0 && line->written == line->whole &&
           line->connection.socket.held == 0 &&
           line->in.size == line->answer.size + line->body.size;
}

/* The same request again, to where the answer has led it; that nothing of it
 * has left is true once more. A connection to another server is not kept. */
static void follow(struct bell__http_line *line, bool good)
{
    if (line->queue != NULL) {
        bell__http_queue_remove(line->queue, line);
    }
    if (!good || line->redirect->foreign) {
        bell__connection_stop(&line->connection);
    }
    line->redirects++;
    line->used++;
    line->exchange.left = false;
    bell__http_begin(line);
}

void bell__http_replied(struct bell__http_line *line)
{
    bool good =
        is_good(line) && (line->redirect == NULL || !line->redirect->foreign);
    if (bell__http_is_led(line)) {
        follow(line, good);
        return;
    }
    line->os_error = 0;
    line->trouble[0] = '\0';
    end_over(line, BELL__EXCHANGE_REPLIED);
    if (!good) {
        bell__connection_stop(&line->connection);
    }
}

void bell__http_fail(struct bell__http_line *line, int os_error,
                     const char *format, ...)
{
    if (!line->exchange.left && line->used != 0) {
        redial(line);
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line->trouble, sizeof line->trouble, format, arguments);
    va_end(arguments);
    bell__connection_stop(&line->connection);
    line->os_error = os_error;
    end_over(line, line->exchange.left ? BELL__EXCHANGE_UNKNOWN
                                       : BELL__EXCHANGE_NOT_SENT);
}

/* ---- What its connection tells ---------------------------------------------
 */

static struct bell__http_line *owner(struct bell__connection *connection)
{
    return (struct bell__http_line *)(void *)connection;
}

/* Nothing is due on a kept line: who says something there, says it to nobody.
 */
static void stir(struct bell__http_line *line)
{
    struct bell__socket *socket = &line->connection.socket;
    if (!socket->ops->quiet(socket)) {
        bell__http_drop(line);
    }
}

static void connected(struct bell__connection *connection)
{
    struct bell__http_line *line = owner(connection);
    bell__loop_unset(&line->patience);
    ask(line);
}

static void not_connected(struct bell__connection *connection, int os_error,
                          const char *text)
{
    not_sent(owner(connection), os_error, text);
}

static void socket_ready(struct bell__connection *connection, uint32_t events)
{
    struct bell__http_line *line = owner(connection);
    if (line->stand == BELL__HTTP_IDLE) {
        stir(line);
        return;
    }
    if (line->stand != BELL__HTTP_BUSY) {
        return;
    }
    if ((events & BELL__READABLE) != 0) {
        bell__http_unread(line);
    }
    if ((events & BELL__WRITABLE) != 0 && !bell__http_push(line)) {
        const struct bell__socket *socket = &connection->socket;
        bell__http_fail(line, socket->os_error, "the connection broke: %s",
                        strerror(socket->os_error));
    }
}

static void lose_patience(struct bell__timer *timer)
{
    struct bell__http_line *line =
        (struct bell__http_line *)(void *)((char *)timer -
                                           offsetof(struct bell__http_line,
                                                    patience));
    const struct bell__url *url = line->connection.way.url;
    char text[sizeof line->trouble];
    snprintf(text, sizeof text,
             "cannot connect to %.*s: not within %" PRId64 " ms",
             (int)url->authority.size, url->authority.text,
             line->http->options.connect_ms);
    not_sent(line, ETIMEDOUT, text);
}

static const struct bell__connection_ops ops = {connected, not_connected,
                                                socket_ready};

void bell__http_prepare(struct bell__http_line *line)
{
    bell__connection_make(&line->connection, &ops, line->http->options.loop);
    line->patience.rings = lose_patience;
}
