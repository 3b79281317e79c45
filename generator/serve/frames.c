/* frames.c: WebSocket from the server's side: frames in and out. */
#include "serve/frames.h"

#include <stdio.h>

#include <openssl/evp.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/tame.h"
#include "base/utf8.h"

enum { PROTOCOL_ERROR = 1002, NO_STATUS = 1005, TOO_BIG = 1009 };

void frames_open(struct frames_reader *reader, size_t bytes_max)
{
    memset(reader, 0, sizeof *reader);
    reader->bytes_max = bytes_max;
    bell__buf_open(&reader->message, &bell__memory_default, 0);
}

void frames_close(struct frames_reader *reader)
{
    bell__buf_close(&reader->message);
}

/* ---- Reading ------------------------------------------------------------- */

struct head {
    int opcode;
    bool final;
    uint64_t payload;
    size_t size;
    const unsigned char *key;
};

static enum frames_read wrong(struct frames_reader *reader, uint16_t code,
                              const char *why)
{
    reader->close_code = code;
    snprintf(reader->wrong, sizeof reader->wrong, "%s", why);
    return FRAMES_WRONG;
}

static void add_reason(struct frames_reader *reader, const char *why)
{
    size_t size = strlen(reader->wrong);
    snprintf(reader->wrong + size, sizeof reader->wrong - size, "%s%s",
             size != 0 ? ", " : "", why);
}

/* What the first two bytes say that they must not; in the real server's order
 * and words. */
static bool check_head(struct frames_reader *reader, const unsigned char *bytes)
{
    static const struct {
        unsigned bit;
        const char *why;
    } reserved[] = {{0x40, "RSV1 set"}, {0x20, "RSV2 set"}, {0x10, "RSV3 set"}};
    int opcode = bytes[0] & 0xf;
    bool final = (bytes[0] & 0x80) != 0;
    reader->wrong[0] = '\0';
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if ((bytes[0] & reserved[i].bit) != 0) {
            add_reason(reader, reserved[i].why);
        }
    }
    if (opcode >= FRAMES_CLOSE && opcode <= FRAMES_PONG) {
        if ((bytes[1] & 0x7f) > FRAMES_CONTROL_BYTES_MAX) {
            add_reason(reader, "len > 125 for control");
        }
        if (!final) {
            add_reason(reader, "FIN not set on control");
        }
    } else if (opcode == FRAMES_TEXT || opcode == FRAMES_BINARY) {
        if (reader->inside) {
            add_reason(reader, "data before FIN");
        }
    } else if (opcode == FRAMES_MORE) {
        if (!reader->inside) {
            add_reason(reader, "continuation after FIN");
        }
    } else {
        char text[24];
        snprintf(text, sizeof text, "bad opcode %d", opcode);
        add_reason(reader, text);
    }
    if ((bytes[1] & 0x80) == 0) {
        add_reason(reader, "bad MASK");
    }
    reader->close_code = PROTOCOL_ERROR;
    return reader->wrong[0] == '\0';
}

/* False where more bytes are needed; of a head that is checked. */
static bool read_head(bell_string bytes, struct head *head)
{
    const unsigned char *at = (const unsigned char *)bytes.text;
    size_t more = (at[1] & 0x7f) == 127 ? 8 : (at[1] & 0x7f) == 126 ? 2 : 0;
    head->opcode = at[0] & 0xf;
    head->final = (at[0] & 0x80) != 0;
    head->size = 2 + more + 4;
    if (bytes.size < head->size) {
        return false;
    }
    head->payload = more == 0 ? at[1] & 0x7f : 0;
    for (size_t i = 0; i < more; i++) {
        head->payload = head->payload << 8 | at[2 + i];
    }
    head->key = at + 2 + more;
    return true;
}

static void unmask(char *bytes, size_t size, const unsigned char *key)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)((unsigned char)bytes[i] ^ key[i & 3]);
    }
}

static bool may_be_received(uint16_t code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1013) ||
           (code >= 3000 && code <= 4999);
}

static enum frames_read take_close(struct frames_reader *reader)
{
    char text[32];
    const unsigned char *at = reader->control;
    size_t size = reader->control_size;
    reader->close_code = NO_STATUS;
    if (size < 2) {
        return FRAMES_CLOSED;
    }
    uint16_t code = (uint16_t)(at[0] << 8 | at[1]);
    if (!may_be_received(code)) {
        snprintf(text, sizeof text, "bad close code %u", (unsigned)code);
        return wrong(reader, PROTOCOL_ERROR, text);
    }
    if (bell__utf8_good((const char *)at + 2, size - 2) != size - 2) {
        return wrong(reader, PROTOCOL_ERROR,
                     "invalid utf8 payload in close frame");
    }
    reader->close_code = code;
    return FRAMES_CLOSED;
}

static enum frames_read take_control(struct frames_reader *reader,
                                     const struct head *head,
                                     const char *payload)
{
    reader->control_size = (size_t)head->payload;
    memcpy(reader->control, payload, reader->control_size);
    unmask((char *)reader->control, reader->control_size, head->key);
    switch (head->opcode) {
    case FRAMES_CLOSE:
        return take_close(reader);
    case FRAMES_PING:
        return FRAMES_PINGED;
    default:
        return FRAMES_NOTHING;
    }
}

static enum frames_read take_data(struct frames_reader *reader,
                                  const struct head *head, const char *payload)
{
    struct bell__buf *message = &reader->message;
    size_t start = reader->inside ? message->size : 0;
    message->size = start;
    if (bell__buf_append(message, payload, (size_t)head->payload) != BELL_OK) {
        return wrong(reader, TOO_BIG, "");
    }
    unmask(message->bytes + start, (size_t)head->payload, head->key);
    reader->inside = !head->final;
    return head->final ? FRAMES_MESSAGE : FRAMES_NOTHING;
}

enum frames_read frames_read(struct frames_reader *reader, bell_string bytes,
                             size_t *taken)
{
    struct head head;
    *taken = 0;
    if (bytes.size < 2) {
        return FRAMES_PART;
    }
    if (!check_head(reader, (const unsigned char *)bytes.text)) {
        return FRAMES_WRONG;
    }
    if (!read_head(bytes, &head)) {
        return FRAMES_PART;
    }
    size_t before = reader->inside ? reader->message.size : 0;
    bool data = head.opcode < FRAMES_CLOSE;
    if (data && head.payload > INT64_MAX) {
        return wrong(reader, 0, ""); /* no length: it ends without a word */
    }
    if (data && head.payload > reader->bytes_max - before) {
        return wrong(reader, TOO_BIG, "");
    }
    if (bytes.size - head.size < head.payload) {
        return FRAMES_PART;
    }
    *taken = head.size + (size_t)head.payload;
    return data ? take_data(reader, &head, bytes.text + head.size)
                : take_control(reader, &head, bytes.text + head.size);
}

/* ---- Writing ------------------------------------------------------------- */

void frames_head(struct bell__buf *out, enum frames_opcode opcode, size_t size)
{
    char head[FRAMES_HEAD_BYTES_MAX];
    size_t more = size > 65535 ? 8 : size > 125 ? 2 : 0;
    head[0] = (char)(0x80 | (int)opcode);
    head[1] = (char)(more == 8 ? 127 : more == 2 ? 126 : (int)size);
    for (size_t i = 0; i < more; i++) {
        head[2 + i] = (char)((uint64_t)size >> (8 * (more - 1 - i)) & 0xff);
    }
    bell__buf_add(out, head, 2 + more);
}

void frames_add_close(struct bell__buf *out, uint16_t code, const char *reason)
{
    size_t size = bell__cut(bell_str(reason), FRAMES_CONTROL_BYTES_MAX - 2);
    if (code == NO_STATUS) {
        frames_head(out, FRAMES_CLOSE, 0);
        return;
    }
    const char bytes[2] = {(char)(code >> 8), (char)(code & 0xff)};
    frames_head(out, FRAMES_CLOSE, 2 + size);
    bell__buf_add(out, bytes, 2);
    bell__buf_add(out, reason, size);
}

bool frames_accept(struct bell__buf *out, const struct http_head *head,
                   const char *subprotocol)
{
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char nonce[24];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char accept[64];
    char whole[24 + sizeof magic];
    bell_string key = http_header(head, "sec-websocket-key");
    if (key.size != 24 || key.text[22] != '=' || key.text[23] != '=' ||
        EVP_DecodeBlock(nonce, (const unsigned char *)key.text, 24) != 18) {
        return false;
    }
    memcpy(whole, key.text, 24);
    memcpy(whole + 24, magic, sizeof magic);
    if (EVP_Digest(whole, 24 + sizeof magic - 1, digest, NULL, EVP_sha1(),
                   NULL) != 1) {
        return false;
    }
    EVP_EncodeBlock(accept, digest, 20);
    bell__buf_add_text(out, "HTTP/1.1 101 Switching Protocols\r\n"
                            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: ");
    bell__buf_add_text(out, (const char *)accept);
    bell__buf_add_text(out, "\r\n");
    if (subprotocol != NULL) {
        bell__buf_add_text(out, "Sec-WebSocket-Protocol: ");
        bell__buf_add_text(out, subprotocol);
        bell__buf_add_text(out, "\r\n");
    }
    bell__buf_add_text(out, "\r\n");
    return true;
}
