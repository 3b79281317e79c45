/* route.c: the params of a call of rest as an HTTP request, written straight
 * into the buffer. It knows no server. */
#include "record/route.h"

#include "base/utf8.h"
#include "record/encode.h"

enum { ROOM = BELL__ENCODE_ROOM };

/* RFC 3986 2.3: what stands in a target as it is. */
static const uint8_t unreserved[256] = {
    ['-'] = 1, ['.'] = 1, ['_'] = 1, ['~'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1,
    ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
    ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1,
    ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1,
    ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1,
    ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['a'] = 1, ['b'] = 1,
    ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1,
    ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1,
    ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1,
    ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

/* A request while its head is written. */
struct request {
    struct bell__encoder encoder; /* first */
    char mark;                    /* what stands before the next of the query */
};

static char *fail(struct request *request, const char *wrong)
{
    return bell__encode_fail(&request->encoder, BELL_INVALID, wrong);
}

static char *room(struct request *request, char *at, size_t size)
{
    return bell__writer_room(&request->encoder.writer, at, size);
}

static char *put(struct request *request, char *at, const char *text,
                 size_t size)
{
    at = room(request, at, size + ROOM);
    return at != NULL ? bell__writer_copy(at, text, size) : NULL;
}

/* ---- Values as text --------------------------------------------------------
 */

static char *escape(char *at, const char *text, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)text[i];
        if (unreserved[byte]) {
            *at++ = text[i];
            continue;
        }
        *at++ = '%';
        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 15];
    }
    return at;
}

static char *put_escaped(struct request *request, char *at, const char *text,
                         size_t size)
{
    if (size > SIZE_MAX / 4) {
        return fail(request, "a text is larger than memory");
    }
    at = room(request, at, size * 3 + ROOM);
    return at != NULL ? escape(at, text, size) : NULL;
}

/* What was written from `from` on, once more with its marks escaped: from its
 * end, as it grows. */
static char *escape_written(struct request *request, char *at, size_t from)
{
    const struct bell__buf *out = request->encoder.writer.out;
    size_t size = (size_t)(at - out->bytes) - from;
    size_t more = 0;
    for (size_t i = 0; i < size; i++) {
        more += unreserved[(uint8_t)out->bytes[from + i]] ? 0 : 2;
    }
    if (more == 0) {
        return at;
    }
    at = room(request, at, more + ROOM);
    if (at == NULL) {
        return NULL;
    }
    char *to = at + more;
    for (size_t i = size; i > 0; i--) {
        char byte = out->bytes[from + i - 1];
        if (unreserved[(uint8_t)byte]) {
            *--to = byte;
        } else {
            to -= 3;
            escape(to, &byte, 1);
        }
    }
    return at + more;
}

/* The text itself; its `text` is NULL where it cannot be sent. */
static bell_string take_text(struct request *request, bell_string text)
{
    bell_string none = {NULL, 0};
    if (text.size == 0) {
        return (bell_string){"", 0};
    }
    if (text.text == NULL) {
        fail(request, "the text is NULL");
        return none;
    }
    if (bell__utf8_good(text.text, text.size) != text.size) {
        fail(request, "the text is not UTF-8");
        return none;
    }
    return text;
}

static bell_string take_enum(struct request *request, const bell_type *type,
                             const char *value)
{
    bell_string text;
    const bell_value *known =
        bell__encode_enum(&request->encoder, type, value, &text);
    if (known != NULL) {
        return (bell_string){known->text, known->text_size};
    }
    return request->encoder.wrong != NULL ? (bell_string){NULL, 0}
                                          : take_text(request, text);
}

/* As JSON spells it, without the quotes around a text. */
static char *put_spelled(struct request *request, char *at,
                         const bell_type *type, const char *value)
{
    struct bell__encoder *encoder = &request->encoder;
    const struct bell__buf *out = encoder->writer.out;
    at = room(request, at, ROOM);
    if (at == NULL) {
        return NULL;
    }
    size_t from = (size_t)(at - out->bytes);
    at = bell__encode_value(encoder, at, type, value);
    if (at == NULL || out->bytes[from] != '"') {
        return at;
    }
    size_t size = (size_t)(at - out->bytes) - from - 2;
    memmove(out->bytes + from, out->bytes + from + 1, size);
    return out->bytes + from + size;
}

/* A value that is one text, escaped or as it is. */
static char *put_one(struct request *request, char *at, const bell_type *type,
                     const char *value, bool escaped)
{
    bell_string text;
    if (type->kind == BELL_KIND_STRING) {
        memcpy(&text, value, sizeof text);
        text = take_text(request, text);
    } else if (type->kind == BELL_KIND_ENUM) {
        text = take_enum(request, type, value);
    } else {
        size_t from = (size_t)(at - request->encoder.writer.out->bytes);
        at = put_spelled(request, at, type, value);
        return at != NULL && escaped ? escape_written(request, at, from) : at;
    }
    if (text.text == NULL) {
        return NULL;
    }
    return escaped ? put_escaped(request, at, text.text, text.size)
                   : put(request, at, text.text, text.size);
}

/* ---- The target ------------------------------------------------------------
 */

static char *put_parameter(struct request *request, char *at,
                           const bell_field *field, const char *record)
{
    bell_string text;
    memcpy(&text, record + field->offset, sizeof text);
    text = take_text(request, text);
    bool dots = text.size != 0 && text.size <= 2 &&
                memcmp(text.text, "..", text.size) == 0;
    if (text.text == NULL) {
        at = NULL;
    } else if (text.size == 0) {
        at = fail(request, "an empty text cannot be part of a path");
    } else if (dots) {
        at = fail(request, text.size == 1 ? ". cannot be part of a path"
                                          : ".. cannot be part of a path");
    } else {
        at = put_escaped(request, at, text.text, text.size);
    }
    if (at == NULL) {
        bell_string name = {field->name, field->name_size};
        bell__path_field(&request->encoder.path, name);
        bell__path_field(&request->encoder.path, BELL_STR("path"));
    }
    return at;
}

static char *put_path(struct request *request, char *at,
                      const bell_route *route, const char *params)
{
    for (uint16_t i = 0; at != NULL && i < route->part_count; i++) {
        const bell_route_part *part = &route->parts[i];
        at = put(request, at, part->text, part->text_size);
        if (at != NULL && part->field != 0) {
            at = put_parameter(request, at,
                               &route->path_type->fields[part->field - 1],
                               params + route->path_offset);
        }
    }
    return at;
}

static char *put_pair(struct request *request, char *at,
                      const bell_field *field, const bell_type *type,
                      const char *value)
{
    at = room(request, at, ROOM);
    if (at == NULL) {
        return NULL;
    }
    *at++ = request->mark;
    request->mark = '&';
    at = put_escaped(request, at, field->name, field->name_size);
    if (at == NULL) {
        return NULL;
    }
    *at++ = '=';
    return put_one(request, at, type, value, true);
}

/* A list is one pair for each item. */
static char *put_pairs(struct request *request, char *at,
                       const bell_field *field, const bell_type *type,
                       const char *value)
{
    struct bell__list_value list;
    if (type->kind == BELL_KIND_RULED) {
        at = put_pairs(request, at, field, type->item, value);
        return bell__encode_rule(&request->encoder, at, type, value);
    }
    if (type->kind != BELL_KIND_LIST) {
        return put_pair(request, at, field, type, value);
    }
    memcpy(&list, value, sizeof list);
    at = bell__encode_check_list(&request->encoder, at, &list);
    for (size_t i = 0; at != NULL && i < list.count; i++) {
        at = put_pairs(request, at, field, type->item,
                       list.items + i * type->stride);
        if (at == NULL) {
            bell__path_index(&request->encoder.path, i);
        }
    }
    return at;
}

/* ---- Headers ---------------------------------------------------------------
 */

/* A list is its items with commas between. */
static char *put_value(struct request *request, char *at, const bell_type *type,
                       const char *value)
{
    struct bell__list_value list;
    if (type->kind == BELL_KIND_RULED) {
        at = put_value(request, at, type->item, value);
        return bell__encode_rule(&request->encoder, at, type, value);
    }
    if (type->kind != BELL_KIND_LIST) {
        return put_one(request, at, type, value, false);
    }
    memcpy(&list, value, sizeof list);
    at = bell__encode_check_list(&request->encoder, at, &list);
    for (size_t i = 0; at != NULL && i < list.count; i++) {
        at = i != 0 ? put(request, at, ", ", 2) : at;
        at = at != NULL ? put_value(request, at, type->item,
                                    list.items + i * type->stride)
                        : NULL;
        if (at == NULL) {
            bell__path_index(&request->encoder.path, i);
        }
    }
    return at;
}

/* RFC 9110 5.5, less what only some servers read. */
static bool is_printable(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < 0x20 || text[i] > 0x7e) {
            return false;
        }
    }
    return size == 0 || (text[0] != ' ' && text[size - 1] != ' ');
}

static bool is_empty_list(const bell_type *type, const char *value)
{
    struct bell__list_value list;
    while (type->kind == BELL_KIND_RULED) {
        type = type->item;
    }
    if (type->kind != BELL_KIND_LIST) {
        return false;
    }
    memcpy(&list, value, sizeof list);
    return list.count == 0;
}

static char *put_header(struct request *request, char *at,
                        const bell_field *field, const char *value)
{
    const struct bell__buf *out = request->encoder.writer.out;
    if (is_empty_list(field->type, value)) {
        return put_value(request, at, field->type, value); /* for its rules */
    }
    at = put(request, at, field->name, field->name_size);
    if (at == NULL) {
        return NULL;
    }
    *at++ = ':';
    *at++ = ' ';
    size_t from = (size_t)(at - out->bytes);
    at = put_value(request, at, field->type, value);
    if (at == NULL) {
        return NULL;
    }
    const char *text = out->bytes + from;
    if (!is_printable(text, (size_t)(at - text))) {
        return fail(request, "not printable ASCII without spaces around it");
    }
    return put(request, at, "\r\n", 2);
}

/* ---- Both ------------------------------------------------------------------
 */

typedef char *(*put_field)(struct request *request, char *at,
                           const bell_field *field, const char *value);

static char *put_query_field(struct request *request, char *at,
                             const bell_field *field, const char *value)
{
    return put_pairs(request, at, field, field->type, value);
}

/* Each field of a part of the params that has a value. */
static char *put_fields(struct request *request, char *at,
                        const bell_type *type, const char *record,
                        bell_string part, put_field put_it)
{
    for (uint16_t i = 0; at != NULL && i < type->count; i++) {
        const bell_field *field = &type->fields[i];
        const char *value;
        bool there =
            bell__encode_presence(&request->encoder, field, record, &value);
        if (there) {
            at = put_it(request, at, field, value);
        } else if (request->encoder.wrong != NULL) {
            at = NULL;
        }
        if (at == NULL) {
            bell_string name = {field->name, field->name_size};
            bell__path_field(&request->encoder.path, name);
            bell__path_field(&request->encoder.path, part);
        }
    }
    return at;
}

bell_status bell__route_head(struct bell__buf *out, const bell_route *route,
                             const void *params,
                             const struct bell__codec_limits *limits,
                             bell_error *error)
{
    static const char version[] = " HTTP/1.1\r\n";
    struct request request;
    request.mark = '?';
    char *at = bell__encoder_open(&request.encoder, out, limits);
    at =
        at != NULL ? put(&request, at, route->verb, strlen(route->verb)) : NULL;
    if (at != NULL) {
        *at++ = ' ';
        at = put_path(&request, at, route, params);
    }
    if (at != NULL && route->query != NULL) {
        at = put_fields(&request, at, route->query,
                        (const char *)params + route->query_offset,
                        BELL_STR("query"), put_query_field);
    }
    at = at != NULL ? put(&request, at, version, sizeof version - 1) : NULL;
    if (at != NULL && route->headers != NULL) {
        at = put_fields(&request, at, route->headers,
                        (const char *)params + route->headers_offset,
                        BELL_STR("headers"), put_header);
    }
    return bell__encoder_close(&request.encoder, at, "params", error);
}

bell_status bell__route_body(struct bell__buf *out, const bell_route *route,
                             const void *params,
                             const struct bell__codec_limits *limits,
                             bell_error *error)
{
    struct bell__encoder encoder;
    char *at = bell__encoder_open(&encoder, out, limits);
    if (at != NULL) {
        at = bell__encode_value(&encoder, at, route->body,
                                (const char *)params + route->body_offset);
    }
    if (at == NULL) {
        bell__path_field(&encoder.path, BELL_STR("body"));
    }
    return bell__encoder_close(&encoder, at, "params", error);
}
