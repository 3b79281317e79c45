/* ws_read.c: frames on their way in: whole messages out of what the socket
 * gives, parsed where they lie. */
#include "transport/ws_line.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

enum {
    READ_BYTES_MIN = 32 * 1024,
    READ_BYTES_MAX = 256 * 1024,
    READER_BYTES_MAX = 4 * 1024 * 1024, /* kept of what is read into */
    KEPT_BYTES_MAX = 1024 * 1024,       /* kept of what pieces make */
    REASON_BYTES_MAX = 123,
    CODE_NONE = 1005 /* stands for a close without a code (RFC 6455 7.4.1) */
};

/* Room behind what is there: more where the last messages were large. What
 * was read goes first. */
static bool make_room(struct bell__ws *ws)
{
    struct bell__buf *in = &ws->in;
    size_t left = in->size - ws->in_at;
    if (in->capacity == 0) {
        bell__loop_lend(ws->loop, in);
    }
    if (left == 0 && in->capacity > READER_BYTES_MAX) {
        bell__buf_close(in);
    }
    if (ws->in_at != 0 && left != 0) {
        memmove(in->bytes, in->bytes + ws->in_at, left);
    }
    in->size = left;
    ws->in_at = 0;
    size_t wanted = left < READ_BYTES_MIN   ? READ_BYTES_MIN
                    : left < READ_BYTES_MAX ? left
                                            : READ_BYTES_MAX;
    return bell__buf_reserve(in, wanted) == BELL_OK;
}

static void end_broken(struct bell__ws *ws, int os_error)
{
    if (ws->connection.socket.trouble[0] != '\0') {
        bell__ws_down(ws, 0, os_error, "%s", ws->connection.socket.trouble);
        return;
    }
    bell__ws_down(ws, 0, os_error, "the connection broke: %s",
                  strerror(os_error));
}

bool bell__ws_fill(struct bell__ws *ws)
{
    if (!ws->readable) {
        return false;
    }
    if (ws->budget == 0) { /* others first: what TLS holds rings no bell */
        ws->budget = BELL__TURN_BYTES_MAX;
        bell__loop_due(ws->loop, ws->guest);
        return false;
    }
    if (!make_room(ws)) {
        bell__ws_down(ws, 0, 0, "no memory for what the server sends");
        return false;
    }
    struct bell__buf *in = &ws->in;
    size_t room = in->capacity - in->size;
    size_t moved = 0;
    enum bell__flow flow = ws->connection.socket.ops->read(
        &ws->connection.socket, in->bytes + in->size, room, &moved);
    switch (flow) {
    case BELL__FLOW_MOVED:
        in->size += moved;
        ws->head.heard = true;
        ws->readable = ws->connection.socket.more;
        ws->budget -= moved < ws->budget ? moved : ws->budget;
        return true;
    case BELL__FLOW_BLOCKED:
        ws->readable = false;
        if (ws->broken != 0) {
            end_broken(ws, ws->broken);
        }
        return false;
    case BELL__FLOW_ENDED:
        bell__ws_down(ws, 0, 0, "%s",
                      ws->phase != BELL__PHASE_ASKING || ws->url.secure
                          ? "the server ended the connection"
                          : "the server ended the connection instead of "
                            "upgrading it: does it speak TLS (wss://)?");
        return false;
    default:
        end_broken(ws, ws->connection.socket.os_error);
        return false;
    }
}

/* Nobody reads any more: frames that have not begun stay here. */
static void keep_back(struct bell__ws *ws)
{
    if (ws->out_at == 0) {
        bell__outbox_clear(&ws->out);
        ws->out_span = 0;
    } else {
        ws->out.count = ws->out_span + 1;
    }
}

static void say_close(struct bell__ws *ws, int32_t code)
{
    unsigned char payload[2] = {(unsigned char)(code >> 8),
                                (unsigned char)(code & 0xff)};
    size_t size = code == CODE_NONE ? 0 : sizeof payload;
    keep_back(ws);
    if (bell__ws_say_close(ws, payload, size)) {
        bell__ws_push(ws);
    }
}

/* Says goodbye as RFC 6455 7.1.5 wants and ends the line. */
static void fail(struct bell__ws *ws, uint16_t code, const char *text)
{
    say_close(ws, code);
    bell__ws_down(ws, 0, 0, "%s", text);
}

/* RFC 6455 7.4: codes below 1000 and above 4999 have no meaning, and these
 * stand for what never was said. Others may be defined one day. */
static bool may_be_sent(int32_t code)
{
    return code >= 1000 && code < 5000 && code != 1004 && code != CODE_NONE &&
           code != 1006 && code != 1015;
}

static void take_close(struct bell__ws *ws, const unsigned char *payload,
                       size_t size)
{
    if (size == 1) {
        fail(ws, 1002, "the server sent half a close code");
        return;
    }
    if (size == 0) {
        say_close(ws, CODE_NONE);
        bell__ws_down(ws, CODE_NONE, 0, "%s", "");
        return;
    }
    int32_t code = payload[0] << 8 | payload[1];
    if (!may_be_sent(code)) {
        char text[64];
        snprintf(text, sizeof text,
                 "the server closed with %d, which is not a close code",
                 (int)code);
        fail(ws, 1002, text);
        return;
    }
    char reason[REASON_BYTES_MAX + 1] = "";
    memcpy(reason, payload + 2, size - 2);
    reason[size - 2] = '\0';
    /* What the code says holds all the same: for good may be for good. */
    bool good = bell__utf8_good(reason, size - 2) == size - 2;
    say_close(ws, good ? code : 1007);
    bell__ws_down(ws, code, 0, "%s",
                  good ? reason : "(for a reason that is not UTF-8)");
}

static void take_control(struct bell__ws *ws,
                         const struct bell__frame_head *head,
                         const unsigned char *payload)
{
    if (head->opcode == BELL__OPCODE_CLOSE) {
        take_close(ws, payload, (size_t)head->payload);
        return;
    }
    if (head->opcode != BELL__OPCODE_PING) {
        if (ws->program != NULL && ws->program->pong != NULL) {
            ws->program->pong(ws->program->context, (const char *)payload,
                              (size_t)head->payload);
        }
        return;
    }
    /* A server that pings without reading must not fill our memory: while a
     * pong still waits to be written, newer pings get none. */
    if (ws->control.size > ws->control_at) {
        return;
    }
    if (bell__ws_control(ws, BELL__OPCODE_PONG, payload,
                         (size_t)head->payload)) {
        bell__ws_push(ws);
    }
}

/* False: it is text and should not be; the line ends. */
static bool check_text(struct bell__ws *ws, const char *text, size_t size,
                       bool whole)
{
    if (ws->message_binary) {
        return true;
    }
    size_t good = 0;
    if (size != ws->checked) {
        good = ws->program->good(text + ws->checked, size - ws->checked, whole);
    }
    if (good != SIZE_MAX) {
        ws->checked = whole ? 0 : ws->checked + good;
        return true;
    }
    fail(ws, 1007, "the server sent a text that is not UTF-8");
    return false;
}

static inline bool is_good(struct bell__ws *ws, const char *text, size_t size,
                           bool whole)
{
    return ws->program == NULL || check_text(ws, text, size, whole);
}

/* A data frame: a whole message, or a piece of one. True: *frame is one. */
static bool take_data(struct bell__ws *ws, const struct bell__frame_head *head,
                      const char *payload, struct bell__frame *frame)
{
    size_t size = (size_t)head->payload;
    bool more = head->opcode == BELL__OPCODE_MORE;
    if (more != ws->in_message) {
        fail(ws, 1002,
             more ? "the server continued a message that it had not begun"
                  : "the server began a message inside another");
        return false;
    }
    if (!more) {
        ws->message_binary = head->opcode == BELL__OPCODE_BINARY;
    }
    frame->binary = ws->message_binary;
    if (head->final && !more) {
        frame->bytes = payload;
        frame->size = size;
        return is_good(ws, payload, size, true);
    }
    if (bell__buf_append(&ws->message, payload, size) != BELL_OK) {
        bell__ws_down(ws, 0, 0, "no memory for what the server sends");
        return false;
    }
    ws->in_message = !head->final;
    if (!is_good(ws, ws->message.bytes, ws->message.size, head->final) ||
        !head->final) {
        return false;
    }
    ws->message_lent = true;
    frame->bytes = ws->message.bytes;
    frame->size = ws->message.size;
    return true;
}

static bool is_too_long(struct bell__ws *ws,
                        const struct bell__frame_head *head)
{
    size_t limit = ws->message_bytes_max;
    if (head->opcode >= BELL__OPCODE_CLOSE) {
        return false; /* at most 125 bytes, and no part of a message */
    }
    if (head->payload <= limit && ws->message.size <= limit - head->payload) {
        return false;
    }
    char text[128];
    snprintf(text, sizeof text,
             "a message from the server is larger than message_bytes_max (%zu)",
             limit);
    fail(ws, 1009, text);
    return true;
}

static void forget_message(struct bell__ws *ws)
{
    ws->message_lent = false;
    ws->message.size = 0;
    if (ws->message.capacity > KEPT_BYTES_MAX) {
        bell__buf_close(&ws->message);
    }
}

/* Nothing of it is lent to anybody any more: other lines may read into it. One
 * that others have their own beside is not kept. */
static void give_back(struct bell__ws *ws)
{
    ws->in.size = 0;
    ws->in_at = 0;
    if (ws->loop->reader != &ws->in) {
        bell__buf_close(&ws->in);
    }
}

bool bell__ws_receive(struct bell__transport *transport,
                      struct bell__frame *frame)
{
    struct bell__ws *ws = (struct bell__ws *)(void *)transport;
    if (ws->message_lent) {
        forget_message(ws);
    }
    frame->tag = 0;
    frame->exchange = BELL__EXCHANGE_NONE;
    while (ws->phase == BELL__PHASE_UP) {
        assert(ws->in_at <= ws->in.size);
        size_t left = ws->in.size - ws->in_at;
        if (left == 0) {
            if (!bell__ws_fill(ws)) {
                give_back(ws);
                return false;
            }
            continue;
        }
        const char *at = ws->in.bytes + ws->in_at;
        struct bell__frame_head head = {0};
        const char *trouble = NULL;
        if (!bell__frame_head_read((const unsigned char *)at, left, &head,
                                   &trouble)) {
            fail(ws, 1002, trouble);
            return false;
        }
        if (head.size != 0 && is_too_long(ws, &head)) {
            return false;
        }
        if (head.size == 0 || left - head.size < head.payload) {
            if (!bell__ws_fill(ws)) {
                return false;
            }
            continue;
        }
        ws->in_at += head.size + (size_t)head.payload;
        if (head.opcode >= BELL__OPCODE_CLOSE) {
            take_control(ws, &head, (const unsigned char *)at + head.size);
        } else if (take_data(ws, &head, at + head.size, frame)) {
            return true;
        }
    }
    if (ws->phase == BELL__PHASE_DOWN) {
        give_back(ws);
    }
    return false;
}
