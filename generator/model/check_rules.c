/* check_rules.c: constraints fit the types that they stand at, and are values
 * of them; the tables of the rules are filled. */
#include "base/codes.h"
#include "base/points.h"
#include "base/str.h"
#include "model/calls.h"
#include "model/check.h"
#include "model/number.h"
#include "pattern/pattern.h"

/* What a shape is to its constraints. */
enum family {
    FAMILY_NONE,
    FAMILY_NUMBER,
    FAMILY_STRING,
    FAMILY_BYTES,
    FAMILY_ITEMS,
    FAMILY_DURATION,
    FAMILY_DATETIME,
    FAMILY_DECIMAL
};

static enum family family_of(const struct shape *shape)
{
    if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP) {
        return FAMILY_ITEMS;
    }
    if (shape->kind != SHAPE_SCALAR) {
        return FAMILY_NONE;
    }
    switch (shape->scalar) {
    case SCALAR_INT32:
    case SCALAR_INT64:
    case SCALAR_UINT32:
    case SCALAR_UINT64:
    case SCALAR_FLOAT32:
    case SCALAR_FLOAT64:
        return FAMILY_NUMBER;
    case SCALAR_STRING:
        return FAMILY_STRING;
    case SCALAR_BYTES:
        return FAMILY_BYTES;
    case SCALAR_DURATION:
        return FAMILY_DURATION;
    case SCALAR_DATETIME:
        return FAMILY_DATETIME;
    case SCALAR_DECIMAL:
        return FAMILY_DECIMAL;
    case SCALAR_BOOL:
    case SCALAR_JSON:
    case SCALAR_DATE:
    case SCALAR_UUID:
        break;
    }
    return FAMILY_NONE;
}

struct work {
    struct checker *checker;
    struct shape *shape;
    struct rule *rule;
};

static void tell(struct work *work, const struct node *node, const char *what)
{
    diag_add(work->checker->diags, CODE_RULE, node->spot->place,
             "%.*s must be %s", (int)node->key.size, node->key.text, what);
}

/* ---- Each constraint ----------------------------------------------------- */

static void take_bound(struct work *work, const struct node *node,
                       uint32_t check, bell_bound *bound)
{
    enum scalar scalar = work->shape->scalar;
    enum number number = scalar_rows[scalar].number;
    bool minus = false;
    uint64_t value = 0;
    double real = 0;
    bool good = number == NUMBER_REAL
                    ? number_real(node, scalar, &real)
                    : number_fits(node, scalar, &minus, &value);
    if (!good) {
        tell(work, node, number_wanted(scalar));
        return;
    }
    work->rule->table.checks |= check;
    if (number == NUMBER_REAL) {
        bound->real = real;
    } else if (number == NUMBER_INTEGER) {
        bound->integer = (int64_t)(minus ? (uint64_t)0 - value : value);
    } else {
        bound->natural = value;
    }
}

static void take_min(struct work *work, const struct node *node)
{
    take_bound(work, node, BELL_RULE_MIN, &work->rule->table.min);
}

static void take_max(struct work *work, const struct node *node)
{
    take_bound(work, node, BELL_RULE_MAX, &work->rule->table.max);
}

static void take_count(struct work *work, const struct node *node,
                       uint32_t check, uint32_t *count)
{
    bool minus = false;
    uint64_t value = 0;
    if (!number_fits(node, SCALAR_UINT32, &minus, &value)) {
        tell(work, node, number_wanted(SCALAR_UINT32));
        return;
    }
    work->rule->table.checks |= check;
    *count = (uint32_t)value;
}

static void take_min_count(struct work *work, const struct node *node)
{
    take_count(work, node, BELL_RULE_MIN_COUNT, &work->rule->table.min_count);
}

static void take_max_count(struct work *work, const struct node *node)
{
    take_count(work, node, BELL_RULE_MAX_COUNT, &work->rule->table.max_count);
}

static size_t points_before(bell_string text, size_t offset)
{
    size_t points = 0;
    for (size_t at = 0; at < offset; points++) {
        size_t size = utf8_next(text.text + at, text.size - at, NULL);
        at += size != 0 ? size : 1;
    }
    return points;
}

static void take_pattern(struct work *work, const struct node *node)
{
    struct pattern_error error;
    if (node->kind != NODE_TEXT || node->text.size == 0) {
        tell(work, node, "a string: put it in quotes");
        return;
    }
    if (!pattern_compile(node->text, work->checker->arena, &work->rule->pattern,
                         &error)) {
        size_t points = points_before(node->text, error.offset);
        struct place place = node->spot->place;
        if (node->plain && !node->broken) {
            place.column += (uint32_t)points;
        }
        diag_add(work->checker->diags, CODE_RULE_PATTERN, place,
                 "character %zu: %s", points + 1, error.message);
        return;
    }
    work->rule->table.pattern = &work->rule->pattern;
}

static void take_unit(struct work *work, const struct node *node)
{
    bool text = node->kind == NODE_TEXT;
    bool unix = family_of(work->shape) == FAMILY_DATETIME;
    if (text && bell__str_equal(node->text, BELL_STR("s"))) {
        work->shape->form = unix ? FORM_UNIX_SECONDS : FORM_SECONDS;
    } else if (text && bell__str_equal(node->text, BELL_STR("ms"))) {
        work->shape->form = unix ? FORM_UNIX_MILLISECONDS : FORM_MILLISECONDS;
    } else {
        tell(work, node, "s or ms");
    }
}

static void take_as(struct work *work, const struct node *node)
{
    if (node->kind != NODE_TEXT ||
        !bell__str_equal(node->text, BELL_STR("number"))) {
        tell(work, node, "'number', or left out");
        return;
    }
    work->shape->form = FORM_NUMBER;
}

/* ---- All of them --------------------------------------------------------- */

struct constraint {
    const char *key;
    enum family family;
    enum family other;
    const char *things; /* that it is for */
    void (*take)(struct work *work, const struct node *node);
};

static const struct constraint constraints[] = {
    {"min", FAMILY_NUMBER, FAMILY_NUMBER, "numbers", take_min},
    {"max", FAMILY_NUMBER, FAMILY_NUMBER, "numbers", take_max},
    {"min_length", FAMILY_STRING, FAMILY_BYTES, "strings and bytes",
     take_min_count},
    {"max_length", FAMILY_STRING, FAMILY_BYTES, "strings and bytes",
     take_max_count},
    {"pattern", FAMILY_STRING, FAMILY_STRING, "strings", take_pattern},
    {"min_items", FAMILY_ITEMS, FAMILY_ITEMS, "lists and maps", take_min_count},
    {"max_items", FAMILY_ITEMS, FAMILY_ITEMS, "lists and maps", take_max_count},
    {"unit", FAMILY_DURATION, FAMILY_DATETIME, "durations and datetimes",
     take_unit},
    {"as", FAMILY_DECIMAL, FAMILY_DECIMAL, "decimals", take_as},
};

static bool is_downwards(const struct work *work)
{
    const bell_rule *table = &work->rule->table;
    uint32_t counts = BELL_RULE_MIN_COUNT | BELL_RULE_MAX_COUNT;
    uint32_t bounds = BELL_RULE_MIN | BELL_RULE_MAX;
    if ((table->checks & counts) == counts) {
        return table->min_count > table->max_count;
    }
    if ((table->checks & bounds) != bounds) {
        return false;
    }
    switch (scalar_rows[work->shape->scalar].number) {
    case NUMBER_REAL:
        return table->min.real > table->max.real;
    case NUMBER_NATURAL:
        return table->min.natural > table->max.natural;
    case NUMBER_INTEGER:
        return table->min.integer > table->max.integer;
    case NUMBER_NONE:
        break;
    }
    return false;
}

static void check_rule(struct work *work)
{
    enum family family = family_of(work->shape);
    const struct node *said = work->rule->said;
    const struct node *last = said;
    for (size_t i = 0; i < sizeof constraints / sizeof constraints[0]; i++) {
        const struct constraint *row = &constraints[i];
        const struct node *node = node_member(said, row->key);
        if (node == NULL) {
            continue;
        }
        if (family == row->family || family == row->other) {
            row->take(work, node);
            last = node;
            continue;
        }
        diag_add(work->checker->diags, CODE_RULE, node->spot->key_place,
                 "'%s' is for %s", row->key, row->things);
    }
    if (is_downwards(work)) {
        diag_add(work->checker->diags, CODE_RULE, last->spot->place,
                 "no value fits: the smallest is above the largest");
    }
}

/* An alias has lent its rules to whoever uses it: they are looked at once,
 * but how a value is written goes from the inside out to each. */
static void take_form(struct work *work, struct rule *rule)
{
    const struct node *unit = node_member(rule->said, "unit");
    const struct node *as = node_member(rule->said, "as");
    enum family family = family_of(work->shape);
    work->rule = rule;
    if (unit != NULL &&
        (family == FAMILY_DURATION || family == FAMILY_DATETIME)) {
        take_unit(work, unit);
    }
    if (as != NULL && family == FAMILY_DECIMAL) {
        take_as(work, as);
    }
}

static void check_shape(struct checker *checker, struct shape *shape)
{
    for (; shape != NULL; shape = shape->item) {
        struct work work = {checker, shape, NULL};
        bool known = shape->kind != SHAPE_NAMED || shape->type != NULL;
        enum form form = FORM_TEXT;
        for (struct rule *at = shape->rules; known && at != NULL;
             at = at->next) {
            work.rule = at;
            if (!at->checked) {
                at->checked = true;
                check_rule(&work);
            } else {
                take_form(&work, at);
            }
            form = form == FORM_TEXT ? shape->form : form;
        }
        shape->form = form;
    }
}

static void check_type(struct checker *checker, struct type *type)
{
    for (struct field *at = type->fields; at != NULL; at = at->next) {
        check_shape(checker, at->shape);
    }
    check_shape(checker, type->others);
    for (struct variant *at = type->variants; at != NULL; at = at->next) {
        check_shape(checker, at->shape);
    }
}

static void check_one(void *context, struct shape *shape)
{
    check_shape(context, shape);
}

void check_rules(struct checker *checker)
{
    struct service *service = checker->service;
    for (struct type *at = service->types; at != NULL; at = at->next) {
        if (at->kind == TYPE_ALIAS) {
            check_shape(checker, at->alias);
        }
    }
    for (struct type *at = service->types; at != NULL; at = at->next) {
        check_type(checker, at);
    }
    calls_each_shape(service, check_one, checker);
}
