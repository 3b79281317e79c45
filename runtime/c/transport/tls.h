/* tls.h: TLS on a connected socket (RFC 8446, RFC 5246), the client's side.
 * Who the server is, is verified unless the options say that it is not. */
#ifndef BELL__TRANSPORT_TLS_H
#define BELL__TRANSPORT_TLS_H

#include "loop/loop.h"
#include "transport/socket.h"

struct bell__tls_options {
    const char *ca_file; /* NULL with ca_folder NULL: the system's */
    const char *ca_folder;
    const char *certificate_file; /* the client's own; NULL: none */
    const char *key_file;         /* NULL: in certificate_file */
    bell_tls_version version_min; /* 0: BELL_TLS_1_2 */
    bool unverified;
};

struct bell__tls_context;

#if BELL_HAS_TLS

/* The context for these options: one is shared by all lines of a loop whose
 * options are equal. BELL_INVALID: a file cannot be read; *error says which. */
bell_status bell__tls_open(struct bell_loop *loop,
                           const struct bell__tls_options *options,
                           struct bell__tls_context **context,
                           bell_error *error);

/* The last one frees it. NULL is fine. */
void bell__tls_close(struct bell__tls_context *context);

/* Takes a connected, nonblocking descriptor; `host` is who should answer, a
 * name or an address, NUL-terminated, and is copied. False: `trouble`; then
 * the descriptor stays the caller's. */
bool bell__tls_start(struct bell__socket *socket, int fd,
                     struct bell__tls_context *context, const char *host);

/* Goes on with the handshake. MOVED: it is done. FAILED and ENDED: `trouble`
 * says why. BLOCKED: try again when the descriptor is ready, for writing where
 * `wants_write`. */
enum bell__flow bell__tls_shake(struct bell__socket *socket);

struct ssl_st;

/* tls_trouble.c: what went wrong, in words that say what to do. `result` is
 * what SSL_get_error() said. */
void bell__tls_explain(const struct ssl_st *ssl, int result, int os_error,
                       const char *host, char *out, size_t size);

/* tls_context.c */
const bell_allocator *bell__tls_memory(const struct bell__tls_context *context);
struct ssl_st *bell__tls_session(struct bell__tls_context *context);
struct bio_st *bell__tls_bio(struct bell__tls_context *context,
                             struct bell__socket *socket);

#else
#include "transport/tls_none.h"
#endif

#endif
