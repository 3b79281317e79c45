/* example.h: examples of a schema, and the steps of a script, as a backend's
 * answers: for which calls one is, and what it says. */
#ifndef GENERATOR_SERVE_EXAMPLE_H
#define GENERATOR_SERVE_EXAMPLE_H

#include <bell/schema.h>

#include "base/arena.h"
#include "base/buf.h"
#include "tree/node.h"

enum { EXAMPLE_PARTS_MAX = 4 };

/* One example, its values in canonical form so that texts can be compared. The
 * params of rpc are one part; those of rest have a part for each member. */
struct example {
    bell_string parts[EXAMPLE_PARTS_MAX]; /* each may be empty: any */
    bell_string data;
    bool refused;
    int32_t code;
    bool temporary;
    bell_string message;
    bell_string error_data; /* of rest */
    struct example *next;
};

/* What examples are read in. */
struct example_room {
    struct bell__arena *arena; /* what is kept */
    struct bell__arena scratch;
    struct bell__buf data;
};

void example_open_room(struct example_room *room, struct bell__arena *arena);
void example_close_room(struct example_room *room);

/* The type of a part, and how it is called; NULL: there are no more. */
const bell_type *example_part(const bell_method *method, size_t index,
                              const char **key);

/* Any spelling of a value becomes the one that our own encoder writes: it
 * stands in room->data. */
bell_status example_canonical(struct example_room *room, bell_string json,
                              const bell_type *type, const char *root,
                              bell_error *error);

/* `parts` has the parts by their names; it may be `node` itself. What does not
 * fit its type is left out. NULL where memory is short. */
struct example *example_read(struct example_room *room, const struct node *node,
                             const struct node *parts,
                             const bell_method *method);

int32_t example_number(const struct node *node); /* 0: it is none */

/* The parts of a call in canonical form. */
struct example_call {
    struct bell__buf bytes;
    size_t ends[EXAMPLE_PARTS_MAX + 1];
};

/* `params` NULL: the method has none. */
bell_status example_take(struct example_call *call, const bell_method *method,
                         const void *params);

/* Whether all parts that it has are those of the call. */
bool example_fits(const struct example *example,
                  const struct example_call *call);

/* Of a list the first that fits and has a part, else the first with a result.
 */
const struct example *example_choose(const struct example *list,
                                     const struct example_call *call);

#endif
