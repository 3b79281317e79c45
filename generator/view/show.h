/* show.h: the small things that make the published model's nodes. Private to
 * this room. */
#ifndef GENERATOR_VIEW_SHOW_H
#define GENERATOR_VIEW_SHOW_H

#include "tree/node.h"
#include "view/used.h"

/* What is empty, false or NULL is left out: to a template that is the same.
 * Never NULL: where memory is short `uses->failed` is set, and what is built
 * is thrown away. */
struct node *show_map(struct uses *uses);
struct node *show_list(struct uses *uses, struct node *map, const char *key);
void show_text(struct uses *uses, struct node *map, const char *key,
               bell_string text);
void show_number(struct uses *uses, struct node *map, const char *key,
                 int64_t number);
void show_bool(struct uses *uses, struct node *map, const char *key,
               bool truth);

/* A node may have one parent only: these put a copy that shares children. */
void show_share(struct uses *uses, struct node *map, const char *key,
                const struct node *node);
void show_append(struct uses *uses, struct node *list, const struct node *node);

/* A printf into the arena. */
bell_string show_print(struct uses *uses, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text as JSON, quoted. */
bell_string show_json(struct uses *uses, bell_string text);

/* fallback.c: a field's default as a node, or NULL; `value` is what it is in
 * C. */
struct node *show_fallback(struct uses *uses, const struct used *record,
                           const struct field *field, bell_string member,
                           const void *value);

/* A value of a number scalar in the language. */
bell_string show_literal(struct uses *uses, enum scalar scalar,
                         bell_bound value);

/* errors.c: declared errors, and the functions that give their data, whose
 * names are claimed before any type's; those that tell an error from others
 * take the names that are left. */
void name_getters(struct uses *uses);
void show_getters(struct uses *uses, struct node *service);
void show_named_errors(struct uses *uses, struct node *service);
void show_errors(struct uses *uses, const struct method *method,
                 bell_string stem, struct node *map);

/* method.c: the names of a method, which it takes before any type may; then
 * all of it, where every type has its node. */
struct node *name_method(struct uses *uses, const struct method *method);
void show_method(struct uses *uses, const struct method *method,
                 struct node *map, const struct used *result);

/* route.c: what the calls of rest send, and which links calls take, behind all
 * else of the methods. */
void show_routes(struct uses *uses, struct node *methods);

/* The same of the url of a stream that has parameters. */
void show_stream_route(struct uses *uses, const struct stream *stream,
                       const bell_route *row, bell_string element,
                       struct node *map);

/* tokens.c: the roles of tokens; and what a call of rest does with them, whose
 * result and login have their nodes (or NULL). */
void show_roles(struct uses *uses, struct node *service);
void show_tokens(struct uses *uses, const struct method *method,
                 struct node *route, const struct node *result,
                 const struct node *login);

/* Whose tokens are shown on a socket. */
void show_socket_roles(struct uses *uses, struct node *socket,
                       const struct role_use *roles, bell_string element);

/* stream.c: streams, of messages too: their names, which they take before any
 * type may; the types of what comes; all of it, where every type has its node.
 * Then what is said on a link's socket, and a call as a message. */
void name_streams(struct uses *uses, struct node *service);
void reach_streams(struct uses *uses);
void show_streams(struct uses *uses, struct node *service);
/* After the links: the sockets that streams and messages are on. */
void show_places(struct uses *uses, struct node *service);
void show_socket(struct uses *uses, struct node *link, const bell_link *row,
                 const struct socket *said);
void show_message(struct uses *uses, const struct method *method,
                  bell_string element, struct node *map);

/* rule.c: the constraints of a ruled type. */
struct node *show_rule(struct uses *uses, const struct used *used);

/* extras.c: the keys of a map that start with `x-`; `said` may be NULL. */
void show_extras(struct uses *uses, struct node *map, const struct node *said);

/* types.c: the node of each type in `uses->all`. */
void show_types(struct uses *uses);

#endif
