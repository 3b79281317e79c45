/* yaml_error.c: libyaml's complaints in plain words, at the right place. It
 * knows no schema. */
#include "read/yaml_error.h"

#include <stdio.h>

#include "base/codes.h"
#include "base/source.h"

/* Bytes of a text in a message, and with its quotes. */
enum { SHOWN_MAX = 64, QUOTED_BYTES_MAX = SHOWN_MAX + 8 };

static const bell_string nothing = {NULL, 0};

/* Which of the two marks of a complaint is where the mistake is. */
enum where { AT_PROBLEM, AT_CONTEXT };

struct plain {
    const char *context; /* NULL: any */
    const char *problem;
    enum where where;
    const char *code;
    const char *words;
    const char *second; /* said of the context's place; NULL: not shown */
};

static const struct plain plains[] = {
    {NULL, "mapping values are not allowed in this context", AT_PROBLEM,
     CODE_YAML,
     "a ':' is not allowed here: text that contains ': ' needs quotes; or the "
     "line before needs a ':', or the indentation is wrong",
     NULL},
    {NULL, "mapping keys are not allowed in this context", AT_PROBLEM,
     CODE_YAML, "a '?' is not allowed here: put the text in quotes", NULL},
    {NULL, "block sequence entries are not allowed in this context", AT_PROBLEM,
     CODE_YAML,
     "a list item '- ' is not allowed here: put it on a line of its own", NULL},
    {"while scanning a simple key", "could not find expected ':'", AT_CONTEXT,
     CODE_YAML, "a ':' is missing after this key", NULL},
    {"while scanning a quoted scalar", "found unexpected end of stream",
     AT_CONTEXT, CODE_UNCLOSED, "this quote is never closed", NULL},
    {"while scanning a quoted scalar", "found unexpected document indicator",
     AT_CONTEXT, CODE_UNCLOSED, "this quote is never closed", NULL},
    {NULL, "found unknown escape character", AT_PROBLEM, CODE_YAML,
     "this is an unknown escape: write \\\\ for a backslash, or use single "
     "quotes",
     NULL},
    {"while parsing a flow sequence", "did not find expected ',' or ']'",
     AT_PROBLEM, CODE_YAML, "a ',' or ']' is missing here",
     "the list starts here"},
    {"while parsing a flow mapping", "did not find expected ',' or '}'",
     AT_PROBLEM, CODE_YAML, "a ',' or '}' is missing here",
     "the map starts here"},
    {"while parsing a block mapping", "did not find expected key", AT_PROBLEM,
     CODE_YAML, "a key belongs here: the indentation is wrong",
     "the map starts here"},
    {"while parsing a block collection", "did not find expected '-' indicator",
     AT_PROBLEM, CODE_YAML,
     "a list item '- ' belongs here: the indentation is wrong",
     "the list starts here"},
    {NULL, "did not find expected node content", AT_PROBLEM, CODE_YAML,
     "a value is missing here", NULL},
    {NULL, "did not find expected <document start>", AT_PROBLEM, CODE_YAML,
     "this is not part of the document: the indentation is wrong", NULL},
    {NULL, "did not find expected alphabetic or numeric character", AT_CONTEXT,
     CODE_YAML, "text that starts with '&' or '*' needs quotes", NULL},
    {NULL, "found a tab character that violates indentation", AT_PROBLEM,
     CODE_TAB, "tabs cannot be used for indentation: use spaces", NULL},
    {NULL, "found a tab character where an indentation space is expected",
     AT_PROBLEM, CODE_TAB, "tabs cannot be used for indentation: use spaces",
     NULL},
    {NULL, "found undefined tag handle", AT_PROBLEM, CODE_TAG,
     "tags such as !!str are not supported: put text that starts with '!' in "
     "quotes",
     NULL},
};

struct place yaml_place(const struct source *source, yaml_mark_t mark)
{
    struct place place = {source, (uint32_t)mark.line + 1,
                          (uint32_t)mark.column + 1, NULL};
    return place;
}

static const struct plain *find_plain(const yaml_parser_t *parser)
{
    for (size_t i = 0; i < sizeof plains / sizeof plains[0]; i++) {
        const struct plain *plain = &plains[i];
        if (strcmp(plain->problem, parser->problem) != 0) {
            continue;
        }
        if (plain->context == NULL ||
            (parser->context != NULL &&
             strcmp(plain->context, parser->context) == 0)) {
            return plain;
        }
    }
    return NULL;
}

/* What stands from a place to the end of its line. */
static bell_string rest_of(const struct place *place, bell_string *line)
{
    *line = source_line(place->source, place->line);
    size_t offset = source_column_offset(*line, place->column);
    return (bell_string){line->text + offset, line->size - offset};
}

/* Behind a whole value on its line, not at the start of one. */
static bool tell_behind(struct reader *reader, const yaml_parser_t *parser,
                        struct place problem)
{
    bell_string line;
    bell_string rest = rest_of(&problem, &line);
    const char *at = rest.text;
    while (at > line.text && (at[-1] == ' ' || at[-1] == '\t')) {
        at--;
    }
    if (at == line.text || rest.size == 0 ||
        strcmp(parser->problem, "did not find expected key") != 0) {
        return false;
    }
    diag_add(reader->diags, CODE_YAML, problem,
             "there is more text after the value: put all of it in quotes, or "
             "remove this");
    return true;
}

static bell_string shown(bell_string text)
{
    size_t size = text.size > SHOWN_MAX ? SHOWN_MAX : text.size;
    while (size < text.size && size > 0 &&
           ((unsigned char)text.text[size] & 0xc0) == 0x80) {
        size--;
    }
    return (bell_string){text.text, size};
}

/* ": 'the text'": how it stands in quotes; nothing where it has both kinds. */
static const char *put_quoted(bell_string text, char room[QUOTED_BYTES_MAX])
{
    bool single = memchr(text.text, '\'', text.size) != NULL;
    bool twice = memchr(text.text, '"', text.size) != NULL ||
                 memchr(text.text, '\\', text.size) != NULL;
    bell_string part = shown(text);
    room[0] = '\0';
    if (!single || !twice) {
        const char *quote = single ? "\"" : "'";
        snprintf(room, QUOTED_BYTES_MAX, ": %s%.*s%s", quote, (int)part.size,
                 part.text, quote);
    }
    return room;
}

/* Between { } and [ ] a text with brackets. */
static bell_string tell_flow(struct reader *reader, struct place place,
                             bell_string text)
{
    char room[QUOTED_BYTES_MAX];
    diag_add(reader->diags, CODE_QUOTE, place,
             "inside { } or [ ], text with brackets needs quotes%s",
             put_quoted(text, room));
    return text;
}

/* `[string[]]` and `{a: string[]}`: the text that wants quotes stands before
 * the bracket, without a space. */
static bell_string tell_quotes(struct reader *reader, struct place problem)
{
    bell_string line;
    bell_string rest = rest_of(&problem, &line);
    const char *from = rest.text;
    while (from > line.text && strchr(" ,[]{}:'\"", from[-1]) == NULL) {
        from--;
        problem.column -= (*from & 0xc0) != 0x80;
    }
    if (rest.size < 2 || rest.text[0] != '[' || rest.text[1] != ']' ||
        from == rest.text) {
        return nothing;
    }
    size_t more = 2;
    while (more < rest.size && strchr(" ,]}", rest.text[more]) == NULL) {
        more++;
    }
    size_t size = (size_t)(rest.text - from) + more;
    return tell_flow(reader, problem, (bell_string){from, size});
}

/* Up to a comma or a bracket that was open before: `^[a-z]{1,3}$`. */
static size_t word_size(const char *at, const char *end)
{
    const char *from = at;
    size_t depth = 0;
    for (; at < end && *at != ' '; at++) {
        bool closes = *at == ']' || *at == '}';
        if (depth == 0 && (closes || *at == ',')) {
            break;
        }
        depth += *at == '[' || *at == '{' ? 1 : 0;
        depth -= closes ? 1 : 0;
    }
    return (size_t)(at - from);
}

/* `{pattern: ^[a-z]{3}$}`, `{channel: tasks:{id}}`: a text with brackets. */
static bell_string tell_brackets(struct reader *reader, struct place problem)
{
    bell_string line;
    bell_string rest = rest_of(&problem, &line);
    const char *end = rest.text + rest.size;
    const char *from = rest.text;
    while (from > line.text && from[-1] != ' ') {
        from--;
        problem.column -= ((unsigned char)*from & 0xc0) != 0x80 ? 1 : 0;
    }
    size_t size = word_size(from, end);
    bool brackets =
        memchr(from, '[', size) != NULL || memchr(from, '{', size) != NULL;
    if (from == line.text || from + size <= rest.text || !brackets) {
        return nothing;
    }
    return tell_flow(reader, problem, (bell_string){from, size});
}

/* Behind `key: `, where the line has no more than a key and a plain text. */
static const char *plain_value(bell_string line)
{
    const char *at = line.text;
    const char *end = line.text + line.size;
    while (at < end &&
           (*at == ' ' || (*at == '-' && at + 1 < end && at[1] == ' '))) {
        at++;
    }
    while (at < end && *at != ':' && strchr("\"'[]{}&*!|>#?", *at) == NULL) {
        at++;
    }
    if (end - at < 3 || at[0] != ':' || at[1] != ' ') {
        return NULL;
    }
    at++;
    while (at < end && *at == ' ') {
        at++;
    }
    return at < end && strchr("\"'[]{}&*!|>#?%@`", *at) == NULL ? at : NULL;
}

/* `doc: Ring: the bell`. */
static bell_string tell_colon(struct reader *reader, struct place problem)
{
    bell_string line;
    bell_string rest = rest_of(&problem, &line);
    const char *from = plain_value(line);
    if (from == NULL || from >= rest.text) {
        return nothing;
    }
    const char *end = line.text + line.size;
    for (const char *at = rest.text; at + 1 < end; at++) {
        end = at[0] == ' ' && at[1] == '#' ? at : end;
    }
    while (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r') {
        end--;
    }
    bell_string text = {from, (size_t)(end - from)};
    char room[QUOTED_BYTES_MAX];
    diag_add(reader->diags, CODE_YAML, problem,
             "text that contains ': ' needs quotes%s (or braces, if it is a "
             "map)",
             put_quoted(text, room));
    return text;
}

/* The last bracket that is open at the end of the text; NULL: none is. What is
 * quoted is not told apart. */
static const char *open_bracket(bell_string text)
{
    size_t closed = 0;
    for (const char *at = text.text + text.size; at > text.text; at--) {
        if (at[-1] == ']' || at[-1] == '}') {
            closed++;
        } else if ((at[-1] == '[' || at[-1] == '{') && closed-- == 0) {
            return at - 1;
        }
    }
    return NULL;
}

static bool tell_unclosed(struct reader *reader, const yaml_parser_t *parser)
{
    struct place problem = yaml_place(reader->source, parser->problem_mark);
    bell_string line;
    bool at_end = rest_of(&problem, &line).size == 0 &&
                  source_line(reader->source, problem.line + 1).size == 0;
    bool flow = parser->context != NULL &&
                strncmp(parser->context, "while parsing a flow", 20) == 0;
    if (!at_end || !flow) {
        return false;
    }
    bell_string body = source_body(reader->source);
    const char *bracket = open_bracket(body);
    if (bracket == NULL) {
        return false;
    }
    diag_add(reader->diags, CODE_UNCLOSED,
             source_place(reader->source, (size_t)(bracket - body.text)),
             "this '%c' is never closed", *bracket);
    return true;
}

/* A character that no token starts with. */
static void tell_character(struct reader *reader, struct place place)
{
    bell_string line;
    bell_string rest = rest_of(&place, &line);
    if (rest.size != 0 && rest.text[0] == '\t') {
        diag_add(reader->diags, CODE_TAB, place,
                 "tabs cannot be used for indentation: use spaces");
        return;
    }
    diag_add(reader->diags, CODE_YAML, place,
             "a value cannot start with '%.*s': put it in quotes",
             rest.size != 0 ? 1 : 0, rest.text);
}

/* What only lacks quotes, told; else text NULL. */
static bell_string tell_unquoted(struct reader *reader,
                                 const yaml_parser_t *parser,
                                 struct place problem)
{
    bool flow = parser->context != NULL &&
                strncmp(parser->context, "while parsing a flow", 20) == 0;
    bool colon = strcmp(parser->problem, "found unexpected ':'") == 0;
    bell_string text = tell_quotes(reader, problem);
    if (text.text == NULL && (flow || colon)) {
        text = tell_brackets(reader, problem);
    }
    if (text.text == NULL &&
        strcmp(parser->problem,
               "mapping values are not allowed in this context") == 0) {
        text = tell_colon(reader, problem);
    }
    return text;
}

bell_string yaml_tell(struct reader *reader, const yaml_parser_t *parser)
{
    if (reader->failed) {
        return nothing;
    }
    reader->failed = true;
    struct place problem = yaml_place(reader->source, parser->problem_mark);
    if (parser->error == YAML_MEMORY_ERROR || parser->problem == NULL) {
        diag_add(reader->diags, CODE_MEMORY, problem, "out of memory");
        return nothing;
    }
    if (strcmp(parser->problem,
               "found character that cannot start any token") == 0) {
        tell_character(reader, problem);
        return nothing;
    }
    bell_string unquoted = tell_unquoted(reader, parser, problem);
    if (unquoted.text != NULL || tell_unclosed(reader, parser) ||
        tell_behind(reader, parser, problem)) {
        return unquoted;
    }
    const struct plain *plain = find_plain(parser);
    if (plain == NULL) {
        diag_add(reader->diags, CODE_YAML, problem, "YAML: %s",
                 parser->problem);
        return nothing;
    }
    struct place context = yaml_place(reader->source, parser->context_mark);
    struct diag *diag = diag_add(reader->diags, plain->code,
                                 plain->where == AT_CONTEXT ? context : problem,
                                 "%s", plain->words);
    if (plain->second != NULL) {
        diag_second(reader->diags, diag, context, plain->second);
    }
    return nothing;
}
