/* bell.h: what a program calls. A client carries typed calls to one service
 * and their replies back; it knows no schema (that is schema.h).
 *
 * Thread: a loop and all its clients belong to one thread. Other threads may
 * call bell_wake(), bell_token_answer() and bell_token_link(), no more.
 *
 * Ownership: requests and options are the caller's and are read before a
 * function returns. A reply of a sync call belongs to the caller: one
 * bell_free(). A reply in a callback is lent until the callback returns;
 * bell_keep() takes it over. */
#ifndef BELL_BELL_H
#define BELL_BELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BELL_API __attribute__((visibility("default")))
#else
#define BELL_API
#endif

/* Before a function that has a better one: `better` says which. */
#if defined(__GNUC__)
#define BELL_DEPRECATED(better) __attribute__((deprecated(better)))
#else
#define BELL_DEPRECATED(better)
#endif

/* ---- Values ------------------------------------------------------------ */

/* UTF-8 text of `size` bytes. What comes out of a reply is NUL-terminated as
 * well; what goes in need not be. {NULL, 0} is the empty text. */
typedef struct bell_string {
    const char *text;
    size_t size;
} bell_string;

/* One JSON value as it stands on the wire. Empty means null. */
typedef struct bell_json {
    const char *text;
    size_t size;
} bell_json;

/* A value of a declared set. `value` counts from 1 in schema order; 0 means
 * that the text is not one of the declared ones, and `text` holds what came.
 * Sending: a value other than 0 decides, else the text is sent. */
typedef struct bell_enum {
    int value;
    bell_string text;
} bell_enum;

/* Bytes; base64 on the wire (RFC 4648 4; url-safe is read too). */
typedef struct bell_bytes {
    const uint8_t *bytes;
    size_t size;
} bell_bytes;

/* A moment (RFC 3339), years 0 to 9999. Sending: always in UTC, with `Z`. */
typedef struct bell_datetime {
    int64_t seconds;     /* since 1970-01-01T00:00:00Z, may be negative */
    int32_t nanoseconds; /* 0 to 999,999,999 */
    int16_t offset;      /* what came: minutes east of UTC */
    bool has_offset;     /* what came named its zone; else `seconds` takes the
                            local time for UTC */
} bell_datetime;

/* A day of the Gregorian calendar, years 0 to 9999. All zero is not set. */
typedef struct bell_date {
    int16_t year;
    uint8_t month; /* 1 to 12 */
    uint8_t day;   /* 1 to 31 */
} bell_date;

/* The three states of a field that may be absent and may be null. */
typedef enum bell_presence {
    BELL_ABSENT = 0,
    BELL_NULL = 1,
    BELL_SET = 2
} bell_presence;

#ifdef __cplusplus
} /* a literal's size is known to a template in C++ only */
template <size_t N> inline bell_string BELL_STR(const char (&literal)[N])
{
    bell_string string = {literal, N - 1};
    return string;
}
extern "C" {
#else
#define BELL_STR(literal) ((bell_string){"" literal, sizeof(literal) - 1})
#endif

/* The text of a C string; NULL is the empty text. */
static inline bell_string bell_str(const char *text)
{
    bell_string string;
    string.text = text;
    string.size = text != NULL ? strlen(text) : 0;
    return string;
}

/* ---- Statuses and errors ------------------------------------------------ */

typedef enum bell_status {
    BELL_OK = 0,
    BELL_INVALID = 1,      /* an argument, option or parameter is wrong */
    BELL_NO_MEMORY = 2,    /* an allocation failed */
    BELL_LIMIT = 3,        /* a limit was met; the message names it */
    BELL_REENTRANT = 4,    /* a sync call from inside a callback */
    BELL_CLOSED = 5,       /* the client was closed */
    BELL_DEADLINE = 6,     /* the deadline passed before the reply came */
    BELL_CANCELLED = 7,    /* bell_cancel() ended the call */
    BELL_DISCONNECTED = 8, /* the connection was lost; see bell_error.sent */
    BELL_REFUSED = 9,      /* the server or its backend answered an error */
    BELL_BAD_REPLY = 10,   /* the reply does not fit the schema */
    BELL_TERMINAL = 11     /* the server ended the session for good */
} bell_status;

/* Who said that something is wrong. `code` has a meaning per origin. */
typedef enum bell_origin {
    BELL_ORIGIN_NONE = 0,
    BELL_ORIGIN_LOCAL = 1,   /* this runtime; code is 0 or an errno */
    BELL_ORIGIN_REPLY = 2,   /* the server's error reply; its code */
    BELL_ORIGIN_CLOSE = 3,   /* the server closed; the close code */
    BELL_ORIGIN_BACKEND = 4, /* the envelope of a backend; its code */
    BELL_ORIGIN_CODEC = 5    /* JSON or schema; path and offset are set */
} bell_origin;

/* What is known of a request that got no reply. */
typedef enum bell_sent {
    BELL_SENT_UNKNOWN = 0, /* it left; whether it was executed is unknown */
    BELL_SENT_NO = 1       /* it certainly did not leave: safe to repeat */
} bell_sent;

/* Plain memory: nothing to free. Written by every function that takes one. */
typedef struct bell_error {
    bell_status status;
    bell_origin origin;
    int32_t code;
    bool temporary; /* the server says that it may pass; not "safe to retry" */
    bell_sent sent;
    uint64_t call;     /* the call's number, 0 where there is none */
    size_t offset;     /* codec: byte offset in the JSON text */
    char path[128];    /* codec: "result.items[3].id"; cut with "..." */
    char method[64];   /* the method's wire name, "" where there is none */
    char message[256]; /* one sentence: what happened, where, what to do */
} bell_error;

/* The status's name, "deadline" for BELL_DEADLINE; never NULL. */
BELL_API const char *bell_status_name(bell_status status);

/* ---- Memory and logging -------------------------------------------------- */

/* `resize` is realloc with the old size told: pointer NULL allocates, new
 * size 0 frees and gives NULL. Must be aligned as malloc's. */
typedef struct bell_allocator {
    void *(*resize)(void *context, void *pointer, size_t old_size,
                    size_t new_size);
    void *context;
} bell_allocator;

typedef enum bell_level {
    BELL_LEVEL_ERROR = 1,
    BELL_LEVEL_WARN = 2,
    BELL_LEVEL_INFO = 3,
    BELL_LEVEL_DEBUG = 4
} bell_level;

/* One line of the log. Tokens and secrets never appear in it. Later versions
 * add members at the end. */
typedef struct bell_record {
    bell_level level;
    const char *event;  /* "call", "reply", "connected", ... */
    const char *method; /* NULL where the event has none */
    uint64_t call;      /* 0 where the event has none */
    double elapsed_ms;  /* since the call began; negative where it has none */
    const char *text;   /* one line, never NULL; where the service has several
                           links it begins with the name of the event's */
    const char *link;   /* which way to the service, by the schema's name; NULL
                           where it is the client itself */
} bell_record;

typedef void (*bell_log)(void *context, const bell_record *record);

typedef enum bell_metric_kind {
    BELL_METRIC_CALL = 1,      /* a call begins */
    BELL_METRIC_END = 2,       /* it ends; each call once */
    BELL_METRIC_CONNECTED = 3, /* commands can be sent */
    BELL_METRIC_LOST = 4       /* a connection, or a try at one, has ended */
} bell_metric_kind;

/* One thing to count, for monitoring. Later versions add members at the end. */
typedef struct bell_metric {
    bell_metric_kind kind;
    const char *method; /* CALL, END: its wire name; else NULL */
    bell_status status; /* END: how; BELL_OK else */
    int32_t code;       /* END, LOST: the error's; else 0 */
    double elapsed_ms;  /* END: since the call began; else 0 */
    size_t bytes;       /* CALL: of params as JSON; END: of the reply's */
    const char *link;   /* which way to the service: see bell_record */
} bell_metric;

/* Called like a log; `metric` is lent. */
typedef void (*bell_metrics)(void *context, const bell_metric *metric);

/* How a client stands. Each of its links (the ways to its service that the
 * schema has) connects by itself; one that nothing was asked of yet stands for
 * nothing. */
typedef enum bell_connection_state {
    BELL_STATE_CONNECTING = 1, /* a link in use has no connection: it tries */
    BELL_STATE_CONNECTED = 2,  /* commands can be sent at once, by every link in
                                  use that has not ended for good */
    BELL_STATE_DISCONNECTED = 3 /* nobody tries any more: the client was closed,
                                   or a link has ended for good without which
                                   it is none: one that it opens at once, or
                                   the last of those in use */
} bell_connection_state;

typedef enum bell_change_kind {
    BELL_CHANGE_CONNECTING = 1,  /* a connection is dialed */
    BELL_CHANGE_CONNECTED = 2,   /* commands can be sent at once */
    BELL_CHANGE_LOST = 3,        /* it broke, or did not come: it is connecting
                                    again */
    BELL_CHANGE_DISCONNECTED = 4 /* nobody tries any more; told once */
} bell_change_kind;

/* How one link of a client went on. Members that a kind does not name are 0,
 * NULL or empty. All texts but the link's name are lent until the function
 * returns, and NUL-terminated where they are not NULL. Later versions add
 * members at the end. */
typedef struct bell_state_change {
    bell_change_kind kind;
    const char *link;    /* which way to the service, by the schema's name */
    uint32_t attempt;    /* CONNECTING: counts from 1 since one last lived */
    bell_string client;  /* CONNECTED: what the server calls this client, */
    bell_string version; /* and its own version */
    bell_json data;      /* CONNECTED: what else it had to say with its answer,
                            checked JSON, bounded by message_bytes_max; empty:
                            nothing, or memory was short (the log says so) */
    bell_origin origin;  /* LOST, DISCONNECTED: who says why, */
    int32_t code;        /* its code, 0 where it has none, */
    const char *reason;  /* and one sentence */
    int64_t next_try_ms; /* LOST: until the next connection is dialed */
    bool terminal;       /* DISCONNECTED: it ended for good by itself; else
                            bell_close() was called */
} bell_state_change;

/* Called like a log, in the loop's turns and by bell_close(), of the client's
 * thread, with each change in order: when it is called the link may be further
 * already, and bell_client_state() says how it stands now. It may call, cancel
 * and close the client; sync calls give BELL_REENTRANT. */
typedef void (*bell_state_changed)(void *context,
                                   const bell_state_change *change);

/* ---- Loop ---------------------------------------------------------------- */

typedef struct bell_loop bell_loop;
typedef struct bell_client bell_client;
typedef struct bell_fake bell_fake;

/* A call's number: counts up, never used twice. 0 is no call. */
typedef uint64_t bell_call;

/* Makes a loop for the calling thread. NULL allocator: malloc. */
BELL_API bell_status bell_loop_open(const bell_allocator *allocator,
                                    bell_loop **loop, bell_error *error);

/* Frees the loop; its clients must be closed before. Inside a callback it is
 * freed when the callback returns. NULL is fine. */
BELL_API void bell_loop_close(bell_loop *loop);

/* Waits at most timeout_ms (-1: no bound, 0: not at all) for something to do,
 * does it, and delivers what is finished. BELL_REENTRANT inside a callback. */
BELL_API bell_status bell_loop_run(bell_loop *loop, int timeout_ms);

/* The loop's own epoll descriptor: readable when bell_loop_run(loop, 0) has
 * something to do. For other people's loops, with bell_next_deadline_ms(). */
BELL_API int bell_fd(const bell_loop *loop);

/* Milliseconds until bell_loop_run() must be called even if bell_fd() stays
 * quiet; -1 where there is no such time. */
BELL_API int64_t bell_next_deadline_ms(bell_loop *loop);

/* Ends a wait in bell_loop_run() early. Any thread, also a signal handler. */
BELL_API void bell_wake(bell_loop *loop);

/* The loop of a client: its own where the options named none. */
BELL_API bell_loop *bell_client_loop(bell_client *client);

struct lws_context;

/* Lets a libwebsockets context (4.1.6 or newer) drive the loop beside its own
 * sockets, as one adopted descriptor in a vhost of its own. The loop may end
 * before the context or after it. */
BELL_API bell_status bell_loop_adopt(bell_loop *loop,
                                     struct lws_context *context,
                                     bell_error *error);

/* ---- Client -------------------------------------------------------------- */

/* What bell_token_answer() says of a token that was asked for. */
typedef enum bell_token_kind {
    BELL_TOKEN_SET = 1,          /* here it is */
    BELL_TOKEN_ANONYMOUS = 2,    /* connect without one */
    BELL_TOKEN_UNAUTHORIZED = 3, /* there will be none: ends for good */
    BELL_TOKEN_FAILED = 4        /* not now: asked again after a wait */
} bell_token_kind;

/* Asks for a connection token: before a connection is dialed that needs a new
 * one, the first or any after the server has called the last one expired; and
 * when the time runs out that the server gave the last one: a new one is told
 * to it and the connection stays. The answer is bell_token_answer() with this
 * `request`, now or later. Where none has come within connect_deadline_ms it is
 * asked again after a wait, with another `request`, and a token that comes late
 * is taken all the same: an answer to any of them counts. Called like a log, of
 * the client's thread; it may call, answer and close the client. */
typedef void (*bell_token_get)(void *context, bell_client *client,
                               uint64_t request);

/* How Centrifugo carries calls. */
typedef enum bell_mode {
    BELL_MODE_NATIVE = 0, /* by its rpc command */
    BELL_MODE_CHANNEL = 1 /* as publications: see request_channel */
} bell_mode;

typedef enum bell_tls_version {
    BELL_TLS_1_2 = 1, /* RFC 5246 */
    BELL_TLS_1_3 = 2  /* RFC 8446 */
} bell_tls_version;

/* One way to a service, by the name of its section in the schema ("rpc"), where
 * it is not at the client's url. Later versions add members at the end, which
 * is why bell_options.link_size says how many there are. */
typedef struct bell_link_option {
    const char *name;
    const char *url;   /* taken as it is; without a path, or with / alone, it
                          has that of what is spoken there; NULL: client's */
    const char *token; /* NULL: the client's */
} bell_link_option;

/* 0 or NULL means the default that each line names. Times in milliseconds. */
typedef struct bell_options {
    /* Where the service is: ws[s]:// or http[s]://host[:port][/path]. Each way
     * to it takes its own scheme, secured alike. Centrifugo's path, where none
     * is said, or / alone, is /connection/websocket. $CENTRIFUGO_URL */
    const char *url;
    const char *token;   /* connection token (JWT); NULL: anonymous */
    const char *user_id; /* for channel mode; ignored in native mode */
    const char *name;    /* client name told to the server: "bellpull" */
    const char *origin;  /* Origin header: none */
    bell_loop *loop;     /* NULL: a loop of the client's own */
    const bell_allocator *allocator; /* NULL: malloc */
    bell_log log;                    /* NULL: none but BELL_DEBUG=1's */
    void *log_context;
    int64_t deadline_ms;         /* of a call: the schema's, else 30,000;
                                    -1: none */
    int64_t connect_deadline_ms; /* names, TCP, upgrade, connect: 5,000 */
    int64_t connect_wait_ms;     /* bell_connect() waits so long: 10,000; -1: as
                                    long as it takes */
    int64_t reconnect_min_ms;    /* 500 */
    int64_t reconnect_max_ms;    /* 20,000 */
    int64_t ping_grace_ms;       /* beyond the server's ping: 10,000 */
    bool fail_fast;              /* calls end at once while not connected */
    uint32_t calls_max;          /* in flight: 1,048,576 */
    size_t request_bytes_max;    /* one command: the link's own, for Centrifugo
                                    65,536 */
    size_t queue_bytes_max;      /* not yet written: 16 MiB */
    size_t message_bytes_max;    /* one message from the server: 64 MiB */
    size_t reply_bytes_max;      /* arena of one decoded reply: 64 MiB */
    uint32_t depth_max;          /* nesting of JSON: 64 */
    uint32_t items_max;          /* items of one list or map: 16,777,216 */
    bell_mode mode;              /* BELL_MODE_NATIVE */
    /* Channel mode: {method, params, correlation_id, reply_to} is published on
     * request_channel; {correlation_id, result | error} comes on
     * reply_channel, where {user_id} stands for the option. A reply that a
     * client published is refused unless the server names responder_user as
     * its user: else any client could answer in the backend's name. */
    const char *request_channel; /* "rpc.requests" */
    const char *reply_channel;   /* "user#{user_id}" */
    const char *responder_user;  /* NULL: replies come by the server API */
    bell_fake *fake;             /* for tests, see bell/fake.h: NULL */
    /* TLS, for wss://. The server's certificate must be valid, for the url's
     * host, and signed by somebody who is trusted. Files are PEM, read when a
     * client opens. */
    const char *tls_ca_file;          /* who is trusted: the system's */
    const char *tls_ca_folder;        /* the same, as `openssl rehash` names */
    const char *tls_certificate_file; /* the client's own, its chain: none */
    const char *tls_key_file;         /* without a password; NULL: in the
                                         file of the certificate */
    bell_tls_version tls_version_min; /* BELL_TLS_1_2 */
    bool tls_insecure_accept_anybody; /* whoever answers is the server: for
                                         experiments alone */
    bell_token_get token_get;         /* instead of `token`: NULL */
    void *token_context;
    uint32_t retries;     /* an idempotent call whose connection broke is
                             sent again so often, within its deadline: 0 */
    bell_metrics metrics; /* counts what happens: NULL */
    void *metrics_context;
    const bell_link_option *links; /* those that differ: none */
    size_t link_count;
    size_t link_size; /* sizeof links[0], of the header that you compile with */
    bell_state_changed state_changed; /* is told how each link stands: NULL */
    void *state_context;
} bell_options;

/* Options of one call; 0 or NULL means the client's. */
typedef struct bell_call_options {
    int64_t deadline_ms; /* -1: none */
    bool fail_fast;      /* end at once while not connected */
    int32_t retries;     /* -1: none */
} bell_call_options;

/* Cancels a call: its callback comes with BELL_CANCELLED at the next turn of
 * the loop. A call that is over, or 0, is harmless. */
BELL_API void bell_cancel(bell_client *client, bell_call call);

/* Waits until the client is BELL_STATE_CONNECTED; BELL_OK, or why not: at once
 * where it is BELL_STATE_DISCONNECTED. `deadline_ms` 0: connect_wait_ms of
 * bell_options; -1: none. It waits over as many tries as fit, and says why the
 * last one failed; the client goes on trying. Calls need not wait for this. */
BELL_API bell_status bell_connect(bell_client *client, int64_t deadline_ms,
                                  bell_error *error);

/* How the client stands, all links taken together. Of the client's thread;
 * never fails. */
BELL_API bell_connection_state bell_client_state(const bell_client *client);

/* BELL_STATE_CONNECTED: commands can be sent at once, by every link in use. A
 * link that was opened when it was first needed, and then ended for good,
 * counts no more where others live: its calls say so. */
BELL_API bool bell_connected(const bell_client *client);

/* Answers bell_token_get. `text` is the token, or a reason for people; it is
 * copied, and may be NULL. Any thread, at any time, but no signal handler: the
 * client takes the answer in its next turn, and its loop wakes for that. The
 * first token of several is taken; BELL_TOKEN_FAILED and _UNAUTHORIZED count
 * for the last request alone. An answer to a request that is over does nothing,
 * and when bell_close() begins all of its client's are: `client` is compared,
 * never looked into, so it may be gone. */
BELL_API void bell_token_answer(bell_client *client, uint64_t request,
                                bell_token_kind kind, const char *text);

/* Whose token `request` asks for: the name that the schema has for the way to
 * the service ("rpc"), which stays while the service's tables do; NULL where
 * the request is over. For a service that has several. Any thread. */
BELL_API const char *bell_token_link(const bell_client *client,
                                     uint64_t request);

/* Skips the current wait before a reconnect (the network came back). */
BELL_API void bell_kick(bell_client *client);

/* Ends every call with BELL_CLOSED (callbacks run inside), says goodbye to
 * the server, waits at most 50 ms for its own, and frees the client. Inside a
 * callback the client is freed when the callback returns. NULL is fine. */
BELL_API void bell_close(bell_client *client);

/* Takes over a reply lent to a callback; NULL where memory is short. The
 * result is freed with bell_free(). NULL gives NULL. */
BELL_API void *bell_keep(const void *reply);

/* Frees a reply of a sync call or one that was kept. NULL is fine. */
BELL_API void bell_free(void *reply);

/* ---- JSON values and tokens ---------------------------------------------- */

struct cJSON;

/* A cJSON tree of the value; the caller frees it with cJSON_Delete(). NULL
 * where memory is short. Numbers become doubles: for exact integers read the
 * text. */
BELL_API struct cJSON *bell_json_tree(bell_json json);

/* Claims of a token to mint. Times in seconds since 1970. */
typedef struct bell_claims {
    bell_string user;    /* "sub"; empty: anonymous */
    bell_string channel; /* a subscription token's channel, or empty */
    int64_t issued_at;   /* "iat"; 0: left out */
    int64_t expires_at;  /* "exp"; 0: left out */
} bell_claims;

/* Mints a JWT signed by HMAC-SHA256 (RFC 7519, RFC 7515 A.1). The token is
 * NUL-terminated and freed with bell_free(). */
BELL_API bell_status bell_token_hs256(bell_string secret,
                                      const bell_claims *claims, char **token,
                                      bell_error *error);

/* The library's version, "0.1.0". */
BELL_API const char *bell_version(void);

#ifdef __cplusplus
}
#endif

#endif
