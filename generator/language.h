/* language.h: a language as a folder: its lang.yaml and its templates, from
 * the user's folder where a file is there, else from the program. It knows no
 * schema. */
#ifndef GENERATOR_LANGUAGE_H
#define GENERATOR_LANGUAGE_H

#include "base/diag.h"
#include "base/file.h"
#include "options.h"
#include "render/builtin.h"
#include "render/template.h"
#include "view/lang.h"

/* The program's and the user's: as many as can be named in one run. */
enum { LANGUAGES_MAX = OPTION_TEXTS_MAX };

/* A file of the language: where it goes, and what is in it. */
struct language_file {
    struct template *path;
    struct template *text;
    struct place place; /* of the path, in lang.yaml */
    struct language_file *next;
};

struct language {
    const char *templates; /* the user's folder of languages; NULL: none */
    const char *name;      /* of the language's folder in it: "c" */
    struct lang *lang;
    struct language_file *files;
    const struct source *const *used; /* of the user's files: those that were
                                         read */
    size_t used_count;
};

/* A language of the program: a folder in it. One that has a lang.yaml and no
 * template is announced: no version has it yet. */
struct known_language {
    const char *folder;
    bell_string title; /* "TypeScript" */
    int64_t rank;      /* where it stands among them */
};

/* All of them by their ranks, ends with a folder of NULL; NULL where memory is
 * short. */
const struct known_language *language_known(struct bell__arena *arena);

/* Whether there is a lang.yaml of that language, and not only announced. */
bool language_exists(const char *templates, const char *name,
                     struct bell__arena *arena);

/* The names of all languages that are there: the program's, then the user's
 * own, both sorted; ends with NULL. NULL where a folder cannot be read,
 * there are more than LANGUAGES_MAX or memory is short: `wrong` says so. */
const char *const *language_names(const char *templates,
                                  struct bell__arena *arena,
                                  char wrong[FILE_WRONG_MAX]);

/* Reads and checks everything of a language, and tells all that is wrong.
 * False where something is. */
bool language_load(struct language *language, const char *templates,
                   const char *name, struct bell__arena *arena,
                   struct diags *diags);

/* The program's file ("c/lang.yaml"), or NULL; what is announced has none. */
const struct builtin_template *language_builtin(bell_string path);

/* `a`/`b`/`c` in the arena; NULL `a` is left out. NULL: out of memory. */
const char *language_join(struct bell__arena *arena, const char *a,
                          const char *b, bell_string c);

#endif
