/* check_headers.c: what a header may be called: a token, and no line that the
 * client writes itself. */
#include <string.h>
#include <strings.h>

#include "model/check.h"

/* The lines of a request that the library writes or that say how it is sent
 * (RFC 9110 7.6, RFC 9112 6); names with `-` behind mean all that begin so. */
static const char *const own_headers[] = {
    "Accept",
    "Accept-Encoding",
    "Connection",
    "Content-Length",
    "Content-Type",
    "Expect",
    "Host",
    "HTTP2-Settings",
    "Keep-Alive",
    "Proxy-",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
};

bool check_own_header(bell_string name, bool bearer)
{
    for (size_t i = 0; i < sizeof own_headers / sizeof own_headers[0]; i++) {
        bell_string own = bell_str(own_headers[i]);
        bool begins = own.text[own.size - 1] == '-';
        bool long_enough =
            begins ? name.size >= own.size : name.size == own.size;
        if (long_enough && strncasecmp(name.text, own.text, own.size) == 0) {
            return true;
        }
    }
    bell_string bearers = BELL_STR("Authorization");
    return bearer && name.size == bearers.size &&
           strncasecmp(name.text, bearers.text, bearers.size) == 0;
}

/* A token of RFC 9110 5.6.2. */
bool check_header_name(bell_string name)
{
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.text[i];
        if (byte <= 0x20 || byte >= 0x7f ||
            strchr("\"(),/:;<=>?@[\\]{}", byte) != NULL) {
            return false;
        }
    }
    return name.size != 0;
}
