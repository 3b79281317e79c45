/* deliver.h: calls that ended reach those who made them. For the files of
 * client/ alone. Each runs users' functions, outside of any state change. */
#ifndef BELL__CLIENT_DELIVER_H
#define BELL__CLIENT_DELIVER_H

#include "client/link.h"

/* Fetches and delivers what ended on the link. */
void bell__deliver(struct bell__link *link);

/* A call of the client's own: its reply is read and logged, and forgotten.
 * Gives how it ended; then completion->error says why. */
bell_status bell__deliver_unheard(struct bell__link *link,
                                  struct bell__completion *completion);

/* What waited for another client's sync call to end, unless one is still being
 * pumped; a client that closes waits no more. */
void bell__deliver_waiting(bell_client *client);

#endif
