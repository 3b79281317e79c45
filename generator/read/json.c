/* json.c: JSON text to nodes, by the runtime's pull reader. It knows no
 * schema. */
#include "json/read.h"

#include "base/codes.h"
#include "base/source.h"
#include "read/formats.h"
#include "read/text.h"

/* Each costs a pass over the file: so many, and so many bytes in all. */
enum { MENDS_MAX = 20, MENDED_BYTES_MAX = 16 * 1024 * 1024 };

struct json_reader {
    struct reader reader;
    struct bell__json json;
    struct cursor cursor;
};

static struct place place_now(struct json_reader *self)
{
    cursor_move(&self->cursor, (size_t)(self->json.at - self->json.start));
    struct place place = {self->reader.source, self->cursor.line,
                          self->cursor.column, NULL};
    return place;
}

/* The last byte before `at` that is no white space; 0 where there is none. */
static char before(const struct bell__json *json)
{
    const char *at = json->at;
    while (at > json->start && strchr(" \t\r\n", at[-1]) != NULL) {
        at--;
    }
    return at > json->start ? at[-1] : '\0';
}

/* What people write who think of another format. NULL: nothing known. */
static const char *common_mistake(const struct bell__json *json)
{
    if (json->at >= json->end) {
        return "the text ends too early: a bracket or quote is not closed";
    }
    char byte = *json->at;
    if ((byte == ']' || byte == '}') && before(json) == ',') {
        return "JSON has no comma before a closing bracket";
    }
    if (byte == '/' || byte == '#') {
        return "JSON has no comments";
    }
    if (byte == '\'') {
        return "JSON has no single quotes: use double quotes";
    }
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (letter && strchr(":,[{", before(json)) != NULL) {
        return "a string needs double quotes";
    }
    return NULL;
}

/* From a byte to the end of its line. */
static bell_string rest_of_line(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    return (bell_string){at, (size_t)((stop != NULL ? stop : end) - at)};
}

/* What JSON has not and can do without: a comma before a bracket, a comment.
 * Text NULL: it is something else. */
static bell_string surplus(const struct bell__json *json)
{
    const char *at = json->at;
    bell_string none = {NULL, 0};
    if (at >= json->end) {
        return none;
    }
    if ((*at == ']' || *at == '}') && before(json) == ',') {
        while (*at != ',') {
            at--;
        }
        return (bell_string){at, 1};
    }
    bool two = json->end - at > 1;
    if (*at == '#' || (*at == '/' && two && at[1] == '/')) {
        return rest_of_line(at, json->end);
    }
    const char *stop = *at == '/' && two && at[1] == '*'
                           ? memmem(at, (size_t)(json->end - at), "*/", 2)
                           : NULL;
    return stop != NULL ? (bell_string){at, (size_t)(stop - at) + 2} : none;
}

/* Tells what the pull reader found, once. */
static void tell(struct json_reader *self)
{
    if (self->reader.failed) {
        return;
    }
    self->reader.failed = true;
    const char *known = common_mistake(&self->json);
    size_t offset = (size_t)(self->json.at - self->json.start);
    while (self->json.at >= self->json.end && offset > 0 &&
           strchr(" \t\r\n", self->json.start[offset - 1]) != NULL) {
        offset--; /* the end of what stands there, not of the file */
    }
    diag_add(self->reader.diags, CODE_JSON,
             source_place(self->reader.source, offset), "%s",
             known != NULL ? known : self->json.wrong);
}

static struct node *read_value(struct json_reader *self, uint32_t depth);

static void read_member(struct json_reader *self, struct node *map,
                        bell_string raw, bool escaped, struct place key_place,
                        uint32_t depth)
{
    bell_string key = raw;
    if (escaped) {
        char *bytes = bell__arena_bytes(self->reader.arena, raw.size + 1);
        if (bytes == NULL) {
            return;
        }
        key = (bell_string){bytes, bell__json_unescape(raw, bytes)};
    }
    struct node *child = read_value(self, depth + 1);
    if (child == NULL) {
        return;
    }
    child->key = key;
    child->spot->key_place = key_place;
    read_hang(map, child);
}

static void read_map(struct json_reader *self, struct node *map, uint32_t depth)
{
    bell_string raw;
    bool escaped = false;
    if (!read_depth(&self->reader, depth, map->spot->place) ||
        !bell__json_enter_map(&self->json)) {
        return;
    }
    while (!self->reader.failed &&
           bell__json_next_key(&self->json, &raw, &escaped)) {
        /* The cursor only goes forward: the key before its value. */
        const char *value = self->json.at;
        self->json.at = raw.text - 1;
        struct place key_place = place_now(self);
        self->json.at = value;
        read_member(self, map, raw, escaped, key_place, depth);
    }
    if (self->json.wrong == NULL && !self->reader.failed) {
        read_check_keys(map, self->reader.arena, self->reader.diags);
    }
}

static void read_list(struct json_reader *self, struct node *list,
                      uint32_t depth)
{
    if (!read_depth(&self->reader, depth, list->spot->place) ||
        !bell__json_enter_list(&self->json)) {
        return;
    }
    while (!self->reader.failed && bell__json_next_item(&self->json)) {
        struct node *child = read_value(self, depth + 1);
        if (child != NULL) {
            read_hang(list, child);
        }
    }
}

static struct node *read_scalar(struct json_reader *self,
                                enum bell__json_kind kind, struct place place)
{
    static const enum node_kind kinds[] = {
        [BELL__JSON_NULL] = NODE_NULL,
        [BELL__JSON_BOOL] = NODE_BOOL,
        [BELL__JSON_NUMBER] = NODE_NUMBER,
        [BELL__JSON_STRING] = NODE_TEXT,
    };
    struct node *node = read_node(&self->reader, kinds[kind], place);
    if (node == NULL) {
        return NULL;
    }
    switch (kind) {
    case BELL__JSON_NULL:
        bell__json_null(&self->json);
        break;
    case BELL__JSON_BOOL:
        bell__json_bool(&self->json, &node->truth);
        break;
    case BELL__JSON_NUMBER:
        bell__json_number(&self->json, &node->text);
        break;
    default:
        bell__json_string(&self->json, self->reader.arena, &node->text);
        break;
    }
    return node;
}

static struct node *read_value(struct json_reader *self, uint32_t depth)
{
    enum bell__json_kind kind = bell__json_peek(&self->json);
    struct place place = place_now(self);
    if (kind == BELL__JSON_WRONG) {
        bell__json_fail(&self->json, "a value is missing here");
    }
    if (self->reader.failed || kind == BELL__JSON_WRONG) {
        return NULL;
    }
    if (kind != BELL__JSON_MAP && kind != BELL__JSON_LIST) {
        return read_scalar(self, kind, place);
    }
    bool map = kind == BELL__JSON_MAP;
    struct node *node =
        read_node(&self->reader, map ? NODE_MAP : NODE_LIST, place);
    if (node == NULL) {
        return NULL;
    }
    if (map) {
        read_map(self, node, depth);
    } else {
        read_list(self, node, depth);
    }
    return node;
}

static bool pass_value(struct bell__json *json);

static bool pass_members(struct bell__json *json)
{
    bell_string key;
    bool escaped;
    bool good = bell__json_enter_map(json);
    while (good && bell__json_next_key(json, &key, &escaped)) {
        good = pass_value(json);
    }
    return good && json->wrong == NULL;
}

static bool pass_items(struct bell__json *json)
{
    bool good = bell__json_enter_list(json);
    while (good && bell__json_next_item(json)) {
        good = pass_value(json);
    }
    return good && json->wrong == NULL;
}

/* Reads a value as read_value() does, and makes nothing of it. */
static bool pass_value(struct bell__json *json)
{
    switch (bell__json_peek(json)) {
    case BELL__JSON_WRONG:
        return bell__json_fail(json, "a value is missing here");
    case BELL__JSON_MAP:
        return pass_members(json);
    case BELL__JSON_LIST:
        return pass_items(json);
    default:
        return bell__json_skip(json, NULL);
    }
}

static void open_reader(struct json_reader *self, bell_string text)
{
    self->reader.failed = false;
    self->reader.nodes = 0;
    bell__json_open(&self->json, text, READ_DEPTH_MAX + 1);
    cursor_open(&self->cursor, text);
}

static const char behind[] = "there is more text after the document";

/* Lines stay lines. */
static void blank(char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = bytes[i] == '\n' || bytes[i] == '\r' ? bytes[i] : ' ';
    }
}

/* The text without what is too much in it, each told; every byte stays where it
 * was. `self` has stopped at the first. */
static bell_string mend(struct json_reader *self, bell_string body)
{
    bell_string copy = bell__arena_copy(self->reader.arena, body);
    bell_string wrong = surplus(&self->json);
    const char *start = body.text;
    size_t passed = 0;
    for (int i = 0; i < MENDS_MAX && copy.text != NULL && wrong.text != NULL &&
                    passed <= MENDED_BYTES_MAX;
         i++) {
        char *bytes = (char *)(uintptr_t)copy.text; /* ours */
        blank(bytes + (wrong.text - start), wrong.size);
        open_reader(self, copy);
        start = copy.text;
        passed += body.size;
        if (pass_value(&self->json)) {
            if (bell__json_done(&self->json)) {
                break;
            }
            bell__json_fail(&self->json, behind);
        }
        wrong = surplus(&self->json);
        if (wrong.text != NULL) {
            tell(self);
        }
    }
    return copy;
}

static const struct node *read_pass(struct json_reader *self)
{
    const struct node *document = read_value(self, 0);
    bool good = self->json.wrong == NULL && !self->reader.failed;
    if (good && !bell__json_done(&self->json)) {
        bell__json_fail(&self->json, behind);
        good = false;
    }
    if (!good) {
        tell(self);
        return NULL;
    }
    return document;
}

const struct node *read_json(const struct source *source,
                             struct bell__arena *arena, struct diags *diags)
{
    struct json_reader self;
    memset(&self, 0, sizeof self);
    self.reader.source = source;
    self.reader.arena = arena;
    self.reader.diags = diags;
    if (!read_text(source, diags)) {
        return NULL;
    }
    bell_string body = source_body(source);
    open_reader(&self, body);
    const struct node *document = read_pass(&self);
    if (document != NULL || self.json.wrong == NULL ||
        surplus(&self.json).text == NULL) {
        return document;
    }
    bell_string mended = mend(&self, body);
    if (mended.text == NULL) {
        return NULL;
    }
    open_reader(&self, mended);
    return read_pass(&self);
}
