/* ws_program.c: what a program that speaks for itself asks of a line, and no
 * link does: pings, a closing handshake with a reason. */
#include <string.h>

#include "transport/ws_line.h"

enum {
    REASON_BYTES_MAX = 123,
    CONTROL_BYTES_MAX = 64 * 1024 /* of what waits to be written */
};

static struct bell__ws *ws_of(struct bell__transport *transport)
{
    return (struct bell__ws *)(void *)transport;
}

bell_string bell__ws_chosen(const struct bell__transport *transport)
{
    return ((const struct bell__ws *)(const void *)transport)->chosen;
}

bell_status bell__ws_ping(struct bell__transport *transport,
                          const void *payload, size_t size)
{
    struct bell__ws *ws = ws_of(transport);
    if (ws->phase != BELL__PHASE_UP || bell__ws_said_close(ws)) {
        return BELL_DISCONNECTED;
    }
    if (ws->control.size - ws->control_at > CONTROL_BYTES_MAX) {
        return BELL_LIMIT;
    }
    if (!bell__ws_control(ws, BELL__OPCODE_PING, payload, size)) {
        return BELL_NO_MEMORY;
    }
    bell__ws_push(ws);
    return BELL_OK;
}

bell_status bell__ws_shut(struct bell__transport *transport, uint16_t code,
                          bell_string reason)
{
    struct bell__ws *ws = ws_of(transport);
    unsigned char payload[2 + REASON_BYTES_MAX] = {(unsigned char)(code >> 8),
                                                   (unsigned char)code};
    size_t size = code == 0 ? 0 : 2 + reason.size;
    if (ws->phase != BELL__PHASE_UP || bell__ws_said_close(ws)) {
        return BELL_DISCONNECTED;
    }
    if (size > 2) {
        memcpy(payload + 2, reason.text, reason.size);
    }
    if (!bell__ws_say_close(ws, payload, size)) {
        return BELL_NO_MEMORY;
    }
    ws->head.idle = false;
    bell__ws_push(ws);
    return BELL_OK;
}
