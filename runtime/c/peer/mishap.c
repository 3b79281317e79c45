/* mishap.c: rules of what goes wrong, read and drawn. */
#include "peer/mishap.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
    RULE_BYTES_MAX = 1024,
    RATE_WHOLE = 1000000, /* of a rate: 100% */
    LATE_MS = 1000
};

struct bell__mishap_rule {
    struct bell__mishap_rule *next;
    struct bell__mishap mishap;
    bell_string name; /* empty: every call */
    uint32_t left;    /* UINT32_MAX: without end */
    uint32_t rate;    /* of RATE_WHOLE */
    size_t size;      /* of the block that this is */
    char text[];
};

/* ---- The kinds ----------------------------------------------------------- */

enum argument { NOTHING, CODE, TIME, COUNT, MEMBER };

struct kind {
    const char *name;
    enum argument argument;
    int64_t low, high, usual; /* CODE and COUNT */
    const char *text;         /* CODE: the usual one */
    const char *wanted;       /* what stands behind the colon */
};

/* In the order of enum bell__mishap_kind. */
static const struct kind kinds[] = {
    {"error", CODE, 1, INT32_MAX, 100, "internal server error",
     "error[:CODE[:MESSAGE]], CODE from 1"},
    {"close", CODE, 1000, 4999, 3004, "internal server error",
     "close[:CODE[:REASON]], CODE from 1000 to 4999 but for 1004, 1005, "
     "1006 and 1015"},
    {"late", TIME, 0, 0, LATE_MS, NULL, "late[:TIME], such as 500ms or 2s"},
    {"silent", NOTHING, 0, 0, 0, NULL, "silent"},
    {"drop", NOTHING, 0, 0, 0, NULL, "drop"},
    {"duplicate", COUNT, 2, 1000, 2, NULL, "duplicate[:TIMES], TIMES from 2"},
    {"reorder", COUNT, 1, 1000, 1, NULL, "reorder[:PLACES], PLACES from 1"},
    {"wrong-type", MEMBER, 0, 0, 0, NULL, "wrong-type[:MEMBER]"},
    {"unknown-variant", MEMBER, 0, 0, 0, NULL, "unknown-variant[:MEMBER]"},
    {"cut-frame", COUNT, 1, INT32_MAX, 0, NULL, "cut-frame[:BYTES]"},
    {"freeze", TIME, 0, 0, BELL__MISHAP_FOREVER, NULL, "freeze[:TIME]"},
    {"burst", COUNT, 2, 100000, 16, NULL, "burst[:ANSWERS], ANSWERS from 2"},
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

const char *bell__mishap_name(enum bell__mishap_kind kind)
{
    return kinds[kind].name;
}

uint64_t bell__mishap_random(uint64_t *seed)
{
    *seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = *seed;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* ---- Words --------------------------------------------------------------- */

static bell_status wrong(bell_error *error, bell_string words, const char *why)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "the fault '%.*s': %s", (int)words.size, words.text,
                           why);
}

/* Digits off the front; false where there are none, or too many. */
static bool take_number(bell_string *text, int64_t *number)
{
    size_t at = 0;
    *number = 0;
    for (; at < text->size && text->text[at] >= '0' && text->text[at] <= '9';
         at++) {
        if (at == 15) {
            return false;
        }
        *number = *number * 10 + (text->text[at] - '0');
    }
    text->text += at;
    text->size -= at;
    return at != 0;
}

static bool take_time(bell_string text, int64_t *ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    if (!take_number(&text, ms) || *ms > INT32_MAX) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (bell__str_is(text, units[i].unit)) {
            *ms *= units[i].ms;
            return true;
        }
    }
    return false;
}

/* Where the last such letter is; NULL where there is none. */
static const char *find_last(bell_string text, char letter)
{
    for (size_t at = text.size; at > 0; at--) {
        if (text.text[at - 1] == letter) {
            return text.text + at - 1;
        }
    }
    return NULL;
}

static bell_string before(bell_string text, const char *at)
{
    return (bell_string){text.text, (size_t)(at - text.text)};
}

static bell_string behind(bell_string text, const char *at)
{
    return (bell_string){at + 1, (size_t)(text.text + text.size - at) - 1};
}

/* @COUNT or @RATE%: whole numbers and decimal fractions. */
static bool take_often(struct bell__mishap_rule *rule, bell_string text)
{
    int64_t number;
    int64_t fraction = 0;
    int64_t unit = RATE_WHOLE / 100;
    if (!take_number(&text, &number)) {
        return false;
    }
    if (text.size == 0) {
        rule->left = (uint32_t)number;
        return number >= 1 && number < UINT32_MAX;
    }
    if (text.text[0] == '.') {
        bell_string digits = {text.text + 1, text.size - 1};
        text = digits;
        if (!take_number(&text, &fraction) || digits.size - text.size > 4) {
            return false;
        }
        for (size_t i = digits.size - text.size; i < 4; i++) {
            fraction *= 10;
        }
    }
    if (!bell__str_is(text, "%") || number > 100) {
        return false;
    }
    rule->rate = (uint32_t)(number * unit + fraction);
    return rule->rate >= 1 && rule->rate <= RATE_WHOLE;
}

/* Codes that stand for what no frame says, or that are kept for later. */
static bool may_be_sent(int64_t code)
{
    return code != 1004 && code != 1005 && code != 1006 && code != 1015;
}

/* The argument stands in the rule's own text, and ends with a NUL. */
static bool take_argument(struct bell__mishap *mishap, const struct kind *kind,
                          bell_string argument)
{
    int64_t number;
    switch (kind->argument) {
    case NOTHING:
        return false;
    case TIME:
        return take_time(argument, &mishap->ms);
    case MEMBER:
        mishap->text = argument.text;
        return argument.size != 0;
    case CODE:
    case COUNT:
        break;
    }
    if (!take_number(&argument, &number) || number < kind->low ||
        number > kind->high) {
        return false;
    }
    if (kind - kinds == BELL__MISHAP_CLOSE && !may_be_sent(number)) {
        return false;
    }
    mishap->code = (int32_t)number;
    mishap->count = (uint32_t)number;
    if (argument.size == 0) {
        return true;
    }
    mishap->text = argument.text + 1;
    return kind->argument == CODE && argument.text[0] == ':';
}

static const struct kind *find_kind(bell_string name)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (bell__str_is(name, kinds[i].name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* Codes of Centrifugo's that mean: try again. */
static bool is_temporary(int32_t code)
{
    return code == 100 || code == 111 || code == 113;
}

static bell_status read_kind(struct bell__mishap_rule *rule, bell_string text,
                             bell_string words, bell_error *error)
{
    struct bell__mishap *mishap = &rule->mishap;
    const char *colon =
        text.size == 0 ? NULL : memchr(text.text, ':', text.size);
    const struct kind *kind =
        find_kind(colon != NULL ? before(text, colon) : text);
    if (kind == NULL) {
        return wrong(error, words, "there is no such kind");
    }
    mishap->kind = (enum bell__mishap_kind)(kind - kinds);
    mishap->code = (int32_t)(kind->usual < INT32_MAX ? kind->usual : 0);
    mishap->count = (uint32_t)mishap->code;
    mishap->ms = kind->usual;
    mishap->text = kind->text;
    if (colon != NULL && !take_argument(mishap, kind, behind(text, colon))) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "the fault '%.*s': wanted %s", (int)words.size,
                               words.text, kind->wanted);
    }
    mishap->temporary = is_temporary(mishap->code);
    return BELL_OK;
}

/* NAME= is there where the first `=` comes before any colon. */
static bell_status read_rule(struct bell__mishap_rule *rule, bell_string words,
                             bell_error *error)
{
    bell_string text = {rule->text, words.size};
    const char *at = find_last(text, '@');
    if (at != NULL) {
        rule->text[at - rule->text] = '\0';
        if (!take_often(rule, behind(text, at))) {
            return wrong(error, words,
                         "behind @ stands a count from 1, or a rate such as "
                         "5%");
        }
        text = before(text, at);
    }
    const char *equals =
        text.size == 0 ? NULL : memchr(text.text, '=', text.size);
    const char *colon =
        text.size == 0 ? NULL : memchr(text.text, ':', text.size);
    if (equals != NULL && (colon == NULL || equals < colon)) {
        rule->name = before(text, equals);
        text = behind(text, equals);
        if (rule->name.size == 0) {
            return wrong(error, words, "nothing stands before =");
        }
    }
    return read_kind(rule, text, words, error);
}

/* ---- Rules --------------------------------------------------------------- */

void bell__mishaps_open(struct bell__mishaps *mishaps,
                        const bell_allocator *memory, uint64_t seed)
{
    memset(mishaps, 0, sizeof *mishaps);
    mishaps->memory = memory;
    mishaps->seed = seed;
}

void bell__mishaps_close(struct bell__mishaps *mishaps)
{
    while (mishaps->rules != NULL) {
        struct bell__mishap_rule *rule = mishaps->rules;
        mishaps->rules = rule->next;
        bell__memory_free(mishaps->memory, rule, rule->size);
    }
}

bell_status bell__mishaps_add(struct bell__mishaps *mishaps, bell_string words,
                              bell_error *error)
{
    if (words.size == 0 || words.size > RULE_BYTES_MAX ||
        memchr(words.text, '\0', words.size) != NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "a fault is [NAME=]KIND[:ARG][@COUNT|@RATE%%]");
    }
    if (bell__utf8_good(words.text, words.size) != words.size) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "a fault is not UTF-8");
    }
    size_t size = sizeof(struct bell__mishap_rule) + words.size + 1;
    struct bell__mishap_rule *rule = bell__memory_take(mishaps->memory, size);
    if (rule == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a fault");
    }
    memset(rule, 0, sizeof *rule);
    rule->size = size;
    rule->left = UINT32_MAX;
    rule->rate = RATE_WHOLE;
    memcpy(rule->text, words.text, words.size);
    rule->text[words.size] = '\0';
    bell_status status = read_rule(rule, words, error);
    if (status != BELL_OK) {
        bell__memory_free(mishaps->memory, rule, size);
        return status;
    }
    struct bell__mishap_rule **end = &mishaps->rules;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = rule;
    return BELL_OK;
}

bool bell__mishaps_have(const struct bell__mishaps *mishaps,
                        enum bell__mishap_kind kind)
{
    const struct bell__mishap_rule *rule = mishaps->rules;
    while (rule != NULL && rule->mishap.kind != kind) {
        rule = rule->next;
    }
    return rule != NULL;
}

bool bell__mishaps_next_name(const struct bell__mishaps *mishaps,
                             const struct bell__mishap_rule **rule,
                             bell_string *name)
{
    const struct bell__mishap_rule *at =
        *rule != NULL ? (*rule)->next : mishaps->rules;
    while (at != NULL && at->name.size == 0) {
        at = at->next;
    }
    *rule = at;
    *name = at != NULL ? at->name : (bell_string){NULL, 0};
    return at != NULL;
}

static bool fits(const struct bell__mishap_rule *rule, bell_string name,
                 bool is_call)
{
    return rule->left != 0 &&
           (rule->name.size == 0 ? is_call : bell__str_equal(rule->name, name));
}

const struct bell__mishap *bell__mishaps_draw(struct bell__mishaps *mishaps,
                                              bell_string name, bool is_call)
{
    for (struct bell__mishap_rule *rule = mishaps->rules; rule != NULL;
         rule = rule->next) {
        if (!fits(rule, name, is_call) ||
            (rule->rate != RATE_WHOLE &&
             bell__mishap_random(&mishaps->seed) % RATE_WHOLE >= rule->rate)) {
            continue;
        }
        if (rule->left != UINT32_MAX) {
            rule->left--;
        }
        return &rule->mishap;
    }
    return NULL;
}
