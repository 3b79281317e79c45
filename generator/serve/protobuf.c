/* protobuf.c: what Centrifugo's clients in binary say, as JSON, and back: the
 * parts that the mock server knows. */
#include "serve/protobuf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json/members.h"
#include "json/write.h"

enum { VARINT = 0, BYTES = 2, DEPTH_MAX = 64, TEXT_BYTES_MAX = 16 * 1024 };

/* ---- Reading ------------------------------------------------------------- */

/* One field of a message; a number, or lent bytes. */
struct field {
    uint32_t number;
    uint64_t value;
    bell_string bytes;
};

static bool read_varint(bell_string *from, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && from->size != 0; shift += 7) {
        unsigned char byte = (unsigned char)*from->text++;
        from->size--;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return true;
        }
    }
    return false;
}

static bool read_bytes(bell_string *from, bell_string *bytes)
{
    uint64_t size;
    if (!read_varint(from, &size) || size > from->size) {
        return false;
    }
    *bytes = (bell_string){from->text, (size_t)size};
    from->text += size;
    from->size -= (size_t)size;
    return true;
}

static bool read_field(bell_string *message, struct field *field)
{
    uint64_t key;
    if (!read_varint(message, &key) || key >> 3 > UINT32_MAX) {
        return false;
    }
    field->number = (uint32_t)(key >> 3);
    switch (key & 7) {
    case VARINT:
        return read_varint(message, &field->value);
    case BYTES:
        return read_bytes(message, &field->bytes);
    default:
        return false; /* none of these has floats */
    }
}

/* False where the message is over, and its size 0, or where it is wrong. */
static bool next_field(bell_string *message, struct field *field)
{
    memset(field, 0, sizeof *field);
    if (message->size == 0) {
        return false;
    }
    if (!read_field(message, field)) {
        message->size = SIZE_MAX;
        return false;
    }
    return true;
}

static bool put(struct bell__buf *out, const char *text)
{
    return bell__buf_append(out, text, strlen(text)) == BELL_OK;
}

static bool put_text(struct bell__buf *out, const char *key, bell_string text)
{
    return put(out, key) && bell__json_write_string(out, text) == BELL_OK;
}

/* JSON on a line of its own: line breaks between values are spaces. */
static bool put_json(struct bell__buf *out, bell_string json)
{
    size_t start = out->size;
    if (bell__buf_append(out, json.text, json.size) != BELL_OK) {
        return false;
    }
    for (size_t i = start; i < out->size; i++) {
        if (out->bytes[i] == '\n' || out->bytes[i] == '\r') {
            out->bytes[i] = ' ';
        }
    }
    return true;
}

static bool put_connect(struct bell__buf *out, bell_string message)
{
    struct field field;
    bool good = put(out, "{\"name\":\"\"");
    while (good && next_field(&message, &field)) {
        if (field.number == 1) {
            good = put_text(out, ",\"token\":", field.bytes);
        }
    }
    return good && message.size == 0 && put(out, "}");
}

static bool put_call(struct bell__buf *out, bell_string message)
{
    struct field field;
    bell_string method = {"", 0};
    bell_string data = {NULL, 0};
    while (next_field(&message, &field)) {
        if (field.number == 1) {
            data = field.bytes;
        } else if (field.number == 2) {
            method = field.bytes;
        }
    }
    bool good = message.size == 0 && put_text(out, "{\"method\":", method);
    if (data.size != 0) {
        good = good && put(out, ",\"data\":") && put_json(out, data);
    }
    return good && put(out, "}");
}

static bool put_body(struct bell__buf *out, const struct field *field)
{
    static const char *const names[] = {
        "connect",        "subscribe",   "unsubscribe", "publish", "presence",
        "presence_stats", "history",     "ping",        "send",    "rpc",
        "refresh",        "sub_refresh",
    };
    enum { FIRST = 4, CONNECT = 4, RPC = 13 };
    char key[32];
    if (field->number < FIRST ||
        field->number - FIRST >= sizeof names / sizeof names[0]) {
        return false;
    }
    snprintf(key, sizeof key, "\"%s\":", names[field->number - FIRST]);
    if (!put(out, key)) {
        return false;
    }
    switch (field->number) {
    case CONNECT:
        return put_connect(out, field->bytes);
    case RPC:
        return put_call(out, field->bytes);
    default:
        return put(out, "{}");
    }
}

static bool put_command(struct bell__buf *out, bell_string message)
{
    struct field field;
    const char *before = "{";
    bool good = true;
    if (message.size == 0) {
        return put(out, "{}");
    }
    while (good && next_field(&message, &field)) {
        char id[32];
        snprintf(id, sizeof id, "\"id\":%" PRIu64, field.value);
        good = put(out, before) &&
               (field.number == 1 ? put(out, id) : put_body(out, &field));
        before = ",";
    }
    return good && message.size == 0 && put(out, "}");
}

bool protobuf_read(bell_string frame, struct bell__buf *lines)
{
    while (frame.size != 0) {
        bell_string message;
        if (!read_bytes(&frame, &message) ||
            (lines->size != 0 && !put(lines, "\n")) ||
            !put_command(lines, message)) {
            return false;
        }
    }
    return lines->size != 0;
}

/* ---- Writing ------------------------------------------------------------- */

static bool put_varint(struct bell__buf *out, uint64_t value)
{
    char bytes[10];
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (char)(value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (char)value;
    return bell__buf_append(out, bytes, size) == BELL_OK;
}

static bool put_number(struct bell__buf *out, uint32_t field, uint64_t value)
{
    return value == 0 ||
           (put_varint(out, (uint64_t)field << 3) && put_varint(out, value));
}

static bool put_bytes(struct bell__buf *out, uint32_t field, bell_string bytes)
{
    return put_varint(out, (uint64_t)field << 3 | BYTES) &&
           put_varint(out, bytes.size) &&
           bell__buf_append(out, bytes.text, bytes.size) == BELL_OK;
}

/* What a member of a JSON object becomes. */
enum form { NUMBER, FLAG, TEXT, JSON, MESSAGE };

struct member {
    const char *name;
    uint32_t field;
    enum form form;
    const struct member *members; /* MESSAGE; ends with a name of NULL */
};

static const struct member error_members[] = {
    {"code", 1, NUMBER, NULL},
    {"message", 2, TEXT, NULL},
    {"temporary", 3, FLAG, NULL},
    {NULL, 0, TEXT, NULL},
};

static const struct member connect_members[] = {
    {"client", 1, TEXT, NULL}, {"version", 2, TEXT, NULL},
    {"ping", 7, NUMBER, NULL}, {"pong", 8, FLAG, NULL},
    {NULL, 0, TEXT, NULL},
};

static const struct member rpc_members[] = {
    {"data", 1, JSON, NULL},
    {NULL, 0, TEXT, NULL},
};

static const struct member reply_members[] = {
    {"id", 1, NUMBER, NULL},
    {"error", 2, MESSAGE, error_members},
    {"connect", 5, MESSAGE, connect_members},
    {"rpc", 13, MESSAGE, rpc_members},
    {NULL, 0, TEXT, NULL},
};

static bool put_members(struct bell__buf *out, struct bell__json *json,
                        const struct member *members);

static bool put_message(struct bell__buf *out, struct bell__json *json,
                        const struct member *member)
{
    struct bell__buf inner;
    bell__buf_open(&inner, out->memory, 0);
    bool good = put_members(&inner, json, member->members);
    bell_string bytes = {inner.bytes, inner.size};
    good = good && put_bytes(out, member->field, bytes);
    bell__buf_close(&inner);
    return good;
}

static bool put_member(struct bell__buf *out, struct bell__json *json,
                       const struct member *member)
{
    char text[TEXT_BYTES_MAX];
    bell_string raw;
    int64_t number;
    bool flag = false;
    switch (member->form) {
    case NUMBER: /* a code below 0 is ten bytes */
        return bell__json_int64(json, &number) &&
               put_number(out, member->field, (uint64_t)number);
    case FLAG:
        return bell__json_bool(json, &flag) &&
               put_number(out, member->field, flag);
    case TEXT:
        if (!bell__json_raw_string(json, &raw, &flag) ||
            raw.size >= sizeof text) {
            return false;
        }
        raw.size = bell__json_unescape(raw, text);
        raw.text = text;
        return put_bytes(out, member->field, raw);
    case JSON:
        return bell__json_skip(json, &raw) &&
               put_bytes(out, member->field, raw);
    default:
        return put_message(out, json, member);
    }
}

static bool put_members(struct bell__buf *out, struct bell__json *json,
                        const struct member *members)
{
    bool good = true;
    struct bell__members at;
    for (bell__members_enter(&at, json); good && bell__members_next(&at);) {
        const struct member *member = members;
        while (member->name != NULL && !bell__member_is(&at, member->name)) {
            member++;
        }
        good = member->name == NULL || put_member(out, json, member);
    }
    return good && json->wrong == NULL;
}

bool protobuf_write(bell_string lines, struct bell__buf *frame)
{
    struct bell__buf reply;
    bell__buf_open(&reply, frame->memory, 0);
    bool good = true;
    while (good && lines.size != 0) {
        struct bell__json json;
        const char *end = memchr(lines.text, '\n', lines.size);
        size_t size = end != NULL ? (size_t)(end - lines.text) : lines.size;
        reply.size = 0;
        bell__json_open(&json, (bell_string){lines.text, size}, DEPTH_MAX);
        good = put_members(&reply, &json, reply_members) &&
               put_varint(frame, reply.size) &&
               bell__buf_append(frame, reply.bytes, reply.size) == BELL_OK;
        size += end != NULL ? 1 : 0;
        lines.text += size;
        lines.size -= size;
    }
    bell__buf_close(&reply);
    return good;
}
