/* options.c: the table of options: how each is spelled, what it takes, what
 * it is for. It knows no command. */
#include "options.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "commands/commands.h"
#include "language.h"

enum option_kind {
    KIND_FLAG,
    KIND_LANGUAGE,
    KIND_TEXT,
    KIND_SET,
    KIND_NUMBER,
    KIND_SECONDS
};

struct option {
    unsigned mask; /* 0: every command takes it */
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *summary;
    enum option_kind kind;
    size_t offset;     /* of the member of struct options */
    int64_t low, high; /* KIND_NUMBER; `high` is the bit of KIND_LANGUAGE */
};

#define MEMBER(name) offsetof(struct options, name)

static const struct option table[] = {
    {OPTION_OUTPUT, "output", "DIR", "where the files go (default: generated)",
     KIND_TEXT, MEMBER(output), 0, 0},
    {OPTION_LANGUAGES, "c", NULL, "write C", KIND_LANGUAGE, MEMBER(languages),
     0, LANGUAGE_C},
    {OPTION_LANGUAGES, "typescript", NULL, "write TypeScript", KIND_LANGUAGE,
     MEMBER(languages), 0, LANGUAGE_TYPESCRIPT},
    {OPTION_LANGUAGES, "go", NULL, "write Go", KIND_LANGUAGE, MEMBER(languages),
     0, LANGUAGE_GO},
    {OPTION_LANGUAGES, "python", NULL, "write Python", KIND_LANGUAGE,
     MEMBER(languages), 0, LANGUAGE_PYTHON},
    {OPTION_LANGUAGES, "all", NULL, "write every language there is", KIND_FLAG,
     MEMBER(all), 0, 0},
    {OPTION_TEMPLATES, "templates", "DIR",
     "templates that replace built-in ones; DIR/NAME adds --NAME", KIND_TEXT,
     MEMBER(templates), 0, 0},
    {OPTION_TEMPLATES, "set", "KEY=VALUE",
     "choose what a language leaves open: int64=bigint of TypeScript", KIND_SET,
     MEMBER(sets), 0, 0},
    {OPTION_CHECK, "check", NULL,
     "write nothing; exit 4 where files are not what they would be", KIND_FLAG,
     MEMBER(check), 0, 0},
    {OPTION_DRY_RUN, "dry-run", NULL, "write nothing; say what would be",
     KIND_FLAG, MEMBER(dry_run), 0, 0},
    {OPTION_CLEAN, "clean", NULL,
     "remove generated files of services that this run does not make",
     KIND_FLAG, MEMBER(clean), 0, 0},
    {OPTION_DEPFILE, "depfile", "FILE", "write a depfile for a build system",
     KIND_TEXT, MEMBER(depfile), 0, 0},
    {OPTION_LIST, "list", NULL, "print the names of the files, write nothing",
     KIND_FLAG, MEMBER(list), 0, 0},
    {OPTION_FLAT, "flat", NULL, "no folders for language and service",
     KIND_FLAG, MEMBER(flat), 0, 0},
    {OPTION_SERVE, "port", "N",
     "the port to listen on, 127.0.0.1 only; 0: a free one", KIND_NUMBER,
     MEMBER(port), 0, 65535},
    {OPTION_SERVE, "rpc-proxy", NULL,
     "be the HTTP endpoint that Centrifugo's RPC proxy calls", KIND_FLAG,
     MEMBER(rpc_proxy), 0, 0},
    {OPTION_SERVE, "publish-proxy", NULL,
     "be the HTTP endpoint that Centrifugo's publish proxy calls: channel "
     "mode's other end",
     KIND_FLAG, MEMBER(publish_proxy), 0, 0},
    {OPTION_SERVE, "api-url", "URL",
     "where replies are published (default: $CENTRIFUGO_API_URL)", KIND_TEXT,
     MEMBER(api_url), 0, 0},
    {OPTION_SERVE, "api-key-file", "FILE",
     "a file that holds the API key; - is standard input (default: "
     "$CENTRIFUGO_API_KEY)",
     KIND_TEXT, MEMBER(api_key_file), 0, 0},
    {OPTION_SERVE, "seed", "N", "seed of made-up values (default: 1)",
     KIND_NUMBER, MEMBER(seed), 0, INT64_MAX},
    {OPTION_TOKEN, "user", "ID", "the user that the token is for", KIND_TEXT,
     MEMBER(user), 0, 0},
    {OPTION_SERVE, "secret", "TEXT",
     "check tokens by this HMAC secret (default: every token is good)",
     KIND_TEXT, MEMBER(secret), 0, 0},
    {OPTION_TOKEN, "secret", "TEXT",
     "the HMAC secret (default: $CENTRIFUGO_TOKEN_HMAC_SECRET)", KIND_TEXT,
     MEMBER(secret), 0, 0},
    {OPTION_TOKEN, "secret-file", "FILE",
     "a file that holds the secret; - is standard input", KIND_TEXT,
     MEMBER(secret_file), 0, 0},
    {OPTION_TOKEN, "ttl", "TIME",
     "how long it is good for: 90s, 15m, 1h, 7d (default: 1h)", KIND_SECONDS,
     MEMBER(ttl_seconds), 0, 0},
    {OPTION_TOKEN, "channel", "NAME",
     "make a subscription token for this channel", KIND_TEXT, MEMBER(channel),
     0, 0},
    {OPTION_WORDS, "output", "DIR", "eject: where the templates go", KIND_TEXT,
     MEMBER(output), 0, 0},
    {OPTION_WORDS, "block", "NAME", "eject: only this block, to be replaced",
     KIND_TEXT, MEMBER(block), 0, 0},
    {OPTION_FORMAT, "format", "KIND",
     "how mistakes are told: text (the default), json or sarif", KIND_TEXT,
     MEMBER(format), 0, 0},
    {OPTION_WORDS, "format", "KIND",
     "model: text or json; check: text, json or sarif", KIND_TEXT,
     MEMBER(format), 0, 0},
    {OPTION_VERBOSE, "verbose", NULL, "say what is done", KIND_FLAG,
     MEMBER(verbose), 0, 0},
    {OPTION_VERBOSE, "quiet", NULL, "say nothing but errors", KIND_FLAG,
     MEMBER(quiet), 0, 0},
    {0, "help", NULL, "print this", KIND_FLAG, MEMBER(help), 0, 0},
};

enum { TABLE_COUNT = sizeof table / sizeof table[0] };

static bool takes(const struct command *command, const struct option *option)
{
    return option->mask == 0 || (command->options & option->mask) != 0;
}

static const struct option *find(const struct command *command,
                                 bell_string name)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (takes(command, &table[i]) && strlen(table[i].name) == name.size &&
            memcmp(table[i].name, name.text, name.size) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

static bool tell_unknown(const struct command *command,
                         const struct nearest *nearest)
{
    char hint[NEAREST_BYTES_MAX];
    if (nearest->best.size != 0) {
        snprintf(hint, sizeof hint, " (did you mean --%.*s?)",
                 (int)nearest->best.size, nearest->best.text);
    } else {
        snprintf(hint, sizeof hint, " (see bellpull %s --help)", command->name);
    }
    fprintf(stderr, "bellpull: %s has no option --%.*s%s\n", command->name,
            (int)nearest->wanted.size, nearest->wanted.text, hint);
    return false;
}

static void offer_options(struct nearest *nearest,
                          const struct command *command)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (takes(command, &table[i])) {
            nearest_offer(nearest, bell_str(table[i].name));
        }
    }
}

static bool unknown(const struct command *command, bell_string name)
{
    struct nearest nearest;
    nearest_open(&nearest, name);
    offer_options(&nearest, command);
    return tell_unknown(command, &nearest);
}

static bool unknown_short(const struct command *command, const char *word)
{
    fprintf(stderr, "bellpull: %s has no option %s (see bellpull %s --help)\n",
            command->name, word, command->name);
    return false;
}

/* Digits only; false where there is something else, or too much. */
static bool read_digits(const char **at, int64_t *value)
{
    const char *text = *at;
    int64_t sum = 0;
    while (*text >= '0' && *text <= '9') {
        int digit = *text - '0';
        if (sum > (INT64_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
        text++;
    }
    if (text == *at) {
        return false;
    }
    *at = text;
    *value = sum;
    return true;
}

static bool read_number(const struct option *option, const char *text,
                        int64_t *value)
{
    const char *at = text;
    if (read_digits(&at, value) && *at == '\0' && *value >= option->low &&
        *value <= option->high) {
        return true;
    }
    fprintf(
        stderr, "bellpull: --%s wants a number from %lld to %lld, not '%s'\n",
        option->name, (long long)option->low, (long long)option->high, text);
    return false;
}

/* 0 for a unit that there is not. */
static int64_t unit_seconds(const char *unit)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].name, unit) == 0) {
            return units[i].seconds;
        }
    }
    return 0;
}

static bool read_seconds(const struct option *option, const char *text,
                         int64_t *value)
{
    const char *at = text;
    int64_t count = 0;
    if (read_digits(&at, &count) && count > 0) {
        int64_t unit = unit_seconds(at);
        if (unit != 0 && count <= INT64_MAX / 86400) {
            *value = count * unit;
            return true;
        }
    }
    fprintf(stderr,
            "bellpull: --%s wants a time such as 90s, 15m, 1h or 7d, not "
            "'%s'\n",
            option->name, text);
    return false;
}

static bool read_set(struct options *options, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text || equals[1] == '\0') {
        fprintf(stderr, "bellpull: --set wants KEY=VALUE, not '%s'\n", text);
        return false;
    }
    if (options->set_count == SETS_MAX) {
        fprintf(stderr, "bellpull: --set is said more than %d times\n",
                SETS_MAX);
        return false;
    }
    options->sets[options->set_count++] = text;
    return true;
}

static bool set(struct options *options, const struct option *option,
                const char *argument)
{
    void *member = (char *)options + option->offset;
    switch (option->kind) {
    case KIND_FLAG:
        *(bool *)member = true;
        return true;
    case KIND_LANGUAGE:
        *(unsigned *)member |= (unsigned)option->high;
        return true;
    case KIND_TEXT:
        *(const char **)member = argument;
        return true;
    case KIND_SET:
        assert(argument != NULL);
        return read_set(options, argument);
    case KIND_NUMBER:
        assert(argument != NULL);
        return read_number(option, argument, member);
    case KIND_SECONDS:
        assert(argument != NULL);
        return read_seconds(option, argument, member);
    }
    return false;
}

/* A word that may be a language of the user's. Which ones there are is known
 * when all options are read. */
static bool keep_language(struct options *options,
                          const struct command *command, const char *word)
{
    if ((command->options & OPTION_LANGUAGES) == 0 || word[0] == '\0' ||
        strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(word) ||
        options->own_count == OWN_LANGUAGES_MAX) {
        return false;
    }
    options->own_languages[options->own_count++] = word;
    return true;
}

static bool unknown_language(const struct options *options,
                             const struct command *command, const char *name)
{
    struct bell__arena arena;
    struct nearest nearest;
    char wrong[FILE_WRONG_MAX];
    const char *const *folders = NULL;
    size_t count = 0;
    bell__arena_open(&arena, &bell__memory_default, 0);
    nearest_open(&nearest, bell_str(name));
    offer_options(&nearest, command);
    if (options->templates != NULL &&
        !file_folders(options->templates, &arena, &folders, &count, wrong)) {
        count = 0; /* it is for a hint only */
    }
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, bell_str(folders[i]));
    }
    tell_unknown(command, &nearest);
    bell__arena_close(&arena);
    return false;
}

/* A language is a folder: of the program or of the user's. */
static bool check_languages(const struct options *options,
                            const struct command *command)
{
    struct bell__arena arena;
    bool good = true;
    bell__arena_open(&arena, &bell__memory_default, 0);
    for (size_t i = 0; i < options->own_count && good; i++) {
        const char *name = options->own_languages[i];
        good = language_exists(options->templates, name, &arena) ||
               unknown_language(options, command, name);
    }
    bell__arena_close(&arena);
    return good;
}

/* One word that starts with "--", and its argument where it has one. */
static bool read_option(struct options *options, const struct command *command,
                        const char *word, const char *next, bool *used)
{
    word += 2;
    const char *equals = strchr(word, '=');
    bell_string name = bell_str(word);
    if (equals != NULL) {
        name.size = (size_t)(equals - word);
    }
    const struct option *option = find(command, name);
    if (option == NULL) {
        return (equals == NULL && keep_language(options, command, word)) ||
               unknown(command, name);
    }
    if (option->argument == NULL && equals != NULL) {
        fprintf(stderr, "bellpull: --%s takes no value\n", option->name);
        return false;
    }
    if (option->argument == NULL) {
        return set(options, option, NULL);
    }
    if (equals != NULL) {
        return set(options, option, equals + 1);
    }
    if (next == NULL) {
        fprintf(stderr, "bellpull: --%s wants a value: --%s %s\n", option->name,
                option->name, option->argument);
        return false;
    }
    *used = true;
    return set(options, option, next);
}

/* "-h" and "-o" are the only short ones: what people type without thinking. */
static const char *spell_out(const char *word)
{
    if (strcmp(word, "-h") == 0) {
        return "--help";
    }
    return strcmp(word, "-o") == 0 ? "--output" : word;
}

bool options_read(struct options *options, const struct command *command,
                  char **words, size_t count)
{
    memset(options, 0, sizeof *options);
    options->inputs = words;
    bool only_inputs = false;
    for (size_t at = 0; at < count; at++) {
        const char *word = only_inputs ? words[at] : spell_out(words[at]);
        if (only_inputs || word[0] != '-' || word[1] == '\0') {
            words[options->input_count++] = words[at];
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_inputs = true;
            continue;
        }
        if (word[1] != '-') {
            return unknown_short(command, word);
        }
        bool used = false;
        const char *next = at + 1 < count ? words[at + 1] : NULL;
        if (!read_option(options, command, word, next, &used)) {
            return false;
        }
        at += used ? 1 : 0;
    }
    if (!check_languages(options, command)) {
        return false;
    }
    if (options->help || options->input_count == 0 ||
        (command->options & (OPTION_INPUTS | OPTION_WORDS | OPTION_NAME)) !=
            0) {
        return true;
    }
    fprintf(stderr, "bellpull: %s takes no '%s' (see bellpull %s --help)\n",
            command->name, options->inputs[0], command->name);
    return false;
}

bool options_has(const char *name)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (table[i].kind != KIND_LANGUAGE &&
            strcmp(table[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* What a command takes beside options, by its mask. */
static const struct words {
    unsigned mask;
    const char *usage;
    const char *text;
} word_table[] = {
    {OPTION_INPUTS, " SCHEMA...",
     "SCHEMA is a YAML or JSON file; - is standard input. Without one: "
     "schemas/*.yaml.\n\n"},
    {OPTION_NAME, " NAME",
     "NAME is the service's: small letters, digits and single '_'. The folder\n"
     "NAME is made, and must not be there yet.\n\n"},
    {OPTION_WORDS, " eject|check|diff|model [...]",
     "  eject [LANGUAGE] --output DIR   writes the built-in templates\n"
     "  check DIR                       says what is wrong with templates\n"
     "  diff DIR                        how they differ from the built-in "
     "ones\n"
     "  model                           what a template may ask for\n\n"},
};

void options_help(const struct command *command)
{
    const char *usage = "";
    const char *text = "";
    for (size_t i = 0; i < sizeof word_table / sizeof word_table[0]; i++) {
        if ((command->options & word_table[i].mask) != 0) {
            usage = word_table[i].usage;
            text = word_table[i].text;
        }
    }
    printf("bellpull %s%s [options]\n\n%s\n\n%s", command->name, usage,
           command->summary, text);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (!takes(command, &table[i])) {
            continue;
        }
        const char *argument = table[i].argument;
        int width =
            printf("  --%s%s%s", table[i].name, argument != NULL ? " " : "",
                   argument != NULL ? argument : "");
        printf("%*s%s\n", width < 22 ? 22 - width : 1, "", table[i].summary);
    }
}
