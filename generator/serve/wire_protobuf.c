/* wire_protobuf.c: the protocol in binary: messages with their size before
 * them. Data are JSON here, too. */
#include "serve/wire.h"

#include <stdio.h>
#include <string.h>

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, GROUP = 3, FIXED32 = 5 };
enum { GROUPS_MAX = 16 };

/* ---- Reading ------------------------------------------------------------- */

/* One field of a message: a number, or lent bytes. */
struct field {
    uint64_t number;
    unsigned kind;
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

static bool read_sized(bell_string *from, uint64_t size, bell_string *bytes)
{
    if (size > from->size) {
        return false;
    }
    *bytes = (bell_string){from->text, (size_t)size};
    from->text += size;
    from->size -= (size_t)size;
    return true;
}

static bool read_bytes(bell_string *from, bell_string *bytes)
{
    uint64_t size;
    return read_varint(from, &size) && read_sized(from, size, bytes);
}

static bool read_value(bell_string *message, struct field *field)
{
    switch (field->kind) {
    case VARINT:
        return read_varint(message, &field->value);
    case FIXED64:
        return read_sized(message, 8, &field->bytes);
    case BYTES:
        return read_bytes(message, &field->bytes);
    case FIXED32:
        return read_sized(message, 4, &field->bytes);
    default:
        return false;
    }
}

static bool read_key(bell_string *message, struct field *field)
{
    uint64_t key;
    if (!read_varint(message, &key) || key >> 3 == 0 || key >> 3 > INT32_MAX) {
        return false;
    }
    field->number = key >> 3;
    field->kind = (unsigned)(key & 7);
    return true;
}

/* Groups are of an older protobuf; what is in one is passed over. */
static bool skip_group(bell_string *message)
{
    unsigned depth = 1;
    while (depth != 0) {
        struct field field;
        memset(&field, 0, sizeof field);
        if (!read_key(message, &field)) {
            return false;
        }
        if (field.kind == GROUP) {
            depth++;
        } else if (field.kind == GROUP + 1) {
            depth--;
        } else if (!read_value(message, &field)) {
            return false;
        }
        if (depth > GROUPS_MAX) {
            return false;
        }
    }
    return true;
}

/* False where the message is over, and its size 0, or where it is wrong. */
static bool next_field(bell_string *message, struct field *field)
{
    memset(field, 0, sizeof *field);
    if (message->size == 0) {
        return false;
    }
    bool good = read_key(message, field);
    if (good) {
        good = field->kind == GROUP ? skip_group(message)
                                    : read_value(message, field);
    }
    if (!good) {
        message->size = SIZE_MAX;
    }
    return good;
}

/* What a body's fields are: the text that a command is about, its data. Only
 * the first fields of each have a kind that matters here. */
static const struct shape {
    uint64_t text; /* the field's number; 0: there is none */
    uint64_t data;
} shapes[] = {
    [BELL__COMMAND_CONNECT] = {1, 2},
    [BELL__COMMAND_PING] = {0, 0},
    [BELL__COMMAND_SUBSCRIBE] = {1, 0},
    [BELL__COMMAND_UNSUBSCRIBE] = {1, 0},
    [BELL__COMMAND_PUBLISH] = {1, 2},
    [BELL__COMMAND_PRESENCE] = {1, 0},
    [BELL__COMMAND_PRESENCE_STATS] = {1, 0},
    [BELL__COMMAND_HISTORY] = {1, 0},
    [BELL__COMMAND_RPC] = {2, 1},
    [BELL__COMMAND_SEND] = {0, 1},
    [BELL__COMMAND_REFRESH] = {1, 0},
    [BELL__COMMAND_SUB_REFRESH] = {1, 0},
};

static bool read_body(bell_string body, const struct shape *shape,
                      bell_string *text, bell_string *data)
{
    struct field field;
    while (next_field(&body, &field)) {
        bool is_text = field.number == shape->text;
        bool is_data = field.number == shape->data;
        if ((is_text || is_data) && field.kind != BYTES) {
            return false;
        }
        if (is_text) {
            *text = field.bytes;
        } else if (is_data) {
            *data = field.bytes;
        }
    }
    return body.size == 0;
}

/* Field 4 is connect, and the others follow in the order of their kinds but
 * for ping, which comes behind history. */
static enum bell__command_kind kind_of(uint64_t number)
{
    static const enum bell__command_kind kinds[] = {
        BELL__COMMAND_CONNECT,     BELL__COMMAND_SUBSCRIBE,
        BELL__COMMAND_UNSUBSCRIBE, BELL__COMMAND_PUBLISH,
        BELL__COMMAND_PRESENCE,    BELL__COMMAND_PRESENCE_STATS,
        BELL__COMMAND_HISTORY,     BELL__COMMAND_PING,
        BELL__COMMAND_SEND,        BELL__COMMAND_RPC,
        BELL__COMMAND_REFRESH,     BELL__COMMAND_SUB_REFRESH};
    enum { FIRST = 4, COUNT = sizeof kinds / sizeof kinds[0] };
    return number < FIRST || number >= FIRST + COUNT ? BELL__COMMAND_NONE
                                                     : kinds[number - FIRST];
}

static bool read_message(bell_string message, struct wire_room *room,
                         struct wire_command *command)
{
    struct field field;
    (void)room;
    memset(command, 0, sizeof *command);
    command->kind = BELL__COMMAND_NONE;
    while (next_field(&message, &field)) {
        bell_string text = {"", 0};
        bell_string data = {NULL, 0};
        enum bell__command_kind kind = kind_of(field.number);
        if (field.number == 1) {
            if (field.kind != VARINT) {
                return false;
            }
            command->id = (uint32_t)field.value;
        } else if (kind != BELL__COMMAND_NONE) {
            if (field.kind != BYTES ||
                !read_body(field.bytes, &shapes[kind], &text, &data)) {
                return false;
            }
            if (kind <= command->kind) {
                command->kind = kind;
                command->text = text;
                command->data = data;
            }
        }
    }
    return message.size == 0;
}

/* ---- Writing ------------------------------------------------------------- */

/* Messages inside messages have their size before them: they are written into
 * a small one first. */
enum { INNER_BYTES_MAX = 512 };

struct inner {
    char bytes[INNER_BYTES_MAX];
    size_t size;
};

static size_t put_varint(char *at, uint64_t value)
{
    size_t size = 0;
    while (value >= 0x80) {
        at[size++] = (char)(value | 0x80);
        value >>= 7;
    }
    at[size++] = (char)value;
    return size;
}

static void add_varint(struct bell__buf *out, uint64_t value)
{
    char bytes[10];
    bell__buf_add(out, bytes, put_varint(bytes, value));
}

static void add_number(struct bell__buf *out, uint32_t field, uint64_t value)
{
    if (value != 0) {
        add_varint(out, (uint64_t)field << 3 | VARINT);
        add_varint(out, value);
    }
}

static void add_head(struct bell__buf *out, uint32_t field, size_t size)
{
    add_varint(out, (uint64_t)field << 3 | BYTES);
    add_varint(out, size);
}

static void put_number(struct inner *inner, uint32_t field, uint64_t value)
{
    if (value != 0) {
        char *at = inner->bytes + inner->size;
        size_t size = put_varint(at, (uint64_t)field << 3 | VARINT);
        inner->size += size + put_varint(at + size, value);
    }
}

static void put_text(struct inner *inner, uint32_t field, const char *text)
{
    size_t size = strlen(text);
    char *at = inner->bytes + inner->size;
    if (size == 0 || size > INNER_BYTES_MAX / 4) {
        return; /* texts of ours alone: they are shorter */
    }
    size_t head = put_varint(at, (uint64_t)field << 3 | BYTES);
    head += put_varint(at + head, size);
    memcpy(at + head, text, size);
    inner->size += head + size;
}

static void add_inner(struct bell__buf *out, uint32_t id, uint32_t field,
                      const struct inner *inner)
{
    add_number(out, 1, id);
    add_head(out, field, inner->size);
    bell__buf_add(out, inner->bytes, inner->size);
}

static void put_life(struct inner *inner, const struct wire_session *session)
{
    put_number(inner, 3, session->expires ? 1 : 0);
    put_number(inner, 4, session->expires ? session->ttl : 0);
}

static void write_connected(struct bell__buf *out, uint32_t id,
                            const struct wire_session *session)
{
    struct inner inner = {.size = 0};
    char version[64];
    snprintf(version, sizeof version, "bellpull %.40s", bell_version());
    put_text(&inner, 1, session->client);
    put_text(&inner, 2, version);
    put_life(&inner, session);
    put_number(&inner, 7, session->ping);
    put_number(&inner, 8, 1);
    add_inner(out, id, 5, &inner);
}

static void write_refreshed(struct bell__buf *out, uint32_t id,
                            const struct wire_session *session)
{
    struct inner inner = {.size = 0};
    put_life(&inner, session);
    add_inner(out, id, 14, &inner);
}

/* A reply's fields are in another order than a command's. */
static void write_done(struct bell__buf *out, uint32_t id,
                       enum bell__command_kind kind)
{
    static const struct inner nothing = {.size = 0};
    add_inner(out, id, kind == BELL__COMMAND_UNSUBSCRIBE ? 7 : 13, &nothing);
}

static void write_result(struct bell__buf *out, uint32_t id, bell_string data)
{
    char head[16];
    size_t size = 0;
    if (data.size != 0) {
        size = put_varint(head, 1 << 3 | BYTES);
        size += put_varint(head + size, data.size);
    }
    add_number(out, 1, id);
    add_head(out, 13, size + data.size);
    bell__buf_add(out, head, size);
    bell__buf_add(out, data.text, data.size);
}

static void write_error(struct bell__buf *out, uint32_t id,
                        const struct bell__peer_error *error)
{
    char head[32];
    size_t size = put_varint(head, 1 << 3 | VARINT);
    size += put_varint(head + size, (uint32_t)error->code);
    size += put_varint(head + size, 2 << 3 | BYTES);
    size += put_varint(head + size, error->message.size);
    static const char temporary[] = {3 << 3 | VARINT, 1};
    size_t more = error->temporary ? sizeof temporary : 0;
    add_number(out, 1, id);
    add_head(out, 2, size + error->message.size + more);
    bell__buf_add(out, head, size);
    bell__buf_add_string(out, error->message);
    bell__buf_add(out, temporary, more);
}

static void write_ping(struct bell__buf *out)
{
    (void)out; /* a message of no bytes */
}

static void add_message(struct bell__buf *frame, bell_string message)
{
    add_varint(frame, message.size);
    bell__buf_add_string(frame, message);
}

const struct wire wire_protobuf = {
    .binary = true,
    .next = read_bytes,
    .read = read_message,
    .connected = write_connected,
    .refreshed = write_refreshed,
    .done = write_done,
    .result = write_result,
    .error = write_error,
    .ping = write_ping,
    .add = add_message,
};
