/* tunnel.h: a proxy is asked for a way to a server (RFC 9110 9.3.6): behind its
 * answer the bytes are the server's. It knows nothing of what is said there. */
#ifndef BELL__TRANSPORT_TUNNEL_H
#define BELL__TRANSPORT_TUNNEL_H

#include "transport/proxy.h"
#include "transport/socket.h"

struct bell__tunnel;

#if BELL_HAS_PROXY

/* All of them outlive it. NULL: no memory. */
struct bell__tunnel *bell__tunnel_make(const bell_allocator *memory,
                                       const struct bell__url *url,
                                       const struct bell__proxy *proxy);

/* Goes on. MOVED: there is a way. BLOCKED: try again when the descriptor is
 * ready, for writing where `wants_write`. Else `text` says why not. */
enum bell__flow bell__tunnel_go(struct bell__tunnel *tunnel,
                                struct bell__socket *socket, char *text,
                                size_t text_size);

/* NULL is fine. */
void bell__tunnel_free(struct bell__tunnel *tunnel);

#else /* no proxy was made */

static inline struct bell__tunnel *
bell__tunnel_make(const bell_allocator *memory, const struct bell__url *url,
                  const struct bell__proxy *proxy)
{
    (void)memory;
    (void)url;
    (void)proxy;
    return NULL;
}

static inline enum bell__flow bell__tunnel_go(struct bell__tunnel *tunnel,
                                              struct bell__socket *socket,
                                              char *text, size_t text_size)
{
    (void)tunnel;
    (void)socket;
    (void)text;
    (void)text_size;
    return BELL__FLOW_FAILED;
}

static inline void bell__tunnel_free(struct bell__tunnel *tunnel)
{
    (void)tunnel;
}

#endif

#endif
