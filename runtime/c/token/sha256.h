/* sha256.h: a text signed with a secret: HMAC-SHA256 (RFC 2104, FIPS 180-4). It
 * needs no library, so tokens are there in a build without TLS. */
#ifndef BELL__TOKEN_SHA256_H
#define BELL__TOKEN_SHA256_H

#include <bell/bell.h>

enum { BELL__SHA256_BYTES = 32 };

/* Nothing of the secret stays in memory; how long it takes depends on sizes
 * alone. */
void bell__hmac_sha256(bell_string secret, bell_string text,
                       uint8_t digest[BELL__SHA256_BYTES]);

#endif
