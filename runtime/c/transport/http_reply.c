/* http_reply.c: what the head of an answer says of its body and its line (RFC
 * 9112 6 and 9). It knows no bytes of a body and no sockets. */
#include "transport/http_reply.h"

#include <string.h>
#include <strings.h>

#include "seam/head.h"

enum { LENGTH_DIGITS_MAX = 18, SECONDS_DIGITS_MAX = 9 };

/* What was found so far. */
struct found {
    bool length;
    bool chunked;
    bool closes;
};

/* Digits alone; false: there is anything else, or too many. */
static bool read_digits(bell_string text, size_t digits_max, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.text[i] < '0' || text.text[i] > '9' || i == digits_max) {
            return false;
        }
        *number = *number * 10 + (uint64_t)(text.text[i] - '0');
    }
    return text.size != 0;
}

static const char *take_length(struct bell__http_reply *reply,
                               struct found *found, bell_string value)
{
    uint64_t length = 0;
    if (!read_digits(value, LENGTH_DIGITS_MAX, &length)) {
        return "it has a Content-Length that is not a number";
    }
    if (found->length && length != reply->length) {
        return "it has two different Content-Lengths";
    }
    found->length = true;
    reply->length = length;
    return NULL;
}

static const char *take_encoding(struct bell__http_reply *reply,
                                 struct found *found, bell_string value)
{
    (void)reply;
    if (found->chunked || !bell__head_is(value, "chunked")) {
        return "it has a Transfer-Encoding other than chunked";
    }
    found->chunked = true;
    return NULL;
}

static const char *take_connection(struct bell__http_reply *reply,
                                   struct found *found, bell_string value)
{
    (void)reply;
    found->closes = found->closes || bell__head_has(value, "close");
    return NULL;
}

/* "timeout=5, max=100": a list of which one word counts. */
static const char *take_quiet(struct bell__http_reply *reply,
                              struct found *found, bell_string value)
{
    static const char word[] = "timeout=";
    enum { WORD_BYTES = sizeof word - 1 };
    (void)found;
    for (size_t at = 0; at + WORD_BYTES < value.size; at++) {
        if (strncasecmp(value.text + at, word, WORD_BYTES) != 0) {
            continue;
        }
        bell_string rest = {value.text + at + WORD_BYTES,
                            value.size - at - WORD_BYTES};
        uint64_t seconds = 0;
        size_t digits = 0;
        while (digits < rest.size && rest.text[digits] >= '0' &&
               rest.text[digits] <= '9') {
            digits++;
        }
        rest.size = digits;
        if (read_digits(rest, SECONDS_DIGITS_MAX, &seconds)) {
            reply->quiet_ms = (int64_t)seconds * 1000;
        }
        break;
    }
    return NULL;
}

static const char *take_coding(struct bell__http_reply *reply,
                               struct found *found, bell_string value)
{
    (void)found;
    if (value.size == 0 || bell__head_is(value, "identity")) {
        return NULL;
    }
    if (reply->coded ||
        !(bell__head_is(value, "gzip") || bell__head_is(value, "x-gzip"))) {
        return "it has a Content-Encoding that was not asked for";
    }
    reply->coded = true;
    return NULL;
}

static const struct rule {
    bell_string name;
    const char *(*take)(struct bell__http_reply *reply, struct found *found,
                        bell_string value);
} rules[] = {
    {{"Content-Length", 14}, take_length},
    {{"Transfer-Encoding", 17}, take_encoding},
    {{"Connection", 10}, take_connection},
    {{"Keep-Alive", 10}, take_quiet},
    {{"Content-Encoding", 16}, take_coding},
};

static const struct rule *rule_of(bell_string name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (name.size == rules[i].name.size &&
            strncasecmp(name.text, rules[i].name.text, name.size) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

static enum bell__http_framing framing_of(int status, bool bodyless,
                                          const struct found *found)
{
    if (bodyless || status < 200 || status == 204 || status == 205 ||
        status == 304) {
        return BELL__HTTP_NONE;
    }
    return found->chunked  ? BELL__HTTP_CHUNKED
           : found->length ? BELL__HTTP_LENGTH
                           : BELL__HTTP_CLOSE;
}

const char *bell__http_reply_read(const struct bell__http_head *head,
                                  const char *bytes, bool bodyless,
                                  struct bell__http_reply *reply)
{
    bell_string lines = bell__http_head_lines(head, bytes);
    bell_string name;
    bell_string value;
    size_t at = 0;
    struct found found = {false, false, false};
    memset(reply, 0, sizeof *reply);
    reply->quiet_ms = -1;
    while (bell__head_next(lines, &at, &name, &value)) {
        const struct rule *rule = rule_of(name);
        const char *wrong =
            rule != NULL ? rule->take(reply, &found, value) : NULL;
        if (wrong != NULL) {
            return wrong;
        }
    }
    if (found.chunked && (found.length || head->minor == 0)) {
        return found.length
                   ? "it has both Content-Length and Transfer-Encoding"
                   : "it has a Transfer-Encoding, which HTTP/1.0 does not know";
    }
    reply->framing = framing_of(head->status, bodyless, &found);
    reply->keeps =
        head->minor != 0 && !found.closes && reply->framing != BELL__HTTP_CLOSE;
    return NULL;
}
