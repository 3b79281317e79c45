/* generate.h: the pipeline as one function: checked services in, a plan of
 * files out. Nothing is written here. */
#ifndef GENERATOR_GENERATE_H
#define GENERATOR_GENERATE_H

#include "model/model.h"
#include "output/plan.h"

struct generate_options {
    const char *templates; /* a folder that overlays the built-in ones; NULL */
    const char *language;  /* the folder's name: "c" */
    bool flat;             /* no folders for language and service */
    const char *const *sets; /* KEY=VALUE: what the user chose; a key that the
                                language does not know is not for it */
    size_t set_count;
    unsigned *sets_known; /* OUT: bit i is set where sets[i] is known */
};

/* Adds the files of all services in one language. False where a template or
 * lang.yaml is wrong, or memory is short: `diags` says so. */
bool generate_language(const struct generate_options *options,
                       const struct service *services, struct plan *plan,
                       struct diags *diags);

#endif
