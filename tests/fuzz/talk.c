/* talk.c: any bytes as messages of a socket, line by line: they make sense or
 * not, each gives one event, and what an event lends lies in its message. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "protocol/message.h"
#include "target.h"

enum { INPUT_MAX = 1 << 16 };

static const bell_closing closings[] = {
    {.code = 4001, .final = true, .text = "bad"}};
static const bell_socket gated = {.tag = "type",
                                  .error_type = "error",
                                  .error_code = "code",
                                  .error_message = "message",
                                  .auth_wait = "who",
                                  .auth_send = "me",
                                  .auth_token = "token",
                                  .auth_reply = "welcome",
                                  .auth_error = "no",
                                  .ping = "ping",
                                  .pong = "pong",
                                  .closings = closings,
                                  .closing_count = 1};
static const bell_socket plain = {.tag = NULL};
static const bell_message to_ask = {
    .tag = "\"ask\"", .tag_size = 5, .reply = "answer", .reply_size = 6};
static const bell_method methods[] = {{.name = "ask", .message = &to_ask}};
static const bell_service service = {.methods = methods, .method_count = 1};

static void demand(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check(const struct bell__event *event,
                  const struct bell__frame *frame)
{
    demand(memchr(event->text, '\0', sizeof event->text) != NULL);
    if (event->kind == BELL__EVENT_PUSH || event->kind == BELL__EVENT_ANSWER) {
        demand(event->payload.text == frame->bytes);
        demand(event->payload.size == frame->size);
    }
    demand(event->kind != BELL__EVENT_READY || !event->pong);
    demand(event->kind != BELL__EVENT_BYE || event->text[0] != '\0');
}

static void say(struct bell__protocol *protocol, const uint8_t *data,
                size_t size)
{
    /* Of its own size, so that a sanitizer sees who reads on. */
    char *copy = malloc(size + (size == 0));
    struct bell__frame frame = {.bytes = copy, .size = size};
    struct bell__event event;
    size_t at = 0;
    demand(copy != NULL);
    memcpy(copy, data, size);
    demand(protocol->ops->decode(protocol, &frame, &at, &event));
    check(&event, &frame);
    demand(!protocol->ops->decode(protocol, &frame, &at, &event));
    free(copy);
}

static void play(const bell_socket *socket, const uint8_t *data, size_t size)
{
    struct bell__message_options options = {.memory = &bell__memory_default,
                                            .socket = socket,
                                            .service = &service,
                                            .token = "t"};
    struct bell__protocol *protocol = NULL;
    struct bell__event event;
    demand(bell__message_make(&options, &protocol) == BELL_OK);
    bell__event_begin(&event, BELL__EVENT_HELLO);
    protocol->ops->opened(protocol, &event);
    for (;;) {
        const uint8_t *end = size != 0 ? memchr(data, '\n', size) : NULL;
        size_t line = end != NULL ? (size_t)(end - data) : size;
        say(protocol, data, line);
        if (end == NULL) {
            break;
        }
        data += line + 1;
        size -= line + 1;
    }
    protocol->ops->free(protocol);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX) {
        return 0;
    }
    play(&gated, data, size);
    play(&plain, data, size);
    return 0;
}
