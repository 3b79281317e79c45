/* check.c: the command that says what is wrong with schemas. */
#include <stdio.h>

#include "base/memory.h"
#include "commands/load.h"

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_service(const struct service *service)
{
    bell_string name = service->place.source->name;
    printf("%.*s: ok (%zu method%s, %zu type%s, %zu channel%s)\n",
           (int)name.size, name.text, service->method_count,
           plural(service->method_count), service->type_count,
           plural(service->type_count), service->channel_count,
           plural(service->channel_count));
}

static void print_contract(const struct service *service,
                           struct bell__arena *arena)
{
    bell_string contract = model_contract(service, arena);
    printf("  service %.*s%s%.*s, contract %.*s\n", (int)service->name.size,
           service->name.text, service->version.size != 0 ? " " : "",
           (int)service->version.size,
           service->version.size != 0 ? service->version.text : "",
           (int)contract.size, contract.text != NULL ? contract.text : "");
}

int check_command(const struct options *options)
{
    struct bell__arena arena;
    struct service *services = NULL;
    bell__arena_open(&arena, &bell__memory_default, 0);
    int code = load_services(options, &arena, &services);
    const struct service *at = code == EXIT_DONE ? services : NULL;
    for (; at != NULL && !options->quiet; at = at->next) {
        print_service(at);
        if (options->verbose) {
            print_contract(at, &arena);
        }
    }
    bell__arena_close(&arena);
    return code;
}
