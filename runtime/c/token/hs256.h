/* hs256.h: mints a JWT signed by HMAC-SHA256. It knows no client. */
#ifndef BELL__TOKEN_HS256_H
#define BELL__TOKEN_HS256_H

#include <bell/bell.h>

#include "base/buf.h"

/* Appends the token, without a NUL. BELL_INVALID where the secret is empty, a
 * time is negative or a text is not UTF-8; then `out` has the size that it
 * had. Neither secret nor token appear in *error. */
bell_status bell__token_hs256(struct bell__buf *out, bell_string secret,
                              const bell_claims *claims, bell_error *error);

#endif
