/* classes.c: sets of code points. It knows no syntax. */
#include "pattern/tree.h"

enum { POINT_MAX = 0x10FFFF };

struct range *range_make(struct bell__arena *arena, uint32_t first,
                         uint32_t last)
{
    struct range *range = bell__arena_take(arena, sizeof *range);
    if (range != NULL) {
        range->first = first;
        range->last = last;
        range->next = NULL;
    }
    return range;
}

/* Inserts in order; sets are short. */
static struct range *insert(struct range *sorted, struct range *range)
{
    struct range **at = &sorted;
    while (*at != NULL && (*at)->first <= range->first) {
        at = &(*at)->next;
    }
    range->next = *at;
    *at = range;
    return sorted;
}

struct range *ranges_sort(struct range *ranges)
{
    struct range *sorted = NULL;
    while (ranges != NULL) {
        struct range *next = ranges->next;
        sorted = insert(sorted, ranges);
        ranges = next;
    }
    for (struct range *at = sorted; at != NULL && at->next != NULL;) {
        if (at->next->first > at->last + 1) {
            at = at->next;
            continue;
        }
        if (at->next->last > at->last) {
            at->last = at->next->last;
        }
        at->next = at->next->next;
    }
    return sorted;
}

struct range *ranges_invert(struct bell__arena *arena, struct range *sorted)
{
    struct range *first = NULL;
    struct range **last = &first;
    uint32_t from = 0;
    for (; sorted != NULL; sorted = sorted->next) {
        if (sorted->first > from) {
            *last = range_make(arena, from, sorted->first - 1);
            if (*last == NULL) {
                return NULL;
            }
            last = &(*last)->next;
        }
        from = sorted->last + 1;
    }
    if (from <= POINT_MAX) {
        *last = range_make(arena, from, POINT_MAX);
    }
    return first;
}

struct range *ranges_named(struct bell__arena *arena, char letter)
{
    static const struct {
        char letter;
        unsigned char ranges[8]; /* pairs; a pair of zeros ends them */
    } sets[] = {
        {'d', {'0', '9'}},
        {'w', {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}},
        {'s', {'\t', '\n', '\f', '\r', ' ', ' '}},
    };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if ((letter | 0x20) != sets[i].letter) {
            continue;
        }
        struct range *first = NULL;
        struct range **last = &first;
        for (size_t k = 0; k < 8 && sets[i].ranges[k] != 0; k += 2) {
            *last = range_make(arena, sets[i].ranges[k], sets[i].ranges[k + 1]);
            if (*last == NULL) {
                return NULL;
            }
            last = &(*last)->next;
        }
        return letter == sets[i].letter ? first : ranges_invert(arena, first);
    }
    return NULL;
}
