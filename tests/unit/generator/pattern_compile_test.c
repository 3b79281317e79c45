/* pattern_compile_test.c: which texts are patterns, what they match, and where
 * the others are wrong. The instructions are run here by a matcher of its own,
 * slow and plain. */
#include "unit/check.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/points.h"
#include "pattern/pattern.h"

enum { TEXT_MAX = 64 };

struct run {
    const bell_pattern *pattern;
    uint32_t points[TEXT_MAX];
    size_t count;
    unsigned char *seen; /* by place and instruction: it led nowhere */
};

static bool is_word(const struct run *run, size_t at)
{
    if (at >= run->count) {
        return false;
    }
    uint32_t point = run->points[at];
    return point == '_' || (point >= '0' && point <= '9') ||
           ((point | 0x20) >= 'a' && (point | 0x20) <= 'z');
}

static bool is_edge(const struct run *run, size_t at)
{
    return is_word(run, at) != (at > 0 && is_word(run, at - 1));
}

static bool in_class(const uint32_t *step, uint32_t point)
{
    for (uint32_t i = 0; i < step[1]; i++) {
        if (point >= step[2 + 2 * i] && point <= step[3 + 2 * i]) {
            return true;
        }
    }
    return false;
}

static bool walk(struct run *run, uint32_t place, size_t at)
{
    unsigned char *seen = &run->seen[place * (TEXT_MAX + 1) + at];
    const uint32_t *step = run->pattern->words + place;
    bool more = at < run->count;
    if (*seen != 0) {
        return false;
    }
    *seen = 1;
    switch ((bell_step)step[0]) {
    case BELL_STEP_MATCH:
        return true;
    case BELL_STEP_POINT:
        return more && run->points[at] == step[1] &&
               walk(run, place + 2, at + 1);
    case BELL_STEP_ANY:
        return more && walk(run, place + 1, at + 1);
    case BELL_STEP_CLASS:
        return more && in_class(step, run->points[at]) &&
               walk(run, place + 2 + 2 * step[1], at + 1);
    case BELL_STEP_JUMP:
        return walk(run, step[1], at);
    case BELL_STEP_FORK:
        return walk(run, step[1], at) || walk(run, step[2], at);
    case BELL_STEP_BEGIN:
        return at == 0 && walk(run, place + 1, at);
    case BELL_STEP_END:
        return !more && walk(run, place + 1, at);
    case BELL_STEP_EDGE:
        return is_edge(run, at) && walk(run, place + 1, at);
    case BELL_STEP_INSIDE:
        return !is_edge(run, at) && walk(run, place + 1, at);
    }
    return false;
}

static bool matches(const bell_pattern *pattern, const char *text)
{
    struct run run = {.pattern = pattern};
    size_t size = strlen(text);
    for (size_t at = 0; at < size && run.count < TEXT_MAX;) {
        at += utf8_next(text + at, size - at, &run.points[run.count++]);
    }
    run.seen = calloc((size_t)pattern->count * (TEXT_MAX + 1), 1);
    bool found = false;
    for (size_t from = 0; run.seen != NULL && from <= run.count; from++) {
        found = found || walk(&run, 0, from);
    }
    free(run.seen);
    return found;
}

static void check_one(const char *text, const char *good, const char *bad)
{
    struct bell__arena arena;
    bell_pattern pattern;
    struct pattern_error error = {0, ""};
    bell__arena_open(&arena, &bell__memory_default, 0);
    bool compiled = pattern_compile(bell_str(text), &arena, &pattern, &error);
    check_count(compiled, text, 0, error.message);
    if (compiled && good != NULL) {
        check_count(matches(&pattern, good), text, 1, good);
    }
    if (compiled && bad != NULL) {
        check_count(!matches(&pattern, bad), text, 2, bad);
    }
    bell__arena_close(&arena);
}

static void good_patterns(void)
{
    check_one("", "", NULL);
    check_one("abc", "xxabcxx", "ab");
    check_one("^abc$", "abc", "abcd");
    check_one("^a|b$", "ax", "xa");
    check_one("^(?:a|b)$", "b", "ab");
    check_one("^[A-Z]{2,4}$", "ABCD", "ABCDE");
    check_one("^[A-Z]{2,4}$", "AB", "A");
    check_one("^x{0}$", "", "x");
    check_one("^x{3}$", "xxx", "xx");
    check_one("^x{2,}$", "xxxxx", "x");
    check_one("^(ab)+$", "ababab", "aba");
    check_one("^(a*)*$", "aaa", "b");
    check_one("^(a|)+b$", "aab", "aac");
    check_one("^a+?$", "aa", "");
    check_one("^.$", "\xC3\xA4", "\n");
    check_one("^..$", "\xF0\x9F\x98\x80x", "x");
    check_one("^[^a-c]$", "d", "b");
    check_one("^[^a-c]$", "\xF0\x9F\x98\x80", "a");
    check_one("^\\d+\\s\\w\\D\\S\\W$", "12 aXy-", "12 a1y-");
    check_one("^[\\d\\-_]+$", "1-2_3", "1+2");
    check_one("^[a-]$", "-", "b");
    check_one("^[-a]$", "-", "b");
    check_one("^[\\]\\[]$", "]", "x");
    check_one("^[\xC3\xA4-\xC3\xBC]$", "\xC3\xB6", "o");
    check_one("\\bcat\\b", "a cat sat", "concat");
    check_one("\\Bcat", "concat", "a cat");
    check_one("^\\x41\\t\\.\\/$", "A\t./", "A\tx/");
    check_one("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
              "123e4567-e89b-12d3-a456-426614174000", "123e4567");
    check_one("^[b-da-c]+$", "abcd", "e");
}

static void check_bad(const char *text, size_t offset, const char *message)
{
    struct bell__arena arena;
    bell_pattern pattern;
    struct pattern_error error = {0, ""};
    bell__arena_open(&arena, &bell__memory_default, 0);
    bool compiled = pattern_compile(bell_str(text), &arena, &pattern, &error);
    check_count(!compiled, text, 0, "this is no pattern");
    check_int_at((int64_t)offset, (int64_t)error.offset, "offset", text, 0);
    check_count(strstr(error.message, message) != NULL, text, 1, error.message);
    bell__arena_close(&arena);
}

static void bad_patterns(void)
{
    check_bad("ab(c", 2, "never closed");
    check_bad("abc)", 3, "never opened");
    check_bad("a[bc", 1, "never closed");
    check_bad("a[]", 1, "empty");
    check_bad("*a", 0, "nothing to repeat here");
    check_bad("a|*", 2, "nothing to repeat here");
    check_bad("^*", 1, "nothing to repeat here");
    check_bad("\\b+", 2, "nothing to repeat here");
    check_bad("a**", 2, "cannot be repeated");
    check_bad("a{2}{3}", 4, "cannot be repeated");
    check_bad("a+??", 3, "cannot be repeated");
    check_bad("a{,3}", 1, "a count is");
    check_bad("a{2", 1, "a count is");
    check_bad("a{3,2}", 1, "reverse order");
    check_bad("a{1001}", 2, "1000");
    check_bad("a{99999999999999999999}", 2, "1000");
    check_bad("a}", 1, "write \\");
    check_bad("]", 0, "write \\");
    check_bad("(?=a)", 0, "look-around");
    check_bad("(?<!a)b", 0, "look-around");
    check_bad("(?i)a", 0, "flags");
    check_bad("(a)\\1", 3, "back references");
    check_bad("\\q", 0, "unknown escape");
    check_bad("\\u0041", 0, "unknown escape");
    check_bad("\\x4", 0, "unknown escape");
    check_bad("a\\", 1, "unknown escape");
    check_bad("[z-a]", 1, "reverse order");
    check_bad("[\\d-z]", 1, "one character");
    check_bad("[a-\\w]", 1, "one character");
    check_bad("[[:alpha:]]", 1, "bracket");
    check_bad("[\\b]", 1, "unknown escape");
    check_bad("x\xFF", 1, "UTF-8");
    check_bad("((a{1000}){1000}){1000}", 0, "too long");
    check_bad("(((((){1000}){1000}){1000}){1000}){1000}", 0, "too long");
}

/* As deep and as long as it may be, and one more. */
static void borders(void)
{
    char deep[128];
    for (size_t depth = 50; depth <= 51; depth++) {
        memset(deep, '(', depth);
        memset(deep + depth, ')', depth);
        deep[2 * depth] = '\0';
        if (depth == 50) {
            check_one(deep, "", NULL);
        } else {
            check_bad(deep, 50, "too deeply");
        }
    }
    char *text = malloc(4002);
    CHECK(text != NULL);
    if (text != NULL) {
        memset(text, 'a', 4001);
        text[4001] = '\0';
        check_bad(text, 0, "4000 bytes");
        text[4000] = '\0';
        check_one(text, NULL, "a");
        free(text);
    }
}

/* Any bytes: a pattern or an error, in bounded time and memory. */
static void any_bytes(void)
{
    static const char signs[] = "ab^$.*+?()[]{}|\\dwsbx019,-:=\xC3\xA4";
    uint64_t seed = 7;
    size_t patterns = 0;
    for (int i = 0; i < 20000; i++) {
        char text[24];
        size_t size = 0;
        for (; size < sizeof text - 1; size++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            text[size] = signs[(seed >> 33) % (sizeof signs - 1)];
            if ((seed >> 60) == 0) {
                break;
            }
        }
        text[size] = '\0';
        struct bell__arena arena;
        bell_pattern pattern;
        struct pattern_error error = {0, NULL};
        bell__arena_open(&arena, &bell__memory_default, 0);
        if (pattern_compile(bell_str(text), &arena, &pattern, &error)) {
            patterns++;
            matches(&pattern, "ab-9x");
        } else {
            CHECK(error.message != NULL && error.offset <= size);
        }
        bell__arena_close(&arena);
    }
    CHECK(patterns > 100);
}

int main(void)
{
    good_patterns();
    bad_patterns();
    borders();
    any_bytes();
    return check_report();
}
