/* fallback.c: a field's default as the published model shows it. It knows the
 * kinds of values, and a language only by its lang.yaml. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (scalar == SCALAR_FLOAT32 || scalar == SCALAR_FLOAT64) {
        print_real(out, spelled, scalar == SCALAR_FLOAT32);
    } else if (scalar == SCALAR_UINT64 || scalar == SCALAR_UINT32) {
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

static int64_t number_of(const struct type *type, bell_string text)
{
    int64_t number = 1;
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        if (at->wire.size == text.size &&
            memcmp(at->wire.text, text.text, text.size) == 0) {
            return number;
        }
        number++;
    }
    return 0;
}

struct node *show_fallback(struct uses *uses, const struct used *record,
                           const struct field *field, bell_string member)
{
    const struct node *node = field->fallback;
    struct used *used = uses_shape(uses, field->shape);
    if (node == NULL || node->kind == NODE_NULL ||
        (used->kind != USED_SCALAR && used->kind != USED_ENUM)) {
        return NULL;
    }
    struct node *map = show_map(uses);
    bool text = used->kind == USED_ENUM || used->scalar == SCALAR_STRING;
    bell_string none = {"", 0};
    bell_string wanted =
        names_join(&uses->names, BELL_STR("default_"), "", record->element);
    wanted = names_join(&uses->names, wanted, "_", member);
    show_text(uses, map, "symbol", names_claim(&uses->names, 0, wanted, NULL));
    show_text(uses, map, "literal",
              text ? none : literal_of(uses, used->scalar, node));
    show_text(uses, map, "text", node->text);
    show_number(uses, map, "number",
                used->kind == USED_ENUM ? number_of(used->type, node->text)
                                        : 0);
    show_bool(uses, map, "is_plain", !text);
    show_bool(uses, map, "is_enum", used->kind == USED_ENUM);
    return map;
}
