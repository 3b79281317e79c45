/* model.h: a service as the schema describes it, typed. It knows no language
 * and no file format. Built by build.c (may still be wrong), checked by
 * check.c (then all names resolve). All of it lies in one arena; lists are
 * linked by `next`, in schema order. */
#ifndef GENERATOR_MODEL_MODEL_H
#define GENERATOR_MODEL_MODEL_H

#include <bell/schema.h>

#include "base/diag.h"
#include "base/index.h"
#include "model/scalar.h"
#include "tree/node.h"

/* Constraints of a shape. Which bound of a value is meant follows from the
 * shape's kind; the table is ready to be run. */
struct rule {
    bell_string name;        /* of the place that says it, in Pascal case */
    const struct node *said; /* the map with the constraints */
    bool checked;
    bell_rule table;
    bell_pattern pattern;
    struct rule *next; /* the rules of the type under this one */
};

/* Lists, maps and brackets in one another, aliases followed. */
enum { SHAPE_NESTING_MAX = 32 };

enum shape_kind {
    SHAPE_SCALAR,
    SHAPE_NAMED, /* a type of the service: enum, union, record or alias */
    SHAPE_LIST,
    SHAPE_MAP
};

/* A type as it is used in a place: `map<T | null>[]`. */
struct shape {
    enum shape_kind kind;
    bool nullable; /* ` | null` */
    enum scalar scalar;
    enum form form;     /* SHAPE_SCALAR */
    struct rule *rules; /* the outermost first */
    bell_string name;   /* SHAPE_NAMED: as written */
    struct type *type;  /* SHAPE_NAMED, after check: never an alias */
    struct shape *item; /* SHAPE_LIST, SHAPE_MAP */
    struct place place;
};

enum type_kind { TYPE_ENUM, TYPE_UNION, TYPE_RECORD, TYPE_ALIAS };

/* How a thing is called: `wire` on the wire, `name` in code where the schema
 * said `name: ...` (else equal to wire). */
struct field {
    bell_string wire;
    bell_string name;
    bell_string doc;
    bell_string deprecated; /* what to use instead, or empty */
    bool optional;          /* `name?`, or it has a default */
    struct shape *shape;
    const struct node *fallback; /* default: or NULL */
    const struct node *said;     /* the map that says all this, or NULL */
    struct place place;
    struct field *next;
};

struct value { /* of an enum */
    bell_string wire;
    bell_string name;
    bell_string doc;
    struct place place;
    struct value *next;
};

struct variant {      /* of a union */
    bell_string wire; /* the tag's text */
    bell_string name;
    bell_string doc;
    struct shape *shape; /* after check; a record, where the union has no
                            content */
    struct place place;
    struct variant *next;
};

struct type {
    enum type_kind kind;
    bell_string name; /* as written; inline types are named after their place */
    bell_string doc;
    bell_string deprecated; /* what to use instead, or empty */
    bool closed;            /* enum */
    bool strict;            /* record */
    struct shape *others;   /* record: of the map that keeps members beside its
                               fields; NULL: they are passed over */
    bool inlined;           /* named after its place, not by the schema */
    bool sent;              /* the params of an endpoint: parts of a request */
    bool only_type;         /* fields in place: `{type: X}`, and no more */
    bool pushed;            /* the union of the pushes, which the schema spells
                               otherwise */
    struct field *fields;   /* record; union: shared by its variants */
    struct value *values;
    struct variant *variants;
    bell_string tag;     /* union; empty: its variants are told apart by kind */
    bell_string content; /* union: of the member with the variant, or empty */
    bool by_kind;        /* union: each variant is another kind of JSON */
    size_t shared_count; /* union: fields */
    struct shape *alias; /* alias: `UserId: string` */
    size_t count;        /* fields, values or variants */
    const struct node *examples;
    const struct node *said; /* where the schema declares it; else NULL */
    uint32_t height; /* record, after check: how many records lie in place in
                        one another here, itself counted */
    uint32_t mark;   /* check's own */
    struct place place;
    struct type *next;
};

struct method_error {
    int32_t code;
    bell_string name; /* or empty */
    bell_string doc;
    struct shape *data; /* or NULL */
    struct place place;
    struct method_error *next;
};

enum { DEADLINE_UNSAID = 0, DEADLINE_NONE = -1 };

enum section { SECTION_RPC, SECTION_REST, SECTION_MESSAGES, SECTION_STREAMS };

/* On a socket: of messages, or of a stream. */
static inline bool section_has_socket(enum section section)
{
    return section == SECTION_MESSAGES || section == SECTION_STREAMS;
}

/* A call, whatever section says it. */
struct method {
    enum section section;
    bell_string wire;
    bell_string name;
    bell_string doc;
    struct shape *params; /* a named record, or NULL; of rest: the parts of
                             its request */
    struct shape *result; /* any shape, or NULL */
    int64_t deadline_ms;  /* DEADLINE_... */
    bool idempotent;
    bool no_reply;
    bell_string deprecated; /* what to use instead, or empty */
    struct method_error *errors;
    struct endpoint *endpoint;    /* rest; else NULL */
    struct message_call *message; /* messages, streams; else NULL */
    const struct node *examples;  /* list of {params, result | error}, or NULL;
                                     of rest see call_parts() */
    const struct node *said;      /* the map that says all this, or NULL */
    uint32_t number;              /* of all calls, from 1 */
    struct place place;
    struct method *next; /* of all sections */
};

struct channel {
    bell_string name;
    bell_string doc;
    bell_string pattern;
    struct shape *event;
    bool recover;
    const struct node *said; /* the map that says all this */
    struct place place;
    struct channel *next;
};

/* `{name}` in a path. */
struct path_parameter {
    bell_string name;
    struct place place;
    struct path_parameter *next;
};

enum verb {
    VERB_GET,
    VERB_HEAD,
    VERB_PUT,
    VERB_DELETE,
    VERB_POST,
    VERB_PATCH,
    VERB_OPTIONS
};

enum { VERB_COUNT = VERB_OPTIONS + 1 };

extern const char *const verb_names[VERB_COUNT]; /* "GET" */

/* Whose token it is, of those that one client holds. */
struct role {
    bell_string name; /* snake */
    uint32_t number;  /* from 1, in the order in which the schema names them */
    bool meant;       /* a token of it is shown or set somewhere */
    struct place place;
    struct role *next;
};

enum { ROLES_MAX = 31 };

/* A role where an endpoint names it. */
struct role_use {
    const struct role *role; /* NULL: the default */
    bell_string member;      /* of `sets`: the result's field with the token */
    struct place place;
    struct role_use *next;
};

/* What rest says of a call: an HTTP request (RFC 9110). */
struct endpoint {
    enum verb verb;
    bell_string path;
    struct path_parameter *parameters;
    struct shape *path_params; /* the same as a record, or NULL */
    struct shape *query;       /* a record, or NULL */
    struct shape *body;        /* any shape, or NULL */
    struct shape *headers;     /* a record, or NULL */
    bool text;                 /* the result is the reply's body as it is */
    bool bearer;               /* shows a token */
    struct role_use *shows;    /* whose, the preferred first; NULL: the default
                                  one */
    struct role_use *sets;     /* tokens that the result brings */
    struct role_use *clears;   /* tokens that success forgets */
    bool clears_all;           /* it said `true`: `clears` has all roles */
    bell_string fingerprint;   /* the header with the client's id, or empty */
    struct place fingerprint_place;
    bell_string login; /* the endpoint that may be called first, or
                          empty */
    const struct method *login_call;
    struct place login_place;
};

/* What messages and streams say of a call. */
struct message_call {
    bell_string tag;   /* of the message, on the wire */
    bell_string reply; /* the answer's tag; empty: none comes */
    bell_string key;   /* a member of both, or empty */
    struct place key_place;
    const struct stream *stream; /* whose socket it goes out on; NULL: the one
                                    of messages */
};

struct push {
    bell_string wire; /* the message's tag */
    bell_string name;
    struct shape *shape; /* a record */
    struct place place;
    struct push *next;
};

/* What a close code of the server means. */
struct closing {
    int32_t code;
    bell_string doc;
    bool final; /* no further try */
    struct place place;
    struct closing *next;
};

/* What is said on a socket beside calls and items: who one is, whether one
 * lives, why it ends. */
struct socket {
    bell_string tag; /* empty: nothing tells its messages apart */
    struct place tag_place;
    bell_string auth_wait;  /* empty: the client speaks first */
    bell_string auth_send;  /* empty: the message has no tag */
    bell_string auth_reply; /* empty: nothing says that it is good */
    bell_string auth_error; /* empty: nothing refuses */
    bell_string auth_token; /* its member with the token; empty: nobody has
                               to say who he is */
    struct role_use *roles; /* whose token is shown, the preferred first; NULL:
                               the default one */
    bell_string ping;       /* a whole message; empty: none comes */
    bell_string pong;
    struct closing *closings;
};

/* Many kinds of messages on one socket, told apart by a member. */
struct messages {
    struct socket socket;
    bell_string doc;
    bell_string path;       /* or empty */
    bool sequential;        /* answers come in the order of the requests */
    bell_string error_type; /* empty: no message says that something failed */
    bell_string error_code; /* members of it */
    bell_string error_message;
    struct push *pushes;
    struct type *push; /* the union of them; NULL: there are none */
    struct place place;
};

enum { KEEP_ALL = 0, KEEP_LATEST = 1 };

struct stream {
    struct socket socket;
    bell_string wire;
    bell_string name;
    bell_string doc;
    bell_string path;
    struct path_parameter *parameters;
    struct shape *params;      /* what its url is made of, or NULL */
    struct shape *path_params; /* ... the parameters, a record in it */
    struct shape *item;
    double rate;   /* items a second, about; 0: nothing said */
    uint64_t keep; /* the last N; KEEP_ALL, KEEP_LATEST */
    struct place place;
    struct stream *next;
};

struct service {
    bell_string name;
    bell_string version;
    bell_string doc;
    struct type *types;
    struct method *calls; /* of rpc, of rest, of messages, of streams */
    struct channel *channels;
    struct messages *messages; /* or NULL */
    struct stream *streams;
    struct role *roles; /* of tokens */
    size_t type_count;
    size_t call_count;
    size_t method_count; /* calls of rpc */
    size_t channel_count;
    size_t endpoint_count; /* calls of rest */
    size_t message_count;  /* calls of messages, and pushes */
    size_t command_count;  /* calls of streams */
    size_t stream_count;
    size_t role_count;
    const struct index *names; /* after check: declared types by name */
    const struct included *included;
    bool only_types;         /* a file that is only to be included */
    const struct node *said; /* the document */
    struct place place;
    struct service *next; /* services of one run */
};

/* What is wrong with a service's name, a sentence; NULL: it is good. */
const char *model_service_name_wrong(bell_string name);

/* A file that a schema includes: its types become the service's own. */
struct included {
    const struct node *document; /* NULL: it could not be read */
    const char *path;            /* as messages show it */
    const char *real;            /* the same for every spelling of it */
    struct included *next;
};

/* An int32 other than 0 that is spelled in digits: an error's code. */
bool model_error_code(bell_string text, int32_t *code);

/* Node to model. Always gives a service, with what could be understood; what
 * could not is in `diags`. NULL only where memory is short. */
struct service *model_build(const struct node *document,
                            struct bell__arena *arena, struct diags *diags);

/* The same with the types of other files, in this order, before its own. */
struct service *model_build_including(const struct node *document,
                                      const struct included *included,
                                      struct bell__arena *arena,
                                      struct diags *diags);

/* References, cycles, collisions, impossible records, defaults against types.
 * Resolves shape.type. Examples are checked by bind, which has the codec. */
void model_check(struct service *service, struct bell__arena *arena,
                 struct diags *diags);

/* Makes a service with these mistakes one that tables can be made of, for
 * looking at its examples and defaults; it is good for nothing else. False
 * where a mistake is too grave. */
bool model_mend(struct service *service, const struct diag *mistakes,
                struct bell__arena *arena);

/* Services of one run against each other: equal names, C symbols that meet. */
void model_check_together(struct service *services, struct diags *diags);

/* 16 hex digits over everything that matters on the wire and in the API. */
bell_string model_contract(const struct service *service,
                           struct bell__arena *arena);

/* False for a rule that only says how a value is written (`unit`, `as`). */
static inline bool rule_limits(const struct rule *rule)
{
    return rule->table.checks != 0 || rule->table.pattern != NULL;
}

/* The type that the schema declares by that name, or NULL. After check. */
const struct type *model_type(const struct service *service, bell_string name);

#endif
