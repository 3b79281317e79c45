/* generate_arcp_clients.c: generate, for the services whose endpoints are of
 * HTTP, as ARCP's are, under the name that integrations' management commands
 * use. */
#include "commands/clients.h"

static bool speaks_rest(const struct service *service)
{
    return service->endpoint_count != 0;
}

static int run(const struct words *words, const void *values);

const struct command generate_arcp_clients_command = {
    .name = "generate_arcp_clients",
    .summary = "The same, for services with REST endpoints only.",
    .takes = TAKES_SCHEMAS,
    .about = ABOUT_SCHEMAS,
    .options = generate_table,
    .size = sizeof(struct clients_options),
    .run = run,
};

static int run(const struct words *words, const void *values)
{
    return generate_run(&generate_arcp_clients_command, words, values,
                        speaks_rest);
}
