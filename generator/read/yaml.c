/* yaml.c: YAML text to nodes, by libyaml's events. Plain scalars stay text: it
 * knows no schema and guesses no types. */
#include <yaml.h>

#include "base/codes.h"
#include "base/points.h"
#include "base/source.h"
#include "base/str.h"
#include "read/formats.h"
#include "read/yaml_error.h"
#include "read/yaml_mend.h"

/* What aliases may add to a document: an alias of an alias grows fast. */
enum { ANCHORS_MAX = 1000, ALIAS_NODES_MAX = 100 * 1000 };

struct anchor {
    bell_string name;
    const struct node *node;
    struct anchor *next;
};

struct yaml_reader {
    struct reader reader;
    yaml_parser_t parser;
    yaml_event_t event;
    bool mended;          /* the parser sees a text that is not the source's */
    bell_string unquoted; /* stopped at this text, which lacks quotes */
    struct anchor *anchors; /* the newest first: it wins */
    size_t anchor_count;
    size_t alias_nodes;
};

static bool next_event(struct yaml_reader *self)
{
    yaml_event_delete(&self->event);
    if (self->reader.failed) {
        return false;
    }
    if (!yaml_parser_parse(&self->parser, &self->event)) {
        memset(&self->event, 0, sizeof self->event);
        self->unquoted = yaml_tell(&self->reader, &self->parser);
        return false;
    }
    return true;
}

static struct place event_place(const struct yaml_reader *self)
{
    return yaml_place(self->reader.source, self->event.start_mark);
}

static bell_string copy_text(struct yaml_reader *self, const yaml_char_t *text,
                             size_t size)
{
    bell_string bytes = {(const char *)text, size};
    bell_string copy = bell__arena_copy(self->reader.arena, bytes);
    if (copy.text == NULL && !self->reader.failed) {
        self->reader.failed = true;
        diag_add(self->reader.diags, CODE_MEMORY, event_place(self),
                 "out of memory");
    }
    return copy;
}

/* Kept only when its node is whole: so no alias is inside its own anchor. */
static void keep_anchor(struct yaml_reader *self, bell_string name,
                        const struct node *node)
{
    if (name.text == NULL || self->reader.failed) {
        return;
    }
    struct anchor *anchor = NULL;
    if (self->anchor_count < ANCHORS_MAX) {
        anchor = bell__arena_take(self->reader.arena, sizeof *anchor);
    }
    if (anchor == NULL) {
        self->reader.failed = true;
        diag_add(self->reader.diags, CODE_TOO_LARGE, node->spot->place,
                 "there are more than %d anchors", ANCHORS_MAX);
        return;
    }
    anchor->name = name;
    anchor->node = node;
    anchor->next = self->anchors;
    self->anchors = anchor;
    self->anchor_count++;
}

static const struct node *find_anchor(const struct yaml_reader *self,
                                      const char *name)
{
    for (const struct anchor *at = self->anchors; at != NULL; at = at->next) {
        if (strcmp(at->name.text, name) == 0) {
            return at->node;
        }
    }
    return NULL;
}

/* A deep copy: its values keep their places, and get trails of their own. */
static struct node *copy_node(struct yaml_reader *self, const struct node *from,
                              uint32_t depth, struct place alias)
{
    if (!read_depth(&self->reader, depth, alias)) {
        return NULL;
    }
    if (++self->alias_nodes > ALIAS_NODES_MAX) {
        self->reader.failed = true;
        diag_add(self->reader.diags, CODE_TOO_LARGE, alias,
                 "aliases add more than %d values to the document",
                 ALIAS_NODES_MAX);
        return NULL;
    }
    struct node *node = read_node(&self->reader, from->kind, from->spot->place);
    if (node == NULL) {
        return NULL;
    }
    node->truth = from->truth;
    node->plain = from->plain;
    node->broken = from->broken;
    node->text = from->text;
    node->key = from->key;
    node->key_plain = from->key_plain;
    node->spot->key_place = from->spot->key_place;
    node->spot->place.trail = NULL;
    return node;
}

static struct node *copy_tree(struct yaml_reader *self, const struct node *from,
                              uint32_t depth, struct place alias)
{
    struct node *node = copy_node(self, from, depth, alias);
    if (node == NULL) {
        return NULL;
    }
    for (const struct node *at = from->first; at != NULL; at = at->next) {
        struct node *child = copy_tree(self, at, depth + 1, alias);
        if (child == NULL) {
            return NULL;
        }
        read_hang(node, child);
    }
    return node;
}

static struct node *read_alias(struct yaml_reader *self, uint32_t depth)
{
    struct place place = event_place(self);
    const char *name = (const char *)self->event.data.alias.anchor;
    const struct node *from = find_anchor(self, name);
    if (from == NULL) {
        self->reader.spoiled = true;
        diag_add(
            self->reader.diags, CODE_ALIAS, place,
            "there is no complete value with the anchor '&%.*s' before this",
            64, name);
        return read_node(&self->reader, NODE_NULL, place);
    }
    return copy_tree(self, from, depth, place);
}

static void refuse_tag(struct yaml_reader *self, const yaml_char_t *tag)
{
    if (tag != NULL) {
        diag_add(self->reader.diags, CODE_TAG, event_place(self),
                 "tags such as !!str are not supported: put text that starts "
                 "with '!' in quotes");
    }
}

/* What the current scalar says; in a mended text the source has the word. */
static bell_string scalar_text(struct yaml_reader *self)
{
    const yaml_event_t *event = &self->event;
    bool one_line = event->start_mark.line == event->end_mark.line;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (!self->mended || !one_line || !plain) {
        return copy_text(self, event->data.scalar.value,
                         event->data.scalar.length);
    }
    struct place place = event_place(self);
    struct place end = yaml_place(self->reader.source, event->end_mark);
    bell_string line = source_line(place.source, place.line);
    size_t from = source_column_offset(line, place.column);
    size_t to = source_column_offset(line, end.column);
    return copy_text(self, (const yaml_char_t *)line.text + from, to - from);
}

static struct node *read_scalar(struct yaml_reader *self)
{
    struct node *node = read_node(&self->reader, NODE_TEXT, event_place(self));
    if (node == NULL) {
        return NULL;
    }
    refuse_tag(self, self->event.data.scalar.tag);
    node->plain = self->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->broken = self->event.start_mark.line != self->event.end_mark.line;
    node->text = scalar_text(self);
    return node;
}

static struct node *read_value(struct yaml_reader *self, uint32_t depth);

static void read_list(struct yaml_reader *self, struct node *list,
                      uint32_t depth)
{
    while (next_event(self) && self->event.type != YAML_SEQUENCE_END_EVENT) {
        struct node *child = read_value(self, depth + 1);
        if (child != NULL) {
            read_hang(list, child);
        }
    }
}

/* The key of a member; false where there is none to go on with. What cannot be
 * a key is told and passed over: its text is NULL. */
static bool read_key(struct yaml_reader *self, bell_string *key, bool *plain,
                     uint32_t depth)
{
    if (self->event.type != YAML_SCALAR_EVENT) {
        diag_add(self->reader.diags, CODE_KEY, event_place(self),
                 "a key must be text, not a list, a map or an alias");
        self->reader.spoiled = true;
        return read_value(self, depth) != NULL;
    }
    refuse_tag(self, self->event.data.scalar.tag);
    *key = scalar_text(self);
    *plain = self->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (*plain && bell__str_is(*key, "<<")) {
        diag_add(self->reader.diags, CODE_MERGE, event_place(self),
                 "merge keys '<<' are not supported: write the members here");
        self->reader.spoiled = true;
        key->text = NULL;
        return true;
    }
    return key->text != NULL;
}

static void read_map(struct yaml_reader *self, struct node *map, uint32_t depth)
{
    while (next_event(self) && self->event.type != YAML_MAPPING_END_EVENT) {
        bell_string key = {NULL, 0};
        bool plain = false;
        struct place key_place = event_place(self);
        if (!read_key(self, &key, &plain, depth + 1) || !next_event(self)) {
            return;
        }
        struct node *child = read_value(self, depth + 1);
        if (child == NULL) {
            return;
        }
        if (key.text == NULL) {
            continue;
        }
        child->key = key;
        child->key_plain = plain;
        child->spot->key_place = key_place;
        read_hang(map, child);
    }
    if (!self->reader.failed) {
        read_check_keys(map, self->reader.arena, self->reader.diags);
    }
}

static struct node *read_collection(struct yaml_reader *self, uint32_t depth)
{
    bool map = self->event.type == YAML_MAPPING_START_EVENT;
    const yaml_char_t *anchor = map ? self->event.data.mapping_start.anchor
                                    : self->event.data.sequence_start.anchor;
    bell_string name = {NULL, 0};
    if (anchor != NULL) {
        name = copy_text(self, anchor, strlen((const char *)anchor));
    }
    refuse_tag(self, map ? self->event.data.mapping_start.tag
                         : self->event.data.sequence_start.tag);
    struct place place = event_place(self);
    if (!read_depth(&self->reader, depth, place)) {
        return NULL;
    }
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
    keep_anchor(self, name, node);
    return node;
}

/* The value that the current event starts. */
static struct node *read_value(struct yaml_reader *self, uint32_t depth)
{
    if (self->event.type == YAML_ALIAS_EVENT) {
        return read_alias(self, depth);
    }
    if (self->event.type != YAML_SCALAR_EVENT) {
        return read_collection(self, depth);
    }
    bell_string name = {NULL, 0};
    const yaml_char_t *anchor = self->event.data.scalar.anchor;
    if (anchor != NULL) {
        name = copy_text(self, anchor, strlen((const char *)anchor));
    }
    struct node *node = read_scalar(self);
    if (node != NULL) {
        keep_anchor(self, name, node);
    }
    return node;
}

static struct node *read_document(struct yaml_reader *self)
{
    struct node *document = NULL;
    while (next_event(self) && self->event.type != YAML_STREAM_END_EVENT) {
        switch (self->event.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        case YAML_DOCUMENT_START_EVENT:
            if (document != NULL) {
                self->reader.failed = true;
                diag_add(self->reader.diags, CODE_DOCUMENTS, event_place(self),
                         "a second document starts here, but a file can "
                         "contain only one");
            }
            break;
        default:
            document = read_value(self, 0);
            break;
        }
    }
    yaml_event_delete(&self->event);
    return document;
}

/* What YAML 1.1 breaks lines at and nobody sees, and what no text editor
 * writes. Each is told. */
static bool check_characters(const struct source *source, struct diags *diags)
{
    bell_string body = source_body(source);
    struct cursor cursor;
    bool good = true;
    size_t at = 0;
    cursor_open(&cursor, body);
    while (at < body.size) {
        uint32_t point = 0;
        size_t size = utf8_next(body.text + at, body.size - at, &point);
        bool line = point == 0x85 || point == 0x2028 || point == 0x2029;
        bool control =
            (point < 0x20 && point != '\t' && point != '\n' && point != '\r') ||
            (point >= 0x7f && point < 0xa0);
        bool odd = (point == 0xfeff) || point == 0xfffe || point == 0xffff;
        if (line || control || odd) {
            cursor_move(&cursor, at);
            struct place place = {source, cursor.line, cursor.column, NULL};
            diag_add(diags, CODE_CHARACTER, place,
                     "the character U+%04X is not allowed here: write it as "
                     "\\u%04x in double quotes",
                     point, point);
            good = false;
        }
        at += size;
    }
    return good;
}

/* One pass over a text: the source's, or what mending made of it. */
static const struct node *read_pass(struct yaml_reader *self, bell_string text)
{
    struct place whole = {self->reader.source, 0, 0, NULL};
    if (!yaml_open(&self->parser, text)) {
        self->reader.failed = true;
        diag_add(self->reader.diags, CODE_MEMORY, whole, "out of memory");
        return NULL;
    }
    struct node *document = read_document(self);
    yaml_parser_delete(&self->parser);
    if (document == NULL && !self->reader.failed) {
        diag_add(self->reader.diags, CODE_EMPTY, whole,
                 "the file contains only comments: a schema starts with "
                 "`bellpull: 1`");
    }
    return self->reader.failed || self->reader.spoiled ? NULL : document;
}

static void open_reader(struct yaml_reader *self, const struct source *source,
                        struct bell__arena *arena, struct diags *diags)
{
    memset(self, 0, sizeof *self);
    self->reader.source = source;
    self->reader.arena = arena;
    self->reader.diags = diags;
}

const struct node *read_yaml(const struct source *source,
                             struct bell__arena *arena, struct diags *diags)
{
    struct yaml_reader self;
    bell_string body = source_body(source);
    if (!read_text(source, diags) || !check_characters(source, diags)) {
        return NULL;
    }
    open_reader(&self, source, arena, diags);
    const struct node *document = read_pass(&self, body);
    if (self.unquoted.text == NULL) {
        return document;
    }
    bell_string mended = yaml_mend(&self.reader, body, self.unquoted);
    open_reader(&self, source, arena, diags);
    self.mended = true;
    return mended.text != NULL ? read_pass(&self, mended) : NULL;
}
