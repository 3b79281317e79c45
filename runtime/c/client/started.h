/* started.h: calls that were started, found by their numbers. */
#ifndef BELL__CLIENT_STARTED_H
#define BELL__CLIENT_STARTED_H

#include "client/client.h"

/* The link that such a call would be on; NULL where none is. */
struct bell__link *bell__started_link(const bell_client *client,
                                      bell_call call);

/* The call is under way: it has not ended. */
bool bell__started_waits(const bell_client *client, bell_call call);

#endif
