/* options_test.c: argv, read by the table of a made-up command. */
#include "unit/check.h"

#include "options.h"

struct bake_options {
    bool hot;
    const char *output;
    int64_t loaves;
    int64_t seconds;
    struct option_texts pairs;
    struct option_texts grains;
};

static const struct option_name *grains(struct bell__arena *arena)
{
    static const struct option_name names[] = {
        {"rye", "bake rye"}, {"wheat", "bake wheat"}, {NULL, NULL}};
    (void)arena;
    return names;
}

static const struct option table[] = {
    OPTION_FLAG(struct bake_options, hot, "hot", "not cold"),
    OPTION_NAMES(struct bake_options, grains, grains),
    OPTION_TEXT(struct bake_options, output, "output", "DIR", "where to"),
    OPTION_NUMBER(struct bake_options, loaves, "loaves", "N", 1, 12,
                  "how many"),
    OPTION_SECONDS(struct bake_options, seconds, "for", "TIME", "how long"),
    OPTION_PAIRS(struct bake_options, pairs, "set", "KEY=VALUE", "more"),
    OPTION_END,
};

static const struct command bake = {
    .name = "bake", .summary = "", .takes = " WORD...", .options = table};
static const struct command bare = {
    .name = "bare", .summary = "", .options = table};

static struct bake_options values;
static struct words words;

enum { WORDS_MAX = 40 };

/* The words of a line, apart by spaces. */
static enum options_result type(const struct command *command, const char *line)
{
    static char text[256];
    static char *typed[WORDS_MAX];
    size_t count = 0;
    snprintf(text, sizeof text, "%s", line);
    for (char *at = text; *at != '\0' && count < WORDS_MAX;) {
        typed[count++] = at;
        at += strcspn(at, " ");
        if (*at == ' ') {
            *at++ = '\0';
        }
    }
    memset(&values, 0, sizeof values);
    return options_read(command, typed, count, &values, &words);
}

static void check_values(void)
{
    CHECK_INT(OPTIONS_GOOD, type(&bake, "a --hot --output=x/y b --loaves 12 "
                                        "--for 15m --set k=v --set=l=w -- -c"));
    CHECK(values.hot);
    CHECK_TEXT("x/y", values.output);
    CHECK_INT(12, values.loaves);
    CHECK_INT(900, values.seconds);
    CHECK_INT(2, values.pairs.count);
    CHECK_TEXT("l=w", values.pairs.at[1]);
    CHECK_INT(3, words.count);
    CHECK_TEXT("a", words.at[0]);
    CHECK_TEXT("b", words.at[1]);
    CHECK_TEXT("-c", words.at[2]);
    CHECK_INT(OPTIONS_GOOD, type(&bake, "-o z -"));
    CHECK_TEXT("z", values.output);
    CHECK_TEXT("-", words.at[0]);
    CHECK(!values.hot);
}

static void check_names(void)
{
    CHECK_INT(OPTIONS_GOOD, type(&bake, "--rye --oats --hot"));
    CHECK_INT(2, values.grains.count);
    CHECK_TEXT("rye", values.grains.at[0]);
    CHECK_TEXT("oats", values.grains.at[1]);
    CHECK_INT(OPTIONS_WRONG, type(&bake, "--rye=2"));
    CHECK_INT(OPTIONS_WRONG, type(&bake, "--Rye"));
    char line[4 * (OPTION_TEXTS_MAX + 1) + 1];
    for (size_t i = 0; i <= OPTION_TEXTS_MAX; i++) {
        memcpy(line + 4 * i, "--a ", 5);
    }
    CHECK_INT(OPTIONS_WRONG, type(&bake, line));
    line[4 * OPTION_TEXTS_MAX] = '\0';
    CHECK_INT(OPTIONS_GOOD, type(&bake, line));
    CHECK_INT(OPTION_TEXTS_MAX, values.grains.count);
}

static void check_help(void)
{
    CHECK_INT(OPTIONS_HELP, type(&bake, "--hot --help"));
    CHECK_INT(OPTIONS_HELP, type(&bare, "a -h"));
    CHECK_INT(OPTIONS_WRONG, type(&bake, "--help=1"));
    CHECK(options_has(table, "output"));
    CHECK(!options_has(table, "outpu"));
    CHECK(!options_has(table, "rye"));
}

static void check_wrong(void)
{
    static const char *const lines[] = {
        "--hot=1",     "--output", "--loaves 0",   "--loaves 13", "--loaves 1x",
        "--loaves -1", "--for 0s", "--for 5y",     "--for",       "--set k",
        "--set =v",    "--set k=", "--output=a -x"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        CHECK_INT(OPTIONS_WRONG, type(&bake, lines[i]));
    }
    CHECK_INT(OPTIONS_WRONG, type(&bare, "a"));
    CHECK_INT(OPTIONS_GOOD, type(&bare, "--hot"));
}

int main(void)
{
    check_values();
    check_names();
    check_help();
    check_wrong();
    return check_report();
}
