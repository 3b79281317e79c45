/* language.c: a language's folder, read and checked. It knows no schema and
 * writes nothing. */
#include "language.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/codes.h"
#include "base/file.h"
#include "base/str.h"
#include "read/read.h"
#include "view/view.h"

enum { USED_MAX = 256 };

struct loading {
    struct language *language;
    struct bell__arena *arena;
    struct diags *diags;
    const struct source **used;
};

const char *language_join(struct bell__arena *arena, const char *a,
                          const char *b, bell_string c)
{
    size_t a_size = a != NULL ? strlen(a) + 1 : 0;
    size_t b_size = strlen(b);
    char *joined = bell__arena_bytes(arena, a_size + b_size + c.size + 2);
    if (joined == NULL) {
        return NULL;
    }
    if (a != NULL) {
        memcpy(joined, a, a_size - 1);
        joined[a_size - 1] = '/';
    }
    memcpy(joined + a_size, b, b_size);
    joined[a_size + b_size] = '/';
    memcpy(joined + a_size + b_size + 1, c.text, c.size);
    joined[a_size + b_size + 1 + c.size] = '\0';
    return joined;
}

/* The folder of a path "c/lang.yaml" with its slash; empty for any other
 * file. */
static bell_string folder_of(bell_string path)
{
    bell_string ending = BELL_STR("lang.yaml");
    if (!bell__str_ends(path, ending)) {
        return (bell_string){"", 0};
    }
    return (bell_string){path.text, path.size - ending.size};
}

/* Whether there is more in the folder than that lang.yaml. */
static bool is_announced(bell_string path)
{
    bell_string folder = folder_of(path);
    const struct builtin_template *at = builtin_templates;
    while (at->path != NULL &&
           (bell__str_is(path, at->path) ||
            !bell__str_starts(bell_str(at->path), folder))) {
        at++;
    }
    return folder.size != 0 && at->path == NULL;
}

const struct builtin_template *language_builtin(bell_string path)
{
    const struct builtin_template *at = builtin_templates;
    while (at->path != NULL && !bell__str_is(path, at->path)) {
        at++;
    }
    return at->path != NULL && !is_announced(path) ? at : NULL;
}

static const struct source *make_source(struct bell__arena *arena,
                                        const char *name, bell_string text)
{
    struct source *source = bell__arena_take(arena, sizeof *source);
    if (source == NULL || name == NULL) {
        return NULL;
    }
    *source = (struct source){bell_str(name), text};
    return source;
}

static const struct source *load_builtin(void *context, bell_string name)
{
    const struct loading *loading = context;
    struct bell__arena *arena = loading->arena;
    const char *path =
        language_join(arena, NULL, loading->language->name, name);
    const struct builtin_template *found =
        path != NULL ? language_builtin(bell_str(path)) : NULL;
    if (found == NULL) {
        return NULL;
    }
    const void *bytes = found->bytes;
    bell_string text = {bytes, found->size};
    return make_source(
        arena, language_join(arena, "templates", loading->language->name, name),
        text);
}

/* A file that is included twice is one file. */
static const struct source *find_used(const struct loading *loading,
                                      const char *path)
{
    const struct language *language = loading->language;
    for (size_t i = 0; i < language->used_count; i++) {
        if (strcmp(loading->used[i]->name.text, path) == 0) {
            return loading->used[i];
        }
    }
    return NULL;
}

/* Also by links. What is not there is not outside. */
static bool is_inside(const char *templates, const char *path)
{
    char *folder = realpath(templates, NULL);
    char *real = folder != NULL ? realpath(path, NULL) : NULL;
    bool inside = real == NULL || file_is_below(folder, real);
    free(real);
    free(folder);
    return inside;
}

/* NULL where the user has no such file. One that cannot be read is told, and
 * is an empty one: the program's own must not take its place. */
static const struct source *load_own(struct loading *loading, bell_string name)
{
    struct language *language = loading->language;
    const char *path = language_join(loading->arena, language->templates,
                                     language->name, name);
    if (path == NULL || memchr(name.text, '\0', name.size) != NULL) {
        return NULL;
    }
    const struct source *source = find_used(loading, path);
    if (source != NULL) {
        return source;
    }
    char wrong[FILE_WRONG_MAX];
    bell_string text = {"", 0};
    bool there = false;
    if (!is_inside(language->templates, path)) {
        diag_add(loading->diags, CODE_INCLUDE, (struct place){0},
                 "%s is outside the folder given by --templates", path);
        there = true;
    } else if (!file_read_in(AT_FDCWD, path, path, loading->arena, &text,
                             &there, wrong)) {
        diag_add(loading->diags, CODE_INCLUDE, (struct place){0}, "%s", wrong);
        there = true;
    }
    source = there ? make_source(loading->arena, path, text) : NULL;
    if (source != NULL && language->used_count < USED_MAX) {
        loading->used[language->used_count++] = source;
    }
    return source;
}

/* The user's file where there is one, else the program's. */
static const struct source *load(void *context, bell_string name)
{
    struct loading *loading = context;
    const struct source *own = NULL;
    if (loading->language->templates != NULL) {
        own = load_own(loading, name);
    }
    return own != NULL ? own : load_builtin(context, name);
}

/* What this language's files are called, for hints. */
static void offer(void *context, struct nearest *nearest)
{
    struct loading *loading = context;
    const struct language *language = loading->language;
    size_t size = strlen(language->name);
    for (const struct builtin_template *at = builtin_templates;
         at->path != NULL; at++) {
        if (strncmp(at->path, language->name, size) == 0 &&
            at->path[size] == '/') {
            nearest_offer(nearest, bell_str(at->path + size + 1));
        }
    }
    const char *folder =
        language->templates != NULL
            ? language_join(loading->arena, NULL, language->templates,
                            bell_str(language->name))
            : NULL;
    const char *const *paths = NULL;
    size_t count = 0;
    char wrong[FILE_WRONG_MAX];
    if (folder != NULL &&
        !file_list(folder, "", loading->arena, &paths, &count, wrong)) {
        return; /* it is a hint only */
    }
    for (size_t i = 0; i < count; i++) {
        nearest_offer(nearest, bell_str(paths[i] + strlen(folder) + 1));
    }
}

bool language_exists(const char *templates, const char *name,
                     struct bell__arena *arena)
{
    const char *path = language_join(arena, NULL, name, BELL_STR("lang.yaml"));
    if (path == NULL || language_builtin(bell_str(path)) != NULL) {
        return path != NULL;
    }
    path = templates != NULL
               ? language_join(arena, templates, name, BELL_STR("lang.yaml"))
               : NULL;
    return path != NULL && file_is_there(path);
}

static bool is_listed(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The language of a path "c/lang.yaml"; NULL for any other file. */
static const char *language_of(struct bell__arena *arena, const char *path)
{
    bell_string name = folder_of(bell_str(path));
    name.size -= name.size != 0;
    return name.size != 0 ? bell__arena_copy(arena, name).text : NULL;
}

/* What a lang.yaml of the program says of the language's place in it. */
static bool read_known(struct known_language *known,
                       const struct builtin_template *file,
                       struct bell__arena *arena)
{
    const void *bytes = file->bytes;
    struct source source = {bell_str(file->path), {bytes, file->size}};
    struct diags diags;
    diags_open(&diags, arena);
    const struct node *document = read_source(&source, arena, &diags);
    known->folder = language_of(arena, file->path);
    if (document == NULL || known->folder == NULL) {
        return false;
    }
    const struct node *title = node_member(document, "title");
    const struct node *rank = node_member(document, "rank");
    assert(title != NULL && rank != NULL && rank->text.size == 1);
    known->title = title->text;
    known->rank = rank->text.text[0] - '0';
    return true;
}

static int by_rank(const void *one, const void *two)
{
    const struct known_language *left = one;
    const struct known_language *right = two;
    return left->rank < right->rank ? -1 : left->rank > right->rank;
}

const struct known_language *language_known(struct bell__arena *arena)
{
    struct known_language *known =
        bell__arena_take(arena, (LANGUAGES_MAX + 1) * sizeof *known);
    size_t count = 0;
    for (const struct builtin_template *at = builtin_templates;
         at->path != NULL && known != NULL; at++) {
        if (folder_of(bell_str(at->path)).size == 0) {
            continue;
        }
        assert(count < LANGUAGES_MAX);
        if (!read_known(&known[count++], at, arena)) {
            return NULL;
        }
    }
    if (known != NULL) {
        qsort(known, count, sizeof *known, by_rank);
        known[count] = (struct known_language){0};
    }
    return known;
}

const char *const *language_names(const char *templates,
                                  struct bell__arena *arena,
                                  char wrong[FILE_WRONG_MAX])
{
    const char **names =
        bell__arena_take(arena, (LANGUAGES_MAX + 1) * sizeof *names);
    const char *const *folders = NULL;
    size_t folder_count = 0;
    size_t count = 0;
    if (names == NULL) {
        snprintf(wrong, FILE_WRONG_MAX, "out of memory");
        return NULL;
    }
    for (const struct builtin_template *at = builtin_templates;
         at->path != NULL; at++) {
        const char *name = language_of(arena, at->path);
        if (name != NULL && !is_announced(bell_str(at->path))) {
            assert(count < LANGUAGES_MAX);
            names[count++] = name;
        }
    }
    if (templates != NULL &&
        !file_folders(templates, arena, &folders, &folder_count, wrong)) {
        return NULL;
    }
    for (size_t i = 0; i < folder_count; i++) {
        if (is_listed(names, count, folders[i]) ||
            !language_exists(templates, folders[i], arena)) {
            continue;
        }
        if (count == LANGUAGES_MAX) {
            snprintf(wrong, FILE_WRONG_MAX,
                     "%s/%s: there can be at most %d languages", templates,
                     folders[i], LANGUAGES_MAX);
            return NULL;
        }
        names[count++] = folders[i];
    }
    names[count] = NULL;
    return names;
}

static bool load_lang(struct loading *loading)
{
    struct language *language = loading->language;
    const struct source *source = load(loading, BELL_STR("lang.yaml"));
    if (source == NULL) {
        diag_add(loading->diags, CODE_LANGUAGE, (struct place){0},
                 "there is no lang.yaml for `%s`", language->name);
        return false;
    }
    const struct node *document =
        read_source(source, loading->arena, loading->diags);
    if (document != NULL) {
        language->lang = lang_build(document, loading->arena, loading->diags);
    }
    if (language->lang == NULL) {
        return false;
    }
    bell_string name = language->lang->name;
    if (!bell__str_is(name, language->name)) {
        diag_add(loading->diags, CODE_LANGUAGE, language->lang->place,
                 "the folder is called `%s`: write language: %s",
                 language->name, language->name);
    }
    return true;
}

/* All templates, so that all that is wrong is told at once. */
static bool load_files(struct loading *loading)
{
    struct language_file **last = &loading->language->files;
    struct template_loader loader = {
        .load = load,
        .original = load_builtin,
        .offer = offer,
        .context = loading,
        .layout = &loading->language->lang->layout,
    };
    bool good = true;
    for (const struct lang_file *at = loading->language->lang->files;
         at != NULL; at = at->next) {
        struct language_file *file =
            bell__arena_take(loading->arena, sizeof *file);
        if (file == NULL) {
            diag_add(loading->diags, CODE_OUTPUT, (struct place){0},
                     "out of memory");
            return false;
        }
        file->next = NULL;
        file->place = at->path_place;
        file->path = template_make(at->path, at->path_place, view_outlines,
                                   view_root, loading->arena, loading->diags);
        file->text = template_load(&loader, at->template, at->template_place,
                                   view_outlines, view_root, loading->arena,
                                   loading->diags);
        good = good && file->path != NULL && file->text != NULL;
        *last = file;
        last = &file->next;
    }
    return good;
}

bool language_load(struct language *language, const char *templates,
                   const char *name, struct bell__arena *arena,
                   struct diags *diags)
{
    *language = (struct language){.templates = templates, .name = name};
    struct loading loading = {language, arena, diags, NULL};
    loading.used = bell__arena_take(arena, USED_MAX * sizeof *loading.used);
    if (loading.used == NULL) {
        diag_add(diags, CODE_OUTPUT, (struct place){0}, "out of memory");
        return false;
    }
    language->used = loading.used;
    size_t before = diags->count;
    bool good = load_lang(&loading) && load_files(&loading);
    return good && diags->count == before;
}
