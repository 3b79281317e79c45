/* pump.c: whose sync call turns a loop, and what that means for the other
 * clients there. It knows no calls. */
#include "client/pump.h"

#include <assert.h>

void bell__pump_enter(bell_client *client)
{
    struct bell_loop *loop = client->loop;
    assert(!bell__loop_held(loop) && loop->caller == NULL);
    bell__loop_hold(loop);
    loop->caller = client;
}

void bell__pump_leave(bell_client *client)
{
    struct bell_loop *loop = client->loop;
    assert(loop->caller == client);
    loop->caller = NULL;
    if (client->others_owed) {
        client->others_owed = false;
        bell__loop_due_all(loop);
    }
    bell__loop_let_go(loop);
    bell__loop_reap(loop);
    bell__loop_end(loop);
}

void bell__pump_owe(bell_client *client)
{
    assert(bell__pump_others(client));
    client->loop->caller->others_owed = true;
}
