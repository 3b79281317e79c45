/* channel.h: calls as publications, for backends that answer on channels: the
 * request {method, params, correlation_id, reply_to} is published on one
 * channel, the reply {correlation_id, result | error} comes on the user's own.
 * It stands on Centrifugo's protocol and knows no socket and no call. */
#ifndef BELL__PROTOCOL_CHANNEL_H
#define BELL__PROTOCOL_CHANNEL_H

#include "seam/protocol.h"

enum { BELL__NONCE_SIZE = 16 };

struct bell__channel_options {
    const bell_allocator *memory;
    struct bell__protocol *inner; /* centrifugo; taken, also on failure */
    const char *request_channel;  /* copied */
    const char *reply_channel;    /* copied; the user's id is filled in */
    const char *responder_user;   /* copied; NULL: replies of no client */
    unsigned char nonce[BELL__NONCE_SIZE]; /* random: no two clients' equal */
};

/* BELL_INVALID: a channel's name is too long. Freed, it frees the inner one. */
bell_status bell__channel_make(const struct bell__channel_options *options,
                               struct bell__protocol **protocol);

#endif
