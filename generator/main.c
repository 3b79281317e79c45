/* main.c: which commands there are: the first word of argv chooses one, its
 * exit code is the program's. It knows no option of theirs. */
#ifdef NDEBUG
#error "asserts of the generator stay on in every build"
#endif

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "commands/commands.h"

/* A row each, in the order of --help: the file of that name has the rest. */
#define COMMANDS(ROW)                                                          \
    ROW(generate)                                                              \
    ROW(generate_centrifugo_clients)                                           \
    ROW(generate_arcp_clients)                                                 \
    ROW(init)                                                                  \
    ROW(check)                                                                 \
    ROW(serve)                                                                 \
    ROW(templates)                                                             \
    ROW(token)

#define DECLARED(name) extern const struct command name##_command;
#define LISTED(name)   &name##_command,

COMMANDS(DECLARED)

static const struct command *const commands[] = {COMMANDS(LISTED)};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static int print_help(void)
{
    printf("bellpull: typed clients from a method schema\n\n"
           "  bellpull COMMAND [options]\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        int width = printf("  %s", commands[i]->name);
        printf("%*s%s\n", width < 32 ? 32 - width : 1, "",
               commands[i]->summary);
    }
    printf("\n  bellpull COMMAND --help         the options of a command\n"
           "  bellpull --version\n\n"
           "Exit codes: 0 done, 1 wrong schema, 2 usage, 3 input/output, "
           "4 out of date, 6 not as expected.\n");
    return EXIT_DONE;
}

static int unknown_command(const char *word)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    nearest_open(&nearest, bell_str(word));
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        nearest_offer(&nearest, bell_str(commands[i]->name));
    }
    if (strcmp(word, "-v") == 0 || strcmp(word, "-V") == 0) {
        fprintf(stderr,
                "bellpull: there is no option %s (did you mean "
                "--version?)\n",
                word);
        return EXIT_USAGE;
    }
    const char *hint = nearest_hint(&nearest, room);
    fprintf(stderr, "bellpull: there is no command '%s'%s\n", word,
            hint[0] != '\0' ? hint : " (see bellpull --help)");
    return EXIT_USAGE;
}

static const struct command *find_command(const char *word)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, word) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static int run_command(const struct command *command, char **typed,
                       size_t count)
{
    struct words words;
    void *values = calloc(1, command->size);
    if (values == NULL) {
        fprintf(stderr, "bellpull: out of memory\n");
        return EXIT_FILES;
    }
    int code = EXIT_USAGE;
    switch (options_read(command, typed, count, values, &words)) {
    case OPTIONS_WRONG:
        break;
    case OPTIONS_HELP:
        options_help(command);
        code = EXIT_DONE;
        break;
    case OPTIONS_GOOD:
        code = command->run(&words, values);
        break;
    }
    free(values);
    return code;
}

/* What was printed must have arrived: a full disk is an error. */
static int finish(int code)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return code;
    }
    fprintf(stderr, "bellpull: cannot write to standard output\n");
    return EXIT_FILES;
}

int main(int argc, char **argv)
{
    /* A limit on files is then an error of a write, which is told. */
    signal(SIGXFSZ, SIG_IGN);
    if (argc < 2) {
        fprintf(stderr, "bellpull: a command is missing: bellpull COMMAND (see "
                        "bellpull --help)\n");
        return EXIT_USAGE;
    }
    char **words = argv + 2;
    size_t count = (size_t)argc - 2;
    const char *word = argv[1];
    bool help = strcmp(word, "help") == 0;
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0) {
        printf("bellpull %s\n", bell_version());
        return finish(EXIT_DONE);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        (help && count == 0)) {
        return finish(print_help());
    }
    const struct command *command = find_command(help ? words[0] : word);
    if (command == NULL) {
        return unknown_command(help ? words[0] : word);
    }
    if (help) {
        options_help(command);
        return finish(EXIT_DONE);
    }
    return finish(run_command(command, words, count));
}
