/* unique.c: of a map's equal keys the last value stays. Bounded: a heap sort
 * where there are many keys out of order, whatever they are. */
#include "record/decode.h"

enum { FEW = 16 };

struct entries {
    char *entries;
    size_t stride;
};

static bell_string key_at(const struct entries *map, size_t index)
{
    bell_string key;
    memcpy(&key, map->entries + index * map->stride, sizeof key);
    return key;
}

/* By size first: only equality matters, and being the same each time. */
static int compare(const struct entries *map, size_t left, size_t right)
{
    bell_string a = key_at(map, left);
    bell_string b = key_at(map, right);
    if (a.size != b.size) {
        return a.size < b.size ? -1 : 1;
    }
    return memcmp(a.text, b.text, a.size);
}

/* Maps are mostly written in an order: then no two keys are equal. */
static bool is_ascending(const struct entries *map, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        bell_string a = key_at(map, i - 1);
        bell_string b = key_at(map, i);
        size_t size = a.size < b.size ? a.size : b.size;
        int order = memcmp(a.text, b.text, size);
        if (order > 0 || (order == 0 && a.size >= b.size)) {
            return false;
        }
    }
    return true;
}

static void move(const struct entries *map, size_t to, size_t from)
{
    if (to != from) {
        memcpy(map->entries + to * map->stride,
               map->entries + from * map->stride, map->stride);
    }
}

static size_t unique_few(const struct entries *map, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        size_t place = 0;
        while (place < kept && compare(map, place, i) != 0) {
            place++;
        }
        move(map, place, i);
        kept += place == kept;
    }
    return kept;
}

static int order_of(const struct entries *map, uint32_t left, uint32_t right)
{
    int order = compare(map, left, right);
    if (order != 0) {
        return order;
    }
    return left < right ? -1 : 1;
}

static void sink(const struct entries *map, uint32_t *heap, size_t root,
                 size_t count)
{
    while (2 * root + 1 < count) {
        size_t child = 2 * root + 1;
        if (child + 1 < count &&
            order_of(map, heap[child], heap[child + 1]) < 0) {
            child++;
        }
        if (order_of(map, heap[root], heap[child]) >= 0) {
            return;
        }
        uint32_t moved = heap[root];
        heap[root] = heap[child];
        heap[child] = moved;
        root = child;
    }
}

static void sort(const struct entries *map, uint32_t *order, size_t count)
{
    for (size_t i = count / 2; i > 0; i--) {
        sink(map, order, i - 1, count);
    }
    for (size_t i = count; i > 1; i--) {
        uint32_t last = order[i - 1];
        order[i - 1] = order[0];
        order[0] = last;
        sink(map, order, 0, i - 1);
    }
}

/* In the sorted order equal keys are neighbours, the first in the map first:
 * that one takes the last one's value, the others go. */
static size_t unique_many(const struct entries *map, uint32_t *order,
                          size_t count)
{
    sort(map, order, count);
    for (size_t i = 0; i < count;) {
        size_t next = i + 1;
        while (next < count && compare(map, order[i], order[next]) == 0) {
            next++;
        }
        move(map, order[i], order[next - 1]);
        for (size_t other = i + 1; other < next; other++) {
            bell_string gone = {NULL, 0};
            memcpy(map->entries + order[other] * map->stride, &gone,
                   sizeof gone);
        }
        i = next;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (key_at(map, i).text != NULL) {
            move(map, kept, i);
            kept++;
        }
    }
    return kept;
}

size_t bell__decode_unique(struct bell__decoder *decoder, const char *at,
                           char *entries, size_t count, size_t stride)
{
    struct entries map = {entries, stride};
    if (count < 2 || is_ascending(&map, count)) {
        return count;
    }
    if (count <= FEW) {
        return unique_few(&map, count);
    }
    uint32_t *order = bell__decode_take(decoder, at, count * sizeof(uint32_t));
    if (order == NULL) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i; /* items_max is of 32 bits */
    }
    return unique_many(&map, order, count);
}
