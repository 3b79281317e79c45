/* tell.c: errors on their way to the caller, whose struct may be an older or a
 * newer one. It knows no call. */
#include "client/client.h"

#include <string.h>

#include "base/error.h"

void bell__client_tell(const bell_client *client, bell_error *to,
                       const bell_error *from)
{
    if (to == NULL) {
        return;
    }
    size_t size = sizeof *from;
    memcpy(to, from, client->error_size < size ? client->error_size : size);
}

void bell__client_clear(const bell_client *client, bell_error *error)
{
    if (error != NULL) {
        memset(error, 0, client->error_size);
    }
}

bell_status bell__client_refuse_inside(const bell_client *client,
                                       bell_error *error)
{
    bell_error trouble;
    bell__error_set(&trouble, BELL_REENTRANT, BELL_ORIGIN_LOCAL,
                    "a sync call inside a callback would never end: start an "
                    "async one");
    trouble.sent = BELL_SENT_NO;
    bell__client_tell(client, error, &trouble);
    return BELL_REENTRANT;
}

bell_status bell__client_refuse_thread(const bell_client *client,
                                       bell_error *error)
{
    bell_error trouble;
    bell__error_set(&trouble, BELL_INVALID, BELL_ORIGIN_LOCAL,
                    "another thread runs the client's loop: wake that thread "
                    "with bell_wake(), open a client for each thread, or give "
                    "the loop up there with bell_loop_release()");
    trouble.sent = BELL_SENT_NO;
    bell__client_tell(client, error, &trouble);
    return BELL_INVALID;
}

bell_status bell__client_missing(bell_error *error)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "client is NULL");
}
