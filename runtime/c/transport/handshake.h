/* handshake.h: the upgrade of RFC 6455, part 4: what is asked and whether the
 * answer is right. It knows no sockets and no frames. */
#ifndef BELL__TRANSPORT_HANDSHAKE_H
#define BELL__TRANSPORT_HANDSHAKE_H

#include "base/buf.h"
#include "transport/http_head.h"
#include "transport/url.h"

enum {
    BELL__NONCE_BYTES = 16,
    BELL__KEY_BYTES = 25, /* base64 and NUL */
    BELL__HEAD_BYTES_MAX = 16 * 1024
};

/* What is sent as Sec-WebSocket-Key. */
void bell__handshake_key(const unsigned char nonce[BELL__NONCE_BYTES],
                         char key[BELL__KEY_BYTES]);

/* What is asked for; `path` is the url's, or what stands for it. */
struct bell__handshake {
    const struct bell__url *url;
    bell_string path;
    const char *origin;  /* NULL: none */
    const char *offered; /* subprotocols, parted by ", "; NULL: none */
    const char *headers; /* lines, each with its line break in front; or "" */
    const char *key;
};

bell_status bell__handshake_ask(struct bell__buf *out,
                                const struct bell__handshake *handshake);

/* What the answer is held against, and what it chose. */
struct bell__handshake_answer {
    const char *key;
    const char *hint_404; /* is said of a path that is not there; NULL: asks
                             whether it is right */
    const char *offered;  /* subprotocols, parted by ", "; NULL: none */
    bell_string chosen;   /* where in them; empty: none */
};

/* True where the head accepts the key; else the reason in text. */
bool bell__handshake_check(const struct bell__http_head *head,
                           const char *bytes,
                           struct bell__handshake_answer *answer, char *text,
                           size_t text_size);

/* The reason where the answer is no head. */
void bell__handshake_wrong(const struct bell__http_head *head,
                           const char *trouble, char *text, size_t text_size);

#endif
