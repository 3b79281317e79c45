/* options.c: argv, read by the table of a command: types, mistakes, hints, and
 * --help. It knows no command and no option but --help. */
#include "options.h"

#if defined NDEBUG && !defined BELL_COUNTED
#error "asserts of the generator stay on in every build"
#endif

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"

static const struct option help = {
    OPTION_KIND_FLAG, "help", NULL, "print this help", 0, 0, 0, NULL};

static bool ends(const struct option *option)
{
    return option->name == NULL && option->kind != OPTION_KIND_NAMES;
}

static const struct option *find(const struct option *table, bell_string name)
{
    for (; !ends(table); table++) {
        if (table->name != NULL && bell__str_is(name, table->name)) {
            return table;
        }
    }
    return NULL;
}

bool options_has(const struct option *table, const char *name)
{
    return find(table, bell_str(name)) != NULL;
}

/* The row for names that are not in the table; NULL: there is none. */
static const struct option *find_names(const struct option *table)
{
    while (!ends(table) && table->kind != OPTION_KIND_NAMES) {
        table++;
    }
    return ends(table) ? NULL : table;
}

/* ---- What is wrong ------------------------------------------------------- */

void options_unknown(const struct command *command,
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
}

static void offer_names(const struct option *option, struct nearest *nearest,
                        struct bell__arena *arena)
{
    const struct option_name *at = option->names(arena);
    for (; at != NULL && at->name != NULL; at++) {
        nearest_offer(nearest, bell_str(at->name));
    }
}

void options_offer(const struct command *command, struct nearest *nearest,
                   struct bell__arena *arena)
{
    for (const struct option *at = command->options; !ends(at); at++) {
        if (at->kind == OPTION_KIND_NAMES) {
            offer_names(at, nearest, arena);
        } else {
            nearest_offer(nearest, bell_str(at->name));
        }
    }
    nearest_offer(nearest, bell_str(help.name));
}

static bool unknown(const struct command *command, bell_string name)
{
    struct bell__arena arena;
    struct nearest nearest;
    bell__arena_open(&arena, &bell__memory_default, 0);
    nearest_open(&nearest, name);
    options_offer(command, &nearest, &arena);
    options_unknown(command, &nearest);
    bell__arena_close(&arena);
    return false;
}

/* Others' short options that are long ones here; NULL: not known. */
static const char *long_of(const struct command *command, const char *word)
{
    static const char *const longs[][2] = {
        {"-v", "verbose"}, {"-q", "quiet"},  {"-n", "dry-run"},
        {"-p", "port"},    {"-t", "format"}, {"-f", "format"},
    };
    for (size_t i = 0; i < sizeof longs / sizeof longs[0]; i++) {
        if (strcmp(longs[i][0], word) == 0 &&
            options_has(command->options, longs[i][1])) {
            return longs[i][1];
        }
    }
    return NULL;
}

static bool unknown_short(const struct command *command, const char *word)
{
    const char *name = long_of(command, word);
    if (name != NULL || strcmp(word, "-V") == 0) {
        fprintf(stderr,
                "bellpull: %s has no option %s (did you mean %s--%s?)\n",
                command->name, word, name != NULL ? "" : "bellpull ",
                name != NULL ? name : "version");
        return false;
    }
    fprintf(stderr, "bellpull: %s has no option %s (see bellpull %s --help)\n",
            command->name, word, command->name);
    return false;
}

/* ---- Values -------------------------------------------------------------- */

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
        stderr, "bellpull: --%s needs a number from %lld to %lld, not '%s'\n",
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
    fprintf(
        stderr,
        "bellpull: --%s needs a time such as 90s, 15m, 1h or 7d, not '%s'\n",
        option->name, text);
    return false;
}

static bool add_text(const struct option *option, const char *text,
                     struct option_texts *texts)
{
    if (texts->count == OPTION_TEXTS_MAX) {
        fprintf(stderr, "bellpull: --%s is given more than %d times\n",
                option->name, OPTION_TEXTS_MAX);
        return false;
    }
    texts->at[texts->count++] = text;
    return true;
}

static bool read_pair(const struct option *option, const char *text,
                      struct option_texts *texts)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text || equals[1] == '\0') {
        fprintf(stderr, "bellpull: --%s needs %s, not '%s'\n", option->name,
                option->argument, text);
        return false;
    }
    return add_text(option, text, texts);
}

/* `argument` is there where the option takes one. */
static bool set(const struct option *option, const char *argument, void *values)
{
    void *member = (char *)values + option->offset;
    assert((argument != NULL) == (option->argument != NULL));
    switch (option->kind) {
    case OPTION_KIND_FLAG:
        *(bool *)member = true;
        return true;
    case OPTION_KIND_TEXT:
        *(const char **)member = argument;
        return true;
    case OPTION_KIND_TEXTS:
        return add_text(option, argument, member);
    case OPTION_KIND_PAIRS:
        return read_pair(option, argument, member);
    case OPTION_KIND_NUMBER:
        return read_number(option, argument, member);
    case OPTION_KIND_SECONDS:
        return read_seconds(option, argument, member);
    case OPTION_KIND_NAMES:
        break; /* keep_name() */
    }
    return false;
}

/* ---- Words --------------------------------------------------------------- */

struct reading {
    const struct command *command;
    void *values;
    bool help;
};

/* A word that the table does not have and the command may. */
static bool keep_name(const struct reading *reading, const char *word)
{
    const struct option *option = find_names(reading->command->options);
    if (option == NULL || word[0] == '\0' ||
        strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(word)) {
        return unknown(reading->command, bell_str(word));
    }
    void *member = (char *)reading->values + option->offset;
    struct option_texts *texts = member;
    if (texts->count == OPTION_TEXTS_MAX) {
        fprintf(
            stderr,
            "bellpull: --%s is one too many: %s takes at most %d languages\n",
            word, reading->command->name, OPTION_TEXTS_MAX);
        return false;
    }
    texts->at[texts->count++] = word;
    return true;
}

static bool takes_no_value(bell_string name)
{
    fprintf(stderr, "bellpull: --%.*s takes no value\n", (int)name.size,
            name.text);
    return false;
}

/* A name of the command's, as a word that has a value all the same. */
static bool refuse_name(const struct reading *reading, bell_string name)
{
    const struct option *option = find_names(reading->command->options);
    struct bell__arena arena;
    bell__arena_open(&arena, &bell__memory_default, 0);
    const struct option_name *at =
        option != NULL ? option->names(&arena) : NULL;
    while (at != NULL && at->name != NULL && !bell__str_is(name, at->name)) {
        at++;
    }
    bool known = at != NULL && at->name != NULL;
    bell__arena_close(&arena);
    return known ? takes_no_value(name) : unknown(reading->command, name);
}

/* One word that starts with "--", and its argument where it has one. */
static bool read_option(struct reading *reading, const char *word,
                        const char *next, bool *used)
{
    word += 2;
    const char *equals = strchr(word, '=');
    bell_string name = bell_str(word);
    if (equals != NULL) {
        name.size = (size_t)(equals - word);
    }
    bool helps = bell__str_is(name, help.name);
    const struct option *option =
        helps ? &help : find(reading->command->options, name);
    if (option == NULL && equals != NULL) {
        return refuse_name(reading, name);
    }
    if (option == NULL) {
        return keep_name(reading, word);
    }
    if (option->argument == NULL && equals != NULL) {
        return takes_no_value(name);
    }
    if (helps) {
        reading->help = true;
        return true;
    }
    if (option->argument == NULL) {
        return set(option, NULL, reading->values);
    }
    if (equals != NULL) {
        return set(option, equals + 1, reading->values);
    }
    if (next == NULL) {
        fprintf(stderr, "bellpull: --%s needs a value: --%s %s\n", option->name,
                option->name, option->argument);
        return false;
    }
    *used = true;
    return set(option, next, reading->values);
}

/* "-h" and "-o" are the only short ones: what people type without thinking. */
static const char *spell_out(const char *word)
{
    if (strcmp(word, "-h") == 0) {
        return "--help";
    }
    return strcmp(word, "-o") == 0 ? "--output" : word;
}

/* All words: options into the values, others to the front of `typed`. */
static bool read_words(struct reading *reading, char **typed, size_t count,
                       struct words *words)
{
    bool only_words = false;
    for (size_t at = 0; at < count; at++) {
        const char *word = only_words ? typed[at] : spell_out(typed[at]);
        if (only_words || word[0] != '-' || word[1] == '\0') {
            typed[words->count++] = typed[at];
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_words = true;
            continue;
        }
        if (word[1] != '-') {
            return unknown_short(reading->command, word);
        }
        bool used = false;
        const char *next = at + 1 < count ? typed[at + 1] : NULL;
        if (!read_option(reading, word, next, &used)) {
            return false;
        }
        at += used ? 1 : 0;
    }
    return true;
}

enum options_result options_read(const struct command *command, char **typed,
                                 size_t count, void *values,
                                 struct words *words)
{
    struct reading reading = {.command = command, .values = values};
    *words = (struct words){typed, 0};
    if (!read_words(&reading, typed, count, words)) {
        return OPTIONS_WRONG;
    }
    if (reading.help) {
        return OPTIONS_HELP;
    }
    if (words->count == 0 || command->takes != NULL) {
        return OPTIONS_GOOD;
    }
    fprintf(stderr, "bellpull: %s takes no '%s' (see bellpull %s --help)\n",
            command->name, words->at[0], command->name);
    return OPTIONS_WRONG;
}

/* ---- --help -------------------------------------------------------------- */

enum { SUMMARY_COLUMN = 22, COLUMNS = 80 };

/* Words from SUMMARY_COLUMN on, on as many lines as they need. */
static void print_summary(const char *summary, int column)
{
    bool first = true;
    while (*summary != '\0') {
        int size = (int)strcspn(summary, " ");
        if (!first && column + 1 + size > COLUMNS) {
            printf("\n%*s", SUMMARY_COLUMN, "");
            column = SUMMARY_COLUMN;
            first = true;
        }
        column += printf("%s%.*s", first ? "" : " ", size, summary);
        first = false;
        summary += size;
        summary += strspn(summary, " ");
    }
    printf("\n");
}

static void print_row(const char *name, const char *argument,
                      const char *summary)
{
    int width = printf("  --%s%s%s", name, argument != NULL ? " " : "",
                       argument != NULL ? argument : "");
    int gap = width < SUMMARY_COLUMN ? SUMMARY_COLUMN - width : 1;
    printf("%*s", gap, "");
    print_summary(summary, width + gap);
}

void options_help(const struct command *command)
{
    struct bell__arena arena;
    bell__arena_open(&arena, &bell__memory_default, 0);
    printf("bellpull %s%s [options]\n\n%s\n\n%s", command->name,
           command->takes != NULL ? command->takes : "", command->summary,
           command->about != NULL ? command->about : "");
    for (const struct option *at = command->options; !ends(at); at++) {
        if (at->kind != OPTION_KIND_NAMES) {
            print_row(at->name, at->argument, at->summary);
            continue;
        }
        const struct option_name *name = at->names(&arena);
        for (; name != NULL && name->name != NULL; name++) {
            print_row(name->name, NULL, name->summary);
        }
    }
    print_row(help.name, NULL, help.summary);
    bell__arena_close(&arena);
}
