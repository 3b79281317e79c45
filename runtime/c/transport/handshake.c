/* handshake.c: the upgrade of RFC 6455, part 4. It knows no sockets and no
 * frames. */
#include "transport/handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

enum { SHOWN_MAX = 60 };

void bell__handshake_key(const unsigned char nonce[BELL__NONCE_BYTES],
                         char key[BELL__KEY_BYTES])
{
    EVP_EncodeBlock((unsigned char *)key, nonce, BELL__NONCE_BYTES);
}

static void accept_of(const char *key, char accept[32])
{
    unsigned char text[BELL__KEY_BYTES + sizeof guid];
    size_t size = strlen(key);
    memcpy(text, key, size);
    memcpy(text + size, guid, sizeof guid - 1);
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(text, size + sizeof guid - 1, digest);
    EVP_EncodeBlock((unsigned char *)accept, digest, SHA_DIGEST_LENGTH);
}

bell_status bell__handshake_ask(struct bell__buf *out,
                                const struct bell__url *url, const char *origin,
                                const char *key)
{
    const bell_string pieces[] = {
        bell_str("GET "),
        bell_str(url->target.size > 0 && url->target.text[0] == '/' ? "" : "/"),
        url->target,
        bell_str(" HTTP/1.1\r\nHost: "),
        url->authority,
        bell_str("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "),
        bell_str(key),
        bell_str(origin != NULL ? "\r\nOrigin: " : ""),
        bell_str(origin),
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

size_t bell__handshake_head(const char *bytes, size_t size)
{
    const char *end = size < 4 ? NULL : memmem(bytes, size, "\r\n\r\n", 4);
    size_t head = end == NULL ? 0 : (size_t)(end - bytes) + 4;
    if (head > BELL__HEAD_BYTES_MAX ||
        (head == 0 && size > BELL__HEAD_BYTES_MAX)) {
        return SIZE_MAX;
    }
    return head;
}

static bell_string trim(const char *text, size_t size)
{
    while (size > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        size--;
    }
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t')) {
        size--;
    }
    return (bell_string){text, size};
}

/* The value of the first header of that name. */
static bell_string header(const char *head, size_t size, const char *name)
{
    size_t name_size = strlen(name);
    const char *at = memmem(head, size, "\r\n", 2);
    const char *end = head + size;
    while (at != NULL) {
        at += 2;
        const char *stop = memmem(at, (size_t)(end - at), "\r\n", 2);
        if (stop == NULL) {
            break;
        }
        size_t line = (size_t)(stop - at);
        if (line > name_size && at[name_size] == ':' &&
            strncasecmp(at, name, name_size) == 0) {
            return trim(at + name_size + 1, line - name_size - 1);
        }
        at = stop;
    }
    return (bell_string){NULL, 0};
}

/* Whether a list of words, parted by commas, has this one in any case. */
static bool lists(bell_string list, const char *word)
{
    size_t word_size = strlen(word);
    size_t at = 0;
    while (at < list.size) {
        const char *start = list.text + at;
        const char *comma = memchr(start, ',', list.size - at);
        size_t size = comma == NULL ? list.size - at : (size_t)(comma - start);
        bell_string item = trim(start, size);
        if (item.size == word_size &&
            strncasecmp(item.text, word, word_size) == 0) {
            return true;
        }
        at += size + 1;
    }
    return false;
}

/* "HTTP/1.1 101 ..."; -1 where it is not that. */
static int status_of(const char *head, size_t size)
{
    if (size < 13 || memcmp(head, "HTTP/1.", 7) != 0 || head[8] != ' ') {
        return -1;
    }
    int code = 0;
    for (int i = 9; i < 12; i++) {
        if (head[i] < '0' || head[i] > '9') {
            return -1;
        }
        code = code * 10 + (head[i] - '0');
    }
    return code;
}

static const char *hint_of(int code)
{
    switch (code) {
    case 400:
        return ": is it ws:// where it wants wss://?";
    case 401:
        return ": it wants other credentials";
    case 403:
        return ": an Origin that it does not allow?";
    case 404:
        return ": is the path right? Centrifugo's is /connection/websocket";
    case 429:
    case 503:
        return ": it has too many connections, or no backend";
    default:
        break;
    }
    if (code >= 300 && code < 400) {
        return ": redirects are not followed, use the final url";
    }
    return "";
}

bool bell__handshake_check(const char *head, size_t size, const char *key,
                           char *text, size_t text_size)
{
    int code = status_of(head, size);
    if (code < 0) {
        snprintf(text, text_size, "the server does not speak HTTP here");
        return false;
    }
    if (code != 101) {
        snprintf(text, text_size, "the server refused the upgrade with %d%s",
                 code, hint_of(code));
        return false;
    }
    if (!lists(header(head, size, "Upgrade"), "websocket") ||
        !lists(header(head, size, "Connection"), "upgrade")) {
        snprintf(text, text_size, "the server's 101 is not for a WebSocket");
        return false;
    }
    char wanted[32];
    accept_of(key, wanted);
    bell_string accept = header(head, size, "Sec-WebSocket-Accept");
    if (accept.size != strlen(wanted) ||
        memcmp(accept.text, wanted, accept.size) != 0) {
        snprintf(text, text_size,
                 "the server's Sec-WebSocket-Accept does not fit our key");
        return false;
    }
    /* We offered neither, so a frame that used one could not be read. */
    bell_string extra = header(head, size, "Sec-WebSocket-Extensions");
    if (extra.size == 0) {
        extra = header(head, size, "Sec-WebSocket-Protocol");
    }
    if (extra.size != 0) {
        int shown = extra.size > SHOWN_MAX ? SHOWN_MAX : (int)extra.size;
        snprintf(text, text_size, "the server chose what was not offered: %.*s",
                 shown, extra.text);
        return false;
    }
    return true;
}
