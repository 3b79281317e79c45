/* pump.h: whose sync call turns a loop, and what that means for the other
 * clients there: they keep back what ends meanwhile, as a caller must not see
 * their callbacks run. It knows no calls. */
#ifndef BELL__CLIENT_PUMP_H
#define BELL__CLIENT_PUMP_H

#include "client/client.h"

/* A sync call begins; its loop is not held yet. While it is in, the client
 * stays: whoever closes it from a callback only marks it. */
void bell__pump_enter(bell_client *client);

/* It is over: who was owed a turn gets one. The client and the loop may be
 * gone. */
void bell__pump_leave(bell_client *client);

/* Another client's sync call is being pumped. */
static inline bool bell__pump_others(const bell_client *client)
{
    const bell_client *caller = client->loop->caller;
    return caller != NULL && caller != client;
}

/* Something of this client's is kept back until the others' call is over. */
void bell__pump_owe(bell_client *client);

#endif
