/* serve.c: the sub-command `serve`: a mock server that answers from a schema,
 * or the backend of a real Centrifugo's RPC proxy. */
#include "commands/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/faults.h"
#include "commands/secret.h"
#include "commands/served.h"
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
    const char *script;
    const char *record;
    const char *expect;
    bool watch;
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
    OPTION_TEXT(struct serve_options, script, "script", "FILE",
                "answer by the steps of FILE first"),
    OPTION_TEXT(struct serve_options, record, "record", "FILE",
                "write each call into FILE, a line of JSON each"),
    OPTION_TEXT(struct serve_options, expect, "expect", "FILE",
                "end with 6 if other calls came than those of FILE"),
    OPTION_FLAG(struct serve_options, watch, "watch",
                "read the schema again when it has changed"),
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

/* What means nothing together; NULL where all of it can be meant. */
static const char *find_contradiction(const struct serve_options *options,
                                      const struct words *words)
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
    for (size_t i = 0; options->watch && i < words->count; i++) {
        if (strcmp(words->at[i], "-") == 0) {
            return "--watch cannot watch a schema from standard input";
        }
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

/* One run: what is served, and how. */
struct run {
    const struct serve_options *options;
    struct served served;
    struct backend backend;
    struct bell__arena arena; /* of what is read once */
};

static void reload(void *context)
{
    struct run *run = context;
    if (served_reload(&run->served)) {
        run->backend.answers = run->served.answers;
    }
}

static bool has_changed(void *context)
{
    struct run *run = context;
    return served_has_changed(&run->served);
}

static int open_journal(struct run *run)
{
    const struct serve_options *options = run->options;
    struct journal *journal = &run->backend.journal;
    char wrong[FILE_WRONG_MAX];
    bell_string text;
    if (options->expect != NULL) {
        if (!file_read(options->expect, &run->arena, &text, wrong)) {
            fprintf(stderr, "bellpull: %s\n", wrong);
            return EXIT_FILES;
        }
        if (!journal_expect(journal, text, options->expect, &run->arena)) {
            return EXIT_USAGE;
        }
    }
    return options->record == NULL || journal_record(journal, options->record)
               ? EXIT_DONE
               : EXIT_FILES;
}

static enum faults_way find_way(const struct serve_options *options)
{
    return options->publish_proxy ? FAULTS_REPLIES
           : options->rpc_proxy   ? FAULTS_EXCHANGES
                                  : FAULTS_LINES;
}

static int serve(struct run *run)
{
    const struct serve_options *options = run->options;
    struct server_options server = {
        .backend = &run->backend,
        .port = (int)options->port,
        .rpc_proxy = options->rpc_proxy,
        .publish_proxy = options->publish_proxy,
        .api_url = options->api_url,
        .secret = bell_str(options->secret),
        .allow_origin = options->allow_origin,
        .reload = reload,
        .has_changed = options->watch ? has_changed : NULL,
        .context = run,
    };
    int code = read_key(options, &run->arena, &server.api_key);
    if (code == EXIT_DONE) {
        code = faults_read(&run->backend.mishaps, &options->faults,
                           options->faults_file, find_way(options));
    }
    if (code == EXIT_DONE) {
        served_warn(&run->served, &run->backend.mishaps);
        code = open_journal(run);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    bool good = server_run(&server);
    bool expected = journal_close(&run->backend.journal);
    if (!good || run->backend.journal.broken) {
        return EXIT_FILES;
    }
    return expected ? EXIT_DONE : EXIT_OTHER;
}

static int run(const struct words *words, const void *values)
{
    const struct serve_options *options = values;
    struct run run = {.options = options};
    const char *wrong = find_contradiction(options, words);
    if (wrong != NULL) {
        fprintf(stderr, "bellpull: %s\n", wrong);
        return EXIT_USAGE;
    }
    int64_t seed = options->seed != 0 ? options->seed : SEED_USUAL;
    run.served = (struct served){.words = words,
                                 .include_root = options->include_root,
                                 .script = options->script,
                                 .ban = faults_ban(find_way(options)),
                                 .seed = (uint64_t)seed,
                                 .rpc_alone = options->rpc_proxy ||
                                              options->publish_proxy,
                                 .quiet = options->quiet};
    int code = served_open(&run.served);
    if (code == EXIT_DONE) {
        bell__arena_open(&run.arena, &bell__memory_default, 0);
        backend_open(&run.backend, run.served.answers, (uint64_t)seed);
        run.backend.verbose = options->verbose;
        code = serve(&run);
        backend_close(&run.backend);
        bell__arena_close(&run.arena);
    }
    served_close(&run.served);
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
