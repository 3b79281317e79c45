/* serve.c: the sub-command `serve`: a mock server that answers from a schema,
 * or the backend of a real Centrifugo's RPC proxy. */
#include "commands/commands.h"

#include <stdio.h>

#include "base/memory.h"
#include "commands/load.h"
#include "commands/secret.h"
#include "serve/server.h"

static size_t count_methods(const struct service *services)
{
    size_t count = 0;
    for (; services != NULL; services = services->next) {
        count += services->method_count;
    }
    return count;
}

/* NULL where the environment has it. */
static int read_key(const struct options *options, struct bell__arena *arena,
                    const char **key)
{
    bell_string secret = {NULL, 0};
    if (options->api_key_file == NULL) {
        return EXIT_DONE;
    }
    if (!options->publish_proxy) {
        fprintf(stderr,
                "bellpull: --api-key-file is for --publish-proxy alone\n");
        return EXIT_USAGE;
    }
    if (!secret_read(options->api_key_file, arena, &secret)) {
        return EXIT_FILES;
    }
    if (secret.size == 0 || strlen(secret.text) != secret.size) {
        fprintf(stderr, "bellpull: there is no API key in %s\n",
                options->api_key_file);
        return EXIT_FILES;
    }
    *key = secret.text;
    return EXIT_DONE;
}

static int run(const struct options *options, const struct service *services,
               struct bell__arena *arena)
{
    struct server_options server = {
        .port = (int)options->port,
        .rpc_proxy = options->rpc_proxy,
        .publish_proxy = options->publish_proxy,
        .api_url = options->api_url,
        .verbose = options->verbose,
        .secret = bell_str(options->secret),
    };
    if (options->rpc_proxy && options->publish_proxy) {
        fprintf(stderr,
                "bellpull: --rpc-proxy and --publish-proxy: one a server\n");
        return EXIT_USAGE;
    }
    int code = read_key(options, arena, &server.api_key);
    if (code != EXIT_DONE) {
        return code;
    }
    if (count_methods(services) == 0) {
        fprintf(stderr, "bellpull: there is no rpc method to serve\n");
        return EXIT_SCHEMA;
    }
    server.answers = answers_open(services, arena, (uint64_t)options->seed);
    if (server.answers == NULL) {
        fprintf(stderr, "bellpull: memory is short\n");
        return EXIT_FILES;
    }
    bool good = server_run(&server);
    answers_close(server.answers);
    return good ? EXIT_DONE : EXIT_FILES;
}

int serve_command(const struct options *options)
{
    struct bell__arena arena;
    struct service *services = NULL;
    bell__arena_open(&arena, &bell__memory_default, 0);
    int code = load_services(options, &arena, &services);
    if (code == EXIT_DONE) {
        code = run(options, services, &arena);
    }
    bell__arena_close(&arena);
    return code;
}
