/* ticket.c: whether a connection token is good (RFC 7515, RFC 7519). */
#include "serve/ticket.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64.h"
#include "base/memory.h"
#include "base/str.h"
#include "json/members.h"

enum { TOKEN_BYTES_MAX = 64 * 1024, DEPTH_MAX = 64 };

/* The letters of the three parts. */
struct parts {
    bell_string head;
    bell_string claims;
    bell_string signature;
    bell_string signed_text; /* the first two, with their dot */
};

/* What the claims say; seconds since 1970. */
struct claims {
    bool has_exp, has_nbf, has_expire_at;
    double exp, nbf;
    int64_t expire_at;
    bool has_channel;
};

void ticket_open(struct ticket *ticket)
{
    memset(ticket, 0, sizeof *ticket);
    bell__buf_open(&ticket->user, &bell__memory_default, 0);
}

void ticket_close(struct ticket *ticket)
{
    bell__buf_close(&ticket->user);
}

/* ---- Parts --------------------------------------------------------------- */

static bool is_letter(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';
}

/* Three parts of url-safe letters, with two dots. */
static bool cut_apart(bell_string token, struct parts *parts)
{
    const char *dots[2];
    size_t count = 0;
    for (size_t i = 0; i < token.size; i++) {
        if (token.text[i] == '.') {
            if (count == 2) {
                return false;
            }
            dots[count++] = token.text + i;
        } else if (!is_letter(token.text[i])) {
            return false;
        }
    }
    if (count != 2 || token.size > TOKEN_BYTES_MAX) {
        return false;
    }
    const char *end = token.text + token.size;
    parts->head = (bell_string){token.text, (size_t)(dots[0] - token.text)};
    parts->claims = (bell_string){dots[0] + 1, (size_t)(dots[1] - dots[0]) - 1};
    parts->signature = (bell_string){dots[1] + 1, (size_t)(end - dots[1]) - 1};
    parts->signed_text =
        (bell_string){token.text, (size_t)(dots[1] - token.text)};
    return true;
}

static bool read_letters(bell_string letters, struct bell__buf *room,
                         bell_string *bytes)
{
    size_t size = 0;
    size_t place = 0;
    room->size = 0;
    if (bell__buf_reserve(room, letters.size + 4) != BELL_OK ||
        bell__base64_read(letters, (uint8_t *)room->bytes, &size, &place) !=
            NULL) {
        return false;
    }
    *bytes = (bell_string){room->bytes, size};
    return true;
}

/* ---- The signature ------------------------------------------------------- */

static const EVP_MD *digest_of(bell_string algorithm)
{
    return bell__str_is(algorithm, "HS256")   ? EVP_sha256()
           : bell__str_is(algorithm, "HS384") ? EVP_sha384()
           : bell__str_is(algorithm, "HS512") ? EVP_sha512()
                                              : NULL;
}

static bool read_text(struct bell__members *at, bell_string *text)
{
    bool escaped;
    if (bell__member_kind(at) == BELL__JSON_NULL) {
        return bell__json_null(at->json);
    }
    return bell__json_raw_string(at->json, text, &escaped);
}

static const EVP_MD *read_algorithm(bell_string json)
{
    struct bell__json reader;
    struct bell__members at;
    bell_string algorithm = {"", 0};
    bell_string other;
    bell__json_open(&reader, json, DEPTH_MAX);
    for (bell__members_enter(&at, &reader); bell__members_next(&at);) {
        if (bell__member_is(&at, "alg")) {
            read_text(&at, &algorithm);
        } else if (bell__member_is(&at, "typ") || bell__member_is(&at, "kid") ||
                   bell__member_is(&at, "cty")) {
            read_text(&at, &other);
        }
    }
    return reader.wrong == NULL && bell__json_done(&reader)
               ? digest_of(algorithm)
               : NULL;
}

static bool is_signed(const struct parts *parts, bell_string secret,
                      struct bell__buf *room)
{
    unsigned char want[EVP_MAX_MD_SIZE];
    unsigned size = sizeof want;
    bell_string bytes;
    if (!read_letters(parts->head, room, &bytes)) {
        return false;
    }
    const EVP_MD *digest = read_algorithm(bytes);
    return digest != NULL && secret.size <= INT_MAX &&
           read_letters(parts->signature, room, &bytes) &&
           HMAC(digest, secret.text, (int)secret.size,
                (const unsigned char *)parts->signed_text.text,
                parts->signed_text.size, want, &size) != NULL &&
           bytes.size == size && CRYPTO_memcmp(want, bytes.text, size) == 0;
}

/* ---- The claims ---------------------------------------------------------- */

/* A number, or the text of one; null is as if it was not there. */
static void read_date(struct bell__members *at, bool *has, double *date)
{
    struct bell__json *json = at->json;
    struct bell__json inner;
    bell_string raw;
    bool escaped;
    switch (bell__member_kind(at)) {
    case BELL__JSON_NULL:
        bell__json_null(json);
        return;
    case BELL__JSON_STRING:
        if (bell__json_raw_string(json, &raw, &escaped)) {
            bell__json_open(&inner, raw, 1);
            *has = true;
            if (!bell__json_double(&inner, date) || !bell__json_done(&inner)) {
                bell__json_fail(json, "a date is a number");
            }
        }
        return;
    default:
        *has = bell__json_double(json, date);
        return;
    }
}

static void read_expire_at(struct bell__members *at, struct claims *claims)
{
    struct bell__json *json = at->json;
    if (bell__member_kind(at) == BELL__JSON_NULL) {
        bell__json_null(json);
        return;
    }
    claims->has_expire_at = bell__json_int64(json, &claims->expire_at);
}

static void read_audience(struct bell__members *at)
{
    struct bell__json *json = at->json;
    bell_string text;
    bool escaped;
    if (bell__member_kind(at) != BELL__JSON_LIST) {
        read_text(at, &text);
        return;
    }
    for (bell__json_enter_list(json); bell__json_next_item(json);) {
        bell__json_raw_string(json, &text, &escaped);
    }
}

/* Those whose type matters, and no value. */
static bool is_text_claim(const struct bell__members *at)
{
    static const char *const names[] = {"iss", "jti", "b64info"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (bell__member_is(at, names[i])) {
            return true;
        }
    }
    return false;
}

static bool read_claims(bell_string text, struct claims *claims,
                        struct bell__buf *user)
{
    struct bell__json json;
    struct bell__members at;
    bell_string sub = {"", 0};
    bell_string channel = {"", 0};
    bell_string other;
    memset(claims, 0, sizeof *claims);
    bell__json_open(&json, text, DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "exp")) {
            read_date(&at, &claims->has_exp, &claims->exp);
        } else if (bell__member_is(&at, "nbf")) {
            read_date(&at, &claims->has_nbf, &claims->nbf);
        } else if (bell__member_is(&at, "iat")) {
            bool has;
            double date;
            read_date(&at, &has, &date);
        } else if (bell__member_is(&at, "expire_at")) {
            read_expire_at(&at, claims);
        } else if (bell__member_is(&at, "aud")) {
            read_audience(&at);
        } else if (bell__member_is(&at, "sub")) {
            read_text(&at, &sub);
        } else if (bell__member_is(&at, "channel")) {
            read_text(&at, &channel);
        } else if (is_text_claim(&at)) {
            read_text(&at, &other);
        }
    }
    if (json.wrong != NULL || !bell__json_done(&json) ||
        bell__buf_reserve(user, sub.size + 1) != BELL_OK) {
        return false;
    }
    claims->has_channel = channel.size != 0;
    user->size = bell__json_unescape(sub, user->bytes);
    return true;
}

/* ---- The verdict --------------------------------------------------------- */

static enum ticket_verdict judge(const struct claims *claims, int64_t now)
{
    if (claims->has_channel) {
        return TICKET_WRONG; /* it is for a subscription */
    }
    if ((claims->has_exp && claims->exp <= (double)now) ||
        (claims->has_nbf && claims->nbf >= (double)now)) {
        return TICKET_EXPIRED;
    }
    return TICKET_GOOD;
}

static int64_t end_of(const struct claims *claims)
{
    if (claims->has_expire_at) {
        return claims->expire_at > 0 ? claims->expire_at : 0;
    }
    bool fits = claims->has_exp && claims->exp < 9e15;
    return fits ? (int64_t)claims->exp : 0;
}

void ticket_check(struct ticket *ticket, bell_string token, bell_string secret,
                  int64_t now)
{
    struct parts parts;
    struct claims claims;
    struct bell__buf room;
    bell_string bytes;
    ticket->verdict = TICKET_WRONG;
    ticket->expires_at = 0;
    ticket->user.size = 0;
    if (!cut_apart(token, &parts)) {
        return;
    }
    bell__buf_open(&room, &bell__memory_default, 0);
    if (is_signed(&parts, secret, &room) &&
        read_letters(parts.claims, &room, &bytes) &&
        read_claims(bytes, &claims, &ticket->user)) {
        ticket->verdict = judge(&claims, now);
        ticket->expires_at = end_of(&claims);
    }
    bell__buf_close(&room);
}
