/* node.c: the tree of a document. It knows no meaning. */
#include "tree/node.h"

#include <assert.h>
#include <stdio.h>

#include "base/str.h"

const struct node *node_find(const struct node *map, bell_string key)
{
    if (map == NULL || map->kind != NODE_MAP) {
        return NULL;
    }
    const struct node *found = NULL;
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        if (bell__str_equal(at->key, key)) {
            found = at;
        }
    }
    return found;
}

const struct node *node_member(const struct node *map, const char *key)
{
    return node_find(map, bell_str(key));
}

bool node_equal(const struct node *one, const struct node *two)
{
    if (one->kind != two->kind || one->count != two->count ||
        one->truth != two->truth || !bell__str_equal(one->text, two->text)) {
        return false;
    }
    const struct node *other = two->first;
    for (const struct node *at = one->first; at != NULL && other != NULL;
         at = at->next, other = other->next) {
        if (!bell__str_equal(at->key, other->key) || !node_equal(at, other)) {
            return false;
        }
    }
    return true;
}

bool node_is_null(const struct node *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; node->plain && i < sizeof words / sizeof words[0]; i++) {
        if (bell__str_is(node->text, words[i])) {
            return true;
        }
    }
    return node->kind == NODE_NULL;
}

bool node_lacks_quotes(const struct node *node)
{
    return node->kind == NODE_TEXT && node->plain &&
           memmem(node->text.text, node->text.size, ": ", 2) != NULL;
}

struct node *node_make_read(struct bell__arena *arena, enum node_kind kind)
{
    struct {
        struct node node;
        struct spot spot;
    } *read = bell__arena_take(arena, sizeof *read);
    if (read == NULL) {
        return NULL;
    }
    memset(read, 0, sizeof *read);
    read->node.kind = kind;
    read->node.spot = &read->spot;
    return &read->node;
}

struct node *node_make(struct bell__arena *arena, enum node_kind kind)
{
    static struct spot nowhere; /* nobody writes there */
    struct node *node = bell__arena_take(arena, sizeof *node);
    if (node == NULL) {
        return NULL;
    }
    memset(node, 0, sizeof *node);
    node->kind = kind;
    node->spot = &nowhere;
    return node;
}

struct node *node_make_text(struct bell__arena *arena, bell_string text)
{
    struct node *node = node_make(arena, NODE_TEXT);
    if (node != NULL) {
        node->text = text;
    }
    return node;
}

struct node *node_make_number(struct bell__arena *arena, int64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    struct node *node = node_make(arena, NODE_NUMBER);
    if (node == NULL) {
        return NULL;
    }
    node->text = bell__arena_copy(arena, bell_str(digits));
    return node->text.text != NULL ? node : NULL;
}

struct node *node_make_bool(struct bell__arena *arena, bool truth)
{
    struct node *node = node_make(arena, NODE_BOOL);
    if (node != NULL) {
        node->truth = truth;
    }
    return node;
}

void node_append(struct node *list, struct node *child)
{
    assert(list->kind == NODE_LIST || list->kind == NODE_MAP);
    child->next = NULL;
    if (list->last != NULL) {
        list->last->next = child;
    } else {
        list->first = child;
    }
    list->last = child;
    list->count++;
}

void node_set(struct node *map, const char *key, struct node *child)
{
    assert(map->kind == NODE_MAP);
    child->key = bell_str(key);
    node_append(map, child);
}

const char *node_kind_name(const struct node *node)
{
    if (node == NULL) {
        return "nothing";
    }
    static const char *const names[] = {"null", "bool", "number",
                                        "text", "list", "map"};
    return names[node->kind];
}
