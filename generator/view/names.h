/* names.h: identifiers that are free: not reserved in the language and not
 * given to something else in the same scope. */
#ifndef GENERATOR_VIEW_NAMES_H
#define GENERATOR_VIEW_NAMES_H

#include <bell/bell.h>

#include "base/arena.h"
#include "view/lang.h"

/* Scopes: 0 is the file's, SCOPE_METHODS the client's where a language has its
 * methods apart; what lies between are records'. */
#define SCOPE_METHODS (UINT32_MAX - 3)

/* Texts in scopes, each with a thing. */
struct names {
    struct bell__arena *arena;
    const struct lang *lang;
    struct name *slots;
    size_t capacity; /* a power of two */
    size_t count;
    bool failed; /* memory was short */
};

void names_open(struct names *names, const struct lang *lang,
                struct bell__arena *arena);

/* NULL where the text is not there. */
void *names_find(const struct names *names, uint32_t scope, bell_string text);
void names_put(struct names *names, uint32_t scope, bell_string text,
               void *thing);

/* Takes `wanted`, or, where that is not free, the first free of wanted +
 * `mend` (may be NULL), wanted_, wanted__, ... The same for ever for the same
 * claims in the same order. */
bell_string names_claim(struct names *names, uint32_t scope, bell_string wanted,
                        const char *mend);

/* The same of `wanted` with `suffix` behind it. */
bell_string names_claim_with(struct names *names, uint32_t scope,
                             bell_string wanted, const char *suffix);

/* The texts behind each other, NUL-terminated. `names->failed` where memory
 * is short; the result is then empty. */
bell_string names_join(struct names *names, bell_string a, const char *middle,
                       bell_string b);

#endif
