/* tables.h: the tables of one service while they are made; for the files of
 * bind/ alone. */
#ifndef GENERATOR_BIND_TABLES_H
#define GENERATOR_BIND_TABLES_H

#include <bell/schema.h>

#include "bind/bind.h"

/* A named type of the model and its table. The names are sorted by address,
 * so that finding one is not a walk. */
struct bound {
    const struct type *type;
    bell_type *table;
    bool placed;                    /* size and offsets are known */
    struct default_value *defaults; /* of its fields; NULL: there are none */
};

struct tables {
    struct bell__arena *arena;
    struct bound *types;
    size_t count;
    bool failed; /* memory was short */
};

/* Zeroed memory, or NULL with `failed` set. */
void *tables_take(struct tables *tables, size_t size);

/* A table for each type of the service, empty but for its name. False where
 * memory is short. */
bool tables_open(struct tables *tables, const struct service *service);

struct bound *tables_find(const struct tables *tables, const struct type *type);

/* Kept in the tables' arena; empty, with `failed` set, where memory is short.
 */
const char *tables_copy(struct tables *tables, bell_string text);

/* The text as JSON with quotes, and `after` behind it. */
bell_string tables_quote(struct tables *tables, bell_string text,
                         const char *after);

/* layout.c: where everything lies in the C structs, by the rules that the
 * generated code follows. */
void layout_type(struct tables *tables, struct bound *bound);
uint32_t layout_size(struct tables *tables, const struct shape *shape);
uint32_t layout_align(struct tables *tables, const struct shape *shape);
uint32_t layout_round(uint32_t offset, uint32_t align);

/* types.c: what a placed type is made of; and a record that no schema names. */
void type_bind(struct tables *tables, const struct bound *bound);
bell_type *record_make(struct tables *tables, bell_string name,
                       struct field *fields, size_t count);

/* route.c: a path as its pieces. */
bell_route *route_make(struct tables *tables, bell_string path);

/* rest.c: the roles of tokens; an endpoint's route, whose params are bound. */
void roles_bind(struct tables *tables, const struct service *service,
                bell_service *bound);
const uint8_t *roles_numbers(struct tables *tables,
                             const struct role_use *shows, uint16_t *count);
void rest_bind(struct tables *tables, const struct method *call,
               bell_method *row);

/* sections.c: a call as a message, and what answers it; then links, channels,
 * streams, and which link each call takes. */
void message_bind(struct tables *tables, const struct method *call,
                  bell_method *row);
void sections_bind(struct tables *tables, const struct service *service,
                   bell_service *bound);

/* defaults.c: the defaults of a type's fields. */
void defaults_bind(struct tables *tables, struct bound *bound);

/* shape.c: the table of a shape; every named type is placed. */
const bell_type *shape_table(struct tables *tables, const struct shape *shape);

#endif
