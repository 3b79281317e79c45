/* text.c: what all readers refuse before they look, and the nodes that they
 * make, counted and hung into their parents. It knows no format. */
#include "read/text.h"

#include "base/codes.h"
#include "base/points.h"
#include "base/source.h"

static bool wide(bell_string text)
{
    if (text.size < 2) {
        return false;
    }
    const unsigned char *bytes = (const unsigned char *)text.text;
    bool mark = (bytes[0] == 0xff && bytes[1] == 0xfe) ||
                (bytes[0] == 0xfe && bytes[1] == 0xff);
    return mark || bytes[0] == 0 || bytes[1] == 0;
}

static bool blank(bell_string body)
{
    for (size_t i = 0; i < body.size; i++) {
        if (strchr(" \t\r\n", body.text[i]) == NULL || body.text[i] == '\0') {
            return false;
        }
    }
    return true;
}

bool read_text(const struct source *source, struct diags *diags)
{
    struct place whole = {source, 0, 0, NULL};
    if (wide(source->text)) {
        diag_add(diags, CODE_NOT_UTF8, whole,
                 "this is UTF-16 or UTF-32: save it as UTF-8");
        return false;
    }
    bell_string body = source_body(source);
    size_t wrong = utf8_wrong(body);
    if (wrong < body.size) {
        diag_add(diags, CODE_NOT_UTF8, source_place(source, wrong),
                 "the byte 0x%02x is not UTF-8 here: save the file as UTF-8",
                 (unsigned char)body.text[wrong]);
        return false;
    }
    if (blank(body)) {
        diag_add(diags, CODE_EMPTY, whole,
                 "the file is empty: a schema starts with `bellpull: 1`");
        return false;
    }
    return true;
}

struct node *read_node(struct reader *reader, enum node_kind kind,
                       struct place place)
{
    if (reader->failed) {
        return NULL;
    }
    struct node *node = NULL;
    if (reader->nodes < READ_NODES_MAX) {
        reader->nodes++;
        node = node_make_read(reader->arena, kind);
    }
    if (node == NULL) {
        bool many = reader->nodes >= READ_NODES_MAX;
        reader->failed = true;
        diag_add(reader->diags, many ? CODE_TOO_LARGE : CODE_MEMORY, place,
                 many ? "the document has more than %d values"
                      : "out of memory after %d values",
                 many ? (int)READ_NODES_MAX : (int)reader->nodes);
        return NULL;
    }
    node->spot->place = place;
    return node;
}

void read_hang(struct node *parent, struct node *child)
{
    child->spot->trail.up = &parent->spot->trail;
    child->spot->trail.part = child->key;
    child->spot->trail.index = parent->count;
    child->spot->place.trail = &child->spot->trail;
    if (child->key.text != NULL) {
        child->spot->key_place.trail = &child->spot->trail;
    }
    node_append(parent, child);
}

bool read_depth(struct reader *reader, uint32_t depth, struct place place)
{
    if (depth < READ_DEPTH_MAX) {
        return true;
    }
    reader->failed = true;
    diag_add(reader->diags, CODE_TOO_DEEP, place,
             "lists and maps are nested deeper than %d", READ_DEPTH_MAX);
    return false;
}
