/* take.c: what a node says, of the kind that belongs there; keys that do not
 * belong. It knows no section of a schema. */
#include <stdio.h>

#include "base/codes.h"
#include "base/nearest.h"
#include "base/str.h"
#include "model/build.h"

void *build_take(struct builder *builder, size_t size)
{
    void *piece = bell__arena_take(builder->arena, size);
    if (piece == NULL) {
        builder->short_of_memory = true;
        return NULL;
    }
    memset(piece, 0, size);
    return piece;
}

/* "the text 'abc'", "a map": what stands there instead. */
static const char *found(const struct node *node, char room[64])
{
    if (node->kind == NODE_TEXT || node->kind == NODE_NUMBER) {
        snprintf(room, 64, "%s%.*s%s", node->kind == NODE_TEXT ? "'" : "",
                 node->text.size > 40 ? 40 : (int)node->text.size,
                 node->text.text, node->kind == NODE_TEXT ? "'" : "");
        return room;
    }
    if (node->kind == NODE_NULL) {
        return "null";
    }
    if (node->kind == NODE_BOOL) {
        return node->truth ? "true" : "false";
    }
    return node->kind == NODE_LIST ? "a list" : "a map";
}

static bool wrong_kind(struct builder *builder, const struct node *node,
                       const char *wanted, const char *hint)
{
    char room[64];
    if (node_lacks_quotes(node)) {
        return false; /* told */
    }
    if (node->kind == NODE_TEXT && node->plain && node->text.size == 0) {
        diag_add(builder->diags, CODE_KIND, node->spot->place,
                 "%s belongs here, but there is nothing", wanted);
        return false;
    }
    diag_add(builder->diags, CODE_KIND, node->spot->place,
             "%s belongs here, not %s%s", wanted, found(node, room), hint);
    return false;
}

bool take_text(struct builder *builder, const struct node *node,
               bell_string *text)
{
    if (node->kind == NODE_TEXT && !(node->plain && node->text.size == 0)) {
        *text = node->text;
        return true;
    }
    bool scalar = node->kind == NODE_NUMBER || node->kind == NODE_BOOL;
    return wrong_kind(builder, node, "a string",
                      scalar ? ": put it in quotes" : "");
}

bool take_type(struct builder *builder, const struct node *node)
{
    if (node->kind == NODE_TEXT && !(node->plain && node->text.size == 0)) {
        return true;
    }
    const struct node *item = node->first;
    if (node->kind == NODE_LIST && node->count == 1 &&
        item->kind == NODE_TEXT && item->text.size < 64) {
        diag_add(builder->diags, CODE_KIND, node->spot->place,
                 "a list is written with [] after its type: '%.*s[]'",
                 (int)item->text.size, item->text.text);
        return false;
    }
    return wrong_kind(builder, node, "a type",
                      node->kind == NODE_LIST
                          ? ": a list of T is T[], an enum {enum: [open, done]}"
                          : "");
}

static bool is_one_of(bell_string text, const char *const *spellings)
{
    for (; *spellings != NULL; spellings++) {
        if (bell__str_is(text, *spellings)) {
            return true;
        }
    }
    return false;
}

bool take_bool(struct builder *builder, const struct node *node, bool *truth)
{
    static const char *const yes[] = {"true", "True", "TRUE", NULL};
    static const char *const no[] = {"false", "False", "FALSE", NULL};
    if (node->kind == NODE_BOOL) {
        *truth = node->truth;
        return true;
    }
    if (node->kind == NODE_TEXT && node->plain) {
        bool is_yes = is_one_of(node->text, yes);
        if (is_yes || is_one_of(node->text, no)) {
            *truth = is_yes;
            return true;
        }
    }
    return wrong_kind(builder, node, "true or false", "");
}

bool take_map(struct builder *builder, const struct node *node)
{
    return node->kind == NODE_MAP || wrong_kind(builder, node, "a map", "");
}

bool take_list(struct builder *builder, const struct node *node)
{
    return node->kind == NODE_LIST || wrong_kind(builder, node, "a list", "");
}

void take_member_text(struct builder *builder, const struct node *map,
                      const char *key, bell_string *text)
{
    const struct node *node = node_member(map, key);
    if (node != NULL) {
        take_text(builder, node, text);
    }
}

void take_member_bool(struct builder *builder, const struct node *map,
                      const char *key, bool *truth)
{
    const struct node *node = node_member(map, key);
    if (node != NULL) {
        take_bool(builder, node, truth);
    }
}

static bool is_extension(bell_string key)
{
    return key.size > 2 && bell__str_starts(key, BELL_STR("x-"));
}

/* The known key that an unknown one stands for; NULL: nobody knows. `room`
 * holds the hint. */
static const char *meant(bell_string key, const char *const *known,
                         char room[NEAREST_BYTES_MAX], const char **hint)
{
    struct nearest nearest;
    const char *foreign = foreign_key(key, known);
    nearest_open(&nearest, key);
    const char *best = NULL;
    for (const char *const *name = known; *name != NULL; name++) {
        nearest_offer(&nearest, bell_str(*name));
        best = nearest.best.text == *name ? *name : best;
    }
    *hint = foreign != NULL ? foreign : nearest_hint(&nearest, room);
    return foreign != NULL ? foreign_meant(key, known) : best;
}

const struct node *take_meant(const struct node *map, const char *const *known,
                              const char *key)
{
    const struct node *node = node_member(map, key);
    char room[NEAREST_BYTES_MAX];
    const char *hint;
    for (const struct node *at = map->first; node == NULL && at != NULL;
         at = at->next) {
        if (is_one_of(at->key, known) || is_extension(at->key)) {
            continue;
        }
        const char *name = meant(at->key, known, room, &hint);
        node = name != NULL && strcmp(name, key) == 0 ? at : NULL;
    }
    return node;
}

void take_known(struct builder *builder, const struct node *map,
                const char *const *known, const char *what)
{
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        if (is_one_of(at->key, known) || is_extension(at->key)) {
            continue;
        }
        char room[NEAREST_BYTES_MAX];
        const char *hint;
        meant(at->key, known, room, &hint);
        diag_add(builder->diags, CODE_UNKNOWN_KEY, at->spot->key_place,
                 "%s has no key '%.*s'%s", what,
                 at->key.size > 64 ? 64 : (int)at->key.size, at->key.text,
                 hint);
    }
}
