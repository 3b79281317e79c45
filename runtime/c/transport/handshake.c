/* handshake.c: the upgrade of RFC 6455, part 4. It knows no sockets and no
 * frames. */
#include "transport/handshake.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/sha1.h"
#include "base/str.h"
#include "base/tame.h"
#include "seam/head.h"

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

enum { SHOWN_MAX = 60, ACCEPT_BYTES = 32, SWITCHING = 101 };

void bell__handshake_key(const unsigned char nonce[BELL__NONCE_BYTES],
                         char key[BELL__KEY_BYTES])
{
    *bell__base64_put(key, nonce, BELL__NONCE_BYTES) = '\0';
}

static void accept_of(const char *key, char accept[ACCEPT_BYTES])
{
    char text[BELL__KEY_BYTES + sizeof guid];
    size_t size = strlen(key);
    memcpy(text, key, size);
    memcpy(text + size, guid, sizeof guid - 1);
    uint8_t digest[BELL__SHA1_BYTES];
    bell__sha1(text, size + sizeof guid - 1, digest);
    *bell__base64_put(accept, digest, sizeof digest) = '\0';
}

bell_status bell__handshake_ask(struct bell__buf *out,
                                const struct bell__handshake *handshake)
{
    const char *origin = handshake->origin;
    const bell_string pieces[] = {
        bell_str("GET "),
        handshake->path,
        handshake->url->query,
        bell_str(" HTTP/1.1\r\nHost: "),
        handshake->url->authority,
        bell_str("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "),
        bell_str(handshake->key),
        bell_str(origin != NULL ? "\r\nOrigin: " : ""),
        bell_str(origin),
        bell_str(handshake->offered != NULL ? "\r\nSec-WebSocket-Protocol: "
                                            : ""),
        bell_str(handshake->offered),
        bell_str(handshake->headers),
        bell_str("\r\n\r\n"),
    };
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        bell_status status =
            bell__buf_append(out, pieces[i].text, pieces[i].size);
        if (status != BELL_OK) {
            return status;
        }
    }
    return BELL_OK;
}

static const char *hint_of(int status, const char *hint_404)
{
    switch (status) {
    case 400:
        return "is it ws:// where it wants wss://?";
    case 401:
        return "it wants other credentials";
    case 403:
        return "an Origin that it does not allow?";
    case 404:
        return hint_404 != NULL ? hint_404 : "is the path right?";
    case 429:
    case 503:
        return "it has too many connections, or no backend";
    default:
        break;
    }
    if (status >= 300 && status < 400) {
        return "redirects are not followed, use the final url";
    }
    return "";
}

void bell__handshake_wrong(const struct bell__http_head *head,
                           const char *trouble, char *text, size_t text_size)
{
    if (head->status == 0) {
        snprintf(text, text_size, "the server does not speak HTTP here");
        return;
    }
    snprintf(text, text_size,
             "the server's answer to the upgrade is not HTTP: %s", trouble);
}

/* What the head says of the key; RFC 6455 11.3.3 wants it said once. */
static bool is_accepted(bell_string lines, const char *key)
{
    char wanted[ACCEPT_BYTES];
    bell_string accept = {NULL, 0};
    accept_of(key, wanted);
    return bell__head_find(lines, "Sec-WebSocket-Accept", &accept) == 1 &&
           bell__str_is(accept, wanted);
}

/* One of them, as it was spelled (RFC 6455 4.1). */
static bool is_offered(struct bell__handshake_answer *answer, bell_string one)
{
    const char *at = answer->offered;
    while (at != NULL && *at != '\0') {
        size_t size = strcspn(at, ",");
        if (size == one.size && memcmp(at, one.text, size) == 0) {
            answer->chosen = (bell_string){at, size};
            return true;
        }
        at += size;
        at += strspn(at, ", ");
    }
    return false;
}

/* What was not offered cannot be used: its frames could not be read. */
static bool is_uninvited(bell_string lines,
                         struct bell__handshake_answer *answer,
                         bell_string *extra)
{
    if (bell__head_find(lines, "Sec-WebSocket-Extensions", extra) != 0) {
        return true;
    }
    size_t count = bell__head_find(lines, "Sec-WebSocket-Protocol", extra);
    return count > 1 || (count == 1 && !is_offered(answer, *extra));
}

bool bell__handshake_check(const struct bell__http_head *head,
                           const char *bytes,
                           struct bell__handshake_answer *answer, char *text,
                           size_t text_size)
{
    if (head->status != SWITCHING) {
        const char *hint = hint_of(head->status, answer->hint_404);
        snprintf(text, text_size, "the server refused the upgrade with %d%s%s",
                 head->status, hint[0] == '\0' ? "" : ": ", hint);
        return false;
    }
    bell_string lines = bell__http_head_lines(head, bytes);
    /* HTTP/1.0 knows no upgrade (RFC 9110 7.8). */
    if (head->minor == 0 || !bell__head_lists(lines, "Upgrade", "websocket") ||
        !bell__head_lists(lines, "Connection", "upgrade")) {
        snprintf(text, text_size,
                 "the server's 101 response is not for a WebSocket");
        return false;
    }
    if (!is_accepted(lines, answer->key)) {
        snprintf(text, text_size,
                 "the server's Sec-WebSocket-Accept does not match our key");
        return false;
    }
    bell_string extra = {NULL, 0};
    if (is_uninvited(lines, answer, &extra)) {
        int shown = (int)bell__cut(extra, SHOWN_MAX);
        snprintf(text, text_size,
                 "the server chose something that was not offered: %.*s", shown,
                 extra.text);
        return false;
    }
    return true;
}
