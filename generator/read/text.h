/* text.h: what the readers share: what they refuse before they look, nodes
 * that are counted, keys that are there twice. It knows no format. */
#ifndef GENERATOR_READ_TEXT_H
#define GENERATOR_READ_TEXT_H

#include "base/diag.h"
#include "tree/node.h"

enum { READ_DEPTH_MAX = 64, READ_NODES_MAX = 2 * 1024 * 1024 };

struct reader {
    const struct source *source;
    struct bell__arena *arena;
    struct diags *diags;
    size_t nodes;
    bool failed;  /* told, or memory is short: read no further */
    bool spoiled; /* told: read on for other mistakes, and use nothing */
};

/* False where the text is not UTF-8 or is empty; `diags` says so. */
bool read_text(const struct source *source, struct diags *diags);

/* A node at a place. NULL where there are too many or memory is short: then
 * `failed` is set and `diags` says why. */
struct node *read_node(struct reader *reader, enum node_kind kind,
                       struct place place);

/* Hangs a child into its list or map and gives it its trail. A member's key
 * and key_place are set already. */
void read_hang(struct node *parent, struct node *child);

/* False where `depth` is too much; `diags` says so. */
bool read_depth(struct reader *reader, uint32_t depth, struct place place);

/* Complains of every key of a map that was there before. */
void read_check_keys(struct node *map, struct bell__arena *arena,
                     struct diags *diags);

#endif
