/* generate_centrifugo_clients.c: generate, for the services that Centrifugo
 * carries, under the name that integrations' management commands use. */
#include "commands/clients.h"

static bool speaks_centrifugo(const struct service *service)
{
    return service->method_count != 0 || service->channel_count != 0;
}

static int run(const struct words *words, const void *values);

const struct command generate_centrifugo_clients_command = {
    .name = "generate_centrifugo_clients",
    .summary = "The same, for Centrifugo services only.",
    .takes = TAKES_SCHEMAS,
    .about = ABOUT_SCHEMAS,
    .options = generate_table,
    .size = sizeof(struct clients_options),
    .run = run,
};

static int run(const struct words *words, const void *values)
{
    return generate_run(&generate_centrifugo_clients_command, words, values,
                        speaks_centrifugo);
}
