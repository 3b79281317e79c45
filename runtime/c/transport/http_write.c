/* http_write.c: a request on its way out: head and body in one write, as far as
 * the socket takes them. */
#include "transport/http_line.h"

#include <errno.h>
#include <string.h>

#include "base/memory.h"

static int gather(const struct bell__http_line *line, struct iovec *pieces)
{
    const struct bell__http_exchange *exchange = &line->exchange;
    size_t head = line->head.size;
    size_t body = line->written > head ? line->written - head : 0;
    int count = 0;
    if (line->written < head) {
        pieces[count].iov_base = line->head.bytes + line->written;
        pieces[count++].iov_len = head - line->written;
    }
    size_t behind = line->whole - head;
    if (body < behind) {
        /* A write only reads it; the struct does not say so. */
        pieces[count].iov_base = (char *)(uintptr_t)(exchange->body + body);
        pieces[count++].iov_len = behind - body;
    }
    return count;
}

static bool is_whole(const struct bell__http_line *line)
{
    return line->written == line->whole && line->connection.socket.held == 0;
}

/* The server may have said why before it hung up: that is read first. */
static void note_broken(struct bell__http_line *line)
{
    const struct bell__socket *socket = &line->connection.socket;
    line->broken = socket->os_error != 0 ? socket->os_error : EPROTO;
    bell__connection_watch(&line->connection, false);
    bell__http_unread(line);
}

/* It may show a token, and the next request needs the room. */
static void give_back(struct bell__http_line *line)
{
    struct bell__http *http = line->http;
    if (http->spare_head.capacity == 0) {
        struct bell__buf none = http->spare_head;
        http->spare_head = line->head;
        line->head = none;
    } else {
        bell__memory_wipe(line->head.bytes, line->head.size);
        bell__buf_close(&line->head);
    }
}

bool bell__http_push(struct bell__http_line *line)
{
    struct bell__socket *socket = &line->connection.socket;
    if (line->broken != 0) {
        return true;
    }
    while (!is_whole(line)) {
        struct iovec pieces[2];
        size_t moved = 0;
        uint64_t before = socket->put;
        int count = gather(line, pieces);
        enum bell__flow flow =
            socket->ops->write(socket, pieces, count, &moved);
        line->exchange.left = line->exchange.left || socket->put != before;
        if (flow == BELL__FLOW_MOVED) {
            line->written += moved;
            flow = socket->held != 0 ? BELL__FLOW_BLOCKED : flow;
        }
        if (flow == BELL__FLOW_MOVED) {
            continue;
        }
        if (flow == BELL__FLOW_BLOCKED) {
            bell__connection_watch(&line->connection, true);
            return true;
        }
        if (!line->exchange.left) {
            return false;
        }
        note_broken(line);
        return true;
    }
    if (line->head.capacity != 0) {
        give_back(line);
    }
    bell__connection_watch(&line->connection, false);
    return true;
}
