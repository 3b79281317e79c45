/* every.h: a client's calls at intervals; see bell.h. The client finds them by
 * its `every_ops`, so that a program without any does not link them. */
#ifndef BELL__CLIENT_EVERY_H
#define BELL__CLIENT_EVERY_H

#include <bell/bell.h>

struct bell__every_ops {
    /* Beats that are due. They may close the client. */
    void (*turn)(bell_client *client);

    /* When the next one is due; INT64_MAX: none is. */
    int64_t (*deadline)(const bell_client *client);

    /* Nothing of the client runs. */
    void (*free)(bell_client *client);
};

#endif
