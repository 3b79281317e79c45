/* templates.c: the command for who writes templates: the word behind it says
 * what. `check` is here: every mistake of a folder of templates, without any
 * schema. */
#include "commands/templates.h"

#include <stdio.h>
#include <string.h>

#include "base/codes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "commands/clients.h"
#include "commands/mistakes.h"
#include "language.h"

static const struct task {
    const char *name;
    int (*run)(const struct words *words,
               const struct templates_options *options,
               struct bell__arena *arena);
} tasks[] = {
    {"eject", templates_eject},
    {"check", templates_check},
    {"diff", templates_diff},
    {"model", templates_model},
};

static const struct option table[] = {
    OPTION_TEXT(struct templates_options, output, "output", "DIR",
                "eject: write the templates below DIR"),
    OPTION_TEXT(struct templates_options, block, "block", "NAME",
                "eject: write only this block, to replace it"),
    OPTION_TEXT(struct templates_options, format, "format", "KIND",
                "model: text or json; check: text, json or sarif"),
    OPTION_QUIET(struct templates_options),
    OPTION_END,
};

static bool is_used(const struct language *language, const char *path)
{
    for (size_t i = 0; i < language->used_count; i++) {
        if (strcmp(language->used[i]->name.text, path) == 0) {
            return true;
        }
    }
    return false;
}

/* A file or folder as a whole. */
static struct place place_of(struct bell__arena *arena, const char *path)
{
    struct source *source = bell__arena_take(arena, sizeof *source);
    if (source != NULL) {
        *source = (struct source){bell_str(path), {"", 0}};
    }
    return (struct place){.source = source};
}

static struct place folder_place(struct bell__arena *arena, const char *folder,
                                 const char *name)
{
    const char *path = language_join(arena, NULL, folder, bell_str(name));
    return place_of(arena, path != NULL ? path : name);
}

/* A file that nothing asks for has the wrong name most often. */
static void check_unused(const struct language *language, const char *path,
                         size_t folder_size, struct bell__arena *arena,
                         struct diags *diags)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    if (is_used(language, path)) {
        return;
    }
    nearest_open(&nearest, bell_str(path + folder_size + 1));
    const struct lang_file *first =
        language->lang != NULL ? language->lang->files : NULL;
    for (const struct lang_file *at = first; at != NULL; at = at->next) {
        nearest_offer(&nearest, at->template);
    }
    diag_add(diags, CODE_INCLUDE, place_of(arena, path),
             "neither lang.yaml nor a template uses this file%s",
             nearest_hint(&nearest, room));
}

static bool check_files(const struct language *language,
                        struct bell__arena *arena, struct diags *diags,
                        char wrong[FILE_WRONG_MAX])
{
    const char *folder = language_join(arena, NULL, language->templates,
                                       bell_str(language->name));
    const char *const *paths = NULL;
    size_t count = 0;
    if (folder == NULL ||
        !file_list(folder, ".tmpl", arena, &paths, &count, wrong)) {
        return folder != NULL;
    }
    for (size_t i = 0; i < count && language->lang != NULL; i++) {
        check_unused(language, paths[i], strlen(folder), arena, diags);
    }
    return true;
}

static void unknown_language(const char *folder, const char *name,
                             struct bell__arena *arena, struct diags *diags)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    char wrong[FILE_WRONG_MAX];
    nearest_open(&nearest, bell_str(name));
    const char *const *names = language_names(NULL, arena, wrong);
    for (; names != NULL && *names != NULL; names++) {
        nearest_offer(&nearest, bell_str(*names));
    }
    diag_add(diags, CODE_LANGUAGE, folder_place(arena, folder, name),
             "this folder has no lang.yaml, and there is no built-in language "
             "with this name%s",
             nearest_hint(&nearest, room));
}

/* A folder's name is an option: `toy` is --toy. */
static void check_name(const char *folder, const char *name,
                       struct bell__arena *arena, struct diags *diags)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    if (strspn(name, letters) != strlen(name)) {
        diag_add(diags, CODE_LANGUAGE, folder_place(arena, folder, name),
                 "--%s cannot be an option: the name of a language's folder "
                 "consists of lower-case letters, digits and '_'",
                 name);
    } else if (options_has(generate_table, name)) {
        diag_add(diags, CODE_LANGUAGE, folder_place(arena, folder, name),
                 "a language cannot have this name: --%s has another meaning",
                 name);
    }
}

int templates_check(const struct words *words,
                    const struct templates_options *options,
                    struct bell__arena *arena)
{
    int code = EXIT_DONE;
    if (!mistakes_know(options->format)) {
        return EXIT_USAGE;
    }
    const char *const *names = templates_folders(words, arena, &code);
    char wrong[FILE_WRONG_MAX];
    struct diags diags;
    size_t files = 0;
    size_t count = 0;
    diags_open(&diags, arena);
    for (; names != NULL && names[count] != NULL; count++) {
        struct language language;
        const char *name = names[count];
        if (!language_exists(words->at[1], name, arena)) {
            unknown_language(words->at[1], name, arena, &diags);
            continue;
        }
        check_name(words->at[1], name, arena, &diags);
        language_load(&language, words->at[1], name, arena, &diags);
        files += language.used_count;
        if (!check_files(&language, arena, &diags, wrong)) {
            return templates_tell(EXIT_FILES, "%s", wrong);
        }
    }
    if (code != EXIT_DONE) {
        return code;
    }
    mistakes_tell(&diags, options->format);
    if (diags.count != 0) {
        return EXIT_SCHEMA;
    }
    if (!options->quiet && !mistakes_are_document(options->format)) {
        printf("%s: ok (%zu language%s, %zu file%s)\n", words->at[1], count,
               count == 1 ? "" : "s", files, files == 1 ? "" : "s");
    }
    return code;
}

static int unknown_word(const char *word)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    nearest_open(&nearest, bell_str(word));
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
        nearest_offer(&nearest, bell_str(tasks[i].name));
    }
    return templates_tell(
        EXIT_USAGE,
        "templates has no command '%s'%s: use eject, check, diff or model",
        word, nearest_hint(&nearest, room));
}

/* Options that belong to another word. */
static const char *strange_option(const char *word,
                                  const struct templates_options *options)
{
    bool eject = strcmp(word, "eject") == 0;
    if (options->output != NULL && !eject) {
        return "output";
    }
    if (options->block != NULL && !eject) {
        return "block";
    }
    bool formats = strcmp(word, "model") == 0 || strcmp(word, "check") == 0;
    return options->format != NULL && !formats ? "format" : NULL;
}

static int run_word(const struct words *words,
                    const struct templates_options *options,
                    struct bell__arena *arena)
{
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
        if (strcmp(tasks[i].name, words->at[0]) != 0) {
            continue;
        }
        const char *strange = strange_option(tasks[i].name, options);
        if (strange != NULL) {
            return templates_tell(EXIT_USAGE, "templates %s has no option --%s",
                                  tasks[i].name, strange);
        }
        return tasks[i].run(words, options, arena);
    }
    return unknown_word(words->at[0]);
}

static int run(const struct words *words, const void *values)
{
    struct bell__arena arena;
    if (words->count == 0) {
        return templates_tell(
            EXIT_USAGE, "a command of templates is missing: eject, check, diff "
                        "or model (see bellpull templates --help)");
    }
    bell__arena_open(&arena, &bell__memory_default, 0);
    int code = run_word(words, values, &arena);
    bell__arena_close(&arena);
    return code;
}

const struct command templates_command = {
    .name = "templates",
    .summary = "Shows, copies, checks and compares templates.",
    .takes = " eject|check|diff|model [...]",
    .about =
        "  eject [LANGUAGE] --output DIR   write the built-in templates\n"
        "  check DIR                       check your templates\n"
        "  diff DIR                        compare them with the built-in "
        "ones\n"
        "  model                           print what a template can use\n\n",
    .options = table,
    .size = sizeof(struct templates_options),
    .run = run,
};
