/* proxy.c: where a proxy is, and who we are there. It knows no sockets. */
#include "transport/proxy.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/memory.h"

static const char scheme[] = "http://";
static const char basic[] = "Basic ";

enum { SCHEME_BYTES = sizeof scheme - 1, USER_BYTES_MAX = 512 };

static bell_status refuse(bell_error *error, const char *reason)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "the proxy's url %s; it should look like "
                           "http://[user:password@]host:port",
                           reason);
}

static int hex_of(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    char small = (char)(digit | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/* %XX is a byte (RFC 3986 3.2.1). The bytes of *out; SIZE_MAX: it is wrong. */
static size_t decode_user(const char *text, size_t size,
                          unsigned char out[USER_BYTES_MAX])
{
    size_t count = 0;
    for (size_t at = 0; at < size; at++) {
        int byte = (unsigned char)text[at];
        if (byte == '%') {
            int high = at + 2 < size ? hex_of(text[at + 1]) : -1;
            int low = at + 2 < size ? hex_of(text[at + 2]) : -1;
            if (high < 0 || low < 0) {
                return SIZE_MAX;
            }
            byte = high * 16 + low;
            at += 2;
        }
        if (byte < 0x20 || byte == 0x7f || count == USER_BYTES_MAX) {
            return SIZE_MAX;
        }
        out[count++] = (unsigned char)byte;
    }
    return count;
}

/* RFC 7617. The bytes behind. */
static void put_authorization(struct bell__proxy *proxy, char *at,
                              const unsigned char *user, size_t size)
{
    proxy->authorization = at;
    memcpy(at, basic, sizeof basic - 1);
    *bell__base64_put(at + sizeof basic - 1, user, size) = '\0';
}

static bell_status read(struct bell__proxy *proxy, const char *text,
                        bell_error *error)
{
    unsigned char user[USER_BYTES_MAX];
    bell_error wrong;
    const char *rest = text + SCHEME_BYTES;
    size_t authority = strcspn(rest, "/?#");
    const char *host = rest;
    for (size_t i = 0; i < authority; i++) {
        host = rest[i] == '@' ? rest + i + 1 : host;
    }
    size_t named = host == rest ? 0 : (size_t)(host - rest) - 1;
    memcpy(proxy->texts, scheme, SCHEME_BYTES);
    memcpy(proxy->texts + SCHEME_BYTES, host, strlen(host) + 1);
    if (bell__url_read(proxy->texts, &proxy->url, &wrong) != BELL_OK) {
        return refuse(error, "is wrong");
    }
    if (proxy->url.path.size > 1 || proxy->url.query.size != 0) {
        return refuse(error, "has a path");
    }
    if (host == rest) {
        return BELL_OK;
    }
    size_t size = decode_user(rest, named, user);
    if (size == SIZE_MAX || memchr(user, ':', size) == NULL) {
        bell__memory_wipe(user, sizeof user);
        return refuse(error, "has no user:password that can be sent");
    }
    put_authorization(proxy, proxy->texts + strlen(proxy->texts) + 1, user,
                      size);
    bell__memory_wipe(user, sizeof user);
    return BELL_OK;
}

bell_status bell__proxy_make(const bell_allocator *memory, const char *text,
                             struct bell__proxy **proxy, bell_error *error)
{
    *proxy = NULL;
    if (strncasecmp(text, scheme, SCHEME_BYTES) != 0) {
        return refuse(error, "does not begin with http://");
    }
    /* Base64 takes four bytes for three. */
    size_t size = sizeof **proxy + 3 * strlen(text) + sizeof basic + 8;
    struct bell__proxy *made = bell__memory_take(memory, size);
    if (made == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a proxy");
    }
    memset(made, 0, size);
    made->memory = memory;
    made->size = size;
    bell_status status = read(made, text, error);
    if (status != BELL_OK) {
        bell__proxy_free(made);
        return status;
    }
    *proxy = made;
    return BELL_OK;
}

void bell__proxy_free(struct bell__proxy *proxy)
{
    if (proxy != NULL) {
        const bell_allocator *memory = proxy->memory;
        size_t size = proxy->size;
        bell__memory_wipe(proxy, size);
        bell__memory_free(memory, proxy, size);
    }
}
