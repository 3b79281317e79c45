/* parse.h: what the files that read a template share: where they are in its
 * text, and how a statement begins and ends. Private to this room. */
#ifndef GENERATOR_RENDER_PARSE_H
#define GENERATOR_RENDER_PARSE_H

#include "render/tree.h"

struct parser {
    struct template *template;
    const struct source *source;
    bell_string name; /* of the file, as it was asked for */
    const struct template_loader *loader;
    struct bell__arena *arena;
    struct diags *diags;
    const char *at; /* the next line */
    const char *end;
    uint32_t line;       /* of `here` */
    bell_string here;    /* the current line with its newline */
    const char *counted; /* columns of `here` are counted up to here */
    uint32_t column;     /* of `counted` */
    uint32_t first;      /* column of the next line's first byte */
    unsigned depth;
    struct block *block; /* the one that we are in */
    bool replacing;      /* that one's replacement, not itself */
    bool wrong;          /* something is told; the rest is read all the same */
    bool failed;         /* nothing behind this means anything */
};

/* Where a statement of this line begins, and its first word. */
struct head {
    struct expression_reader reader;
    bell_string word;
    bell_string indent;
    struct place place;
};

struct tail {
    struct statement **last;
};

void parse_fail(struct parser *parser, struct place place, const char *what);

/* A file from its first line to its last. */
void parse_open(struct parser *parser, const struct source *source);
bool parse_next_line(struct parser *parser);

/* Whether the line is a statement; then its head. */
bool parse_head(struct parser *parser, struct head *head);
bool parse_is_remark(const struct head *head);
void parse_end_of_line(struct parser *parser, struct head *head);

/* NULL where memory is short. */
struct statement *parse_add(struct parser *parser, struct tail *tail,
                            enum statement_kind kind, struct place place);

/* Statements up to a `%% end`, and that. */
struct statement *parse_body(struct parser *parser, struct place place);
void parse_def(struct parser *parser, struct head *head, struct tail *tail);

/* A whole file: its statements, with the blocks that the user's file of that
 * name replaces. */
struct statement *parse_file(struct parser *parser);

/* block.c: blocks, and files that replace some. */
void parse_named_block(struct parser *parser, struct head *head,
                       struct tail *tail);
void parse_original(struct parser *parser, struct head *head,
                    struct tail *tail);

/* Whether a file only replaces blocks: `%% extends` is its first statement. */
bool parse_extends(const struct source *source);

/* The blocks of `extension` take the place of those of `original`. */
void parse_extension(struct parser *parser, const struct source *original,
                     const struct source *extension);

#endif
