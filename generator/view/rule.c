/* rule.c: the constraints of a type as the published model shows them. It
 * knows a language only by its lang.yaml. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "view/show.h"

enum { WORDS_A_LINE = 10 };

static void show_check(struct uses *uses, struct node *list,
                       const bell_rule *table, uint32_t check, const char *name)
{
    if ((table->checks & check) != 0) {
        struct node *map = show_map(uses);
        show_text(uses, map, "text", bell_str(name));
        show_append(uses, list, map);
    }
}

/* Which member of a bound holds it, and its scalar with that width. */
static enum scalar bound_of(const struct used *used, const char **member)
{
    switch (scalar_rows[used->plain->scalar].number) {
    case NUMBER_REAL:
        *member = "real";
        return SCALAR_FLOAT64;
    case NUMBER_NATURAL:
        *member = "natural";
        return SCALAR_UINT64;
    case NUMBER_INTEGER:
    case NUMBER_NONE: /* has no bounds */
        break;
    }
    *member = "integer";
    return SCALAR_INT64;
}

static void show_bounds(struct uses *uses, const struct used *used,
                        struct node *map)
{
    const bell_rule *table = &used->rule->table;
    const char *member = "";
    enum scalar wide = bound_of(used, &member);
    if ((table->checks & (BELL_RULE_MIN | BELL_RULE_MAX)) != 0) {
        show_text(uses, map, "bound", bell_str(member));
    }
    if ((table->checks & BELL_RULE_MIN) != 0) {
        show_text(uses, map, "min", show_literal(uses, wide, table->min));
    }
    if ((table->checks & BELL_RULE_MAX) != 0) {
        show_text(uses, map, "max", show_literal(uses, wide, table->max));
    }
    if ((table->checks & BELL_RULE_MIN_COUNT) != 0) {
        show_text(uses, map, "min_count",
                  show_print(uses, "%" PRIu32, table->min_count));
    }
    if ((table->checks & BELL_RULE_MAX_COUNT) != 0) {
        show_text(uses, map, "max_count",
                  show_print(uses, "%" PRIu32, table->max_count));
    }
}

static void show_words(struct uses *uses, const bell_pattern *pattern,
                       struct node *map)
{
    struct node *list = show_list(uses, map, "lines");
    for (uint32_t i = 0; i < pattern->count; i += WORDS_A_LINE) {
        char text[WORDS_A_LINE * 12 + 1];
        size_t size = 0;
        for (uint32_t k = i; k < i + WORDS_A_LINE && k < pattern->count; k++) {
            int wrote = snprintf(text + size, sizeof text - size, "%s%" PRIu32,
                                 k > i ? ", " : "", pattern->words[k]);
            size += wrote > 0 ? (size_t)wrote : 0;
        }
        struct node *line = show_map(uses);
        show_text(uses, line, "text",
                  bell__arena_copy(uses->arena, (bell_string){text, size}));
        show_append(uses, list, line);
    }
}

static struct node *show_pattern(struct uses *uses, const struct used *used)
{
    const bell_pattern *pattern = used->rule->table.pattern;
    if (pattern == NULL) {
        return NULL;
    }
    struct node *map = show_map(uses);
    show_text(uses, map, "text", bell_str(pattern->text));
    show_text(uses, map, "symbol", used->pattern);
    show_text(uses, map, "words", used->steps);
    show_number(uses, map, "count", pattern->count);
    show_number(uses, map, "steps", pattern->steps);
    show_words(uses, pattern, map);
    return map;
}

struct node *show_rule(struct uses *uses, const struct used *used)
{
    const bell_rule *table = &used->rule->table;
    struct node *map = show_map(uses);
    struct node *checks = show_list(uses, map, "checks");
    show_text(uses, map, "symbol", used->parts);
    show_check(uses, checks, table, BELL_RULE_MIN, "MIN");
    show_check(uses, checks, table, BELL_RULE_MAX, "MAX");
    show_check(uses, checks, table, BELL_RULE_MIN_COUNT, "MIN_COUNT");
    show_check(uses, checks, table, BELL_RULE_MAX_COUNT, "MAX_COUNT");
    show_bounds(uses, used, map);
    show_share(uses, map, "pattern", show_pattern(uses, used));
    return map;
}
