/* handshake.h: the upgrade of RFC 6455, part 4: what is asked and whether the
 * answer is right. It knows no sockets and no frames. */
#ifndef BELL__TRANSPORT_HANDSHAKE_H
#define BELL__TRANSPORT_HANDSHAKE_H

#include "base/buf.h"
#include "transport/url.h"

enum {
    BELL__NONCE_BYTES = 16,
    BELL__KEY_BYTES = 25, /* base64 and NUL */
    BELL__HEAD_BYTES_MAX = 16 * 1024
};

/* What is sent as Sec-WebSocket-Key. */
void bell__handshake_key(const unsigned char nonce[BELL__NONCE_BYTES],
                         char key[BELL__KEY_BYTES]);

/* `origin` may be NULL. */
bell_status bell__handshake_ask(struct bell__buf *out,
                                const struct bell__url *url, const char *origin,
                                const char *key);

/* The size of the answer's head, 0: not whole yet, SIZE_MAX: too long. */
size_t bell__handshake_head(const char *bytes, size_t size);

/* True where the head accepts the key; else the reason in text. */
bool bell__handshake_check(const char *head, size_t size, const char *key,
                           char *text, size_t text_size);

#endif
