/* chance.c: random bits for a client's jitter. It knows no wait. */
#include "client/client.h"

uint64_t bell__client_draw(void *context)
{
    bell_client *client = context;
    uint64_t bits = 0;
    if (!bell__random_take(&client->loop->random, &bits, sizeof bits)) {
        bits = (uint64_t)client->loop->now_ns; /* only spreads reconnects */
    }
    return bits;
}
