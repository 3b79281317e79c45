/* features.h: what this build of the library has. In the sources that is all,
 * unless the build says otherwise; an installed one was written by it. */
#ifndef BELL_FEATURES_H
#define BELL_FEATURES_H

/* wss://, by OpenSSL; without it such a url is refused when a client opens. */
#ifndef BELL_HAS_TLS
#define BELL_HAS_TLS 1
#endif

/* bell_loop_adopt() */
#ifndef BELL_HAS_LIBWEBSOCKETS
#define BELL_HAS_LIBWEBSOCKETS 1
#endif

/* bell_json_tree() */
#ifndef BELL_HAS_CJSON
#define BELL_HAS_CJSON 1
#endif

/* The option gzip, by zlib; without it that is refused. */
#ifndef BELL_HAS_ZLIB
#define BELL_HAS_ZLIB 1
#endif

/* The option proxy; without it that is refused. */
#ifndef BELL_HAS_PROXY
#define BELL_HAS_PROXY 1
#endif

#endif
