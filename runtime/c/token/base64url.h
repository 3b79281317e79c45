/* base64url.h: base64 in the alphabet for addresses, without padding (RFC 4648
 * part 5). It knows no tokens. */
#ifndef BELL__TOKEN_BASE64URL_H
#define BELL__TOKEN_BASE64URL_H

#include <bell/bell.h>

#include "base/buf.h"

bell_status bell__base64url_append(struct bell__buf *out, const void *bytes,
                                   size_t size);

#endif
