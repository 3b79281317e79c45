/* peer.c: one WebSocket client of the mock server. */
#include "serve/sockets.h"

#include <string.h>

#include "base/memory.h"
#include "serve/frames.h"
#include "serve/http.h"
#include "serve/mock.h"
#include "serve/protobuf.h"

enum {
    UPGRADE_MS = 10000, /* so long may a head take */
    CLOSE_MS = 5000,    /* so long is a client's close frame waited for */
    QUEUE_BYTES_MAX = 1024 * 1024, /* as Centrifugo: more closes with 3008 */
    KEPT_BYTES_MAX = 4096
};

struct connection {
    struct mock_peer peer;
    struct net_line *line;
    struct frames_reader reader;
    struct bell__buf out;   /* lines of JSON */
    struct bell__buf other; /* the same in binary, in or out */
    bool upgraded;
    bool binary;
    bool watching; /* for a pong */
    bool closing;  /* our close frame is written: nothing else is */
};

/* ---- Out ----------------------------------------------------------------- */

static void start_closing(struct connection *connection)
{
    struct net_line *line = connection->line;
    connection->closing = true;
    line->due = line->net->now + CLOSE_MS;
}

static void keep_small(struct bell__buf *buf)
{
    buf->size = 0;
    if (buf->capacity > KEPT_BYTES_MAX) {
        bell__buf_close(buf);
    }
}

/* What stands in `out` becomes a frame. */
static void write_frame(struct connection *connection)
{
    struct net_line *line = connection->line;
    struct bell__buf *from = &connection->out;
    enum frames_opcode opcode = FRAMES_TEXT;
    if (connection->binary) {
        bell_string lines = {from->bytes, from->size};
        connection->other.size = 0;
        if (!protobuf_write(lines, &connection->other)) {
            net_cut(line, NULL);
            return;
        }
        from = &connection->other;
        opcode = FRAMES_BINARY;
    }
    frames_head(&line->out, opcode, from->size);
    bell__buf_add(&line->out, from->bytes, from->size);
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    }
    keep_small(&connection->out);
    keep_small(&connection->other);
}

/* The replies first, then a close code. */
static void write_out(struct connection *connection)
{
    struct mock_peer *peer = &connection->peer;
    struct net_line *line = connection->line;
    if (connection->closing) {
        return;
    }
    if (connection->out.size != 0) {
        write_frame(connection);
    }
    if (net_flush(line) > QUEUE_BYTES_MAX && peer->close_code == 0) {
        peer->close_code = 3008;
        peer->close_reason = "slow";
    }
    if (peer->close_code != 0 && !line->gone) {
        frames_add_close(&line->out, peer->close_code, peer->close_reason);
        start_closing(connection);
    }
}

/* ---- In ------------------------------------------------------------------ */

static void take_message(struct connection *connection)
{
    struct mock_peer *peer = &connection->peer;
    struct net_line *line = connection->line;
    struct bell__buf *message = &connection->reader.message;
    struct bell__buf *lines = &connection->other;
    bool was_connected = peer->connected;
    bell_string frame = {message->bytes, message->size};
    lines->size = 0;
    if (connection->binary && !protobuf_read(frame, lines)) {
        peer->close_code = 3501;
        peer->close_reason = "bad request";
    } else if (connection->binary) {
        frame = (bell_string){lines->bytes, lines->size};
    }
    if (peer->close_code == 0) {
        mock_receive(peer, frame, &connection->out);
    }
    if (!was_connected && peer->connected) {
        line->due = line->net->now + MOCK_PING_SECONDS * INT64_C(1000);
    }
    if (message->capacity > KEPT_BYTES_MAX) {
        bell__buf_close(message);
    }
}

static void take_ping(struct connection *connection)
{
    struct net_line *line = connection->line;
    const struct frames_reader *reader = &connection->reader;
    frames_head(&line->out, FRAMES_PONG, reader->control_size);
    bell__buf_add(&line->out, reader->control, reader->control_size);
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    }
}

/* The client's close is answered by the same code, and so it ends. */
static void take_close(struct connection *connection)
{
    struct net_line *line = connection->line;
    if (!connection->closing) {
        frames_add_close(&line->out, connection->reader.close_code, "");
        bell__buf_settle(&line->out);
        start_closing(connection);
    }
    net_end(line);
}

/* One frame, behind a fatal one only to find the client's close. */
static bool take_frame(struct connection *connection, bell_string *bytes)
{
    size_t taken;
    struct frames_reader *reader = &connection->reader;
    enum frames_read read = frames_read(reader, *bytes, &taken);
    bytes->text += taken;
    bytes->size -= taken;
    switch (read) {
    case FRAMES_PART:
        return false;
    case FRAMES_NOTHING:
        return true;
    case FRAMES_PINGED:
        if (!connection->closing) {
            take_ping(connection);
        }
        return true;
    case FRAMES_MESSAGE:
        if (!connection->closing) {
            take_message(connection);
            write_out(connection);
        }
        return true;
    case FRAMES_CLOSED:
        take_close(connection);
        return false;
    case FRAMES_WRONG:
        break;
    }
    connection->peer.close_code = reader->close_code;
    connection->peer.close_reason = reader->wrong;
    write_out(connection);
    net_end(connection->line); /* what comes now cannot be read */
    return false;
}

static void take_frames(struct connection *connection)
{
    struct net_line *line = connection->line;
    bell_string bytes = {line->in.bytes, line->in.size};
    while (!line->gone && !line->ending && take_frame(connection, &bytes)) {
    }
    net_take(line, line->in.size - bytes.size);
}

/* ---- The upgrade --------------------------------------------------------- */

static void refuse(struct net_line *line, int status, const char *words)
{
    http_answer(&line->out, status, "text/plain; charset=utf-8",
                bell_str(words), false);
    bell__buf_settle(&line->out);
    net_end(line);
}

/* The first of ours that the client offers, else none. */
static const char *choose_protocol(const struct http_head *head)
{
    static const char *const ours[] = {"centrifuge-json",
                                       "centrifuge-protobuf"};
    bell_string list = http_header(head, "sec-websocket-protocol");
    bell_string word;
    while (http_next_word(&list, &word)) {
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
            if (http_same(word, ours[i])) {
                return ours[i];
            }
        }
    }
    return NULL;
}

static void upgrade(struct connection *connection, const struct http_head *head)
{
    struct net_line *line = connection->line;
    if (!http_same(head->path, "/connection/websocket")) {
        refuse(line, 404, "404 page not found\n");
    } else if (!http_lists(head, "connection", "upgrade") ||
               !http_lists(head, "upgrade", "websocket")) {
        refuse(line, 400, "Bad Request\n");
    } else if (!http_same(head->method, "GET")) {
        refuse(line, 405, "Method Not Allowed\n");
    } else if (!http_lists(head, "sec-websocket-version", "13")) {
        refuse(line, 400, "Bad Request\n");
    } else {
        const char *protocol = choose_protocol(head);
        if (!frames_accept(&line->out, head, protocol)) {
            refuse(line, 400, "Bad Request\n");
            return;
        }
        connection->binary =
            protocol != NULL && strcmp(protocol, "centrifuge-protobuf") == 0;
        connection->upgraded = true;
        line->due = line->net->now + MOCK_STALE_SECONDS * INT64_C(1000);
    }
}

static void take_head(struct connection *connection)
{
    struct net_line *line = connection->line;
    struct http_head head;
    bell_string bytes = {line->in.bytes, line->in.size};
    switch (http_read_request(bytes, &head)) {
    case HTTP_PART:
        return;
    case HTTP_WRONG:
        refuse(line, 400, "Bad Request\n");
        return;
    case HTTP_LONG:
        refuse(line, 431, "Request Header Fields Too Large\n");
        return;
    case HTTP_WHOLE:
        break;
    }
    upgrade(connection, &head);
    net_take(line, head.size);
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    }
}

/* ---- The line ------------------------------------------------------------ */

static void heard(struct net_line *line)
{
    struct connection *connection = line->owner;
    if (!connection->upgraded && !line->ending) {
        take_head(connection);
    }
    if (connection->upgraded) {
        take_frames(connection);
    } else if (line->ending) {
        net_take(line, line->in.size);
    }
}

/* One time: a ping, then a look for its pong, then the rest of the interval to
 * the next ping. */
static void due(struct net_line *line)
{
    struct connection *connection = line->owner;
    struct mock_peer *peer = &connection->peer;
    int64_t seconds = MOCK_PING_SECONDS - MOCK_PONG_SECONDS;
    if (!connection->upgraded || connection->closing) {
        net_cut(line, NULL);
        return;
    }
    bool answered = connection->watching && !peer->pinged;
    if (!answered) {
        mock_ping(peer, &connection->out);
        seconds = MOCK_PONG_SECONDS;
    }
    connection->watching = !answered;
    line->due = line->net->now + seconds * 1000;
    write_out(connection);
}

static void gone(struct net_line *line, const char *why)
{
    struct connection *connection = line->owner;
    (void)why;
    frames_close(&connection->reader);
    bell__buf_close(&connection->out);
    bell__buf_close(&connection->other);
    bell__memory_free(&bell__memory_default, connection, sizeof *connection);
}

static const struct net_role role = {.heard = heard, .due = due, .gone = gone};

void sockets_accept_peer(struct net_line *line)
{
    struct server *server = line->net->owner;
    struct connection *connection =
        bell__memory_take(&bell__memory_default, sizeof *connection);
    if (connection == NULL) {
        net_cut(line, NULL);
        return;
    }
    memset(connection, 0, sizeof *connection);
    frames_open(&connection->reader, MOCK_FRAME_BYTES_MAX);
    bell__buf_open(&connection->out, &bell__memory_default, 0);
    bell__buf_open(&connection->other, &bell__memory_default, 0);
    connection->line = line;
    connection->peer.answers = server->options->answers;
    connection->peer.secret = server->options->secret;
    connection->peer.verbose = server->options->verbose;
    connection->peer.number = ++server->peers;
    line->role = &role;
    line->owner = connection;
    line->due = line->net->now + UPGRADE_MS;
}

void sockets_end(struct net_line *line)
{
    struct connection *connection = line->owner;
    if (line->role != &role || !connection->upgraded) {
        net_end(line);
        return;
    }
    if (connection->peer.close_code == 0) {
        connection->peer.close_code = 3001;
        connection->peer.close_reason = "shutdown";
    }
    write_out(connection);
}
