/* check_default.c: a default is a value of its field's type. It knows no
 * other part of a schema. */
#include "base/codes.h"
#include "base/nearest.h"
#include "base/str.h"
#include "model/check.h"
#include "model/number.h"

static void tell(struct checker *checker, const struct node *node,
                 const char *wanted)
{
    diag_add(checker->diags, CODE_DEFAULT, node->spot->place,
             "the default is not %s", wanted);
}

static void check_number(struct checker *checker, const struct node *node,
                         enum scalar scalar)
{
    bool minus = false;
    uint64_t value = 0;
    double real = 0;
    bool is_real = scalar_rows[scalar].number == NUMBER_REAL;
    bool good = is_real ? number_real(node, scalar, &real)
                        : number_fits(node, scalar, &minus, &value);
    if (!good) {
        tell(checker, node, number_wanted(scalar));
    }
}

static void check_bool(struct checker *checker, const struct node *node)
{
    static const char *const spellings[] = {"true",  "True",  "TRUE",
                                            "false", "False", "FALSE"};
    bool good = node->kind == NODE_BOOL;
    for (size_t i = 0; i < 6 && node->kind == NODE_TEXT && node->plain; i++) {
        good = good || bell__str_equal(node->text, bell_str(spellings[i]));
    }
    if (!good) {
        tell(checker, node, "true or false");
    }
}

static void check_text(struct checker *checker, const struct node *node)
{
    if (node->kind != NODE_TEXT || (node->plain && node->text.size == 0)) {
        tell(checker, node, "a string: put it in quotes");
    }
}

static void check_enum(struct checker *checker, const struct node *node,
                       const struct type *type)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    bool text = node->kind == NODE_TEXT;
    for (const struct value *at = type->values; text && at != NULL;
         at = at->next) {
        if (bell__str_equal(at->wire, node->text)) {
            return;
        }
    }
    nearest_open(&nearest, text ? node->text : (bell_string){NULL, 0});
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        nearest_offer(&nearest, at->wire);
    }
    diag_add(checker->diags, CODE_DEFAULT, node->spot->place,
             "the default is not a value of %.*s%s", (int)type->name.size,
             type->name.text, nearest_hint(&nearest, room));
}

static bool is_null(const struct node *node)
{
    return node->kind == NODE_NULL ||
           (node->kind == NODE_TEXT && node->plain &&
            (node->text.size == 0 ||
             bell__str_equal(node->text, BELL_STR("null")) ||
             bell__str_equal(node->text, BELL_STR("~"))));
}

/* What a duration, a moment, ... is spelled like is the codec's to know: bind
 * reads it. */
static void check_spelled(struct checker *checker, const struct node *node,
                          const struct shape *shape)
{
    bool number = shape->form != FORM_TEXT;
    if (number != number_is_plain(node) &&
        (number || node->kind != NODE_TEXT)) {
        tell(checker, node, number ? "a number" : "a string: put it in quotes");
    }
}

static void check_scalar(struct checker *checker, const struct node *node,
                         const struct shape *shape)
{
    switch (shape->scalar) {
    case SCALAR_BOOL:
        check_bool(checker, node);
        break;
    case SCALAR_STRING:
        check_text(checker, node);
        break;
    case SCALAR_JSON:
        break;
    case SCALAR_BYTES:
    case SCALAR_DATETIME:
    case SCALAR_DATE:
    case SCALAR_DURATION:
    case SCALAR_UUID:
    case SCALAR_DECIMAL:
        check_spelled(checker, node, shape);
        break;
    case SCALAR_INT32:
    case SCALAR_INT64:
    case SCALAR_UINT32:
    case SCALAR_UINT64:
    case SCALAR_FLOAT32:
    case SCALAR_FLOAT64:
        check_number(checker, node, shape->scalar);
        break;
    }
}

static void check_default(struct checker *checker, const struct field *field)
{
    const struct node *node = field->fallback;
    const struct shape *shape = field->shape;
    if (node == NULL || shape == NULL ||
        (shape->kind == SHAPE_NAMED && shape->type == NULL)) {
        return;
    }
    bool is_enum = shape->kind == SHAPE_NAMED && shape->type->kind == TYPE_ENUM;
    if (is_null(node) && shape->nullable) {
        diag_add(checker->diags, CODE_DEFAULT, node->spot->place,
                 "null cannot be a default: leave 'default' out and put '?' "
                 "after the field's name");
        return;
    }
    if (shape->kind == SHAPE_SCALAR) {
        check_scalar(checker, node, shape);
        return;
    }
    if (is_enum) {
        check_enum(checker, node, shape->type);
        return;
    }
    bool list = shape->kind == SHAPE_LIST && node->kind == NODE_LIST;
    bool map = shape->kind == SHAPE_MAP && node->kind == NODE_MAP;
    if ((!list && !map) || node->count != 0) {
        diag_add(
            checker->diags, CODE_DEFAULT, node->spot->key_place,
            shape->kind == SHAPE_NAMED
                ? "a record or union cannot have a default: put '?' after the "
                  "field's name"
                : "the default of a list can only be [], and that of a map {}");
    }
}

void check_defaults(struct checker *checker)
{
    for (const struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        for (const struct field *at = type->fields; at != NULL; at = at->next) {
            check_default(checker, at);
        }
    }
}
