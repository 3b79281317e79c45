/* parse.c: a template's text to statements, line by line. It knows no types;
 * check.c says whether the names mean anything. */
#include <string.h>

#include "base/nearest.h"
#include "base/source.h"
#include "base/str.h"
#include "render/parse.h"

void parse_fail(struct parser *parser, struct place place, const char *what)
{
    diag_add(parser->diags, CODE_TEMPLATE, place, "%s", what);
    parser->failed = true;
}

bool parse_next_line(struct parser *parser)
{
    if (parser->at == parser->end) {
        return false;
    }
    const char *at = parser->at;
    while (at < parser->end && *at != '\n' && *at != '\r') {
        at++;
    }
    if (at < parser->end && *at++ == '\r' && at < parser->end && *at == '\n') {
        at++;
    }
    parser->here.text = parser->at;
    parser->here.size = (size_t)(at - parser->at);
    parser->at += parser->here.size;
    parser->line++;
    parser->counted = parser->here.text;
    parser->column = parser->first;
    parser->first = 1;
    return true;
}

/* Goes forward only: a line's columns are counted once. */
static struct expression_reader reader_at(struct parser *parser, size_t offset)
{
    bell_string here = parser->here;
    size_t size = here.size;
    while (size > offset &&
           (here.text[size - 1] == '\n' || here.text[size - 1] == '\r')) {
        size--;
    }
    while (parser->counted < here.text + offset) {
        parser->column += ((unsigned char)*parser->counted++ & 0xc0) != 0x80;
    }
    return (struct expression_reader){.source = parser->source,
                                      .at = here.text + offset,
                                      .end = here.text + size,
                                      .counted = parser->counted,
                                      .column = parser->column,
                                      .line = parser->line,
                                      .arena = parser->arena,
                                      .diags = parser->diags};
}

struct statement *parse_add(struct parser *parser, struct tail *tail,
                            enum statement_kind kind, struct place place)
{
    struct statement *made = bell__arena_take(parser->arena, sizeof *made);
    if (made == NULL) {
        parse_fail(parser, place, "out of memory");
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
    struct place place = {parser->source, parser->line, 1, NULL};
    struct statement *text = parse_add(parser, tail, STATEMENT_TEXT, place);
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
    struct statement *hole = parse_add(parser, tail, STATEMENT_VALUE, place);
    if (hole == NULL) {
        return NULL;
    }
    hole->value = expression_value(&reader);
    if (!reader.failed && !expression_accept(&reader, "}")) {
        expression_expected(&reader, "`}` or `|`");
    }
    if (reader.failed) {
        parser->wrong = true;
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
bool parse_head(struct parser *parser, struct head *head)
{
    bell_string here = parser->here;
    size_t at = 0;
    while (at < here.size && (here.text[at] == ' ' || here.text[at] == '\t')) {
        at++;
    }
    bell_string rest = {here.text + at, here.size - at};
    if (!bell__str_starts(rest, BELL_STR("%%"))) {
        return false;
    }
    head->indent = (bell_string){here.text, at};
    head->reader = reader_at(parser, at + 2);
    expression_space(&head->reader);
    head->place = expression_place(&head->reader);
    head->word = expression_word(&head->reader);
    return true;
}

void parse_end_of_line(struct parser *parser, struct head *head)
{
    expression_space(&head->reader);
    if (!head->reader.failed && head->reader.at != head->reader.end) {
        expression_expected(&head->reader, "the end of the line");
    }
    parser->wrong |= head->reader.failed;
}

bool parse_is_remark(const struct head *head)
{
    return head->word.size == 0 && head->reader.at < head->reader.end &&
           *head->reader.at == '#';
}

static struct statement *parse_block(struct parser *parser, struct head *stop);

/* A block that ends with `%% end` and nothing else. */
struct statement *parse_body(struct parser *parser, struct place place)
{
    struct head stop = {0};
    struct statement *body = parse_block(parser, &stop);
    if (!parser->failed && !bell__str_is(stop.word, "end")) {
        parse_fail(parser, stop.word.size != 0 ? stop.place : place,
                   stop.word.size != 0 ? "`else` belongs to `for` or `if`"
                                       : "there is no `%% end` for this");
    }
    if (!parser->failed) {
        parse_end_of_line(parser, &stop);
    }
    return body;
}

static void no_end(struct parser *parser, struct place place)
{
    parse_fail(parser, place, "there is no `%% end` for this");
}

static void read_for(struct expression_reader *reader, struct statement *loop)
{
    loop->text = expression_word(reader);
    bell_string in = expression_word(reader);
    if (loop->text.size == 0 || !bell__str_is(in, "in")) {
        expression_expected(reader, "`for NAME in LIST`");
        return;
    }
    loop->value = expression_value(reader);
    expression_space(reader);
    if (!reader->failed && reader->at != reader->end) {
        bell_string word = expression_word(reader);
        loop->separated = bell__str_is(word, "sep");
        if (!loop->separated || !expression_text(reader, &loop->separator)) {
            expression_expected(reader, "`sep \"TEXT\"`");
        }
    }
}

static void parse_for(struct parser *parser, struct head *head,
                      struct tail *tail)
{
    struct statement *loop =
        parse_add(parser, tail, STATEMENT_FOR, head->place);
    if (loop == NULL) {
        return;
    }
    read_for(&head->reader, loop);
    parse_end_of_line(parser, head);
    struct head stop = {0};
    loop->body = parse_block(parser, &stop);
    if (parser->failed) {
        return;
    }
    if (bell__str_is(stop.word, "else")) {
        parse_end_of_line(parser, &stop);
        loop->otherwise = parse_body(parser, head->place);
        return;
    }
    if (!bell__str_is(stop.word, "end")) {
        no_end(parser, head->place);
        return;
    }
    parse_end_of_line(parser, &stop);
}

/* One branch: its test and its lines. */
static struct statement *parse_branch(struct parser *parser, struct tail *tail,
                                      struct head *stop)
{
    struct statement *test = parse_add(parser, tail, STATEMENT_IF, stop->place);
    if (test == NULL) {
        return NULL;
    }
    test->value = expression_test(&stop->reader);
    parse_end_of_line(parser, stop);
    *stop = (struct head){0};
    test->body = parse_block(parser, stop);
    return parser->failed ? NULL : test;
}

/* An `elif` is an `if` in the `else` of the one before: each is as deep as
 * that. */
static void parse_if(struct parser *parser, struct head *head,
                     struct tail *tail)
{
    struct place place = head->place;
    struct head stop = *head;
    struct tail branch;
    unsigned depth = parser->depth;
    struct statement *test = parse_branch(parser, tail, &stop);
    while (test != NULL && bell__str_is(stop.word, "elif")) {
        parser->depth++;
        branch.last = &test->otherwise;
        test = parse_branch(parser, &branch, &stop);
    }
    if (test != NULL && bell__str_is(stop.word, "else")) {
        parse_end_of_line(parser, &stop);
        test->otherwise = parse_body(parser, place);
    } else if (test != NULL && bell__str_is(stop.word, "end")) {
        parse_end_of_line(parser, &stop);
    } else if (test != NULL) {
        no_end(parser, place);
    }
    parser->depth = depth;
}

static void parse_let(struct parser *parser, struct head *head,
                      struct tail *tail)
{
    struct statement *let = parse_add(parser, tail, STATEMENT_LET, head->place);
    if (let == NULL) {
        return;
    }
    let->text = expression_word(&head->reader);
    if (let->text.size == 0 || !expression_accept(&head->reader, "=")) {
        expression_expected(&head->reader, "`let NAME = VALUE`");
    } else {
        let->value = expression_value(&head->reader);
    }
    parse_end_of_line(parser, head);
}

static void parse_call(struct parser *parser, struct head *head,
                       struct tail *tail)
{
    struct statement *call =
        parse_add(parser, tail, STATEMENT_CALL, head->place);
    if (call == NULL) {
        return;
    }
    call->indent = head->indent;
    call->value = expression_value(&head->reader);
    if (call->value != NULL && call->value->kind != EXPRESSION_CALL) {
        expression_expected(&head->reader, "`call NAME(VALUE, ...)`");
        call->value = NULL;
    }
    parse_end_of_line(parser, head);
}

static void parse_layout(struct parser *parser, struct head *head,
                         struct tail *tail, enum statement_kind kind)
{
    struct statement *layout = parse_add(parser, tail, kind, head->place);
    parse_end_of_line(parser, head);
    if (layout != NULL) {
        layout->body = parse_body(parser, head->place);
    }
}

static void parse_fill(struct parser *parser, struct head *head,
                       struct tail *tail)
{
    parse_layout(parser, head, tail, STATEMENT_FILL);
}

static void parse_fold(struct parser *parser, struct head *head,
                       struct tail *tail)
{
    parse_layout(parser, head, tail, STATEMENT_FOLD);
}

static void parse_align(struct parser *parser, struct head *head,
                        struct tail *tail)
{
    parse_layout(parser, head, tail, STATEMENT_ALIGN);
}

static void missing(const struct template_loader *loader, bell_string name,
                    struct place place, struct diags *diags)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    nearest_open(&nearest, name);
    if (loader != NULL && loader->offer != NULL) {
        loader->offer(loader->context, &nearest);
    }
    diag_add(diags, CODE_INCLUDE, place, "there is no template `%.*s`%s",
             (int)name.size, name.text, nearest_hint(&nearest, room));
}

static struct statement *parse_included(struct parser *parser, bell_string name,
                                        struct place place)
{
    if (++parser->template->include_count > RENDER_INCLUDES_MAX) {
        parse_fail(parser, place,
                   "too many includes; does a file include itself?");
        return NULL;
    }
    const struct source *source =
        parser->loader != NULL
            ? parser->loader->load(parser->loader->context, name)
            : NULL;
    if (source == NULL) {
        missing(parser->loader, name, place, parser->diags);
        parser->wrong = true;
        return NULL;
    }
    struct parser inner = *parser;
    inner.source = source;
    inner.name = name;
    inner.depth--; /* a def may stand at the top of an included file */
    struct statement *body = parse_file(&inner);
    parser->failed |= inner.failed;
    parser->wrong |= inner.wrong;
    return body;
}

static void parse_include(struct parser *parser, struct head *head,
                          struct tail *tail)
{
    bell_string name = {NULL, 0};
    expression_space(&head->reader);
    struct place place = expression_place(&head->reader);
    struct statement *group =
        parse_add(parser, tail, STATEMENT_GROUP, head->place);
    if (!expression_text(&head->reader, &name)) {
        expression_expected(&head->reader, "`include \"FILE\"`");
    }
    parse_end_of_line(parser, head);
    if (group != NULL && !head->reader.failed) {
        group->indent = head->indent;
        group->body = parse_included(parser, name, place);
    }
}

static void parse_misplaced(struct parser *parser, struct head *head,
                            struct tail *tail)
{
    (void)tail;
    parse_fail(parser, head->place,
               "`extends` must be the first statement of a file");
}

static const struct keyword {
    const char *word;
    void (*parse)(struct parser *parser, struct head *head, struct tail *tail);
} keywords[] = {
    {"for", parse_for},           {"if", parse_if},
    {"let", parse_let},           {"def", parse_def},
    {"call", parse_call},         {"include", parse_include},
    {"fill", parse_fill},         {"block", parse_named_block},
    {"original", parse_original}, {"extends", parse_misplaced},
    {"align", parse_align},       {"fold", parse_fold},
};

static void parse_statement(struct parser *parser, struct head *head,
                            struct tail *tail)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (bell__str_is(head->word, keywords[i].word)) {
            keywords[i].parse(parser, head, tail);
            return;
        }
    }
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    nearest_open(&nearest, head->word);
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        nearest_offer(&nearest, bell_str(keywords[i].word));
    }
    nearest_offer(&nearest, BELL_STR("elif"));
    nearest_offer(&nearest, BELL_STR("else"));
    nearest_offer(&nearest, BELL_STR("end"));
    diag_add(parser->diags, CODE_STATEMENT, head->place,
             "there is no statement `%.*s`%s", (int)head->word.size,
             head->word.text, nearest_hint(&nearest, room));
    parser->failed = true;
}

static bool is_stop(bell_string word)
{
    return bell__str_is(word, "end") || bell__str_is(word, "else") ||
           bell__str_is(word, "elif");
}

/* Statements up to `end`, `else` or `elif`, which is left in `stop`, or up to
 * the end of the file. */
static struct statement *parse_block(struct parser *parser, struct head *stop)
{
    struct statement *first = NULL;
    struct tail tail = {&first};
    if (++parser->depth > RENDER_DEPTH_MAX) {
        struct place place = {parser->source, parser->line, 1, NULL};
        parse_fail(parser, place, "blocks are nested too deeply");
    }
    while (!parser->failed && parse_next_line(parser)) {
        struct head head;
        if (!parse_head(parser, &head)) {
            parse_text(parser, &tail);
            continue;
        }
        if (parse_is_remark(&head)) {
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

void parse_open(struct parser *parser, const struct source *source)
{
    bell_string body = source_body(source);
    parser->source = source;
    parser->at = body.text;
    parser->end = body.text + body.size;
    parser->line = 0;
    parser->first = 1;
}

static struct statement *parse_whole(struct parser *parser)
{
    struct head stop = {0};
    struct template *template = parser->template;
    template->bytes += (size_t)(parser->end - parser->at);
    if (template->bytes > RENDER_TEMPLATE_BYTES_MAX) {
        struct place place = {.source = parser->source};
        parse_fail(parser, place, "a template can have at most 2 MB");
        return NULL;
    }
    struct statement *body = parse_block(parser, &stop);
    if (!parser->failed && stop.word.size != 0) {
        parse_fail(parser, stop.place, "there is no open block to end");
    }
    return body;
}

static struct statement *parse_text_of(struct parser *parser,
                                       const struct source *source)
{
    parse_open(parser, source);
    return parse_whole(parser);
}

struct statement *parse_file(struct parser *parser)
{
    const struct source *extension = parser->source;
    const struct template_loader *loader = parser->loader;
    if (!parse_extends(extension)) {
        return parse_text_of(parser, extension);
    }
    const struct source *original =
        loader != NULL && loader->original != NULL
            ? loader->original(loader->context, parser->name)
            : NULL;
    if (original == NULL) {
        struct place place = {.source = extension};
        diag_add(parser->diags, CODE_INCLUDE, place,
                 "there is no built-in template `%.*s` to extend",
                 (int)parser->name.size, parser->name.text);
        parser->failed = true;
        return NULL;
    }
    struct statement *body = parse_text_of(parser, original);
    if (!parser->failed) {
        parse_extension(parser, original, extension);
    }
    return body;
}

bool template_parse(struct template *template, const struct source *source,
                    bell_string name, const struct template_loader *loader,
                    struct bell__arena *arena, struct diags *diags)
{
    struct parser parser = {.template = template,
                            .source = source,
                            .name = name,
                            .loader = loader,
                            .arena = arena,
                            .diags = diags};
    template->body = parse_file(&parser);
    template->wrong = parser.wrong;
    return !parser.failed;
}

bool template_parse_text(struct template *template, bell_string text,
                         struct place at, struct bell__arena *arena,
                         struct diags *diags)
{
    struct parser parser = {.template = template,
                            .source = at.source,
                            .at = text.text,
                            .end = text.text + text.size,
                            .line = at.line - 1,
                            .first = at.column,
                            .arena = arena,
                            .diags = diags};
    template->body = parse_whole(&parser);
    template->wrong = parser.wrong;
    return !parser.failed;
}
