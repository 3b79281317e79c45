/* rule.c: the constraints of a schema: does a value keep them? It knows no
 * JSON but the spelling of its numbers. */
#include "record/rule.h"

#include "record/pattern.h"
#include "json/write.h"

enum form { INTEGER, NATURAL, NARROW, WIDE };

/* A value, as far as bounds compare it. */
struct amount {
    enum form form;
    bell_bound bound;
};

/* Texts, bytes, lists and maps all begin like this. */
struct span {
    const char *start;
    size_t size;
};

/* ---- What is said -------------------------------------------------------- */

static char *put_words(char *at, const char *words)
{
    size_t size = strlen(words);
    memcpy(at, words, size);
    return at + size;
}

static char *put_amount(char *at, enum form form, bell_bound bound)
{
    if (form == INTEGER) {
        return bell__json_put_int64(at, bound.integer);
    }
    if (form == NATURAL) {
        return bell__json_put_uint64(at, bound.natural);
    }
    if (form == NARROW) {
        return bell__json_put_float(at, (float)bound.real);
    }
    return bell__json_put_double(at, bound.real);
}

static bool say_bound(char *note, const struct amount *amount,
                      const char *words, bell_bound bound)
{
    char *at = put_amount(note, amount->form, amount->bound);
    at = put_words(at, words);
    at = put_amount(at, amount->form, bound);
    *at = '\0';
    return false;
}

static bool say_count(char *note, size_t count, const char *unit,
                      const char *rule, uint32_t bound)
{
    char *at = bell__json_put_uint64(note, count);
    *at++ = ' ';
    at = put_words(at, unit);
    at = put_words(at, count == 1 ? ", " : "s, ");
    at = put_words(at, rule);
    at = put_words(at, " is ");
    at = bell__json_put_uint64(at, bound);
    *at = '\0';
    return false;
}

static bool say_pattern(char *note, const char *pattern)
{
    char *at = put_words(note, "does not match ");
    size_t room = (size_t)(note + BELL__RULE_NOTE_BYTES - at) - sizeof "...";
    size_t size = strlen(pattern);
    bool cut = size > room;
    size = cut ? room : size;
    while (cut && size > 0 && (pattern[size] & 0xC0) == 0x80) {
        size--;
    }
    memcpy(at, pattern, size);
    at = put_words(at + size, cut ? "..." : "");
    *at = '\0';
    return false;
}

/* ---- What is checked ----------------------------------------------------- */

static bool is_below(enum form form, bell_bound left, bell_bound right)
{
    if (form == INTEGER) {
        return left.integer < right.integer;
    }
    if (form == NATURAL) {
        return left.natural < right.natural;
    }
    if (form == NARROW) { /* 0.1 as a float is above 0.1 as a double */
        return (float)left.real < (float)right.real;
    }
    return left.real < right.real;
}

static bool keeps_bounds(const bell_rule *rule, const struct amount *amount,
                         char *note)
{
    if ((rule->checks & BELL_RULE_MIN) != 0 &&
        is_below(amount->form, amount->bound, rule->min)) {
        return say_bound(note, amount, " is less than its min ", rule->min);
    }
    if ((rule->checks & BELL_RULE_MAX) != 0 &&
        is_below(amount->form, rule->max, amount->bound)) {
        return say_bound(note, amount, " is more than its max ", rule->max);
    }
    return true;
}

static bool keeps_integer(const bell_rule *rule, int64_t value, char *note)
{
    struct amount amount = {INTEGER, {.integer = value}};
    return keeps_bounds(rule, &amount, note);
}

static bool keeps_natural(const bell_rule *rule, uint64_t value, char *note)
{
    struct amount amount = {NATURAL, {.natural = value}};
    return keeps_bounds(rule, &amount, note);
}

static bool keeps_narrow(const bell_rule *rule, float value, char *note)
{
    struct amount amount = {NARROW, {.real = (double)value}};
    return keeps_bounds(rule, &amount, note);
}

static bool keeps_wide(const bell_rule *rule, double value, char *note)
{
    struct amount amount = {WIDE, {.real = value}};
    return keeps_bounds(rule, &amount, note);
}

static bool keeps_count(const bell_rule *rule, size_t count, const char *unit,
                        const char *least, const char *most, char *note)
{
    if ((rule->checks & BELL_RULE_MIN_COUNT) != 0 && count < rule->min_count) {
        return say_count(note, count, unit, least, rule->min_count);
    }
    if ((rule->checks & BELL_RULE_MAX_COUNT) != 0 && count > rule->max_count) {
        return say_count(note, count, unit, most, rule->max_count);
    }
    return true;
}

/* Of UTF-8: bytes that do not go on with another one's code point. */
static size_t count_points(bell_string text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += (text.text[i] & 0xC0) != 0x80;
    }
    return count;
}

static bool keeps_text(const bell_rule *rule, const char *value, char *note,
                       struct bell__means *means)
{
    const uint32_t counted = BELL_RULE_MIN_COUNT | BELL_RULE_MAX_COUNT;
    bell_string text;
    memcpy(&text, value, sizeof text);
    if ((rule->checks & counted) != 0 &&
        !keeps_count(rule, count_points(text), "code point", "min_length",
                     "max_length", note)) {
        return false;
    }
    if (rule->pattern != NULL &&
        !bell__pattern_found(rule->pattern, text, means)) {
        return say_pattern(note, rule->pattern->text);
    }
    return true;
}

static bool keeps_span(const bell_rule *rule, bool bytes, const char *value,
                       char *note)
{
    struct span span;
    memcpy(&span, value, sizeof span);
    if (bytes) {
        return keeps_count(rule, span.size, "byte", "min_length", "max_length",
                           note);
    }
    return keeps_count(rule, span.size, "item", "min_items", "max_items", note);
}

static bool keeps_number(const bell_rule *rule, bell_kind kind,
                         const char *value, char *note)
{
    int32_t small;
    int64_t large;
    uint32_t natural;
    uint64_t huge;
    float narrow;
    double wide;
    switch (kind) {
    case BELL_KIND_INT32:
        memcpy(&small, value, sizeof small);
        return keeps_integer(rule, small, note);
    case BELL_KIND_INT64:
    case BELL_KIND_DURATION:
        memcpy(&large, value, sizeof large);
        return keeps_integer(rule, large, note);
    case BELL_KIND_UINT32:
        memcpy(&natural, value, sizeof natural);
        return keeps_natural(rule, natural, note);
    case BELL_KIND_UINT64:
        memcpy(&huge, value, sizeof huge);
        return keeps_natural(rule, huge, note);
    case BELL_KIND_FLOAT32:
        memcpy(&narrow, value, sizeof narrow);
        return keeps_narrow(rule, narrow, note);
    case BELL_KIND_FLOAT64:
        memcpy(&wide, value, sizeof wide);
        return keeps_wide(rule, wide, note);
    case BELL_KIND_BOOL:
    case BELL_KIND_STRING:
    case BELL_KIND_JSON:
    case BELL_KIND_ENUM:
    case BELL_KIND_RECORD:
    case BELL_KIND_UNION:
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
    case BELL_KIND_OPTION:
    case BELL_KIND_BYTES:
    case BELL_KIND_DATETIME:
    case BELL_KIND_DATE:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
    case BELL_KIND_RULED:
        break; /* no number */
    }
    return true;
}

bool bell__rule_keeps(const bell_type *type, const char *value, char *note,
                      struct bell__means *means)
{
    const bell_type *item = type->item;
    while (item->kind == BELL_KIND_RULED) {
        item = item->item;
    }
    switch ((bell_kind)item->kind) {
    case BELL_KIND_STRING:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
        return keeps_text(type->rule, value, note, means);
    case BELL_KIND_BYTES:
        return keeps_span(type->rule, true, value, note);
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
        return keeps_span(type->rule, false, value, note);
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
    case BELL_KIND_DURATION:
        return keeps_number(type->rule, (bell_kind)item->kind, value, note);
    case BELL_KIND_BOOL:
    case BELL_KIND_JSON:
    case BELL_KIND_ENUM:
    case BELL_KIND_RECORD:
    case BELL_KIND_UNION:
    case BELL_KIND_OPTION:
    case BELL_KIND_DATETIME:
    case BELL_KIND_DATE:
    case BELL_KIND_RULED:
        break; /* no rule can be said of it */
    }
    return true;
}
