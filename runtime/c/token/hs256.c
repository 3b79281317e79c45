/* hs256.c: mints a JWT signed by HMAC-SHA256 (RFC 7519, RFC 7515 A.1). It
 * knows no client. */
#include "token/hs256.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"
#include "token/base64url.h"
#include "json/write.h"

static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

enum { SIGNATURE_BYTES = 32 };

static bell_status append_text(struct bell__buf *out, const char *key,
                               bell_string text)
{
    bell_status status = bell__buf_append(out, key, strlen(key));
    if (status != BELL_OK) {
        return status;
    }
    return bell__json_write_string(out, text);
}

static bell_status append_time(struct bell__buf *out, const char *key,
                               int64_t seconds)
{
    char text[BELL__JSON_INT_MAX];
    char *end = bell__json_put_int64(text, seconds);
    if (seconds == 0) {
        return BELL_OK;
    }
    bell_status status = bell__buf_append(out, key, strlen(key));
    if (status != BELL_OK) {
        return status;
    }
    return bell__buf_append(out, text, (size_t)(end - text));
}

static bell_status write_claims(struct bell__buf *out,
                                const bell_claims *claims)
{
    bell_status status = append_text(out, "{\"sub\":", claims->user);
    if (status == BELL_OK && claims->channel.size != 0) {
        status = append_text(out, ",\"channel\":", claims->channel);
    }
    if (status == BELL_OK) {
        status = append_time(out, ",\"exp\":", claims->expires_at);
    }
    if (status == BELL_OK) {
        status = append_time(out, ",\"iat\":", claims->issued_at);
    }
    if (status != BELL_OK) {
        return status;
    }
    return bell__buf_append(out, "}", 1);
}

/* What is signed begins at `start`. */
static bell_status append_signature(struct bell__buf *out, size_t start,
                                    bell_string secret)
{
    unsigned char signature[SIGNATURE_BYTES];
    unsigned size = sizeof signature;
    const unsigned char *text = (const unsigned char *)(out->bytes + start);
    if (HMAC(EVP_sha256(), secret.text, (int)secret.size, text,
             out->size - start, signature, &size) == NULL ||
        size != sizeof signature) {
        return BELL_NO_MEMORY;
    }
    bell_status status = bell__buf_append(out, ".", 1);
    if (status != BELL_OK) {
        return status;
    }
    return bell__base64url_append(out, signature, size);
}

static bell_status append_token(struct bell__buf *out, struct bell__buf *json,
                                bell_string secret, const bell_claims *claims)
{
    size_t start = out->size;
    bell_status status = write_claims(json, claims);
    if (status == BELL_OK) {
        status = bell__base64url_append(out, header, sizeof header - 1);
    }
    if (status == BELL_OK) {
        status = bell__buf_append(out, ".", 1);
    }
    if (status == BELL_OK) {
        status = bell__base64url_append(out, json->bytes, json->size);
    }
    if (status == BELL_OK) {
        status = append_signature(out, start, secret);
    }
    if (status != BELL_OK) {
        out->size = start;
    }
    return status;
}

bell_status bell__token_hs256(struct bell__buf *out, bell_string secret,
                              const bell_claims *claims, bell_error *error)
{
    struct bell__buf json;
    if (secret.size == 0 || secret.text == NULL || secret.size > INT_MAX) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "a token needs a secret to sign with");
    }
    if (claims->issued_at < 0 || claims->expires_at < 0) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "a token's time is negative");
    }
    bell__buf_open(&json, out->memory, 0);
    bell_status status = append_token(out, &json, secret, claims);
    bell__buf_close(&json);
    if (status == BELL_INVALID) {
        return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                               "a token's claim is not UTF-8");
    }
    if (status != BELL_OK) {
        return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                               "no memory for a token");
    }
    bell__error_clear(error);
    return BELL_OK;
}
