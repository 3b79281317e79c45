/* centrifugo.h: Centrifugo's client protocol, version 2, JSON over WebSocket:
 * https://centrifugal.dev/docs/transports/client_protocol. It knows no socket
 * and no call. */
#ifndef BELL__PROTOCOL_CENTRIFUGO_H
#define BELL__PROTOCOL_CENTRIFUGO_H

#include "seam/protocol.h"

struct bell__centrifugo_options {
    const bell_allocator *memory;
    const char *token;   /* copied; NULL: none */
    const char *name;    /* copied; told to the server */
    bell_string data;    /* copied; JSON without line breaks; empty: none */
    bool keeps_greeting; /* for the op that gives it */
    bool advises; /* calls are rpc commands: their errors say what to do */
};

bell_status
bell__centrifugo_make(const struct bell__centrifugo_options *options,
                      struct bell__protocol **protocol);

#endif
