/* pattern.c: does a text hold a match of a compiled pattern? All ways are
 * followed at once, a code point at a time: each instruction is looked at no
 * more than once for each. It trusts no word to be in bounds. */
#include "record/pattern.h"

#include "base/utf8.h"

enum {
    NO_POINT = -1, /* before the first code point, and behind the last */
    /* What a code point costs beside the instructions that are entered, and
     * how many words of the pattern cost one more. All languages count alike.
     */
    POINT_WORK = 8,
    WORK_WORDS = 64
};

/* Of a pattern of so many words: the forks that may wait, bits of a set in
 * words of 64, and all that a search works in, three sets and the forks. */
#define FORKS_OF(count) ((count) / 3 + 1)
#define SET_OF(count)   (((count) + 63) / 64)
#define ROOM_OF(count)                                                         \
    (3 * SET_OF(count) * sizeof(uint64_t) + FORKS_OF(count) * sizeof(uint16_t))

/* Places in the pattern's words, a bit each. */
struct set {
    uint64_t *bits;
};

struct search {
    const uint32_t *words;
    uint32_t count;
    uint32_t set_words; /* of a set, those that are in use */
    struct set ready;   /* those that wait for the next code point */
    struct set coming;
    struct set seen; /* entered at this place of the text */
    uint16_t *forks;
    uint32_t forks_max;
    uint32_t fork_count;
    int32_t before; /* the code points around this place of the text */
    int32_t behind;
    bool matched;
    int64_t left; /* work that may be done */
};

/* Most patterns have few words. */
static void clear(const struct search *search, struct set *set)
{
    if (search->set_words == 1) {
        set->bits[0] = 0;
        return;
    }
    memset(set->bits, 0, search->set_words * sizeof set->bits[0]);
}

/* False where it was there. */
static bool insert(struct set *set, uint32_t place)
{
    uint64_t bit = (uint64_t)1 << (place % 64);
    if ((set->bits[place / 64] & bit) != 0) {
        return false;
    }
    set->bits[place / 64] |= bit;
    return true;
}

/* Whether the instruction at `at` has so many words. */
static bool holds(const struct search *search, uint32_t at, uint32_t words)
{
    return search->count - at >= words;
}

static bool is_word(int32_t point)
{
    return (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') ||
           (point >= 'a' && point <= 'z') || point == '_';
}

/* An instruction that takes no code point: whether the way goes on. */
static bool passes(const struct search *search, uint32_t step)
{
    bool edge = is_word(search->before) != is_word(search->behind);
    switch (step) {
    case BELL_STEP_BEGIN:
        return search->before == NO_POINT;
    case BELL_STEP_END:
        return search->behind == NO_POINT;
    case BELL_STEP_EDGE:
        return edge;
    default:
        return !edge;
    }
}

/* Follows one way up to where it needs a code point, ends, or was followed
 * before; second ways of forks are put aside. */
static void follow(struct search *search, struct set *waiting, uint32_t at)
{
    while (at < search->count && insert(&search->seen, at)) {
        uint32_t step = search->words[at];
        search->left--;
        switch (step) {
        case BELL_STEP_MATCH:
            search->matched = true;
            return;
        case BELL_STEP_POINT:
        case BELL_STEP_ANY:
        case BELL_STEP_CLASS:
            insert(waiting, at);
            return;
        case BELL_STEP_JUMP:
            at = holds(search, at, 2) ? search->words[at + 1] : search->count;
            break;
        case BELL_STEP_FORK:
            if (!holds(search, at, 3) ||
                search->fork_count == search->forks_max) {
                return;
            }
            if (search->words[at + 2] < search->count) {
                search->forks[search->fork_count++] =
                    (uint16_t)search->words[at + 2];
            }
            at = search->words[at + 1];
            break;
        case BELL_STEP_BEGIN:
        case BELL_STEP_END:
        case BELL_STEP_EDGE:
        case BELL_STEP_INSIDE:
            if (!passes(search, step)) {
                return;
            }
            at++;
            break;
        default:
            return;
        }
    }
}

static void enter(struct search *search, struct set *waiting, uint32_t at)
{
    follow(search, waiting, at);
    while (search->fork_count > 0) {
        search->fork_count--;
        follow(search, waiting, search->forks[search->fork_count]);
    }
}

/* Ranges ascend: the middle one tells in which half to look on. */
static bool is_in_class(const struct search *search, uint32_t at,
                        uint32_t point)
{
    const uint32_t *ranges = search->words + at + 2;
    uint32_t low = 0;
    uint32_t high = search->words[at + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (point < ranges[(size_t)2 * middle]) {
            high = middle;
        } else if (point > ranges[(size_t)2 * middle + 1]) {
            low = middle + 1;
        } else {
            return true;
        }
    }
    return false;
}

/* Where the way goes on once it took the code point; `count` where it ends. */
static uint32_t take_point(const struct search *search, uint32_t at,
                           uint32_t point)
{
    const uint32_t *words = search->words;
    if (words[at] == BELL_STEP_ANY) {
        return at + 1;
    }
    if (!holds(search, at, 2)) {
        return search->count;
    }
    if (words[at] == BELL_STEP_POINT) {
        return words[at + 1] == point ? at + 2 : search->count;
    }
    uint32_t ranges = words[at + 1];
    if (ranges > (search->count - at - 2) / 2 ||
        !is_in_class(search, at, point)) {
        return search->count;
    }
    return at + 2 + 2 * ranges;
}

/* All ways that wait take the code point `before`. False where all end. */
static bool advance(struct search *search)
{
    uint32_t point = (uint32_t)search->before;
    uint64_t left = 0;
    clear(search, &search->coming);
    clear(search, &search->seen);
    for (uint32_t i = 0; i < search->set_words; i++) {
        uint64_t bits = search->ready.bits[i];
        while (bits != 0) {
            uint32_t at = i * 64 + (uint32_t)__builtin_ctzll(bits);
            bits &= bits - 1;
            enter(search, &search->coming, take_point(search, at, point));
        }
    }
    for (uint32_t i = 0; i < search->set_words; i++) {
        search->ready.bits[i] = search->coming.bits[i];
        left |= search->coming.bits[i];
    }
    return left != 0 || search->matched;
}

/* The code point at *at, which is not the end; *at moves behind it. */
static int32_t next_point(const char **at, const char *end)
{
    static const unsigned char masks[] = {0, 0, 0x1F, 0x0F, 0x07};
    unsigned char first = (unsigned char)**at;
    if (first < 0x80) {
        (*at)++;
        return first;
    }
    size_t size = bell__utf8_size(*at, end);
    if (size == 0) {
        (*at)++;
        return 0xFFFD;
    }
    int32_t point = first & masks[size];
    for (size_t i = 1; i < size; i++) {
        point = point << 6 | ((*at)[i] & 0x3F);
    }
    *at += size;
    return point;
}

/* `most`: of the words of such a pattern. */
static inline void begin(struct search *search, const bell_pattern *pattern,
                         uint64_t *room, uint32_t most)
{
    search->words = pattern->words;
    search->count = pattern->count;
    search->set_words = SET_OF(pattern->count);
    search->ready.bits = room;
    search->coming.bits = room + SET_OF(most);
    search->seen.bits = room + (size_t)2 * SET_OF(most);
    search->forks = (uint16_t *)(room + (size_t)3 * SET_OF(most));
    search->forks_max = FORKS_OF(most);
    search->fork_count = 0;
    search->matched = false;
    search->before = NO_POINT;
    clear(search, &search->ready);
    clear(search, &search->seen);
}

static bool find(struct search *search, const char *at, const char *end)
{
    bool anchored = search->words[0] == BELL_STEP_BEGIN;
    int64_t cost = POINT_WORK + search->count / WORK_WORDS;
    for (;;) {
        search->behind = at < end ? next_point(&at, end) : NO_POINT;
        bool begins = search->before == NO_POINT;
        bool goes_on = begins || advance(search);
        search->left -= cost;
        if (search->left < 0 || (!goes_on && anchored)) {
            return false;
        }
        if (begins || !anchored) {
            enter(search, &search->ready, 0);
        }
        if (search->matched || search->behind == NO_POINT) {
            return search->matched;
        }
        search->before = search->behind;
    }
}

_Static_assert(ROOM_OF(BELL_PATTERN_WORDS_MAX) <= BELL__PATTERN_ROOM_MAX,
               "the room is large enough");

bool bell__pattern_found(const bell_pattern *pattern, bell_string text,
                         struct bell__means *means)
{
    struct search search;
    uint64_t small[ROOM_OF(BELL__PATTERN_SMALL_MAX) / sizeof(uint64_t) + 1];
    const char *at = text.size != 0 ? text.text : "";
    if (pattern->count == 0 || pattern->count > BELL_PATTERN_WORDS_MAX) {
        return false;
    }
    if (bell__pattern_is_large(pattern)) {
        begin(&search, pattern, means->room, BELL_PATTERN_WORDS_MAX);
    } else {
        begin(&search, pattern, small, BELL__PATTERN_SMALL_MAX);
    }
    search.left = means->left;
    bool found = find(&search, at, at + text.size);
    means->left = search.left;
    return found;
}
