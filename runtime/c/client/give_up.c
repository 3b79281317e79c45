/* give_up.c: exchanges that nobody waits for any more. It knows no call's end.
 */
#include "client/link.h"

void bell__link_give_up(struct bell__link *link)
{
    struct bell__transport *transport = link->transport;
    struct bell__given_up given;
    while (bell__session_given_up(link->session, &given)) {
        if (transport->ops->cancel != NULL &&
            transport->ops->cancel(transport, given.tag)) {
            bell__session_stayed(link->session, &given);
        }
    }
}
