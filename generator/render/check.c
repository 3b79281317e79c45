/* check.c: whether a template's names mean anything: variables, fields,
 * filters, defs, on every branch and without any data. It runs nothing. */
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/str.h"
#include "render/filters.h"

enum { VARIABLES_MAX = 128, SPELLED_BYTES_MAX = 64 };

struct variable {
    bell_string name;
    struct value_type type;
};

struct checker {
    struct template *template;
    const struct outline *outlines;
    struct diags *diags;
    struct variable variables[VARIABLES_MAX];
    size_t count;
    size_t highest; /* slots that a frame needs */
    bool failed;
};

static const struct value_type TEXT = {.kind = VALUE_TEXT};
static const struct value_type UNKNOWN = {.unknown = true};

static void complain(struct checker *checker, const char *code,
                     struct place place, const char *what, bell_string name,
                     const struct nearest *nearest)
{
    char room[NEAREST_BYTES_MAX];
    const char *hint = nearest != NULL ? nearest_hint(nearest, room) : "";
    diag_add(checker->diags, code, place, "%s `%.*s`%s", what, (int)name.size,
             name.text, hint);
    checker->failed = true;
}

/* "a text", "a list of method", "an error". */
static const char *spell(struct value_type type, char room[SPELLED_BYTES_MAX])
{
    static const char *const plain[] = {"text", "number", "bool"};
    const char *name =
        type.kind == VALUE_MAP ? type.outline->name : plain[type.kind];
    const char *article = type.list                          ? "a list of"
                          : strchr("aeiou", name[0]) != NULL ? "an"
                                                             : "a";
    snprintf(room, SPELLED_BYTES_MAX, "%s %s", article, name);
    return room;
}

/* `what`, and what the value is instead. */
static void complain_type(struct checker *checker, const char *code,
                          struct place place, const char *what,
                          bell_string name, struct value_type type)
{
    char room[SPELLED_BYTES_MAX];
    diag_add(checker->diags, code, place, "%s%.*s%s, but this is %s", what,
             (int)name.size, name.text, name.size != 0 ? "`" : "",
             spell(type, room));
    checker->failed = true;
}

static const struct outline *find_outline(const struct outline *outlines,
                                          bell_string name)
{
    for (const struct outline *at = outlines; at->name != NULL; at++) {
        if (bell__str_equal(bell_str(at->name), name)) {
            return at;
        }
    }
    return NULL;
}

/* False where the spelling names no type. */
static bool read_type(const struct checker *checker, bell_string spelled,
                      struct value_type *type)
{
    bell_string list = BELL_STR("list ");
    *type = (struct value_type){0};
    if (spelled.size > list.size && bell__str_starts(spelled, list)) {
        type->list = true;
        spelled.text += list.size;
        spelled.size -= list.size;
    }
    static const char *const plain[] = {"text", "number", "bool"};
    for (int i = 0; i < 3; i++) {
        if (bell__str_equal(bell_str(plain[i]), spelled)) {
            type->kind = (enum value_kind)i;
            return true;
        }
    }
    type->kind = VALUE_MAP;
    type->outline = find_outline(checker->outlines, spelled);
    return type->outline != NULL;
}

static bool push(struct checker *checker, bell_string name, struct place place,
                 struct value_type type, size_t *slot)
{
    for (size_t i = 0; i < checker->count; i++) {
        if (bell__str_equal(checker->variables[i].name, name)) {
            complain(checker, CODE_VARIABLE, place, "there is already a", name,
                     NULL);
        }
    }
    if (checker->count == VARIABLES_MAX) {
        complain(checker, CODE_VARIABLE, place, "too many variables with", name,
                 NULL);
        return false;
    }
    *slot = checker->count;
    checker->variables[checker->count++] = (struct variable){name, type};
    if (checker->count > checker->highest) {
        checker->highest = checker->count;
    }
    return true;
}

static const struct outline_field *find_field(const struct outline *outline,
                                              bell_string name)
{
    for (size_t i = 0; i < outline->count; i++) {
        if (bell__str_equal(bell_str(outline->fields[i].name), name)) {
            return &outline->fields[i];
        }
    }
    return NULL;
}

static void unknown_field(struct checker *checker,
                          const struct outline *outline,
                          const struct step *step)
{
    struct nearest nearest;
    char what[96];
    char room[SPELLED_BYTES_MAX];
    struct value_type type = {.kind = VALUE_MAP, .outline = outline};
    nearest_open(&nearest, step->name);
    for (size_t i = 0; i < outline->count; i++) {
        nearest_offer(&nearest, bell_str(outline->fields[i].name));
    }
    snprintf(what, sizeof what, "%s has no field", spell(type, room));
    complain(checker, CODE_FIELD, step->place, what, step->name, &nearest);
}

static struct value_type check_path(struct checker *checker,
                                    struct expression *path)
{
    struct nearest nearest;
    nearest_open(&nearest, path->text);
    size_t slot = checker->count;
    while (slot > 0 &&
           !bell__str_equal(checker->variables[slot - 1].name, path->text)) {
        nearest_offer(&nearest, checker->variables[--slot].name);
    }
    if (slot == 0) {
        complain(checker, CODE_VARIABLE, path->place, "there is no variable",
                 path->text, &nearest);
        return UNKNOWN;
    }
    path->slot = slot - 1;
    struct value_type type = checker->variables[slot - 1].type;
    for (struct step *step = path->steps; step != NULL && !type.unknown;
         step = step->next) {
        if (type.list || type.kind != VALUE_MAP) {
            char what[96];
            char room[SPELLED_BYTES_MAX];
            snprintf(what, sizeof what, "%s has no fields, so no",
                     spell(type, room));
            complain(checker, CODE_FIELD, step->place, what, step->name, NULL);
            return UNKNOWN;
        }
        if (type.outline->fields == NULL) {
            type = TEXT;
            continue;
        }
        const struct outline_field *field =
            find_field(type.outline, step->name);
        if (field == NULL) {
            unknown_field(checker, type.outline, step);
            return UNKNOWN;
        }
        if (!read_type(checker, bell_str(field->type), &type)) {
            complain(checker, CODE_FIELD, step->place,
                     "no type is declared for", step->name, NULL);
            return UNKNOWN;
        }
    }
    return type;
}

static struct value_type check_value(struct checker *checker,
                                     struct expression *value);

static bool fits(struct value_type want, struct value_type got)
{
    return got.unknown || want.unknown ||
           (want.kind == got.kind && want.list == got.list &&
            want.outline == got.outline);
}

static struct value_type check_call(struct checker *checker,
                                    struct expression *call)
{
    struct nearest nearest;
    nearest_open(&nearest, call->text);
    struct definition *found = checker->template->definitions;
    while (found != NULL && !bell__str_equal(found->name, call->text)) {
        nearest_offer(&nearest, found->name);
        found = found->next;
    }
    if (found == NULL) {
        complain(checker, CODE_CALL, call->place, "there is no def", call->text,
                 &nearest);
        return UNKNOWN;
    }
    call->definition = found;
    struct expression *argument = call->arguments;
    struct parameter *parameter = found->parameters;
    while (argument != NULL && parameter != NULL) {
        struct value_type got = check_value(checker, argument);
        if (!fits(parameter->checked, got)) {
            char what[96];
            char room[SPELLED_BYTES_MAX];
            snprintf(what, sizeof what, "%s is needed for `",
                     spell(parameter->checked, room));
            complain_type(checker, CODE_CALL, argument->place, what,
                          parameter->name, got);
        }
        argument = argument->next;
        parameter = parameter->next;
    }
    if (argument != NULL || parameter != NULL) {
        complain(checker, CODE_CALL, call->place,
                 argument != NULL ? "too many values for"
                                  : "too few values for",
                 call->text, NULL);
    }
    return TEXT;
}

static bool is_plain(struct value_type type)
{
    return type.unknown || (!type.list && (type.kind == VALUE_TEXT ||
                                           type.kind == VALUE_NUMBER));
}

static void check_arguments(struct checker *checker, struct filter_use *use)
{
    const char *want = use->filter->arguments;
    struct expression *argument = use->arguments;
    for (; *want != '\0' && argument != NULL; want++) {
        struct value_type got = check_value(checker, argument);
        bool number = *want == 'n' || *want == 'N';
        if (!is_plain(got) ||
            (!got.unknown && number != (got.kind == VALUE_NUMBER))) {
            complain(checker, CODE_FILTER, argument->place,
                     number ? "a number belongs here for"
                            : "a string belongs here for",
                     use->name, NULL);
        }
        argument = argument->next;
    }
    if (argument != NULL || (*want >= 'a' && *want <= 'z')) {
        complain(checker, CODE_FILTER, use->place,
                 argument != NULL ? "too many values for"
                                  : "too few values for",
                 use->name, NULL);
    }
}

/* A filter that asks what the language is like needs an answer. */
static void check_layout(struct checker *checker, const struct filter_use *use)
{
    const struct layout *layout = checker->template->layout;
    const char *row = NULL;
    if (use->filter->wants == WANTS_COMMENT &&
        layout->comment.first.size == 0) {
        row = "comment";
    }
    if (use->filter->wants == WANTS_TEXT &&
        layout->text.escapes == QUOTE_UNSAID) {
        row = "text";
    }
    if (row != NULL) {
        diag_add(checker->diags, CODE_FILTER, use->place,
                 "`%.*s` asks lang.yaml, which has no `layout: {%s: ...}`",
                 (int)use->name.size, use->name.text, row);
        checker->failed = true;
    }
}

static struct value_type check_filter(struct checker *checker,
                                      struct filter_use *use,
                                      struct value_type input)
{
    use->filter = filter_find(use->name);
    if (use->filter == NULL) {
        struct nearest nearest;
        nearest_open(&nearest, use->name);
        for (const struct filter *at = filters; at->name != NULL; at++) {
            nearest_offer(&nearest, bell_str(at->name));
        }
        complain(checker, CODE_FILTER, use->place, "there is no filter",
                 use->name, &nearest);
        return UNKNOWN;
    }
    if (!is_plain(input)) {
        complain_type(checker, CODE_FILTER, use->place,
                      "only text and numbers can be passed to `", use->name,
                      input);
    }
    check_arguments(checker, use);
    check_layout(checker, use);
    return (struct value_type){.kind = use->filter->gives};
}

static struct value_type check_value(struct checker *checker,
                                     struct expression *value)
{
    struct value_type type = TEXT;
    if (value == NULL) {
        return UNKNOWN; /* it could not be read: that is told */
    }
    if (value->kind == EXPRESSION_PATH) {
        type = check_path(checker, value);
    } else if (value->kind == EXPRESSION_CALL) {
        type = check_call(checker, value);
    } else if (value->kind == EXPRESSION_NUMBER) {
        type.kind = VALUE_NUMBER;
    }
    for (struct filter_use *use = value->filters; use != NULL;
         use = use->next) {
        type = check_filter(checker, use, type);
    }
    return type;
}

static void check_test(struct checker *checker, struct expression *test)
{
    if (test == NULL) {
        return;
    }
    if (test->kind < EXPRESSION_NOT) {
        check_value(checker, test);
        return;
    }
    check_test(checker, test->left);
    check_test(checker, test->right);
}

static void check_block(struct checker *checker, struct statement *first);

static void check_for(struct checker *checker, struct statement *loop)
{
    struct value_type type = check_value(checker, loop->value);
    if (loop->value != NULL && !type.unknown && !type.list) {
        complain_type(checker, CODE_VALUE, loop->value->place,
                      "a loop needs a list", (bell_string){"", 0}, type);
        type = UNKNOWN;
    }
    type.list = false;
    size_t count = checker->count;
    if (push(checker, loop->text, loop->place, type, &loop->slot)) {
        check_block(checker, loop->body);
    }
    checker->count = count;
    check_block(checker, loop->otherwise);
}

static void check_statement(struct checker *checker,
                            struct statement *statement)
{
    struct value_type type;
    switch (statement->kind) {
    case STATEMENT_TEXT:
        break;
    case STATEMENT_VALUE:
        type = check_value(checker, statement->value);
        if (statement->value != NULL && !is_plain(type)) {
            complain_type(checker, CODE_VALUE, statement->value->place,
                          "only text and numbers can be written",
                          (bell_string){"", 0}, type);
        }
        break;
    case STATEMENT_FOR:
        check_for(checker, statement);
        break;
    case STATEMENT_IF:
        check_test(checker, statement->value);
        check_block(checker, statement->body);
        check_block(checker, statement->otherwise);
        break;
    case STATEMENT_LET:
        type = check_value(checker, statement->value);
        push(checker, statement->text, statement->place, type,
             &statement->slot);
        break;
    case STATEMENT_CALL:
        check_value(checker, statement->value);
        break;
    case STATEMENT_FILL:
    case STATEMENT_ALIGN:
    case STATEMENT_FOLD:
    case STATEMENT_GROUP:
        check_block(checker, statement->body);
        break;
    }
}

static void check_block(struct checker *checker, struct statement *first)
{
    size_t count = checker->count;
    for (struct statement *at = first; at != NULL; at = at->next) {
        check_statement(checker, at);
    }
    checker->count = count;
}

static void check_parameters(struct checker *checker,
                             struct definition *definition)
{
    for (struct parameter *at = definition->parameters; at != NULL;
         at = at->next) {
        if (read_type(checker, at->type, &at->checked)) {
            continue;
        }
        struct nearest nearest;
        nearest_open(&nearest, at->type);
        for (const struct outline *type = checker->outlines; type->name != NULL;
             type++) {
            nearest_offer(&nearest, bell_str(type->name));
        }
        complain(checker, CODE_CALL, at->place, "there is no type", at->type,
                 &nearest);
        at->checked = UNKNOWN;
    }
    for (struct definition *other = checker->template->definitions;
         other != definition; other = other->next) {
        if (bell__str_equal(other->name, definition->name)) {
            complain(checker, CODE_CALL, definition->place,
                     "there is already a def", definition->name, NULL);
        }
    }
}

/* A def sees its parameters and nothing else. */
static void check_definition(struct checker *checker,
                             struct definition *definition)
{
    checker->count = 0;
    checker->highest = 0;
    for (struct parameter *at = definition->parameters; at != NULL;
         at = at->next) {
        size_t slot;
        push(checker, at->name, at->place, at->checked, &slot);
    }
    check_block(checker, definition->body);
    definition->slot_count = checker->highest;
}

bool template_check(struct template *template, const struct outline *outlines,
                    const char *root, struct diags *diags)
{
    struct checker checker = {
        .template = template, .outlines = outlines, .diags = diags};
    for (struct definition *at = template->definitions; at != NULL;
         at = at->next) {
        check_parameters(&checker, at);
    }
    for (struct definition *at = template->definitions; at != NULL;
         at = at->next) {
        check_definition(&checker, at);
    }
    struct value_type type = {.kind = VALUE_MAP};
    type.outline = find_outline(outlines, bell_str(root));
    checker.count = 0;
    checker.highest = 0;
    size_t slot;
    push(&checker, bell_str(root), (struct place){0}, type, &slot);
    check_block(&checker, template->body);
    template->slot_count = checker.highest;
    return !checker.failed;
}
