/* deliver.h: calls that ended reach those who made them. For the files of
 * client/ alone. Each runs users' functions, outside of any state change. */
#ifndef BELL__CLIENT_DELIVER_H
#define BELL__CLIENT_DELIVER_H

#include "client/link.h"

/* Fetches and delivers what ended on the link. */
void bell__deliver(struct bell__link *link);

/* What waited for another client's sync call to end, unless one is still being
 * pumped; a client that closes waits no more. */
void bell__deliver_waiting(bell_client *client);

#endif
