/* proxy.h: where a proxy is, and who we are there: taken from
 * http://[user:password@]host:port. It knows no sockets. */
#ifndef BELL__TRANSPORT_PROXY_H
#define BELL__TRANSPORT_PROXY_H

#include <bell/features.h>

#include "base/error.h"
#include "transport/url.h"

struct bell__proxy {
    struct bell__url url;      /* without the user */
    const char *authorization; /* of Proxy-Authorization; NULL: none */
    const bell_allocator *memory;
    size_t size;
    char texts[];
};

#if BELL_HAS_PROXY

/* BELL_INVALID says what is wrong, and nothing of the text: it may hold a
 * password. */
bell_status bell__proxy_make(const bell_allocator *memory, const char *text,
                             struct bell__proxy **proxy, bell_error *error);

/* Wipes the password. NULL is fine. */
void bell__proxy_free(struct bell__proxy *proxy);

#else

static inline bell_status bell__proxy_make(const bell_allocator *memory,
                                           const char *text,
                                           struct bell__proxy **proxy,
                                           bell_error *error)
{
    (void)memory;
    (void)text;
    (void)proxy;
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "proxy is something that this build of the library "
                           "does not have (BELLPULL_PROXY)");
}

static inline void bell__proxy_free(struct bell__proxy *proxy)
{
    (void)proxy;
}

#endif

#endif
