/* codec_pattern_test.c: the matcher of compiled patterns beside a simple one
 * that walks the pattern's tree, patterns that blow others up, and tables that
 * make no sense. */
#include <stdlib.h>

#include "base/utf8.h"
#include "record/pattern.h"
#include "unit/check.h"

static uint64_t random_state = 0x9E3779B97F4A7C15U;

static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state % bound);
}

/* The words in a block of their own size, so that ASan sees reads beyond. */
static bool found_within(const uint32_t *words, uint32_t count,
                         const char *text, size_t size, int64_t *left)
{
    uint32_t *copy = malloc(count * sizeof *copy + (count == 0));
    char *bytes = malloc(size + (size == 0));
    if (count != 0) {
        memcpy(copy, words, count * sizeof *copy);
    }
    if (size != 0) {
        memcpy(bytes, text, size);
    }
    bell_pattern pattern = {.text = "", .words = copy, .count = count};
    bell_string slice = {size != 0 ? bytes : NULL, size};
    void *room = bell__pattern_is_large(&pattern)
                     ? malloc(BELL__PATTERN_ROOM_MAX)
                     : NULL;
    struct bell__means means = {room, *left};
    bool result = bell__pattern_found(&pattern, slice, &means);
    *left = means.left;
    free(room);
    free(copy);
    free(bytes);
    return result;
}

static bool found(const uint32_t *words, uint32_t count, const char *text,
                  size_t size)
{
    int64_t left = INT64_MAX;
    return found_within(words, count, text, size, &left);
}

/* ---- By hand ------------------------------------------------------------- */

enum { M = BELL_STEP_MATCH, P, A, C, J, F, B, E, W, I };

struct hand {
    const char *pattern; /* for who reads a failure */
    uint32_t words[24];
    uint32_t count;
    const char *text;
    bool want;
};

#define UPPER                                                                  \
    {                                                                          \
        B, C, 1, 'A', 'Z', F, 1, 8, E, M                                       \
    }
#define WORD                                                                   \
    {                                                                          \
        W, P, 'a', P, 'b', W, M                                                \
    }
#define CLASS                                                                  \
    {                                                                          \
        B, C, 3, '0', '9', 'a', 'f', 0x1F600, 0x1F64F, E, M                    \
    }

static const struct hand hands[] = {
    {"(empty)", {M}, 1, "", true},
    {"(empty)", {M}, 1, "x", true},
    {"^$", {B, E, M}, 3, "", true},
    {"^$", {B, E, M}, 3, "x", false},
    {"$^", {E, B, M}, 3, "", true},
    {"a", {P, 'a', M}, 3, "xxa", true},
    {"a", {P, 'a', M}, 3, "xxb", false},
    {"a$", {P, 'a', E, M}, 4, "aab", false},
    {"a$", {P, 'a', E, M}, 4, "aba", true},
    {".", {A, M}, 2, "", false},
    {".", {A, M}, 2, "\n", true},
    {"^.$", {B, A, E, M}, 4, "\xF0\x9F\x98\x80", true},
    {"^.$", {B, A, E, M}, 4, "\xC3\xA9x", false},
    {"^[A-Z]+$", UPPER, 10, "ABZ", true},
    {"^[A-Z]+$", UPPER, 10, "ABz", false},
    {"^[A-Z]+$", UPPER, 10, "", false},
    {"^[A-Z]+$", UPPER, 10, "AB\n", false},
    {"\\bab\\b", WORD, 7, "ab", true},
    {"\\bab\\b", WORD, 7, "x ab.", true},
    {"\\bab\\b", WORD, 7, "x ab_", false},
    {"\\bab\\b", WORD, 7, "9ab", false},
    {"\\bab\\b", WORD, 7,
     "\xC3\xA9"
     "ab\xC3\xA9",
     true},
    {"^\\B$", {B, I, E, M}, 4, "", true},
    {"^[0-9a-f\\u{1F600}-\\u{1F64F}]$", CLASS, 11, "0", true},
    {"^[0-9a-f\\u{1F600}-\\u{1F64F}]$", CLASS, 11, "9", true},
    {"^[0-9a-f\\u{1F600}-\\u{1F64F}]$", CLASS, 11, ":", false},
    {"^[0-9a-f\\u{1F600}-\\u{1F64F}]$", CLASS, 11, "g", false},
    {"^[0-9a-f\\u{1F600}-\\u{1F64F}]$", CLASS, 11, "\xF0\x9F\x99\x8F", true},
    {"^[0-9a-f\\u{1F600}-\\u{1F64F}]$", CLASS, 11, "\xF0\x9F\x99\x90", false},
    {"[]", {C, 0, M}, 3, "a", false}};

static void test_hands(void)
{
    for (size_t i = 0; i < sizeof hands / sizeof hands[0]; i++) {
        const struct hand *hand = &hands[i];
        bool got =
            found(hand->words, hand->count, hand->text, strlen(hand->text));
        check_count(got == hand->want, __FILE__, __LINE__, hand->pattern);
    }
    static const uint32_t point[] = {P, 0xFFFD, M};
    CHECK(found(point, 3, "\xC3", 1)); /* bytes that are not UTF-8 */
    CHECK(found(point, 3, "a\xF0\x9F\x98", 4));
    CHECK(!found(point, 3, "a", 1));
}

/* ---- Beside a tree walker ------------------------------------------------ */

/* A node's code is its step; a chain, a choice and a loop have none. */
enum { CHAIN = 100, CHOICE, LOOP };

struct node {
    uint32_t kind;
    uint32_t left; /* a child, or a range's first code point */
    uint32_t right;
};

enum { NODES_MAX = 64, TEXT_MAX = 8 };

static struct node nodes[NODES_MAX];
static uint32_t node_count;

static const uint32_t letters[] = {'a', 'b', '_', ' ', 0xE9, 0x1F600};

static uint32_t make_leaf(void)
{
    static const uint32_t kinds[] = {P, P, P, A, C, C, B, E, W, I};
    struct node *node = &nodes[node_count];
    node->kind = kinds[random_below(10)];
    node->left = letters[random_below(6)];
    node->right = node->left + random_below(3);
    return node_count++;
}

static uint32_t make_node(uint32_t depth)
{
    static const uint32_t kinds[] = {CHAIN, CHAIN, CHOICE, LOOP};
    if (depth == 0 || random_below(5) == 0) {
        return make_leaf();
    }
    struct node made;
    made.kind = kinds[random_below(4)];
    made.left = make_node(depth - 1);
    made.right = made.kind != LOOP ? make_node(depth - 1) : 0;
    nodes[node_count] = made;
    return node_count++;
}

static uint32_t emit(uint32_t *words, uint32_t at, uint32_t index)
{
    const struct node *node = &nodes[index];
    uint32_t start = at;
    switch (node->kind) {
    case CHAIN:
        at = emit(words, at, node->left);
        return emit(words, at, node->right);
    case CHOICE:
        at = emit(words, at + 3, node->left);
        words[at] = J;
        words[start] = F;
        words[start + 1] = start + 3;
        words[start + 2] = at + 2;
        words[at + 1] = emit(words, at + 2, node->right);
        return words[at + 1];
    case LOOP: {
        bool lazy = random_below(2) == 0;
        at = emit(words, at + 3, node->left);
        words[at] = J;
        words[at + 1] = start;
        words[start] = F;
        words[start + 1] = lazy ? at + 2 : start + 3;
        words[start + 2] = lazy ? start + 3 : at + 2;
        return at + 2;
    }
    case P:
        words[at] = P;
        words[at + 1] = node->left;
        return at + 2;
    case C:
        words[at] = C;
        words[at + 1] = 1;
        words[at + 2] = node->left;
        words[at + 3] = node->right;
        return at + 4;
    default:
        words[at] = node->kind;
        return at + 1;
    }
}

struct sample {
    uint32_t points[TEXT_MAX];
    uint32_t count;
    char text[TEXT_MAX * 4];
    size_t size;
};

static void make_sample(struct sample *sample)
{
    char *at = sample->text;
    sample->count = random_below(TEXT_MAX + 1);
    for (uint32_t i = 0; i < sample->count; i++) {
        sample->points[i] = letters[random_below(6)];
        at = bell__utf8_put(at, sample->points[i]);
    }
    sample->size = (size_t)(at - sample->text);
}

static bool is_word_at(const struct sample *sample, uint32_t place)
{
    if (place >= sample->count) {
        return false;
    }
    uint32_t point = sample->points[place];
    return point == 'a' || point == 'b' || point == '_';
}

static bool takes(const struct node *node, uint32_t point)
{
    if (node->kind == P) {
        return point == node->left;
    }
    return node->kind == A || (point >= node->left && point <= node->right);
}

/* Where the node may end that begins at `place`: a bit each. */
static uint32_t ends(const struct sample *sample, uint32_t index,
                     uint32_t place)
{
    const struct node *node = &nodes[index];
    uint32_t here = (uint32_t)1 << place;
    bool before = place > 0 && is_word_at(sample, place - 1);
    bool edge = before != is_word_at(sample, place);
    uint32_t all = 0;
    switch (node->kind) {
    case CHOICE:
        return ends(sample, node->left, place) |
               ends(sample, node->right, place);
    case CHAIN: {
        uint32_t first = ends(sample, node->left, place);
        for (uint32_t i = 0; i <= sample->count; i++) {
            all |= (first >> i & 1) != 0 ? ends(sample, node->right, i) : 0;
        }
        return all;
    }
    case LOOP:
        all = here;
        for (uint32_t i = place; i <= sample->count; i++) {
            all |= (all >> i & 1) != 0 ? ends(sample, node->left, i) : 0;
        }
        return all;
    case B:
        return place == 0 ? here : 0;
    case E:
        return place == sample->count ? here : 0;
    case W:
        return edge ? here : 0;
    case I:
        return edge ? 0 : here;
    default:
        return place < sample->count && takes(node, sample->points[place])
                   ? here << 1
                   : 0;
    }
}

static void test_random_patterns(void)
{
    uint32_t words[NODES_MAX * 8];
    struct sample sample;
    int good = 0;
    int bad = 0;
    int wrong = 0;
    for (int round = 0; round < 20000; round++) {
        node_count = 0;
        uint32_t root = make_node(1 + random_below(4));
        uint32_t count = emit(words, 0, root);
        words[count++] = M;
        for (int i = 0; i < 5; i++) {
            bool want = false;
            make_sample(&sample);
            for (uint32_t place = 0; place <= sample.count; place++) {
                want = want || ends(&sample, root, place) != 0;
            }
            bool got = found(words, count, sample.text, sample.size);
            wrong += got != want;
            good += want;
            bad += !want;
        }
    }
    CHECK_INT(0, wrong);
    CHECK(good > 10000 && bad > 10000);
}

/* ---- Patterns that blow others up ---------------------------------------- */

enum { LONG = 100000 };

static void test_blowups(void)
{
    char *text = malloc(LONG);
    memset(text, 'a', LONG);
    static const uint32_t plus[] = {P, 'a', F, 0, 5, F, 0, 8, P, 'b', M};
    CHECK(!found(plus, 11, text, LONG)); /* (a+)+b */
    text[LONG - 1] = 'b';
    CHECK(found(plus, 11, text, LONG));
    text[LONG - 1] = 'a';
    static const uint32_t choice[] = {B,   F, 4,   8, P, 'a', J, 12, P,
                                      'a', P, 'a', F, 1, 15,  E, M};
    CHECK(found(choice, 17, text, LONG)); /* ^(a|aa)+$ */
    text[LONG - 1] = '!';
    CHECK(!found(choice, 17, text, LONG));
    static const uint32_t stars[] = {F, 3, 6,  A,  J, 0, F,  9, 12,  A, J,
                                     6, F, 15, 18, A, J, 12, P, '=', M};
    CHECK(!found(stars, 21, text, LONG)); /* .*.*.*= */
    free(text);
}

/* (a?){n}a{n} of as many words as there may be. */
static void test_largest(void)
{
    static uint32_t words[BELL_PATTERN_WORDS_MAX + 1];
    static char text[BELL_PATTERN_WORDS_MAX];
    const uint32_t most = BELL_PATTERN_WORDS_MAX;
    uint32_t pairs = (most - 1) / 7;
    uint32_t at = 0;
    for (uint32_t i = 0; i < pairs; i++, at += 5) {
        words[at] = F;
        words[at + 1] = at + 3;
        words[at + 2] = at + 5;
        words[at + 3] = P;
        words[at + 4] = 'a';
    }
    for (uint32_t i = 0; i < pairs; i++, at += 2) {
        words[at] = P;
        words[at + 1] = 'a';
    }
    while (at < most) {
        words[at++] = M;
    }
    memset(text, 'a', sizeof text);
    CHECK(found(words, most, text, pairs));
    CHECK(!found(words, most, text, pairs - 1));
    words[most] = M;
    CHECK(!found(words, most + 1, text, pairs)); /* one word too many */
}

/* ---- Tables that make no sense ------------------------------------------- */

static void test_bad_tables(void)
{
    static const struct {
        uint32_t words[6];
        uint32_t count;
    } rows[] = {{{0}, 0},
                {{P}, 1},
                {{C}, 1},
                {{C, UINT32_MAX, 'a', 'z', M}, 5},
                {{C, 2, 'a', 'z', M}, 5},
                {{C, 1, 'a', 'z'}, 4},
                {{J}, 1},
                {{J, 0}, 2},
                {{J, 2}, 2},
                {{J, UINT32_MAX}, 2},
                {{F}, 1},
                {{F, 0}, 2},
                {{F, 0, 0}, 3},
                {{F, 7, UINT32_MAX}, 3},
                {{F, 5, 5, 5, 5, 5}, 6},
                {{B}, 1},
                {{99, M}, 2},
                {{UINT32_MAX, M}, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(!found(rows[i].words, rows[i].count, "abc", 3));
        CHECK(!found(rows[i].words, rows[i].count, "", 0));
    }
}

static void test_random_tables(void)
{
    uint32_t words[200];
    int matched = 0;
    for (int round = 0; round < 20000; round++) {
        uint32_t count = 1 + random_below(200);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t kind = random_below(10);
            words[i] = kind < 6   ? random_below(11)
                       : kind < 9 ? random_below(count + 2)
                                  : (uint32_t)random_state;
        }
        matched += found(words, count, "ab \xC3\xA9\xFF", 6);
    }
    CHECK(matched > 100 && matched < 19900);
    /* All words are forks whose second ways are all new. */
    static uint32_t forks[BELL_PATTERN_WORDS_MAX];
    for (uint32_t i = 0; i < BELL_PATTERN_WORDS_MAX; i++) {
        forks[i] = F;
    }
    CHECK(!found(forks, BELL_PATTERN_WORDS_MAX, "aaaa", 4));
}

/* Work is counted as in Go and TypeScript. */
static void test_work(void)
{
    static const uint32_t lower[] = {B, C, 1, 'a', 'z', F, 1, 8, E, M};
    static const uint32_t stars[] = {B,   F, 4, 13, F, 7, 11, P,
                                     'a', J, 4, J,  1, E, M};
    static const uint32_t edges[] = {W, P, 'a', W, M};
    char many[99];
    int64_t left[] = {1000, 1000, 1000, 1000, 1000};
    memset(many, 'a', sizeof many);
    CHECK(found_within(lower, 10, "abc", 3, &left[0]));
    CHECK_INT(956, left[0]);
    CHECK(!found_within(lower, 10, "aB", 2, &left[1]));
    CHECK_INT(971, left[1]);
    CHECK(found_within(stars, 15, "aaa", 3, &left[2]));
    CHECK_INT(943, left[2]);
    CHECK(found_within(edges, 5, "b a.", 4, &left[3]));
    CHECK_INT(958, left[3]);
    CHECK(!found_within(stars, 15, many, sizeof many, &left[4]));
    CHECK_INT(-8, left[4]);
}

int main(void)
{
    test_work();
    test_hands();
    test_random_patterns();
    test_blowups();
    test_largest();
    test_bad_tables();
    test_random_tables();
    return check_report();
}
