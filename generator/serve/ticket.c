/* ticket.c: whether a connection token is good (RFC 7515, RFC 7519). */
#include "serve/ticket.h"

#include <string.h>

#include <openssl/crypto.h>

#include "base/base64.h"
#include "token/sha256.h"
#include "json/members.h"

/* A signature is letters without padding. */
enum {
    TOKEN_BYTES_MAX = 16 * 1024,
    SIGNATURE_LETTERS = (BELL__SHA256_BYTES * 4 + 2) / 3
};

static bool is_signed(bell_string signed_text, bell_string signature,
                      bell_string secret)
{
    uint8_t want[BELL__SHA256_BYTES];
    uint8_t got[BELL__SHA256_BYTES + 1];
    size_t size = 0;
    size_t place = 0;
    bell__hmac_sha256(secret, signed_text, want);
    return signature.size == SIGNATURE_LETTERS &&
           bell__base64_read(signature, got, &size, &place) == NULL &&
           size == sizeof want && CRYPTO_memcmp(want, got, sizeof want) == 0;
}

static enum ticket check_claims(bell_string claims, int64_t now)
{
    struct bell__json json;
    struct bell__members at;
    int64_t expires = 0;
    bell__json_open(&json, claims, 16);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "exp")) {
            bell__json_int64(&json, &expires);
        } else if (bell__member_is(&at, "sub") &&
                   bell__member_kind(&at) != BELL__JSON_STRING) {
            return TICKET_WRONG;
        }
    }
    if (json.wrong != NULL) {
        return TICKET_WRONG;
    }
    return expires != 0 && expires <= now ? TICKET_EXPIRED : TICKET_GOOD;
}

enum ticket ticket_check(bell_string token, bell_string secret, int64_t now)
{
    uint8_t claims[TOKEN_BYTES_MAX];
    if (token.size == 0 || token.size > TOKEN_BYTES_MAX) {
        return TICKET_WRONG;
    }
    const char *end = token.text + token.size;
    const char *dot = memchr(token.text, '.', token.size);
    const char *last =
        dot == NULL ? NULL : memchr(dot + 1, '.', (size_t)(end - dot - 1));
    if (last == NULL) {
        return TICKET_WRONG;
    }
    bell_string whole = {token.text, (size_t)(last - token.text)};
    bell_string middle = {dot + 1, (size_t)(last - dot - 1)};
    bell_string signature = {last + 1, (size_t)(end - last - 1)};
    if (!is_signed(whole, signature, secret)) {
        return TICKET_WRONG;
    }
    size_t size = 0;
    size_t place = 0;
    if (bell__base64_read(middle, claims, &size, &place) != NULL) {
        return TICKET_WRONG;
    }
    return check_claims((bell_string){(char *)claims, size}, now);
}
