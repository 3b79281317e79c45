/* expression.c: reads the values and tests of a template. It knows no types
 * and runs nothing. */
#include <string.h>

#include "base/str.h"
#include "render/tree.h"

struct place expression_place(struct expression_reader *reader)
{
    while (reader->counted < reader->at) {
        reader->column += ((unsigned char)*reader->counted++ & 0xc0) != 0x80;
    }
    return (struct place){.source = reader->source,
                          .line = reader->line,
                          .column = reader->column};
}

void expression_expected(struct expression_reader *reader, const char *what)
{
    if (!reader->failed) {
        diag_add(reader->diags, CODE_TEMPLATE, expression_place(reader),
                 "expected %s", what);
    }
    reader->failed = true;
}

void expression_space(struct expression_reader *reader)
{
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\t')) {
        reader->at++;
    }
}

static bool is_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '_';
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/* A name, or the empty text where none stands. */
bell_string expression_word(struct expression_reader *reader)
{
    expression_space(reader);
    bell_string word = {reader->at, 0};
    if (reader->at == reader->end || !is_letter(*reader->at)) {
        return word;
    }
    while (reader->at < reader->end &&
           (is_letter(*reader->at) || is_digit(*reader->at))) {
        reader->at++;
    }
    word.size = (size_t)(reader->at - word.text);
    return word;
}

bool expression_accept(struct expression_reader *reader, const char *symbol)
{
    expression_space(reader);
    bell_string rest = {reader->at, (size_t)(reader->end - reader->at)};
    bell_string wanted = bell_str(symbol);
    if (!bell__str_starts(rest, wanted)) {
        return false;
    }
    reader->at += wanted.size;
    return true;
}

static bool accept_word(struct expression_reader *reader, const char *word)
{
    const char *before = reader->at;
    bell_string got = expression_word(reader);
    if (bell__str_is(got, word)) {
        return true;
    }
    reader->at = before;
    return false;
}

/* Reads `"..."` with \n, \t, \" and \\. */
bool expression_text(struct expression_reader *reader, bell_string *text)
{
    expression_space(reader);
    if (!expression_accept(reader, "\"")) {
        return false;
    }
    size_t left = (size_t)(reader->end - reader->at);
    size_t size = 0; /* at most: escapes count twice */
    while (size < left && reader->at[size] != '"') {
        size += reader->at[size] == '\\' ? 2 : 1;
    }
    char *start = bell__arena_bytes(reader->arena, size + 1);
    char *out = start;
    while (out != NULL && reader->at < reader->end && *reader->at != '"') {
        char letter = *reader->at++;
        if (letter == '\\' && reader->at < reader->end) {
            letter = *reader->at++;
            letter = (char)(letter == 'n'   ? '\n'
                            : letter == 't' ? '\t'
                                            : letter);
        }
        *out++ = letter;
    }
    if (out == NULL || reader->at == reader->end) {
        expression_expected(reader, "a closing quote");
        return true;
    }
    reader->at++;
    *out = '\0';
    text->text = start;
    text->size = (size_t)(out - start);
    return true;
}

static struct expression *make(struct expression_reader *reader,
                               enum expression_kind kind)
{
    struct expression *made =
        bell__arena_take(reader->arena, sizeof(struct expression));
    if (made == NULL) {
        expression_expected(reader, "more memory than there is");
        return NULL;
    }
    memset(made, 0, sizeof *made);
    made->kind = kind;
    expression_space(reader);
    made->place = expression_place(reader);
    return made;
}

/* `(VALUE, ...)`, its opening bracket already read. */
static struct expression *read_arguments(struct expression_reader *reader)
{
    struct expression *first = NULL;
    struct expression **last = &first;
    while (!reader->failed && !expression_accept(reader, ")")) {
        if (first != NULL && !expression_accept(reader, ",")) {
            expression_expected(reader, "`,` or `)`");
            break;
        }
        *last = expression_value(reader);
        if (*last == NULL) {
            break;
        }
        last = &(*last)->next;
    }
    return first;
}

static struct expression *read_number(struct expression_reader *reader)
{
    struct expression *number = make(reader, EXPRESSION_NUMBER);
    while (number != NULL && reader->at < reader->end &&
           is_digit(*reader->at)) {
        if (number->number > 1000000) {
            expression_expected(reader, "a smaller number");
            break;
        }
        number->number = number->number * 10 + (*reader->at++ - '0');
    }
    return number;
}

static void read_steps(struct expression_reader *reader,
                       struct expression *path)
{
    struct step **last = &path->steps;
    while (reader->at < reader->end && *reader->at == '.') {
        reader->at++;
        struct place place = expression_place(reader);
        bell_string name = expression_word(reader);
        struct step *step = bell__arena_take(reader->arena, sizeof *step);
        if (name.size == 0 || step == NULL) {
            expression_expected(reader, "a field's name behind `.`");
            return;
        }
        *step = (struct step){.name = name, .place = place};
        *last = step;
        last = &step->next;
    }
}

static struct expression *read_primary(struct expression_reader *reader)
{
    expression_space(reader);
    if (reader->at < reader->end && *reader->at == '"') {
        struct expression *text = make(reader, EXPRESSION_TEXT);
        if (text != NULL) {
            expression_text(reader, &text->text);
        }
        return text;
    }
    if (reader->at < reader->end && is_digit(*reader->at)) {
        return read_number(reader);
    }
    struct expression *path = make(reader, EXPRESSION_PATH);
    if (path == NULL) {
        return NULL;
    }
    path->text = expression_word(reader);
    if (path->text.size == 0) {
        expression_expected(reader, "a value");
        return NULL;
    }
    if (reader->at < reader->end && *reader->at == '(') {
        reader->at++;
        path->kind = EXPRESSION_CALL;
        path->arguments = read_arguments(reader);
        return path;
    }
    read_steps(reader, path);
    return path;
}

static void read_filters(struct expression_reader *reader,
                         struct expression *value)
{
    struct filter_use **last = &value->filters;
    while (!reader->failed && expression_accept(reader, "|")) {
        expression_space(reader);
        struct place place = expression_place(reader);
        struct filter_use *use = bell__arena_take(reader->arena, sizeof *use);
        bell_string name = expression_word(reader);
        if (use == NULL || name.size == 0) {
            expression_expected(reader, "a filter's name behind `|`");
            return;
        }
        memset(use, 0, sizeof *use);
        use->name = name;
        use->place = place;
        if (reader->at < reader->end && *reader->at == '(') {
            reader->at++;
            use->arguments = read_arguments(reader);
        }
        *last = use;
        last = &use->next;
    }
}

struct expression *expression_value(struct expression_reader *reader)
{
    if (reader->depth >= RENDER_DEPTH_MAX) {
        expression_expected(reader, "less nesting of values");
        return NULL;
    }
    reader->depth++;
    struct expression *value = read_primary(reader);
    if (value != NULL && !reader->failed) {
        read_filters(reader, value);
    }
    reader->depth--;
    return reader->failed ? NULL : value;
}

static struct expression *read_not(struct expression_reader *reader)
{
    expression_space(reader);
    if (reader->depth >= RENDER_DEPTH_MAX) {
        expression_expected(reader, "less nesting of tests");
        return NULL;
    }
    if (accept_word(reader, "not")) {
        struct expression *not = make(reader, EXPRESSION_NOT);
        reader->depth++;
        if (not != NULL) {
            not ->left = read_not(reader);
        }
        reader->depth--;
        return not ;
    }
    if (expression_accept(reader, "(")) {
        reader->depth++;
        struct expression *inner = expression_test(reader);
        reader->depth--;
        if (!expression_accept(reader, ")")) {
            expression_expected(reader, "`)`");
        }
        return inner;
    }
    return expression_value(reader);
}

static struct expression *read_joined(struct expression_reader *reader,
                                      const char *word,
                                      enum expression_kind kind)
{
    bool inner = kind == EXPRESSION_OR;
    struct expression *left =
        inner ? read_joined(reader, "and", EXPRESSION_AND) : read_not(reader);
    while (left != NULL && !reader->failed && accept_word(reader, word)) {
        struct expression *both = make(reader, kind);
        if (both == NULL) {
            return NULL;
        }
        if (++reader->joined > RENDER_DEPTH_MAX) {
            expression_expected(reader, "fewer parts in a test");
            return NULL;
        }
        both->left = left;
        both->right = inner ? read_joined(reader, "and", EXPRESSION_AND)
                            : read_not(reader);
        left = both;
    }
    return left;
}

struct expression *expression_test(struct expression_reader *reader)
{
    struct expression *test = read_joined(reader, "or", EXPRESSION_OR);
    return reader->failed ? NULL : test;
}
