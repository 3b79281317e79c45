/* url.c: ws[s]://host[:port][/path][?query], taken apart. It knows no sockets.
 */
#include "transport/url.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"

enum {
    URL_BYTES_MAX = 2048,
    HOST_BYTES_MAX = 253,
    PORT_WS = 80,
    PORT_WSS = 443
};

static bell_status refuse(bell_error *error, const char *reason)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "the url %s; it should look like "
                           "ws://host:8000/connection/websocket",
                           reason);
}

static bell_status check_bytes(const char *text, bell_error *error)
{
    size_t size = strlen(text);
    if (size > URL_BYTES_MAX) {
        return refuse(error, "is longer than 2048 bytes");
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
    }
    return BELL_OK;
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

static bell_status read_authority(struct bell__url *url, bell_error *error)
{
    bell_string whole = url->authority;
    if (whole.size > 0 && memchr(whole.text, '@', whole.size) != NULL) {
        return refuse(error, "has a user in it (give a token instead)");
    }
    size_t end = host_end(whole);
    if (end == SIZE_MAX) {
        return refuse(error, "has a [ without a ]");
    }
    url->port = url->secure ? PORT_WSS : PORT_WS;
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
    return BELL_OK;
}

bell_status bell__url_read(const char *text, struct bell__url *url,
                           bell_error *error)
{
    bell_status status = check_bytes(text, error);
    if (status != BELL_OK) {
        return status;
    }
    url->secure = strncasecmp(text, "wss://", 6) == 0;
    if (!url->secure && strncasecmp(text, "ws://", 5) != 0) {
        return refuse(error, "does not begin with ws:// or wss://");
    }
    const char *at = text + (url->secure ? 6 : 5);
    url->authority.text = at;
    url->authority.size = strcspn(at, "/?");
    url->target = bell_str(at + url->authority.size);
    return read_authority(url, error);
}
