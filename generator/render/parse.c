/* parse.c: a template's text to statements, line by line. It knows no types;
 * check.c says whether the names mean anything. */
#include <string.h>

#include "render/tree.h"

struct parser {
    struct template *template;
    const struct source *source;
    const struct template_loader *loader;
    struct bell__arena *arena;
    struct diags *diags;
    const char *at; /* the next line */
    const char *end;
    uint32_t line;    /* of `here` */
    bell_string here; /* the current line with its newline */
    unsigned depth;
    bool failed;
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

static bool is_word(bell_string word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.text, text, word.size) == 0;
}

static void fail(struct parser *parser, struct place place, const char *what)
{
    diag_add(parser->diags, CODE_TEMPLATE, place, "%s", what);
    parser->failed = true;
}

static bool next_line(struct parser *parser)
{
    if (parser->at == parser->end) {
        return false;
    }
    size_t left = (size_t)(parser->end - parser->at);
    const char *newline = memchr(parser->at, '\n', left);
    parser->here.text = parser->at;
    parser->here.size =
        newline != NULL ? (size_t)(newline - parser->at) + 1 : left;
    parser->at += parser->here.size;
    parser->line++;
    return true;
}

static struct expression_reader reader_at(struct parser *parser, size_t offset)
{
    bell_string here = parser->here;
    size_t size = here.size;
    while (size > offset &&
           (here.text[size - 1] == '\n' || here.text[size - 1] == '\r')) {
        size--;
    }
    return (struct expression_reader){.source = parser->source,
                                      .at = here.text + offset,
                                      .end = here.text + size,
                                      .line_start = here.text,
                                      .line = parser->line,
                                      .arena = parser->arena,
                                      .diags = parser->diags};
}

static struct statement *add(struct parser *parser, struct tail *tail,
                             enum statement_kind kind, struct place place)
{
    struct statement *made = bell__arena_take(parser->arena, sizeof *made);
    if (made == NULL) {
        fail(parser, place, "memory is short");
        return NULL;
    }
    memset(made, 0, sizeof *made);
    made->kind = kind;
    made->place = place;
    *tail->last = made;
    tail->last = &made->next;
    return made;
}

static void add_text(struct parser *parser, struct tail *tail,
                     const char *start, const char *end)
{
    if (start == end) {
        return;
    }
    struct place place = {.source = parser->source, .line = parser->line};
    struct statement *text = add(parser, tail, STATEMENT_TEXT, place);
    if (text != NULL) {
        text->text = (bell_string){start, (size_t)(end - start)};
    }
}

static bool all_space(const char *start, const char *end)
{
    while (start < end && (*start == ' ' || *start == '\t')) {
        start++;
    }
    return start == end;
}

/* One hole, its `${` at `at`; gives the place behind it. */
static const char *parse_hole(struct parser *parser, struct tail *tail,
                              const char *at)
{
    const char *start = parser->here.text;
    struct expression_reader reader =
        reader_at(parser, (size_t)(at - start) + 2);
    struct place place = expression_place(&reader);
    struct statement *hole = add(parser, tail, STATEMENT_VALUE, place);
    if (hole == NULL) {
        return NULL;
    }
    hole->value = expression_value(&reader);
    if (!reader.failed && !expression_accept(&reader, "}")) {
        expression_expected(&reader, "`}` or `|`");
    }
    if (reader.failed) {
        parser->failed = true;
        return NULL;
    }
    if (all_space(start, at)) {
        hole->indent = (bell_string){start, (size_t)(at - start)};
    }
    return reader.at;
}

/* A line of text with holes. */
static void parse_text(struct parser *parser, struct tail *tail)
{
    const char *start = parser->here.text;
    const char *end = start + parser->here.size;
    const char *at = start;
    while (at + 1 < end) {
        if (at[0] != '$' || (at[1] != '{' && at[1] != '$')) {
            at++;
            continue;
        }
        if (at[1] == '$') { /* `$${` is `${` */
            bool quoted = at + 2 < end && at[2] == '{';
            add_text(parser, tail, start, at + 1);
            at += quoted ? 2 : 1;
            start = at;
            at += quoted;
            continue;
        }
        add_text(parser, tail, start, at);
        at = parse_hole(parser, tail, at);
        if (at == NULL) {
            return;
        }
        start = at;
    }
    add_text(parser, tail, start, end);
}

/* Whether the line is a statement; then its head. */
static bool read_head(struct parser *parser, struct head *head)
{
    bell_string here = parser->here;
    size_t at = 0;
    while (at < here.size && (here.text[at] == ' ' || here.text[at] == '\t')) {
        at++;
    }
    if (here.size - at < 2 || memcmp(here.text + at, "%%", 2) != 0) {
        return false;
    }
    head->indent = (bell_string){here.text, at};
    head->reader = reader_at(parser, at + 2);
    expression_space(&head->reader);
    head->place = expression_place(&head->reader);
    head->word = expression_word(&head->reader);
    return true;
}

static void end_of_line(struct parser *parser, struct head *head)
{
    expression_space(&head->reader);
    if (!head->reader.failed && head->reader.at != head->reader.end) {
        expression_expected(&head->reader, "the end of the line");
    }
    parser->failed |= head->reader.failed;
}

static struct statement *parse_block(struct parser *parser, struct head *stop);

/* A block that ends with `%% end` and nothing else. */
static struct statement *parse_body(struct parser *parser, struct place place)
{
    struct head stop = {0};
    struct statement *body = parse_block(parser, &stop);
    if (!parser->failed && !is_word(stop.word, "end")) {
        fail(parser, stop.word.size != 0 ? stop.place : place,
             stop.word.size != 0 ? "`else` belongs to `for` or `if`"
                                 : "there is no `%% end` for this");
    }
    if (!parser->failed) {
        end_of_line(parser, &stop);
    }
    return body;
}

static void parse_for(struct parser *parser, struct head *head,
                      struct tail *tail)
{
    struct expression_reader *reader = &head->reader;
    struct statement *loop = add(parser, tail, STATEMENT_FOR, head->place);
    if (loop == NULL) {
        return;
    }
    loop->text = expression_word(reader);
    bell_string in = expression_word(reader);
    if (loop->text.size == 0 || !is_word(in, "in")) {
        expression_expected(reader, "`for NAME in LIST`");
        parser->failed = true;
        return;
    }
    loop->value = expression_value(reader);
    expression_space(reader);
    if (!reader->failed && reader->at != reader->end) {
        bell_string word = expression_word(reader);
        loop->separated = is_word(word, "sep");
        if (!loop->separated || !expression_text(reader, &loop->separator)) {
            expression_expected(reader, "`sep \"TEXT\"`");
        }
    }
    end_of_line(parser, head);
    struct head stop = {0};
    if (!parser->failed) {
        loop->body = parse_block(parser, &stop);
    }
    if (!parser->failed && is_word(stop.word, "else")) {
        end_of_line(parser, &stop);
        loop->otherwise = parse_body(parser, head->place);
        return;
    }
    if (!parser->failed && !is_word(stop.word, "end")) {
        fail(parser, head->place, "there is no `%% end` for this");
    }
    if (!parser->failed) {
        end_of_line(parser, &stop);
    }
}

static void parse_if(struct parser *parser, struct head *head,
                     struct tail *tail)
{
    struct place place = head->place;
    struct head stop = *head;
    struct tail branch;
    while (!parser->failed) {
        struct statement *test = add(parser, tail, STATEMENT_IF, stop.place);
        if (test == NULL) {
            return;
        }
        test->value = expression_test(&stop.reader);
        end_of_line(parser, &stop);
        if (parser->failed) {
            return;
        }
        stop = (struct head){0};
        test->body = parse_block(parser, &stop);
        if (parser->failed) {
            return;
        }
        if (is_word(stop.word, "end")) {
            end_of_line(parser, &stop);
            return;
        }
        if (is_word(stop.word, "else")) {
            end_of_line(parser, &stop);
            test->otherwise = parse_body(parser, place);
            return;
        }
        if (!is_word(stop.word, "elif")) {
            fail(parser, place, "there is no `%% end` for this");
            return;
        }
        branch.last = &test->otherwise;
        tail = &branch;
    }
}

static void parse_let(struct parser *parser, struct head *head,
                      struct tail *tail)
{
    struct statement *let = add(parser, tail, STATEMENT_LET, head->place);
    if (let == NULL) {
        return;
    }
    let->text = expression_word(&head->reader);
    if (let->text.size == 0 || !expression_accept(&head->reader, "=")) {
        expression_expected(&head->reader, "`let NAME = VALUE`");
    } else {
        let->value = expression_value(&head->reader);
    }
    end_of_line(parser, head);
}

static void parse_parameters(struct parser *parser, struct head *head,
                             struct definition *definition)
{
    struct expression_reader *reader = &head->reader;
    struct parameter **last = &definition->parameters;
    while (!expression_accept(reader, ")")) {
        struct parameter *made = bell__arena_take(parser->arena, sizeof *made);
        bool comma =
            definition->parameters == NULL || expression_accept(reader, ",");
        if (made == NULL || !comma) {
            expression_expected(reader, "`,` or `)`");
            return;
        }
        memset(made, 0, sizeof *made);
        expression_space(reader);
        made->place = expression_place(reader);
        made->name = expression_word(reader);
        bool colon = expression_accept(reader, ":");
        made->type = expression_word(reader);
        if (is_word(made->type, "list")) {
            made->type = (bell_string){made->type.text,
                                       (size_t)(reader->at - made->type.text)};
            bell_string item = expression_word(reader);
            made->type.size = (size_t)(item.text + item.size - made->type.text);
        }
        if (made->name.size == 0 || !colon || made->type.size == 0) {
            expression_expected(reader, "`NAME: TYPE`");
            return;
        }
        *last = made;
        last = &made->next;
    }
}

static void parse_def(struct parser *parser, struct head *head,
                      struct tail *tail)
{
    (void)tail;
    struct definition *made = bell__arena_take(parser->arena, sizeof *made);
    if (made == NULL || parser->depth > 1) {
        fail(parser, head->place, "a def stands at the top of a file");
        return;
    }
    memset(made, 0, sizeof *made);
    made->place = head->place;
    made->name = expression_word(&head->reader);
    if (made->name.size == 0 || !expression_accept(&head->reader, "(")) {
        expression_expected(&head->reader, "`def NAME(NAME: TYPE, ...)`");
    } else {
        parse_parameters(parser, head, made);
    }
    end_of_line(parser, head);
    if (parser->failed) {
        return;
    }
    made->body = parse_body(parser, head->place);
    struct template *template = parser->template;
    if (template->definitions_last != NULL) {
        template->definitions_last->next = made;
    } else {
        template->definitions = made;
    }
    template->definitions_last = made;
}

static void parse_call(struct parser *parser, struct head *head,
                       struct tail *tail)
{
    struct statement *call = add(parser, tail, STATEMENT_CALL, head->place);
    if (call == NULL) {
        return;
    }
    call->indent = head->indent;
    call->value = expression_value(&head->reader);
    if (call->value != NULL && call->value->kind != EXPRESSION_CALL) {
        expression_expected(&head->reader, "`call NAME(VALUE, ...)`");
    }
    end_of_line(parser, head);
}

static void parse_fill(struct parser *parser, struct head *head,
                       struct tail *tail)
{
    struct statement *fill = add(parser, tail, STATEMENT_FILL, head->place);
    end_of_line(parser, head);
    if (fill != NULL && !parser->failed) {
        fill->body = parse_body(parser, head->place);
    }
}

static void parse_include(struct parser *parser, struct head *head,
                          struct tail *tail)
{
    struct statement *group = add(parser, tail, STATEMENT_GROUP, head->place);
    bell_string name = {NULL, 0};
    expression_space(&head->reader);
    struct place place = expression_place(&head->reader);
    if (group == NULL || !expression_text(&head->reader, &name)) {
        expression_expected(&head->reader, "`include \"FILE\"`");
    }
    end_of_line(parser, head);
    if (parser->failed) {
        return;
    }
    if (++parser->template->include_count > RENDER_INCLUDES_MAX) {
        fail(parser, place, "too many includes; does a file include itself?");
        return;
    }
    const struct source *source =
        parser->loader != NULL
            ? parser->loader->load(parser->loader->context, name)
            : NULL;
    if (source == NULL) {
        diag_add(parser->diags, CODE_INCLUDE, place,
                 "there is no template `%.*s`", (int)name.size, name.text);
        parser->failed = true;
        return;
    }
    struct parser inner = *parser;
    inner.source = source;
    inner.at = source->text.text;
    inner.end = source->text.text + source->text.size;
    inner.line = 0;
    inner.depth--; /* a def may stand at the top of an included file */
    struct head stop = {0};
    group->body = parse_block(&inner, &stop);
    if (!inner.failed && stop.word.size != 0) {
        fail(&inner, stop.place, "there is nothing open that this would end");
    }
    parser->failed |= inner.failed;
}

static const struct keyword {
    const char *word;
    void (*parse)(struct parser *parser, struct head *head, struct tail *tail);
} keywords[] = {
    {"for", parse_for},   {"if", parse_if},     {"let", parse_let},
    {"def", parse_def},   {"call", parse_call}, {"include", parse_include},
    {"fill", parse_fill},
};

static void parse_statement(struct parser *parser, struct head *head,
                            struct tail *tail)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (is_word(head->word, keywords[i].word)) {
            keywords[i].parse(parser, head, tail);
            return;
        }
    }
    diag_add(parser->diags, CODE_STATEMENT, head->place,
             "`%.*s` is no statement; there are for, if, elif, else, end, "
             "let, def, call, include and fill",
             (int)head->word.size, head->word.text);
    parser->failed = true;
}

static bool is_stop(bell_string word)
{
    return is_word(word, "end") || is_word(word, "else") ||
           is_word(word, "elif");
}

/* Statements up to `end`, `else` or `elif`, which is left in `stop`, or up to
 * the end of the file. */
static struct statement *parse_block(struct parser *parser, struct head *stop)
{
    struct statement *first = NULL;
    struct tail tail = {&first};
    if (++parser->depth > RENDER_DEPTH_MAX) {
        struct place place = {.source = parser->source, .line = parser->line};
        fail(parser, place, "blocks are nested too deep");
    }
    while (!parser->failed && next_line(parser)) {
        struct head head;
        if (!read_head(parser, &head)) {
            parse_text(parser, &tail);
            continue;
        }
        if (head.word.size == 0 && head.reader.at < head.reader.end &&
            *head.reader.at == '#') {
            continue;
        }
        if (is_stop(head.word)) {
            *stop = head;
            break;
        }
        parse_statement(parser, &head, &tail);
    }
    parser->depth--;
    return first;
}

bool template_parse(struct template *template, const struct source *source,
                    const struct template_loader *loader,
                    struct bell__arena *arena, struct diags *diags)
{
    struct parser parser = {.template = template,
                            .source = source,
                            .loader = loader,
                            .arena = arena,
                            .diags = diags,
                            .at = source->text.text,
                            .end = source->text.text + source->text.size};
    struct head stop = {0};
    template->body = parse_block(&parser, &stop);
    if (!parser.failed && stop.word.size != 0) {
        fail(&parser, stop.place, "there is nothing open that this would end");
    }
    return !parser.failed;
}
