/* build.h: the parts of building, among themselves: each gives what could be
 * understood and tells what could not. NULL or false also where memory is
 * short; then `short_of_memory` is set. */
#ifndef GENERATOR_MODEL_BUILD_H
#define GENERATOR_MODEL_BUILD_H

#include "model/model.h"

struct builder {
    struct bell__arena *arena;
    struct diags *diags;
    struct service *service;
    struct type *last_type;
    struct method *last_call;
    struct index *earlier; /* types of files read before; NULL: none */
    bool short_of_memory;
};

/* take.c: what a node says, of the kind that belongs there. */
bool take_text(struct builder *builder, const struct node *node,
               bell_string *text);
bool take_type(struct builder *builder, const struct node *node);
bool take_bool(struct builder *builder, const struct node *node, bool *truth);
bool take_map(struct builder *builder, const struct node *node);
bool take_list(struct builder *builder, const struct node *node);

/* The text of a member, where there is one. */
void take_member_text(struct builder *builder, const struct node *map,
                      const char *key, bell_string *text);
void take_member_bool(struct builder *builder, const struct node *map,
                      const char *key, bool *truth);

/* The member of that key, or one whose key stands for it: what lies below can
 * be looked at, though the key is told. */
const struct node *take_meant(const struct node *map, const char *const *known,
                              const char *key);

/* Complains of members that are not in the list, which ends with NULL; `x-...`
 * is always allowed. `what` names the thing: "a method". */
void take_known(struct builder *builder, const struct node *map,
                const char *const *known, const char *what);

void *build_take(struct builder *builder, size_t size);

/* shape.c: the grammar of types, `map<T | null>[]`. */
struct shape *build_shape_text(struct builder *builder,
                               const struct node *node);
struct shape *build_shape_make(struct builder *builder, enum shape_kind kind,
                               struct place place);

/* How many lists and maps a shape is, and what they are of. */
size_t shape_nesting(const struct shape *shape);

/* True for `string`, `int64`, ... */
bool shape_is_builtin(bell_string name);

/* map.c: what a map says where a type may stand. `type`, `enum`, `union` and
 * `fields` are keywords where their values have the keyword's form: a text (or
 * a type in place), a list or map, a text or map, a map. */
enum map_kind {
    MAP_FIELDS, /* no keyword: its keys are names of fields */
    MAP_TYPE,
    MAP_TYPES /* keywords of more than one type */
};
enum map_kind map_kind(const struct node *map);

/* The map has this keyword. */
bool map_has(const struct node *map, const char *keyword);

/* Tells of keywords of more than one type. True where all but a `type` too many
 * makes a type. */
bool map_tell_types(struct builder *builder, const struct node *map);

/* `{type: object, properties: ...}` and `{type: array, items: ...}` of JSON
 * Schema: told, and gives what is written here instead. Else gives `node`. */
const struct node *map_of_schema(struct builder *builder,
                                 const struct node *node);

/* `{a: map<string, int64>}` without quotes: whether `node` is what the comma
 * cut off `before`, which may be NULL. */
bool map_is_rest(const struct node *before, const struct node *node);

/* False where a map of fields is probably meant as something else; `diags`
 * says so, and `cure` what to write. */
bool map_check_fields(struct builder *builder, const struct node *map,
                      const char *cure);

/* The same words for places where a map may be a type. */
extern const char map_cure[];

/* foreign.c: what to write instead of a key that other languages have, for a
 * message: " (did you mean doc?)", ": ..."; NULL: not known. */
const char *foreign_key(bell_string key, const char *const *known);

/* The known key that is meant by it; NULL: not known. */
const char *foreign_meant(bell_string key, const char *const *known);

/* The same as foreign_key() of a type's name. */
const char *foreign_type(bell_string name);

/* What to write instead of `name<inner>`. Gives `room`. */
enum { FOREIGN_BYTES_MAX = 256 };
const char *foreign_generic(bell_string name, bell_string inner,
                            char room[FOREIGN_BYTES_MAX]);

/* build_shape.c: a type where one is used: text, or a map that is one. The
 * type in place is named `outer` + `inner`, in Pascal case. */
struct shape *build_shape(struct builder *builder, const struct node *node,
                          bell_string outer, bell_string inner);

/* `outer` and `inner` as one Pascal name; empty where memory is short. */
bell_string build_place_name(struct builder *builder, bell_string outer,
                             bell_string inner);

/* A type that is named after its place, which it is said at, and that type
 * where it is used. NULL where it is told, or memory is short. */
struct type *build_inlined(struct builder *builder, const struct node *map,
                           bell_string outer, bell_string inner);
struct shape *build_shape_of(struct builder *builder, struct type *type);

/* A map with `type` and perhaps constraints, whose keys were looked at; they
 * are known by `name`. */
struct shape *build_shape_ruled(struct builder *builder, const struct node *map,
                                bell_string outer, bell_string inner,
                                bell_string name);

/* The same for a map whose keys were looked at. */
struct shape *build_shape_in(struct builder *builder, const struct node *node,
                             bell_string outer, bell_string inner);

/* A record whose fields stand in the map itself, where a map can be nothing
 * else: params, variants. `{fields: {...}}` says the same. */
struct shape *build_shape_fields(struct builder *builder,
                                 const struct node *map, bell_string outer,
                                 bell_string inner);

/* build_type.c: records and enums. */
enum keys { KEYS_OF_TYPE, KEYS_OF_FIELD };
void build_known_keys(struct builder *builder, const struct node *map,
                      enum keys keys);
void build_types(struct builder *builder, const struct node *types);
struct type *build_type_make(struct builder *builder, bell_string name,
                             const struct node *node);
void build_type_body(struct builder *builder, struct type *type,
                     const struct node *map);
void build_fields(struct builder *builder, struct type *type,
                  const struct node *map);

/* A key or value that is a text on the wire and reads as a number. */
void build_tell_number(struct builder *builder, struct place place,
                       bell_string text);

bool build_too_many(struct builder *builder, const struct node *node,
                    const char *what);

/* build_union.c: unions. */
void build_union(struct builder *builder, struct type *type,
                 const struct node *map, const struct node *tag);

/* build_error.c: what a method says of its errors. */
void build_errors(struct builder *builder, struct method *method,
                  const struct node *map);

/* build_call.c: what rpc, rest and messages say of a call alike. A call named
 * by its node's key, the last of the service's; NULL where it cannot be named.
 */
struct method *build_call_open(struct builder *builder, const struct node *node,
                               enum section section, const char *what);

/* The method's name in snake case, without the service's own name in front:
 * `tasks.list` of `tasks` is `list`. */
bell_string build_short_name(struct builder *builder, bell_string name);

/* Its doc, deadline, errors, examples. */
void build_call(struct builder *builder, struct method *method,
                const struct node *map);

/* Nothing comes back, as `said` says, so nothing can be said of it. */
void build_no_reply(struct builder *builder, struct method *call,
                    const struct node *map, const struct node *said);

/* A type, or the fields of a record in place; NULL where the key is not
 * there. */
struct shape *build_member_shape(struct builder *builder,
                                 const struct node *map, const char *key,
                                 bell_string outer, bool in_place);

/* build_example.c: examples, once all else of the call is built. */
void build_examples(struct builder *builder, struct method *call,
                    const struct node *list);

/* build_channel.c: a path with {parameters}: `/agents/{agent_id}`. */
void build_path(struct builder *builder, const struct node *node,
                bell_string *path, struct path_parameter **parameters);

/* build_params.c: what an endpoint sends, as one record that no schema names:
 * its members are the path's parameters, the query, the headers, the body. */
void build_params(struct builder *builder, struct method *call,
                  const struct node *map);

/* Puts the optional member `login`, of this shape, behind the others. */
void build_params_login(struct builder *builder, struct method *call,
                        const struct shape *shape);

/* build_tokens.c: which tokens an endpoint shows, sets and forgets, and who
 * may log in first; logins once all endpoints are there. */
void build_tokens(struct builder *builder, struct endpoint *endpoint,
                  const struct node *map);
void build_logins(struct builder *builder);

/* `clears_token: true` means all roles, once all of them are known. */
void build_clears_all(struct builder *builder);

/* ROLE, or a list of roles, the preferred first; NULL where none is named. */
struct role_use *build_roles(struct builder *builder, const struct node *node);

/* The same of a stream's url. */
void build_stream_params(struct builder *builder, struct stream *stream,
                         const struct node *map);

/* build_socket.c: what is said on a socket beside calls and items. */
void build_socket(struct builder *builder, struct socket *socket,
                  const struct node *map);

/* A text of the map that stands on the wire, where it is there. */
void build_wire_text(struct builder *builder, const struct node *map,
                     const char *key, bell_string *text);

/* build_message_call.c: calls on a socket; `stream` NULL: of messages. */
void build_message_calls(struct builder *builder, const struct stream *stream,
                         const struct node *map);

/* build_rest.c, build_messages.c, build_streams.c: the other sections. */
void build_rest(struct builder *builder, const struct node *rest);
void build_messages(struct builder *builder, const struct node *map);
void build_streams(struct builder *builder, const struct node *streams);

/* name.c: what may be a name. False where it may not; `diags` says so. */
bool name_check_wire(struct builder *builder, bell_string name,
                     struct place place, const char *what);
void name_take(struct builder *builder, const struct node *map,
               bell_string *name);

/* build_method.c, build_channel.c: the sections. */
void build_methods(struct builder *builder, const struct node *rpc);
void build_channels(struct builder *builder, const struct node *channels);

#endif
