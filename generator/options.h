/* options.h: what the user typed, as one struct. Read from argv by the one
 * table of options in options.c, from which --help is printed as well. It
 * knows no command. */
#ifndef GENERATOR_OPTIONS_H
#define GENERATOR_OPTIONS_H

#include <bell/bell.h>

/* Which options a command takes: a mask of these. */
enum {
    OPTION_OUTPUT = 1 << 0,
    OPTION_LANGUAGES = 1 << 1, /* --c --typescript --go --python --all */
    OPTION_TEMPLATES = 1 << 2,
    OPTION_CHECK = 1 << 3,
    OPTION_DRY_RUN = 1 << 4,
    OPTION_DEPFILE = 1 << 5,
    OPTION_LIST = 1 << 6,
    OPTION_FLAT = 1 << 7,
    OPTION_VERBOSE = 1 << 8, /* --verbose and --quiet */
    OPTION_SERVE = 1 << 9,   /* --port --rpc-proxy --publish-proxy --seed */
    OPTION_TOKEN = 1 << 10,  /* --secret --secret-file --user --ttl --channel */
    OPTION_INPUTS = 1 << 11, /* takes SCHEMA... */
    OPTION_WORDS = 1 << 12,  /* templates: its words, and their options */
    OPTION_CLEAN = 1 << 13,
    OPTION_NAME = 1 << 14,  /* init: takes NAME */
    OPTION_FORMAT = 1 << 15 /* --format of messages */
};

enum {
    LANGUAGE_C = 1 << 0,
    LANGUAGE_TYPESCRIPT = 1 << 1,
    LANGUAGE_GO = 1 << 2,
    LANGUAGE_PYTHON = 1 << 3
};

enum { OWN_LANGUAGES_MAX = 8, SETS_MAX = 16 };

struct options {
    char *const *inputs; /* the words that are no options */
    size_t input_count;
    const char *output;    /* --output; NULL: not said */
    const char *templates; /* --templates; NULL: not said */
    const char *block;     /* --block; NULL: not said */
    const char *format;    /* --format; NULL: not said */
    const char *depfile;   /* --depfile; NULL: not said */
    unsigned languages;    /* LANGUAGE_...; 0: none named */
    /* Others: --NAME, where there is a folder of templates of that name. */
    const char *own_languages[OWN_LANGUAGES_MAX];
    size_t own_count;
    const char *sets[SETS_MAX]; /* --set KEY=VALUE, each */
    size_t set_count;
    bool all; /* --all */
    bool check;
    bool dry_run;
    bool clean;
    bool list;
    bool flat;
    bool verbose;
    bool quiet;
    bool rpc_proxy;
    bool publish_proxy;
    const char *api_url; /* --api-url; NULL: not said */
    const char *api_key_file;
    bool help;
    int64_t port; /* 0: not said; else 1..65535 */
    int64_t seed;
    const char *secret; /* --secret; NULL: see --secret-file, environment */
    const char *secret_file;
    const char *user;
    const char *channel;
    int64_t ttl_seconds; /* 0: not said */
};

struct command;

/* Reads the words behind the command's name into *options; packs the inputs
 * at the front of `words`. False where one is wrong: a sentence is on stderr
 * and the exit code is 2. */
bool options_read(struct options *options, const struct command *command,
                  char **words, size_t count);

/* Whether --NAME means something else than a language. */
bool options_has(const char *name);

/* The options of a command, one a line, to stdout. */
void options_help(const struct command *command);

#endif
