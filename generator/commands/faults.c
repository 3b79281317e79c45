/* faults.c: rules of what goes wrong, from the command line and from a file. */
#include "commands/faults.h"

#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/commands.h"

static int add(struct bell__mishaps *mishaps, bell_string words,
               const char *place)
{
    bell_error error;
    bell_status status = bell__mishaps_add(mishaps, words, &error);
    if (status == BELL_OK) {
        return EXIT_DONE;
    }
    fprintf(stderr, "bellpull: %s%s\n", place, error.message);
    return status == BELL_INVALID ? EXIT_USAGE : EXIT_FILES;
}

static bool cut_line(bell_string *text, bell_string *line)
{
    if (text->size == 0) {
        return false;
    }
    const char *end = memchr(text->text, '\n', text->size);
    size_t size = end != NULL ? (size_t)(end - text->text) : text->size;
    size_t taken = size + (end != NULL ? 1 : 0);
    *line = (bell_string){text->text, size};
    text->text += taken;
    text->size -= taken;
    return true;
}

static bell_string trim(bell_string line)
{
    while (line.size != 0 && bell__str_is_blank(line.text[0])) {
        line.text++;
        line.size--;
    }
    while (line.size != 0 && bell__str_is_blank(line.text[line.size - 1])) {
        line.size--;
    }
    return line;
}

static int add_file(struct bell__mishaps *mishaps, const char *path)
{
    struct bell__arena arena;
    bell_string text = {NULL, 0};
    bell_string line;
    char wrong[FILE_WRONG_MAX];
    char place[FILE_WRONG_MAX];
    int number = 0;
    bell__arena_open(&arena, &bell__memory_default, 0);
    int code = EXIT_DONE;
    if (!file_read(path, &arena, &text, wrong)) {
        fprintf(stderr, "bellpull: %s\n", wrong);
        code = EXIT_FILES;
    }
    while (code == EXIT_DONE && cut_line(&text, &line)) {
        number++;
        line = trim(line);
        if (line.size != 0 && line.text[0] != '#') {
            snprintf(place, sizeof place, "%.200s:%d: ", path, number);
            code = add(mishaps, line, place);
        }
    }
    bell__arena_close(&arena);
    return code;
}

const struct answers_ban *faults_ban(enum faults_way way)
{
    static const enum bell__mishap_kind of_lines[] = {
        BELL__MISHAP_REORDER, BELL__MISHAP_DUPLICATE, BELL__MISHAP_BURST};
    static const enum bell__mishap_kind of_sockets[] = {
        BELL__MISHAP_CLOSE, BELL__MISHAP_DROP, BELL__MISHAP_CUT_FRAME,
        BELL__MISHAP_FREEZE};
    static const struct answers_ban bans[] = {
        [FAULTS_LINES] = {"", NULL, 0},
        [FAULTS_EXCHANGES] = {"--rpc-proxy", of_lines,
                              sizeof of_lines / sizeof of_lines[0]},
        [FAULTS_REPLIES] = {"--publish-proxy", of_sockets,
                            sizeof of_sockets / sizeof of_sockets[0]},
    };
    return &bans[way];
}

static int check(const struct bell__mishaps *mishaps, enum faults_way way)
{
    const struct answers_ban *ban = faults_ban(way);
    const char *kind = answers_banned(ban, mishaps);
    if (kind != NULL) {
        fprintf(stderr, "bellpull: the fault %s means nothing with %s\n", kind,
                ban->option);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

int faults_read(struct bell__mishaps *mishaps, const struct option_texts *typed,
                const char *path, enum faults_way way)
{
    int code = EXIT_DONE;
    for (size_t i = 0; code == EXIT_DONE && i < typed->count; i++) {
        code = add(mishaps, bell_str(typed->at[i]), "");
    }
    if (code == EXIT_DONE && path != NULL) {
        code = add_file(mishaps, path);
    }
    return code == EXIT_DONE ? check(mishaps, way) : code;
}
