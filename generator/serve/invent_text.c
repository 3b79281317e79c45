/* invent_text.c: plausible scalars, as JSON, within their constraints. Where a
 * pattern and a length ask for too much, the pattern wins. */
#include "serve/invent_text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "json/write.h"

enum { LENGTH_MAX = 4096 };

uint64_t invent_draw(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *seed >> 33;
}

void invent_number(struct bell__buf *out, uint64_t value)
{
    char digits[BELL__JSON_INT_MAX];
    char *end = bell__json_put_uint64(digits, value);
    bell__buf_add(out, digits, (size_t)(end - digits));
}

static void quoted(struct bell__buf *out, const char *before, uint64_t number,
                   const char *after)
{
    bell__buf_add_text(out, before);
    invent_number(out, number);
    bell__buf_add_text(out, after);
}

static void uuid(struct bell__buf *out, uint64_t *seed)
{
    static const char digits[] = "0123456789abcdef";
    char text[] = "\"00000000-0000-4000-8000-000000000000\"";
    for (size_t i = 1; i < sizeof text - 2; i++) {
        if (text[i] == '0') {
            text[i] = digits[invent_draw(seed) % 16];
        }
    }
    bell__buf_add_text(out, text);
}

void invent_scalar(struct bell__buf *out, const bell_type *type, uint64_t *seed)
{
    uint64_t drawn = invent_draw(seed) % 1000;
    bool number = (type->flags & (BELL_TYPE_SECONDS | BELL_TYPE_MILLISECONDS |
                                  BELL_TYPE_NUMBER)) != 0;
    switch ((bell_kind)type->kind) {
    case BELL_KIND_BOOL:
        bell__buf_add_text(out, drawn % 2 == 0 ? "false" : "true");
        return;
    case BELL_KIND_STRING:
        quoted(out, "\"text ", drawn, "\"");
        return;
    case BELL_KIND_JSON:
        bell__buf_add_text(out, "{}");
        return;
    case BELL_KIND_BYTES:
        bell__buf_add_text(out, "\"AAEC\"");
        return;
    case BELL_KIND_DATETIME:
        if (number) {
            invent_number(out, (type->flags & BELL_TYPE_SECONDS) != 0
                                   ? 1709208000 + drawn
                                   : (1709208000 + drawn) * 1000);
            return;
        }
        quoted(out, "\"2024-02-29T12:00:00.", 100 + drawn % 900, "Z\"");
        return;
    case BELL_KIND_DATE:
        quoted(out, "\"2024-02-", 10 + drawn % 20, "\"");
        return;
    case BELL_KIND_UUID:
        uuid(out, seed);
        return;
    case BELL_KIND_DURATION:
        if (number) {
            invent_number(out, drawn);
        } else {
            quoted(out, "\"PT", 1 + drawn % 59, "S\"");
        }
        return;
    case BELL_KIND_DECIMAL:
        quoted(out, number ? "" : "\"", drawn, number ? ".50" : ".50\"");
        return;
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
        invent_number(out, drawn);
        return;
    case BELL_KIND_ENUM:
    case BELL_KIND_RECORD:
    case BELL_KIND_UNION:
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
    case BELL_KIND_OPTION:
    case BELL_KIND_RULED:
        break;
    }
    assert(false && "a scalar");
}

/* ---- Under a rule -------------------------------------------------------- */

static void whole(struct bell__buf *out, const bell_rule *rule, uint64_t *seed)
{
    int64_t value = (int64_t)(invent_draw(seed) % 1000);
    if ((rule->checks & BELL_RULE_MAX) != 0 && value > rule->max.integer) {
        value = rule->max.integer;
    }
    if ((rule->checks & BELL_RULE_MIN) != 0 && value < rule->min.integer) {
        value = rule->min.integer;
    }
    bell__json_add_int64(out, value);
}

static void natural(struct bell__buf *out, const bell_rule *rule,
                    uint64_t *seed)
{
    uint64_t value = invent_draw(seed) % 1000;
    if ((rule->checks & BELL_RULE_MAX) != 0 && value > rule->max.natural) {
        value = rule->max.natural;
    }
    if ((rule->checks & BELL_RULE_MIN) != 0 && value < rule->min.natural) {
        value = rule->min.natural;
    }
    invent_number(out, value);
}

static void real(struct bell__buf *out, const bell_rule *rule, uint64_t *seed)
{
    char digits[BELL__JSON_DOUBLE_MAX];
    double value = (double)(invent_draw(seed) % 1000);
    if ((rule->checks & BELL_RULE_MAX) != 0 && value > rule->max.real) {
        value = rule->max.real;
    }
    if ((rule->checks & BELL_RULE_MIN) != 0 && value < rule->min.real) {
        value = rule->min.real;
    }
    char *end = bell__json_put_double(digits, value);
    bell__buf_add(out, digits, (size_t)(end - digits));
}

/* How a search has come to an instruction. */
struct way {
    uint32_t from;  /* the instruction before */
    uint32_t point; /* what was read on the way, 0: nothing */
    bool known;
};

/* What may stand behind an instruction: up to two places. */
static size_t next_steps(const uint32_t *words, uint32_t at, uint32_t *next,
                         uint32_t *point)
{
    *point = 0;
    switch ((bell_step)words[at]) {
    case BELL_STEP_MATCH:
        return 0;
    case BELL_STEP_POINT:
        *point = words[at + 1];
        next[0] = at + 2;
        return 1;
    case BELL_STEP_ANY:
        *point = 'a';
        next[0] = at + 1;
        return 1;
    case BELL_STEP_CLASS:
        if (words[at + 1] == 0) {
            return 0;
        }
        *point = words[at + 2] != 0 ? words[at + 2] : words[at + 3];
        next[0] = at + 2 + 2 * words[at + 1];
        return 1;
    case BELL_STEP_JUMP:
        next[0] = words[at + 1];
        return 1;
    case BELL_STEP_FORK:
        next[0] = words[at + 1];
        next[1] = words[at + 2];
        return 2;
    case BELL_STEP_BEGIN:
    case BELL_STEP_END:
    case BELL_STEP_EDGE:
    case BELL_STEP_INSIDE:
        next[0] = at + 1; /* what is asked of the place is hoped for */
        return 1;
    }
    assert(false && "an instruction");
    return 0;
}

/* Breadth first: the first way to an end. Gives its place, or UINT32_MAX. */
static uint32_t search(const bell_pattern *pattern, struct way *ways,
                       uint32_t *queue)
{
    uint32_t count = 0;
    queue[count++] = 0;
    ways[0].known = true;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = queue[i];
        uint32_t next[2];
        uint32_t point = 0;
        if (pattern->words[at] == BELL_STEP_MATCH) {
            return at;
        }
        size_t some = next_steps(pattern->words, at, next, &point);
        for (size_t k = 0; k < some; k++) {
            if (!ways[next[k]].known) {
                ways[next[k]] = (struct way){at, point, true};
                queue[count++] = next[k];
            }
        }
    }
    return UINT32_MAX;
}

static size_t put_point(char *out, uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

/* The way is known backwards: its text is written from its end. */
static void write_way(struct bell__buf *out, const struct way *ways,
                      uint32_t at, char *room, size_t size)
{
    size_t from = size;
    while (at != 0) {
        char point[4];
        if (ways[at].point != 0) {
            size_t bytes = put_point(point, ways[at].point);
            from -= bytes;
            memcpy(room + from, point, bytes);
        }
        at = ways[at].from;
    }
    bell__json_add_string(out, (bell_string){room + from, size - from});
}

static void patterned(struct bell__buf *out, const bell_pattern *pattern)
{
    size_t count = (size_t)pattern->count + 1;
    struct way *ways = calloc(count, sizeof *ways);
    uint32_t *queue = calloc(count, sizeof *queue);
    char *room = calloc(count, 4);
    if (ways != NULL && queue != NULL && room != NULL) {
        uint32_t end = search(pattern, ways, queue);
        if (end == UINT32_MAX) {
            bell__buf_add_text(out, "\"\"");
        } else {
            write_way(out, ways, end, room, count * 4);
        }
    } else if (out->failed == BELL_OK) {
        out->failed = BELL_NO_MEMORY;
    }
    free(ways);
    free(queue);
    free(room);
}

/* Of as many units as asked for, and what follows them. */
static void sized(struct bell__buf *out, const bell_rule *rule,
                  const char *unit, const char *end)
{
    size_t count = 6;
    if ((rule->checks & BELL_RULE_MAX_COUNT) != 0 && count > rule->max_count) {
        count = rule->max_count;
    }
    if ((rule->checks & BELL_RULE_MIN_COUNT) != 0 && count < rule->min_count) {
        count = rule->min_count;
    }
    count = count > LENGTH_MAX ? LENGTH_MAX : count;
    bell__buf_add_text(out, "\"");
    for (size_t i = 0; i < count; i++) {
        bell__buf_add_text(out, unit);
    }
    bell__buf_add_text(out, end);
}

/* Zeros in base64: four letters are three bytes. */
static void sized_bytes(struct bell__buf *out, const bell_rule *rule)
{
    static const char *const ends[] = {"\"", "AA==\"", "AAA=\""};
    bell_rule thirds = *rule;
    size_t rest = 0;
    thirds.max_count = rule->max_count / 3;
    thirds.min_count = rule->min_count / 3;
    if ((rule->checks & BELL_RULE_MIN_COUNT) != 0 && rule->min_count / 3 >= 6) {
        rest = rule->min_count % 3;
    } else if ((rule->checks & BELL_RULE_MAX_COUNT) != 0 &&
               rule->max_count / 3 < 6) {
        rest = rule->max_count % 3;
    }
    sized(out, &thirds, "AAAA", ends[rest]);
}

/* Compares by the kind at the bottom. */
static bool is_less(const bell_type *ruled, bell_bound one, bell_bound two)
{
    while (ruled->kind == BELL_KIND_RULED) {
        ruled = ruled->item;
    }
    switch ((bell_kind)ruled->kind) {
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
        return one.real < two.real;
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
        return one.natural < two.natural;
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
        return one.integer < two.integer;
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
    case BELL_KIND_DURATION:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
    case BELL_KIND_RULED:
        break;
    }
    return false; /* nothing bounds these */
}

void invent_tighten(bell_rule *rule, const bell_type *ruled)
{
    const bell_rule *more = ruled->rule;
    uint32_t news = more->checks & ~rule->checks;
    if ((news & BELL_RULE_MIN) != 0 || ((more->checks & BELL_RULE_MIN) != 0 &&
                                        is_less(ruled, rule->min, more->min))) {
        rule->min = more->min;
    }
    if ((news & BELL_RULE_MAX) != 0 || ((more->checks & BELL_RULE_MAX) != 0 &&
                                        is_less(ruled, more->max, rule->max))) {
        rule->max = more->max;
    }
    if ((news & BELL_RULE_MIN_COUNT) != 0 ||
        more->min_count > rule->min_count) {
        rule->min_count = more->min_count;
    }
    if ((news & BELL_RULE_MAX_COUNT) != 0 ||
        ((more->checks & BELL_RULE_MAX_COUNT) != 0 &&
         more->max_count < rule->max_count)) {
        rule->max_count = more->max_count;
    }
    rule->checks |= more->checks;
    rule->pattern = rule->pattern != NULL ? rule->pattern : more->pattern;
}

void invent_ruled(struct bell__buf *out, const bell_type *type,
                  const bell_rule *rule, uint64_t *seed)
{
    switch ((bell_kind)type->kind) {
    case BELL_KIND_INT32:
    case BELL_KIND_INT64:
        whole(out, rule, seed);
        return;
    case BELL_KIND_UINT32:
    case BELL_KIND_UINT64:
        natural(out, rule, seed);
        return;
    case BELL_KIND_FLOAT32:
    case BELL_KIND_FLOAT64:
        real(out, rule, seed);
        return;
    case BELL_KIND_STRING:
        if (rule->pattern != NULL) {
            patterned(out, rule->pattern);
        } else {
            sized(out, rule, "x", "\"");
        }
        return;
    case BELL_KIND_BYTES:
        sized_bytes(out, rule);
        return;
    case BELL_KIND_BOOL:
    case BELL_KIND_JSON:
    case BELL_KIND_DATETIME:
    case BELL_KIND_DATE:
    case BELL_KIND_DURATION:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
    case BELL_KIND_ENUM:
    case BELL_KIND_RECORD:
    case BELL_KIND_UNION:
    case BELL_KIND_LIST:
    case BELL_KIND_MAP:
    case BELL_KIND_OPTION:
    case BELL_KIND_RULED:
        invent_scalar(out, type, seed);
        return;
    }
}
