/* every.h: a client's calls at intervals; see bell.h. */
#ifndef BELL__CLIENT_EVERY_H
#define BELL__CLIENT_EVERY_H

#include <bell/bell.h>

/* Beats that are due. They may close the client. */
void bell__every_turn(bell_client *client);

/* When the next one is due; INT64_MAX: none is. */
int64_t bell__every_deadline(const bell_client *client);

/* Nothing of the client runs. */
void bell__every_free(bell_client *client);

#endif
