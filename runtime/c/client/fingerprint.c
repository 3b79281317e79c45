/* fingerprint.c: the id that a client makes up for itself, a random UUID (RFC
 * 9562 5.4), as the header line of endpoints that want one. */
#include "client/tokens.h"

#include <string.h>

#include "base/memory.h"
#include "seam/head.h"

/* "0b5d1a3c-..."; version 4, variant 10. */
static void make_id(struct bell__tokens *tokens)
{
    static const char digits[] = "0123456789abcdef";
    enum { BYTES = 16 };
    uint64_t bits[2] = {bell__client_draw(tokens->client),
                        bell__client_draw(tokens->client)};
    uint8_t bytes[BYTES];
    char *at = tokens->fingerprint;
    memcpy(bytes, bits, sizeof bytes);
    bytes[6] = (uint8_t)(0x40 | (bytes[6] & 0x0f));
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f));
    for (size_t i = 0; i < BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *at++ = '-';
        }
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    *at = '\0';
}

static bool is_wanted(const bell_service *service, const char *name)
{
    for (uint32_t i = 0; i < service->method_count; i++) {
        const bell_route *route = service->methods[i].route;
        if (route != NULL && route->fingerprint != NULL &&
            bell__head_is(bell_str(name), route->fingerprint)) {
            return true;
        }
    }
    return false;
}

/* "X-Client-Fingerprint:\r\n", as many as there are: a head without values. */
bell_status bell__fingerprint_note(struct bell__tokens *tokens,
                                   const bell_options *options)
{
    bell_client *client = tokens->client;
    struct bell__buf names;
    bell__buf_open(&names, &client->memory, 0);
    for (size_t i = 0; tokens->own_headers == NULL && i < options->header_count;
         i++) {
        if (is_wanted(client->service, options->headers[i].name)) {
            bell__buf_add_text(&names, options->headers[i].name);
            bell__buf_add_text(&names, ":\r\n");
        }
    }
    bell_status status = names.failed;
    if (status == BELL_OK && names.size != 0) {
        tokens->own_headers = bell__memory_take(&client->memory, names.size);
        status = tokens->own_headers == NULL ? BELL_NO_MEMORY : BELL_OK;
    }
    if (status == BELL_OK && names.size != 0) {
        memcpy(tokens->own_headers, names.bytes, names.size);
        tokens->own_headers_size = names.size;
    }
    bell__buf_close(&names);
    return status;
}

/* Whether the lines behind the first have that header. */
static bool has_header(bell_string head, const char *name)
{
    const char *end = memchr(head.text, '\n', head.size);
    bell_string key;
    bell_string value;
    size_t at = end != NULL ? (size_t)(end + 1 - head.text) : head.size;
    while (bell__head_next(head, &at, &key, &value)) {
        if (bell__head_is(key, name)) {
            return true;
        }
    }
    return false;
}

static bool is_own(const struct bell__tokens *tokens, const char *name)
{
    bell_string head = {tokens->own_headers, tokens->own_headers_size};
    bell_string key;
    bell_string value;
    size_t at = 0;
    while (bell__head_next(head, &at, &key, &value)) {
        if (bell__head_is(key, name)) {
            return true;
        }
    }
    return false;
}

bell_status bell__fingerprint_line(struct bell__tokens *tokens,
                                   const bell_route *route,
                                   struct bell__buf *out, size_t from)
{
    const char *name = route->fingerprint;
    if (name == NULL || is_own(tokens, name) ||
        has_header((bell_string){out->bytes + from, out->size - from}, name)) {
        return BELL_OK;
    }
    if (tokens->fingerprint[0] == '\0') {
        make_id(tokens);
    }
    size_t before = out->size;
    const char *const parts[] = {name, ": ", tokens->fingerprint, "\r\n"};
    bell_status status = BELL_OK;
    for (size_t i = 0; status == BELL_OK && i < 4; i++) {
        status = bell__buf_append(out, parts[i], strlen(parts[i]));
    }
    if (status != BELL_OK) {
        out->size = before;
    }
    return status;
}
