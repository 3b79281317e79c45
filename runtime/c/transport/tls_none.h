/* tls_none.h: a build without TLS: nobody gets a context, so nobody starts. For
 * tls.h alone. */
#ifndef BELL__TRANSPORT_TLS_NONE_H
#define BELL__TRANSPORT_TLS_NONE_H

#include <assert.h>

#include "base/error.h"

static inline bell_status
bell__tls_open(struct bell_loop *loop, const struct bell__tls_options *options,
               struct bell__tls_context **context, bell_error *error)
{
    (void)loop;
    (void)options;
    *context = NULL;
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "the url wants TLS, which this build of the "
                           "library does not have (BELLPULL_TLS)");
}

static inline void bell__tls_close(struct bell__tls_context *context)
{
    assert(context == NULL);
    (void)context;
}

static inline bool bell__tls_start(struct bell__socket *socket, int fd,
                                   struct bell__tls_context *context,
                                   const char *host)
{
    (void)socket;
    (void)fd;
    (void)context;
    (void)host;
    return false;
}

static inline enum bell__flow bell__tls_shake(struct bell__socket *socket)
{
    (void)socket;
    return BELL__FLOW_FAILED;
}

#endif
