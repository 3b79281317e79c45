/* lang.h: what a language's folder says of it: its types, cases, reserved
 * words and files (lang.yaml). It knows no schema. */
#ifndef GENERATOR_VIEW_LANG_H
#define GENERATOR_VIEW_LANG_H

#include <bell/bell.h>

#include "base/diag.h"
#include "base/index.h"
#include "base/say.h"
#include "base/words.h"
#include "layout/layout.h"
#include "model/model.h"
#include "tree/node.h"

struct lang_scalar {
    bell_string type;
    bell_string literal; /* of a default: `@` is the value; empty: none */
    bell_string lowest;  /* how the smallest value is spelled, or empty */
};

struct lang_file {
    bell_string path;        /* a template of a path */
    struct place path_place; /* of its first byte */
    bell_string template;
    struct place template_place;
    struct lang_file *next;
};

struct lang {
    bell_string name;
    struct place place; /* of the name */
    bool prefixed;      /* symbols carry the service's name */
    bool sockets;       /* its templates have messages and streams */
    enum letter_case types;
    enum letter_case functions;
    enum letter_case members;
    enum letter_case constants;
    enum letter_case tables; /* of what programs do not name; snake */
    struct lang_scalar scalars[SCALAR_COUNT];
    struct index reserved;
    struct index reserved_methods; /* where methods_apart */
    struct index reserved_members; /* where members_apart */
    /* Methods are members of a client: what is reserved in the file is free
     * there, and types are no neighbours. */
    bool methods_apart;
    bool members_apart; /* what is reserved in the file is free in a record */
    struct index reserved_files;        /* without endings */
    struct index reserved_file_endings; /* what stands behind the last _ */
    struct lang_file *files;
    struct lang_choice *choices;
    struct layout layout; /* how its code is laid out */
};

/* What a user may choose by --set: `int64: {number: {}, bigint: {...}}`. */
struct lang_choice {
    bell_string key;
    struct lang_option *options; /* the first is taken where nothing is said */
    struct lang_choice *next;
};

struct lang_option {
    bell_string name;
    bool chosen;
    struct lang_scalar scalars[SCALAR_COUNT]; /* `type` empty: as it was */
    struct lang_option *next;
};

/* NULL where the document is no lang.yaml; `diags` says why. */
struct lang *lang_build(const struct node *document, struct bell__arena *arena,
                        struct diags *diags);

/* Whether there is a choice of that name. */
bool lang_knows(const struct lang *lang, bell_string key);

/* Takes `value` where lang_knows(); false where it is none of those that may
 * be chosen: `wrong` says so, a sentence. */
bool lang_choose(struct lang *lang, bell_string key, bell_string value,
                 char wrong[FILE_WRONG_MAX]);

/* What a name stands among. */
enum lang_place { LANG_FILE, LANG_METHODS, LANG_MEMBERS };

bool lang_reserves(const struct lang *lang, enum lang_place place,
                   bell_string word);

/* The name of a file, without its ending: `stem`, with a `_` where files of
 * that name mean something else in the language. In the arena; {NULL, 0} where
 * memory is short. */
bell_string lang_file_name(const struct lang *lang, bell_string stem,
                           struct bell__arena *arena);

#endif
