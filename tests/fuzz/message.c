/* message.c: any bytes as messages of a Centrifugo, in both modes: events, and
 * the reading always ends. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "protocol/channel.h"
#include "target.h"

enum { EVENTS_MAX = 1024 * 1024 };

static void feed(struct bell__protocol *protocol, const uint8_t *data,
                 size_t size)
{
    struct bell__frame frame = {.bytes = (const char *)data, .size = size};
    struct bell__event event;
    struct bell__buf out;
    size_t at = 0;
    size_t events = 0;
    static const uint32_t ids[] = {1, 2};
    bell__buf_open(&out, &bell__memory_default, 0);
    if (protocol->ops->hello(protocol, &out, ids) != BELL_OK) {
        abort();
    }
    memset(&event, 0, sizeof event);
    while (protocol->ops->decode(protocol, &frame, &at, &event)) {
        bool inside =
            event.payload.size == 0 ||
            (event.payload.text >= frame.bytes &&
             event.payload.text + event.payload.size <= frame.bytes + size);
        if (!inside || memchr(event.text, '\0', sizeof event.text) == NULL ||
            at > size || ++events > EVENTS_MAX) {
            abort();
        }
    }
    bell__buf_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bell__protocol *native = NULL;
    struct bell__protocol *inner = NULL;
    struct bell__protocol *channel = NULL;
    struct bell__centrifugo_options options = {
        .memory = &bell__memory_default, .token = "token", .name = "fuzz"};
    if (bell__centrifugo_make(&options, &native) != BELL_OK ||
        bell__centrifugo_make(&options, &inner) != BELL_OK) {
        abort();
    }
    struct bell__channel_options channels = {
        .memory = &bell__memory_default,
        .inner = inner,
        .request_channel = "rpc.requests",
        .reply_channel = "user#7",
        .responder_user = "1",
    };
    if (bell__channel_make(&channels, &channel) != BELL_OK) {
        abort();
    }
    feed(native, data, size);
    feed(channel, data, size);
    bell__protocol_free(native);
    bell__protocol_free(channel);
    return 0;
}
