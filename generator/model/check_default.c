/* check_default.c: a default is a value of its field's type. It knows no
 * other part of a schema. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/codes.h"
#include "base/nearest.h"
#include "model/check.h"

enum { NUMBER_BYTES_MAX = 64 };

struct range {
    int64_t low;
    uint64_t high;
};

static const struct range ranges[] = {
    [SCALAR_INT32] = {INT32_MIN, INT32_MAX},
    [SCALAR_INT64] = {INT64_MIN, INT64_MAX},
    [SCALAR_UINT32] = {0, UINT32_MAX},
    [SCALAR_UINT64] = {0, UINT64_MAX},
};

static void tell(struct checker *checker, const struct node *node,
                 const char *wanted)
{
    diag_add(checker->diags, CODE_DEFAULT, node->place,
             "this is no default here: the type wants %s", wanted);
}

static bool is_plain(const struct node *node)
{
    return node->kind == NODE_NUMBER ||
           (node->kind == NODE_TEXT && node->plain);
}

/* Digits with a sign; false where there is something else, or more than 64
 * bits hold. */
static bool read_integer(bell_string text, bool *minus, uint64_t *value)
{
    size_t at = 0;
    *minus = text.size > 0 && text.text[0] == '-';
    at = *minus ? 1 : 0;
    *value = 0;
    if (at == text.size) {
        return false;
    }
    for (; at < text.size; at++) {
        unsigned digit = (unsigned char)text.text[at] - (unsigned)'0';
        if (digit > 9 || *value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *value = *value * 10 + digit;
    }
    return true;
}

static void check_integer(struct checker *checker, const struct node *node,
                          enum scalar scalar)
{
    static const char *const wanted[] = {
        [SCALAR_INT32] = "a whole number from -2147483648 to 2147483647",
        [SCALAR_INT64] = "a whole number from -9223372036854775808 to "
                         "9223372036854775807",
        [SCALAR_UINT32] = "a whole number from 0 to 4294967295",
        [SCALAR_UINT64] = "a whole number from 0 to 18446744073709551615",
    };
    bool minus = false;
    uint64_t value = 0;
    bool good = is_plain(node) && read_integer(node->text, &minus, &value);
    if (good && minus) {
        uint64_t lowest = (uint64_t)0 - (uint64_t)ranges[scalar].low;
        good = value <= lowest;
    } else if (good) {
        good = value <= ranges[scalar].high;
    }
    if (!good) {
        tell(checker, node, wanted[scalar]);
    }
}

/* JSON's grammar: what strtod takes besides is no number here. */
static bool is_number(bell_string text)
{
    size_t at = text.size > 0 && text.text[0] == '-' ? 1 : 0;
    size_t digits = 0;
    bool point = false;
    for (; at < text.size; at++) {
        char byte = text.text[at];
        if (byte >= '0' && byte <= '9') {
            digits++;
        } else if (byte == '.' && !point && digits > 0) {
            point = true;
        } else {
            break;
        }
    }
    if (digits == 0 || text.text[at - 1] == '.') {
        return false;
    }
    if (at < text.size && (text.text[at] == 'e' || text.text[at] == 'E')) {
        at++;
        at += at < text.size && strchr("+-", text.text[at]) != NULL ? 1 : 0;
        size_t from = at;
        while (at < text.size && text.text[at] >= '0' && text.text[at] <= '9') {
            at++;
        }
        return at == text.size && at > from;
    }
    return at == text.size;
}

static void check_float(struct checker *checker, const struct node *node,
                        enum scalar scalar)
{
    char text[NUMBER_BYTES_MAX + 1];
    bool good = is_plain(node) && node->text.size <= NUMBER_BYTES_MAX &&
                is_number(node->text);
    if (good) {
        memcpy(text, node->text.text, node->text.size);
        text[node->text.size] = '\0';
        double value = strtod(text, NULL);
        double most = scalar == SCALAR_FLOAT32 ? (double)FLT_MAX : DBL_MAX;
        good = isfinite(value) && fabs(value) <= most;
    }
    if (!good) {
        tell(checker, node,
             scalar == SCALAR_FLOAT32 ? "a number that float32 holds"
                                      : "a number that float64 holds");
    }
}

static void check_bool(struct checker *checker, const struct node *node)
{
    static const char *const spellings[] = {"true",  "True",  "TRUE",
                                            "false", "False", "FALSE"};
    bool good = node->kind == NODE_BOOL;
    for (size_t i = 0; i < 6 && node->kind == NODE_TEXT && node->plain; i++) {
        good = good || check_equal(node->text, bell_str(spellings[i]));
    }
    if (!good) {
        tell(checker, node, "true or false");
    }
}

static void check_text(struct checker *checker, const struct node *node)
{
    if (node->kind != NODE_TEXT || (node->plain && node->text.size == 0)) {
        tell(checker, node, "a text: put it in quotes");
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
        if (check_equal(at->wire, node->text)) {
            return;
        }
    }
    nearest_open(&nearest, text ? node->text : (bell_string){NULL, 0});
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        nearest_offer(&nearest, at->wire);
    }
    diag_add(checker->diags, CODE_DEFAULT, node->place,
             "this is no default here: it is no value of %.*s%s",
             (int)type->name.size, type->name.text,
             nearest_hint(&nearest, room));
}

static bool is_null(const struct node *node)
{
    return node->kind == NODE_NULL ||
           (node->kind == NODE_TEXT && node->plain &&
            (node->text.size == 0 ||
             check_equal(node->text, BELL_STR("null")) ||
             check_equal(node->text, BELL_STR("~"))));
}

static void check_scalar(struct checker *checker, const struct node *node,
                         enum scalar scalar)
{
    switch (scalar) {
    case SCALAR_BOOL:
        check_bool(checker, node);
        break;
    case SCALAR_FLOAT32:
    case SCALAR_FLOAT64:
        check_float(checker, node, scalar);
        break;
    case SCALAR_STRING:
        check_text(checker, node);
        break;
    case SCALAR_JSON:
        diag_add(checker->diags, CODE_NOT_YET, node->key_place,
                 "a default of the type json is not supported by this "
                 "version yet");
        break;
    default:
        check_integer(checker, node, scalar);
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
    bool scalar = shape->kind == SHAPE_SCALAR;
    bool is_enum = shape->kind == SHAPE_NAMED && shape->type->kind == TYPE_ENUM;
    if (is_null(node) && shape->nullable) {
        diag_add(checker->diags, CODE_DEFAULT, node->place,
                 "null is no default: leave 'default' out and write '?' "
                 "behind the field's name");
        return;
    }
    if (scalar) {
        check_scalar(checker, node, shape->scalar);
        return;
    }
    if (is_enum) {
        check_enum(checker, node, shape->type);
        return;
    }
    diag_add(checker->diags, CODE_NOT_YET, node->key_place,
             "defaults of records, unions, lists and maps are not supported "
             "by this version yet");
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
