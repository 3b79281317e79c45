/* asked.c: parameters and headers are texts: what they are in JSON, the type of
 * their field says. */
#include "peer/asked.h"

#include <string.h>

#include "base/str.h"
#include "peer/path.h"
#include "json/read.h"
#include "json/write.h"

enum { DEPTH_MAX = 1024 };

bool bell__asked_is_json(bell_string text)
{
    struct bell__json json;
    bell__json_open(&json, text, DEPTH_MAX);
    return bell__json_skip(&json, NULL) && bell__json_done(&json);
}

static bool is_space(char letter)
{
    return letter == ' ' || letter == '\t';
}

bool bell__asked_next(bell_string *list, char mark, bell_string *word)
{
    if (list->size == 0) {
        return false;
    }
    const char *at = memchr(list->text, mark, list->size);
    size_t size = at != NULL ? (size_t)(at - list->text) : list->size;
    size_t behind = at != NULL ? size + 1 : size;
    *word = (bell_string){list->text, size};
    list->text += behind;
    list->size -= behind;
    while (word->size != 0 && is_space(word->text[0])) {
        word->text++;
        word->size--;
    }
    while (word->size != 0 && is_space(word->text[word->size - 1])) {
        word->size--;
    }
    return true;
}

/* ---- One value ----------------------------------------------------------- */

/* The type behind a rule or an option. */
static const bell_type *bare(const bell_type *type)
{
    while (type->kind == BELL_KIND_RULED || type->kind == BELL_KIND_OPTION) {
        type = type->item;
    }
    return type;
}

/* Of these JSON has no text. */
static bool is_plain(const bell_type *type)
{
    switch ((bell_kind)type->kind) {
    case BELL_KIND_BOOL:
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
        return true;
    case BELL_KIND_DURATION:
        return (type->flags & (BELL_TYPE_SECONDS | BELL_TYPE_MILLISECONDS)) !=
               0;
    case BELL_KIND_DECIMAL:
        return (type->flags & BELL_TYPE_NUMBER) != 0;
    default:
        return false;
    }
}

/* A number or a truth: no text in quotes, no list, no null. */
static bool reads_plain(bell_string text)
{
    return text.size != 0 &&
           (strchr("-0123456789", text.text[0]) != NULL ||
            bell__str_is(text, "true") || bell__str_is(text, "false")) &&
           bell__asked_is_json(text);
}

/* Bytes beyond ASCII that are no UTF-8 become U+FFFD each. */
static void add_text(struct bell__buf *out, bell_string text)
{
    static const char unknown[] = "\xef\xbf\xbd";
    if (bell__json_write_string(out, text) != BELL_INVALID) {
        return;
    }
    struct bell__buf mended;
    bell__buf_open(&mended, out->memory, 0);
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.text[i] < 0x80) {
            bell__buf_add(&mended, text.text + i, 1);
        } else {
            bell__buf_add(&mended, unknown, sizeof unknown - 1);
        }
    }
    if (bell__buf_settle(&mended) == BELL_OK) {
        bell__json_add_string(out, (bell_string){mended.bytes, mended.size});
    }
    bell__buf_close(&mended);
}

static void add_value(struct bell__buf *out, const bell_type *type,
                      bell_string text)
{
    if (is_plain(bare(type)) && reads_plain(text)) {
        bell__buf_add_string(out, text);
    } else {
        add_text(out, text);
    }
}

/* ---- Parts --------------------------------------------------------------- */

/* A part while it is written; `text` is where texts are decoded. */
struct part {
    struct bell__buf *out;
    struct bell__buf text;
    size_t count; /* members so far */
};

static void begin_member(struct part *part, const bell_field *field)
{
    bell__buf_add_text(part->out, part->count++ != 0 ? "," : "");
    bell__buf_add(part->out, field->key, field->key_size);
}

static void add_path(struct part *part, const bell_route *route,
                     bell_string path)
{
    for (size_t i = 0; i < route->path_type->count; i++) {
        part->text.size = 0;
        bell__path_decode(&part->text, bell__path_parameter(route, path, i),
                          false);
        begin_member(part, &route->path_type->fields[i]);
        add_text(part->out, (bell_string){part->text.bytes, part->text.size});
    }
}

/* The next value of that key, decoded into part->text. */
static bool next_value(struct part *part, bell_string *query,
                       const bell_field *field)
{
    bell_string pair;
    while (bell__asked_next(query, '&', &pair)) {
        const char *mark = memchr(pair.text, '=', pair.size);
        size_t size = mark != NULL ? (size_t)(mark - pair.text) : pair.size;
        size_t behind = mark != NULL ? size + 1 : size;
        part->text.size = 0;
        bell__path_decode(&part->text, (bell_string){pair.text, size}, true);
        bell_string key = {part->text.bytes, part->text.size};
        if (!bell__str_equal(key,
                             (bell_string){field->name, field->name_size})) {
            continue;
        }
        part->text.size = 0;
        bell__path_decode(&part->text,
                          (bell_string){pair.text + behind, pair.size - behind},
                          true);
        return true;
    }
    return false;
}

/* A key that stands there twice is a list; for what is none the first counts.
 */
static void add_query_field(struct part *part, const bell_field *field,
                            bell_string query)
{
    const bell_type *type = bare(field->type);
    bool list = type->kind == BELL_KIND_LIST;
    size_t count = 0;
    while ((list || count == 0) && next_value(part, &query, field)) {
        if (count == 0) {
            begin_member(part, field);
        }
        bell__buf_add_text(part->out, !list ? "" : count != 0 ? "," : "[");
        add_value(part->out, list ? type->item : type,
                  (bell_string){part->text.bytes, part->text.size});
        count++;
    }
    if (list && count == 0 && field->state == BELL_STATE_REQUIRED) {
        begin_member(part, field);
        bell__buf_add_text(part->out, "[");
        count++;
    }
    bell__buf_add_text(part->out, list && count != 0 ? "]" : "");
}

static void add_headers(struct part *part, const bell_type *headers,
                        const struct bell__asked *asked)
{
    for (size_t i = 0; i < headers->count; i++) {
        const bell_field *field = &headers->fields[i];
        const bell_type *type = bare(field->type);
        bell_string value = asked->header(asked->headers, field->name);
        bell_string word;
        if (value.text == NULL) {
            continue;
        }
        begin_member(part, field);
        if (type->kind != BELL_KIND_LIST) {
            add_value(part->out, type, value);
            continue;
        }
        size_t count = 0;
        while (bell__asked_next(&value, ',', &word)) {
            bell__buf_add_text(part->out, count++ != 0 ? "," : "[");
            add_value(part->out, type->item, word);
        }
        bell__buf_add_text(part->out, count != 0 ? "]" : "[]");
    }
}

/* ---- All of them --------------------------------------------------------- */

/* Its name; *start is where it would be cut off again. */
static void begin_part(struct part *part, const char *name, size_t *start)
{
    size_t size = part->out->size;
    bool first = size == 0 || part->out->bytes[size - 1] == '{';
    *start = size;
    bell__buf_add_text(part->out, first ? "" : ",");
    bell__buf_add_text(part->out, name);
    part->count = 0;
}

static void end_part(struct part *part, bool brief, size_t start)
{
    bell__buf_add_text(part->out, "}");
    if (brief && part->count == 0) {
        part->out->size = start;
    }
}

static void add_parts(struct part *part, const bell_route *route,
                      const struct bell__asked *asked)
{
    size_t start;
    if (route->path_type != NULL) {
        begin_part(part, "\"path\":{", &start);
        add_path(part, route, asked->path);
        end_part(part, asked->brief, start);
    }
    if (route->query != NULL) {
        begin_part(part, "\"query\":{", &start);
        for (size_t i = 0; i < route->query->count; i++) {
            add_query_field(part, &route->query->fields[i], asked->query);
        }
        end_part(part, asked->brief, start);
    }
    if (route->headers != NULL) {
        begin_part(part, "\"headers\":{", &start);
        add_headers(part, route->headers, asked);
        end_part(part, asked->brief, start);
    }
    if (route->body != NULL && asked->body.size != 0) {
        begin_part(part, "\"body\":", &start);
        bell__buf_add_string(part->out, asked->body);
    }
}

void bell__asked_params(struct bell__buf *out, const bell_route *route,
                        const struct bell__asked *asked)
{
    struct part part = {.out = out};
    bell__buf_open(&part.text, out->memory, 0);
    bell__buf_add_text(out, "{");
    add_parts(&part, route, asked);
    bell__buf_add_text(out, "}");
    if (bell__buf_settle(&part.text) != BELL_OK) {
        out->failed = BELL_NO_MEMORY;
    }
    bell__buf_close(&part.text);
}
