/* hs256.h: mints a JWT signed by HMAC-SHA256. It knows no client. */
#ifndef BELL__TOKEN_HS256_H
#define BELL__TOKEN_HS256_H

#include <bell/bell.h>

#include "base/buf.h"

enum { BELL__SIGNATURE_BYTES = 32 };

/* HMAC-SHA256 of the text. False where memory is short. */
bool bell__token_sign(bell_string text, bell_string secret,
                      unsigned char signature[BELL__SIGNATURE_BYTES]);

/* Appends the token, without a NUL. BELL_INVALID where the secret is empty, a
 * time is negative or a text is not UTF-8; then `out` has the size that it
 * had. Neither secret nor token appear in *error. */
bell_status bell__token_hs256(struct bell__buf *out, bell_string secret,
                              const bell_claims *claims, bell_error *error);

#endif
