/* fallback.c: a field's default as the published model shows it. It knows the
 * kinds of values, and a language only by its lang.yaml. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "view/show.h"

enum { NUMBER_BYTES_MAX = 64 };

/* The literal's text with `@` replaced. */
static bell_string place_in(struct uses *uses, bell_string literal,
                            const char *value)
{
    const char *hole =
        literal.size != 0 ? memchr(literal.text, '@', literal.size) : NULL;
    if (hole == NULL) {
        return bell__arena_copy(uses->arena, bell_str(value));
    }
    bell_string before = {literal.text, (size_t)(hole - literal.text)};
    bell_string after = {hole + 1, literal.size - before.size - 1};
    return names_join(&uses->names, before, value, after);
}

/* YAML 1.2's bases, or a decimal spelled with a point or exponent. */
static int64_t read_signed(const char *text)
{
    if (strncmp(text, "0x", 2) == 0) {
        return strtoll(text + 2, NULL, 16);
    }
    if (strncmp(text, "0o", 2) == 0) {
        return strtoll(text + 2, NULL, 8);
    }
    if (strpbrk(text, ".eE") != NULL) {
        return (int64_t)strtod(text, NULL);
    }
    return strtoll(text, NULL, 10);
}

static uint64_t read_unsigned(const char *text)
{
    if (text[0] == '0' || strpbrk(text, ".eE") != NULL) {
        return (uint64_t)read_signed(text);
    }
    return strtoull(text, NULL, 10);
}

static void print_real(char *out, const char *text, bool narrow)
{
    double value = strtod(text, NULL);
    snprintf(out, NUMBER_BYTES_MAX, narrow ? "%.9g" : "%.17g", value);
    if (strpbrk(out, ".en") == NULL) {
        strncat(out, ".0", 3);
    }
}

static bool is_lowest(enum scalar scalar, int64_t value)
{
    return (scalar == SCALAR_INT64 && value == INT64_MIN) ||
           (scalar == SCALAR_INT32 && value == INT32_MIN);
}

static bell_string literal_of(struct uses *uses, enum scalar scalar,
                              const struct node *node)
{
    const struct lang_scalar *lang = &uses->lang->scalars[scalar];
    char spelled[NUMBER_BYTES_MAX];
    char out[NUMBER_BYTES_MAX];
    if (node->kind == NODE_BOOL || scalar == SCALAR_BOOL) {
        bool truth = node->truth || (node->kind == NODE_TEXT &&
                                     (node->text.text[0] | 32) == 't');
        return bell_str(truth ? "true" : "false");
    }
    snprintf(spelled, sizeof spelled, "%.*s", (int)node->text.size,
             node->text.text);
    enum number number = scalar_rows[scalar].number;
    if (number == NUMBER_REAL) {
        print_real(out, spelled, scalar == SCALAR_FLOAT32);
    } else if (number == NUMBER_NATURAL) {
        snprintf(out, sizeof out, "%llu",
                 (unsigned long long)read_unsigned(spelled));
    } else {
        int64_t value = read_signed(spelled);
        snprintf(out, sizeof out, "%lld", (long long)value);
        if (is_lowest(scalar, value) && lang->lowest.size != 0) {
            return lang->lowest;
        }
    }
    return place_in(uses, lang->literal, out);
}

bell_string show_literal(struct uses *uses, enum scalar scalar,
                         bell_bound value)
{
    const struct lang_scalar *lang = &uses->lang->scalars[scalar];
    char out[NUMBER_BYTES_MAX];
    if (scalar == SCALAR_FLOAT64) {
        snprintf(out, sizeof out, "%.17g", value.real);
        if (strpbrk(out, ".en") == NULL) {
            strncat(out, ".0", 3);
        }
    } else if (scalar == SCALAR_UINT64) {
        snprintf(out, sizeof out, "%" PRIu64, value.natural);
    } else if (value.integer == INT64_MIN && lang->lowest.size != 0) {
        return lang->lowest;
    } else {
        snprintf(out, sizeof out, "%" PRId64, value.integer);
    }
    return place_in(uses, lang->literal, out);
}

static int64_t number_of(const struct type *type, bell_string text)
{
    int64_t number = 1;
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        if (bell__str_equal(at->wire, text)) {
            return number;
        }
        number++;
    }
    return 0;
}

/* Moments, days, ...: what bind has made of the text. */
static void show_moment(struct uses *uses, struct node *map, const void *value)
{
    bell_datetime moment;
    memcpy(&moment, value, sizeof moment);
    bell_bound seconds = {.integer = moment.seconds};
    show_bool(uses, map, "is_datetime", true);
    show_text(uses, map, "seconds", show_literal(uses, SCALAR_INT64, seconds));
    show_number(uses, map, "nanoseconds", moment.nanoseconds);
    show_number(uses, map, "offset", moment.offset);
    show_bool(uses, map, "zoned", moment.has_offset);
}

static void show_day(struct uses *uses, struct node *map, const void *value)
{
    bell_date day;
    memcpy(&day, value, sizeof day);
    show_bool(uses, map, "is_date", true);
    show_number(uses, map, "year", day.year);
    show_number(uses, map, "month", day.month);
    show_number(uses, map, "day", day.day);
}

static void show_text_value(struct uses *uses, struct node *map,
                            const void *value)
{
    bell_string text;
    memcpy(&text, value, sizeof text);
    show_text(uses, map, "text", text);
}

/* A scalar of which bind has made a C value. */
static void show_value(struct uses *uses, struct node *map, enum scalar scalar,
                       const void *value)
{
    bell_bound bound;
    switch (scalar) {
    case SCALAR_DATETIME:
        show_moment(uses, map, value);
        break;
    case SCALAR_DATE:
        show_day(uses, map, value);
        break;
    case SCALAR_DURATION:
        memcpy(&bound.integer, value, sizeof bound.integer);
        show_bool(uses, map, "is_plain", true);
        show_text(uses, map, "literal",
                  show_literal(uses, SCALAR_INT64, bound));
        break;
    case SCALAR_BYTES:
        show_bool(uses, map, "is_bytes", true);
        show_text_value(uses, map, value);
        break;
    case SCALAR_STRING:
    case SCALAR_JSON:
    case SCALAR_UUID:
    case SCALAR_DECIMAL:
        show_text_value(uses, map, value);
        break;
    case SCALAR_BOOL:
    case SCALAR_INT32:
    case SCALAR_INT64:
    case SCALAR_UINT32:
    case SCALAR_UINT64:
    case SCALAR_FLOAT32:
    case SCALAR_FLOAT64:
        break; /* written as the schema spells them */
    }
}

static bool is_number_like(enum scalar scalar)
{
    return scalar == SCALAR_BOOL || scalar_rows[scalar].number != NUMBER_NONE;
}

struct node *show_fallback(struct uses *uses, const struct used *record,
                           const struct field *field, bell_string member,
                           const void *value)
{
    const struct node *node = field->fallback;
    if (node == NULL) {
        return NULL;
    }
    const struct used *used = uses_shape(uses, field->shape)->plain;
    bool scalar = used->kind == USED_SCALAR;
    bool is_enum = used->kind == USED_ENUM;
    bool number = scalar && is_number_like(used->scalar);
    if ((!scalar && !is_enum) || (scalar && !number && value == NULL)) {
        return NULL; /* an empty list is what absent means anyway */
    }
    struct node *map = show_map(uses);
    bell_string wanted = names_join(&uses->names, record->element, "_", member);
    show_text(uses, map, "symbol", uses_table(uses, "default_", wanted));
    if (is_enum) {
        show_text(uses, map, "text", node->text);
        show_number(uses, map, "number", number_of(used->type, node->text));
        show_bool(uses, map, "is_enum", true);
    } else if (number) {
        show_text(uses, map, "literal", literal_of(uses, used->scalar, node));
        show_bool(uses, map, "is_plain", true);
    } else {
        show_value(uses, map, used->scalar, value);
    }
    return map;
}
