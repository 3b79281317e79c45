/* outline.h: what a node is promised to hold: kinds of maps, their fields and
 * the fields' types, each with a line of doc. It knows no meaning. */
#ifndef GENERATOR_TREE_OUTLINE_H
#define GENERATOR_TREE_OUTLINE_H

#include <stddef.h>

/* `type` is "text", "number", "bool", the name of an outline, either with
 * "list " before it. What may be missing is null there, and says so in doc. */
struct outline_field {
    const char *name;
    const char *type;
    const char *doc;
};

/* One kind of map; `fields` NULL: any name, each a text that may be empty.
 * Tables of them end with a name of NULL. */
struct outline {
    const char *name;
    const char *doc;
    const struct outline_field *fields;
    size_t count;
};

#endif
