/* block.c: the named parts of a template, and files that replace some of them
 * and leave the rest as it is. It knows no types. */
#include <string.h>

#include "base/nearest.h"
#include "base/str.h"
#include "render/parse.h"

static struct block *find(const struct template *template,
                          const struct source *source, bell_string name)
{
    struct block *at = template->blocks;
    while (at != NULL &&
           (at->source != source || !bell__str_equal(at->name, name))) {
        at = at->next;
    }
    return at;
}

static struct block *make(struct parser *parser, struct place place,
                          bell_string name)
{
    struct template *template = parser->template;
    struct block *block = find(template, parser->source, name);
    if (block != NULL) {
        diag_second(parser->diags,
                    diag_add(parser->diags, CODE_BLOCK, place,
                             "there is already a block `%.*s`", (int)name.size,
                             name.text),
                    block->place, "the other is here");
        parser->wrong = true;
        return block;
    }
    if (++template->block_count > RENDER_BLOCKS_MAX) {
        parse_fail(parser, place, "too many blocks");
        return NULL;
    }
    block = bell__arena_take(parser->arena, sizeof *block);
    if (block == NULL) {
        parse_fail(parser, place, "out of memory");
        return NULL;
    }
    *block = (struct block){.name = name,
                            .place = place,
                            .source = parser->source,
                            .outer = parser->block,
                            .next = template->blocks};
    template->blocks = block;
    return block;
}

/* The name behind `block`, and the mark of `templates eject`. */
static bell_string read_name(struct parser *parser, struct head *head,
                             struct place *place)
{
    struct expression_reader *reader = &head->reader;
    expression_space(reader);
    *place = expression_place(reader);
    bell_string name = expression_word(reader);
    if (name.size == 0) {
        expression_expected(reader, "`block NAME`");
    } else if (expression_accept(reader, "#")) {
        reader->at = reader->end;
    }
    parse_end_of_line(parser, head);
    return name;
}

void parse_named_block(struct parser *parser, struct head *head,
                       struct tail *tail)
{
    struct place place;
    bell_string name = read_name(parser, head, &place);
    struct statement *group =
        parse_add(parser, tail, STATEMENT_GROUP, head->place);
    if (group == NULL) {
        return;
    }
    /* Blocks of a replacement are nobody's to replace: it may be the copy of
     * a block that holds others. */
    if (parser->replacing || name.size == 0) {
        group->body = parse_body(parser, head->place);
        return;
    }
    struct block *outer = parser->block;
    parser->block = make(parser, place, name);
    if (parser->block != NULL) {
        group->body = parse_body(parser, head->place);
        parser->block->group = group;
    }
    parser->block = outer;
}

/* What the block was before it was replaced. Once: its variables have one
 * place each. */
void parse_original(struct parser *parser, struct head *head, struct tail *tail)
{
    parse_end_of_line(parser, head);
    struct block *block = parser->block;
    if (parser->replacing && block == NULL) {
        return; /* of an unknown block: that is told */
    }
    if (!parser->replacing || block->kept) {
        diag_add(
            parser->diags, CODE_BLOCK, head->place, "%s",
            !parser->replacing
                ? "`original` can only be used in a block that replaces another"
                : "`original` can be used only once in a block");
        parser->wrong = true;
        return;
    }
    struct statement *group =
        parse_add(parser, tail, STATEMENT_GROUP, head->place);
    if (group != NULL) {
        group->indent = head->indent;
        group->body = block->group->body;
        block->kept = true;
    }
}

static bool is_blank(bell_string line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (strchr(" \t\r\n", line.text[i]) == NULL) {
            return false;
        }
    }
    return true;
}

bool parse_extends(const struct source *source)
{
    struct parser parser = {.failed = false};
    parse_open(&parser, source);
    while (parse_next_line(&parser)) {
        struct head head;
        if (parse_head(&parser, &head)) {
            if (parse_is_remark(&head)) {
                continue;
            }
            return bell__str_is(head.word, "extends");
        }
        if (!is_blank(parser.here)) {
            return false;
        }
    }
    return false;
}

static void unknown_block(struct parser *parser, const struct source *original,
                          struct place place, bell_string name)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    nearest_open(&nearest, name);
    for (const struct block *at = parser->template->blocks; at != NULL;
         at = at->next) {
        if (at->source == original) {
            nearest_offer(&nearest, at->name);
        }
    }
    diag_add(parser->diags, CODE_BLOCK, place, "%.*s has no block `%.*s`%s",
             (int)original->name.size, original->name.text, (int)name.size,
             name.text, nearest_hint(&nearest, room));
    parser->wrong = true;
}

static void replace(struct parser *parser, const struct source *original,
                    struct head *head)
{
    struct place place;
    bell_string name = read_name(parser, head, &place);
    struct block *block = find(parser->template, original, name);
    if (block == NULL && name.size != 0) {
        unknown_block(parser, original, place, name);
    } else if (block != NULL && block->replaced.line != 0) {
        diag_second(parser->diags,
                    diag_add(parser->diags, CODE_BLOCK, place,
                             "block `%.*s` is already replaced", (int)name.size,
                             name.text),
                    block->replaced, "here");
        parser->wrong = true;
    }
    parser->block = block;
    parser->replacing = true;
    struct statement *body = parse_body(parser, head->place);
    parser->replacing = false;
    parser->block = NULL;
    if (block != NULL && block->group != NULL && block->replaced.line == 0) {
        block->group->body = body;
        block->replaced = place;
    }
}

/* A replacement inside of a block that is gone would never be seen. */
static void check_outer(struct parser *parser)
{
    for (const struct block *at = parser->template->blocks; at != NULL;
         at = at->next) {
        const struct block *outer = at->outer;
        while (outer != NULL && (outer->replaced.line == 0 || outer->kept)) {
            outer = outer->outer;
        }
        if (outer == NULL || at->replaced.line == 0) {
            continue;
        }
        diag_second(parser->diags,
                    diag_add(parser->diags, CODE_BLOCK, at->replaced,
                             "block `%.*s` is inside block `%.*s`, which is "
                             "replaced as a whole",
                             (int)at->name.size, at->name.text,
                             (int)outer->name.size, outer->name.text),
                    outer->replaced, "here");
        parser->wrong = true;
    }
}

static void parse_part(struct parser *parser, const struct source *original,
                       struct head *head)
{
    struct tail nowhere = {NULL};
    if (bell__str_is(head->word, "block")) {
        replace(parser, original, head);
        return;
    }
    if (bell__str_is(head->word, "def")) {
        parse_def(parser, head, &nowhere);
        return;
    }
    parse_fail(parser, head->place,
               "a file with `extends` can contain only `block` and `def`");
}

void parse_extension(struct parser *parser, const struct source *original,
                     const struct source *extension)
{
    bool begun = false;
    parse_open(parser, extension);
    while (!parser->failed && parse_next_line(parser)) {
        struct head head;
        if (parse_head(parser, &head)) {
            if (parse_is_remark(&head)) {
                continue;
            }
            if (begun) {
                parse_part(parser, original, &head);
            } else {
                parse_end_of_line(parser, &head); /* `extends` */
            }
            begun = true;
        } else if (!is_blank(parser->here)) {
            struct place place = {parser->source, parser->line, 1, NULL};
            diag_add(parser->diags, CODE_BLOCK, place,
                     "in a file with `extends`, text must be inside a block");
            parser->wrong = true;
        }
    }
    check_outer(parser);
}
