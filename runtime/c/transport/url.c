/* url.c: where a server is: ws://host[:port][/path][?query], taken apart. It
 * knows no sockets, and not what is spoken there. */
#include "transport/url.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/str.h"

enum {
    URL_BYTES_MAX = 2048,
    HOST_BYTES_MAX = 253,
    PORT_PLAIN = 80,
    PORT_SECURE = 443
};

/* In any case. */
static const struct scheme {
    const char *text;
    bool secure;
} schemes[] = {
    {"ws://", false},
    {"wss://", true},
    {"http://", false},
    {"https://", true},
};

/* What no url may hold as it is (RFC 3986), and libraries read in their ways.
 */
static const char forbidden[] = "\\\"<>^`{|}";

static bell_status refuse(bell_error *error, const char *reason)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "the url %s; it should look like "
                           "ws://host:8000/path",
                           reason);
}

static bool is_hex(char digit)
{
    return (digit >= '0' && digit <= '9') ||
           ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f');
}

/* The text ends with a NUL, which is no digit. */
static bell_status check_bytes(const char *text, bell_error *error)
{
    size_t size = strlen(text);
    if (!bell__str_is_trimmed((bell_string){text, size})) {
        return refuse(error,
                      "begins or ends with a space or a newline: trim it");
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte <= ' ' || byte >= 0x7f) {
            return refuse(error, "has a space, a control character or a "
                                 "letter outside ASCII (write it as %XX)");
        }
        if (byte == '#') {
            return refuse(error, "has a fragment (#)");
        }
        if (strchr(forbidden, byte) != NULL) {
            return refuse(error, "has one of \\ \" < > ^ ` { | } (write it as "
                                 "%XX)");
        }
        if (byte == '%' && !(is_hex(text[i + 1]) && is_hex(text[i + 2]))) {
            return refuse(error,
                          "has a % without two hex digits (write it as %25)");
        }
    }
    return size > URL_BYTES_MAX ? refuse(error, "is longer than 2048 bytes")
                                : BELL_OK;
}

/* Digits behind the colon; none of them is the default. */
static bool read_port(const char *text, size_t size, uint16_t *port)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (uint32_t)(text[i] - '0');
        if (value > 65535) {
            return false;
        }
    }
    if (size == 0) {
        return true;
    }
    *port = (uint16_t)value;
    return value != 0;
}

/* Where the host ends in the authority; SIZE_MAX: a bracket is missing. */
static size_t host_end(bell_string authority)
{
    const char *text = authority.text;
    if (authority.size > 0 && text[0] == '[') {
        const char *end = memchr(text, ']', authority.size);
        return end == NULL ? SIZE_MAX : (size_t)(end - text) + 1;
    }
    const char *colon =
        authority.size == 0 ? NULL : memchr(text, ':', authority.size);
    return colon == NULL ? authority.size : (size_t)(colon - text);
}

/* An address in brackets, or no bracket at all. */
static bool is_host(bell_string host, bool bracketed)
{
    for (size_t i = 0; i < host.size; i++) {
        char letter = host.text[i];
        bool good = bracketed ? is_hex(letter) || letter == ':' || letter == '.'
                              : letter != '[' && letter != ']';
        if (!good) {
            return false;
        }
    }
    return true;
}

/* The bytes of a dot at `at`, as it is or as %2e; 0: none is there. */
static size_t dot_at(bell_string path, size_t at)
{
    if (at < path.size && path.text[at] == '.') {
        return 1;
    }
    return path.size - at >= 3 && strncasecmp(path.text + at, "%2e", 3) == 0
               ? 3
               : 0;
}

/* A segment . or ..: what it means is changed on the way. */
static bool has_dots(bell_string path)
{
    for (size_t at = 0; at < path.size; at++) {
        if (path.text[at] != '/') {
            continue;
        }
        size_t first = dot_at(path, at + 1);
        size_t end = at + 1 + first;
        end += first != 0 ? dot_at(path, end) : 0;
        if (first != 0 && (end == path.size || path.text[end] == '/')) {
            return true;
        }
    }
    return false;
}

static bell_status read_authority(struct bell__url *url, bell_error *error)
{
    bell_string whole = url->authority;
    if (whole.size > 0 && memchr(whole.text, '@', whole.size) != NULL) {
        return refuse(error, "has a user in it (give a token instead)");
    }
    if (whole.size > 0 && memchr(whole.text, '%', whole.size) != NULL) {
        return refuse(error, "has a % in its host");
    }
    size_t end = host_end(whole);
    if (end == SIZE_MAX) {
        return refuse(error, "has a [ without a ]");
    }
    url->port = url->secure ? PORT_SECURE : PORT_PLAIN;
    if (end < whole.size &&
        (whole.text[end] != ':' ||
         !read_port(whole.text + end + 1, whole.size - end - 1, &url->port))) {
        return refuse(error, "has a port that is not 1 to 65535");
    }
    url->host.text = whole.text;
    url->host.size = end;
    if (end > 0 && whole.text[0] == '[') {
        url->host.text++;
        url->host.size -= 2;
    }
    if (url->host.size == 0) {
        return refuse(error, "has no host");
    }
    if (url->host.size > HOST_BYTES_MAX) {
        return refuse(error, "has a host longer than 253 bytes");
    }
    return is_host(url->host, whole.text[0] == '[')
               ? BELL_OK
               : refuse(error,
                        "has a host that is neither a name nor an address");
}

static const struct scheme *scheme_of(const char *text)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const struct scheme *scheme = &schemes[i];
        if (strncasecmp(text, scheme->text, strlen(scheme->text)) == 0) {
            return scheme;
        }
    }
    return NULL;
}

bell_status bell__url_read(const char *text, struct bell__url *url,
                           bell_error *error)
{
    bell_status status = check_bytes(text, error);
    if (status != BELL_OK) {
        return status;
    }
    const struct scheme *scheme = scheme_of(text);
    if (scheme == NULL) {
        return refuse(error, "does not begin with ws://, wss://, http:// or "
                             "https://");
    }
    const char *at = text + strlen(scheme->text);
    url->secure = scheme->secure;
    url->authority = (bell_string){at, strcspn(at, "/?")};
    at += url->authority.size;
    url->path = (bell_string){at, strcspn(at, "?")};
    url->query = bell_str(at + url->path.size);
    status = read_authority(url, error);
    if (status == BELL_OK && has_dots(url->path)) {
        return refuse(error, "has . or .. in its path");
    }
    return status;
}

bell_string bell__url_path(const struct bell__url *url, const char *standard)
{
    if (url->path.size > 1) {
        return url->path;
    }
    return bell_str(standard != NULL ? standard : "/");
}
