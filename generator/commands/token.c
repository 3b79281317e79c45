/* token.c: the command that mints a connection or subscription token. The
 * secret may come from a file or the environment, for argv is seen by all. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "commands/commands.h"
#include "commands/secret.h"

enum { TTL_SECONDS = 3600 };

struct token_options {
    const char *user; /* NULL: not said, here and below */
    const char *secret;
    const char *secret_file;
    int64_t ttl_seconds; /* 0: not said */
    const char *channel;
};

static const struct option table[] = {
    OPTION_TEXT(struct token_options, user, "user", "ID", "the id of the user"),
    OPTION_TEXT(struct token_options, secret, "secret", "TEXT",
                "the HMAC secret (default: $CENTRIFUGO_TOKEN_HMAC_SECRET)"),
    OPTION_TEXT(struct token_options, secret_file, "secret-file", "FILE",
                "read the secret from FILE; - is standard input"),
    OPTION_SECONDS(
        struct token_options, ttl_seconds, "ttl", "TIME",
        "how long the token is valid: 90s, 15m, 1h, 7d (default: 1h)"),
    OPTION_TEXT(struct token_options, channel, "channel", "NAME",
                "make a subscription token for this channel"),
    OPTION_END,
};

static int read_secret(const struct token_options *options,
                       struct bell__arena *arena, bell_string *secret)
{
    if (options->secret != NULL && options->secret_file != NULL) {
        fprintf(stderr,
                "bellpull: use either --secret or --secret-file, not both\n");
        return EXIT_USAGE;
    }
    if (options->secret_file != NULL) {
        if (!secret_read(options->secret_file, arena, secret)) {
            return EXIT_FILES;
        }
    } else if (options->secret != NULL) {
        *secret = bell_str(options->secret);
    } else {
        *secret = bell_str(getenv("CENTRIFUGO_TOKEN_HMAC_SECRET"));
    }
    if (secret->size == 0) {
        fprintf(stderr,
                "bellpull: token needs the server's secret: --secret-file "
                "FILE, --secret TEXT or $CENTRIFUGO_TOKEN_HMAC_SECRET\n");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static int print_token(const struct token_options *options, bell_string secret)
{
    int64_t now = (int64_t)time(NULL);
    int64_t ttl =
        options->ttl_seconds != 0 ? options->ttl_seconds : (int64_t)TTL_SECONDS;
    if (ttl > INT64_MAX / 1000 - now) {
        fprintf(stderr, "bellpull: --ttl is too long\n");
        return EXIT_USAGE;
    }
    bell_claims claims = {
        .user = bell_str(options->user),
        .channel = bell_str(options->channel),
        .issued_at = now,
        .expires_at = now + ttl,
    };
    char *token = NULL;
    bell_error error;
    bell_status status = bell_token_hs256(secret, &claims, &token, &error);
    if (status != BELL_OK) {
        fprintf(stderr, "bellpull: %s\n", error.message);
        return status == BELL_INVALID ? EXIT_USAGE : EXIT_FILES;
    }
    printf("%s\n", token);
    bell_free(token);
    return EXIT_DONE;
}

static int run(const struct words *words, const void *values)
{
    const struct token_options *options = values;
    (void)words; /* it takes none */
    if (options->user == NULL) {
        fprintf(stderr, "bellpull: token needs --user ID (--user '' for an "
                        "anonymous user)\n");
        return EXIT_USAGE;
    }
    struct bell__arena arena;
    bell_string secret = {NULL, 0};
    bell__arena_open(&arena, &bell__memory_default, 0);
    int code = read_secret(options, &arena, &secret);
    if (code == EXIT_DONE) {
        code = print_token(options, secret);
    }
    bell__arena_close(&arena);
    return code;
}

const struct command token_command = {
    .name = "token",
    .summary = "Creates a connection or subscription token.",
    .options = table,
    .size = sizeof(struct token_options),
    .run = run,
};
