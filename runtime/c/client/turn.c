/* turn.c: a client's turn in its loop: each link that is in use has its own.
 * It knows no line. */
#include "client/client.h"

#include "client/deliver.h"
#include "client/every.h"

int64_t bell__client_deadline(const bell_client *client)
{
    int64_t earliest = client->every_ops != NULL
                           ? client->every_ops->deadline(client)
                           : INT64_MAX;
    for (uint32_t i = 0; i < client->link_count; i++) {
        const struct bell__link *link = &client->links[i];
        if (link->session == NULL) {
            continue;
        }
        int64_t next = bell__session_deadline(link->session);
        if (link->catches_up) {
            next = client->loop->now + BELL__CATCH_UP_STEP_MS;
        }
        earliest = next < earliest ? next : earliest;
    }
    return earliest;
}

void bell__client_turn(struct bell__guest *guest)
{
    bell_client *client = (bell_client *)(void *)guest;
    if (client->closed) {
        return;
    }
    bell__deliver_waiting(client);
    if (client->every_ops != NULL) {
        client->every_ops->turn(client);
    }
    for (uint32_t i = 0; i < client->link_count && !client->closed; i++) {
        struct bell__link *link = &client->links[i];
        if (link->session != NULL && !bell__link_turn(link)) {
            return;
        }
    }
    if (!client->closed) {
        bell__loop_remind(client->loop, guest, bell__client_deadline(client));
    }
}
