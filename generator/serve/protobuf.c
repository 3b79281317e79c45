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

static void put_text(struct bell__buf *out, const char *key, bell_string text)
{
    bell__buf_add_text(out, key);
    bell__json_add_string(out, text);
}

/* JSON on a line of its own: line breaks between values are spaces. */
static void put_json(struct bell__buf *out, bell_string json)
{
    size_t start = out->size;
    bell__buf_add_string(out, json);
    for (size_t i = start; i < out->size; i++) {
        if (out->bytes[i] == '\n' || out->bytes[i] == '\r') {
            out->bytes[i] = ' ';
        }
    }
}

static bool put_connect(struct bell__buf *out, bell_string message)
{
    struct field field;
    bell__buf_add_text(out, "{\"name\":\"\"");
    while (next_field(&message, &field)) {
        if (field.number == 1) {
            put_text(out, ",\"token\":", field.bytes);
        }
    }
    bell__buf_add_text(out, "}");
    return message.size == 0;
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
    put_text(out, "{\"method\":", method);
    if (data.size != 0) {
        bell__buf_add_text(out, ",\"data\":");
        put_json(out, data);
    }
    bell__buf_add_text(out, "}");
    return message.size == 0;
}

static bool put_body(struct bell__buf *out, const struct field *field)
{
    static const char *const names[] = {
        "connect",        "subscribe",   "unsubscribe", "publish", "presence",
        "presence_stats", "history",     "ping",        "send",    "rpc",
        "refresh",        "sub_refresh",
    };
    enum { FIRST = 4, CONNECT = 4, RPC = 13 };
    if (field->number < FIRST ||
        field->number - FIRST >= sizeof names / sizeof names[0]) {
        return false;
    }
    bell__buf_add_text(out, "\"");
    bell__buf_add_text(out, names[field->number - FIRST]);
    bell__buf_add_text(out, "\":");
    switch (field->number) {
    case CONNECT:
        return put_connect(out, field->bytes);
    case RPC:
        return put_call(out, field->bytes);
    default:
        bell__buf_add_text(out, "{}");
        return true;
    }
}

static bool put_command(struct bell__buf *out, bell_string message)
{
    struct field field;
    const char *before = "{";
    bool good = true;
    if (message.size == 0) {
        bell__buf_add_text(out, "{}");
        return true;
    }
    while (good && next_field(&message, &field)) {
        bell__buf_add_text(out, before);
        if (field.number == 1) {
            char id[32];
            snprintf(id, sizeof id, "\"id\":%" PRIu64, field.value);
            bell__buf_add_text(out, id);
        } else {
            good = put_body(out, &field);
        }
        before = ",";
    }
    bell__buf_add_text(out, "}");
    return good && message.size == 0;
}

bool protobuf_read(bell_string frame, struct bell__buf *lines)
{
    bool good = frame.size != 0;
    while (good && frame.size != 0) {
        bell_string message;
        if (lines->size != 0) {
            bell__buf_add_text(lines, "\n");
        }
        good = read_bytes(&frame, &message) && put_command(lines, message);
    }
    return bell__buf_settle(lines) == BELL_OK && good;
}

/* ---- Writing ------------------------------------------------------------- */

static void put_varint(struct bell__buf *out, uint64_t value)
{
    char bytes[10];
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (char)(value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (char)value;
    bell__buf_add(out, bytes, size);
}

static void put_number(struct bell__buf *out, uint32_t field, uint64_t value)
{
    if (value != 0) {
        put_varint(out, (uint64_t)field << 3);
        put_varint(out, value);
    }
}

static void put_bytes(struct bell__buf *out, uint32_t field, bell_string bytes)
{
    put_varint(out, (uint64_t)field << 3 | BYTES);
    put_varint(out, bytes.size);
    bell__buf_add_string(out, bytes);
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
    bool good = put_members(&inner, json, member->members) &&
                bell__buf_settle(&inner) == BELL_OK;
    put_bytes(out, member->field, (bell_string){inner.bytes, inner.size});
    bell__buf_close(&inner);
    return good;
}

static bool put_member(struct bell__buf *out, struct bell__json *json,
                       const struct member *member)
{
    char text[TEXT_BYTES_MAX];
    bell_string raw;
    int64_t number = 0;
    bool flag = false;
    switch (member->form) {
    case NUMBER: /* a code below 0 is ten bytes */
        bell__json_int64(json, &number);
        put_number(out, member->field, (uint64_t)number);
        return true;
    case FLAG:
        bell__json_bool(json, &flag);
        put_number(out, member->field, flag);
        return true;
    case TEXT:
        if (!bell__json_raw_string(json, &raw, &flag) ||
            raw.size >= sizeof text) {
            return false;
        }
        raw.size = bell__json_unescape(raw, text);
        raw.text = text;
        put_bytes(out, member->field, raw);
        return true;
    case JSON:
        if (!bell__json_skip(json, &raw)) {
            return false;
        }
        put_bytes(out, member->field, raw);
        return true;
    case MESSAGE:
        return put_message(out, json, member);
    }
    return false;
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
               bell__buf_settle(&reply) == BELL_OK;
        put_varint(frame, reply.size);
        bell__buf_add_string(frame, (bell_string){reply.bytes, reply.size});
        size += end != NULL ? 1 : 0;
        lines.text += size;
        lines.size -= size;
    }
    bell__buf_close(&reply);
    return bell__buf_settle(frame) == BELL_OK && good;
}
