/* sha1.h: the digest that a WebSocket's upgrade is answered by (RFC 6455 4.2.2,
 * RFC 3174). Nothing is kept secret by it. */
#ifndef BELL__BASE_SHA1_H
#define BELL__BASE_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { BELL__SHA1_BYTES = 20 };

void bell__sha1(const char *text, size_t size,
                uint8_t digest[BELL__SHA1_BYTES]);

#endif
