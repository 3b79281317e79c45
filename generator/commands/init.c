/* init.c: the command that starts a project: a folder with a first schema, a
 * program that calls, and what builds it. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/commands.h"
#include "commands/starter.h"
#include "language.h"
#include "model/model.h"

enum { FILES_MAX = 16 };

struct init_options {
    bool quiet;
};

static const struct option table[] = {
    OPTION_QUIET(struct init_options),
    OPTION_END,
};

struct starter {
    const char *name;
    const char *file; /* of the generated client, without its ending */
    int folder;
    struct bell__arena arena;
    const char *made[FILES_MAX]; /* in the folder, for undoing */
    size_t made_count;
    char wrong[FILE_WRONG_MAX];
};

/* What a mark stands for; NULL: it is no mark. */
static const char *meaning(const struct starter *starter, bell_string mark)
{
    if (bell__str_is(mark, "@name@")) {
        return starter->name;
    }
    if (bell__str_is(mark, "@file@")) {
        return starter->file;
    }
    return NULL;
}

/* The mark that starts there: "@...@"; one byte where it ends nowhere. */
static bell_string mark_at(bell_string text, size_t at)
{
    const char *from = text.text + at;
    const char *end = memchr(from + 1, '@', text.size - at - 1);
    return (bell_string){from, end != NULL ? (size_t)(end - from) + 1 : 1};
}

/* {NULL, 0} where memory is short. */
static bell_string fill(struct starter *starter, bell_string text)
{
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    bool good = true;
    size_t at = 0;
    while (at < text.size && good) {
        bell_string part = {text.text + at, 1};
        const char *instead = NULL;
        if (text.text[at] == '@') {
            part = mark_at(text, at);
            instead = meaning(starter, part);
            part.size = instead != NULL ? part.size : 1;
        }
        bell_string put = instead != NULL ? bell_str(instead) : part;
        good = bell__buf_append(&out, put.text, put.size) == BELL_OK;
        at += part.size;
    }
    bell_string filled = {NULL, 0};
    if (good) {
        filled = bell__arena_copy(&starter->arena,
                                  (bell_string){out.bytes, out.size});
    }
    bell__buf_close(&out);
    return filled;
}

/* The names under which they lie in the program are not always theirs: a main.c
 * that is none and a .gitignore would mean something in our own folder. */
static const char *file_name(struct starter *starter, const char *path)
{
    static const char *const names[][2] = {{"schema.yaml", "@name@.yaml"},
                                           {"main.c.in", "main.c"},
                                           {"gitignore", ".gitignore"}};
    const char *name = path;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i][0], path) == 0) {
            name = names[i][1];
        }
    }
    return fill(starter, bell_str(name)).text;
}

static bool write_file(struct starter *starter,
                       const struct builtin_template *file)
{
    const void *bytes = file->bytes;
    const char *name = file_name(starter, file->path);
    bell_string text = fill(starter, (bell_string){bytes, file->size});
    if (name == NULL || text.text == NULL || starter->made_count == FILES_MAX) {
        snprintf(starter->wrong, FILE_WRONG_MAX, "out of memory");
        return false;
    }
    if (file_write_in(starter->folder, name, name, text, &starter->arena,
                      starter->wrong) == FILE_FAILED) {
        return false;
    }
    starter->made[starter->made_count++] = name;
    return true;
}

/* Leaves nothing half done: the folder was made by this run. */
static void undo(struct starter *starter)
{
    for (size_t i = 0; i < starter->made_count; i++) {
        unlinkat(starter->folder, starter->made[i], 0);
    }
    rmdir(starter->name);
}

static bool write_files(struct starter *starter)
{
    bool good = true;
    for (const struct builtin_template *at = starter_files;
         at->path != NULL && good; at++) {
        good = write_file(starter, at);
    }
    return good;
}

static bool start(struct starter *starter)
{
    if (mkdir(starter->name, 0777) != 0) {
        file_say(starter->wrong, "create the folder", starter->name,
                 errno == EEXIST ? "it already exists" : strerror(errno));
        return false;
    }
    starter->folder = folder_open(starter->name, FOLDER_MAKE, starter->wrong);
    bool good = starter->folder >= 0 && write_files(starter);
    if (!good) {
        undo(starter);
    }
    if (starter->folder >= 0) {
        close(starter->folder);
    }
    return good;
}

/* C has names of files that a client cannot take. */
static bool name_client(struct starter *starter)
{
    struct language language;
    struct diags diags;
    diags_open(&diags, &starter->arena);
    if (!language_load(&language, NULL, "c", &starter->arena, &diags)) {
        snprintf(starter->wrong, FILE_WRONG_MAX, "out of memory");
        return false;
    }
    starter->file =
        lang_file_name(language.lang, bell_str(starter->name), &starter->arena)
            .text;
    return starter->file != NULL;
}

static void tell(const struct starter *starter,
                 const struct init_options *options)
{
    for (size_t i = 0; i < starter->made_count && !options->quiet; i++) {
        printf("created %s/%s\n", starter->name, starter->made[i]);
    }
    if (!options->quiet) {
        printf("%s/README.md says how to build and run it\n", starter->name);
    }
}

static int run(const struct words *words, const void *values)
{
    const struct init_options *options = values;
    if (words->count != 1) {
        fprintf(stderr, "bellpull: give one name: bellpull init NAME\n");
        return EXIT_USAGE;
    }
    struct starter starter = {.name = words->at[0], .folder = -1};
    const char *wrong = model_service_name_wrong(bell_str(starter.name));
    if (wrong != NULL) {
        fprintf(stderr, "bellpull: '%s' cannot be a service: %s\n",
                starter.name, wrong);
        return EXIT_USAGE;
    }
    bell__arena_open(&starter.arena, &bell__memory_default, 0);
    bool good = name_client(&starter) && start(&starter);
    if (good) {
        tell(&starter, options);
    } else {
        fprintf(stderr, "bellpull: %s\n", starter.wrong);
    }
    bell__arena_close(&starter.arena);
    return good ? EXIT_DONE : EXIT_FILES;
}

const struct command init_command = {
    .name = "init",
    .summary = "Starts a project with a schema and a program.",
    .takes = " NAME",
    .about = "NAME is the name of the service: lower-case letters, digits and "
             "single '_'.\nThe folder NAME is created and must not exist "
             "yet.\n\n",
    .options = table,
    .size = sizeof(struct init_options),
    .run = run,
};
