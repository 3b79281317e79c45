/* bind.h: a checked model as the runtime's own tables, in memory: so examples
 * and defaults are checked, and serve answers, by the one interpreter that
 * generated code uses. */
#ifndef GENERATOR_BIND_BIND_H
#define GENERATOR_BIND_BIND_H

#include <bell/schema.h>

#include "model/model.h"

/* Tables of the service; method i is the i-th of the model's calls. NULL where
 * memory is short. `deliver` is NULL everywhere. */
const bell_service *bind_service(const struct service *service,
                                 struct bell__arena *arena);

/* The table of one of the service's types; NULL for an alias. */
const bell_type *bind_type_table(const bell_service *tables,
                                 const struct type *type);

struct bell__codec_limits;

/* What a field's `default:` says. */
struct default_value {
    const void *value; /* as its C value; NULL: it has none, or its default is
                          no value of its type */
    bell_string json;  /* the same as clients would send it */
};

/* The default of the field at `index` of a record or union of the service. */
struct default_value bind_default(const bell_service *tables,
                                  const struct type *type, size_t index);

/* How examples, defaults and what a server gets are read: constraints hold
 * whether or not a record is strict. */
extern const struct bell__codec_limits bind_limits;

/* Checks examples (of methods and types) and defaults against their types by
 * decoding them; errors name the example's place. */
void bind_check(const struct service *service, const bell_service *tables,
                struct diags *diags);

/* A node as canonical JSON text (numbers as spelled; plain YAML scalars by
 * YAML 1.2 core: null, bool, number, else text). */
bell_string bind_json(const struct node *node, struct bell__arena *arena);

#endif
