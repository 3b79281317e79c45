/* schema.h: the tables that generated code passes to the runtime, and the few
 * functions that it calls. This header is for generated code; programs use
 * bell.h. */
#ifndef BELL_SCHEMA_H
#define BELL_SCHEMA_H

#include <bell/bell.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Increases with every change in the layout or meaning of the tables. */
#define BELL_TABLE_VERSION 6

/* Exists only in a runtime with tables of version 6, so objects generated for
 * another version do not link. */
extern BELL_API const char bell_tables_v6;

/* The kind of a value. The C types are, in order: bool, int32_t, int64_t,
 * uint32_t, uint64_t, float, double, bell_string, bell_json, bell_enum, the
 * record's struct, the union's struct, {const T *items; size_t count}, {const
 * {bell_string key; T value} *items; size_t count}, {bool has_value; T value},
 * bell_bytes, bell_datetime, bell_date, int64_t (nanoseconds), bell_string,
 * bell_string, and for BELL_KIND_RULED the type of `item`. */
typedef enum bell_kind {
    BELL_KIND_BOOL = 1,
    BELL_KIND_INT32,
    BELL_KIND_INT64,
    BELL_KIND_UINT32,
    BELL_KIND_UINT64,
    BELL_KIND_FLOAT32,
    BELL_KIND_FLOAT64,
    BELL_KIND_STRING,
    BELL_KIND_JSON,
    BELL_KIND_ENUM,
    BELL_KIND_RECORD,
    BELL_KIND_UNION,
    BELL_KIND_LIST,
    BELL_KIND_MAP,
    BELL_KIND_OPTION, /* an item that may be null: T | null in [] or map<> */
    BELL_KIND_BYTES,
    BELL_KIND_DATETIME,
    BELL_KIND_DATE,
    BELL_KIND_DURATION,
    BELL_KIND_UUID,
    BELL_KIND_DECIMAL,
    BELL_KIND_RULED /* `item` under the constraints of `rule` */
} bell_kind;

typedef struct bell_type bell_type;
typedef struct bell_field bell_field;
typedef struct bell_value bell_value;
typedef struct bell_variant bell_variant;
typedef struct bell_rule bell_rule;

/* How values are read and written that few programs have. A table points to the
 * one that its type needs, so a program does not link the others. */
typedef struct bell_codec bell_codec;

extern BELL_API const bell_codec bell_codec_float32;
extern BELL_API const bell_codec bell_codec_float64;
extern BELL_API const bell_codec bell_codec_bytes;
extern BELL_API const bell_codec bell_codec_datetime;
extern BELL_API const bell_codec bell_codec_unix; /* datetime: a number */
extern BELL_API const bell_codec bell_codec_date;
extern BELL_API const bell_codec bell_codec_duration;
extern BELL_API const bell_codec bell_codec_units; /* duration: a number */
extern BELL_API const bell_codec bell_codec_uuid;
extern BELL_API const bell_codec bell_codec_decimal;
extern BELL_API const bell_codec bell_codec_ruled;
extern BELL_API const bell_codec bell_codec_by_kind; /* a union without a tag */
extern BELL_API const bell_codec bell_codec_others;  /* a record with them */

enum {
    BELL_TYPE_CLOSED = 1,  /* enum: an unknown text is an error */
    BELL_TYPE_STRICT = 2,  /* record: an unknown key is an error, and so is a
                              field that violates its rule */
    BELL_TYPE_BARE = 4,    /* record with a single field `value`, for a result
                              that is not a record: on the wire there is only
                              the value itself */
    BELL_TYPE_SECONDS = 8, /* duration: a number of seconds, not ISO 8601;
                              datetime: of seconds since 1970 */
    BELL_TYPE_MILLISECONDS = 16, /* the same: a number of milliseconds */
    BELL_TYPE_NUMBER = 32,       /* decimal: a number, not a string */
    BELL_TYPE_BY_KIND = 64, /* union: there is no tag; each variant is another
                              kind of JSON value */
    BELL_TYPE_OTHERS = 128  /* record: `item` is the map that keeps members
                               beside its fields */
};

/* A type. Which pointers are set depends on the kind. */
struct bell_type {
    uint8_t kind;                 /* bell_kind */
    uint8_t flags;                /* BELL_TYPE_... */
    uint16_t count;               /* fields, values or variants */
    uint32_t size;                /* sizeof the C value */
    const char *name;             /* as in the schema, for messages */
    const bell_codec *codec;      /* NULL where every program has it */
    const bell_field *fields;     /* record: in declared order */
    const bell_value *values;     /* enum: value i + 1 is values[i] */
    const bell_variant *variants; /* union: tag i + 1 is variants[i] */
    const bell_type *item; /* list, map, option, ruled; union: a record of the
                              fields that the variants share, with offsets from
                              the start of the union's struct, or NULL; record:
                              the map of other members, or NULL */
    const bell_rule *rule; /* ruled */
    const char *tag;       /* union: the discriminator's wire name; NULL: its
                              variants are told apart by kind */
    const char *content;   /* union: the wire name of the member that holds the
                              variant; NULL: the variant is a record whose
                              members are next to the tag */
    uint32_t tag_size;
    uint32_t content_size;
    uint32_t item_offset; /* map: of `value` in an entry; option: of `value`;
                             record: of `others` */
    uint32_t stride;      /* list: sizeof an item; map: sizeof an entry */
};

/* ---- Constraints: checked before sending; in replies of strict records --- */

enum {
    BELL_RULE_MIN = 1,
    BELL_RULE_MAX = 2,
    BELL_RULE_MIN_COUNT = 4,
    BELL_RULE_MAX_COUNT = 8
};

/* Depends on the kind of `item`: integer for int32 and int64, natural for
 * uint32 and uint64, real for float32 and float64. */
typedef union bell_bound {
    int64_t integer;
    uint64_t natural;
    double real;
} bell_bound;

/* The instructions of a compiled pattern, which a matcher executes in linear
 * time. They consist of 32-bit words; a jump target is the index of an
 * instruction's first word. A match may begin and end anywhere. */
typedef enum bell_step {
    BELL_STEP_MATCH = 0, /* 1 word */
    BELL_STEP_POINT,     /* 2: this code point */
    BELL_STEP_ANY,       /* 1: any code point */
    BELL_STEP_CLASS,     /* 2 + 2n: n, then n ranges, ascending: first, last */
    BELL_STEP_JUMP,      /* 2: target */
    BELL_STEP_FORK,      /* 3: two targets */
    BELL_STEP_BEGIN,     /* 1: only at the start of the text */
    BELL_STEP_END,       /* 1: only at its end */
    BELL_STEP_EDGE,  /* 1: between [0-9A-Za-z_] and another character, or at an
                        end of the text */
    BELL_STEP_INSIDE /* 1: anywhere else */
} bell_step;

enum { BELL_PATTERN_WORDS_MAX = 8192 };

typedef struct bell_pattern {
    const char *text; /* as in the schema, for messages */
    const uint32_t *words;
    uint32_t count; /* at most BELL_PATTERN_WORDS_MAX */
    uint32_t steps; /* instructions */
} bell_pattern;

struct bell_rule {
    uint32_t checks;    /* BELL_RULE_... */
    uint32_t min_count; /* code points of a string, bytes, or items */
    uint32_t max_count;
    bell_bound min;
    bell_bound max;
    const bell_pattern *pattern; /* string; NULL: any text */
};

/* How a struct shows that a field is absent or null. */
typedef enum bell_state {
    BELL_STATE_REQUIRED = 0, /* always there */
    BELL_STATE_OPTIONAL,     /* bool has_x: false is absent */
    BELL_STATE_NULLABLE,     /* bool has_x: false is null */
    BELL_STATE_EITHER        /* bell_presence x_state */
} bell_state;

struct bell_field {
    const char *key;  /* `"name":` as JSON, escaped */
    const char *name; /* the wire name as UTF-8 */
    uint16_t key_size;
    uint16_t name_size;
    uint8_t state;       /* bell_state */
    uint8_t by_pointer;  /* 1: the member is const T *, and NULL means absent or
                            null (with BELL_STATE_EITHER, x_state tells
                            which) */
    uint32_t has_offset; /* of has_x or x_state; unused for REQUIRED, and for
                            by_pointer without BELL_STATE_EITHER */
    uint32_t offset;     /* of x */
    const bell_type *type;
    const void *fallback; /* the default as a C value of the type, or NULL: the
                             value that a reader gets if the field is absent */
};

struct bell_value {
    const char *text; /* UTF-8 */
    const char *json; /* `"text"` as JSON, escaped */
    uint16_t text_size;
    uint16_t json_size;
};

/* A union's struct starts with this head. Then come the fields that the
 * variants share, as in a record, and then one const T * per variant. */
typedef struct bell_union {
    int tag;              /* counts from 1; 0: not in the schema */
    bell_string tag_text; /* the text received, also if tag is 0 */
    bell_json raw;        /* the whole value if tag is 0 */
} bell_union;

struct bell_variant {
    const char *text; /* the tag's text, UTF-8 */
    const char *json; /* as JSON, with quotes */
    uint16_t text_size;
    uint16_t json_size;
    uint32_t offset;       /* of the variant's pointer */
    const bell_type *type; /* a record if the union has no content */
};

/* A user's callback of any type, stored as this type and called by
 * `deliver`. */
typedef void (*bell_function)(void);

/* Casts `done` back to the method's own callback type and calls it. `result`
 * is NULL unless the status is BELL_OK and the method has a result. */
typedef void (*bell_deliver)(bell_function done, void *context,
                             bell_status status, const void *result,
                             const bell_error *error);

enum {
    BELL_METHOD_IDEMPOTENT = 1,
    BELL_METHOD_NO_REPLY = 2 /* there is no reply: the call ends when the kernel
                                has accepted the request */
};

/* A declared error of a method: `errors: {404: no such user}`. */
typedef struct bell_method_error {
    int32_t code;
    const char *text;
    const bell_type *data; /* of the error's `data`; NULL: none declared */
} bell_method_error;

/* ---- Routes: how a call of `rest` becomes an HTTP request ---------------- */

/* A part of a path: text, then a parameter. */
typedef struct bell_route_part {
    const char *text; /* as sent, percent-encoded; may be "" */
    uint16_t text_size;
    uint16_t field; /* index of the parameter in `path_type`, from 1; 0: none */
} bell_route_part;

/* A token that a result brings: a bell_string of it, empty if there is none. */
typedef struct bell_route_token {
    uint32_t offset;
    uint32_t role; /* number of a role of the service; 0: the default */
} bell_route_token;

/* Where the params of a method go in the request. Each record is a member of
 * the params at its offset; NULL: the method has none. */
typedef struct bell_route {
    const char *verb; /* "GET" (RFC 9110 9) */
    const char *path; /* as in the schema, for messages */
    const bell_route_part *parts;
    uint16_t part_count;
    uint16_t flags; /* BELL_ROUTE_... */
    uint32_t path_offset;
    uint32_t query_offset;
    uint32_t headers_offset;
    uint32_t body_offset;
    const bell_type *path_type;
    const bell_type *query;
    const bell_type *headers;
    const bell_type *body;        /* any type */
    const uint8_t *roles;         /* numbers of those whose token is shown, the
                                     preferred first; then the default */
    const bell_route_token *sets; /* tokens that the result brings */
    const char *fingerprint;      /* the header with the client's id, or NULL */
    uint16_t role_count;
    uint16_t set_count;
    uint32_t clears; /* tokens that success forgets: bit N is role N */
    uint32_t login;  /* the method that is called first if the params have its
                        params: its index, from 1; 0: none */
    uint32_t login_offset; /* of the pointer to them, which may be NULL */
} bell_route;

enum {
    BELL_ROUTE_BEARER = 1, /* shows a token */
    BELL_ROUTE_TEXT = 2    /* the reply's body is the result, as it is: a string
                              in a BELL_TYPE_BARE record */
};

/* ---- Sockets: messages and streams --------------------------------------- */

/* A call as a message on a socket. */
typedef struct bell_message {
    const char *tag;   /* what names it on the wire, as JSON with quotes */
    const char *reply; /* the answer's tag; NULL: there is no answer */
    const char *key;   /* a member that must be equal in both; NULL: none */
    uint16_t tag_size;
    uint16_t reply_size;
    uint16_t key_size;
} bell_message;

/* What a close code of the server means. */
typedef struct bell_closing {
    int32_t code;
    bool final;       /* there is no further try */
    const char *text; /* for messages; may be "" */
} bell_closing;

/* What is said on a socket beside calls and items. Member names and tags are
 * those on the wire. */
typedef struct bell_socket {
    const char *tag;           /* the member that holds the kind of a message;
                                  NULL: they have no kinds */
    const char *error_type;    /* the kind that reports an error; NULL: none */
    const char *error_code;    /* its member with the code; NULL: none */
    const char *error_message; /* its member with the message; NULL: none */
    const char *auth_wait;     /* the kind that asks for the token; NULL: the
                                  client speaks first */
    const char *auth_send;     /* the kind that shows it; NULL: it has no tag */
    const char *auth_token;    /* its member with the token; NULL: nobody has to
                                  say who he is */
    const char *auth_reply;    /* the kind that takes it; NULL: there is none */
    const char *auth_error;    /* the kind that refuses it, with a member
                                  `message`; NULL: there is none */
    const char *ping;          /* a whole message; NULL: none comes */
    const char *pong;          /* what answers it, a whole message */
    const bell_closing *closings;
    const uint8_t *roles; /* numbers of those whose token is shown, the
                             preferred first; then the default */
    uint16_t closing_count;
    uint16_t role_count;
    uint16_t flags; /* BELL_SOCKET_... */
} bell_socket;

enum { BELL_SOCKET_SEQUENTIAL = 1 }; /* answers come in request order */

/* ---- Links, methods, the service ---------------------------------------- */

/* A way to send calls: a transport, a protocol and a session. A service points
 * only to the kinds that it uses, so a program does not link the others. */
typedef struct bell_link_kind bell_link_kind;

/* Centrifugo's client protocol: `rpc` and `channels`. */
extern BELL_API const bell_link_kind bell_link_centrifugo;

/* HTTP: `rest`. */
extern BELL_API const bell_link_kind bell_link_rest;

/* JSON on a WebSocket: `messages`, and each of `streams`. */
extern BELL_API const bell_link_kind bell_link_messages;
extern BELL_API const bell_link_kind bell_link_stream;

enum {
    BELL_LINK_AT_OPEN = 1
}; /* connects when the client opens; other links connect on first use */

typedef struct bell_link {
    const bell_link_kind *kind;
    const char *name;          /* in the schema, for bell_options.links */
    const char *path;          /* appended to the client's url; NULL: the
                                  default of the kind */
    const bell_socket *socket; /* NULL: the kind needs none */
    uint32_t flags;            /* BELL_LINK_... */
} bell_link;

typedef struct bell_method {
    const char *name; /* wire name, UTF-8 */
    const char *json; /* wire name as JSON, with quotes */
    uint16_t name_size;
    uint16_t json_size;
    uint16_t flags; /* BELL_METHOD_... */
    uint16_t error_count;
    int64_t deadline_ms;     /* 0: not in the schema; -1: none */
    const bell_type *params; /* a record; NULL: {} is sent */
    const bell_type *result; /* a record; NULL: the reply's value is ignored */
    const bell_method_error *errors;
    bell_deliver deliver;
    const bell_route *route;     /* rest, else NULL */
    const bell_message *message; /* messages, streams; else NULL */
    uint32_t link;               /* index of the service's link */
} bell_method;

enum { BELL_CHANNEL_RECOVER = 1 };

typedef struct bell_channel {
    const char *name;    /* in the schema */
    const char *pattern; /* "tasks:{user_id}" */
    uint32_t flags;      /* BELL_CHANNEL_... */
    uint32_t link;
    const bell_type *event;
} bell_channel;

enum { BELL_KEEP_ALL = 0, BELL_KEEP_LATEST = 1 };

/* Calls the program's function for an item, cast back to its own type, or none
 * where it has none. False: the item is a union whose tag is not in the
 * schema. */
typedef bool (*bell_item_deliver)(bell_client *client, const void *handlers,
                                  const void *item, void *context);

/* What comes on a socket without a request: items of one type. Those of
 * messages are a union, by their tags. */
typedef struct bell_stream {
    const char *name;
    const bell_route *route; /* of its url, where that has parameters */
    const bell_type *params; /* what the url is made of; NULL: nothing */
    const bell_type *item;
    bell_item_deliver deliver;
    uint32_t keep; /* BELL_KEEP_..., else the last N */
    uint32_t link;
} bell_stream;

typedef struct bell_service {
    const char *name;
    const char *version;
    const char *contract; /* hash of the checked schema: 16 hex digits */
    const char *tables;   /* &bell_tables_v6: checks the version at link time */
    const bell_link *links;
    const bell_method *methods;
    const bell_channel *channels;
    const bell_stream *streams;
    const char *const *roles; /* names of those that tokens have; role 1 is the
                                 first */
    uint32_t link_count;
    uint32_t method_count;
    uint32_t channel_count;
    uint32_t stream_count;
    uint32_t role_count; /* at most 31 */
} bell_service;

/* Opens a client; it starts to connect in the loop's next turn. The sizes are
 * those of the caller's structs, so programs built with an older or newer
 * header keep working. Later calls write errors of error_size bytes. */
BELL_API bell_status bell_client_open(const bell_service *service,
                                      const bell_options *options,
                                      size_t options_size, bell_client **client,
                                      bell_error *error, size_t error_size);

/* A sync call: sends, waits, decodes. On BELL_OK the caller owns *result and
 * frees it with bell_free(); otherwise it is NULL. If `result` is NULL, the
 * reply is checked and freed. `options`, of options_size bytes, and `error` may
 * be NULL, `params` only if the method takes none. */
BELL_API bell_status bell_client_call(bell_client *client,
                                      const bell_method *method,
                                      const void *params,
                                      const bell_call_options *options,
                                      size_t options_size, void **result,
                                      bell_error *error);

/* An async call. If the status is BELL_OK, the callback is called exactly once,
 * never from inside this function; otherwise it is never called. `call` (may be
 * NULL) receives the call's number. */
BELL_API bell_status bell_client_start(
    bell_client *client, const bell_method *method, const void *params,
    bell_function done, void *context, const bell_call_options *options,
    size_t options_size, bell_call *call, bell_error *error);

/* What all handlers begin with. */
typedef struct bell_handlers {
    void (*on_unknown)(bell_client *client, bell_string tag, bell_json raw,
                       void *context);
    void (*on_bad)(bell_client *client, bell_string raw,
                   const bell_error *error, void *context);
} bell_handlers;

/* Listens to a stream: its items go to the handlers, of which handlers_size
 * bytes are copied, in the loop's turns; if they are NULL, items wait for
 * bell_client_next(). Again: with other handlers. `params` only if the
 * stream's url has parameters. A line that the server had ended for good is
 * dialed anew. */
BELL_API bell_status bell_client_listen(bell_client *client,
                                        const bell_stream *stream,
                                        const void *params,
                                        const void *handlers,
                                        size_t handlers_size, void *context,
                                        bell_error *error);

/* Takes the next item, which the caller frees with bell_free(), and waits for
 * it for up to timeout_ms (0: not at all, -1: without limit). Listens if nobody
 * does. BELL_DEADLINE: none came, and none is lost. BELL_BAD_REPLY: what came
 * is no item; the next call takes the one behind it. BELL_TERMINAL: the server
 * ended it for good, and nothing waits any more. BELL_INVALID: handlers get the
 * items. BELL_REENTRANT inside a callback. */
BELL_API bell_status bell_client_next(bell_client *client,
                                      const bell_stream *stream, void **item,
                                      int64_t timeout_ms, bell_error *error);

/* Nobody listens any more, and what waits goes. The line of a stream is closed;
 * calls on it end with BELL_CANCELLED. */
BELL_API void bell_client_stop(bell_client *client, const bell_stream *stream);

/* All zero while nobody listens. */
BELL_API bell_counts bell_client_counts(const bell_client *client,
                                        const bell_stream *stream);

/* Returns the data of a declared error as a C value of `type`; NULL if `error`
 * is a different error, came without data, or its data do not fit the type. The
 * data are valid until another call of the client ends with such an error, or,
 * in a callback, until it returns; in any case only until bell_close(). */
BELL_API const void *bell_client_error_data(bell_client *client,
                                            const bell_type *type, int32_t code,
                                            const bell_error *error);

#ifdef __cplusplus
}
#endif

#endif
