/* options.c: the options of a WebSocket: what they may be, and what they are
 * where nothing is said. */
#include "websocket/websocket.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "transport/headers.h"

enum {
    DEADLINE_MS = 30000,
    CLOSE_MS = 10000,
    MESSAGE_BYTES = 64 * 1024 * 1024,
    QUEUE_BYTES = 16 * 1024 * 1024,
    SUBPROTOCOLS_MAX = 100
};

static const char comma[] = ", ";

static bell_status invalid(bell_error *error, const char *text)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "options: %s", text);
}

static bool is_token(const char *text)
{
    return text != NULL && text[0] != '\0' && strlen(text) <= 256 &&
           strpbrk(text, ",;:\\\"/[]?={}()<>@ \t") == NULL &&
           bell__headers_value(text);
}

/* RFC 6455 4.1: tokens, each once. */
static const char *wrong_subprotocol(const bell_ws_options *options)
{
    if (options->subprotocol_count == 0) {
        return NULL;
    }
    if (options->subprotocols == NULL) {
        return "subprotocols is missing, subprotocol_count is not 0";
    }
    if (options->subprotocol_count > SUBPROTOCOLS_MAX) {
        return "there are more than 100 subprotocols";
    }
    for (size_t i = 0; i < options->subprotocol_count; i++) {
        if (!is_token(options->subprotocols[i])) {
            return "a subprotocol is not a token (RFC 9110 5.6.2)";
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(options->subprotocols[i], options->subprotocols[j]) ==
                0) {
                return "a subprotocol is offered twice";
            }
        }
    }
    return NULL;
}

static const char *wrong_header(const bell_ws_options *options, char *text,
                                size_t size)
{
    if (options->header_count != 0 && options->headers == NULL) {
        return "headers is missing, header_count is not 0";
    }
    if (bell__headers_wrong(options->headers, options->header_count, text,
                            size)) {
        return text;
    }
    if (options->origin == NULL) {
        return NULL;
    }
    if (!bell__headers_value(options->origin)) {
        return "origin is not printable ASCII";
    }
    return bell__headers_have(options->headers, options->header_count, "Origin")
               ? "origin and the header Origin: give one of them"
               : NULL;
}

static bool is_deadline(int64_t ms)
{
    return ms >= -1;
}

bell_status bell__websocket_options_check(const bell_ws_options *options,
                                          bell_error *error)
{
    char text[128];
    if (options->url == NULL || options->url[0] == '\0') {
        return invalid(error, "url is missing");
    }
    const char *wrong = wrong_header(options, text, sizeof text);
    wrong = wrong != NULL ? wrong : wrong_subprotocol(options);
    if (wrong == NULL && (!is_deadline(options->connect_deadline_ms) ||
                          !is_deadline(options->receive_deadline_ms) ||
                          !is_deadline(options->close_deadline_ms))) {
        wrong = "a deadline is less than -1";
    }
    return wrong == NULL ? BELL_OK : invalid(error, wrong);
}

static void fill_time(int64_t *ms, int64_t standard)
{
    *ms = *ms == 0 ? standard : *ms;
}

void bell__websocket_options_fill(bell_ws_options *options)
{
    fill_time(&options->connect_deadline_ms, DEADLINE_MS);
    fill_time(&options->receive_deadline_ms, DEADLINE_MS);
    fill_time(&options->close_deadline_ms, CLOSE_MS);
    if (options->message_bytes_max == 0) {
        options->message_bytes_max = MESSAGE_BYTES;
    }
    if (options->queue_bytes_max == 0) {
        options->queue_bytes_max = QUEUE_BYTES;
    }
}

bool bell__websocket_options_offer(const bell_ws_options *options,
                                   const bell_allocator *memory, char **offered,
                                   size_t *size)
{
    *size = 0;
    *offered = NULL;
    if (options->subprotocol_count == 0) {
        return true;
    }
    for (size_t i = 0; i < options->subprotocol_count; i++) {
        *size += strlen(options->subprotocols[i]) + sizeof comma - 1;
    }
    *offered = bell__memory_take(memory, *size);
    if (*offered == NULL) {
        return false;
    }
    char *at = *offered;
    for (size_t i = 0; i < options->subprotocol_count; i++) {
        size_t length = strlen(options->subprotocols[i]);
        memcpy(at, options->subprotocols[i], length);
        memcpy(at + length, comma, sizeof comma - 1);
        at += length + sizeof comma - 1;
    }
    at[1 - (int)sizeof comma] = '\0'; /* the last has none behind it */
    return true;
}
