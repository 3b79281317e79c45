/* check.c: the command that says what is wrong with schemas. */
#include <stdio.h>

#include "base/memory.h"
#include "commands/load.h"
#include "commands/mistakes.h"

struct check_options {
    const char *format; /* NULL: not said, here and below */
    const char *include_root;
    bool verbose;
    bool quiet;
};

static const struct option table[] = {
    OPTION_TEXT(struct check_options, format, "format", "KIND",
                "print mistakes as text (the default), json or sarif"),
    OPTION_INCLUDE_ROOT(struct check_options),
    OPTION_VERBOSE(struct check_options),
    OPTION_QUIET(struct check_options),
    OPTION_END,
};

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_service(const struct service *service)
{
    bell_string name = service->place.source->name;
    if (service->only_types) {
        printf("%.*s: ok (%zu type%s, to be included by others)\n",
               (int)name.size, name.text, service->type_count,
               plural(service->type_count));
        return;
    }
    printf("%.*s: ok (%zu method%s, %zu type%s, %zu channel%s)\n",
           (int)name.size, name.text, service->method_count,
           plural(service->method_count), service->type_count,
           plural(service->type_count), service->channel_count,
           plural(service->channel_count));
}

static void print_sections(const struct service *service)
{
    if (service->endpoint_count + service->message_count +
            service->stream_count !=
        0) {
        printf("  and %zu endpoint%s, %zu message%s, %zu stream%s\n",
               service->endpoint_count, plural(service->endpoint_count),
               service->message_count, plural(service->message_count),
               service->stream_count, plural(service->stream_count));
    }
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

static int run(const struct words *words, const void *values)
{
    const struct check_options *options = values;
    if (!mistakes_know(options->format)) {
        return EXIT_USAGE;
    }
    bool quiet = options->quiet || mistakes_are_document(options->format);
    struct bell__arena arena;
    struct schema *schemas = NULL;
    bell__arena_open(&arena, &bell__memory_default, 0);
    struct load_options load = {.format = options->format,
                                .include_root = options->include_root,
                                .shared = LOAD_SHARED_CHECKED};
    int code = load_services(words, &load, &arena, &schemas);
    const struct schema *at = code == EXIT_DONE ? schemas : NULL;
    for (; at != NULL && !quiet; at = at->next) {
        print_service(at->service);
        print_sections(at->service);
        if (options->verbose && !at->service->only_types) {
            print_contract(at->service, &arena);
        }
    }
    bell__arena_close(&arena);
    return code;
}

const struct command check_command = {
    .name = "check",
    .summary = "Reports mistakes in schemas.",
    .takes = TAKES_SCHEMAS,
    .about = ABOUT_SCHEMAS,
    .options = table,
    .size = sizeof(struct check_options),
    .run = run,
};
