/* hs256.c: mints a JWT signed by HMAC-SHA256 (RFC 7519, RFC 7515 A.1). It
 * knows no client. */
#include "token/hs256.h"

#include "base/error.h"
#include "token/base64url.h"
#include "token/sha256.h"
#include "json/write.h"

static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

static void add_time(struct bell__buf *out, const char *key, int64_t seconds)
{
    if (seconds != 0) {
        bell__buf_add_text(out, key);
        bell__json_add_int64(out, seconds);
    }
}

static bell_status write_claims(struct bell__buf *out,
                                const bell_claims *claims)
{
    bell__buf_add_text(out, "{\"sub\":");
    bell__json_add_string(out, claims->user);
    if (claims->channel.size != 0) {
        bell__buf_add_text(out, ",\"channel\":");
        bell__json_add_string(out, claims->channel);
    }
    add_time(out, ",\"exp\":", claims->expires_at);
    add_time(out, ",\"iat\":", claims->issued_at);
    bell__buf_add_text(out, "}");
    return bell__buf_settle(out);
}

/* What is signed begins at `start`. */
static bell_status append_signature(struct bell__buf *out, size_t start,
                                    bell_string secret)
{
    uint8_t signature[BELL__SHA256_BYTES];
    bell_string text = {out->bytes + start, out->size - start};
    bell__hmac_sha256(secret, text, signature);
    bell_status status = bell__buf_append(out, ".", 1);
    if (status != BELL_OK) {
        return status;
    }
    return bell__base64url_append(out, signature, sizeof signature);
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
    if (secret.size == 0 || secret.text == NULL) {
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
