/* http_request.c: the head of a request as it leaves: the protocol's lines, and
 * around them what every request of this server has. */
#include "transport/http_line.h"

#include <assert.h>
#include <string.h>

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

bool bell__http_request_write(const struct bell__http *http,
                              const struct bell__http_exchange *exchange,
                              struct bell__buf *out)
{
    static const char length[] = "Content-Length: ";
    static const char end[] = "\r\n";
    const char *head = exchange->head;
    const char *space = memchr(head, ' ', exchange->head_size);
    const char *feed = memchr(head, '\n', exchange->head_size);
    assert(space != NULL && feed != NULL && space < feed);
    size_t verb = (size_t)(space - head) + 1;
    size_t first = (size_t)(feed - head) + 1;
    out->size = 0;
    if (bell__buf_reserve(
            out, exchange->head_size + exchange->lead_size + http->base.size +
                     http->standing.size + http->extra.size + sizeof length +
                     sizeof end + sizeof end + DIGITS_MAX) != BELL_OK) {
        return false;
    }
    char *at = put(out->bytes, head, verb);
    at = put(at, http->base.text, http->base.size);
    at = put(at, head + verb, first - verb);
    at = put(at, http->standing.text, http->standing.size);
    at = put(at, exchange->lead, exchange->lead_size);
    at = put(at, head + first, exchange->head_size - first);
    at = put(at, http->extra.text, http->extra.size);
    if (says_length(exchange)) {
        at = put(at, length, sizeof length - 1);
        at = put_number(at, exchange->body_size);
        at = put(at, end, sizeof end - 1);
    }
    at = put(at, end, sizeof end - 1);
    out->size = (size_t)(at - out->bytes);
    return true;
}
