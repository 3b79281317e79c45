/* http_read.c: an answer on its way in: heads, then the body, read where they
 * lie and as they come. */
#include "transport/http_line.h"

#include <string.h>

enum {
    READ_BYTES_MIN = 32 * 1024,
    READ_BYTES_MAX = 256 * 1024,
    SWITCHING = 101,
    INTERIMS_MAX = 8, /* answers before the final one */
    TLS_ALERT = 0x15
};

/* Room behind what is there: more where there is much. */
static bool make_room(struct bell__http_line *line)
{
    struct bell__buf *in = &line->in;
    if (in->capacity == 0) {
        bell__loop_lend(line->http->options.loop, in);
    }
    size_t wanted = in->size < READ_BYTES_MIN   ? READ_BYTES_MIN
                    : in->size < READ_BYTES_MAX ? in->size
                                                : READ_BYTES_MAX;
    return bell__buf_reserve(in, wanted) == BELL_OK;
}

static void fail_wrong(struct bell__http_line *line, const char *trouble)
{
    if (!line->http->url.secure && line->in.bytes[0] == TLS_ALERT) {
        bell__http_fail(line, 0, "the server speaks TLS: write https://");
        return;
    }
    bell__http_fail(line, 0, "the server's answer is not HTTP/1.1: %s",
                    trouble);
}

/* The head of the final answer: what it says of the body. */
static void begin_body(struct bell__http_line *line)
{
    const struct bell__http_options *options = &line->http->options;
    const char *wrong = bell__http_reply_read(
        &line->answer, line->in.bytes, line->exchange.bodyless, &line->reply);
    if (wrong == NULL && line->reply.coded && !options->gzip) {
        wrong = "it has a Content-Encoding that was not asked for";
    }
    if (wrong != NULL) {
        fail_wrong(line, wrong);
        return;
    }
    line->head_max -= line->answer.size;
    line->in_body = true;
    if (!bell__http_body_begin(&line->body, &line->reply,
                               options->message_bytes_max, line->head_max)) {
        bell__http_fail(line, 0,
                        "the server's answer is larger than "
                        "message_bytes_max (%zu)",
                        options->message_bytes_max);
    }
}

/* An answer before the final one says nothing (RFC 9110 15.2). */
static void pass_interim(struct bell__http_line *line)
{
    if (line->answer.status == SWITCHING) {
        fail_wrong(line, "it has the status 101, which was not asked for");
        return;
    }
    if (++line->interims > INTERIMS_MAX) {
        fail_wrong(line, "it has more than 8 heads with a status below 200");
        return;
    }
    size_t left = line->in.size - line->answer.size;
    memmove(line->in.bytes, line->in.bytes + line->answer.size, left);
    line->in.size = left;
    line->head_max -= line->answer.size;
    memset(&line->answer, 0, sizeof line->answer);
}

/* False: more is needed, or the line is over. */
static bool take_head(struct bell__http_line *line)
{
    const char *trouble = NULL;
    switch (bell__http_head_read(&line->answer, line->in.bytes, line->in.size,
                                 line->head_max, &trouble)) {
    case BELL__HTTP_PART:
        return false;
    case BELL__HTTP_WHOLE:
        break;
    case BELL__HTTP_LONG:
        bell__http_fail(line, 0,
                        "the head of the server's answer is larger than "
                        "head_bytes_max (%zu)",
                        line->http->options.head_bytes_max);
        return false;
    default:
        fail_wrong(line, trouble);
        return false;
    }
    if (line->answer.status < 200) {
        pass_interim(line);
    } else {
        begin_body(line);
    }
    return line->stand == BELL__HTTP_BUSY;
}

static void take_body(struct bell__http_line *line)
{
    const char *trouble = NULL;
    char *bytes = line->in.bytes + line->answer.size;
    size_t size = line->in.size - line->answer.size;
    enum bell__http_read read =
        bell__http_body_read(&line->body, bytes, &size, &trouble);
    line->in.size = line->answer.size + size;
    switch (read) {
    case BELL__HTTP_PART:
        return;
    case BELL__HTTP_WHOLE:
        bell__http_replied(line);
        return;
    case BELL__HTTP_LONG:
        bell__http_fail(line, 0,
                        "the server's answer is larger than "
                        "message_bytes_max (%zu)",
                        line->http->options.message_bytes_max);
        return;
    default:
        fail_wrong(line, trouble);
    }
}

/* What lies in `in`. The exchange may go to another line: then nothing is. */
static void digest(struct bell__http_line *line)
{
    while (!line->in_body) {
        if (!take_head(line)) {
            return;
        }
    }
    take_body(line);
}

static void fail_broken(struct bell__http_line *line, int os_error)
{
    const char *trouble = line->connection.socket.trouble;
    if (trouble[0] != '\0') {
        bell__http_fail(line, os_error, "%s", trouble);
        return;
    }
    bell__http_fail(line, os_error, "the connection broke: %s",
                    strerror(os_error));
}

/* TLS tells an end that the server meant from one that somebody else made. A
 * reset that a write has met is no end either, though it reads as one now. */
static void take_end(struct bell__http_line *line)
{
    bool meant =
        line->connection.socket.trouble[0] == '\0' && line->broken == 0;
    if (meant && line->in_body && line->body.framing == BELL__HTTP_CLOSE) {
        bell__http_replied(line);
        return;
    }
    if (line->broken != 0) {
        fail_broken(line, line->broken);
        return;
    }
    bell__http_fail(line, 0,
                    line->in.size == 0
                        ? "the server ended the connection without an answer"
                        : "the server ended the connection within its answer");
}

/* False: there is no more for now, or the line is over. */
static bool read_once(struct bell__http_line *line)
{
    struct bell__http *http = line->http;
    struct bell__socket *socket = &line->connection.socket;
    struct bell__buf *in = &line->in;
    size_t moved = 0;
    if (!make_room(line)) {
        bell__http_fail(line, 0, "no memory for what the server sends");
        return false;
    }
    switch (socket->ops->read(socket, in->bytes + in->size,
                              in->capacity - in->size, &moved)) {
    case BELL__FLOW_MOVED:
        in->size += moved;
        http->head.heard = true;
        http->budget -= moved < http->budget ? moved : http->budget;
        bool more = socket->more;
        digest(line);
        return more;
    case BELL__FLOW_BLOCKED:
        if (line->broken != 0) {
            fail_broken(line, line->broken);
        }
        return false;
    case BELL__FLOW_ENDED:
        take_end(line);
        return false;
    default:
        fail_broken(line, socket->os_error);
        return false;
    }
}

void bell__http_hear(struct bell__http_line *line)
{
    while (line->stand == BELL__HTTP_BUSY && read_once(line)) {
        if (line->stand == BELL__HTTP_BUSY && line->http->budget == 0) {
            bell__http_unread(line);
            return;
        }
    }
}
