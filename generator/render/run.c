/* run.c: a checked template and a node become text. It always ends: loops go
 * over lists, calls have a depth, and steps are counted. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "render/filters.h"

struct value {
    const struct node *node; /* map, list, bool, and null as NULL */
    bell_string text;        /* of text and numbers */
    int64_t number;
    bool is_text;
};

struct run {
    const struct template *template;
    const bell_allocator *memory; /* that of the output */
    size_t limit;                 /* of bytes, of each of these: */
    struct bell__arena arena;
    struct bell__buf *out;
    struct bell__buf line; /* what a fill breaks */
    struct bell__buf flat; /* the same as one line */
    struct diags *diags;
    uint64_t steps;
    unsigned depth;   /* of calls */
    unsigned nesting; /* of blocks */
    bool filling;
    bool failed;
};

static void fail(struct run *run, struct place place, const char *what)
{
    if (!run->failed) {
        diag_add(run->diags, CODE_OUTPUT, place, "%s", what);
    }
    run->failed = true;
}

static void put(struct run *run, struct place place, bell_string text)
{
    if (bell__buf_append(run->out, text.text, text.size) != BELL_OK) {
        fail(run, place,
             "the output is too large, or there is not enough memory");
    }
}

static const struct node *member(const struct node *map, bell_string name)
{
    const struct node *at = map != NULL ? map->first : NULL;
    while (at != NULL && !bell__str_equal(at->key, name)) {
        at = at->next;
    }
    return at;
}

static struct value value_of(const struct node *node)
{
    struct value value = {.node = node};
    if (node == NULL || node->kind == NODE_NULL) {
        value.node = NULL;
        return value;
    }
    if (node->kind == NODE_TEXT || node->kind == NODE_NUMBER) {
        value.text = node->text;
        value.is_text = true;
    }
    return value;
}

static void run_block(struct run *run, const struct statement *first,
                      struct value *slots);
static struct value evaluate(struct run *run, const struct expression *value,
                             struct value *slots);

static void run_definition(struct run *run, const struct expression *call,
                           struct value *slots)
{
    const struct definition *definition = call->definition;
    assert(definition != NULL); /* the check has found it */
    size_t size = sizeof(struct value) * (definition->slot_count + 1);
    struct value *frame = bell__arena_take(&run->arena, size);
    if (frame == NULL || run->depth >= RENDER_DEPTH_MAX) {
        fail(run, call->place,
             frame == NULL ? "out of memory" : "calls are nested too deeply");
        return;
    }
    memset(frame, 0, size);
    size_t slot = 0;
    for (const struct expression *at = call->arguments; at != NULL;
         at = at->next) {
        frame[slot++] = evaluate(run, at, slots);
    }
    run->depth++;
    run_block(run, definition->body, frame);
    run->depth--;
}

static bell_string keep(struct run *run, struct place place,
                        const struct bell__buf *buf)
{
    bell_string text = {buf->bytes, buf->size};
    bell_string kept = bell__arena_copy(&run->arena, text);
    if (kept.text == NULL) {
        fail(run, place,
             "the text is too large, or there is not enough memory");
    }
    return kept;
}

/* A def's text without its last newline. */
static bell_string call_text(struct run *run, const struct expression *call,
                             struct value *slots)
{
    struct bell__buf text;
    bell__buf_open(&text, run->memory, run->limit);
    struct bell__buf *out = run->out;
    run->out = &text;
    run_definition(run, call, slots);
    run->out = out;
    if (text.size != 0 && text.bytes[text.size - 1] == '\n') {
        text.size--;
    }
    bell_string kept = keep(run, call->place, &text);
    bell__buf_close(&text);
    return kept;
}

static struct value start_value(struct run *run, const struct expression *value,
                                struct value *slots)
{
    struct value text = {.text = value->text, .is_text = true};
    switch (value->kind) {
    case EXPRESSION_PATH: {
        struct value start = slots[value->slot];
        const struct node *node = start.node;
        if (value->steps == NULL) {
            return start;
        }
        for (const struct step *step = value->steps; step != NULL;
             step = step->next) {
            node = member(node, step->name);
        }
        return value_of(node);
    }
    case EXPRESSION_CALL:
        text.text = call_text(run, value, slots);
        return text;
    case EXPRESSION_NUMBER: {
        char digits[24];
        text.number = value->number;
        snprintf(digits, sizeof digits, "%lld", (long long)value->number);
        text.text = bell__arena_copy(&run->arena, bell_str(digits));
        return text;
    }
    default:
        return text;
    }
}

static bool apply(struct run *run, const struct filter_use *use,
                  bell_string text, struct bell__buf *out, struct value *slots)
{
    struct filter_call call = {.text = text.text != NULL ? text : BELL_STR(""),
                               .out = out,
                               .layout = run->template->layout,
                               .arena = &run->arena};
    for (const struct expression *at = use->arguments;
         at != NULL && call.argument_count < FILTER_ARGUMENTS_MAX;
         at = at->next) {
        struct value value = evaluate(run, at, slots);
        call.texts[call.argument_count] = value.text;
        call.numbers[call.argument_count++] = value.number;
    }
    assert(use->filter != NULL); /* the check has found it */
    bool good = use->filter->apply(&call);
    if (good && use->filter->gives == VALUE_NUMBER) {
        char digits[24];
        int size =
            snprintf(digits, sizeof digits, "%lld", (long long)call.number);
        good = bell__buf_append(out, digits, (size_t)size) == BELL_OK;
    }
    if (!good) {
        fail(run, use->place,
             "the output is too large, or there is not enough memory");
    }
    return good;
}

/* A value's filters up to `stop`. */
static bell_string filter_text(struct run *run, const struct filter_use *use,
                               const struct filter_use *stop, bell_string text,
                               struct value *slots)
{
    for (; use != stop && !run->failed; use = use->next) {
        struct bell__buf out;
        bell__buf_open(&out, run->memory, run->limit);
        if (apply(run, use, text, &out, slots)) {
            text = keep(run, use->place, &out);
        }
        bell__buf_close(&out);
    }
    return text;
}

static struct value evaluate(struct run *run, const struct expression *value,
                             struct value *slots)
{
    struct value result = start_value(run, value, slots);
    if (value->filters != NULL) {
        result.text =
            filter_text(run, value->filters, NULL, result.text, slots);
        result.is_text = true;
        result.node = NULL;
    }
    return result;
}

/* Straight into the output: the last filter writes there. */
static void write_value(struct run *run, const struct expression *value,
                        struct value *slots)
{
    struct value result = start_value(run, value, slots);
    const struct filter_use *last = value->filters;
    if (last == NULL) {
        put(run, value->place, result.text);
        return;
    }
    while (last->next != NULL) {
        last = last->next;
    }
    bell_string text =
        filter_text(run, value->filters, last, result.text, slots);
    if (!run->failed) {
        apply(run, last, text, run->out, slots);
    }
}

static bool is_true(struct run *run, const struct expression *test,
                    struct value *slots)
{
    switch (test->kind) {
    case EXPRESSION_NOT:
        return !is_true(run, test->left, slots);
    case EXPRESSION_AND:
        return is_true(run, test->left, slots) &&
               is_true(run, test->right, slots);
    case EXPRESSION_OR:
        return is_true(run, test->left, slots) ||
               is_true(run, test->right, slots);
    default:
        break;
    }
    struct value value = evaluate(run, test, slots);
    if (value.is_text) {
        return value.text.size != 0;
    }
    if (value.node == NULL) {
        return false;
    }
    if (value.node->kind == NODE_BOOL) {
        return value.node->truth;
    }
    return value.node->kind == NODE_MAP || value.node->first != NULL;
}

/* Puts `indent` before each line written since `start`; of the first line too
 * where `all`. */
static void indent_lines(struct run *run, struct place place, size_t start,
                         bell_string indent, bool all)
{
    struct bell__buf *out = run->out;
    if (indent.size == 0 || run->failed || out->size == start ||
        (!all && memchr(out->bytes + start, '\n', out->size - start) == NULL)) {
        return;
    }
    bell_string lines = {out->bytes + start, out->size - start};
    bell_string copy = bell__arena_copy(&run->arena, lines);
    if (copy.text == NULL) {
        fail(run, place, "out of memory");
        return;
    }
    out->size = start;
    bool fresh = all;
    size_t line = 0;
    for (size_t i = 0; i < copy.size && !run->failed; i++) {
        if (fresh && copy.text[i] != '\n') {
            put(run, place, indent);
        }
        fresh = copy.text[i] == '\n';
        if (fresh || i + 1 == copy.size) {
            put(run, place, (bell_string){copy.text + line, i + 1 - line});
            line = i + 1;
        }
    }
}

/* Between two items of a loop: at the end of the last line, or, where the
 * separator is empty, a line of its own. */
static void separate(struct run *run, const struct statement *loop,
                     size_t start)
{
    struct bell__buf *out = run->out;
    bell_string newline = {"\n", 1};
    bool line = out->size > start && out->bytes[out->size - 1] == '\n';
    if (line && loop->separator.size != 0) {
        out->size--;
    }
    put(run, loop->place, loop->separator);
    if (line) {
        put(run, loop->place, newline);
    }
}

/* Also a turn of a loop that holds nothing. */
static void count_step(struct run *run, struct place place)
{
    if (++run->steps > RENDER_STEPS_MAX) {
        fail(run, place, "the template runs too long");
    }
}

static void run_for(struct run *run, const struct statement *loop,
                    struct value *slots)
{
    struct value list = evaluate(run, loop->value, slots);
    const struct node *item = list.node != NULL ? list.node->first : NULL;
    if (item == NULL) {
        run_block(run, loop->otherwise, slots);
        return;
    }
    while (item != NULL && !run->failed) {
        size_t start = run->out->size;
        count_step(run, loop->place);
        slots[loop->slot] = value_of(item);
        run_block(run, loop->body, slots);
        item = item->next;
        if (item != NULL && loop->separated) {
            separate(run, loop, start);
        }
    }
}

/* One inside another is laid out by that. */
static void run_layout(struct run *run, const struct statement *layout,
                       struct value *slots)
{
    if (run->filling) {
        run_block(run, layout->body, slots);
        return;
    }
    bool folds = layout->kind == STATEMENT_FOLD;
    struct bell__buf *out = run->out;
    run->line.size = 0;
    run->out = &run->line;
    run->filling = true;
    run_block(run, layout->body, slots);
    run->filling = false;
    run->out = out;
    bell_string text = {run->line.bytes, run->line.size};
    const struct layout *manners = run->template->layout;
    if (!run->failed && !(folds ? fold_write(out, text, &run->flat, manners)
                                : fill_write(out, text, &run->flat, manners))) {
        fail(run, layout->place,
             "the output is too large, or there is not enough memory");
    }
}

/* What was written since is taken out and put back in columns. */
static void run_align(struct run *run, const struct statement *align,
                      struct value *slots)
{
    size_t start = run->out->size;
    run_block(run, align->body, slots);
    if (run->failed || run->filling) {
        return;
    }
    bell_string written = {run->out->bytes + start, run->out->size - start};
    bell_string text = bell__arena_copy(&run->arena, written);
    run->out->size = start;
    if (text.text == NULL || !align_write(run->out, text, &run->arena)) {
        fail(run, align->place,
             "the output is too large, or there is not enough memory");
    }
}

static void run_statement(struct run *run, const struct statement *statement,
                          struct value *slots)
{
    size_t start = run->out->size;
    switch (statement->kind) {
    case STATEMENT_TEXT:
        put(run, statement->place, statement->text);
        break;
    case STATEMENT_VALUE:
        write_value(run, statement->value, slots);
        indent_lines(run, statement->place, start, statement->indent, false);
        break;
    case STATEMENT_FOR:
        run_for(run, statement, slots);
        break;
    case STATEMENT_IF:
        run_block(run,
                  is_true(run, statement->value, slots) ? statement->body
                                                        : statement->otherwise,
                  slots);
        break;
    case STATEMENT_LET:
        slots[statement->slot] = evaluate(run, statement->value, slots);
        break;
    case STATEMENT_CALL:
        run_definition(run, statement->value, slots);
        indent_lines(run, statement->place, start, statement->indent, true);
        break;
    case STATEMENT_ALIGN:
        run_align(run, statement, slots);
        break;
    case STATEMENT_FILL:
    case STATEMENT_FOLD:
        run_layout(run, statement, slots);
        break;
    case STATEMENT_GROUP:
        run_block(run, statement->body, slots);
        indent_lines(run, statement->place, start, statement->indent, true);
        break;
    }
}

static void run_block(struct run *run, const struct statement *first,
                      struct value *slots)
{
    struct bell__arena_mark mark = bell__arena_mark(&run->arena);
    if (first != NULL && ++run->nesting > RENDER_NESTING_MAX) {
        fail(run, first->place, "blocks and calls are nested too deeply");
    }
    for (const struct statement *at = first; at != NULL && !run->failed;
         at = at->next) {
        count_step(run, at->place);
        run_statement(run, at, slots);
    }
    run->nesting -= first != NULL;
    /* What a block says ends with it; its text is in `out`. */
    bell__arena_rewind(&run->arena, mark);
}

bool template_run(const struct template *template, const struct node *root,
                  struct bell__buf *out, struct diags *diags)
{
    struct run run = {.template = template,
                      .memory = out->memory,
                      .limit = out->limit,
                      .out = out,
                      .diags = diags};
    if (run.limit == 0 || run.limit > RENDER_BYTES_MAX) {
        run.limit = RENDER_BYTES_MAX;
    }
    bell__arena_open(&run.arena, run.memory, run.limit);
    bell__buf_open(&run.line, run.memory, run.limit);
    bell__buf_open(&run.flat, run.memory, run.limit);
    size_t size = sizeof(struct value) * (template->slot_count + 1);
    struct value *slots = bell__arena_take(&run.arena, size);
    if (slots == NULL) {
        fail(&run, (struct place){0}, "out of memory");
    } else {
        memset(slots, 0, size);
        slots[0] = value_of(root);
        run_block(&run, template->body, slots);
    }
    /* Every block and call that was begun has ended, and all went to `out`. */
    assert(run.nesting == 0 && run.depth == 0 && run.out == out);
    bell__buf_close(&run.flat);
    bell__buf_close(&run.line);
    bell__arena_close(&run.arena);
    return !run.failed;
}
