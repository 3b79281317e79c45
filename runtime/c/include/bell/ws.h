/* ws.h: a plain WebSocket (RFC 6455, the client's side): messages of text and
 * bytes, without a schema. Many of them, and clients, can share a loop.
 *
 * Sync: open, connect, then send and receive; each waits for its deadline.
 * Async: give functions in the options, and run the loop with bell_loop_run().
 * Both can be mixed, but a WebSocket with on_message has nothing to receive.
 *
 * Threads and ownership: as in bell.h. A WebSocket belongs to the thread that
 * runs its loop. What is sent is copied; what is received is lent. */
#ifndef BELL_WS_H
#define BELL_WS_H

#include <bell/bell.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bell_ws bell_ws;

typedef enum bell_ws_kind {
    BELL_WS_TEXT = 1,  /* UTF-8, checked in both directions */
    BELL_WS_BINARY = 2 /* any bytes */
} bell_ws_kind;

typedef struct bell_ws_message {
    bell_ws_kind kind;
    const char *bytes; /* not NUL-terminated; lent */
    size_t size;
} bell_ws_message;

typedef enum bell_ws_state {
    BELL_WS_CONNECTING = 1,
    BELL_WS_OPEN = 2,
    BELL_WS_CLOSING = 3, /* bell_ws_shut() was called; messages may come */
    BELL_WS_CLOSED = 4   /* for good: it does not connect again */
} bell_ws_state;

/* Functions that the loop calls. Each may use the WebSocket, and close it; sync
 * functions return BELL_REENTRANT inside of them. */
typedef void (*bell_ws_opened)(void *context, bell_ws *ws);

/* `message` is lent until the function returns. */
typedef void (*bell_ws_received)(void *context, bell_ws *ws,
                                 const bell_ws_message *message);
typedef void (*bell_ws_ponged)(void *context, bell_ws *ws, const char *payload,
                               size_t size);

/* All that was queued has been handed to the kernel. */
typedef void (*bell_ws_drained)(void *context, bell_ws *ws);

/* It is closed; called once, for a WebSocket that was never open as well, but
 * not by bell_ws_close(). `error` says why: BELL_CLOSED if bell_ws_shut() ended
 * it well, BELL_DEADLINE if connecting or closing took too long, else
 * BELL_DISCONNECTED. See bell_ws_close_code(). */
typedef void (*bell_ws_ended)(void *context, bell_ws *ws,
                              const bell_error *error);

/* 0 or NULL means the default, which each comment gives. Times are in
 * milliseconds; -1 means without limit. */
typedef struct bell_ws_options {
    const char *url;                 /* ws[s]://host[:port][/path][?query] */
    const char *const *subprotocols; /* offered, best first (RFC 6455 1.9) */
    size_t subprotocol_count;
    const bell_header *headers; /* more headers of the request: none */
    size_t header_count;
    const char *origin; /* Origin header: none */
    const char *proxy;  /* as in bell_options: none */
    bell_loop *loop;    /* NULL: the WebSocket opens its own loop */
    const bell_allocator *allocator; /* NULL: malloc */
    int64_t connect_deadline_ms; /* name lookup, TCP, TLS, upgrade: 30,000 */
    int64_t receive_deadline_ms; /* of bell_ws_receive(): 30,000 */
    int64_t close_deadline_ms;   /* from bell_ws_shut() to the server's close
                                    frame: 10,000 */
    size_t message_bytes_max;    /* one message of the server: 64 MiB */
    size_t queue_bytes_max;      /* not yet handed to the kernel: 16 MiB */
    /* TLS, for wss://, as in bell_options. */
    const char *tls_ca_file;
    const char *tls_ca_folder;
    const char *tls_certificate_file;
    const char *tls_key_file;
    bell_tls_version tls_version_min;
    bool tls_insecure_accept_anybody;
    void *context; /* of the functions */
    bell_ws_opened on_open;
    bell_ws_received on_message; /* NULL: messages are received */
    bell_ws_ponged on_pong;
    bell_ws_drained on_drain;
    bell_ws_ended on_close;
} bell_ws_options;

/* Used by bell_ws_open(). */
BELL_API bell_status bell_ws_make(const bell_ws_options *options,
                                  size_t options_size, bell_ws **ws,
                                  bell_error *error, size_t error_size);

/* Makes a WebSocket, which connects when the loop runs, or in
 * bell_ws_connect(). Options and their texts may go when this returns.
 * BELL_INVALID: an option is wrong, the message says which; BELL_NO_MEMORY.
 * `error` may be NULL here and everywhere. */
static inline bell_status bell_ws_open(const bell_ws_options *options,
                                       bell_ws **ws, bell_error *error)
{
    return bell_ws_make(options, sizeof *options, ws, error, sizeof *error);
}

/* Waits until it is open. BELL_DISCONNECTED: it cannot be, or is closed;
 * BELL_DEADLINE: connect_deadline_ms. The message says why. */
BELL_API bell_status bell_ws_connect(bell_ws *ws, bell_error *error);

/* Sends a message, or queues it: while it connects, and where the kernel takes
 * no more. Outside of callbacks it is written at once; in callbacks, all are
 * written together when they return. BELL_INVALID: a text that is not UTF-8.
 * BELL_LIMIT: queue_bytes_max; nothing of it was queued. BELL_DISCONNECTED: it
 * is closed or closing. */
BELL_API bell_status bell_ws_send(bell_ws *ws, bell_ws_kind kind,
                                  const void *bytes, size_t size,
                                  bell_error *error);

/* The same for a C string, as text. */
static inline bell_status bell_ws_send_text(bell_ws *ws, const char *text,
                                            bell_error *error)
{
    return bell_ws_send(ws, BELL_WS_TEXT, text, text != NULL ? strlen(text) : 0,
                        error);
}

/* Waits until all that was queued is handed to the kernel. BELL_DEADLINE:
 * deadline_ms (-1: without limit; 0: at once) is over, the rest stays
 * queued. */
BELL_API bell_status bell_ws_flush(bell_ws *ws, int64_t deadline_ms,
                                   bell_error *error);

/* Waits for the next message. *message is lent until the loop runs again: by
 * this, bell_ws_connect(), bell_ws_flush(), bell_loop_run(), or a sync call of
 * a client in the same loop. `deadline_ms`: 0: receive_deadline_ms of the
 * options; -1: without limit. BELL_DEADLINE: none came, and none is lost: it
 * comes with the next call. BELL_DISCONNECTED, BELL_CLOSED: it is closed, and
 * all that came before has been received; so it is if BELL_DEADLINE comes with
 * BELL_WS_CLOSED (bell_ws_state_of()). */
BELL_API bell_status bell_ws_receive(bell_ws *ws, bell_ws_message *message,
                                     int64_t deadline_ms, bell_error *error);

/* Sends a ping with at most 125 bytes, which the server sends back in a pong.
 * Pings of the server are answered by the loop, but not while a message waits
 * to be received. */
BELL_API bell_status bell_ws_ping(bell_ws *ws, const void *payload, size_t size,
                                  bell_error *error);

/* Begins to close: what is queued leaves first, then a close frame. `code` is
 * 1000, 1001, 3000 to 4999 or another that RFC 6455 7.4 lets a client send; 0:
 * none. `reason` is UTF-8 of at most 123 bytes; NULL: none. While it connects,
 * it is closed at once. */
BELL_API bell_status bell_ws_shut(bell_ws *ws, uint16_t code,
                                  const char *reason, bell_error *error);

/* Frees the WebSocket. If it is open, it is shut with 1000, and the server's
 * close frame is waited for at most 50 ms. Inside a callback it is freed when
 * the callback returns. No function is called any more. NULL is fine. */
BELL_API void bell_ws_close(bell_ws *ws);

BELL_API bell_ws_state bell_ws_state_of(const bell_ws *ws);

/* The close code that the server sent; 1005: it sent a close frame without one;
 * 1006: it sent none, or the WebSocket is not closed. */
BELL_API uint16_t bell_ws_close_code(const bell_ws *ws);

/* The reason that came with it, NUL-terminated; "" if there was none. */
BELL_API const char *bell_ws_close_reason(const bell_ws *ws);

/* The subprotocol that the server chose; empty if it chose none, or the
 * WebSocket was never open. Valid until bell_ws_close(). */
BELL_API bell_string bell_ws_subprotocol(const bell_ws *ws);

/* Bytes that are queued and not yet handed to the kernel, about. */
BELL_API size_t bell_ws_queued(const bell_ws *ws);

/* Its loop: its own if the options named none. */
BELL_API bell_loop *bell_ws_loop(bell_ws *ws);

#ifdef __cplusplus
}
#endif

#endif
