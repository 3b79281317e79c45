/* serve.c: the sub-command `serve`: a mock server that answers from a schema,
 * or the backend of a real Centrifugo's RPC proxy. */
#include "commands/commands.h"

#include <stdio.h>

#include "base/memory.h"
#include "commands/faults.h"
#include "commands/load.h"
#include "commands/secret.h"
#include "serve/server.h"

enum { SEED_USUAL = 1 };

struct serve_options {
    int64_t port; /* 0: a free one */
    bool rpc_proxy;
    bool publish_proxy;
    const char *api_url; /* NULL: not said, here and below */
    const char *api_key_file;
    int64_t seed; /* 0: not said */
    const char *secret;
    const char *allow_origin;
    struct option_texts faults;
    const char *faults_file;
    const char *include_root;
    bool verbose;
    bool quiet;
};

static const struct option table[] = {
    OPTION_NUMBER(struct serve_options, port, "port", "N", 0, 65535,
                  "listen on this port of 127.0.0.1; 0: any free port"),
    OPTION_FLAG(struct serve_options, rpc_proxy, "rpc-proxy",
                "act as the HTTP endpoint for Centrifugo's RPC proxy"),
    OPTION_FLAG(struct serve_options, publish_proxy, "publish-proxy",
                "act as the HTTP endpoint for Centrifugo's publish proxy: "
                "the backend of channel mode"),
    OPTION_TEXT(struct serve_options, api_url, "api-url", "URL",
                "publish replies here (default: $CENTRIFUGO_API_URL)"),
    OPTION_TEXT(struct serve_options, api_key_file, "api-key-file", "FILE",
                "read the API key from FILE; - is standard input (default: "
                "$CENTRIFUGO_API_KEY)"),
    OPTION_NUMBER(struct serve_options, seed, "seed", "N", 1, INT64_MAX,
                  "seed for made-up values and for faults (default: 1)"),
    OPTION_TEXTS(struct serve_options, faults, "fault", "RULE",
                 "let calls go wrong: [NAME=]KIND[:ARG][@COUNT|@RATE%], KIND "
                 "is error, close, late, silent, drop, duplicate, reorder, "
                 "wrong-type, unknown-variant, cut-frame, freeze or burst; may "
                 "be given again"),
    OPTION_TEXT(struct serve_options, faults_file, "faults-file", "FILE",
                "read faults from FILE, one a line"),
    OPTION_TEXT(struct serve_options, secret, "secret", "TEXT",
                "check tokens with this HMAC secret (default: accept every "
                "token)"),
    OPTION_TEXT(struct serve_options, allow_origin, "allow-origin", "URL",
                "let pages of URL connect; any: all pages (default: none)"),
    OPTION_INCLUDE_ROOT(struct serve_options),
    OPTION_VERBOSE(struct serve_options),
    OPTION_QUIET(struct serve_options),
    OPTION_END,
};

static size_t count_methods(const struct schema *schemas)
{
    size_t count = 0;
    for (; schemas != NULL; schemas = schemas->next) {
        count += schemas->service->method_count;
    }
    return count;
}

/* What means nothing together; NULL where all of it can be meant. */
static const char *find_contradiction(const struct serve_options *options)
{
    bool proxy = options->rpc_proxy || options->publish_proxy;
    if (options->rpc_proxy && options->publish_proxy) {
        return "use either --rpc-proxy or --publish-proxy, not both";
    }
    if (proxy && options->secret != NULL) {
        return "--secret works only without a proxy: a proxy sees no tokens";
    }
    if (options->secret != NULL && options->secret[0] == '\0') {
        return "--secret is empty";
    }
    if (proxy && options->allow_origin != NULL) {
        return "--allow-origin is for clients: a proxy has no pages";
    }
    if (!options->publish_proxy && options->api_url != NULL) {
        return "--api-url works only with --publish-proxy";
    }
    if (!options->publish_proxy && options->api_key_file != NULL) {
        return "--api-key-file works only with --publish-proxy";
    }
    if (options->verbose && options->quiet) {
        return "use either --verbose or --quiet, not both";
    }
    return NULL;
}

/* NULL where the environment has it. */
static int read_key(const struct serve_options *options,
                    struct bell__arena *arena, const char **key)
{
    bell_string secret = {NULL, 0};
    if (options->api_key_file == NULL) {
        return EXIT_DONE;
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

static int serve(const struct serve_options *options,
                 const struct schema *schemas, struct bell__arena *arena)
{
    struct server_options server = {
        .port = (int)options->port,
        .rpc_proxy = options->rpc_proxy,
        .publish_proxy = options->publish_proxy,
        .api_url = options->api_url,
        .secret = bell_str(options->secret),
        .allow_origin = options->allow_origin,
    };
    int code = read_key(options, arena, &server.api_key);
    if (code != EXIT_DONE) {
        return code;
    }
    if (count_methods(schemas) == 0) {
        fprintf(stderr, "bellpull: the schema has no rpc method to serve\n");
        return EXIT_SCHEMA;
    }
    int64_t seed = options->seed != 0 ? options->seed : SEED_USUAL;
    struct answers *answers = answers_open(arena, (uint64_t)seed);
    bool ready = answers != NULL;
    for (; ready && schemas != NULL; schemas = schemas->next) {
        ready = answers_add(answers, schemas->service, schemas->tables);
    }
    if (!ready) {
        answers_close(answers);
        fprintf(stderr, "bellpull: out of memory\n");
        return EXIT_FILES;
    }
    struct backend backend;
    backend_open(&backend, answers, (uint64_t)seed);
    backend.verbose = options->verbose;
    server.backend = &backend;
    enum faults_way way = options->publish_proxy ? FAULTS_REPLIES
                          : options->rpc_proxy   ? FAULTS_EXCHANGES
                                                 : FAULTS_LINES;
    code = faults_read(&backend.mishaps, &options->faults, options->faults_file,
                       way);
    if (code == EXIT_DONE && !server_run(&server)) {
        code = EXIT_FILES;
    }
    backend_close(&backend);
    answers_close(answers);
    return code;
}

static int run(const struct words *words, const void *values)
{
    struct bell__arena arena;
    struct schema *schemas = NULL;
    const struct serve_options *options = values;
    const char *wrong = find_contradiction(options);
    if (wrong != NULL) {
        fprintf(stderr, "bellpull: %s\n", wrong);
        return EXIT_USAGE;
    }
    bell__arena_open(&arena, &bell__memory_default, 0);
    struct load_options load = {.include_root = options->include_root,
                                .shared = LOAD_SHARED_REFUSED};
    int code = load_services(words, &load, &arena, &schemas);
    if (code == EXIT_DONE) {
        code = serve(values, schemas, &arena);
    }
    bell__arena_close(&arena);
    return code;
}

const struct command serve_command = {
    .name = "serve",
    .summary = "Runs a mock server that answers from a schema.",
    .takes = TAKES_SCHEMAS,
    .about = ABOUT_SCHEMAS,
    .options = table,
    .size = sizeof(struct serve_options),
    .run = run,
};
