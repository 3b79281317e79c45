/* message.h: messages and items on a socket, as JSON without numbers: who one
 * is, a call and what answers it, what comes unasked. It knows no call and no
 * type. */
#ifndef BELL__PROTOCOL_MESSAGE_H
#define BELL__PROTOCOL_MESSAGE_H

#include "seam/protocol.h"

struct bell__message_options {
    const bell_allocator *memory;
    const bell_socket *socket;   /* lent */
    const bell_service *service; /* lent; whose answers come on `link` */
    uint32_t link;
    const char *token; /* NULL: none */
};

/* What comes unasked is a push for this channel: the whole message. */
enum { BELL__MESSAGE_CHANNEL = 1 };

/* BELL_INVALID: the token is not UTF-8. */
bell_status bell__message_make(const struct bell__message_options *options,
                               struct bell__protocol **protocol);

bool bell__message_has_token(const struct bell__protocol *protocol);

#endif
