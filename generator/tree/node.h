/* node.h: what a document said, or what a template may say: map, list, text,
 * number, bool, null. The only loose type of the house; it knows no meaning. */
#ifndef GENERATOR_TREE_NODE_H
#define GENERATOR_TREE_NODE_H

#include <bell/bell.h>

#include "base/arena.h"
#include "base/diag.h"

enum node_kind {
    NODE_NULL,
    NODE_BOOL,
    NODE_NUMBER, /* `text` is as it was spelled */
    NODE_TEXT,   /* YAML's plain scalars are text too, with `plain` set: the
                    model asks for a number, bool or null where one belongs */
    NODE_LIST,
    NODE_MAP
};

/* Where a node stands in its document. */
struct spot {
    struct place key_place;
    struct place place;
    struct trail trail; /* both places point at it */
};

struct node {
    enum node_kind kind;
    bool truth;         /* NODE_BOOL */
    bool plain;         /* a plain YAML scalar */
    bool broken;        /* a scalar over more than one line: the columns of its
                           parts are not known */
    bool key_plain;     /* a plain YAML scalar */
    bell_string text;   /* NODE_TEXT, NODE_NUMBER, and plain scalars */
    bell_string key;    /* its key, where it is a member of a map */
    struct spot *spot;  /* of its own, where it was read; else all zeros */
    struct node *next;  /* the next child of the same parent */
    struct node *first; /* children of a list or map, in order */
    struct node *last;
    size_t count;
};

/* The member of a map; NULL where there is none or it is no map. The last of
 * two equal keys (the reader has complained of the first). */
const struct node *node_member(const struct node *map, const char *key);

/* The same for a key that is no literal. */
const struct node *node_find(const struct node *map, bell_string key);

/* Whether both say the same, wherever they stand. As deep as a document may
 * be. */
bool node_equal(const struct node *one, const struct node *two);

/* null as YAML 1.2 and JSON spell it, or nothing at all. */
bool node_is_null(const struct node *node);

/* A plain scalar with ': ' in it: the reader has told that it lacks quotes, and
 * nobody knows what was meant. */
bool node_lacks_quotes(const struct node *node);

/* A node that was read, with a spot. NULL where memory is short, as below. */
struct node *node_make_read(struct bell__arena *arena, enum node_kind kind);

/* For building: these stand nowhere. */
struct node *node_make(struct bell__arena *arena, enum node_kind kind);
struct node *node_make_text(struct bell__arena *arena, bell_string text);
struct node *node_make_number(struct bell__arena *arena, int64_t number);
struct node *node_make_bool(struct bell__arena *arena, bool truth);
void node_append(struct node *list, struct node *child);
void node_set(struct node *map, const char *key, struct node *child);

/* "map", "list", "text", ... for messages. */
const char *node_kind_name(const struct node *node);

#endif
