/* tree.h: a parsed template: statements and the values in them. Private to
 * this room. */
#ifndef GENERATOR_RENDER_TREE_H
#define GENERATOR_RENDER_TREE_H

#include "base/codes.h"
#include "render/template.h"

/* What a value is. `outline` is set for maps, and for lists of maps. */
enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_BOOL, VALUE_MAP };

struct value_type {
    enum value_kind kind;
    bool list;
    bool unknown; /* wrong already and told: say no more about it */
    const struct outline *outline;
};

enum expression_kind {
    EXPRESSION_PATH,
    EXPRESSION_TEXT,
    EXPRESSION_NUMBER,
    EXPRESSION_CALL,
    EXPRESSION_NOT,
    EXPRESSION_AND,
    EXPRESSION_OR
};

struct filter;

/* One `| name(arguments)`. */
struct filter_use {
    const struct filter *filter; /* set by the check */
    bell_string name;
    struct place place;
    struct expression *arguments;
    struct filter_use *next;
};

struct step { /* `.name` of a path */
    bell_string name;
    struct place place;
    struct step *next;
};

struct expression {
    enum expression_kind kind;
    struct place place;
    bell_string text; /* path: the variable; text; call: the def */
    int64_t number;
    size_t slot; /* path: the variable's, set by the check */
    struct step *steps;
    struct filter_use *filters;
    struct expression *left; /* not, and, or */
    struct expression *right;
    struct expression *arguments; /* call */
    struct definition *definition;
    struct expression *next; /* the next argument */
};

enum statement_kind {
    STATEMENT_TEXT,
    STATEMENT_VALUE,
    STATEMENT_FOR,
    STATEMENT_IF,
    STATEMENT_LET,
    STATEMENT_CALL,
    STATEMENT_FILL,
    STATEMENT_ALIGN,
    STATEMENT_FOLD,
    STATEMENT_GROUP /* statements of an included file or a block */
};

struct statement {
    enum statement_kind kind;
    struct place place;
    bell_string text;   /* text; for, let: the variable; */
    bell_string indent; /* value, call: goes before each further line */
    bell_string separator;
    bool separated;
    size_t slot;
    struct expression *value;
    struct statement *body;
    struct statement *otherwise;
    struct statement *next;
};

struct parameter {
    bell_string name;
    bell_string type;
    struct place place;
    struct value_type checked;
    struct parameter *next;
};

struct definition {
    bell_string name;
    struct place place;
    struct parameter *parameters;
    struct statement *body;
    size_t slot_count;
    struct definition *next;
};

/* A named part of a file. */
struct block {
    bell_string name;
    struct place place;
    const struct source *source; /* the file that it stands in */
    struct statement *group;
    struct block *outer;
    struct place replaced; /* line 0: by nobody */
    bool kept;             /* `original` stands in the replacement */
    struct block *next;
};

struct template
{
    const struct layout *layout;
    struct statement *body;
    struct block *blocks; /* the last one first */
    size_t block_count;
    size_t definition_count;
    size_t bytes; /* of all files */
    bool wrong;   /* something is told, yet it can be checked */
    struct definition *definitions; /* in order, of all included files */
    struct definition *definitions_last;
    size_t slot_count;
    size_t include_count;
};

/* parse.c. False where the text is so wrong that a check would mean nothing;
 * `name` is what the loader knows the file by. */
bool template_parse(struct template *template, const struct source *source,
                    bell_string name, const struct template_loader *loader,
                    struct bell__arena *arena, struct diags *diags);

/* The same for a text that stands at a place of some file. */
bool template_parse_text(struct template *template, bell_string text,
                         struct place at, struct bell__arena *arena,
                         struct diags *diags);

/* check.c: resolves variables, filters and defs. */
bool template_check(struct template *template, const struct outline *outlines,
                    const char *root, struct diags *diags);

/* expression.c: reads one expression; `end` is behind the last byte. */
struct expression_reader {
    const struct source *source;
    const char *at;
    const char *end;
    const char *counted; /* columns are counted up to here */
    uint32_t column;     /* of `counted` */
    uint32_t line;
    unsigned depth;
    unsigned joined; /* how often `and` and `or` stood in this test */
    struct bell__arena *arena;
    struct diags *diags;
    bool failed; /* told already */
};

struct place expression_place(struct expression_reader *reader);
void expression_space(struct expression_reader *reader);
bell_string expression_word(struct expression_reader *reader);
bool expression_accept(struct expression_reader *reader, const char *symbol);
bool expression_text(struct expression_reader *reader, bell_string *text);
struct expression *expression_value(struct expression_reader *reader);
struct expression *expression_test(struct expression_reader *reader);
void expression_expected(struct expression_reader *reader, const char *what);

#endif
