/* peer.c: one WebSocket client of the mock server. */
#include "serve/sockets.h"

#include <string.h>

#include "base/memory.h"
#include "serve/mock.h"
#include "serve/protobuf.h"

/* What one connection keeps. lws zeroes it before ESTABLISHED. */
struct connection {
    struct mock_peer peer;
    struct bell__buf in;
    struct bell__buf out;   /* lines of JSON */
    struct bell__buf other; /* the same in binary, in or out */
    bool binary;
    bool watching; /* for a pong */
    bool too_long; /* the frame that is coming */
};

size_t sockets_peer_size(void)
{
    return sizeof(struct connection);
}

static bool is_our_path(struct lws *wsi)
{
    char path[64];
    int size = lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI);
    return size > 0 && strcmp(path, "/connection/websocket") == 0;
}

static void open_connection(struct lws *wsi, struct connection *connection)
{
    struct server *server = lws_context_user(lws_get_context(wsi));
    memset(connection, 0, sizeof *connection);
    bell__buf_open(&connection->in, &bell__memory_default, 0);
    bell__buf_open(&connection->out, &bell__memory_default, 0);
    bell__buf_open(&connection->other, &bell__memory_default, 0);
    connection->binary =
        strcmp(lws_get_protocol(wsi)->name, "centrifuge-protobuf") == 0;
    connection->peer.answers = server->options->answers;
    connection->peer.secret = server->options->secret;
    connection->peer.verbose = server->options->verbose;
    connection->peer.number = ++server->peers;
    lws_set_timer_usecs(wsi, (lws_usec_t)MOCK_STALE_SECONDS * LWS_USEC_PER_SEC);
}

static void close_connection(struct connection *connection)
{
    bell__buf_close(&connection->in);
    bell__buf_close(&connection->out);
    bell__buf_close(&connection->other);
}

static void take_frame(struct connection *connection, bell_string frame)
{
    struct bell__buf *lines = &connection->other;
    if (!connection->binary) {
        mock_receive(&connection->peer, frame, &connection->out);
        return;
    }
    lines->size = 0;
    if (!protobuf_read(frame, lines)) {
        connection->peer.close_code = 3501;
        connection->peer.close_reason = "bad request";
        return;
    }
    frame = (bell_string){lines->bytes, lines->size};
    mock_receive(&connection->peer, frame, &connection->out);
}

static int receive(struct lws *wsi, struct connection *connection,
                   const void *bytes, size_t size)
{
    struct bell__buf *in = &connection->in;
    bool was_connected = connection->peer.connected;
    if (size > MOCK_FRAME_BYTES_MAX - in->size) {
        connection->too_long = true; /* what comes is passed over */
    } else if (bell__buf_append(in, bytes, size) != BELL_OK) {
        return -1;
    }
    if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) != 0) {
        return 0;
    }
    bell_string frame = {in->bytes, in->size};
    if (connection->too_long) {
        connection->peer.close_code = 1009;
        connection->peer.close_reason = "";
    } else {
        take_frame(connection, frame);
    }
    in->size = 0;
    if (!was_connected && connection->peer.connected) {
        lws_set_timer_usecs(wsi,
                            (lws_usec_t)MOCK_PING_SECONDS * LWS_USEC_PER_SEC);
    }
    lws_callback_on_writable(wsi);
    return 0;
}

/* The replies, with room for what lws writes before them. */
static int write_frame(struct lws *wsi, struct connection *connection)
{
    struct bell__buf *out = &connection->out;
    enum lws_write_protocol kind = LWS_WRITE_TEXT;
    if (connection->binary) {
        bell_string lines = {out->bytes, out->size};
        connection->other.size = 0;
        if (!protobuf_write(lines, &connection->other)) {
            return -1;
        }
        out->size = 0;
        out = &connection->other;
        kind = LWS_WRITE_BINARY;
    }
    size_t size = out->size;
    if (bell__buf_reserve(out, LWS_PRE) != BELL_OK) {
        return -1;
    }
    memmove(out->bytes + LWS_PRE, out->bytes, size);
    out->size = 0;
    unsigned char *bytes = (unsigned char *)out->bytes + LWS_PRE;
    return lws_write(wsi, bytes, size, kind) < (int)size ? -1 : 0;
}

/* The replies first; a close code goes when they are out. */
static int write_out(struct lws *wsi, struct connection *connection)
{
    struct mock_peer *peer = &connection->peer;
    if (connection->out.size != 0) {
        if (write_frame(wsi, connection) != 0) {
            return -1;
        }
        if (peer->close_code != 0) {
            lws_callback_on_writable(wsi);
        }
        return 0;
    }
    if (peer->close_code == 0) {
        return 0;
    }
    unsigned char reason[64];
    size_t size = strlen(peer->close_reason);
    memcpy(reason, peer->close_reason, size);
    lws_close_reason(wsi, (enum lws_close_status)peer->close_code, reason,
                     size);
    return -1;
}

/* One timer: a ping, then a look for its pong, then the rest of the interval
 * to the next ping. */
static void on_timer(struct lws *wsi, struct connection *connection)
{
    struct mock_peer *peer = &connection->peer;
    int seconds = MOCK_PING_SECONDS - MOCK_PONG_SECONDS;
    bool answered = connection->watching && !peer->pinged;
    if (!answered) {
        mock_ping(peer, &connection->out);
        seconds = MOCK_PONG_SECONDS;
        lws_callback_on_writable(wsi);
    }
    connection->watching = !answered;
    lws_set_timer_usecs(wsi, (lws_usec_t)seconds * LWS_USEC_PER_SEC);
}

int sockets_peer(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                 void *in, size_t size)
{
    struct connection *connection = user;
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        if (is_our_path(wsi)) {
            return 0;
        }
        lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, NULL);
        return 1;
    case LWS_CALLBACK_ESTABLISHED:
        open_connection(wsi, connection);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        return receive(wsi, connection, in, size);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return write_out(wsi, connection);
    case LWS_CALLBACK_TIMER:
        on_timer(wsi, connection);
        return 0;
    case LWS_CALLBACK_CLOSED:
        close_connection(connection);
        return 0;
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, size);
    }
}
