/* ticket.c: whether a connection token is good (RFC 7515, RFC 7519). */
#include "serve/ticket.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "json/read.h"

enum { TOKEN_BYTES_MAX = 16 * 1024, SIGNATURE_BYTES = 32 };

static int digit_of(char letter)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *found = letter == '\0' ? NULL : strchr(digits, letter);
    return found == NULL ? -1 : (int)(found - digits);
}

/* Gives the size, or 0 where the text is no base64url or `size` is short. */
static size_t decode(bell_string text, char *out, size_t size)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        int digit = digit_of(text.text[i]);
        if (digit < 0) {
            return 0;
        }
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held < 8) {
            continue;
        }
        held -= 8;
        if (count == size) {
            return 0;
        }
        out[count++] = (char)(bits >> held & 0xff);
    }
    return count;
}

static bool is_signed(bell_string signed_text, bell_string signature,
                      bell_string secret)
{
    unsigned char want[EVP_MAX_MD_SIZE];
    char got[SIGNATURE_BYTES];
    unsigned want_size = 0;
    if (decode(signature, got, sizeof got) != SIGNATURE_BYTES) {
        return false;
    }
    if (HMAC(EVP_sha256(), secret.text, (int)secret.size,
             (const unsigned char *)signed_text.text, signed_text.size, want,
             &want_size) == NULL) {
        return false;
    }
    return want_size == SIGNATURE_BYTES &&
           CRYPTO_memcmp(want, got, SIGNATURE_BYTES) == 0;
}

static enum ticket check_claims(bell_string claims, int64_t now)
{
    struct bell__json json;
    bell_string key;
    bool escaped = false;
    int64_t expires = 0;
    bell__json_open(&json, claims, 16);
    if (!bell__json_enter_map(&json)) {
        return TICKET_WRONG;
    }
    while (bell__json_next_key(&json, &key, &escaped)) {
        bool is_exp = key.size == 3 && memcmp(key.text, "exp", 3) == 0;
        bool is_sub = key.size == 3 && memcmp(key.text, "sub", 3) == 0;
        bool good =
            is_exp   ? bell__json_int64(&json, &expires)
            : is_sub ? bell__json_raw_string(&json, &(bell_string){0}, &escaped)
                     : bell__json_skip(&json, NULL);
        if (!good) {
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
    char claims[TOKEN_BYTES_MAX];
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
    bell_string text = {claims, decode(middle, claims, sizeof claims)};
    return check_claims(text, now);
}
