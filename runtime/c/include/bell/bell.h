/* bell.h: the functions that a program calls. A client sends typed calls to one
 * service and receives the replies; it knows no schema (that is schema.h).
 *
 * Threads: a loop and all its clients belong to one thread: the first that runs
 * the loop, with bell_loop_run(), bell_connect() or a sync call. It may be
 * another one than opened them. Other threads may call bell_wake(),
 * bell_token_answer(), bell_token_link(), bell_token_role(), bell_client_loop()
 * and bell_fd(). Every other function touches nothing there: it returns
 * BELL_INVALID, or does nothing if it returns no status. bell_loop_release()
 * gives a loop to another thread.
 *
 * Ownership: requests and options belong to the caller and are read before a
 * function returns. The reply of a sync call belongs to the caller, who frees
 * it with one bell_free(). A reply passed to a callback is valid until the
 * callback returns; bell_keep() makes it the caller's. */
#ifndef BELL_BELL_H
#define BELL_BELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <bell/features.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BELL_API __attribute__((visibility("default")))
#else
#define BELL_API
#endif

/* Marks a deprecated function; `better` says what to use instead. */
#if defined(__GNUC__)
#define BELL_DEPRECATED(better) __attribute__((deprecated(better)))
#else
#define BELL_DEPRECATED(better)
#endif

/* ---- Values ------------------------------------------------------------ */

/* UTF-8 text of `size` bytes. Text in a reply is also NUL-terminated; text in a
 * request need not be. {NULL, 0} is the empty text. */
typedef struct bell_string {
    const char *text;
    size_t size;
} bell_string;

/* One JSON value, exactly as on the wire. Empty means null. */
typedef struct bell_json {
    const char *text;
    size_t size;
} bell_json;

/* A value of an enum. `value` counts from 1 in schema order; 0 means that the
 * received text is not in the schema, and `text` holds it. In a request, `text`
 * is sent only if `value` is 0. */
typedef struct bell_enum {
    int value;
    bell_string text;
} bell_enum;

/* Bytes; base64 on the wire (RFC 4648 section 4; the url-safe alphabet is read
 * too). */
typedef struct bell_bytes {
    const uint8_t *bytes;
    size_t size;
} bell_bytes;

/* A point in time (RFC 3339), years 0 to 9999. Always sent in UTC, with `Z`. */
typedef struct bell_datetime {
    int64_t seconds;     /* since 1970-01-01T00:00:00Z, may be negative */
    int32_t nanoseconds; /* 0 to 999,999,999 */
    int16_t offset;      /* as received: minutes east of UTC */
    bool has_offset;     /* false if the received text had no zone; `seconds`
                            then takes it as UTC */
} bell_datetime;

/* A day of the Gregorian calendar, years 0 to 9999. All zero means not set. */
typedef struct bell_date {
    int16_t year;
    uint8_t month; /* 1 to 12 */
    uint8_t day;   /* 1 to 31 */
} bell_date;

/* The three states of a field that may be absent or null. */
typedef enum bell_presence {
    BELL_ABSENT = 0,
    BELL_NULL = 1,
    BELL_SET = 2
} bell_presence;

#ifdef __cplusplus
} /* C++ needs a template to get the size of a literal */
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
    BELL_LIMIT = 3,        /* a limit was reached; the message names it */
    BELL_REENTRANT = 4,    /* a sync call from inside a callback */
    BELL_CLOSED = 5,       /* the client was closed */
    BELL_DEADLINE = 6,     /* the deadline passed before the reply came */
    BELL_CANCELLED = 7,    /* bell_cancel() ended the call */
    BELL_DISCONNECTED = 8, /* the connection was lost; see bell_error.sent */
    BELL_REFUSED = 9,      /* the server or its backend answered with an
                              error */
    BELL_BAD_REPLY = 10,   /* the reply does not fit the schema */
    BELL_TERMINAL = 11     /* the server ended the session for good */
} bell_status;

/* Who reported the error. The meaning of `code` depends on it. */
typedef enum bell_origin {
    BELL_ORIGIN_NONE = 0,
    BELL_ORIGIN_LOCAL = 1,   /* this library; code is 0 or an errno */
    BELL_ORIGIN_REPLY = 2,   /* an error reply of the server; its code */
    BELL_ORIGIN_CLOSE = 3,   /* the server closed; the close code */
    BELL_ORIGIN_BACKEND = 4, /* a backend in channel mode; its code */
    BELL_ORIGIN_CODEC = 5    /* wrong JSON, or not as in the schema; path and
                                offset are set */
} bell_origin;

/* Whether a request without a reply was sent. */
typedef enum bell_sent {
    BELL_SENT_UNKNOWN = 0, /* it may have been sent, and may have been
                              executed */
    BELL_SENT_NO = 1       /* it was certainly not sent: safe to repeat */
} bell_sent;

/* Plain memory, nothing to free. Every function that takes one writes it. */
typedef struct bell_error {
    bell_status status;
    bell_origin origin;
    int32_t code;
    bool temporary; /* the server says that the error may go away; this does not
                       mean "safe to retry" */
    bell_sent sent;
    uint64_t call;     /* the call's number, 0 if there is none */
    size_t offset;     /* codec: byte offset in the JSON text */
    char path[128];    /* codec: "result.items[3].id"; ends with "..." if cut */
    char method[64];   /* the method's wire name, "" if there is none */
    char message[256]; /* one sentence: what happened, where, what to do */
} bell_error;

/* A header of an answer. The texts are not NUL-terminated. */
typedef struct bell_http_header {
    bell_string name;
    bell_string value;
} bell_http_header;

/* What came with an HTTP answer that was no success: its status, and what its
 * body says if it is a problem (RFC 9457) or looks like one; texts that are
 * missing are empty. Later versions add members at the end. */
typedef struct bell_http_error {
    int32_t status;
    bell_string type;
    bell_string title;
    bell_string detail;
    bell_string instance;
    bell_string request_id; /* header X-Request-ID */
    int64_t retry_after_ms; /* header Retry-After; -1: none */
    const bell_http_header *headers;
    size_t header_count;
    bell_string body; /* as it came */
} bell_http_error;

/* What came with an HTTP answer that was a success. Later versions add members
 * at the end. */
typedef struct bell_http_reply {
    int32_t status;
    const bell_http_header *headers;
    size_t header_count;
} bell_http_reply;

/* The name of a status, such as "deadline" for BELL_DEADLINE; never NULL. */
BELL_API const char *bell_status_name(bell_status status);

/* ---- Memory and logging -------------------------------------------------- */

/* `resize` is like realloc, but is also told the old size: with pointer NULL it
 * allocates, with new size 0 it frees and returns NULL. Memory must be aligned
 * like malloc's. */
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
    const char *method; /* NULL if the event has none */
    uint64_t call;      /* 0 if the event has none */
    double elapsed_ms;  /* since the call began; negative if not known */
    const char *text;   /* one line, never NULL; starts with the link's name if
                           the service has several links */
    const char *link;   /* the link's name in the schema; NULL if the event is
                           about the whole client */
} bell_record;

typedef void (*bell_log)(void *context, const bell_record *record);

typedef enum bell_metric_kind {
    BELL_METRIC_CALL = 1,      /* a call begins */
    BELL_METRIC_END = 2,       /* a call ends; exactly once for each call */
    BELL_METRIC_CONNECTED = 3, /* commands can be sent */
    BELL_METRIC_LOST = 4       /* a connection was lost or could not be made */
} bell_metric_kind;

/* One event to count, for monitoring. Later versions add members at the end. */
typedef struct bell_metric {
    bell_metric_kind kind;
    const char *method; /* CALL, END: its wire name; else NULL */
    bell_status status; /* END: how the call ended; else BELL_OK */
    int32_t code;       /* END, LOST: the error's code; else 0 */
    double elapsed_ms;  /* END: since the call began; else 0 */
    size_t bytes;       /* CALL: size of the params as JSON; END: of the
                           reply */
    const char *link;   /* the link's name: see bell_record */
} bell_metric;

/* Called like bell_log; `metric` is valid until the function returns. */
typedef void (*bell_metrics)(void *context, const bell_metric *metric);

/* The state of a client. Each of its links (the connections to its service that
 * the schema declares) connects by itself; a link that has not been used yet
 * does not count. */
typedef enum bell_connection_state {
    BELL_STATE_CONNECTING = 1,  /* a link in use is not connected and keeps
                                   trying */
    BELL_STATE_CONNECTED = 2,   /* commands can be sent at once on every link in
                                   use that has not ended for good */
    BELL_STATE_DISCONNECTED = 3 /* it does not try any more: the client was
                                   closed, or a link that it opens at once, or
                                   the last link in use, has ended for good */
} bell_connection_state;

typedef enum bell_change_kind {
    BELL_CHANGE_CONNECTING = 1,  /* a connection is being dialed */
    BELL_CHANGE_CONNECTED = 2,   /* commands can be sent at once */
    BELL_CHANGE_LOST = 3,        /* the connection was lost or could not be
                                    made; the link connects again */
    BELL_CHANGE_DISCONNECTED = 4 /* the link does not try any more; reported
                                    once */
} bell_change_kind;

/* A change of state of one link. Members that do not apply to the kind are 0,
 * NULL or empty. All strings except the link's name are valid until the
 * function returns; those that are not NULL are NUL-terminated. Later versions
 * add members at the end. */
typedef struct bell_state_change {
    bell_change_kind kind;
    const char *link;    /* the link's name in the schema */
    uint32_t attempt;    /* CONNECTING: counts from 1 after a connection */
    bell_string client;  /* CONNECTED: the id that the server gave, */
    bell_string version; /* and the server's version */
    bell_json data;      /* CONNECTED: the data in the server's connect reply,
                            checked JSON, at most message_bytes_max; empty if
                            there was none or memory was short (the log says
                            so) */
    bell_origin origin;  /* LOST, DISCONNECTED: who gave the reason, */
    int32_t code;        /* its code, 0 if it has none, */
    const char *reason;  /* and one sentence */
    int64_t next_try_ms; /* LOST: time until the next connection is dialed */
    bool terminal;       /* DISCONNECTED: true if the link ended for good by
                            itself, false if bell_close() was called */
} bell_state_change;

/* Called in the client's thread, by the running loop or by bell_close(), for
 * each change in order. By then the link may already be in a later state;
 * bell_client_state() returns the current one. The function may start calls,
 * cancel them and close the client; sync calls return BELL_REENTRANT. */
typedef void (*bell_state_changed)(void *context,
                                   const bell_state_change *change);

/* ---- Loop ---------------------------------------------------------------- */

typedef struct bell_loop bell_loop;
typedef struct bell_client bell_client;
typedef struct bell_fake bell_fake;

/* The number of a call. Numbers count up and are never used twice; 0 is never a
 * call. */
typedef uint64_t bell_call;

/* Makes a loop. NULL allocator: malloc. Clients of one loop read into the same
 * memory, which comes from the loop's allocator. */
BELL_API bell_status bell_loop_open(const bell_allocator *allocator,
                                    bell_loop **loop, bell_error *error);

/* Frees the loop; its clients must be closed first. If called inside a
 * callback, the loop is freed when the callback returns. Another thread may
 * call it when the loop's thread runs it no more. NULL is fine. */
BELL_API void bell_loop_close(bell_loop *loop);

/* Waits at most timeout_ms (-1: without limit, 0: not at all) for something to
 * do, does it, and calls the callbacks of finished calls. Returns
 * BELL_REENTRANT inside a callback. */
BELL_API bell_status bell_loop_run(bell_loop *loop, int timeout_ms);

/* The loop's thread gives it up: it then belongs to the next thread that runs
 * it. The program sees to it that the two do not use it at the same time. A
 * thread that ends, such as one of a pool, gives its loops up first.
 * Returns BELL_REENTRANT inside a callback. */
BELL_API bell_status bell_loop_release(bell_loop *loop);

/* A descriptor that is readable when bell_loop_run(loop, 0) has something to
 * do: an epoll set (Linux) or a kqueue (macOS, BSD). Use it with
 * bell_next_deadline_ms() in other event loops. -1 if the library was built
 * with BELLPULL_POLLER=poll, which has no such descriptor. */
BELL_API int bell_fd(const bell_loop *loop);

/* Milliseconds until bell_loop_run() must be called even if bell_fd() is not
 * readable; -1 if there is no such time, or if another thread runs the loop. */
BELL_API int64_t bell_next_deadline_ms(bell_loop *loop);

/* Ends a wait in bell_loop_run() early. May be called from any thread and from
 * a signal handler. */
BELL_API void bell_wake(bell_loop *loop);

/* The loop of a client: its own if the options named none. */
BELL_API bell_loop *bell_client_loop(bell_client *client);

#if BELL_HAS_LIBWEBSOCKETS
struct lws_context;

/* Lets a libwebsockets context (4.1.6 or newer) run the loop along with its own
 * sockets, as one adopted descriptor in a separate vhost. The loop may be
 * closed before or after the context. */
BELL_API bell_status bell_loop_adopt(bell_loop *loop,
                                     struct lws_context *context,
                                     bell_error *error);
#endif

/* ---- Client -------------------------------------------------------------- */

/* The kinds of answer for bell_token_answer(). */
typedef enum bell_token_kind {
    BELL_TOKEN_SET = 1,          /* here is the token */
    BELL_TOKEN_ANONYMOUS = 2,    /* connect without a token */
    BELL_TOKEN_UNAUTHORIZED = 3, /* there will be none: end for good */
    BELL_TOKEN_FAILED = 4        /* not now: ask again after a wait */
} bell_token_kind;

/* Asks the program for a connection token. It is called before a connection is
 * dialed that needs a new token: the first one, and any after the server has
 * said that the last token expired. It is also called when the lifetime that
 * the server gave the last token runs out: the new token is then sent to the
 * server, and the connection stays. Answer with bell_token_answer() and this
 * `request`, now or later. If there is no answer within connect_deadline_ms,
 * the function is called again after a wait, with another `request`; a late
 * token is still accepted, whichever request it answers. The function runs in
 * the client's thread; it may make calls, answer, and close the client. */
typedef void (*bell_token_get)(void *context, bell_client *client,
                               uint64_t request);

/* How calls are sent over Centrifugo. */
typedef enum bell_mode {
    BELL_MODE_NATIVE = 0, /* with its rpc command */
    BELL_MODE_CHANNEL = 1 /* as publications: see request_channel */
} bell_mode;

typedef enum bell_tls_version {
    BELL_TLS_1_2 = 1, /* RFC 5246 */
    BELL_TLS_1_3 = 2  /* RFC 8446 */
} bell_tls_version;

/* Options of one link, which is named after its section in the schema ("rpc"),
 * if they differ from the client's. Later versions add members at the end,
 * which is why bell_options.link_size gives the size. */
typedef struct bell_link_option {
    const char *name;
    const char *url;   /* used as it is; without a path, or with only /, it gets
                          the default path of the link's protocol; NULL: the
                          client's url */
    const char *token; /* NULL: the client's token */
    const char *const *urls; /* of REST: NULL: the client's urls */
    size_t url_count;
} bell_link_option;

/* A header of the request that opens a WebSocket. The name is a token (RFC 9110
 * 5.6.2), the value is printable ASCII without spaces around it. Host, Upgrade,
 * Connection, Content-Length, Transfer-Encoding, Trailer, Expect and
 * Sec-WebSocket-... belong to the handshake and are refused when the client
 * opens. */
typedef struct bell_header {
    const char *name;
    const char *value;
} bell_header;

/* 0 or NULL means the default, which each comment gives. Times are in
 * milliseconds. */
typedef struct bell_options {
    /* The address of the service: ws[s]:// or http[s]://host[:port][/path].
     * Each link uses the scheme that it needs, encrypted if the url is. Without
     * a path, or with only /, Centrifugo's path is /connection/websocket.
     * Default: $CENTRIFUGO_URL */
    const char *url;
    const char *token;   /* connection token (JWT); NULL: anonymous */
    const char *user_id; /* for channel mode; ignored in native mode */
    const char *name;    /* client name sent to the server: "bellpull" */
    const char *origin;  /* Origin header: none */
    bell_loop *loop;     /* NULL: the client opens its own loop */
    const bell_allocator *allocator; /* NULL: malloc */
    bell_log log;                    /* NULL: no log, except with
                                        BELL_DEBUG=1 */
    void *log_context;
    int64_t deadline_ms;         /* of a call: the schema's, else 30,000;
                                    -1: none */
    int64_t connect_deadline_ms; /* one attempt: name lookup, TCP, upgrade,
                                    connect: 5,000 */
    int64_t connect_wait_ms;     /* how long bell_connect() waits: 10,000; -1:
                                    without limit */
    int64_t reconnect_min_ms;    /* 500 */
    int64_t reconnect_max_ms;    /* 20,000 */
    int64_t ping_grace_ms;       /* allowed delay of a server ping: 10,000 */
    bool fail_fast;              /* calls fail at once while not connected */
    uint32_t calls_max;          /* in flight: 1,048,576 */
    size_t request_bytes_max;    /* one command: the limit of the link's
                                    protocol, 65,536 for Centrifugo */
    size_t queue_bytes_max;      /* not yet written: 16 MiB */
    size_t message_bytes_max;    /* one message from the server: 64 MiB */
    size_t reply_bytes_max;      /* arena of one decoded reply: 64 MiB */
    uint32_t depth_max;          /* nesting of JSON: 64 */
    uint32_t items_max;          /* items of one list or map: 16,777,216 */
    bell_mode mode;              /* BELL_MODE_NATIVE */
    /* Channel mode: the request {method, params, correlation_id, reply_to} is
     * published to request_channel; the reply {correlation_id, result | error}
     * arrives on reply_channel, in which {user_id} is replaced by the option. A
     * reply published by a client is rejected unless the server says that the
     * client's user is responder_user: otherwise any client could answer in the
     * backend's name. */
    const char *request_channel; /* "rpc.requests" */
    const char *reply_channel;   /* "user#{user_id}" */
    const char *responder_user;  /* NULL: only the server API */
    bell_fake *fake;             /* for tests, see bell/fake.h: NULL */
    /* TLS, for wss://. The server's certificate must be valid, match the url's
     * host, and be signed by a trusted authority. Files are in PEM format and
     * are read when the client opens. */
    const char *tls_ca_file;          /* trusted authorities: the system's */
    const char *tls_ca_folder;        /* the same, with the file names of
                                         `openssl rehash` */
    const char *tls_certificate_file; /* the client's certificate chain: none */
    const char *tls_key_file;         /* without a password; NULL: it is in the
                                         certificate file */
    bell_tls_version tls_version_min; /* BELL_TLS_1_2 */
    bool tls_insecure_accept_anybody; /* does not verify the server: for
                                         experiments only */
    bell_token_get token_get;         /* instead of `token`: NULL */
    void *token_context;
    uint32_t retries;     /* how often an idempotent call whose connection broke
                             is sent again, within its deadline: 0 */
    bell_metrics metrics; /* called with events to count: NULL */
    void *metrics_context;
    const bell_link_option *links; /* links with their own options: none */
    size_t link_count;
    size_t link_size;                 /* must be sizeof links[0] */
    bell_state_changed state_changed; /* called for each change of a link:
                                         NULL */
    void *state_context;
    bell_json connect_data; /* one JSON value that is sent to the server as the
                               `data` of each connect command, for example to
                               its connect proxy; at most request_bytes_max
                               bytes: none */
    const bell_header *headers; /* more headers of the request that opens a
                                   WebSocket, and of each of REST: none */
    size_t header_count;
    /* REST. A call whose connection failed, or that was answered with 429, 502,
     * 503 or 504, is tried again, within its deadline, if it is idempotent or
     * was certainly not sent. The wait before a try is random, up to
     * retry_min_ms, twice that, and so on; a Retry-After of the server is the
     * least. */
    int32_t rest_retries;      /* further tries: 3; -1: none */
    int64_t retry_min_ms;      /* 1,000 */
    int64_t retry_max_ms;      /* 60,000 */
    int32_t retry_budget;      /* further tries of all calls: each takes 10,
                                  a success gives 1 back: 100; -1: no bound */
    uint32_t connections_max;  /* at once, more calls wait: 100 */
    uint32_t idle_max;         /* kept open without a call: 20 */
    int64_t idle_ms;           /* ... for so long: 4,000 */
    const char *user_agent;    /* "bellpull/" and the version */
    size_t head_bytes_max;     /* header lines of one answer: 65,536 */
    int32_t redirects_max;     /* answers 307 and 308 that are followed: 5;
                                  -1: none */
    bool gzip;                 /* asks for packed answers; needs a library that
                                  was built with zlib */
    size_t inflated_bytes_max; /* of one packed answer: message_bytes_max */
    /* An HTTP proxy that is asked for a way (CONNECT) to every server, those of
     * WebSockets too: http://[user:password@]host:port. NULL: none, whatever
     * the environment says. */
    const char *proxy;
    /* More servers of the same service: base urls of REST behind `url`, at most
     * 63. Each call takes the next one in turn, and a try that failed and may
     * be made again goes to one that has not had this call, without a wait. One
     * that did not answer, or with 502, 503 or 504, is passed over for
     * url_rest_ms while others are not. Credentials go to all of them. */
    const char *const *urls; /* none */
    size_t url_count;
    int64_t url_rest_ms; /* 5,000 */
    /* Answers with 200 to GETs of REST are kept for cache_ms, or as long as
     * their Cache-Control says if that is less: the same request is then
     * answered without asking the server. A good answer to another method
     * removes those of the same target; 401 and another token remove all. */
    int64_t cache_ms;       /* 0: none is kept */
    size_t cache_bytes_max; /* of all that are kept: 1 MiB */
    size_t inbox_bytes_max; /* of the items of one stream, or of messages, that
                               wait for whoever listens: 64 MiB */
} bell_options;

/* Options of one call; 0 or NULL means the client's. Set members by name, since
 * later versions add members at the end; generated code passes the size. */
typedef struct bell_call_options {
    int64_t deadline_ms; /* -1: none */
    bool fail_fast;      /* fail at once while not connected */
    int32_t retries;     /* of REST: further tries; -1: none */
    bool no_cache;       /* of REST: the server is asked, whatever is kept; its
                            answer is kept */
} bell_call_options;

/* What came unasked on one socket since somebody listens to it. */
typedef struct bell_counts {
    uint64_t came;
    uint64_t dropped; /* for want of room: inbox_bytes_max, or the stream keeps
                         no more */
    uint64_t unknown; /* of kinds that the schema does not know */
    uint64_t bad;     /* that are no items of the schema */
    uint32_t waiting; /* for a function, or bell_client_next() */
    size_t waiting_bytes;
} bell_counts;

/* Cancels a call: its callback is called with BELL_CANCELLED when the loop
 * runs, never inside this function. Does nothing if the call has ended or is
 * 0. */
BELL_API void bell_cancel(bell_client *client, bell_call call);

/* Runs the client's loop until each of these calls has ended; their callbacks,
 * which run meanwhile, tell how. A number whose call has ended, or that is 0,
 * is not waited for. BELL_DEADLINE: deadline_ms (-1: without limit) is over;
 * the calls go on. Returns BELL_REENTRANT inside a callback. */
BELL_API bell_status bell_wait(bell_client *client, const bell_call *calls,
                               size_t count, int64_t deadline_ms,
                               bell_error *error);

/* Starts a call and returns its number, or 0 if it started none. */
typedef bell_call (*bell_beat)(void *context, bell_client *client);

/* A call that is made again and again, such as a heartbeat. */
typedef struct bell_every bell_every;

/* Calls `beat` in the client's thread, by the running loop: at once, and then
 * every interval_ms. While the call that it started last is under way, beats
 * are left out; beats that were missed are not made up for. `beat` may make
 * calls, stop this and others, and close the client; sync calls return
 * BELL_REENTRANT. How the calls end, their own callbacks hear. *every is valid
 * until bell_every_stop(), or until the client is closed, which ends it.
 * BELL_INVALID: no function, or an interval that is not positive. */
BELL_API bell_status bell_every_start(bell_client *client, int64_t interval_ms,
                                      bell_beat beat, void *context,
                                      bell_every **every, bell_error *error);

/* No beat comes any more, and the call that is under way is cancelled; its
 * callback hears BELL_CANCELLED when the loop runs. NULL is fine. */
BELL_API void bell_every_stop(bell_every *every);

/* Waits until the client is BELL_STATE_CONNECTED, and returns BELL_OK. It fails
 * at once if the client is BELL_STATE_DISCONNECTED. If the time is up, the
 * error says why the last attempt failed, and the client keeps trying.
 * `deadline_ms` is how long to wait, over as many attempts as fit; 0:
 * connect_wait_ms of bell_options; -1: without limit. You can make calls
 * without waiting for this. */
BELL_API bell_status bell_connect(bell_client *client, int64_t deadline_ms,
                                  bell_error *error);

/* The state of the client, all links taken together. In another thread than the
 * client's it looks at nothing and returns BELL_STATE_DISCONNECTED. */
BELL_API bell_connection_state bell_client_state(const bell_client *client);

/* Whether the client is BELL_STATE_CONNECTED: commands can be sent at once on
 * every link in use. A link that was opened on first use and has ended for good
 * does not count while another link is in use; calls on it fail with the
 * reason. */
BELL_API bool bell_connected(const bell_client *client);

/* Answers bell_token_get. `text` is the token, or a reason for people; it is
 * copied, and may be NULL. It may be called from any thread, at any time, but
 * not from a signal handler. It wakes the client's loop, and the client uses
 * the answer in its next turn. If several tokens arrive, the first is used;
 * BELL_TOKEN_FAILED and BELL_TOKEN_UNAUTHORIZED count only for the latest
 * request. An answer to a request that is no longer open does nothing, and
 * bell_close() ends all requests of its client. `client` is only compared and
 * never accessed, so it may have been freed. */
BELL_API void bell_token_answer(bell_client *client, uint64_t request,
                                bell_token_kind kind, const char *text);

/* For which link `request` asks for a token: the link's name in the schema
 * ("rpc"), which is valid as long as the service's tables are; NULL if the
 * request is no longer open. This is for services with several links. May be
 * called from any thread. */
BELL_API const char *bell_token_link(const bell_client *client,
                                     uint64_t request);

/* For which role `request` asks for a token: the role's name in the schema, or
 * "" for the default, which is also the token of all connections; valid as
 * bell_token_link()'s is. May be called from any thread. */
BELL_API const char *bell_token_role(const bell_client *client,
                                     uint64_t request);

/* The tokens of endpoints by role, which is a name of the schema, such as
 * ARCP_ROLE_ADMIN; NULL or "" is the default, of the option `token`. Sets one,
 * which is copied, or forgets it (NULL). Calls that waited for it go out.
 * BELL_INVALID if there is no such role, or the token cannot be sent. */
BELL_API bell_status bell_token_set(bell_client *client, const char *role,
                                    const char *token, bell_error *error);

/* Whether the client has a token of that role that has not expired. */
BELL_API bool bell_is_authenticated(const bell_client *client,
                                    const char *role);

/* When the token of that role expires (`exp` of a JWT), in seconds since 1970;
 * 0 if there is none or it does not say. */
BELL_API int64_t bell_token_expires(const bell_client *client,
                                    const char *role);

/* Skips the current wait before a reconnect, for example when the network is
 * back. */
BELL_API void bell_kick(bell_client *client);

/* Ends every call with BELL_CLOSED (their callbacks run inside this function),
 * sends a close frame to the server, waits at most 50 ms for the server's, and
 * frees the client. If called inside a callback, the client is freed when the
 * callback returns. Another thread may call it when the loop's thread runs the
 * loop no more. NULL is fine. */
BELL_API void bell_close(bell_client *client);

/* What came with the answer of a call of REST that ended with BELL_REFUSED;
 * NULL if `error` is a different one. Valid until another call of the client
 * ends with such an error, or, in a callback, until it returns; in any case
 * only until bell_close(). */
BELL_API const bell_http_error *bell_error_http(bell_client *client,
                                                const bell_error *error);

/* What came with the good answer of a call of REST: in its callback, that of
 * this call, until the callback returns; elsewhere that of the last sync call,
 * until the next one ends. NULL: it ended otherwise, or memory was short. */
BELL_API const bell_http_reply *bell_reply_http(bell_client *client);

/* Keeps a reply that was passed to a callback; free it with bell_free().
 * Returns NULL if memory is short or `reply` is NULL. */
BELL_API void *bell_keep(const void *reply);

/* Frees a reply of a sync call, or one kept with bell_keep(). NULL is fine. */
BELL_API void bell_free(void *reply);

/* ---- JSON values and tokens ---------------------------------------------- */

#if BELL_HAS_CJSON
struct cJSON;

/* Returns the value as a cJSON tree, which the caller frees with
 * cJSON_Delete(); NULL if memory is short. Numbers become doubles; for exact
 * integers, read the text. */
BELL_API struct cJSON *bell_json_tree(bell_json json);
#endif

/* The claims of a token. Times are in seconds since 1970. */
typedef struct bell_claims {
    bell_string user;    /* "sub"; empty: anonymous */
    bell_string channel; /* a subscription token's channel, or empty */
    int64_t issued_at;   /* "iat"; 0: left out */
    int64_t expires_at;  /* "exp"; 0: left out */
} bell_claims;

/* Creates a JWT signed with HMAC-SHA256 (RFC 7519, RFC 7515 A.1). The token is
 * NUL-terminated; free it with bell_free(). */
BELL_API bell_status bell_token_hs256(bell_string secret,
                                      const bell_claims *claims, char **token,
                                      bell_error *error);

/* The library's version, such as "0.1.0". */
BELL_API const char *bell_version(void);

#ifdef __cplusplus
}
#endif

#endif
