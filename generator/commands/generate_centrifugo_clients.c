/* generate_centrifugo_clients.c: generate, for the services that Centrifugo
 * carries, under the name that integrations' management commands use. */
#include "commands/clients.h"

static bool speaks_centrifugo(const struct service *service)
{
    return service->method_count != 0 || service->channel_count != 0;
}

int generate_centrifugo_clients_command(const struct options *options)
{
    return generate_run(options, speaks_centrifugo);
}
