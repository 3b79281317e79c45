/* http_request.c: the head of a request as it leaves: the protocol's lines, and
 * around them what every request of this server has. */
#include "transport/http_line.h"

#include <assert.h>
#include <string.h>

#include "seam/head.h"

enum { DIGITS_MAX = 20 };

static char *put(char *at, const char *text, size_t size)
{
    if (size != 0) {
        memcpy(at, text, size);
    }
    return at + size;
}

static char *put_number(char *at, size_t number)
{
    char digits[DIGITS_MAX];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0) {
        *at++ = digits[--count];
    }
    return at;
}

static bool is_verb(const struct bell__http_exchange *exchange,
                    const char *verb, size_t size)
{
    return exchange->head_size > size &&
           memcmp(exchange->head, verb, size) == 0 &&
           exchange->head[size] == ' ';
}

/* RFC 9110 8.6: without a body too, where the method has a meaning for one. */
static bool says_length(const struct bell__http_exchange *exchange)
{
    return exchange->body_size != 0 || is_verb(exchange, "POST", 4) ||
           is_verb(exchange, "PUT", 3) || is_verb(exchange, "PATCH", 5);
}

/* What is put together: each of them is a part of the head. */
struct parts {
    bell_string verb; /* with its space */
    bell_string base;
    bell_string target; /* and the rest of the first line */
    bell_string host;   /* of another server: its name */
    bell_string standing;
    bell_string lead; /* the protocol's lines, and those of the route */
    bell_string own;
    bell_string extra;
};

static struct parts parts_of(const struct bell__http_line *line)
{
    const struct bell__http *http = line->http;
    const char *head = line->exchange.head;
    size_t size = line->exchange.head_size;
    const char *space = memchr(head, ' ', size);
    const char *feed = memchr(head, '\n', size);
    assert(space != NULL && feed != NULL && space < feed);
    size_t verb = (size_t)(space - head) + 1;
    size_t first = (size_t)(feed - head) + 1;
    return (struct parts){
        .verb = {head, verb},
        .base = http->base,
        .target = {head + verb, first - verb},
        .standing = http->standing,
        .lead = {line->exchange.lead, line->exchange.lead_size},
        .own = {head + first, size - first},
        .extra = http->extra,
    };
}

static void lead(const struct bell__http_line *line, struct parts *parts)
{
    const struct bell__http_redirect *redirect = line->redirect;
    if (redirect == NULL) {
        return;
    }
    parts->base = bell__url_path(&redirect->url, NULL);
    parts->target = redirect->url.query;
    if (redirect->foreign) {
        parts->host = redirect->url.authority;
        parts->standing = line->http->agent;
        parts->extra = (bell_string){NULL, 0};
    }
}

/* What another server must not see. */
static bool is_secret(bell_string name)
{
    return bell__head_is(name, "Authorization") ||
           bell__head_is(name, "Cookie");
}

static char *put_own(char *at, bell_string lines, bool foreign)
{
    bell_string name;
    bell_string value;
    size_t next = 0;
    size_t from = 0;
    while (foreign && bell__head_next(lines, &next, &name, &value)) {
        if (!is_secret(name)) {
            at = put(at, lines.text + from, next - from);
        }
        from = next;
    }
    return put(at, lines.text + from, lines.size - from);
}

bool bell__http_request_write(struct bell__http_line *line)
{
    static const char version[] = " HTTP/1.1\r\n";
    static const char host[] = "Host: ";
    static const char length[] = "Content-Length: ";
    static const char end[] = "\r\n";
    const struct bell__http_exchange *exchange = &line->exchange;
    struct bell__buf *out = &line->head;
    struct parts parts = parts_of(line);
    lead(line, &parts);
    out->size = 0;
    if (bell__buf_reserve(
            out, exchange->head_size + parts.lead.size + parts.base.size +
                     parts.target.size + parts.standing.size + parts.host.size +
                     parts.extra.size + sizeof version + sizeof host +
                     sizeof length + 3 * sizeof end + DIGITS_MAX +
                     BELL__HTTP_JOINED_MAX) != BELL_OK) {
        return false;
    }
    char *at = put(out->bytes, parts.verb.text, parts.verb.size);
    at = put(at, parts.base.text, parts.base.size);
    at = put(at, parts.target.text, parts.target.size);
    if (line->redirect != NULL) {
        at = put(at, version, sizeof version - 1);
    }
    if (parts.host.size != 0) {
        at = put(at, host, sizeof host - 1);
        at = put(at, parts.host.text, parts.host.size);
        at = put(at, end, sizeof end - 1);
    }
    at = put(at, parts.standing.text, parts.standing.size);
    at = put_own(at, parts.lead, parts.host.size != 0);
    at = put_own(at, parts.own, parts.host.size != 0);
    at = put(at, parts.extra.text, parts.extra.size);
    if (says_length(exchange)) {
        at = put(at, length, sizeof length - 1);
        at = put_number(at, exchange->body_size);
        at = put(at, end, sizeof end - 1);
    }
    at = put(at, end, sizeof end - 1);
    if (bell__http_is_joined(exchange)) {
        at = put(at, exchange->body, exchange->body_size);
    }
    out->size = (size_t)(at - out->bytes);
    return true;
}
