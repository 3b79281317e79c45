/* skip.c: passes over a value, checking it, without recursion. */
#include "json/skip.h"

#include "json/number.h"
#include "json/text.h"

const char bell__skip_too_deep[] = "nested deeper than depth_max";

/* The levels above, a bit each: set for a map. */
struct levels {
    uint32_t count;
    uint32_t most;
    uint64_t maps[BELL__JSON_DEPTH_MAX / 64];
};

static BELL__INLINE bool in_map(const struct levels *levels)
{
    uint32_t level = levels->count - 1;
    return (levels->maps[level / 64] >> (level % 64) & 1) != 0;
}

static BELL__INLINE bool push(struct levels *levels, bool map)
{
    uint32_t level = levels->count;
    if (level >= levels->most) {
        return false;
    }
    uint64_t bit = (uint64_t)1 << (level % 64);
    if (level % 64 == 0) {
        levels->maps[level / 64] = 0;
    }
    levels->maps[level / 64] &= ~bit;
    levels->maps[level / 64] |= map ? bit : 0;
    levels->count++;
    return true;
}

const char *bell__skip_word(const char *at, const char *end, const char *word,
                            struct bell__fault *fault)
{
    size_t size = strlen(word);
    if ((size_t)(end - at) < size || memcmp(at, word, size) != 0) {
        return bell__fault_set(fault, at, "no JSON value");
    }
    return at + size;
}

/* A value that holds no others. */
static BELL__INLINE const char *skip_scalar(const char *at, const char *end,
                                            struct bell__fault *fault)
{
    struct bell__number number;
    bool escaped = false;
    const char *quote;
    switch (*at) {
    case '"':
        quote = bell__text_end(at + 1, end, &escaped, fault);
        return quote != NULL ? quote + 1 : NULL;
    case 't':
        return bell__skip_word(at, end, "true", fault);
    case 'f':
        return bell__skip_word(at, end, "false", fault);
    case 'n':
        return bell__skip_word(at, end, "null", fault);
    default:
        if (*at != '-' && (*at < '0' || *at > '9')) {
            return bell__fault_set(fault, at, "no JSON value");
        }
        return bell__number_pass(at, end, &number, fault);
    }
}

/* A key and its colon. */
static const char *skip_key(const char *at, const char *end,
                            struct bell__fault *fault)
{
    bool escaped = false;
    at = bell__scan_space(at, end);
    if (at == end || *at != '"') {
        return bell__fault_set(fault, at, "a key is missing here");
    }
    at = bell__text_end(at + 1, end, &escaped, fault);
    if (at == NULL) {
        return NULL;
    }
    at = bell__scan_space(at + 1, end);
    if (at == end || *at != ':') {
        return bell__fault_set(fault, at, "a colon is missing after the key");
    }
    return at + 1;
}

/* ---- Notes ----------------------------------------------------------------
 */

/* A list or map begins at `at`, one level deeper. */
static void note_begin(struct bell__notes *notes, uint32_t level,
                       const char *at)
{
    size_t place = (size_t)(at - notes->start);
    struct bell__noted noted = {(uint32_t)place, 0};
    notes->open[level] = UINT32_MAX;
    if (place <= UINT32_MAX &&
        bell__buf_append(&notes->noted, &noted, sizeof noted) == BELL_OK) {
        notes->open[level] = (uint32_t)(notes->noted.size / sizeof noted - 1);
    }
}

/* It ends before `behind`. What is small is forgotten: what lay in it was, so
 * it is the last. */
static void note_end(struct bell__notes *notes, uint32_t level,
                     const char *behind)
{
    struct bell__noted *noted = (void *)notes->noted.bytes;
    size_t place = (size_t)(behind - notes->start);
    uint32_t index = notes->open[level];
    if (index == UINT32_MAX) {
        return;
    }
    noted += index;
    if (place > UINT32_MAX || place - noted->at < BELL__NOTED_BYTES_MIN) {
        notes->noted.size = index * sizeof *noted;
        return;
    }
    noted->end = (uint32_t)place;
}

const char *bell__noted_end(const struct bell__notes *notes, const char *at)
{
    const struct bell__noted *noted = (const void *)notes->noted.bytes;
    size_t place = (size_t)(at - notes->start);
    size_t low = 0;
    size_t high = notes->noted.size / sizeof *noted;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (noted[middle].at == place) {
            return notes->start + noted[middle].end;
        }
        if (noted[middle].at < place) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* ---- Levels ---------------------------------------------------------------
 */

/* Behind a value: closes levels, passes a comma (and a key). Where no level is
 * left the value is whole. */
static BELL__INLINE const char *skip_behind(const char *at, const char *end,
                                            struct levels *levels,
                                            struct bell__notes *notes,
                                            struct bell__fault *fault)
{
    while (levels->count > 0) {
        bool map = in_map(levels);
        const char *place = bell__scan_space(at, end);
        if (place < end && *place == ',') {
            return map ? skip_key(place + 1, end, fault) : place + 1;
        }
        if (place == end || *place != (map ? '}' : ']')) {
            return bell__fault_set(fault, place,
                                   map ? "expected , or }" : "expected , or ]");
        }
        at = place + 1;
        levels->count--;
        if (notes != NULL) {
            note_end(notes, levels->count, at);
        }
    }
    return at;
}

/* Enters at `at`, a bracket; gives the place of the first value, or behind
 * where it is empty (then *whole is true). */
static BELL__INLINE const char *skip_enter(const char *at, const char *end,
                                           struct levels *levels, bool *whole,
                                           struct bell__notes *notes,
                                           struct bell__fault *fault)
{
    bool map = *at == '{';
    if (!push(levels, map)) {
        return bell__fault_set(fault, at, bell__skip_too_deep);
    }
    const char *first = bell__scan_space(at + 1, end);
    *whole = first < end && *first == (map ? '}' : ']');
    if (*whole) {
        levels->count--;
        return first + 1;
    }
    if (notes != NULL) {
        note_begin(notes, levels->count - 1, at);
    }
    return map ? skip_key(first, end, fault) : first;
}

static BELL__INLINE const char *skip(const char *at, const char *end,
                                     uint32_t depth, struct bell__notes *notes,
                                     struct bell__fault *fault)
{
    struct levels levels;
    levels.count = 0;
    levels.most = depth < BELL__JSON_DEPTH_MAX ? depth : BELL__JSON_DEPTH_MAX;
    do {
        bool whole = true;
        at = bell__scan_space(at, end);
        if (at == end) {
            return bell__fault_set(fault, at, "the text ends too early");
        }
        if (*at == '{' || *at == '[') {
            at = skip_enter(at, end, &levels, &whole, notes, fault);
        } else {
            at = skip_scalar(at, end, fault);
        }
        if (at != NULL && whole) {
            at = skip_behind(at, end, &levels, notes, fault);
        }
        if (at == NULL) {
            return NULL;
        }
    } while (levels.count > 0);
    return at;
}

const char *bell__skip_value(const char *at, const char *end, uint32_t depth,
                             struct bell__fault *fault)
{
    return skip(at, end, depth, NULL, fault);
}

const char *bell__skip_noting(const char *at, const char *end, uint32_t depth,
                              struct bell__notes *notes,
                              struct bell__fault *fault)
{
    return skip(at, end, depth, notes, fault);
}
