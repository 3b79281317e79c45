/* centrifugo_life.h: how a Centrifugo session begins, how long it lives, and
 * what ends it, by the server's messages. It knows no call. */
#ifndef BELL__PROTOCOL_CENTRIFUGO_LIFE_H
#define BELL__PROTOCOL_CENTRIFUGO_LIFE_H

#include "seam/protocol.h"

/* Reads ping, pong and ttl of what connect or refresh gave, or of a refresh
 * push. False where it is not an object of such. */
bool bell__centrifugo_lives(bell_string result, struct bell__event *event);

/* An error reply, read into the event already, becomes what it means. To
 * connect: BYE. To refresh: RENEWED with a code, or BYE. */
void bell__centrifugo_connect_refused(struct bell__event *event);
void bell__centrifugo_renewal_refused(struct bell__event *event);

/* A push: the event stays one, or becomes BYE or RENEWED. */
bool bell__centrifugo_push(bell_string push, struct bell__event *event);

#endif
