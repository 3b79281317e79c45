/* headers.c: headers of a program's own in the request for a WebSocket. It
 * knows no socket and no answer. */
#include "transport/headers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* tchar of RFC 9110 5.6.2. */
static const char token_letters[] = "!#$%&'*+-.^_`|~0123456789"
                                    "abcdefghijklmnopqrstuvwxyz"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* What the handshake says itself, or would make it another one. */
static const char *const taken[] = {
    "Host",    "Upgrade", "Connection", "Content-Length", "Transfer-Encoding",
    "Trailer", "Expect"};
static const char taken_prefix[] = "Sec-WebSocket-";

static bool is_taken(const char *name)
{
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (strcasecmp(name, taken[i]) == 0) {
            return true;
        }
    }
    return strncasecmp(name, taken_prefix, sizeof taken_prefix - 1) == 0;
}

bool bell__headers_value(const char *value)
{
    size_t size = strlen(value);
    if (size != 0 && (value[0] == ' ' || value[size - 1] == ' ')) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (value[i] < 0x20 || value[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

bool bell__headers_wrong(const bell_header *headers, size_t count, char *text,
                         size_t text_size)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = headers[i].name;
        const char *value = headers[i].value;
        if (name == NULL || name[0] == '\0' ||
            name[strspn(name, token_letters)] != '\0') {
            snprintf(text, text_size,
                     "the name of a header is not a token (RFC 9110 5.6.2)");
            return true;
        }
        if (is_taken(name)) {
            snprintf(text, text_size,
                     "header %s: it belongs to the WebSocket handshake", name);
            return true;
        }
        if (value == NULL || !bell__headers_value(value)) {
            snprintf(text, text_size,
                     "header %s: its value is not printable ASCII without "
                     "spaces around it",
                     name);
            return true;
        }
    }
    return false;
}

bool bell__headers_have(const bell_header *headers, size_t count,
                        const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(headers[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

enum { BESIDE = 4 }; /* "\r\n" and ": " */

size_t bell__headers_size(const bell_header *headers, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += BESIDE + strlen(headers[i].name) + strlen(headers[i].value);
    }
    return size;
}

static char *put(char *at, const char *text)
{
    size_t size = strlen(text);
    memcpy(at, text, size);
    return at + size;
}

char *bell__headers_put(const bell_header *headers, size_t count, char *at)
{
    for (size_t i = 0; i < count; i++) {
        at = put(at, "\r\n");
        at = put(at, headers[i].name);
        at = put(at, ": ");
        at = put(at, headers[i].value);
    }
    return at;
}
