/* options.h: what may be typed behind a command, as a table, and how argv is
 * read by it. A command's table and the struct that it fills stand in the
 * command's own file; nothing here knows any. */
#ifndef GENERATOR_OPTIONS_H
#define GENERATOR_OPTIONS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/nearest.h"

enum option_kind {
    OPTION_KIND_FLAG,    /* bool */
    OPTION_KIND_TEXT,    /* const char *; NULL: not said */
    OPTION_KIND_TEXTS,   /* struct option_texts */
    OPTION_KIND_PAIRS,   /* struct option_texts, each KEY=VALUE */
    OPTION_KIND_NUMBER,  /* int64_t */
    OPTION_KIND_SECONDS, /* int64_t; 0: not said */
    OPTION_KIND_NAMES    /* struct option_texts: whatever else is said as
                            --NAME; the command knows which there are */
};

/* How often an option may be said, and how many names. */
enum { OPTION_TEXTS_MAX = 32 };

struct option_texts {
    const char *at[OPTION_TEXTS_MAX];
    size_t count;
};

/* A name that can stand behind `--`, where others can, too. */
struct option_name {
    const char *name;
    const char *summary;
};

struct option {
    enum option_kind kind;
    const char *name;     /* NULL: OPTION_KIND_NAMES */
    const char *argument; /* NULL: takes none */
    const char *summary;
    size_t offset;     /* of the member of the command's struct */
    int64_t low, high; /* OPTION_KIND_NUMBER */
    /* OPTION_KIND_NAMES: those for --help and for hints; ends with NULL. */
    const struct option_name *(*names)(struct bell__arena *arena);
};

/* Rows of a table: `type` is the struct, `member` where the value goes. */
#define OPTION_FLAG(type, member, name, summary)                               \
    {                                                                          \
        OPTION_KIND_FLAG, name, NULL, summary, offsetof(type, member), 0, 0,   \
            NULL                                                               \
    }
#define OPTION_TEXT(type, member, name, argument, summary)                     \
    {                                                                          \
        OPTION_KIND_TEXT, name, argument, summary, offsetof(type, member), 0,  \
            0, NULL                                                            \
    }
#define OPTION_TEXTS(type, member, name, argument, summary)                    \
    {                                                                          \
        OPTION_KIND_TEXTS, name, argument, summary, offsetof(type, member), 0, \
            0, NULL                                                            \
    }
#define OPTION_PAIRS(type, member, name, argument, summary)                    \
    {                                                                          \
        OPTION_KIND_PAIRS, name, argument, summary, offsetof(type, member), 0, \
            0, NULL                                                            \
    }
#define OPTION_NUMBER(type, member, name, argument, low, high, summary)        \
    {                                                                          \
        OPTION_KIND_NUMBER, name, argument, summary, offsetof(type, member),   \
            low, high, NULL                                                    \
    }
#define OPTION_SECONDS(type, member, name, argument, summary)                  \
    {                                                                          \
        OPTION_KIND_SECONDS, name, argument, summary, offsetof(type, member),  \
            0, 0, NULL                                                         \
    }
#define OPTION_NAMES(type, member, names)                                      \
    {                                                                          \
        OPTION_KIND_NAMES, NULL, NULL, NULL, offsetof(type, member), 0, 0,     \
            names                                                              \
    }
#define OPTION_END                                                             \
    {                                                                          \
        OPTION_KIND_FLAG, NULL, NULL, NULL, 0, 0, 0, NULL                      \
    }

/* The words that are no options, in their order. */
struct words {
    char *const *at;
    size_t count;
};

/* A command as it is typed. */
struct command {
    const char *name;
    const char *summary; /* one line, for --help */
    const char *takes;   /* " SCHEMA...": its words; NULL: there are none */
    const char *about;   /* lines on those */
    const struct option *options; /* ends with OPTION_END */
    size_t size;                  /* of the struct that they fill */
    int (*run)(const struct words *words, const void *values);
};

enum options_result { OPTIONS_WRONG, OPTIONS_GOOD, OPTIONS_HELP };

/* Reads what stands behind the command's name into `values`, zeroed before,
 * and the other words into `words`, which lie at the front of `typed` then.
 * OPTIONS_WRONG: a sentence is on stderr. */
enum options_result options_read(const struct command *command, char **typed,
                                 size_t count, void *values,
                                 struct words *words);

/* Whether the table has that option. */
bool options_has(const struct option *table, const char *name);

/* Offers all that the command takes; names live in `arena`. */
void options_offer(const struct command *command, struct nearest *nearest,
                   struct bell__arena *arena);

/* Says on stderr that there is no such option, with the nearest one. */
void options_unknown(const struct command *command,
                     const struct nearest *nearest);

/* The options of a command, one a line, to stdout. */
void options_help(const struct command *command);

#endif
