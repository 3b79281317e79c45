/* peer.c: one WebSocket client of the mock server. */
#include "serve/sockets.h"

#include <string.h>

#include "base/memory.h"
#include "peer/asked.h"
#include "serve/exchange.h"
#include "serve/frames.h"
#include "serve/http.h"
#include "serve/mock.h"

enum {
    UPGRADE_MS = 10000,            /* so long may a head take */
    CLOSE_MS = 5000,               /* so long is a close frame waited for */
    QUEUE_BYTES_MAX = 1024 * 1024, /* as Centrifugo: more closes with 3008 */
    KEPT_BYTES_MAX = 4096
};

struct connection {
    struct mock_peer peer;
    struct net_line *line;
    struct frames_reader reader;
    struct bell__buf frame; /* messages that go out together */
    size_t messages;        /* in it */
    int64_t frozen_until;   /* 0: it is not frozen */
    bool upgraded;
    bool closing; /* our close frame is written: nothing else is */
};

/* ---- Out ----------------------------------------------------------------- */

static enum frames_opcode opcode_of(const struct connection *connection)
{
    return connection->peer.wire->binary ? FRAMES_BINARY : FRAMES_TEXT;
}

static void keep_small(struct bell__buf *buf)
{
    buf->size = 0;
    if (buf->capacity > KEPT_BYTES_MAX) {
        bell__buf_close(buf);
    }
}

/* The messages that have gathered; `most` bytes of the whole frame. */
static void write_part(struct connection *connection, size_t most)
{
    struct net_line *line = connection->line;
    struct bell__buf *frame = &connection->frame;
    size_t start = line->out.size;
    if (connection->messages == 0) {
        return;
    }
    frames_head(&line->out, opcode_of(connection), frame->size);
    bell__buf_add(&line->out, frame->bytes, frame->size);
    if (bell__buf_settle(frame) != BELL_OK ||
        bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    } else if (line->out.size - start > most) {
        line->out.size = start + most;
    }
    connection->messages = 0;
    keep_small(frame);
}

static void write_frame(struct connection *connection)
{
    write_part(connection, SIZE_MAX);
}

static void add_message(struct connection *connection,
                        const struct bell__parcel *parcel)
{
    connection->peer.wire->add(&connection->frame,
                               (bell_string){parcel->text, parcel->size});
    if (++connection->messages == MOCK_FRAME_MESSAGES_MAX) {
        write_frame(connection);
    }
}

static void close_with(struct connection *connection, uint16_t code,
                       const char *reason)
{
    struct net_line *line = connection->line;
    frames_add_close(&line->out, code, reason);
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    }
    connection->closing = true;
    line->due = line->net->now + CLOSE_MS;
}

/* What is written goes; then nothing does, and nothing is heard. */
static void freeze(struct connection *connection, int64_t ms)
{
    struct net_line *line = connection->line;
    net_flush(line);
    line->mute = true;
    line->deaf = true;
    connection->frozen_until =
        ms == BELL__MISHAP_FOREVER ? NET_NEVER : line->net->now + ms;
}

static void cut_frame(struct connection *connection,
                      const struct bell__parcel *parcel)
{
    write_frame(connection);
    add_message(connection, parcel);
    write_part(connection,
               parcel->count != 0 ? parcel->count : parcel->size / 2 + 1);
    net_end(connection->line);
}

static void post(struct connection *connection,
                 const struct bell__parcel *parcel)
{
    switch (parcel->kind) {
    case BELL__PARCEL_MESSAGE:
        add_message(connection, parcel);
        return;
    case BELL__PARCEL_CUT:
        cut_frame(connection, parcel);
        return;
    case BELL__PARCEL_CLOSE:
        write_frame(connection);
        close_with(connection, (uint16_t)parcel->code, parcel->text);
        return;
    case BELL__PARCEL_DROP:
        write_frame(connection);
        net_flush(connection->line);
        net_cut(connection->line, NULL);
        return;
    case BELL__PARCEL_FREEZE:
        write_frame(connection);
        freeze(connection, parcel->ms);
        return;
    }
}

static bool is_open(const struct connection *connection)
{
    const struct net_line *line = connection->line;
    return !connection->closing && !line->gone && !line->ending &&
           connection->frozen_until == 0;
}

/* When there is something to do. */
static void set_due(struct connection *connection)
{
    struct net_line *line = connection->line;
    int64_t due = bell__outlet_due(&connection->peer.outlet);
    if (connection->closing || line->ending || !connection->upgraded) {
        return;
    }
    if (connection->frozen_until != 0) {
        line->due = connection->frozen_until;
        return;
    }
    line->due = mock_due(&connection->peer);
    line->due = due < line->due ? due : line->due;
}

/* What is due, then a close code. */
static void write_out(struct connection *connection)
{
    struct mock_peer *peer = &connection->peer;
    struct net_line *line = connection->line;
    const struct bell__parcel *parcel = NULL;
    while (is_open(connection) &&
           (parcel = bell__outlet_next(&peer->outlet, line->net->now))) {
        post(connection, parcel);
    }
    if (is_open(connection)) {
        write_frame(connection);
        if (net_flush(line) > QUEUE_BYTES_MAX) {
            mock_end(peer, 3008, "slow");
        }
    }
    if (is_open(connection) && peer->close_code != 0) {
        close_with(connection, peer->close_code, peer->close_reason);
    } else if (is_open(connection) && peer->over) {
        connection->closing = true; /* without a word, as a Centrifugo */
        line->due = line->net->now + CLOSE_MS;
    }
    set_due(connection);
}

/* ---- In ------------------------------------------------------------------ */

static void take_message(struct connection *connection)
{
    struct bell__buf *message = &connection->reader.message;
    bell_string frame = {message->bytes, message->size};
    mock_receive(&connection->peer, frame, connection->line->net->now);
    keep_small(message);
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
        close_with(connection, connection->reader.close_code, "");
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
            write_out(connection); /* who pings without reading is slow, too */
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
    if (!connection->closing && reader->close_code != 0) {
        close_with(connection, reader->close_code, reader->wrong);
    }
    net_end(connection->line); /* what comes now cannot be read */
    return false;
}

/* What comes while it is frozen lies there until it is not. */
static void take_frames(struct connection *connection)
{
    struct net_line *line = connection->line;
    bell_string bytes = {line->in.bytes, line->in.size};
    while (!line->gone && !line->ending && connection->frozen_until == 0 &&
           take_frame(connection, &bytes)) {
    }
    net_take(line, line->in.size - bytes.size);
}

/* ---- The upgrade --------------------------------------------------------- */

/* The first of ours that the client offers, else none. */
static const char *choose_protocol(const struct http_head *head)
{
    static const char *const ours[] = {"centrifuge-json",
                                       "centrifuge-protobuf"};
    bell_string list = http_header(head, "sec-websocket-protocol");
    bell_string word;
    while (bell__asked_next(&list, ',', &word)) {
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
            if (http_same(word, ours[i])) {
                return ours[i];
            }
        }
    }
    return NULL;
}

/* ?format=protobuf or ?cf_protocol=protobuf */
static bool asks_for_binary(bell_string query)
{
    static const char *const words[] = {"format=protobuf",
                                        "cf_protocol=protobuf"};
    bell_string word;
    while (bell__asked_next(&query, '&', &word)) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (http_same(word, words[i])) {
                return true;
            }
        }
    }
    return false;
}

static void upgrade(struct connection *connection, const struct http_head *head)
{
    struct net_line *line = connection->line;
    const struct server *server = line->net->owner;
    if (!http_same(head->path, "/connection/websocket")) {
        exchange_refuse(line, head, 404, "404 page not found\n");
    } else if (!http_lists(head, "connection", "upgrade") ||
               !http_lists(head, "upgrade", "websocket")) {
        exchange_refuse(line, NULL, 400, "Bad Request\n");
    } else if (!http_same(head->method, "GET")) {
        exchange_refuse(line, head, 405, "Method Not Allowed\n");
    } else if (!http_lists(head, "sec-websocket-version", "13")) {
        exchange_refuse(line, NULL, 400, "Bad Request\n");
    } else if (!http_is_welcome(head, server->options->allow_origin)) {
        exchange_refuse(line, head, 403, "Forbidden\n");
    } else {
        const char *protocol = choose_protocol(head);
        if (!frames_accept(&line->out, head, protocol)) {
            exchange_refuse(line, NULL, 400, "Bad Request\n");
            return;
        }
        bool binary = protocol != NULL
                          ? strcmp(protocol, "centrifuge-protobuf") == 0
                          : asks_for_binary(head->query);
        connection->peer.wire = binary ? &wire_protobuf : &wire_json;
        connection->upgraded = true;
        mock_open(&connection->peer, line->net->now);
        set_due(connection);
    }
}

static void close_connection(struct connection *connection)
{
    if (connection->upgraded) {
        mock_close(&connection->peer);
    }
    frames_close(&connection->reader);
    bell__buf_close(&connection->frame);
    bell__memory_free(&bell__memory_default, connection, sizeof *connection);
}

/* Whoever asks for no WebSocket asks for an endpoint, where there is one. */
static bool is_for_rest(const struct connection *connection,
                        const struct http_head *head)
{
    const struct answers *answers = connection->peer.backend->answers;
    return answers_endpoints(answers) != NULL &&
           !(answers_has_calls(answers) &&
             http_same(head->path, "/connection/websocket"));
}

static void hand_over(struct connection *connection)
{
    struct net_line *line = connection->line;
    uint64_t number = connection->peer.number;
    close_connection(connection);
    sockets_accept_rest(line, number);
    if (!line->gone) {
        line->role->heard(line);
    }
}

/* False: the line is somebody else's from now on. */
static bool take_head(struct connection *connection)
{
    struct net_line *line = connection->line;
    struct http_head head;
    if (!exchange_take_head(line, &head)) {
        return true;
    }
    if (is_for_rest(connection, &head)) {
        hand_over(connection);
        return false;
    }
    upgrade(connection, &head);
    net_take(line, head.size);
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    }
    return true;
}

/* ---- The line ------------------------------------------------------------ */

static void heard(struct net_line *line)
{
    struct connection *connection = line->owner;
    if (!connection->upgraded && !line->ending && !take_head(connection)) {
        return;
    }
    if (connection->upgraded) {
        take_frames(connection);
    } else if (line->ending) {
        net_take(line, line->in.size);
    }
}

static void thaw(struct connection *connection)
{
    struct net_line *line = connection->line;
    connection->frozen_until = 0;
    line->mute = false;
    line->deaf = false;
    if (connection->peer.pinged) { /* its pong may lie there unread */
        connection->peer.pong_at =
            line->net->now + MOCK_PONG_SECONDS * INT64_C(1000);
    }
    take_frames(connection);
}

static void due(struct net_line *line)
{
    struct connection *connection = line->owner;
    if (!connection->upgraded || connection->closing) {
        net_cut(line, NULL);
        return;
    }
    if (connection->frozen_until != 0) {
        thaw(connection);
    }
    mock_tick(&connection->peer, line->net->now);
    write_out(connection);
}

static void gone(struct net_line *line, const char *why)
{
    (void)why;
    close_connection(line->owner);
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
    bell__buf_open(&connection->frame, &bell__memory_default, 0);
    connection->line = line;
    connection->peer.backend = server->options->backend;
    connection->peer.secret = server->options->secret;
    connection->peer.number = ++server->peers;
    connection->peer.seal = server->seal;
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
    mock_end(&connection->peer, 3001, "shutdown");
    write_out(connection);
}
