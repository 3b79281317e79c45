/* generate.h: the pipeline: a schema's text in, a plan of files out. Nothing
 * flows back, and nothing is written here. */
#ifndef GENERATOR_GENERATE_H
#define GENERATOR_GENERATE_H

#include "base/say.h"
#include "bind/bind.h"
#include "model/model.h"
#include "output/plan.h"

/* A schema on its way, and what each stage has made of it. */
struct schema {
    struct service *service;
    const bell_service *tables; /* NULL: something is wrong with it */
    struct schema *next;        /* schemas of one run */
};

/* The way in: text, tree, model, tables. `path` is the source's file: what it
 * includes lies beside it, and below `root`, see include_read(). What is wrong
 * is in `diags`; false where there is not even a service. */
bool generate_schema(const struct source *source, const char *path,
                     const char *root, struct bell__arena *arena,
                     struct diags *diags, struct schema *schema);

struct generate_options {
    const char *templates; /* a folder that overlays the built-in ones; NULL */
    const char *language;  /* the folder's name: "c" */
    bool flat;             /* no folders for language and service */
    const char *const *sets; /* KEY=VALUE: what the user chose; a key that the
                                language does not know is not for it */
    size_t set_count;
    unsigned *sets_known; /* OUT: bit i is set where sets[i] is known */
    bool *left_out; /* OUT: whether the language has only types of sockets */
    char *misused;  /* OUT, of FILE_WRONG_MAX: a sentence, where these options
                       are what is wrong; else it stays as it was */
};

/* The way out: views, texts, files: those of all schemas in one language.
 * False where a template or lang.yaml is wrong, or memory is short: `diags`
 * says so; or where the options are misused. */
bool generate_language(const struct generate_options *options,
                       const struct schema *schemas, struct plan *plan,
                       struct diags *diags);

#endif
